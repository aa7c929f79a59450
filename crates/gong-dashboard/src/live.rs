//! News without a reload: how far a sync is, and that calls came. A page works without it.

use std::sync::Arc;
use std::time::Duration;

use axum::Extension;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use futures::Stream;
use futures::stream;
use gong_app::{Listener, Step};
use serde_json::json;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{OwnedSemaphorePermit, broadcast};
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at};
use tokio_util::sync::CancellationToken;

use crate::desk::Desk;
use crate::visit::Visit;

/// Steps that wait for a slow reader; older ones are dropped.
const WAITING: usize = 64;
/// How often is looked whether calls came by another process.
const LOOK_EVERY: Duration = Duration::from_secs(5);
/// A stream ends after so many looks, and the browser opens another, with its cookie looked at again.
const LOOKS: u32 = 120;

/// Hears how far the work of this process is, for the pages that listen; notes go to the log.
#[derive(Clone, Debug)]
pub struct Live(broadcast::Sender<Step>);

impl Live {
    /// Nobody listens yet; the [`App`](gong_app::App) is given it as its listener.
    pub fn new() -> Arc<Self> {
        Arc::new(Self(broadcast::Sender::new(WAITING)))
    }
}

impl Listener for Live {
    fn step(&self, step: Step) {
        // Nobody listening is the usual case.
        let _ = self.0.send(step);
    }

    fn note(&self, note: &str) {
        tracing::info!("{note}");
    }
}

/// What one page listens to.
struct Listening {
    visit: Visit,
    steps: broadcast::Receiver<Step>,
    looks: Interval,
    left: u32,
    /// How many calls there were when it was looked last.
    calls: Option<u64>,
    stop: CancellationToken,
    /// Its place among the streams.
    _place: OwnedSemaphorePermit,
}

/// The stream of news; so many pages may listen, one more is told to come later.
pub(crate) async fn news(
    State(desk): State<Arc<Desk>>,
    Extension(visit): Extension<Visit>,
) -> Response {
    let Ok(place) = Arc::clone(&desk.streams).try_acquire_owned() else {
        let wait = [(header::RETRY_AFTER, "30")];
        return (StatusCode::SERVICE_UNAVAILABLE, wait, "busy\n").into_response();
    };
    let mut looks = interval_at(Instant::now() + LOOK_EVERY, LOOK_EVERY);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let calls = count(&visit).await;
    let listening = Listening {
        visit,
        steps: desk.live.0.subscribe(),
        looks,
        left: LOOKS,
        calls,
        stop: desk.stop.clone(),
        _place: place,
    };
    let headers = [(header::CONTENT_TYPE, "text/event-stream")];
    (headers, Body::from_stream(events(listening))).into_response()
}

fn events(listening: Listening) -> impl Stream<Item = Result<Bytes, std::convert::Infallible>> {
    let opening = stream::iter([Ok(Bytes::from_static(b"retry: 5000\n\n"))]);
    let news = stream::unfold(listening, async |mut listening| {
        let event = listening.next().await?;
        Some((Ok(Bytes::from(event)), listening))
    });
    futures::StreamExt::chain(opening, news)
}

impl Listening {
    /// The next event; none when the stream is to end.
    async fn next(&mut self) -> Option<String> {
        loop {
            tokio::select! {
                () = self.stop.cancelled() => return None,
                step = self.steps.recv() => match step {
                    Ok(step) => return Some(progress(step)),
                    Err(RecvError::Lagged(_)) => {}
                    Err(RecvError::Closed) => return None,
                },
                _ = self.looks.tick() => {
                    self.left = self.left.checked_sub(1)?;
                    let calls = count(&self.visit).await;
                    let is_new = calls.is_some() && calls != self.calls;
                    self.calls = calls.or(self.calls);
                    return Some(match (is_new, self.calls) {
                        (true, Some(calls)) => event("calls", &json!({"calls": calls})),
                        // Keeps what stands between us from closing the connection.
                        _ => ":\n\n".to_owned(),
                    });
                }
            }
        }
    }
}

/// How many calls whoever listens may see.
async fn count(visit: &Visit) -> Option<u64> {
    let extent = visit.app.extent(false).await.ok()?;
    Some(extent.calls)
}

fn progress(step: Step) -> String {
    let told = json!({"stage": step.stage.title(), "done": step.done, "total": step.total});
    event("progress", &told)
}

fn event(name: &str, data: &serde_json::Value) -> String {
    format!("event: {name}\ndata: {data}\n\n")
}
