//! Two candidate lists into one ranking: the one place where relevance is decided.
//!
//! Each list's scores become z-scores and are added, words a little lighter than meaning; then each passage gains from its neighbours in
//! the call, because what a talk is about lasts longer than one passage.
//!
//! Lists end where the store stopped looking, so a passage may be missing in one of them. It then
//! counts as that list's *floor*, in the mean and the deviation too. A list of words that is
//! shorter than the list of meaning ended because no other passage holds a word asked for: its
//! floor is 0, the BM25 of such a passage. Any other list was cut: its floor is its lowest score.
//! Within one call both lists are whole, and the sum is the plain z-score sum over its passages.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use conversation::{CallId, PassageId, Revision};

use crate::{Candidate, Candidates, PassagePlace};

/// How the lists are weighed.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct FusionRules {
    /// How much the list of words counts beside the list of meaning, which counts one.
    pub words_weight: f32,
    /// How much a neighbour's score counts: this for the next passage, its square for the one
    /// after, and so on.
    pub neighbour_weight: f32,
    /// How many neighbours on each side count.
    pub neighbours: u32,
}

impl FusionRules {
    /// No neighbour counts: the plain z-score sum.
    pub const PLAIN: Self = Self {
        words_weight: 1.0,
        neighbour_weight: 0.0,
        neighbours: 0,
    };
}

impl Default for FusionRules {
    fn default() -> Self {
        Self {
            words_weight: 0.7,
            neighbour_weight: 0.5,
            neighbours: 2,
        }
    }
}

/// A ranked passage.
#[derive(Clone, Debug, PartialEq)]
#[expect(
    clippy::exhaustive_structs,
    reason = "a place and its score are the meaning"
)]
pub struct Hit {
    /// The passage.
    pub place: PassagePlace,
    /// The fused score: comparable within one answer only.
    pub score: f32,
}

/// Ranks every passage of either list, best first, ties by passage id.
///
/// Whatever the scores are, the ranking depends on nothing but the candidates: not on the order
/// they come in, not on chance. A score that is not a number counts as missing, and a list in
/// which all are equal decides nothing.
pub fn fuse(candidates: &Candidates, rules: &FusionRules) -> Vec<Hit> {
    let meaning = scores(&candidates.meaning);
    let words = scores(&candidates.words);
    let mut places: BTreeMap<PassageId, &PassagePlace> = BTreeMap::new();
    for candidate in candidates.meaning.iter().chain(&candidates.words) {
        places.entry(candidate.place.id).or_insert(&candidate.place);
    }

    let words_are_whole = words.len() < meaning.len();
    let meaning = Standing::new(&places, &meaning, lowest(&meaning));
    let words_floor = lowest(&words);
    let words = Standing::new(
        &places,
        &words,
        if words_are_whole {
            words_floor.min(0.0)
        } else {
            words_floor
        },
    );
    let words_weight = f64::from(rules.words_weight);
    let sum = |id: &PassageId| meaning.of(*id) + words_weight * words.of(*id);
    let floor = meaning.floor + words_weight * words.floor;

    let by_ordinal: BTreeMap<(&CallId, Revision, u32), f64> = places
        .values()
        .map(|place| {
            let key = (&place.call, place.text_revision, place.ordinal);
            (key, sum(&place.id))
        })
        .collect();
    let at = |place: &PassagePlace, ordinal: Option<u32>| {
        let found = ordinal
            .and_then(|ordinal| by_ordinal.get(&(&place.call, place.text_revision, ordinal)));
        found.copied().unwrap_or(floor)
    };

    let by_step = f64::from(rules.neighbour_weight);
    let by_step = if by_step.is_finite() { by_step } else { 0.0 };
    let mut hits: Vec<(f64, &PassagePlace)> = places
        .values()
        .map(|place| {
            let mut score = sum(&place.id);
            let mut weight = 1.0;
            for step in 1..=rules.neighbours.min(MOST_NEIGHBOURS) {
                weight *= by_step;
                let before = at(place, place.ordinal.checked_sub(step));
                let after = at(place, place.ordinal.checked_add(step));
                score += weight * (before + after);
            }
            (score, *place)
        })
        .collect();
    hits.sort_by(|a, b| best_first(a.0, b.0).then(a.1.id.cmp(&b.1.id)));
    hits.into_iter()
        .map(|(score, place)| Hit {
            place: place.clone(),
            score: narrowed(score),
        })
        .collect()
}

/// Further away nothing counts, whatever the rules say.
const MOST_NEIGHBOURS: u32 = 16;

/// One list as z-scores.
struct Standing {
    z: BTreeMap<PassageId, f64>,
    /// What a missing passage counts.
    floor: f64,
}

impl Standing {
    fn new(
        places: &BTreeMap<PassageId, &PassagePlace>,
        scores: &BTreeMap<PassageId, f64>,
        floor: f64,
    ) -> Self {
        // Summed in the order of the ids, so that the order of the list cannot show.
        let filled = || places.keys().map(|id| scores.get(id).unwrap_or(&floor));
        let count = places.len().max(1) as f64;
        let mean = filled().sum::<f64>() / count;
        let variance = filled().map(|score| (score - mean).powi(2)).sum::<f64>() / count;
        let deviation = variance.sqrt();
        // Below this the differences are the rounding of equal scores.
        let is_flat = deviation <= 1e-9 * mean.abs().max(f64::MIN_POSITIVE);
        if scores.is_empty() || is_flat {
            return Self {
                z: BTreeMap::new(),
                floor: 0.0,
            };
        }
        let z = |score: f64| (score - mean) / deviation;
        Self {
            z: scores.iter().map(|(id, score)| (*id, z(*score))).collect(),
            floor: z(floor),
        }
    }

    fn of(&self, id: PassageId) -> f64 {
        self.z.get(&id).copied().unwrap_or(self.floor)
    }
}

/// The finite scores of a list; of a passage that comes twice the better one.
fn scores(list: &[Candidate]) -> BTreeMap<PassageId, f64> {
    let mut scores = BTreeMap::new();
    for candidate in list.iter().filter(|candidate| candidate.score.is_finite()) {
        let score = f64::from(candidate.score);
        let kept = scores.entry(candidate.place.id).or_insert(score);
        *kept = kept.max(score);
    }
    scores
}

fn lowest(scores: &BTreeMap<PassageId, f64>) -> f64 {
    scores.values().copied().reduce(f64::min).unwrap_or(0.0)
}

fn best_first(a: f64, b: f64) -> Ordering {
    // Compared as it is shown: two scores that print the same are ordered by id.
    narrowed(b).total_cmp(&narrowed(a))
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a sum of few z-scores is small; the last digits are rounding"
)]
fn narrowed(score: f64) -> f32 {
    // Adding zero turns -0 into 0, which would be ordered apart.
    score as f32 + 0.0
}

#[cfg(test)]
mod tests;
