//! Words of a sentence: cut, stemmed, and matched against cues.

mod cues;
mod filler;
mod stem;
mod word;

pub use cues::{Cue, Cues};
pub use filler::fillers;
pub use stem::stem;
pub use word::{Word, words};
