//! The routes, and serving them until told to stop.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, header};
use axum::response::Response;
use axum::routing::post;
use front_door::{BodyRules, Door, Drained, read_body};
use gong_app::{Intake, Receiver, ShownDelivery};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use crate::answer;

/// Where deliveries go.
pub const PATH: &str = "/webhooks/gong";
/// Deliveries in hand at once; more are sent away for a second.
pub const AT_ONCE: usize = 128;
/// The largest body: several times what Gong tells of its longest calls.
pub const LARGEST_BODY: usize = 2 * 1024 * 1024;
/// How long a body may take to come.
pub const READ_WITHIN: Duration = Duration::from_secs(20);

struct Shared {
    receiver: Receiver,
    places: Semaphore,
}

/// The routes over a receiver.
pub fn router(receiver: Receiver) -> Router {
    let shared = Shared {
        receiver,
        places: Semaphore::new(AT_ONCE),
    };
    let with_token = format!("{PATH}/{{url_token}}");
    Router::new()
        .route(PATH, post(plain))
        .route(&with_token, post(by_token))
        .with_state(Arc::new(shared))
}

/// Serves until the token is cancelled; what was taken in by then is written down and answered.
pub async fn serve(
    door: Door,
    receiver: Receiver,
    intake: Intake,
    stop: CancellationToken,
) -> Drained {
    // The intake ends once the router, and with it the last receiver, is gone.
    let (drained, ()) = tokio::join!(door.serve(router(receiver), stop), intake.keep_deliveries());
    drained
}

async fn plain(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    deliver(&shared, None, request).await
}

async fn by_token(
    State(shared): State<Arc<Shared>>,
    Path(url_token): Path<String>,
    request: Request,
) -> Response {
    deliver(&shared, Some(url_token), request).await
}

async fn deliver(shared: &Shared, url_token: Option<String>, request: Request) -> Response {
    // Before the body is read: what is in hand bounds the memory.
    let Ok(_place) = shared.places.try_acquire() else {
        return answer::busy();
    };
    let (parts, body) = request.into_parts();
    let rules = BodyRules {
        most: LARGEST_BODY,
        within: READ_WITHIN,
    };
    let body = match read_body(&parts.headers, body, rules).await {
        Ok(body) => body,
        Err(refusal) => return answer::to_body(refusal),
    };
    let shown = ShownDelivery {
        authorization: authorization(&parts.headers),
        url_token,
        body,
    };
    answer::to_delivery(shared.receiver.accept_delivery(shown).await)
}

/// The header. Two of them are none: whoever stands between us may have read the other.
fn authorization(headers: &HeaderMap) -> Option<String> {
    let mut all = headers.get_all(header::AUTHORIZATION).iter();
    match (all.next(), all.next()) {
        (Some(only), None) => only.to_str().ok().map(str::to_owned),
        _ => None,
    }
}
