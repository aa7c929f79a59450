//! A running fake: where it is, what it was asked, and how the next requests fail.

use std::io;
use std::sync::{Arc, MutexGuard};

use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::fault::Held;
use crate::server::{Shared, router};
use crate::{Asked, Fault, Hold, Portal};

/// A running fake. It stops when it is dropped; [`HubSpotSim::shutdown`] also waits for it.
#[derive(Debug)]
pub struct HubSpotSim {
    shared: Arc<Shared>,
    base_url: String,
    stop: CancellationToken,
    serving: Option<JoinHandle<io::Result<()>>>,
}

impl HubSpotSim {
    /// Serves a portal on a free port of this machine.
    ///
    /// # Errors
    /// When no port can be had.
    pub async fn start(portal: Portal) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let base_url = format!("http://{}", listener.local_addr()?);
        let shared = Arc::new(Shared::new(portal, "sim-service-key".to_owned()));
        let stop = CancellationToken::new();
        let stopped = stop.clone().cancelled_owned();
        let served = axum::serve(listener, router(Arc::clone(&shared)));
        let serving = tokio::spawn(served.with_graceful_shutdown(stopped).into_future());
        Ok(Self {
            shared,
            base_url,
            stop,
            serving: Some(serving),
        })
    }

    /// Scheme, host and port, without a slash at the end.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// The one token that is known.
    pub fn token(&self) -> &str {
        self.shared.token()
    }

    /// What it holds. Requests wait while this is kept.
    pub fn portal(&self) -> MutexGuard<'_, Portal> {
        self.shared.portal()
    }

    /// What it was asked, in order.
    pub fn asked(&self) -> Vec<Asked> {
        self.shared.log().clone()
    }

    /// How many requests would have changed something, done or not.
    pub fn writes(&self) -> usize {
        self.shared
            .log()
            .iter()
            .filter(|one| one.is_write())
            .count()
    }

    /// The next request whose path holds `part` fails like this.
    pub fn fail(&self, part: &str, fault: Fault) {
        self.shared.faults().push_back((part.to_owned(), fault));
    }

    /// The next request whose path holds `part` waits before it is carried out, until what this gives
    /// is dropped.
    pub fn hold(&self, part: &str) -> Hold {
        let (reached, dropped) = (CancellationToken::new(), CancellationToken::new());
        self.shared.holds().push_back(Held {
            part: part.to_owned(),
            reached: reached.clone(),
            dropped: dropped.clone(),
        });
        Hold {
            reached,
            _until_dropped: dropped.drop_guard(),
        }
    }

    /// Stops, and waits for requests that are under way.
    pub async fn shutdown(mut self) {
        self.stop.cancel();
        if let Some(serving) = self.serving.take() {
            let _ = serving.await;
        }
    }
}

impl Drop for HubSpotSim {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}
