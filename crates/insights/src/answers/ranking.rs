//! Ranks sentences by how well they answer a question.

use std::collections::{BTreeMap, BTreeSet};

use conversation::Side;

use crate::linear::Features;
use crate::models::ANSWERS;
use crate::{CallView, Line};

use super::asked::{Asked, content};
use super::reading::READINGS;

/// Two answers of a call stand more than this many sentences apart: neighbours are one moment.
const APART: usize = 2;

/// Number words that an answer may hold instead of digits.
const NUMBERS: [&str; 32] = [
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve", "fifteen", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty",
    "ninety", "hundred", "thousand", "million", "half", "third", "quarter", "couple", "dozen",
    "double", "once", "twice",
];

/// Words of days and times.
const DATES: [&str; 27] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "week",
    "weeks",
    "month",
    "months",
    "quarter",
    "year",
    "years",
    "tomorrow",
    "today",
    "end",
];

/// A sentence that could answer.
#[derive(Clone, Copy, Debug)]
#[expect(
    clippy::exhaustive_structs,
    reason = "where it stands and how near it is, is all there is"
)]
pub struct Candidate<'c, 'a> {
    /// Its call.
    pub call: &'c CallView<'a>,
    /// Its position among the call's lines.
    pub at: usize,
    /// The cosine of the question with each of its readings.
    pub nearness: [f32; READINGS],
}

/// A sentence with how well it answers.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Answer {
    /// Its position among the candidates.
    pub candidate: usize,
    /// The logarithm of the odds, as trained: comparable within one question.
    pub score: f32,
    /// How many of the question's words it and its neighbours hold.
    pub shared_words: usize,
}

impl Answer {
    /// All candidates with these scores, the best first; of two equal ones the earlier.
    pub fn ranking(asked: &Asked, candidates: &[Candidate<'_, '_>], scores: &[f32]) -> Vec<Self> {
        let of = |(candidate, (one, score)): (usize, (&Candidate<'_, '_>, &f32))| Self {
            candidate,
            score: *score,
            shared_words: shared(asked, one).len(),
        };
        let mut answers: Vec<Self> = candidates.iter().zip(scores).enumerate().map(of).collect();
        answers.sort_by(|a, b| b.score.total_cmp(&a.score));
        answers
    }
}

/// All candidates, the best first, as the shipped model ranks them.
pub fn rank(asked: &Asked, candidates: &[Candidate<'_, '_>]) -> Vec<Answer> {
    let features = answer_features(asked, candidates);
    let scores: Vec<f32> = features.iter().map(|one| ANSWERS.score(one)).collect();
    Answer::ranking(asked, candidates, &scores)
}

/// The first `most` of a ranking that do not stand beside a better one in the same call.
pub fn apart(ranking: &[Answer], candidates: &[Candidate<'_, '_>], most: usize) -> Vec<Answer> {
    let place = |answer: &Answer| {
        let one = candidates.get(answer.candidate)?;
        Some((one.call.id(), one.at))
    };
    let mut kept: Vec<Answer> = Vec::new();
    for answer in ranking {
        let is_beside = |better: &Answer| match (place(answer), place(better)) {
            (Some((call, at)), Some((other, there))) => {
                call == other && at.abs_diff(there) <= APART
            }
            _ => true,
        };
        if kept.len() < most && !kept.iter().any(is_beside) {
            kept.push(*answer);
        }
    }
    kept
}

/// What the model reads of every candidate.
pub fn answer_features(asked: &Asked, candidates: &[Candidate<'_, '_>]) -> Vec<Features> {
    let weights = weights(asked, candidates);
    let standard: [Standard; READINGS] = std::array::from_fn(|reading| {
        Standard::of(candidates.iter().map(|one| one.nearness[reading]))
    });
    let of = |one: &Candidate<'_, '_>| {
        let mut features = Features::default();
        for (reading, (near, standard)) in one.nearness.iter().zip(&standard).enumerate() {
            features.add_value(&format!("near:{reading}"), *near);
            features.add_value(&format!("nearer:{reading}"), standard.score(*near));
        }
        let share: f32 = shared(asked, one)
            .iter()
            .filter_map(|word| weights.get(word.as_str()))
            .sum();
        features.add_value("words", share);
        let lines = one.call.lines();
        if let Some(line) = lines.get(one.at) {
            let has = |name: &str, is: bool, features: &mut Features| {
                if is {
                    features.add(name);
                }
            };
            has("asks", asks(line), &mut features);
            has("theirs", line.side == Side::Theirs, &mut features);
            let (number, date) = (holds_number(line), holds_date(line));
            has("number", number, &mut features);
            has(
                "number:asked",
                number && asked.wants_number(),
                &mut features,
            );
            has("date:asked", date && asked.wants_date(), &mut features);
        }
        let before = one.at.checked_sub(1).and_then(|at| lines.get(at));
        if before.is_some_and(asks) {
            features.add("after:question");
        }
        features
    };
    candidates.iter().map(of).collect()
}

/// How much each word of the question counts, all together 1: a word that many candidates hold says
/// little.
fn weights<'q>(asked: &'q Asked, candidates: &[Candidate<'_, '_>]) -> BTreeMap<&'q str, f32> {
    let mut held: BTreeMap<&str, f32> = asked.words().iter().map(|w| (w.as_str(), 0.0)).collect();
    for one in candidates {
        let line = one.call.lines().get(one.at);
        for word in line.map(stems).unwrap_or_default() {
            if let Some(count) = held.get_mut(word.as_str()) {
                *count += 1.0;
            }
        }
    }
    let all = candidates.len() as f32;
    let idf = |count: f32| (1.0 + (all - count + 0.5) / (count + 0.5)).ln();
    let sum: f32 = held.values().map(|count| idf(*count)).sum();
    held.into_iter()
        .map(|(word, count)| (word, idf(count) / sum.max(f32::EPSILON)))
        .collect()
}

/// The words of the question that a sentence and its neighbours hold.
fn shared(asked: &Asked, one: &Candidate<'_, '_>) -> BTreeSet<String> {
    let from = one.at.saturating_sub(1);
    let around = one.call.lines().iter().skip(from).take(one.at - from + 2);
    let said: BTreeSet<String> = around.flat_map(stems).collect();
    asked.words().intersection(&said).cloned().collect()
}

fn stems(line: &Line<'_>) -> BTreeSet<String> {
    content(line.words.iter().map(|word| word.lower.as_str()))
}

fn asks(line: &Line<'_>) -> bool {
    line.text.trim_end().ends_with('?')
}

fn holds_number(line: &Line<'_>) -> bool {
    line.words.iter().any(|word| {
        word.lower.contains(|c: char| c.is_ascii_digit()) || NUMBERS.contains(&word.lower.as_str())
    })
}

fn holds_date(line: &Line<'_>) -> bool {
    let mut words = line.words.iter();
    words.any(|word| DATES.contains(&word.lower.as_str()))
}

/// Mean and spread of numbers.
struct Standard {
    mean: f32,
    deviation: f32,
}

impl Standard {
    fn of(numbers: impl Iterator<Item = f32> + Clone) -> Self {
        let count = numbers.clone().count().max(1) as f32;
        let mean = numbers.clone().sum::<f32>() / count;
        let variance = numbers.map(|n| (n - mean).powi(2)).sum::<f32>() / count;
        Self {
            mean,
            deviation: variance.sqrt().max(1e-3),
        }
    }

    /// By how many deviations a number lies above the mean.
    fn score(&self, number: f32) -> f32 {
        (number - self.mean) / self.deviation
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::call_of;

    fn candidates<'c, 'a>(call: &'c CallView<'a>, nearness: &[f32]) -> Vec<Candidate<'c, 'a>> {
        let of = |(at, near): (usize, &f32)| Candidate {
            call,
            at,
            nearness: [*near; READINGS],
        };
        nearness.iter().enumerate().map(of).collect()
    }

    #[test]
    fn the_reply_comes_before_the_question_that_it_replies_to() {
        let call = call_of(&[
            ("ours", "How many days does the close take you?"),
            ("theirs", "About nine days."),
            ("ours", "Lovely weather here."),
        ]);
        let view = call.view();
        let all = candidates(&view, &[0.6, 0.6, 0.1]);
        let asked = Asked::of("How long does their close take?");
        let order: Vec<usize> = rank(&asked, &all).iter().map(|one| one.candidate).collect();
        assert_eq!(order, [1, 0, 2]);
    }

    #[test]
    fn answers_stand_apart_within_a_call_only() {
        let one = call_of(&["A.", "B.", "C.", "D.", "E."].map(|text| ("ours", text)));
        let view = one.view();
        let all = candidates(&view, &[0.9, 0.8, 0.7, 0.6, 0.5]);
        let ranking: Vec<Answer> = (0..5)
            .map(|candidate| Answer {
                candidate,
                score: 0.0,
                shared_words: 0,
            })
            .collect();
        let kept = apart(&ranking, &all, 3);
        let kept: Vec<usize> = kept.iter().map(|one| one.candidate).collect();
        assert_eq!(kept, [0, 3]);
        assert_eq!(apart(&ranking, &all, 1).len(), 1);
    }

    #[test]
    fn words_that_every_sentence_holds_count_less() {
        let said = ["The price of seats.", "The price of data.", "Price."];
        let call = call_of(&said.map(|text| ("ours", text)));
        let view = call.view();
        let all = candidates(&view, &[0.1; 3]);
        let asked = Asked::of("What is the price of data?");
        let weights = weights(&asked, &all);
        assert!(weights["data"] > 4.0 * weights["price"]);
        assert!((weights.values().sum::<f32>() - 1.0).abs() < 1e-5);
    }
}
