//! Setting up a simulator.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::company::Company;
use crate::keys::Keys;
use crate::server::{self, Shared};
use crate::tls::Tls;
use crate::{Error, Faults, Limits, Result, SimClock, SimHandle, World};

/// A fake Gong that is about to start.
#[derive(Debug)]
#[non_exhaustive]
pub struct Sim;

impl Sim {
    /// A simulator of an empty company with Gong's limits, one key, no faults, the system's clock, on any free port.
    pub fn builder() -> SimBuilder {
        SimBuilder::default()
    }
}

/// What a simulator will be like.
#[derive(Clone, Debug, Default)]
#[must_use = "a builder does nothing until it is started"]
pub struct SimBuilder {
    world: World,
    faults: Faults,
    limits: Limits,
    keys: Keys,
    clock: SimClock,
    port: u16,
    has_tls: bool,
}

impl SimBuilder {
    /// What the company has in Gong.
    pub fn world(self, world: World) -> Self {
        Self { world, ..self }
    }

    /// What goes wrong.
    pub fn faults(self, faults: Faults) -> Self {
        Self { faults, ..self }
    }

    /// How many requests are let in.
    pub fn limits(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// The pairs of access key and secret that are let in; the handle tells the first.
    pub fn keys(self, keys: &[(&str, &str)]) -> Self {
        Self {
            keys: Keys::of(keys),
            ..self
        }
    }

    /// What time it is. Keep a clone to move the time.
    pub fn clock(self, clock: SimClock) -> Self {
        Self { clock, ..self }
    }

    /// A given port of 127.0.0.1 in place of any free one.
    pub fn port(self, port: u16) -> Self {
        Self { port, ..self }
    }

    /// HTTPS with a throw-away authority; see [`SimHandle::ca_pem`].
    pub fn tls(self) -> Self {
        Self {
            has_tls: true,
            ..self
        }
    }

    /// Starts to serve on 127.0.0.1, within the current Tokio runtime.
    pub async fn start(self) -> Result<SimHandle> {
        let tls = if self.has_tls {
            Some(Tls::make()?)
        } else {
            None
        };
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, self.port));
        let cannot_listen = |source| Error::Listen { address, source };
        let listener = TcpListener::bind(address).await.map_err(cannot_listen)?;
        let address = listener.local_addr().map_err(cannot_listen)?;
        let scheme = if tls.is_some() { "https" } else { "http" };
        let (key, secret) = self.keys.first();
        let (key, secret) = (key.to_owned(), secret.to_owned());
        tracing::info!(%address, calls = self.world.len(), seed = self.faults.seed, "the Gong simulator serves");

        let (acceptor, ca_pem) = tls.map(|tls| (tls.acceptor, tls.ca_pem)).unzip();
        let company = Company::new(self.world, self.keys, self.limits, self.faults);
        let base_url = format!("{scheme}://{address}");
        let shared = Arc::new(Shared::new(company, self.clock, base_url.clone()));
        let stop = CancellationToken::new();
        let serving = tokio::spawn(server::serve(
            listener,
            acceptor,
            Arc::clone(&shared),
            stop.clone(),
        ));
        Ok(SimHandle {
            shared,
            base_url,
            key,
            secret,
            ca_pem,
            stop,
            serving: Some(serving),
        })
    }
}
