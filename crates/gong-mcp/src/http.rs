//! The protocol over HTTP: without sessions, JSON answers, and nobody unknown from another machine.

mod body;
mod gate;

use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::middleware;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use axum::{Json, Router};
use front_door::{Door, DoorOptions, Guard};
use gong_app::{App, Error, ErrorKind};
use rmcp::ServerHandler;
use rmcp::transport::streamable_http_server::session::SessionManager;
use rmcp::transport::streamable_http_server::session::local::LocalSessionManager;
use rmcp::transport::streamable_http_server::session::never::NeverSessionManager;
use rmcp::transport::streamable_http_server::{StreamableHttpServerConfig, StreamableHttpService};
use serde_json::json;
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::Server;
use gate::Gate;

pub use front_door::{Protection, TlsFiles};

/// A larger request is none of ours: the largest argument has a thousand characters.
const LARGEST_BODY: usize = 256 * 1024;

/// Who may ask without showing anything.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the two ways in are the meaning")]
pub enum Entry {
    /// Whoever is on this machine works as the person at it.
    #[default]
    Open,
    /// Nobody: everybody shows a key or a token.
    ByKey,
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
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct HttpOptions {
    /// Where it listens.
    pub address: SocketAddr,
    /// What keeps others from reading along.
    pub protection: Protection,
    /// Who may ask without showing anything. From elsewhere nobody may, whatever stands here.
    pub entry: Entry,
    /// Its address as clients write it, with its path: `https://calls.example/mcp`.
    pub public_url: Option<Url>,
    /// Whether sessions are kept.
    pub sessions: Sessions,
}

impl HttpOptions {
    /// Listens at an address, in plain text, as open as it may be there, without sessions.
    pub fn new(address: SocketAddr) -> Self {
        Self {
            address,
            protection: Protection::PlainText,
            entry: Entry::default(),
            public_url: None,
            sessions: Sessions::default(),
        }
    }

    /// Whether who shows nothing works as the person at this machine. A proxy brings others here.
    pub fn is_open(&self) -> bool {
        self.entry == Entry::Open
            && self.address.ip().to_canonical().is_loopback()
            && self.protection != Protection::BehindProxy
    }

    fn guard(&self) -> Guard {
        if self.is_open() {
            Guard::Open
        } else {
            Guard::Authenticated
        }
    }
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

/// A server that is open and not served yet.
#[derive(Debug)]
pub struct Listening {
    door: Door,
    options: HttpOptions,
}

impl Listening {
    /// Opens it. Beyond this machine that needs TLS, or a proxy that is said to end it: keys would
    /// travel in clear text.
    pub async fn open(options: HttpOptions) -> Result<Self, Error> {
        let protection = options.protection.clone();
        let opening = Door::open(DoorOptions::new(
            options.address,
            protection,
            options.guard(),
        ));
        let door = opening.await.map_err(|error| unopened(&error))?;
        Ok(Self { door, options })
    }

    /// Where it is reached from this machine.
    pub fn url(&self) -> String {
        let scheme = if self.door.speaks_tls() {
            "https"
        } else {
            "http"
        };
        format!("{scheme}://{}/mcp", self.door.local_addr())
    }

    /// Serves until the token is cancelled; open streams end with it, and what is under way has ten
    /// seconds.
    pub async fn serve(self, server: Server, stop: CancellationToken) -> Result<(), Error> {
        let app = server.app().clone();
        self.serve_handler(app, server, stop).await
    }

    /// Serves any handler behind the same layers, for whoever `app` recognises.
    ///
    /// So outside judges can hold the layers against the whole protocol, with a handler that has
    /// the tools they ask for.
    pub async fn serve_handler<H>(
        self,
        app: App,
        handler: H,
        stop: CancellationToken,
    ) -> Result<(), Error>
    where
        H: ServerHandler + Clone + Sync,
    {
        let Self { door, options } = self;
        let kept = app.clone();
        let keeping = tokio::spawn(async move { kept.keep_records().await });
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
        let drained = door.serve(routes, stop).await;
        if drained.cut_off > 0 {
            tracing::warn!(
                connections = drained.cut_off,
                "cut off what did not end in time"
            );
        }
        keeping.abort();
        app.finish().await
    }
}

fn unopened(error: &front_door::Error) -> Error {
    let kind = match error {
        front_door::Error::ClearText { .. } | front_door::Error::Unguarded { .. } => {
            ErrorKind::Usage
        }
        _ => ErrorKind::Failed,
    };
    let opened = Error::new(kind, error.to_string());
    let opened = match error.hint() {
        Some(hint) => opened.hint(hint),
        None => opened,
    };
    match std::error::Error::source(error) {
        Some(source) => opened.caused_by(source.to_string()),
        None => opened,
    }
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
    let mut origins: Vec<String> = ["http", "https"]
        .iter()
        .flat_map(|scheme| {
            ["localhost", "127.0.0.1", "[::1]"].map(|host| format!("{scheme}://{host}:*"))
        })
        .collect();
    let ip = options.address.ip();
    if !ip.is_unspecified() {
        hosts.push(ip.to_string());
    }
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
    fn from_elsewhere_everybody_shows_a_key_and_nothing_travels_in_clear_text() {
        let tls = || Protection::Tls(TlsFiles::new("cert.pem", "key.pem"));
        let check = |address: &str, protection: Protection, entry, expected: &str| {
            let mut options = HttpOptions::new(address.parse().expect("an address"));
            (options.protection, options.entry) = (protection, entry);
            let may = front_door::allowed(options.address, &options.protection, options.guard());
            let answer = match (may, options.is_open()) {
                (Err(_), _) => "refused",
                (Ok(()), true) => "open",
                (Ok(()), false) => "by key",
            };
            assert_eq!(answer, expected, "{options:?}");
        };
        check("127.0.0.1:9002", Protection::PlainText, Entry::Open, "open");
        check("[::1]:9002", Protection::PlainText, Entry::ByKey, "by key");
        check("127.0.0.1:9002", tls(), Entry::Open, "open");
        check(
            "127.0.0.1:9002",
            Protection::BehindProxy,
            Entry::Open,
            "by key",
        );
        check(
            "0.0.0.0:9002",
            Protection::PlainText,
            Entry::Open,
            "refused",
        );
        check(
            "10.0.0.1:9002",
            Protection::PlainText,
            Entry::ByKey,
            "refused",
        );
        check(
            "0.0.0.0:9002",
            Protection::BehindProxy,
            Entry::Open,
            "by key",
        );
        check("0.0.0.0:9002", tls(), Entry::Open, "by key");
    }

    #[test]
    fn a_refusal_to_open_says_what_to_do() {
        let address = "10.0.0.1:9002".parse().expect("an address");
        let error = unopened(&front_door::Error::ClearText { address });
        assert_eq!(error.kind(), ErrorKind::Usage);
        assert!(
            error
                .hint_text()
                .is_some_and(|hint| hint.contains("--tls-cert"))
        );
    }
}
