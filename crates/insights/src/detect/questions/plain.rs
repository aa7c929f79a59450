//! Questions in a transcript without punctuation: word order, what comes before and after.

use crate::linear::Features;
use crate::{CallView, Line};

/// What people say before they ask: it hides how the question begins.
const LEADS: [&str; 20] = [
    "so", "and", "but", "uh", "um", "okay", "ok", "well", "yeah", "oh", "right", "no", "now",
    "then", "hmm", "mm", "i", "mean", "er", "like",
];

/// What the model is asked about a sentence.
pub fn plain_question_features(call: &CallView<'_>, index: usize) -> Features {
    let mut features = Features::default();
    let lines = call.lines();
    let Some(line) = lines.get(index) else {
        return features;
    };
    let words: Vec<&str> = line.words.iter().map(|word| word.lower.as_str()).collect();
    for (at, word) in words.iter().enumerate() {
        features.add(&format!("1:{word}"));
        if let Some(next) = words.get(at + 1) {
            features.add(&format!("2:{word} {next}"));
            if let Some(third) = words.get(at + 2) {
                features.add(&format!("3:{word} {next} {third}"));
            }
        }
    }
    edges(&mut features, "all", &words);
    let begins = words
        .iter()
        .take_while(|word| LEADS.contains(*word))
        .count();
    edges(
        &mut features,
        "bare",
        words.get(begins..).unwrap_or_default(),
    );
    features.add(&format!("size:{}", size(words.len())));
    let before = index.checked_sub(1).and_then(|at| lines.get(at));
    neighbour(&mut features, "before", line, before);
    neighbour(&mut features, "after", line, lines.get(index + 1));
    features
}

/// How a sentence begins and ends.
fn edges(features: &mut Features, name: &str, words: &[&str]) {
    for length in 1..=3 {
        if let Some(start) = words.get(..length) {
            features.add(&format!("{name}^{}", start.join(" ")));
        }
        if let Some(end) = words
            .len()
            .checked_sub(length)
            .and_then(|at| words.get(at..))
        {
            features.add(&format!("{name}${}", end.join(" ")));
        }
    }
}

/// Who speaks beside it, how much, and with which first words.
fn neighbour(features: &mut Features, name: &str, line: &Line<'_>, other: Option<&Line<'_>>) {
    let Some(other) = other else {
        features.add(&format!("{name}:none"));
        return;
    };
    let voice = if other.party == line.party {
        "same"
    } else {
        "other"
    };
    features.add(&format!("{name}:{voice}"));
    features.add(&format!("{name}:{voice} {}", size(other.words.len())));
    features.add(&format!("{name}:{voice}, {}", size(line.words.len())));
    let first: Vec<&str> = other
        .words
        .iter()
        .take(2)
        .map(|word| word.lower.as_str())
        .collect();
    if let Some(word) = first.first() {
        features.add(&format!("{name}:{voice}^{word}"));
    }
    if first.len() == 2 {
        features.add(&format!("{name}:{voice}^{}", first.join(" ")));
    }
}

fn size(words: usize) -> usize {
    match words {
        0..=4 => words,
        5..=6 => 5,
        7..=9 => 7,
        10..=14 => 10,
        15..=24 => 15,
        _ => 25,
    }
}
