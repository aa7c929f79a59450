//! The textbook BM25 that every store scores words with.
//!
//! Statistics are of all passages of the store, whoever asks: they shift scores by what the caller
//! may not see, but name nothing of it.

use crate::words::Term;

const K1: f32 = 1.2;
const B: f32 = 0.75;

/// A term in more than this share of all passages proposes none …
const COMMON_SHARE: f64 = 0.1;

/// What is known of all passages of a store.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Statistics {
    pub(crate) passages: u64,
    /// The words of all passages.
    pub(crate) words: u64,
}

/// A term of a question, with what it counts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Weighed {
    pub(crate) term: Term,
    idf: f32,
}

/// Which terms find passages, and which only score those that were found.
///
/// A term of every tenth passage says little and costs most of the time, so it proposes nothing
/// unless the question has no rarer one.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Plan {
    pub(crate) proposing: Vec<Weighed>,
    pub(crate) scoring: Vec<Weighed>,
    average_length: f32,
}

impl Plan {
    /// Makes the plan from the terms of a question with the number of passages that hold each.
    pub(crate) fn new(terms: impl IntoIterator<Item = (Term, u64)>, all: Statistics) -> Self {
        let mut plan = Self {
            average_length: narrowed(all.words as f64 / all.passages.max(1) as f64),
            ..Self::default()
        };
        for (term, holders) in terms {
            if holders == 0 {
                continue;
            }
            let weighed = Weighed {
                term,
                idf: idf(holders, all.passages),
            };
            if is_common(holders, all.passages) {
                plan.scoring.push(weighed);
            } else {
                plan.proposing.push(weighed);
            }
        }
        if plan.proposing.is_empty() {
            plan.proposing = std::mem::take(&mut plan.scoring);
        }
        plan
    }

    /// What a term adds to the score of a passage that holds it `count` times in `length` words.
    pub(crate) fn score(&self, weighed: Weighed, count: u32, length: u32) -> f32 {
        let (count, norm) = (count as f32, norm(length, self.average_length));
        weighed.idf * (1.0 + K1) * count / (count + norm)
    }
}

/// What a word counts in a passage that holds it `count` times in `length` words, where a passage
/// has `average` words: its BM25 before the weight of the word itself.
pub fn saturation(count: u32, length: u32, average: f32) -> f32 {
    let count = count as f32;
    (1.0 + K1) * count / (count + norm(length, average))
}

/// Whether a term is in so many passages that it proposes none.
pub fn is_common(holders: u64, passages: u64) -> bool {
    holders as f64 > COMMON_SHARE * passages as f64
}

fn norm(length: u32, average: f32) -> f32 {
    K1 * (1.0 - B + B * length as f32 / average.max(f32::MIN_POSITIVE))
}

fn idf(holders: u64, passages: u64) -> f32 {
    let (holders, passages) = (holders as f64, passages.max(holders) as f64);
    narrowed((1.0 + (passages - holders + 0.5) / (holders + 0.5)).ln())
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a mean and a logarithm of counts are small"
)]
fn narrowed(value: f64) -> f32 {
    value as f32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::TermKey;
    use crate::words::Hasher;

    fn plan(holders: &[u64], passages: u64) -> (usize, usize) {
        let hasher = Hasher::new(TermKey::new([0; 32]));
        let terms = holders
            .iter()
            .enumerate()
            .map(|(n, holders)| (hasher.fact("word", &n.to_string()), *holders));
        let all = Statistics {
            passages,
            words: 10 * passages,
        };
        let plan = Plan::new(terms, all);
        (plan.proposing.len(), plan.scoring.len())
    }

    #[test]
    fn common_terms_propose_only_when_no_other_is_left() {
        assert_eq!(plan(&[10, 11], 100), (1, 1), "a tenth is not more than one");
        assert_eq!(plan(&[11, 50], 100), (2, 0));
        assert_eq!(
            plan(&[0, 50], 100),
            (1, 0),
            "a word nobody said is not left"
        );
        assert_eq!(plan(&[0], 100), (0, 0));
        assert_eq!(plan(&[], 0), (0, 0));
    }

    #[test]
    fn a_score_is_the_textbook_s() {
        let term = Hasher::new(TermKey::new([0; 32])).fact("a", "b");
        let all = Statistics {
            passages: 10,
            words: 100,
        };
        let plan = Plan::new([(term, 1)], all);

        let score = plan.score(plan.proposing[0], 2, 20);

        // ln(1 + 9.5 / 1.5) · 2.2 · 2 / (2 + 1.2 · (0.25 + 0.75 · 2))
        let expected = (1.0_f64 + 9.5 / 1.5).ln() * 2.2 * 2.0 / (2.0 + 1.2 * 1.75);
        assert!(
            (f64::from(score) - expected).abs() < 1e-5,
            "{score} {expected}"
        );
    }
}
