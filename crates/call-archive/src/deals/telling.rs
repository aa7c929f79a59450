//! How statements of one source about one deal are kept: each as of an instant, and until when the
//! same was told again.

use conversation::DealSnapshot;
use jiff::Timestamp;

/// A statement, and the last instant at which its source told the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Told {
    pub(crate) snapshot: DealSnapshot,
    pub(crate) until: Timestamp,
}

impl Told {
    fn once(snapshot: DealSnapshot) -> Self {
        let until = snapshot.as_of;
        Self { snapshot, until }
    }

    fn at(&self, at: Timestamp) -> DealSnapshot {
        let mut again = self.snapshot.clone();
        again.as_of = at;
        again
    }
}

/// What is to be written when a source tells something: rows that take the place of the row of
/// their instant, or are new. `held` is what this source has told of this deal, by instant.
///
/// Of the repeats of a statement only the last is remembered: where another statement comes late
/// that was made between two repeats, it holds until the last of them.
///
/// The second value says whether the statement is new.
pub(crate) fn tell(held: &[Told], new: DealSnapshot) -> (Vec<Told>, bool) {
    let at = new.as_of;
    let Some(before) = held.iter().rfind(|told| told.snapshot.as_of <= at) else {
        return (vec![Told::once(new)], true);
    };
    if before.snapshot.says_the_same(&new) {
        let lasts = Told {
            until: at.max(before.until),
            ..before.clone()
        };
        let is_known = lasts == *before;
        return (if is_known { Vec::new() } else { vec![lasts] }, false);
    }
    let mut rows = Vec::new();
    if before.until >= at && before.snapshot.as_of < at {
        rows.push(Told::once(before.snapshot.clone()));
    }
    if before.until > at {
        rows.push(Told::once(before.at(before.until)));
    }
    rows.push(Told::once(new));
    (rows, true)
}

/// Everything that was told of one deal up to an instant, in the order in which it is believed: by
/// instant, then by source. Where one source told the same again after another had told something
/// else, it stands here again.
pub(crate) fn unfold(rows: &[Told], as_of: Timestamp) -> Vec<DealSnapshot> {
    let seen = rows.iter().filter(|told| told.snapshot.as_of <= as_of);
    let seen: Vec<(&Told, Timestamp)> = seen
        .map(|told| {
            let is_seen = told.until <= as_of;
            let until = if is_seen {
                told.until
            } else {
                told.snapshot.as_of
            };
            (told, until)
        })
        .collect();
    let mut all = Vec::with_capacity(seen.len());
    for (told, until) in &seen {
        all.push(told.snapshot.clone());
        let is_within = |at: Timestamp| at >= told.snapshot.as_of && at <= *until;
        let is_contradicted = seen.iter().any(|(other, again)| {
            other.snapshot.source != told.snapshot.source
                && (is_within(other.snapshot.as_of) || is_within(*again))
        });
        if is_contradicted && *until > told.snapshot.as_of {
            all.push(told.at(*until));
        }
    }
    all.sort_by_key(|snapshot| (snapshot.as_of, snapshot.source));
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use conversation::{DealId, DealSource};
    use jiff::SignedDuration;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_secs(seconds)
    }

    fn said(source: DealSource, seconds: i64, stage: &str) -> DealSnapshot {
        let deal = DealId::new("crm", "1").expect("valid");
        let mut snapshot = DealSnapshot::new(deal, source, at(seconds));
        snapshot.stage = Some(stage.to_owned());
        snapshot
    }

    /// Tells all of it in this order; gives the rows of all sources.
    fn kept(said: &[DealSnapshot]) -> Vec<Told> {
        let mut rows: Vec<Told> = Vec::new();
        for snapshot in said {
            let (same, mut others): (Vec<Told>, Vec<Told>) = rows
                .into_iter()
                .partition(|told| told.snapshot.source == snapshot.source);
            let (news, _) = tell(&same, snapshot.clone());
            let is_replaced = |told: &Told| {
                let mut news = news.iter();
                news.any(|row| row.snapshot.as_of == told.snapshot.as_of)
            };
            others.extend(same.into_iter().filter(|told| !is_replaced(told)));
            others.extend(news);
            others.sort_by_key(|told| (told.snapshot.as_of, told.snapshot.source));
            rows = others;
        }
        rows
    }

    fn stage(rows: &[Told], seconds: i64) -> Option<String> {
        unfold(rows, at(seconds)).pop()?.stage
    }

    #[test]
    fn whatever_the_order_of_telling_each_instant_reads_the_same() {
        let (csv, gong) = (DealSource::Csv, DealSource::Gong);
        let told = [
            said(csv, 1, "A"),
            said(csv, 4, "A"),
            said(csv, 2, "B"),
            said(gong, 2, "C"),
            said(csv, 5, "D"),
        ];
        let expected = [None, Some("A"), Some("C"), Some("C"), Some("A"), Some("D")];
        let mut order: Vec<usize> = (0..told.len()).collect();
        // Heap's algorithm, all 120 orders.
        let mut counters = vec![0; order.len()];
        let mut place = 0;
        loop {
            let given: Vec<DealSnapshot> = order.iter().map(|at| told[*at].clone()).collect();
            let rows = kept(&given);
            for (seconds, wanted) in (0..).zip(expected) {
                let read = stage(&rows, seconds);
                assert_eq!(read.as_deref(), wanted, "as of {seconds} after {order:?}");
            }
            while place < order.len() && counters[place] >= place {
                counters[place] = 0;
                place += 1;
            }
            if place == order.len() {
                break;
            }
            let with = if place % 2 == 0 { 0 } else { counters[place] };
            order.swap(with, place);
            counters[place] += 1;
            place = 0;
        }
    }

    #[test]
    fn the_same_again_adds_no_row_and_a_correction_takes_the_place() {
        let csv = DealSource::Csv;
        assert_eq!(kept(&[said(csv, 1, "A"), said(csv, 2, "A")]).len(), 1);
        let corrected = kept(&[said(csv, 1, "A"), said(csv, 1, "B"), said(csv, 1, "B")]);
        assert_eq!(corrected.len(), 1);
        assert_eq!(stage(&corrected, 1).as_deref(), Some("B"));
    }

    #[test]
    fn who_says_the_same_again_is_believed_over_what_was_said_between() {
        let rows = kept(&[
            said(DealSource::Csv, 1, "A"),
            said(DealSource::Crm, 1, "B"),
            said(DealSource::Crm, 2, "B"),
            said(DealSource::Csv, 3, "A"),
        ]);

        assert_eq!(stage(&rows, 2).as_deref(), Some("B"));
        assert_eq!(stage(&rows, 3).as_deref(), Some("A"));
    }
}
