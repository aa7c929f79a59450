//! The use case: one delivery, from what was shown to what was promised.

use bytes::Bytes;
use call_archive::{AuditEntry, Delivery, DeliveryOutcome};
use gong_auth::{ShownByWebhook, VerifiedWebhook, WebhookRefusal};
use tokio::sync::oneshot;
use tokio::task::spawn_blocking;

use crate::metrics;

use super::Receiver;
use super::intake::Waiting;
use super::payload;

/// Hashing a larger body would hold up whoever waits for the same thread.
const LARGE: usize = 64 * 1024;
/// Who the audit log says has delivered.
const ACTOR: &str = "gong-webhook";
/// What the audit log says was done.
const ACTION: &str = "webhook accept";

/// What came in, as it was shown.
#[derive(Clone, Debug, Default)]
#[expect(clippy::exhaustive_structs, reason = "what is shown is the meaning")]
pub struct ShownDelivery {
    /// The value of `Authorization`, if there is exactly one.
    pub authorization: Option<String>,
    /// The last part of the path, where the address has a token.
    pub url_token: Option<String>,
    /// The body, byte by byte.
    pub body: Bytes,
}

/// What was promised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Accepted {
    /// The delivery is on the disk, and its call will be fetched.
    New,
    /// The same was taken in before.
    Duplicate,
    /// Its call was erased for good, and nothing of it is kept.
    Erased,
    /// It was a test, and it arrived.
    Test,
}

impl Accepted {
    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Duplicate => "duplicate",
            Self::Erased => "erased",
            Self::Test => "test",
        }
    }
}

impl From<DeliveryOutcome> for Accepted {
    fn from(outcome: DeliveryOutcome) -> Self {
        match outcome {
            DeliveryOutcome::New => Self::New,
            DeliveryOutcome::Duplicate => Self::Duplicate,
            DeliveryOutcome::Erased => Self::Erased,
        }
    }
}

/// Why nothing was promised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NotAccepted {
    /// It is not believed.
    Refused(WebhookRefusal),
    /// It is believed, and is not what Gong sends.
    Unreadable,
    /// More wait than can be written down.
    Busy,
    /// It could not be made durable.
    NotKept,
}

impl NotAccepted {
    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Refused(refusal) => refusal.as_str(),
            Self::Unreadable => "unreadable",
            Self::Busy => "busy",
            Self::NotKept => "not-kept",
        }
    }
}

impl Receiver {
    /// Takes a delivery in: verified over its bytes before it is read, and durable before this says
    /// so.
    pub async fn accept_delivery(&self, shown: ShownDelivery) -> Result<Accepted, NotAccepted> {
        let done = self.accept(shown).await;
        match &done {
            Ok(accepted) => metrics::webhook_received(accepted.as_str()),
            Err(why) => metrics::webhook_refused(why.as_str()),
        }
        done
    }

    async fn accept(&self, shown: ShownDelivery) -> Result<Accepted, NotAccepted> {
        let body = shown.body.clone();
        let verified = self.verified(shown).await?;
        let told = payload::read(&body).ok_or(NotAccepted::Unreadable)?;
        if verified == VerifiedWebhook::TestKey && !told.is_test {
            return Err(NotAccepted::Refused(WebhookRefusal::TestKey));
        }
        let record = AuditEntry::new(self.app.now(), ACTOR, "service", ACTION, "test");
        let Some(call) = told.call.filter(|_| !told.is_test) else {
            // A test leaves a record and nothing else: its call may be invented.
            let recorded = self.app.record(record).await;
            return recorded.map(|()| Accepted::Test).map_err(|error| {
                tracing::error!(%error, "a test could not be recorded");
                NotAccepted::NotKept
            });
        };
        let (answer, kept) = oneshot::channel();
        let delivery = Delivery::new(call, body.to_vec(), verified.as_str(), record);
        let waiting = Waiting { delivery, answer };
        self.waiting
            .try_send(waiting)
            .map_err(|_| NotAccepted::Busy)?;
        let outcome = kept.await.map_err(|_| NotAccepted::NotKept)?;
        Ok(outcome.into())
    }

    async fn verified(&self, shown: ShownDelivery) -> Result<VerifiedWebhook, NotAccepted> {
        let (verifier, now) = (self.verifier.clone(), self.app.now());
        let is_large = shown.body.len() > LARGE;
        let judge = move || {
            let shown = ShownByWebhook {
                authorization: shown.authorization.as_deref(),
                url_token: shown.url_token.as_deref(),
                body: &shown.body,
            };
            verifier.verify(shown, now).map_err(NotAccepted::Refused)
        };
        if !is_large {
            return judge();
        }
        let judged = spawn_blocking(judge).await;
        judged.unwrap_or(Err(NotAccepted::NotKept))
    }
}
