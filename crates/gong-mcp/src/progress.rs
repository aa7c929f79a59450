//! How far a slow tool is, for whoever waits for it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use gong_app::{Listener, Step};
use rmcp::model::{ProgressNotificationParam, ProgressToken};
use rmcp::{Peer, RoleServer};
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;

/// Steps that wait for a slow reader; older ones are dropped.
const WAITING: usize = 64;

/// Passes on what use cases tell: notes to the log, steps to whoever waits. Each call of a tool has its
/// own, so that nobody hears of the work of others.
#[derive(Clone, Debug)]
pub struct Relay(broadcast::Sender<Step>);

impl Relay {
    /// A relay that nobody listens to yet; the [`App`](gong_app::App) is given it as its listener.
    pub fn new() -> Arc<Self> {
        Arc::new(Self(broadcast::Sender::new(WAITING)))
    }
}

impl Listener for Relay {
    fn step(&self, step: Step) {
        // Nobody listening is the usual case.
        let _ = self.0.send(step);
    }

    fn note(&self, note: &str) {
        tracing::info!("{note}");
    }
}

/// Tells one caller how far the tool is, if the caller asked to be told.
pub(crate) struct Progress {
    to: Option<(Peer<RoleServer>, ProgressToken)>,
    relay: Arc<Relay>,
    told: AtomicU32,
}

impl Progress {
    pub(crate) fn new(peer: &Peer<RoleServer>, token: Option<ProgressToken>) -> Self {
        Self {
            to: token.map(|token| (peer.clone(), token)),
            relay: Relay::new(),
            told: AtomicU32::new(0),
        }
    }

    /// What hears the steps.
    pub(crate) fn relay(&self) -> Arc<Relay> {
        Arc::clone(&self.relay)
    }

    /// Tells it. What is told always grows, as the protocol wants it; the message says how far it is.
    async fn tell(&self, message: String) {
        let Some((peer, token)) = &self.to else {
            return;
        };
        let told = self.told.fetch_add(1, Ordering::Relaxed) + 1;
        let progress = ProgressNotificationParam::new(token.clone(), f64::from(told));
        // Who does not listen any more has cancelled, or soon will.
        let _ = peer.notify_progress(progress.with_message(message)).await;
    }

    /// Waits for work that tells its steps through the relay, and passes them on.
    pub(crate) async fn while_told<T>(&self, work: impl Future<Output = T>) -> T {
        let mut steps = self.relay.0.subscribe();
        self.tell("at work".to_owned()).await;
        let mut work = std::pin::pin!(work);
        loop {
            tokio::select! {
                done = &mut work => return done,
                step = steps.recv() => match step {
                    Ok(step) => self.tell(in_words(step)).await,
                    Err(RecvError::Lagged(_)) => {}
                    Err(RecvError::Closed) => return work.await,
                },
            }
        }
    }
}

fn in_words(step: Step) -> String {
    let what = step.stage.title();
    match step.total {
        Some(total) => format!("{what}: {} of {total}", step.done),
        None => format!("{what}: {}", step.done),
    }
}
