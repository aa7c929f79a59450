//! What the linear models read of a sentence: its words, cue classes, neighbours, side, place, and,
//! where there are sentence vectors, their meaning. Training and detection share this code.

mod lexicon;
mod mentions;
mod named;
mod owners;
mod sentences;
mod stances;

pub use lexicon::Lexicon;
pub use mentions::{Mention, mentions};
pub use named::{FeatureId, Named};
pub use owners::owner_features;
pub use sentences::{DENSE_BLOCKS, SentenceFeatures, features};
pub use stances::stance_features;
