//! What a count allows to say.

mod wilson;

mod difference;
mod fisher;
mod needed;
mod tally;

mod associations;
mod beta;
mod discoveries;
mod draws;
mod probabilities;
mod rates;
mod shrinkage;

pub use associations::{
    Associations, Comparison, FALSE_DISCOVERIES, FEWEST_CLOSED, FEWEST_OF_EACH, Refusal, Stratum,
    Verdict,
};
pub use beta::Beta;
pub use difference::Difference;
pub use discoveries::benjamini_hochberg;
pub use draws::Draws;
pub use fisher::fisher;
pub use needed::{Power, needed_per_group};
pub use probabilities::{ReliabilityBin, Turned, area_under_curve, brier, reliability};
pub use rates::{Counted, shrink_rates};
pub use shrinkage::{Mean, Shrunk, shrink};
pub use tally::{Interval, Tally};
pub use wilson::wilson;
