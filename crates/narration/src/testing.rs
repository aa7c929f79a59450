//! A model that answers from a script, and transcripts that attack, for tests.

mod hostile;
mod scripted;

pub use hostile::{Attack, hostile};
pub use scripted::{Obedient, Scripted, request};
