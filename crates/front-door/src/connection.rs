//! One connection: its handshake, its requests, its end.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::Router;
use axum::body::{Body, Bytes};
use hyper::body::{Frame, Incoming, SizeHint};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

use crate::Limits;
use crate::crowd::{InHand, Place};
use crate::patience::Patient;

/// The most header lines of a request.
const MOST_HEADERS: usize = 64;

/// Serves a connection until it ends, must make room, or the listener stops.
pub(crate) async fn serve(
    stream: TcpStream,
    tls: Option<TlsAcceptor>,
    app: Router,
    place: Arc<Place>,
    limits: Limits,
    stop: CancellationToken,
) {
    // Answers are written whole; waiting for more to send only makes them late.
    let _ = stream.set_nodelay(true);
    let stream = Patient::new(stream, limits.stall);
    let going = async {
        match tls {
            None => speak(stream, app, &place, limits, &stop).await,
            Some(tls) => {
                let handshake = timeout(limits.handshake, tls.accept(stream));
                let shaken = tokio::select! {
                    shaken = handshake => shaken,
                    () = stop.cancelled() => return,
                };
                match shaken {
                    Ok(Ok(stream)) => speak(stream, app, &place, limits, &stop).await,
                    Ok(Err(error)) => tracing::debug!(%error, "a TLS handshake failed"),
                    Err(_) => tracing::debug!("a TLS handshake took too long"),
                }
            }
        }
    };
    tokio::select! {
        () = going => {}
        () = place.sent_away() => tracing::debug!("a waiting connection made room"),
    }
}

async fn speak<S>(
    stream: S,
    app: Router,
    place: &Arc<Place>,
    limits: Limits,
    stop: &CancellationToken,
) where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let in_hand = place.begin();
        let answered = app.clone().oneshot(request.map(Body::new));
        async move {
            let in_hand = in_hand.ok_or(MadeRoom)?;
            let response = answered
                .await
                .unwrap_or_else(|never: Infallible| match never {});
            Ok::<_, MadeRoom>(response.map(|body| Answer { body, in_hand }))
        }
    });
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(limits.head)
        .max_headers(MOST_HEADERS)
        .max_buf_size(limits.head_bytes);
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

/// The connection was sent away in the moment in which a request came.
#[derive(Debug, thiserror::Error)]
#[error("the connection made room for another")]
struct MadeRoom;

/// The body of an answer; while it is on its way, its request is in hand.
struct Answer {
    body: Body,
    #[expect(
        dead_code,
        reason = "dropped with the body, and tells the crowd by that"
    )]
    in_hand: InHand,
}

impl hyper::body::Body for Answer {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        ctx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(ctx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
