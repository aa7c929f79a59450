//! The CRM: what calls say is planned, read, and written to it; what people wrote there stays.
//!
//! A plan only reads. Applying it keeps an entry in the archive's outbox before anything is sent, so
//! that whoever dies in between goes on without writing twice. Private calls have no part in it,
//! whoever asks.

mod applying;
mod connecting;
mod customers;
mod failing;
mod matching;
mod noting;
mod planning;
mod reading;
mod remembering;
mod setting_up;
mod standing;
mod undoing;
mod witness;

pub(crate) use setting_up::missing_scopes;

pub use planning::{CrmOnly, CrmPlan, CrmPlanRequest};

/// The CRM, as names of deals carry it.
pub(crate) const SYSTEM: &str = "hubspot";
