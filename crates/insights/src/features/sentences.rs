//! The features of every sentence of a call.

use std::collections::BTreeSet;

use conversation::Side;

use super::{Lexicon, Named};
use crate::text::stem;
use crate::{CallView, Line};

/// What a model reads of one sentence.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct SentenceFeatures {
    /// Words, classes, side, place.
    pub named: Named,
    /// Meaning: [`DENSE_BLOCKS`] vectors end to end; empty where the call has no vectors.
    pub dense: Vec<f32>,
}

/// The vectors of a sentence: its own where it is ours, its own where it is not, what was said
/// before, what was said after.
pub const DENSE_BLOCKS: usize = 4;

/// How much each kind of feature weighs. Chosen on dev, whole worlds left out.
mod weight {
    pub(super) const WORDS: f32 = 1.0;
    pub(super) const SIDED_WORDS: f32 = 0.7;
    pub(super) const NEIGHBOUR_WORDS: f32 = 0.5;
    pub(super) const CLASS: f32 = 0.21;
    pub(super) const SIDED_CLASS: f32 = 0.21;
    pub(super) const NEIGHBOUR_CLASS: f32 = 0.085;
    pub(super) const STEMS: f32 = 0.7;
    pub(super) const OWN: f32 = 1.3;
    pub(super) const AROUND: f32 = 0.9;
}

/// The features of every line of a call, in order.
pub fn features(call: &CallView<'_>) -> Vec<SentenceFeatures> {
    let around = Around::of(call);
    let dimensions = call.dimensions();
    let one = |at| SentenceFeatures {
        named: named(call, &around, at),
        dense: dimensions.map_or_else(Vec::new, |size| dense(call, at, size)),
    };
    (0..call.lines().len()).map(one).collect()
}

/// What is worked out once for every line, because its neighbours need it, too.
struct Around {
    classes: Vec<Vec<&'static str>>,
    has_both_sides: bool,
}

impl Around {
    fn of(call: &CallView<'_>) -> Self {
        let lexicon = Lexicon::shipped();
        let lines = call.lines();
        let has = |side| lines.iter().any(|line| line.side == side);
        Self {
            classes: lines
                .iter()
                .map(|line| lexicon.classes(&line.words))
                .collect(),
            has_both_sides: has(Side::Ours) && has(Side::Theirs),
        }
    }
}

fn named(call: &CallView<'_>, around: &Around, at: usize) -> Named {
    let mut named = Named::default();
    let Some(line) = call.lines().get(at) else {
        return named;
    };
    add_words(&mut named, line);
    add_classes(&mut named, call, around, at, line);
    add_neighbour_words(&mut named, call, at, line);
    add_form(&mut named, line);
    add_place(&mut named, call, around, at, line);
    named.sorted()
}

fn neighbour<'c, 'a>(call: &'c CallView<'a>, at: usize, step: isize) -> Option<&'c Line<'a>> {
    call.lines().get(at.checked_add_signed(step)?)
}

/// Words, pairs of words, and words one apart, each also by side.
fn add_words(named: &mut Named, line: &Line<'_>) {
    let side = line.side.as_str();
    let mut words = vec!["<"];
    words.extend(line.words.iter().map(|word| word.lower.as_str()));
    words.push(">");
    let inner = words.get(1..words.len() - 1).unwrap_or_default();
    let single: BTreeSet<[&str; 2]> = inner.iter().map(|&word| [word, ""]).collect();
    let pairs = words
        .iter()
        .zip(words.iter().skip(1))
        .map(|(&a, &b)| [a, b]);
    let grams: BTreeSet<[&str; 2]> = single.into_iter().chain(pairs).collect();
    let scale = 1.0 / (grams.len().max(1) as f32).sqrt();
    for [a, b] in grams {
        named.add(&["word", a, b], weight::WORDS * scale);
        named.add(&["word", side, a, b], weight::SIDED_WORDS * scale);
    }
    let stems: BTreeSet<String> = line.words.iter().map(|word| stem(&word.lower)).collect();
    let scale = weight::STEMS / (stems.len().max(1) as f32).sqrt();
    for stem in &stems {
        named.add(&["stem", stem], scale);
    }
}

fn add_classes(
    named: &mut Named,
    call: &CallView<'_>,
    around: &Around,
    at: usize,
    line: &Line<'_>,
) {
    let classes = |at: usize| around.classes.get(at).into_iter().flatten();
    for class in classes(at) {
        named.add(&["class", class], weight::CLASS);
        named.add(&["class", line.side.as_str(), class], weight::SIDED_CLASS);
    }
    for step in [-3, -2, -1, 1, 2, 3] {
        let Some(other) = neighbour(call, at, step) else {
            continue;
        };
        let place = relation(step, line, other);
        for class in classes(at.saturating_add_signed(step)) {
            named.add(&["class near", &place, class], weight::NEIGHBOUR_CLASS);
        }
    }
}

fn add_neighbour_words(named: &mut Named, call: &CallView<'_>, at: usize, line: &Line<'_>) {
    for step in [-1, 1] {
        let Some(other) = neighbour(call, at, step) else {
            continue;
        };
        let place = relation(step, line, other);
        let words: BTreeSet<_> = other.words.iter().map(|word| word.lower.as_str()).collect();
        let scale = weight::NEIGHBOUR_WORDS / (words.len().max(1) as f32).sqrt();
        for word in words {
            named.add(&["word near", &place, word], scale);
        }
    }
}

/// How far away a neighbour is, and whether it is of the same side.
fn relation(step: isize, line: &Line<'_>, other: &Line<'_>) -> String {
    let side = if line.side == other.side {
        "same"
    } else {
        "other"
    };
    format!("{step} {side}")
}

/// Length, punctuation, digits.
fn add_form(named: &mut Named, line: &Line<'_>) {
    let side = line.side.as_str();
    let text = line.text.trim_end();
    named.add(&["length", length(line.words.len())], 0.5);
    if text.ends_with('?') {
        named.add(&["?"], 0.7);
        named.add(&["?", side], 0.5);
    }
    if text.ends_with("...") || text.ends_with('…') {
        named.add(&["..."], 0.5);
    }
    if text.contains(['"', '“']) {
        named.add(&["quoted"], 0.5);
    }
    if text.contains(|c: char| c.is_ascii_digit()) {
        named.add(&["digits"], 0.3);
    }
}

fn length(words: usize) -> &'static str {
    match words {
        0..=1 => "1",
        2..=3 => "3",
        4..=6 => "6",
        7..=10 => "10",
        11..=16 => "16",
        17..=25 => "25",
        _ => "more",
    }
}

/// Side, place in the call, and who speaks before and after.
fn add_place(named: &mut Named, call: &CallView<'_>, around: &Around, at: usize, line: &Line<'_>) {
    let lines = call.lines().len();
    let side = line.side.as_str();
    let tenth = (10 * at / lines.max(1)).to_string();
    let fifth = (5 * at / lines.max(1)).to_string();
    named.add(&["side", side], 0.5);
    named.add(&["tenth", &tenth], 0.25);
    named.add(&["fifth", side, &fifth], 0.25);
    let left = lines - at;
    if left <= 12 {
        let left = (left / 4).to_string();
        named.add(&["left", &left], 0.25);
        named.add(&["left", side, &left], 0.25);
    }
    if at < 8 {
        named.add(&["begins"], 0.5);
    }
    if !around.has_both_sides {
        named.add(&["among ourselves"], 0.7);
    }
    for step in [-2, -1, 1, 2] {
        let Some(other) = neighbour(call, at, step) else {
            continue;
        };
        let step = step.to_string();
        let speaker = if line.party == other.party {
            "same"
        } else {
            "other"
        };
        let sides = [side, other.side.as_str()];
        named.add(&["speaks", &step, sides[0], sides[1], speaker], 0.25);
        if other.text.trim_end().ends_with('?') {
            named.add(&["asks", &step, sides[0], sides[1]], 0.4);
        }
        let is_short = if other.words.len() <= 3 {
            "short"
        } else {
            "long"
        };
        named.add(&["near length", &step, is_short], 0.15);
    }
}

fn dense(call: &CallView<'_>, at: usize, size: usize) -> Vec<f32> {
    let mut dense = vec![0.0; size * DENSE_BLOCKS];
    let mut add = |block: usize, line: Option<usize>, weight: f32| {
        let Some(vector) = line.and_then(|line| call.vector(line)) else {
            return;
        };
        let slots = dense.iter_mut().skip(block * size);
        for (slot, value) in slots.zip(vector) {
            *slot += weight * value;
        }
    };
    let side = call.lines().get(at).map_or(Side::Unknown, |line| line.side);
    add(usize::from(side != Side::Ours), Some(at), weight::OWN);
    for (block, by, share) in [(2, -2, 0.35), (2, -1, 0.65), (3, 1, 0.65), (3, 2, 0.35)] {
        add(block, at.checked_add_signed(by), weight::AROUND * share);
    }
    dense
}
