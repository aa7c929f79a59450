//! Remembers passages and recalls them by meaning and by words, with filters.
//!
//! The seam is [`PassageStore`]: it returns two raw candidate lists, and one pure function,
//! [`fuse`], ranks them for every store. No text, name or e-mail address is kept: words are keyed
//! hashes, and what is shown comes from the archive.
//!
//! - [`MemoryStore`] compares with everything, exactly: the reference, and for trials.
//! - [`EmbeddedStore`] keeps an index in a folder: one process writes, others follow, and a kill
//!   loses nothing that was acknowledged.
//! - [`conformance`] holds the laws as checks; a new store passes them unchanged.
//!
//! ```
//! use std::num::NonZeroUsize;
//!
//! use access::Scope;
//! use conversation::{
//!     Call, CallId, Revision, Sentence, Span, SplitRules, Tenant, Transcript, Utterance, split,
//! };
//! use embeddings::{Embedder, HashEmbedder, Space};
//! use memory_store::{
//!     CallPoints, Facts, Filter, FusionRules, MemoryStore, PassageStore, Point, Question, TermKey,
//!     fuse,
//! };
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let embedder = HashEmbedder::default();
//! let space = Space::new(embedder.model().clone(), conversation::SPLITTER_VERSION, "key-1");
//! let store = MemoryStore::new(space, TermKey::new([7; 32]));
//!
//! // A call into passages, passages into points.
//! let call = Call::new(CallId::new("42")?, "2026-03-02T09:00:00Z".parse()?);
//! let said = |text| vec![Sentence::new(Span::from_millis(0, 900), text)];
//! let transcript = Transcript::new(vec![
//!     Utterance::new(said("Good morning, can you hear me?")),
//!     Utterance::new(said("We need the security review before we sign.")),
//! ]);
//! let mut rules = SplitRules::for_limit(NonZeroUsize::new(256).ok_or("not zero")?);
//! rules.target_words = 5; // two small passages, for the example
//! let count = |text: &str| embedder.count_tokens(text);
//! let revision = Revision::new(1);
//! let passages = split(&Tenant::default(), &call, revision, &transcript, &rules, &count);
//! let points = passages.into_iter().map(|passage| Point {
//!     vector: Some(embedder.vector(&passage.text)),
//!     passage,
//! });
//! let points = points.collect();
//! let facts = Facts::new(call.id.clone(), revision, "hash of the facts", call.started);
//! store.write(vec![CallPoints { facts, points }]).await?;
//!
//! // A question, and its ranking.
//! let asked = "is the security review done";
//! let question = Question::new(Filter::new(Scope::internal()))
//!     .meaning(embedder.vector(asked))
//!     .words(asked);
//! let candidates = store.recall(&question).await?;
//! let hits = fuse(&candidates, &FusionRules::default());
//!
//! assert_eq!(hits[0].place.first.to_string(), "1.0");
//! # Ok(())
//! # }
//! ```

mod fuse;
mod points;
mod question;
mod store;

mod embedded;
mod memory;

mod admit;
mod batch;
mod best;
mod bm25;
mod codes;
mod error;
mod words;

pub mod conformance;
pub mod parts;
pub mod testing;

pub use embedded::EmbeddedStore;
pub use error::{Error, ErrorKind};
pub use fuse::{FusionRules, Hit, Parts, fuse};
pub use memory::MemoryStore;
pub use points::{CallPoints, Facts, Holding, HoldingPage, PassagePlace, PersonKey, Point};
pub use question::{Candidate, Candidates, Filter, Question};
pub use store::{Forget, PassageStore, TermKey, Written};
