//! Where a row stands in its file: rows keep their number for ever, also when others are gone.

use std::fmt::Write;

/// Consecutive rows that stand one after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Run {
    row: u64,
    count: u64,
    place: u64,
}

/// Where the rows of one generation of vectors stand.
///
/// A compaction keeps some rows, in order; whatever is written later stands behind them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Rows {
    kept: Vec<Run>,
    /// The first row that was written after the compaction …
    tail: u64,
    /// … and its place: the number of rows kept.
    tail_place: u64,
}

impl Rows {
    /// The kept rows, which must rise, then everything from `tail` on.
    pub(super) fn compacted(kept: impl IntoIterator<Item = u64>, tail: u64) -> Self {
        let mut rows = Self {
            kept: Vec::new(),
            tail,
            tail_place: 0,
        };
        for row in kept {
            match rows.kept.last_mut() {
                Some(run) if run.row + run.count == row => run.count += 1,
                _ => rows.kept.push(Run {
                    row,
                    count: 1,
                    place: rows.tail_place,
                }),
            }
            rows.tail_place += 1;
        }
        rows
    }

    /// The place of a row; `None` if it is gone.
    pub(super) fn place(&self, row: u64) -> Option<u64> {
        if let Some(past) = row.checked_sub(self.tail) {
            return Some(self.tail_place + past);
        }
        let run = self
            .kept
            .partition_point(|run| run.row <= row)
            .checked_sub(1)
            .and_then(|index| self.kept.get(index))?;
        let past = row - run.row;
        (past < run.count).then_some(run.place + past)
    }

    /// The number of places up to a row that is to come.
    pub(super) fn places(&self, next_row: u64) -> u64 {
        self.tail_place + next_row.saturating_sub(self.tail)
    }

    pub(super) fn to_text(&self) -> String {
        let mut text = format!("{}\n", self.tail);
        for run in &self.kept {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{} {}", run.row, run.count);
        }
        text
    }

    pub(super) fn from_text(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        let mut rows = Self {
            kept: Vec::new(),
            tail: lines.next()?.parse().ok()?,
            tail_place: 0,
        };
        for line in lines {
            let (row, count) = line.split_once(' ')?;
            let run = Run {
                row: row.parse().ok()?,
                count: count.parse().ok()?,
                place: rows.tail_place,
            };
            rows.tail_place = rows.tail_place.checked_add(run.count)?;
            rows.kept.push(run);
        }
        Some(rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_keep_their_number_when_others_are_gone() {
        let rows = Rows::compacted([1, 2, 5, 8, 9], 12);
        let places: Vec<_> = (0..14).map(|row| rows.place(row)).collect();
        let expected = [
            None,
            Some(0),
            Some(1),
            None,
            None,
            Some(2),
            None,
            None,
            Some(3),
            Some(4),
            None,
            None,
            Some(5),
            Some(6),
        ];
        assert_eq!(places, expected);
        assert_eq!((rows.places(12), rows.places(14)), (5, 7));
        assert_eq!(Rows::from_text(&rows.to_text()), Some(rows));
    }

    #[test]
    fn without_a_compaction_every_row_stands_at_its_number() {
        let rows = Rows::default();
        assert_eq!((rows.place(0), rows.place(7)), (Some(0), Some(7)));
        assert_eq!(rows.places(3), 3);
    }

    #[test]
    fn what_is_cut_or_no_number_is_not_taken_for_rows() {
        for bad in ["", "x", "3\n1", "3\n1 x", "3\n1 18446744073709551615\n2 2"] {
            assert_eq!(Rows::from_text(bad), None, "{bad:?}");
        }
    }
}
