//! What all requests share.

use std::sync::Arc;

use aws_lc_rs::{hmac, rand};
use gong_app::App;
use jiff::Timestamp;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use crate::cookies::Cookies;
use crate::hosts::Hosts;
use crate::live::Live;
use crate::sessions::Sessions;

/// Requests that are answered at once; more are sent away for a second.
const AT_ONCE: usize = 64;
/// Pages that listen for news at once; more work without.
const STREAMS: usize = 32;

/// What all requests share.
pub(crate) struct Desk {
    /// Works for nobody until somebody is recognised.
    pub(crate) app: App,
    pub(crate) hosts: Hosts,
    pub(crate) cookies: Cookies,
    pub(crate) sessions: Sessions,
    /// Seals what sign-ins are tied to.
    pub(crate) sign_ins: hmac::Key,
    pub(crate) live: Arc<Live>,
    pub(crate) stop: CancellationToken,
    pub(crate) places: Semaphore,
    pub(crate) streams: Arc<Semaphore>,
    pub(crate) now: fn() -> Timestamp,
    pub(crate) note: Option<String>,
    /// Where the link that lets the person at this machine in is told; none where there is no such
    /// link.
    pub(crate) tell: Option<Tell>,
    /// What stands before the link.
    pub(crate) here: String,
}

/// Tells the person at this machine something.
pub(crate) type Tell = Arc<dyn Fn(&str) + Send + Sync>;

impl Desk {
    pub(crate) fn new(
        app: App,
        hosts: Hosts,
        cookies: Cookies,
        live: Arc<Live>,
        stop: CancellationToken,
        now: fn() -> Timestamp,
    ) -> Self {
        Self {
            app,
            hosts,
            cookies,
            live,
            stop,
            now,
            sessions: Sessions::default(),
            sign_ins: hmac::Key::generate(hmac::HMAC_SHA256, &rand::SystemRandom::new())
                .expect("the system has randomness"),
            places: Semaphore::new(AT_ONCE),
            streams: Arc::new(Semaphore::new(STREAMS)),
            note: None,
            tell: None,
            here: String::new(),
        }
    }

    /// Makes the next link and tells it, where the person at this machine is let in by one.
    pub(crate) fn tell_link(&self) {
        if let Some(tell) = &self.tell {
            let link = self.sessions.new_link();
            tell(&format!("{}/enter?link={link}", self.here));
        }
    }
}
