//! The listener and its connections: bounded in number and time, stopped by a token.

use std::convert::Infallible;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, Response, Uri};
use axum::response::Json;
use axum::routing::{get, post};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use serde_json::Value;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinSet, spawn_blocking};
use tokio::time::{Instant, sleep, timeout};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

use crate::asked::Asked;
use crate::company::Company;
use crate::reply::Reply;
use crate::wire::{self, Dropped};
use crate::{Failure, SimClock};

/// Connections served at a time; more wait in the listener's queue.
const MAX_CONNECTIONS: usize = 256;
/// How long a client may take for its TLS handshake, its headers or its body.
const READ_WITHIN: Duration = Duration::from_secs(30);
/// How long requests in hand may go on after a shutdown.
const FINISH_WITHIN: Duration = Duration::from_secs(2);

/// What all connections share.
#[derive(Debug)]
pub(crate) struct Shared {
    company: Mutex<Company>,
    pub(crate) clock: SimClock,
    base_url: String,
}

impl Shared {
    pub(crate) fn new(company: Company, clock: SimClock, base_url: String) -> Self {
        Self {
            company: Mutex::new(company),
            clock,
            base_url,
        }
    }

    pub(crate) fn company(&self) -> MutexGuard<'_, Company> {
        self.company.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Serves until `stop`, then lets the requests in hand finish for a moment.
pub(crate) async fn serve(
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    shared: Arc<Shared>,
    stop: CancellationToken,
) {
    let router = Router::new()
        .route("/_sim/stats", get(stats))
        .route("/oauth2/authorize", get(authorize))
        .route("/oauth2/generate-customer-token", post(token))
        .fallback(answer)
        .with_state(shared);
    let mut connections = JoinSet::new();
    loop {
        let has_room = connections.len() < MAX_CONNECTIONS;
        tokio::select! {
            () = stop.cancelled() => break,
            Some(_) = connections.join_next(), if !connections.is_empty() => {}
            accepted = listener.accept(), if has_room => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(connection(stream, tls.clone(), router.clone(), stop.clone()));
                }
                // Out of file descriptors, most likely: the connections that are open must end first.
                Err(error) => {
                    tracing::warn!(%error, "cannot accept a connection");
                    sleep(Duration::from_millis(20)).await;
                }
            },
        }
    }
    drop(listener);
    let all_finish = async { while connections.join_next().await.is_some() {} };
    if timeout(FINISH_WITHIN, all_finish).await.is_err() {
        connections.shutdown().await;
    }
}

async fn connection(
    stream: TcpStream,
    tls: Option<TlsAcceptor>,
    router: Router,
    stop: CancellationToken,
) {
    // Answers are written whole; waiting for more to send only makes pages late.
    let _ = stream.set_nodelay(true);
    match tls {
        None => speak_http(stream, router, stop).await,
        Some(tls) => match timeout(READ_WITHIN, tls.accept(stream)).await {
            Ok(Ok(stream)) => speak_http(stream, router, stop).await,
            Ok(Err(error)) => tracing::debug!(%error, "the TLS handshake failed"),
            Err(_) => tracing::debug!("the TLS handshake took too long"),
        },
    }
}

async fn speak_http<S>(stream: S, router: Router, stop: CancellationToken)
where
    S: AsyncRead + AsyncWrite + Unpin + 'static,
{
    let service = service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
        let answered = router.clone().oneshot(request.map(Body::new));
        async move {
            let response = answered
                .await
                .unwrap_or_else(|never: Infallible| match never {});
            // An error from the service closes the connection without a word.
            if response.extensions().get::<Dropped>().is_some() {
                Err(ClosedOnPurpose)
            } else {
                Ok(response)
            }
        }
    });
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(READ_WITHIN);
    let mut serving = std::pin::pin!(http.serve_connection(TokioIo::new(stream), service));
    let outcome = tokio::select! {
        outcome = serving.as_mut() => outcome,
        () = stop.cancelled() => {
            serving.as_mut().graceful_shutdown();
            serving.await
        }
    };
    if let Err(error) = outcome {
        tracing::trace!(%error, "a connection ended early");
    }
}

#[derive(Debug, thiserror::Error)]
#[error("the simulator closed the connection on purpose")]
struct ClosedOnPurpose;

async fn stats(State(shared): State<Arc<Shared>>) -> Json<Value> {
    Json(shared.company().ledger.counts().to_json())
}

async fn authorize(State(shared): State<Arc<Shared>>, uri: Uri) -> Response<Body> {
    let now = shared.clock.now();
    wire::response(shared.company().logins.authorize(&uri, now))
}

async fn token(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    form: String,
) -> Response<Body> {
    let authorization = headers.get(AUTHORIZATION);
    let authorization = authorization.and_then(|value| value.to_str().ok());
    let now = shared.clock.now();
    let logins = &mut shared.company().logins;
    wire::response(logins.token(authorization, &form, &shared.base_url, now))
}

async fn answer(State(shared): State<Arc<Shared>>, request: Request) -> Response<Body> {
    let arrived = Instant::now();
    let Ok(asked) = timeout(READ_WITHIN, Asked::read(request)).await else {
        return wire::response(Reply::page(408));
    };
    // A page of transcripts has megabytes: putting it together would hold up every timer of a test's only thread.
    let decided = spawn_blocking(move || {
        let now = shared.clock.now();
        let reply = shared.company().answer(&asked, arrived, now);
        let (status, failure) = (reply.status, reply.failure.clone());
        tracing::debug!(operation = asked.name(), status, ?failure, "answered");
        let in_flight = InFlight {
            shared,
            status: None,
        };
        (wire::response(reply), status, failure, in_flight)
    });
    // Fails only when the runtime is going down, and nobody waits for the answer any more.
    let Ok((response, status, failure, mut in_flight)) = decided.await else {
        return wire::response(Reply::page(503));
    };
    if let Some(Failure::Slow(by)) = failure {
        sleep(by).await;
    }
    if failure != Some(Failure::Dropped) {
        in_flight.status = Some(status);
    }
    response
}

/// Counts the end of a request, also when the client went away in the middle.
struct InFlight {
    shared: Arc<Shared>,
    status: Option<u16>,
}

impl Drop for InFlight {
    fn drop(&mut self) {
        self.shared.company().ledger.finished(self.status);
    }
}
