//! A listener: opened by the rule, served within bounds, drained at the end.

use std::fmt;
use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;
use tokio::task::{JoinSet, spawn_blocking};
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;

use crate::certificate::Certificate;
use crate::connection;
use crate::crowd::Crowd;
use crate::{Error, Guard, Protection, allowed};

/// How long to wait after a connection could not be accepted.
const BREATH: Duration = Duration::from_millis(20);

/// The bounds of a listener.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Connections that are open at once.
    pub connections: NonZeroUsize,
    /// How long a TLS handshake may take.
    pub handshake: Duration,
    /// How long the head of a request may take to come, and how long a connection may wait for
    /// its next request.
    pub head: Duration,
    /// The most bytes of a head. At least 8 KiB.
    pub head_bytes: usize,
    /// How long somebody may read nothing of an answer.
    pub stall: Duration,
    /// How long requests in hand may go on when the listener is to stop.
    pub grace: Duration,
    /// How often certificate and key are looked at.
    pub certificate_every: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: NonZeroUsize::MIN.saturating_add(1023),
            handshake: Duration::from_secs(10),
            head: Duration::from_secs(10),
            head_bytes: 32 * 1024,
            stall: Duration::from_secs(30),
            grace: Duration::from_secs(10),
            certificate_every: Duration::from_secs(10),
        }
    }
}

/// Where and how a listener opens.
#[derive(Clone, Debug)]
#[must_use = "options do nothing until a door is opened with them"]
pub struct DoorOptions {
    address: SocketAddr,
    protection: Protection,
    guard: Guard,
    limits: Limits,
}

impl DoorOptions {
    /// A listener at an address (port 0 takes a free one), protected and guarded so.
    pub fn new(address: SocketAddr, protection: Protection, guard: Guard) -> Self {
        Self {
            address,
            protection,
            guard,
            limits: Limits::default(),
        }
    }

    /// Other bounds than the usual ones.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }
}

/// What was left when a listener had stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Drained {
    /// Connections whose requests were not answered within the grace.
    pub cut_off: usize,
}

/// A listener that is open and not served yet.
pub struct Door {
    listener: TcpListener,
    address: SocketAddr,
    tls: Option<(Arc<Certificate>, TlsAcceptor)>,
    limits: Limits,
}

impl fmt::Debug for Door {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Door")
            .field("address", &self.address)
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

impl Door {
    /// Opens a listener, if the [rule](allowed) lets it.
    pub async fn open(options: DoorOptions) -> Result<Self, Error> {
        let DoorOptions {
            address,
            protection,
            guard,
            limits,
        } = options;
        allowed(address, &protection, guard)?;
        let tls = match protection {
            Protection::Tls(files) => {
                let certificate = Certificate::load(files)?;
                let acceptor = certificate.acceptor()?;
                Some((certificate, acceptor))
            }
            Protection::PlainText | Protection::BehindProxy => None,
        };
        let taken = |source| Error::Taken { address, source };
        let listener = TcpListener::bind(address).await.map_err(taken)?;
        let address = listener.local_addr().map_err(taken)?;
        Ok(Self {
            listener,
            address,
            tls,
            limits,
        })
    }

    /// Where it listens.
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// Whether clients speak TLS to it.
    pub fn speaks_tls(&self) -> bool {
        self.tls.is_some()
    }

    /// Serves until the token is cancelled; then takes nothing new and lets the requests in hand
    /// be answered, as long as the grace lasts.
    pub async fn serve(self, app: Router, stop: CancellationToken) -> Drained {
        let crowd = Crowd::new(self.limits.connections);
        let (certificate, acceptor) = self.tls.unzip();
        let mut connections = JoinSet::new();
        let mut watching = std::pin::pin!(watch(certificate, self.limits.certificate_every));
        loop {
            tokio::select! {
                () = stop.cancelled() => break,
                () = watching.as_mut() => {}
                Some(_) = connections.join_next(), if !connections.is_empty() => {}
                accepted = self.listener.accept() => match accepted {
                    // Where every place has a request in hand, closing at once is the answer.
                    Ok((stream, _)) => if let Some(place) = crowd.enter() {
                        connections.spawn(connection::serve(
                            stream, acceptor.clone(), app.clone(), place, self.limits, stop.clone(),
                        ));
                    },
                    // Out of file descriptors, most likely.
                    Err(error) => {
                        tracing::warn!(%error, "cannot accept a connection");
                        crowd.make_room();
                        sleep(BREATH).await;
                    }
                },
            }
        }
        drop(self.listener);
        let all_finish = async { while connections.join_next().await.is_some() {} };
        let is_drained = timeout(self.limits.grace, all_finish).await.is_ok();
        let cut_off = if is_drained { 0 } else { connections.len() };
        connections.shutdown().await;
        Drained { cut_off }
    }
}

/// Looks at certificate and key for as long as it is polled.
async fn watch(certificate: Option<Arc<Certificate>>, every: Duration) {
    let Some(certificate) = certificate else {
        return std::future::pending().await;
    };
    let mut was_refused = false;
    loop {
        sleep(every).await;
        let looking = Arc::clone(&certificate);
        let looked = spawn_blocking(move || looking.look()).await;
        let Ok(looked) = looked else { continue };
        match &looked {
            Ok(true) => tracing::info!("a new certificate is shown from now on"),
            Err(error) if !was_refused => {
                tracing::warn!(%error, "the new certificate is not taken, the one before stays");
            }
            _ => {}
        }
        was_refused = looked.is_err();
    }
}
