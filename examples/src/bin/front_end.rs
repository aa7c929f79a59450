//! A front end of your own: a JSON service over `gong-app`. The guide is docs/front-end.md.
//!
//! `front_end 127.0.0.1:8080` serves what gongkit's variables say; without an address it tries
//! itself out over the invented calls.
use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::Result;
use axum::extract::{FromRequestParts, Path, Query};
use axum::http::{StatusCode, header, request::Parts};
use axum::response::{IntoResponse, Response};
use axum::{Json, Router, routing::get};
use front_door::{Door, DoorOptions, Guard, Protection};
use gong_app::views::{AskView, CallView, SearchView};
use gong_app::{
    App, AskRequest, Config, Environment, Error, ErrorKind, Flags, Quiet, SearchRequest,
};
use gongkit_examples::{front_end_trial, sample_app};
use tokio_util::sync::CancellationToken;

/// An error of a use case, as HTTP says it.
struct Refused(StatusCode, Error);

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        let status = match error.kind() {
            ErrorKind::Usage => StatusCode::BAD_REQUEST,
            ErrorKind::NotAuthorised => StatusCode::FORBIDDEN,
            ErrorKind::NotFound => StatusCode::NOT_FOUND,
            ErrorKind::TryLater => StatusCode::SERVICE_UNAVAILABLE,
            _ => StatusCode::INTERNAL_SERVER_ERROR,
        };
        Self(status, error)
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let Self(status, error) = self;
        eprintln!("{status}: {}", error.chain()); // causes are for the log, not for whoever asks
        let text = error.to_string();
        let body = [("kind", error.kind().as_str()), ("error", text.as_str())];
        (status, Json(BTreeMap::from(body))).into_response()
    }
}

/// The app, working for whoever sent the request: each use case sees what he may see.
struct Asker(App);

impl FromRequestParts<App> for Asker {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Refused> {
        let shown = parts.headers.get(header::AUTHORIZATION);
        let shown = shown.and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
        // What is not shown is refused like what is not known.
        match app.authenticate(shown.unwrap_or_default()).await {
            Ok(caller) => Ok(Self(app.acting_as(caller))),
            Err(error) if error.kind() == ErrorKind::NotAuthorised => {
                Err(Refused(StatusCode::UNAUTHORIZED, error))
            }
            Err(error) => Err(error.into()),
        }
    }
}

type Asked = Query<BTreeMap<String, String>>;

async fn search(Asker(app): Asker, Query(asked): Asked) -> Result<Json<SearchView>, Refused> {
    let question = asked.get("q").cloned().unwrap_or_default();
    Ok(Json(app.search(&SearchRequest::new(question)).await?))
}

async fn ask(Asker(app): Asker, Query(asked): Asked) -> Result<Json<AskView>, Refused> {
    let question = asked.get("q").cloned().unwrap_or_default();
    Ok(Json(app.ask(&AskRequest::new(question)).await?))
}

async fn call(Asker(app): Asker, Path(id): Path<String>) -> Result<Json<CallView>, Refused> {
    Ok(Json(app.show(&id, false).await?))
}

async fn serve(app: App, door: Door, stop: CancellationToken) -> Result<()> {
    let routes = Router::new()
        .route("/search", get(search))
        .route("/ask", get(ask))
        .route("/calls/{id}", get(call))
        .with_state(app.clone());
    let recording = app.clone(); // what is read is recorded, many records together
    tokio::spawn(async move { recording.keep_records().await });
    door.serve(routes, stop).await;
    Ok(app.finish().await?)
}

#[tokio::main]
async fn main() -> Result<()> {
    let stop = CancellationToken::new();
    let Some(address) = std::env::args().nth(1) else {
        let (app, _home) = sample_app(&[]).await?;
        let door = open("127.0.0.1:0").await?;
        let trial = front_end_trial(&app, door.local_addr(), &stop);
        let (served, tried) = tokio::join!(serve(app.clone(), door, stop.clone()), trial);
        return served.and(tried);
    };
    let environment = Environment::new(std::env::vars(), jiff::Timestamp::now);
    let config = Config::load(&environment, &Flags::default())?;
    let app = App::serving(config, &environment, Arc::new(Quiet), stop.clone());
    let interrupted = stop.clone();
    tokio::spawn(async move { tokio::signal::ctrl_c().await.map(|()| interrupted.cancel()) });
    serve(app, open(&address).await?, stop).await
}

/// Beyond this machine it asks for TLS (`Protection::Tls`), or a proxy that ends it.
async fn open(address: &str) -> Result<Door> {
    let options = DoorOptions::new(
        address.parse()?,
        Protection::PlainText,
        Guard::Authenticated,
    );
    Ok(Door::open(options).await?)
}
