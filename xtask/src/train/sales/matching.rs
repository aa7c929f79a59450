//! Precision and recall of labelled places, exactly and within a sentence, as the scorer counts.

use std::collections::BTreeSet;

/// Pairs of wanted and found places at most `reach` apart, one to one, nearest first; the
/// positions in both lists.
pub(super) fn matched(wanted: &[usize], found: &[usize], reach: usize) -> Vec<(usize, usize)> {
    let mut pairs = Vec::new();
    for (g, want) in wanted.iter().enumerate() {
        for (p, find) in found.iter().enumerate() {
            let apart = want.abs_diff(*find);
            if apart <= reach {
                pairs.push((apart, p, g));
            }
        }
    }
    pairs.sort_unstable();
    let (mut taken, mut used) = (BTreeSet::new(), BTreeSet::new());
    let mut matched = Vec::new();
    for (_, p, g) in pairs {
        if !taken.contains(&g) && !used.contains(&p) {
            taken.insert(g);
            used.insert(p);
            matched.push((g, p));
        }
    }
    matched
}

/// Counts of one label.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) right: usize,
    pub(super) found: usize,
    pub(super) wanted: usize,
}

impl Counts {
    /// The harmonic mean of precision and recall.
    pub(super) fn f1(self) -> f64 {
        let total = self.found + self.wanted;
        if total == 0 {
            0.0
        } else {
            2.0 * self.right as f64 / total as f64
        }
    }

    /// Adds the counts of a call.
    pub(super) fn add(&mut self, wanted: &[usize], found: &[usize], reach: usize) {
        self.right += matched(wanted, found, reach).len();
        self.found += found.len();
        self.wanted += wanted.len();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_pair_one_to_one_nearest_first() {
        assert_eq!(matched(&[4, 5], &[5, 6], 1), [(1, 0)]);
        assert_eq!(matched(&[4, 9], &[5, 8], 1), [(0, 0), (1, 1)]);
        assert_eq!(matched(&[4], &[6], 1), []);
        let mut counts = Counts::default();
        counts.add(&[4, 9], &[5, 20], 1);
        assert_eq!(
            counts,
            Counts {
                right: 1,
                found: 2,
                wanted: 2
            }
        );
        assert!((counts.f1() - 0.5).abs() < 1e-9);
    }
}
