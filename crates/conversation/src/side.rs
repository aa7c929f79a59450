//! Which company somebody speaks for.

use std::fmt;
use std::str::FromStr;

/// The side of the table a party sits on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_enums, reason = "the three sides are the meaning")]
pub enum Side {
    /// The company that owns the recording.
    Ours,
    /// The customer, prospect or partner.
    Theirs,
    /// The recording does not say.
    #[default]
    Unknown,
}

impl Side {
    /// The word used in every view, file and flag.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ours => "ours",
            Self::Theirs => "theirs",
            Self::Unknown => "unknown",
        }
    }
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Says that a word names no side.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a side is one of ours, theirs, unknown")]
pub struct UnknownSide;

impl FromStr for Side {
    type Err = UnknownSide;

    fn from_str(word: &str) -> Result<Self, UnknownSide> {
        match word {
            "ours" => Ok(Self::Ours),
            "theirs" => Ok(Self::Theirs),
            "unknown" => Ok(Self::Unknown),
            _ => Err(UnknownSide),
        }
    }
}

/// The set of sides heard in a passage.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Sides(u8);

impl Sides {
    /// No side yet.
    pub const NONE: Self = Self(0);

    /// Adds a side.
    #[must_use]
    pub const fn with(self, side: Side) -> Self {
        Self(self.0 | Self::bit(side))
    }

    /// Whether the side is heard.
    pub const fn contains(self, side: Side) -> bool {
        self.0 & Self::bit(side) != 0
    }

    /// The sides in the set, ours first.
    pub fn iter(self) -> impl Iterator<Item = Side> {
        [Side::Ours, Side::Theirs, Side::Unknown]
            .into_iter()
            .filter(move |&s| self.contains(s))
    }

    const fn bit(side: Side) -> u8 {
        match side {
            Side::Ours => 1,
            Side::Theirs => 2,
            Side::Unknown => 4,
        }
    }
}

impl FromIterator<Side> for Sides {
    fn from_iter<I: IntoIterator<Item = Side>>(sides: I) -> Self {
        sides.into_iter().fold(Self::NONE, Self::with)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_side_reads_back_from_its_word() {
        for side in [Side::Ours, Side::Theirs, Side::Unknown] {
            assert_eq!(side.as_str().parse(), Ok(side));
        }
        assert_eq!("internal".parse::<Side>(), Err(UnknownSide));
    }

    #[test]
    fn a_set_holds_what_was_put_in_and_nothing_else() {
        let sides: Sides = [Side::Theirs, Side::Theirs].into_iter().collect();
        assert!(sides.contains(Side::Theirs) && !sides.contains(Side::Ours));
        assert_eq!(sides.iter().collect::<Vec<_>>(), [Side::Theirs]);
    }
}
