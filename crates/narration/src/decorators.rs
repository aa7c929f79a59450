//! What stands around a model, whichever it is: each decorator is an [`Llm`](crate::Llm) itself.
//!
//! From the outside in: [`Redacting`], [`Budgeted`], [`Cached`], [`Retrying`], the adapter. Names
//! are gone before anything is counted, kept or sent.

mod budgeted;
mod cached;
mod redacting;
mod retrying;

pub use budgeted::{Budget, Budgeted, Prices};
pub use cached::{AnswerStore, Cached, MemoryAnswers, StoreError};
pub use redacting::Redacting;
pub use retrying::{Decision, RetryRules, Retrying, Situation, decide};
