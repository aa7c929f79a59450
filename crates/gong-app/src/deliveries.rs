//! What Gong delivers: verified, kept durably, and only then acknowledged.

mod accepting;
mod intake;
pub(crate) mod payload;
mod setting_up;
mod shared_secret;
mod trying;

pub use accepting::{Accepted, NotAccepted, ShownDelivery};
pub use gong_auth::WebhookRefusal;
pub use intake::Intake;
pub use setting_up::Receiver;
