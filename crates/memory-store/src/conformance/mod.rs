//! The laws of [`PassageStore`], checked on any implementation.
//!
//! A new store passes them unchanged:
//!
//! ```
//! use memory_store::{MemoryStore, PassageStore, TermKey, conformance};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! conformance::check(|space| async {
//!     Box::new(MemoryStore::new(space, TermKey::new([1; 32]))) as Box<dyn PassageStore>
//! })
//! .await;
//! # }
//! ```

mod asking;
mod erasing;
mod filtering;
mod trial;
mod writing;

use std::pin::Pin;

use embeddings::Space;

use crate::PassageStore;

/// Checks every law, each on a new and empty store of the space that is asked for.
///
/// # Panics
/// When a law is broken, with the law as the message: this is for tests.
pub async fn check<Made>(make: impl Fn(Space) -> Made)
where
    Made: Future<Output = Box<dyn PassageStore>>,
{
    let make = |space| -> Pin<Box<dyn Future<Output = _>>> { Box::pin(make(space)) };
    let make: &Make<'_> = &make;
    writing::check(make).await;
    asking::check(make).await;
    filtering::check(make).await;
    erasing::check(make).await;
}

/// Makes an empty store.
type Make<'a> = dyn Fn(Space) -> Pin<Box<dyn Future<Output = Box<dyn PassageStore>> + 'a>> + 'a;
