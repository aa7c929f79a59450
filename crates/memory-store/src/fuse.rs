//! Two candidate lists into one ranking: the one place where relevance is decided.
//!
//! Each list's scores become z-scores and are added, words a little lighter than meaning; then each
//! passage gains from its neighbours in the call, because what a talk is about lasts longer than one
//! passage, and from the two best passages of its call, because a call about a thing speaks of it
//! more than once.
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
    /// How much the call counts: the mean of its two best passages, above that of other calls.
    pub call_weight: f32,
}

impl FusionRules {
    /// No neighbour and no call counts: the plain z-score sum.
    pub const PLAIN: Self = Self {
        words_weight: 1.0,
        neighbour_weight: 0.0,
        neighbours: 0,
        call_weight: 0.0,
    };
}

impl Default for FusionRules {
    fn default() -> Self {
        Self {
            words_weight: 0.7,
            neighbour_weight: 0.5,
            neighbours: 2,
            call_weight: 0.75,
        }
    }
}

/// A ranked passage.
#[derive(Clone, Debug, PartialEq)]
#[expect(
    clippy::exhaustive_structs,
    reason = "a place, its score and the parts of it are the meaning"
)]
pub struct Hit {
    /// The passage.
    pub place: PassagePlace,
    /// The fused score: comparable within one answer only.
    pub score: f32,
    /// What the score is made of.
    pub parts: Parts,
}

/// What a score is the sum of: `meaning + words + neighbours + call`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[expect(
    clippy::exhaustive_structs,
    reason = "the parts of the sum are the meaning"
)]
pub struct Parts {
    /// How far the passage's meaning stands above that of the average candidate.
    pub meaning: f32,
    /// The same of its words, weighed.
    pub words: f32,
    /// What its neighbours add.
    pub neighbours: f32,
    /// What its call adds, or takes away; the same for all passages of a call.
    pub call: f32,
    /// The cosine that the store gave; `None` if it is not in that list.
    pub cosine: Option<f32>,
    /// The BM25 that the store gave; `None` if it is not in that list.
    pub bm25: Option<f32>,
}

/// Ranks every passage of either list, best first, ties by passage id.
///
/// Whatever the scores are, the ranking depends on nothing but the candidates: not on the order
/// they come in, not on chance. A score that is not a number counts as missing, and a list in
/// which all are equal decides nothing.
pub fn fuse(candidates: &Candidates, rules: &FusionRules) -> Vec<Hit> {
    let cosines = scores(&candidates.meaning);
    let bm25s = scores(&candidates.words);
    let mut places: BTreeMap<PassageId, &PassagePlace> = BTreeMap::new();
    for candidate in candidates.meaning.iter().chain(&candidates.words) {
        places.entry(candidate.place.id).or_insert(&candidate.place);
    }

    let words_are_whole = bm25s.len() < cosines.len();
    let meaning = Standing::new(&places, &cosines, lowest(&cosines));
    let words_floor = lowest(&bm25s);
    let words = Standing::new(
        &places,
        &bm25s,
        if words_are_whole {
            words_floor.min(0.0)
        } else {
            words_floor
        },
    );
    let words_weight = f64::from(rules.words_weight);
    let sum = |id: &PassageId| meaning.of(*id) + words_weight * words.of(*id);
    let floor = meaning.floor + words_weight * words.floor;

    let by_ordinal: Sums<'_> = places
        .values()
        .map(|place| {
            let key = (&place.call, place.text_revision, place.ordinal);
            (key, sum(&place.id))
        })
        .collect();
    let of_call = evidence(&by_ordinal, floor);
    let call_weight = f64::from(rules.call_weight);
    let at = |place: &PassagePlace, ordinal: Option<u32>| {
        let found = ordinal
            .and_then(|ordinal| by_ordinal.get(&(&place.call, place.text_revision, ordinal)));
        found.copied().unwrap_or(floor)
    };

    let by_step = f64::from(rules.neighbour_weight);
    let by_step = if by_step.is_finite() { by_step } else { 0.0 };
    let mut hits: Vec<(f64, Hit)> = places
        .values()
        .map(|place| {
            let mut neighbours = 0.0;
            let mut weight = 1.0;
            for step in 1..=rules.neighbours.min(MOST_NEIGHBOURS) {
                weight *= by_step;
                let before = at(place, place.ordinal.checked_sub(step));
                let after = at(place, place.ordinal.checked_add(step));
                neighbours += weight * (before + after);
            }
            let call = of_call.get(&(&place.call, place.text_revision));
            let call = call_weight * call.copied().unwrap_or(0.0);
            let score = sum(&place.id) + neighbours + call;
            let given = |scores: &BTreeMap<PassageId, f64>| scores.get(&place.id).copied();
            let hit = Hit {
                place: (*place).clone(),
                score: narrowed(score),
                parts: Parts {
                    meaning: narrowed(meaning.of(place.id)),
                    words: narrowed(words_weight * words.of(place.id)),
                    neighbours: narrowed(neighbours),
                    call: narrowed(call),
                    cosine: given(&cosines).map(narrowed),
                    bm25: given(&bm25s).map(narrowed),
                },
            };
            (score, hit)
        })
        .collect();
    hits.sort_by(|a, b| best_first(a.0, b.0).then(a.1.place.id.cmp(&b.1.place.id)));
    hits.into_iter().map(|(_, hit)| hit).collect()
}

/// The sums of passages, by call, text revision and place in it.
type Sums<'a> = BTreeMap<(&'a CallId, Revision, u32), f64>;

/// How far the two best passages of each call lie above those of other calls, on average; one that
/// is missing counts as the floor.
fn evidence<'a>(sums: &Sums<'a>, floor: f64) -> BTreeMap<(&'a CallId, Revision), f64> {
    let mut best: BTreeMap<(&CallId, Revision), [f64; 2]> = BTreeMap::new();
    for ((call, revision, _), sum) in sums {
        let [first, second] = best.entry((*call, *revision)).or_insert([floor; 2]);
        if *sum > *first {
            *second = std::mem::replace(first, *sum);
        } else {
            *second = second.max(*sum);
        }
    }
    let count = best.len().max(1) as f64;
    let mean = |[first, second]: &[f64; 2]| f64::midpoint(*first, *second);
    let all = best.values().map(mean).sum::<f64>() / count;
    best.iter()
        .map(|(of, two)| (*of, mean(two) - all))
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
