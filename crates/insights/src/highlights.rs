//! Highlights: the utterances that people would name when they sum up a call.
//!
//! A small model, trained on what people marked as the evidence of their summaries, says how likely
//! each utterance is one. They are then taken one by one: likely ones first, short ones rather than
//! long ones, and none close to one that was taken, because it would say the same.

mod salience;

use std::ops::Range;

use conversation::SentenceRef;

use crate::CallView;
use crate::models::SALIENCE;

pub use salience::{Moment, moments, salience_features};

/// How moments are taken one by one.
#[derive(Clone, Copy, Debug, PartialEq)]
#[expect(
    clippy::exhaustive_structs,
    reason = "three numbers that are chosen by cross-validation"
)]
pub struct Picking {
    /// How much longer utterances are held back: a likelihood is divided by words to this power.
    pub length: f64,
    /// How far around a highlight others are held back, in utterances …
    pub near: f64,
    /// … and how much.
    pub held_back: f64,
}

impl Default for Picking {
    /// What cross-validation chose.
    fn default() -> Self {
        Self {
            length: 0.7,
            near: 3.0,
            held_back: 0.6,
        }
    }
}

/// An utterance that is worth reading.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Highlight {
    /// The position of the utterance in the transcript.
    pub utterance: u32,
    /// Its sentences, by position among the lines of the call.
    pub lines: Range<usize>,
    /// How likely people name it, from 0 to 1, as far as the model knows.
    pub likelihood: f64,
}

impl Highlight {
    /// The place of its first sentence.
    pub const fn first(&self) -> SentenceRef {
        SentenceRef::new(self.utterance, 0)
    }
}

/// The best utterances of a call, best first, at most `most`.
pub fn highlights(call: &CallView<'_>, most: usize) -> Vec<Highlight> {
    let moments = moments(call);
    let likely: Vec<f64> = (0..moments.len())
        .map(|at| {
            let score = SALIENCE.score(&salience_features(call, &moments, at));
            1.0 / (1.0 + f64::from(-score).exp())
        })
        .collect();
    let order = pick(&moments, &likely, most, Picking::default());
    order
        .into_iter()
        .filter_map(|at| {
            let (moment, likelihood) = (moments.get(at)?, *likely.get(at)?);
            Some(Highlight {
                utterance: moment.utterance,
                lines: moment.lines.clone(),
                likelihood,
            })
        })
        .collect()
}

/// Takes moments one by one; the first of equals.
pub fn pick(moments: &[Moment], likely: &[f64], most: usize, how: Picking) -> Vec<usize> {
    let mut worth: Vec<f64> = moments
        .iter()
        .zip(likely)
        .map(|(moment, likely)| likely / (moment.words as f64 + 1.0).powf(how.length))
        .collect();
    let mut taken = Vec::new();
    while taken.len() < most {
        let best = worth
            .iter()
            .enumerate()
            .filter(|(_, worth)| **worth >= 0.0)
            .max_by(|(one, a), (other, b)| a.total_cmp(b).then(other.cmp(one)))
            .map(|(at, _)| at);
        let Some(best) = best else { break };
        taken.push(best);
        for (at, worth) in worth.iter_mut().enumerate() {
            let far = at.abs_diff(best) as f64 / how.near;
            *worth *= 1.0 - how.held_back * (-far * far).exp();
        }
        if let Some(worth) = worth.get_mut(best) {
            *worth = -1.0;
        }
    }
    taken
}
