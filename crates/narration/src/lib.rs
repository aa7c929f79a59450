//! Prose by a model that cannot make things up.
//!
//! A model is behind the [`Llm`] seam: one question bound to a JSON schema, one answer with its
//! tokens. [`adapters`] speak to servers, [`decorators`] hide names, bound the cost, keep answers and
//! ask again. No model ever calls a tool or chooses where anything goes.
//!
//! A [`Narrator`] shows the numbered sentences of a [`Material`] to a model, takes claims that name
//! the sentences they rest on, and lets through what the pure [`verify`] finds in them. Quotes and
//! times come from the transcript, never from the model.
//!
//! ```
//! use insights::testing::call_of;
//! use narration::{Claim, ClaimKind, Material, Reason, Verifier};
//!
//! let call = call_of(&[("theirs", "We would need it under forty thousand dollars a year.")]);
//! let view = call.view();
//! let material = Material::of_calls(vec![&view]);
//! let verifier = Verifier::new(&material);
//! let claim = |text: &str| Claim::new(ClaimKind::Pricing, text, vec![1]);
//!
//! let statement = verifier.check(&claim("The customer needs it under $40,000 a year."));
//! assert_eq!(statement.map(|one| one.evidence.len()), Ok(1));
//! let other = verifier.check(&claim("The customer needs it under $45,000 a year."));
//! assert_eq!(other, Err(Reason::Number));
//! ```

mod endpoint;
mod llm;
mod tokens;

mod addressed;
mod claim;
mod material;
mod narrator;
mod prose;
mod task;
mod words;

pub mod verify;

pub mod adapters;
pub mod conformance;
pub mod decorators;
pub mod testing;

pub use claim::{Claim, ClaimKind};
pub use endpoint::{Endpoint, InvalidEndpoint};
pub use llm::{Answer, Llm, LlmError, Marker, Markers, Model, Request, Tokens};
pub use material::{Material, Window};
pub use narrator::{NarrateError, Narrator, SecondLook};
pub use prose::Prose;
pub use task::{Audience, Task};
pub use verify::{Reason, Statement, Verifier};
