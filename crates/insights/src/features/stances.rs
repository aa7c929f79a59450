//! Where a competitor stands: what is said around its name, who says it, what was asked before, and
//! which of its mentions in the call this is.
//!
//! The name itself is taken out, so that a model learns how people speak of competitors and not of
//! which; the vectors are those of the sentence.

use std::collections::BTreeSet;

use super::{Lexicon, Mention, Named, SentenceFeatures};
use crate::text::Word;
use crate::{CallView, Line};

/// How much each kind of feature weighs.
mod weight {
    pub(super) const WORDS: f32 = 1.0;
    pub(super) const SIDED_WORDS: f32 = 0.7;
    pub(super) const PLACED_WORDS: f32 = 0.35;
    pub(super) const NEAR_NAME: f32 = 0.3;
    pub(super) const CLASS: f32 = 0.35;
    pub(super) const SIDED_CLASS: f32 = 0.25;
    pub(super) const NEXT_CLASS: f32 = 0.2;
    pub(super) const AROUND_CLASS: f32 = 0.1;
    pub(super) const NEIGHBOUR_WORDS: f32 = 0.5;
}

/// What stands for the name.
const NAME: &str = "<name>";

/// The features of mentions, in their order.
pub fn stance_features(call: &CallView<'_>, mentions: &[Mention]) -> Vec<SentenceFeatures> {
    let one = |(position, mention): (usize, &Mention)| {
        let mut named = Named::default();
        if let Some(line) = call.lines().get(mention.line) {
            add_words(&mut named, line, mention);
            add_around(&mut named, call, line, mention.line);
            add_order(&mut named, call, line, (position, mentions));
        }
        let seen = call.features().get(mention.line);
        SentenceFeatures {
            named: named.sorted(),
            dense: seen.map(|seen| seen.dense.clone()).unwrap_or_default(),
        }
    };
    mentions.iter().enumerate().map(one).collect()
}

/// The words of the sentence without the name, by themselves, by side, and by how far from the name
/// they stand.
fn add_words(named: &mut Named, line: &Line<'_>, mention: &Mention) {
    let side = line.side.as_str();
    let (from, to) = mention.words;
    let lower = |word: &'_ Word| word.lower.clone();
    let before = line.words.iter().take(from).map(lower);
    let after = line.words.iter().skip(to).map(lower);
    let mut words = vec!["<".to_owned()];
    words.extend(before);
    let place = words.len();
    words.push(NAME.to_owned());
    words.extend(after);
    words.push(">".to_owned());

    let inner: BTreeSet<&String> = words.iter().skip(1).take(words.len() - 2).collect();
    let scale = 1.0 / (2.0 * (words.len() - 2) as f32).sqrt();
    for &word in &inner {
        named.add(&["stance", word], weight::WORDS * scale);
        named.add(&["stance", side, word], weight::SIDED_WORDS * scale);
    }
    for (one, next) in words.iter().zip(words.iter().skip(1)) {
        named.add(&["stance pair", one, next], weight::WORDS * scale);
    }
    for (at, word) in words.iter().enumerate() {
        let apart = at.abs_diff(place);
        let way = if at < place { "before" } else { "after" };
        if (1..=3).contains(&apart) {
            let far = apart.to_string();
            named.add(&["stance", way, &far, word], weight::PLACED_WORDS);
            named.add(&["stance", way, word], weight::NEAR_NAME);
        }
    }
}

/// Cue classes here and around, and the words of the sentences beside.
fn add_around(named: &mut Named, call: &CallView<'_>, line: &Line<'_>, at: usize) {
    let lexicon = Lexicon::shipped();
    let side = line.side.as_str();
    named.add(&["stance side", side], 0.5);
    for class in lexicon.classes(&line.words) {
        named.add(&["stance class", class], weight::CLASS);
        named.add(&["stance class", side, class], weight::SIDED_CLASS);
    }
    if asks(line) {
        named.add(&["stance asks", side], 0.7);
    }
    let length = (line.words.len().min(20) / 4).to_string();
    named.add(&["stance length", &length], 0.4);
    let fifth = (5 * at / call.lines().len().max(1)).to_string();
    named.add(&["stance fifth", &fifth], 0.3);
    for step in [-3_isize, -2, -1, 1, 2, 3] {
        let Some(other) = at
            .checked_add_signed(step)
            .and_then(|at| call.lines().get(at))
        else {
            continue;
        };
        let is_same = line.side == other.side;
        let who = if is_same { "same" } else { "other" };
        let way = if step < 0 { "before" } else { "after" };
        let far = step.to_string();
        let is_next = step.abs() == 1;
        let weight = if is_next {
            weight::NEXT_CLASS
        } else {
            weight::AROUND_CLASS
        };
        for class in lexicon.classes(&other.words) {
            named.add(&["stance near", &far, who, class], weight);
            named.add(&["stance near", way, who, class], weight);
        }
        if asks(other) {
            named.add(&["stance asked", &far, side, other.side.as_str()], 0.4);
        }
        if is_next {
            let words: BTreeSet<_> = other.words.iter().map(|word| word.lower.as_str()).collect();
            let scale = weight::NEIGHBOUR_WORDS / (other.words.len().max(1) as f32).sqrt();
            for word in words {
                named.add(&["stance beside", &far, who, word], scale);
            }
        }
    }
}

fn asks(line: &Line<'_>) -> bool {
    line.text.trim_end().ends_with('?')
}

/// The first mention of this competitor or a later one, and how far away and whose the others are.
fn add_order(
    named: &mut Named,
    call: &CallView<'_>,
    line: &Line<'_>,
    (position, mentions): (usize, &[Mention]),
) {
    let watch = mentions.get(position).map(|one| one.watch);
    let same = |one: &&Mention| Some(one.watch) == watch;
    let earlier = mentions.iter().take(position).filter(same);
    let later = mentions.iter().skip(position + 1).filter(same);
    let order = earlier.clone().count().min(3).to_string();
    let all = (earlier.clone().count() + later.clone().count() + 1).min(4);
    named.add(&["stance order", &order], 0.4);
    named.add(&["stance mentions", &all.to_string()], 0.3);
    let at = mentions.get(position).map_or(0, |one| one.line);
    for (name, other, weight) in [
        ("earlier", earlier.clone().next_back(), 0.5),
        ("later", later.clone().next(), 0.4),
    ] {
        let Some(other) = other.and_then(|one| Some((one, call.lines().get(one.line)?))) else {
            continue;
        };
        let apart = other.0.line.abs_diff(at).min(4).to_string();
        let sides = [line.side.as_str(), other.1.side.as_str()];
        named.add(&["stance", name, &apart, sides[0], sides[1]], weight);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Watch;
    use crate::features::mentions;
    use crate::testing::call_of;

    fn of(name: &str, text: &str) -> Vec<SentenceFeatures> {
        let call = call_of(&[("ours", "What do you use?"), ("theirs", text)]);
        let view = call.view();
        stance_features(&view, &mentions(&view, &[Watch::new(name)]))
    }

    #[test]
    fn what_is_said_of_a_competitor_does_not_depend_on_its_name() {
        let (one, other) = (
            of("Quillo", "We use Quillo."),
            of("Zanadar", "We use Zanadar."),
        );
        assert_eq!(one.len(), 1);
        assert_eq!(one[0].named, other[0].named);
        assert_ne!(one[0].named, of("Quillo", "We left Quillo.")[0].named);
    }
}
