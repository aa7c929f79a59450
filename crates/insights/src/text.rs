//! Words of a sentence: cut, stemmed, and matched against cues.

mod cues;
mod dates;
mod filler;
mod sound;
mod stem;
mod word;

pub use cues::{Cue, Cues};
pub use dates::{Anchor, MONTHS, ORDINALS, SaidDate, in_week, said_dates, said_week, weekday};
pub use filler::fillers;
pub use sound::{edits, sound};
pub use stem::stem;
pub use word::{Word, words};
