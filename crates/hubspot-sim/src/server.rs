//! The routes of the fake: one handler that reads, answers, fails on purpose and keeps the log.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use futures::stream;
use serde_json::Value;

use crate::answer::{Read, answer};
use crate::fault::Held;
use crate::objects::Query;
use crate::portal::Portal;
use crate::reply::Reply;
use crate::{Asked, Fault};

/// The largest body that is read.
const LARGEST: usize = 16 * 1024 * 1024;

/// What all requests share.
#[derive(Debug)]
pub(crate) struct Shared {
    portal: Mutex<Portal>,
    log: Mutex<Vec<Asked>>,
    faults: Mutex<VecDeque<(String, Fault)>>,
    holds: Mutex<VecDeque<Held>>,
    token: String,
}

impl Shared {
    pub(crate) fn new(portal: Portal, token: String) -> Self {
        Self {
            portal: Mutex::new(portal),
            log: Mutex::default(),
            faults: Mutex::default(),
            holds: Mutex::default(),
            token,
        }
    }

    pub(crate) fn token(&self) -> &str {
        &self.token
    }

    pub(crate) fn portal(&self) -> MutexGuard<'_, Portal> {
        self.portal.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn log(&self) -> MutexGuard<'_, Vec<Asked>> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn faults(&self) -> MutexGuard<'_, VecDeque<(String, Fault)>> {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn holds(&self) -> MutexGuard<'_, VecDeque<Held>> {
        self.holds.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What keeps a request to this path waiting, if anything; it does so once.
    fn hold_for(&self, path: &str) -> Option<Held> {
        let mut holds = self.holds();
        let at = holds.iter().position(|held| path.contains(&held.part))?;
        holds.remove(at)
    }

    /// The fault that waits for a request to this path, if any; it happens once.
    fn fault_for(&self, path: &str) -> Option<Fault> {
        let mut faults = self.faults();
        let at = faults.iter().position(|(part, _)| path.contains(part))?;
        faults.remove(at).map(|(_, fault)| fault)
    }
}

pub(crate) fn router(shared: Arc<Shared>) -> Router {
    Router::new().fallback(handle).with_state(shared)
}

async fn handle(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let shown = parts.headers.get(header::AUTHORIZATION);
    let shown = shown
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let is_known = shown.strip_prefix("Bearer ") == Some(shared.token());
    let Ok(bytes) = to_bytes(body, LARGEST).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let query = parts.uri.query().unwrap_or_default();
    let read = Read {
        method: parts.method.to_string(),
        path: parts.uri.path().to_owned(),
        query: Query(pairs(query)),
        body: serde_json::from_slice(&bytes).unwrap_or(Value::Null),
    };
    let held = is_known.then(|| shared.hold_for(&read.path)).flatten();
    if let Some(held) = held {
        held.reached.cancel();
        held.dropped.cancelled().await;
    }
    let fault = is_known.then(|| shared.fault_for(&read.path)).flatten();
    let reply = if is_known {
        replied(&shared, &read, fault)
    } else {
        Reply::error(401, "INVALID_AUTHENTICATION", "the token is not known")
    };
    shared.log().push(Asked {
        method: read.method,
        path: read.path,
        status: reply.status,
        inputs: read.body["inputs"].as_array().map_or(0, Vec::len),
    });
    if fault == Some(Fault::CutOff) {
        let broken = stream::iter([
            Ok(Bytes::from_static(b"{")),
            Err(std::io::Error::other("cut off on purpose")),
        ]);
        return Body::from_stream(broken).into_response();
    }
    let status = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    match reply.body {
        None => status.into_response(),
        Some(body) => {
            let kind = [(header::CONTENT_TYPE, "application/json")];
            (status, kind, body.to_string()).into_response()
        }
    }
}

fn replied(shared: &Shared, read: &Read, fault: Option<Fault>) -> Reply {
    match fault {
        Some(Fault::TenSeconds) => return Reply::limited("TEN_SECONDLY_ROLLING"),
        Some(Fault::Day) => return Reply::limited("DAILY"),
        Some(Fault::FailedBefore) => return failed(),
        Some(Fault::FailedAfter | Fault::CutOff) | None => {}
    }
    let reply = answer(&mut shared.portal(), read);
    match fault {
        Some(fault) if fault.is_after() && fault == Fault::FailedAfter => failed(),
        _ => reply,
    }
}

fn failed() -> Reply {
    Reply::error(500, "INTERNAL_ERROR", "internal error")
}

/// Reads `a=b&c=d`; what stands there is plain in every request of ours.
fn pairs(query: &str) -> Vec<(String, String)> {
    let parts = query.split('&').filter_map(|part| part.split_once('='));
    let plain = |text: &str| text.replace("%2C", ",").replace("%40", "@");
    parts
        .map(|(name, value)| (name.to_owned(), plain(value)))
        .collect()
}
