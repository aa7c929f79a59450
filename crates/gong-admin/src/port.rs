//! The port itself.

use std::net::SocketAddr;

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use front_door::{Door, DoorOptions, Guard, Protection};
use gong_app::{App, Error, ErrorKind, Unready};
use serde_json::json;
use tokio_util::sync::CancellationToken;

use crate::Numbers;

/// Prometheus' text form, as it is asked for.
const TEXT_FORM: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Opens the port; it may lie beyond this machine, because nothing of any call is told there.
pub async fn open(address: SocketAddr) -> Result<Door, Error> {
    let options = DoorOptions::new(address, Protection::PlainText, Guard::NothingToGuard);
    Door::open(options).await.map_err(|error| {
        Error::new(ErrorKind::Failed, "the admin port cannot be opened")
            .hint("end what listens there, or pass --admin 127.0.0.1:0 for any free port")
            .caused_by(error)
    })
}

/// Answers until the token is cancelled. It must be cancelled after all that the process does has
/// ended: until then probes are told that it stops.
pub async fn serve(door: Door, app: App, numbers: Numbers, stop: CancellationToken) {
    let router = Router::new()
        .route("/livez", get(async || "alive\n"))
        .route("/readyz", get(ready))
        .route("/metrics", get(numbers_of))
        .with_state((app, numbers));
    door.serve(router, stop).await;
}

async fn ready(State((app, _)): State<(App, Numbers)>) -> Response {
    let readiness = app.readiness().await;
    let status = if readiness.is_ready() {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    let in_the_way = readiness.in_the_way.into_iter().map(Unready::as_str);
    let in_the_way: Vec<&str> = in_the_way.collect();
    let body = json!({"ready": in_the_way.is_empty(), "in_the_way": in_the_way});
    (status, axum::Json(body)).into_response()
}

async fn numbers_of(State((app, numbers)): State<(App, Numbers)>) -> Response {
    app.measure().await;
    ([(header::CONTENT_TYPE, TEXT_FORM)], numbers.text()).into_response()
}
