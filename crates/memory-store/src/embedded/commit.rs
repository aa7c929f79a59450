//! What a commit says beside its documents: the payload of tantivy's commit.

use super::failure::damaged;
use crate::Error;

/// How far the vectors reach that a commit knows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Committed {
    /// The number in the names of the vector files.
    pub(super) generation: u64,
    /// The row that the next vector gets. Rows are never given twice.
    pub(super) next_row: u64,
}

impl Committed {
    pub(super) fn to_payload(self) -> String {
        format!("generation {} rows {}", self.generation, self.next_row)
    }

    /// Reads a payload; an index that has none was never committed to.
    pub(super) fn from_payload(payload: Option<&str>) -> Result<Self, Error> {
        let Some(payload) = payload else {
            return Ok(Self::default());
        };
        let mut words = payload.split(' ');
        let mut number = |name: &str| {
            let is_named = words.next() == Some(name);
            let number = words.next()?.parse().ok()?;
            is_named.then_some(number)
        };
        let read = (number("generation"), number("rows"));
        match read {
            (Some(generation), Some(next_row)) => Ok(Self {
                generation,
                next_row,
            }),
            _ => Err(damaged("last commit of the index is not readable")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_payload_reads_back() {
        let committed = Committed {
            generation: 3,
            next_row: u64::MAX,
        };
        let read = Committed::from_payload(Some(&committed.to_payload()));
        assert_eq!(read.expect("readable"), committed);
        let none = Committed::from_payload(None);
        assert_eq!(none.expect("never committed to"), Committed::default());
        for bad in ["", "rows 3", "generation x rows 1", "generation 1 rows"] {
            assert!(Committed::from_payload(Some(bad)).is_err(), "{bad}");
        }
    }
}
