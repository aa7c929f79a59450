//! Prose by a model that cannot make things up.
//!
//! A model is behind the [`Llm`] seam: one question bound to a JSON schema, one answer with its
//! tokens. [`adapters`] speak to servers, [`decorators`] hide names, bound the cost, keep answers and
//! ask again. No model ever calls a tool or chooses where anything goes.

mod endpoint;
mod llm;
mod tokens;

pub mod adapters;
pub mod conformance;
pub mod decorators;
pub mod testing;

pub use endpoint::{Endpoint, InvalidEndpoint};
pub use llm::{Answer, Llm, LlmError, Marker, Markers, Model, Request, Tokens};
