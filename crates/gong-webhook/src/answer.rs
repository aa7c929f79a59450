//! What was promised, or was not, as an answer over HTTP.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use front_door::BodyRefusal;
use gong_app::{Accepted, NotAccepted};

/// How soon to come again, in seconds, when more are in hand than can be answered.
const SOON: &str = "1";
/// How soon to come again when the archive cannot be written.
const LATER: &str = "5";

pub(crate) fn to_delivery(done: Result<Accepted, NotAccepted>) -> Response {
    match done {
        Ok(accepted) => (StatusCode::OK, accepted.as_str()).into_response(),
        Err(NotAccepted::Busy) => busy(),
        Err(why) => {
            tracing::debug!(why = why.as_str(), "a delivery is not taken in");
            match why {
                NotAccepted::Refused(_) => (StatusCode::UNAUTHORIZED, why.as_str()).into_response(),
                NotAccepted::Unreadable => (StatusCode::BAD_REQUEST, why.as_str()).into_response(),
                _ => again(LATER, why.as_str()),
            }
        }
    }
}

pub(crate) fn to_body(refusal: BodyRefusal) -> Response {
    // What was not read still stands in the connection.
    let close = [(header::CONNECTION, "close")];
    (refusal.status(), close, refusal.to_string()).into_response()
}

pub(crate) fn busy() -> Response {
    again(SOON, NotAccepted::Busy.as_str())
}

fn again(seconds: &'static str, why: &'static str) -> Response {
    let wait = [(header::RETRY_AFTER, seconds)];
    (StatusCode::SERVICE_UNAVAILABLE, wait, why).into_response()
}
