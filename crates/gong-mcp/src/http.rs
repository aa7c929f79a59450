//! The protocol over HTTP: without sessions, JSON answers, and nobody unknown from another machine.

mod body;
mod gate;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::middleware;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use axum::{Json, Router};
use gong_app::{App, Error, ErrorKind};
use rmcp::ServerHandler;
use rmcp::transport::streamable_http_server::session::SessionManager;
use rmcp::transport::streamable_http_server::session::local::LocalSessionManager;
use rmcp::transport::streamable_http_server::session::never::NeverSessionManager;
use rmcp::transport::streamable_http_server::{StreamableHttpServerConfig, StreamableHttpService};
use serde_json::json;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::Server;
use gate::Gate;

/// A larger request is none of ours: the largest argument has a thousand characters.
const LARGEST_BODY: usize = 256 * 1024;
/// How long requests that are under way have when the server is to stop.
const GRACE: Duration = Duration::from_secs(10);

/// Who reaches the server, and what he must show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the three places are the meaning")]
pub enum Exposure {
    /// This machine only; who shows nothing works as the person at it.
    #[default]
    ThisMachine,
    /// This machine only, and everybody shows a key or a token.
    ThisMachineWithKeys,
    /// Behind a proxy that ends TLS; everybody shows a key or a token.
    BehindProxy,
}

/// Whether clients of the older protocol are given a session.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "with and without is all there is")]
pub enum Sessions {
    /// None: any replica answers any request, and nothing is kept between two. What gongkit serves.
    #[default]
    None,
    /// One each, in memory. For judges that hold the layers against the whole older protocol.
    Kept,
}

/// How the server is reached.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct HttpOptions {
    /// Who reaches it.
    pub exposure: Exposure,
    /// Its address as clients write it, with its path: `https://calls.example/mcp`.
    pub public_url: Option<Url>,
    /// Whether sessions are kept.
    pub sessions: Sessions,
}

/// Reads the address as clients write it: https, or this machine.
pub fn public_url(text: &str) -> Result<Url, Error> {
    let url: Option<Url> = text.parse().ok();
    let is_ours = |url: &Url| {
        let is_here = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
        url.host_str().is_some() && (url.scheme() == "https" || is_here)
    };
    url.filter(is_ours).ok_or_else(|| {
        Error::new(
            ErrorKind::Usage,
            "the public address is none that clients can trust",
        )
        .hint("write it with https, as in https://calls.example/mcp")
    })
}

/// Serves until the token is cancelled; open streams end with it, and what is under way has ten
/// seconds.
///
/// Refuses an address beyond this machine unless a proxy is said to end TLS before it: keys would
/// travel in clear text.
pub async fn serve_http(
    listener: TcpListener,
    server: Server,
    options: HttpOptions,
    stop: CancellationToken,
) -> Result<(), Error> {
    let app = server.app().clone();
    serve_handler(listener, app, server, options, stop).await
}

/// Serves any handler behind the layers of [`serve_http`], for whoever `app` recognises.
///
/// So outside judges can hold the layers against the whole protocol, with a handler that has the
/// tools they ask for.
pub async fn serve_handler<H>(
    listener: TcpListener,
    app: App,
    handler: H,
    options: HttpOptions,
    stop: CancellationToken,
) -> Result<(), Error>
where
    H: ServerHandler + Clone + Sync,
{
    let failed = |error: std::io::Error| {
        Error::new(ErrorKind::Failed, "the server stopped listening").caused_by(error)
    };
    allowed(listener.local_addr().map_err(failed)?, &options)?;
    let kept = app.clone();
    let keeping = tokio::spawn(async move { kept.keep_records().await });
    let closing = stop.clone();
    let routes = match options.sessions {
        Sessions::None => router(
            &app,
            handler,
            NeverSessionManager::default(),
            &options,
            &stop,
        ),
        Sessions::Kept => router(
            &app,
            handler,
            LocalSessionManager::default(),
            &options,
            &stop,
        ),
    };
    let serving = axum::serve(listener, routes)
        .with_graceful_shutdown(async move { closing.cancelled().await });
    let stopped = async {
        stop.cancelled().await;
        tokio::time::sleep(GRACE).await;
    };
    let done = tokio::select! {
        done = serving.into_future() => done.map_err(failed),
        () = stopped => Ok(()),
    };
    keeping.abort();
    app.finish().await?;
    done
}

/// Whether the server may listen here.
fn allowed(address: SocketAddr, options: &HttpOptions) -> Result<(), Error> {
    if address.ip().is_loopback() || options.exposure == Exposure::BehindProxy {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::Usage,
        "beyond this machine keys would travel in clear text",
    )
    .hint("listen on 127.0.0.1, or put a proxy that ends TLS before it and pass --behind-proxy"))
}

fn router<H, M>(
    app: &App,
    handler: H,
    sessions: M,
    options: &HttpOptions,
    stop: &CancellationToken,
) -> Router
where
    H: ServerHandler + Clone + Sync,
    M: SessionManager,
{
    let gate = Arc::new(Gate::new(app.clone(), options));
    let service = StreamableHttpService::new(
        move || Ok(handler.clone()),
        Arc::new(sessions),
        config(options, stop),
    );
    Router::new()
        .nest_service("/mcp", service)
        .layer(middleware::from_fn(body::readable))
        .layer(middleware::from_fn_with_state(
            Arc::clone(&gate),
            Gate::pass,
        ))
        // Whoever has no key yet must be able to read where one is to be had.
        .route("/.well-known/oauth-protected-resource", get(metadata))
        .route("/.well-known/oauth-protected-resource/mcp", get(metadata))
        .with_state(gate)
}

fn config(options: &HttpOptions, stop: &CancellationToken) -> StreamableHttpServerConfig {
    let mut hosts = ["localhost", "127.0.0.1", "[::1]", "::1"]
        .map(str::to_owned)
        .to_vec();
    let mut origins = ["http://localhost:*", "http://127.0.0.1:*", "http://[::1]:*"]
        .map(str::to_owned)
        .to_vec();
    if let Some(url) = &options.public_url {
        hosts.extend(url.host_str().map(str::to_owned));
        // An origin without its port would match any.
        let host = url.host_str().unwrap_or_default();
        let port = url.port_or_known_default().unwrap_or(443);
        origins.push(format!("{}://{host}:{port}", url.scheme()));
    }
    StreamableHttpServerConfig::default()
        .with_legacy_session_mode(options.sessions == Sessions::Kept)
        .with_json_response(true)
        .with_allowed_hosts(hosts)
        .enforce_origin_validation()
        .with_allowed_origins(origins)
        .with_max_request_body_bytes(LARGEST_BODY)
        .with_cancellation_token(stop.child_token())
}

/// RFC 9728: which resource this is, and who gives out tokens for it.
async fn metadata(State(gate): State<Arc<Gate>>) -> Response {
    let (Some(resource), Some(issuer)) = (gate.resource(), gate.issuer()) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    Json(json!({
        "resource": resource,
        "authorization_servers": [issuer],
        "scopes_supported": gate::SCOPES,
        "bearer_methods_supported": ["header"],
        "resource_name": "gongkit",
    }))
    .into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beyond_this_machine_a_proxy_must_end_tls() {
        let ask = |address: &str, exposure| {
            let options = HttpOptions {
                exposure,
                ..HttpOptions::default()
            };
            allowed(address.parse().expect("an address"), &options).is_ok()
        };
        assert!(ask("127.0.0.1:9002", Exposure::ThisMachine));
        assert!(ask("[::1]:9002", Exposure::ThisMachineWithKeys));
        assert!(!ask("0.0.0.0:9002", Exposure::ThisMachine));
        assert!(!ask("10.0.0.1:9002", Exposure::ThisMachineWithKeys));
        assert!(ask("0.0.0.0:9002", Exposure::BehindProxy));
    }
}
