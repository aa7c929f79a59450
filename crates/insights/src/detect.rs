//! The detectors, each in a file of its own.

mod questions;

use crate::Detector;

pub(crate) use questions::asked;
pub use questions::{Questions, is_punctuated, plain_question_features};

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
pub fn detectors(_watched: &Watched) -> Vec<Box<dyn Detector>> {
    vec![Box::new(Questions::new())]
}
