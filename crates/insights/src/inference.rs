//! What a count allows to say.

mod wilson;

mod difference;
mod fisher;
mod needed;
mod tally;

mod associations;
mod discoveries;
mod shrinkage;

pub use associations::{
    Associations, Comparison, FALSE_DISCOVERIES, FEWEST_CLOSED, FEWEST_OF_EACH, Refusal, Stratum,
    Verdict,
};
pub use difference::Difference;
pub use discoveries::benjamini_hochberg;
pub use fisher::fisher;
pub use needed::{Power, needed_per_group};
pub use shrinkage::{Mean, Shrunk, shrink};
pub use tally::{Interval, Tally};
pub use wilson::wilson;
