//! How a reply goes out: whole, late, cut short, or not at all.

use std::io;

use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, LOCATION, RETRY_AFTER};
use axum::http::{HeaderValue, Response, StatusCode};
use futures::{StreamExt, stream};

use crate::Failure;
use crate::reply::{Body as ReplyBody, Reply};

/// Marks a response whose connection is to be closed instead of answered.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Dropped;

/// The bytes of a reply, damaged as its failure says. Waiting (a slow answer) is the caller's part.
pub(crate) fn response(reply: Reply) -> Response<Body> {
    let (content_type, bytes) = match reply.body {
        ReplyBody::Json(json) => ("application/json", json.to_string().into_bytes()),
        ReplyBody::Page(page) => ("text/html", page.as_bytes().to_vec()),
    };
    let mut response = Response::new(match reply.failure {
        Some(Failure::TruncatedJson) => Body::from(first_half(bytes)),
        Some(Failure::BrokenBody) => broken(bytes),
        _ => Body::from(bytes),
    });
    *response.status_mut() =
        StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    if let Some(seconds) = reply.retry_after {
        headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    if let Some(location) = reply
        .location
        .and_then(|location| HeaderValue::from_str(&location).ok())
    {
        headers.insert(LOCATION, location);
    }
    if reply.failure == Some(Failure::Dropped) {
        response.extensions_mut().insert(Dropped);
    }
    response
}

fn first_half(mut bytes: Vec<u8>) -> Vec<u8> {
    bytes.truncate(bytes.len() / 2);
    bytes
}

/// Half of the body, then an error, on which the server closes the connection. In between the server gets its turn to
/// send what it has; else the client would see no answer at all.
fn broken(bytes: Vec<u8>) -> Body {
    let half = stream::iter([Ok(first_half(bytes))]);
    let end = stream::once(async {
        tokio::task::yield_now().await;
        let kind = io::ErrorKind::ConnectionReset;
        Err(io::Error::new(kind, "the simulator breaks this body"))
    });
    Body::from_stream(half.chain(end))
}
