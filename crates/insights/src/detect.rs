//! The detectors, each in a file of its own.

mod buying_signals;
mod competitors;
mod due;
mod filler;
mod labels;
mod next_steps;
mod objections;
mod pain;
mod pricing;
mod process;
mod questions;
mod red_flags;

use crate::Detector;

pub use buying_signals::BuyingSignals;
pub use competitors::Competitors;
pub use due::due_dates;
pub use filler::Filler;
pub(crate) use labels::label_scores;
pub use next_steps::NextSteps;
pub use objections::Objections;
pub use pain::Pain;
pub use pricing::Pricing;
pub use process::Process;
pub(crate) use questions::asked;
pub use questions::{Questions, is_punctuated, plain_question_features};
pub use red_flags::RedFlags;

/// What a user told us to look for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Watched {
    /// The competitors.
    pub competitors: Vec<Watch>,
}

/// A name to look for, with its other names.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Watch {
    /// The name that findings carry.
    pub name: String,
    /// Other names for it: products, nicknames.
    pub aliases: Vec<String>,
}

impl Watch {
    /// A name without others.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            aliases: Vec::new(),
        }
    }

    /// Adds other names.
    #[must_use]
    pub fn with_aliases(mut self, aliases: impl IntoIterator<Item = String>) -> Self {
        self.aliases.extend(aliases);
        self
    }
}

/// Every detector that is shipped, as the product runs them.
pub fn detectors(watched: &Watched) -> Vec<Box<dyn Detector>> {
    vec![
        Box::new(Questions::new()),
        Box::new(NextSteps::new()),
        Box::new(Objections::new()),
        Box::new(Pricing::new()),
        Box::new(Competitors::new(&watched.competitors)),
        Box::new(RedFlags::new()),
        Box::new(Pain::new()),
        Box::new(Process::new()),
        Box::new(BuyingSignals::new()),
        Box::new(Filler::new()),
    ]
}
