//! Deliveries of Gong: whether somebody who may has sent exactly these bytes to exactly this place.

mod claims;
mod key;
mod refusal;
mod signer;
#[cfg(test)]
mod tests;
mod verifier;

pub use key::WebhookKey;
pub use refusal::WebhookRefusal;
pub use signer::WebhookSigner;
pub use verifier::{ShownByWebhook, VerifiedWebhook, WebhookVerifier};
