//! What the salience model is asked about an utterance.

use std::collections::HashMap;
use std::ops::Range;

use conversation::{PartyId, Side};

use crate::CallView;
use crate::linear::Features;
use crate::text::stem;

/// One utterance, with what its call makes of it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Moment {
    /// Its position in the transcript.
    pub utterance: u32,
    /// Its sentences, by position among the lines of the call.
    pub lines: Range<usize>,
    /// How many words it has.
    pub words: usize,
    /// The stems of its words that carry meaning.
    stems: Vec<String>,
    /// The cosine of its stems to those of the whole call.
    central: f64,
    /// The mean rarity of its stems within the call.
    rare: f64,
    /// The share of the call's words that its voice speaks.
    voice: f64,
    side: Side,
}

/// The utterances of a call, in order.
pub fn moments(call: &CallView<'_>) -> Vec<Moment> {
    let mut moments: Vec<Moment> = Vec::new();
    let mut voices: HashMap<Option<&PartyId>, usize> = HashMap::new();
    let mut forms: HashMap<&str, String> = HashMap::new();
    for (at, line) in call.lines().iter().enumerate() {
        *voices.entry(line.party).or_default() += line.words.len();
        let stems: Vec<String> = line
            .words
            .iter()
            .filter(|word| !is_plain(&word.lower))
            .map(|word| {
                let form = forms
                    .entry(&word.lower)
                    .or_insert_with(|| stem(&word.lower));
                form.clone()
            })
            .collect();
        match moments
            .last_mut()
            .filter(|last| last.utterance == line.at.utterance)
        {
            Some(last) => {
                last.lines.end = at + 1;
                last.words += line.words.len();
                last.stems.extend(stems);
            }
            None => moments.push(Moment {
                utterance: line.at.utterance,
                lines: at..at + 1,
                words: line.words.len(),
                stems,
                central: 0.0,
                rare: 0.0,
                voice: 0.0,
                side: line.side,
            }),
        }
    }
    let spoken: usize = voices.values().sum();
    let mut everywhere: HashMap<String, f64> = HashMap::new();
    for moment in &moments {
        for stem in &moment.stems {
            *everywhere.entry(stem.clone()).or_default() += 1.0;
        }
    }
    let whole: f64 = everywhere.values().map(|n| n * n).sum::<f64>().sqrt();
    let all: f64 = everywhere.values().sum();
    for moment in &mut moments {
        let mut own: HashMap<&str, f64> = HashMap::new();
        for stem in &moment.stems {
            *own.entry(stem).or_default() += 1.0;
        }
        // Sums in a fixed order, so that the same call gives the same bytes.
        let mut own: Vec<_> = own.into_iter().collect();
        own.sort_unstable_by(|a, b| a.0.cmp(b.0));
        let count = |stem: &str| everywhere.get(stem).copied().unwrap_or_default();
        let length = own.iter().map(|(_, n)| n * n).sum::<f64>().sqrt();
        if length > 0.0 && whole > 0.0 {
            let dot: f64 = own.iter().map(|(stem, n)| n * count(stem)).sum();
            moment.central = dot / (length * whole);
            let rarity = own
                .iter()
                .map(|(stem, _)| (all / count(stem).max(1.0)).ln());
            moment.rare = rarity.sum::<f64>() / own.len() as f64;
        }
        let party = call
            .lines()
            .get(moment.lines.start)
            .and_then(|line| line.party);
        let words = voices.get(&party).copied().unwrap_or_default();
        moment.voice = words as f64 / spoken.max(1) as f64;
    }
    moments
}

/// What the model is asked about the moment at this position.
pub fn salience_features(call: &CallView<'_>, moments: &[Moment], at: usize) -> Features {
    let mut features = Features::default();
    let Some(moment) = moments.get(at) else {
        return features;
    };
    let place = at as f64 / moments.len().max(1) as f64;
    features.add(&format!("size:{}", size(moment.words)));
    features.add(&format!("place:{}", tenth(place)));
    features.add(&format!(
        "size, place:{} {}",
        size(moment.words),
        tenth(place) / 2
    ));
    features.add(&format!("first:{}", at.min(8)));
    features.add(&format!("last:{}", (moments.len() - 1 - at).min(8)));
    features.add(&format!("central:{}", tenth(moment.central * 2.0)));
    features.add(&format!("rare:{}", tenth(moment.rare / 12.0)));
    features.add(&format!("voice:{}", tenth(moment.voice)));
    features.add(&format!("side:{}", moment.side));
    features.add_value("log words", narrow((moment.words as f64 + 1.0).ln() / 4.0));
    features.add_value("central", narrow(moment.central));
    features.add_value("voice", narrow(moment.voice));
    for (name, other) in [("before", at.checked_sub(1)), ("after", at.checked_add(1))] {
        let size = other
            .and_then(|at| moments.get(at))
            .map(|other| size(other.words));
        let size = size.map_or_else(|| "none".to_owned(), |size| size.to_string());
        features.add(&format!("{name}:{size}"));
    }
    let lines = call.lines().get(moment.lines.clone()).unwrap_or_default();
    if lines.iter().any(|line| line.text.contains('?')) {
        features.add("asks");
    }
    if lines
        .iter()
        .any(|line| line.text.contains(|c: char| c.is_ascii_digit()))
    {
        features.add("counts");
    }
    let words: Vec<&str> = lines
        .iter()
        .flat_map(|line| &line.words)
        .map(|word| word.lower.as_str())
        .collect();
    if let Some(start) = words.get(..2) {
        features.add(&format!("^{}", start.join(" ")));
    }
    // Each word counts once: long utterances would drown the rest.
    let mut seen: Vec<String> = words.iter().map(|word| format!("1:{word}")).collect();
    seen.extend(words.windows(2).map(|pair| format!("2:{}", pair.join(" "))));
    seen.sort_unstable();
    seen.dedup();
    let weight = 1.0 / (seen.len() as f64 + 1.0).sqrt();
    for name in seen {
        features.add_value(&name, narrow(weight));
    }
    features
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a feature needs no more digits"
)]
fn narrow(number: f64) -> f32 {
    number as f32
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a share between 0 and 1"
)]
fn tenth(share: f64) -> u32 {
    (share.clamp(0.0, 0.999) * 10.0) as u32
}

fn size(words: usize) -> usize {
    [0, 3, 6, 10, 15, 22, 32, 48, 75, 120, 200]
        .into_iter()
        .rev()
        .find(|least| words >= *least)
        .unwrap_or_default()
}

/// Words without a meaning of their own.
fn is_plain(lower: &str) -> bool {
    const PLAIN: [&str; 90] = [
        "a", "about", "all", "also", "an", "and", "any", "are", "as", "at", "be", "because",
        "been", "but", "by", "can", "could", "did", "do", "does", "don't", "for", "from", "get",
        "go", "going", "got", "had", "has", "have", "he", "how", "i", "i'm", "if", "in", "is",
        "it", "it's", "just", "know", "like", "mean", "me", "more", "my", "no", "not", "of", "oh",
        "okay", "on", "one", "or", "our", "out", "she", "so", "some", "than", "that", "that's",
        "the", "their", "them", "then", "there", "these", "they", "think", "this", "to", "uh",
        "um", "up", "was", "we", "well", "were", "what", "when", "which", "who", "will", "with",
        "would", "yeah", "yes", "you", "your",
    ];
    lower.len() < 2 || PLAIN.binary_search(&lower).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::call_of;

    #[test]
    fn a_moment_knows_its_place_in_the_call() {
        let call = call_of(&[
            (
                "ours",
                "The budget of the project is what matters for the budget review.",
            ),
            ("theirs", "Yeah."),
        ]);
        let view = call.view();
        let moments = moments(&view);

        assert_eq!(moments.iter().map(|m| m.words).collect::<Vec<_>>(), [12, 1]);
        assert!(moments[0].central > 0.99 && moments[1].central == 0.0);
        assert!(is_plain("would") && !is_plain("budget"));
    }
}
