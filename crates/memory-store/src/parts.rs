//! What a store outside of this crate is built from, so that it hashes, weighs and orders like the
//! ones in it.

pub use crate::batch::{Owner, ReadyCall, ReadyPoint, fits, ready, vector_missing};
pub use crate::best::order;
pub use crate::bm25::{is_common, saturation};
pub use crate::words::{Hasher, Phrase, Term, Terms};
