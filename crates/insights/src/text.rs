//! Words of a sentence: cut, stemmed, and matched against cues.

mod cues;
mod stem;
mod word;

pub use cues::{Cue, Cues};
pub use stem::stem;
pub use word::{Word, words};
