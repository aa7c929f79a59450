//! How the pages are reached, the routes, and serving them until told to stop.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use front_door::{Door, DoorOptions, Guard, Protection};
use gong_app::{App, Error, ErrorKind};
use jiff::Timestamp;
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::cookies::Cookies;
use crate::desk::{Desk, Tell};
use crate::hosts::Hosts;
use crate::live::Live;
use crate::{assets, definitions, executive, gate, labels, live, login, pages, sign_in};

/// How the pages are reached.
#[derive(Clone)]
#[non_exhaustive]
pub struct DashboardOptions {
    /// Where it listens.
    pub address: SocketAddr,
    /// What keeps others from reading along.
    pub protection: Protection,
    /// Its address as browsers write it, without a path: `https://calls.example`. Beyond this machine
    /// and behind a proxy it must be known.
    pub public_url: Option<Url>,
    /// Said at the top of every page, such as that its data is invented.
    pub note: Option<String>,
    /// Tells the person at this machine the link that lets him in; none, and everybody shows a key.
    pub tell: Option<Tell>,
    /// The clock.
    pub now: fn() -> Timestamp,
}

impl DashboardOptions {
    /// Listens at an address in plain text; everybody shows a key.
    pub fn new(address: SocketAddr) -> Self {
        Self {
            address,
            protection: Protection::PlainText,
            public_url: None,
            note: None,
            tell: None,
            now: Timestamp::now,
        }
    }

    /// Whether only who is on this machine reaches it.
    pub fn is_here(&self) -> bool {
        self.address.ip().to_canonical().is_loopback() && self.protection != Protection::BehindProxy
    }
}

/// Reads the address as browsers write it: https, or this machine.
pub fn public_url(text: &str) -> Result<Url, Error> {
    let url: Option<Url> = text.parse().ok();
    let is_ours = |url: &Url| {
        let is_here = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
        let is_web = url.scheme() == "https" || (url.scheme() == "http" && is_here);
        is_web && url.path() == "/" && url.query().is_none()
    };
    url.filter(is_ours).ok_or_else(|| {
        Error::new(
            ErrorKind::Usage,
            "the public address is none that browsers can trust",
        )
        .hint("write it with https and without a path, as in https://calls.example")
    })
}

/// A listener that is open and not served yet.
pub struct Listening {
    door: Door,
    options: DashboardOptions,
}

impl std::fmt::Debug for Listening {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Listening")
            .field("door", &self.door)
            .finish_non_exhaustive()
    }
}

impl Listening {
    /// Opens it. Whoever comes shows a key, a token or the link of this machine, so it may lie beyond
    /// this machine; then it needs TLS, or a proxy that is said to end it, and its public address.
    pub async fn open(options: DashboardOptions) -> Result<Self, Error> {
        if options.public_url.is_none() && !options.is_here() {
            return Err(Error::new(
                ErrorKind::Usage,
                "beyond this machine the page must know its own address",
            )
            .hint("pass --dashboard-url https://calls.example"));
        }
        let rules = DoorOptions::new(
            options.address,
            options.protection.clone(),
            Guard::Authenticated,
        );
        let door = Door::open(rules).await.map_err(|error| {
            let kind = match error {
                front_door::Error::ClearText { .. } | front_door::Error::Unguarded { .. } => {
                    ErrorKind::Usage
                }
                _ => ErrorKind::Failed,
            };
            let hint = error
                .hint()
                .unwrap_or("pass --dashboard-listen with another address");
            Error::new(kind, "the page cannot be served")
                .hint(hint)
                .caused_by(error)
        })?;
        Ok(Self { door, options })
    }

    /// Where it listens, with the port that the system gave in place of 0.
    pub fn local_addr(&self) -> SocketAddr {
        self.door.local_addr()
    }

    /// Where it is reached.
    pub fn url(&self) -> String {
        if let Some(url) = &self.options.public_url {
            return url.as_str().trim_end_matches('/').to_owned();
        }
        let scheme = if self.door.speaks_tls() {
            "https"
        } else {
            "http"
        };
        format!("{scheme}://{}", self.door.local_addr())
    }

    /// Serves until the token is cancelled. Pages that listen for news are let go at once.
    pub async fn serve(
        self,
        app: App,
        live: Arc<Live>,
        stop: CancellationToken,
    ) -> Result<(), Error> {
        let here = self.url();
        let Self { door, options } = self;
        let public = options.public_url.as_ref();
        let speaks_tls = door.speaks_tls();
        let hosts = Hosts::of(door.local_addr(), speaks_tls, public);
        if let Some(redirect) = app.sign_in_redirect().filter(|url| !hosts.has(url)) {
            let what = format!("auth.redirect ({redirect}) is at another address than the page");
            return Err(Error::new(ErrorKind::Usage, what).hint(format!(
                "the page is reached at {here}; --dashboard-url says how browsers reach it"
            )));
        }
        let is_secure = speaks_tls || public.is_some_and(|url| url.scheme() == "https");
        let cookies = Cookies::of(door.local_addr().port(), is_secure);
        let is_here = options.is_here();
        let mut desk = Desk::new(app.clone(), hosts, cookies, live, stop.clone(), options.now);
        desk.note = options.note;
        // What a proxy brings is from anywhere: nobody is the person at this machine then.
        desk.tell = options.tell.filter(|_| is_here);
        desk.here = here;
        let desk = Arc::new(desk);
        desk.tell_link();
        let kept = app.clone();
        let keeping = tokio::spawn(async move { kept.keep_records().await });
        let drained = door.serve(router(desk), stop).await;
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

fn router(desk: Arc<Desk>) -> Router {
    Router::new()
        .route("/", get(executive::show))
        .route("/deals", get(pages::deals::show))
        .route("/deal", get(pages::deal::show))
        .route("/account", get(pages::account::show))
        .route("/rep", get(pages::rep::show))
        .route("/calls", get(pages::calls::show))
        .route("/call", get(pages::call::show))
        .route("/theme", get(pages::theme::show))
        .route("/competitor", get(pages::competitor::show))
        .route("/search", get(pages::search::show))
        .route(
            "/trackers",
            get(pages::trackers::show).post(pages::trackers::send),
        )
        .route("/health", get(pages::health::show))
        .route("/definitions", get(definitions::show))
        .route("/live", get(live::news))
        .route("/newest", get(pages::calls::newest))
        .route("/label", post(labels::send))
        .route("/look", post(login::look))
        .route("/logout", post(login::logout))
        .fallback(pages::nothing)
        .layer(from_fn_with_state(Arc::clone(&desk), gate::known))
        // Who is not let in yet reaches these only.
        .route("/login", get(login::form).post(login::login))
        .route("/enter", get(login::enter))
        .route("/sign-in", get(sign_in::begin))
        .route("/signed-in", get(sign_in::end))
        .route("/assets/{print}/{name}", get(assets::serve))
        .layer(from_fn_with_state(Arc::clone(&desk), gate::outer))
        .with_state(desk)
}
