//! What was verified and waits to be written: many together, one commit.
//!
//! A commit costs one fsync however many deliveries it carries. While one is on its way to the disk
//! the next are collected, so a crowd of senders is as fast as the processor and one sender waits
//! for nothing but the disk. The same holds for PostgreSQL, where writers take turns.

use call_archive::{Delivery, DeliveryOutcome};
use tokio::sync::{mpsc, oneshot};

use crate::App;

/// The most deliveries that wait for their commit; more are sent away.
pub(super) const QUEUE: usize = 512;
/// The most of them that one commit carries.
const MOST_PER_COMMIT: usize = 256;

/// A delivery and whoever waits for what becomes of it.
pub(super) struct Waiting {
    pub(super) delivery: Delivery,
    pub(super) answer: oneshot::Sender<DeliveryOutcome>,
}

/// Writes down what receivers have taken in.
#[must_use = "nothing is written down until it runs"]
pub struct Intake {
    app: App,
    waiting: mpsc::Receiver<Waiting>,
}

impl Intake {
    pub(super) fn new(app: App, waiting: mpsc::Receiver<Waiting>) -> Self {
        Self { app, waiting }
    }

    /// Writes until the last receiver is gone and nothing waits any more.
    pub async fn keep_deliveries(mut self) {
        let mut batch = Vec::new();
        while self.waiting.recv_many(&mut batch, MOST_PER_COMMIT).await > 0 {
            self.write(std::mem::take(&mut batch)).await;
        }
    }

    /// Whoever is not answered is told nothing, and must say that nothing was kept.
    async fn write(&self, batch: Vec<Waiting>) {
        let (deliveries, answers): (Vec<_>, Vec<_>) = batch
            .into_iter()
            .map(|waiting| (waiting.delivery, waiting.answer))
            .unzip();
        let now = self.app.now();
        let written = match self.app.opened().await {
            Ok(opened) => opened.inbox.deliver(deliveries, now).await,
            Err(error) => {
                tracing::error!(%error, "deliveries cannot be kept: the archive does not open");
                return;
            }
        };
        match written {
            Ok(outcomes) => {
                for (answer, outcome) in answers.into_iter().zip(outcomes) {
                    // Who has gone away will deliver again, and be told of a duplicate.
                    let _ = answer.send(outcome);
                }
            }
            Err(error) => {
                tracing::error!(%error, many = answers.len(), "deliveries could not be kept");
            }
        }
    }
}
