//! What the model of stances is trained on: the places where competitors are named, seen as the
//! detector sees them.

use insights::features::{Mention, SentenceFeatures, mentions, stance_features};
use insights::{SentenceVectors, Watch};

use super::run::Found;
use super::source::{Label, LabelledCall};
use super::vectors::Vectors;
use super::{Example, numbers, view};

/// Every place that names a competitor and is labelled so, with an answer for each stance.
pub(super) fn labelled(
    calls: &[LabelledCall],
    vectors: &Vectors,
    (with_vectors, words): (bool, &[&str]),
) -> Vec<Example> {
    let mut examples = Vec::new();
    for (call, labelled) in calls.iter().enumerate() {
        let watched: Vec<Watch> = labelled.competitors.iter().map(Watch::new).collect();
        let mut kept = mentions(&view(labelled), &watched);
        let said = |mention: &Mention| {
            let labels = labelled.labels.get(mention.line).into_iter().flatten();
            let name = watched.get(mention.watch).map(|watch| &watch.name);
            let mut labels = labels.filter(|label| is_of(label, name));
            labels.find_map(|label| label.parts.get(1).cloned())
        };
        kept.retain(|mention| said(mention).is_some());
        let features = features(labelled, vectors, with_vectors, &kept);
        for (mention, features) in kept.iter().zip(features) {
            let stance = said(mention);
            examples.push(Example {
                call,
                at: mention.line,
                features,
                answers: words
                    .iter()
                    .map(|word| stance.as_deref() == Some(*word))
                    .collect(),
            });
        }
    }
    examples
}

fn is_of(label: &Label, name: Option<&String>) -> bool {
    let fold = |name: &str| {
        let letters = name.chars().filter(char::is_ascii_alphanumeric);
        letters.collect::<String>().to_lowercase()
    };
    label.name == "competitor"
        && label.parts.first().map(|said| fold(said)) == name.map(|name| fold(name))
}

/// What was found, as something to be read; it is sorted by call.
pub(super) fn places(calls: &[LabelledCall], vectors: &Vectors, found: &[&Found]) -> Vec<Example> {
    let mut places = Vec::with_capacity(found.len());
    for of_call in found.chunk_by(|one, next| one.call == next.call) {
        let Some(labelled) = of_call.first().and_then(|one| calls.get(one.call)) else {
            continue;
        };
        let watched: Vec<Watch> = labelled.competitors.iter().map(Watch::new).collect();
        let is_found = |mention: &Mention, one: &Found| {
            let name = watched.get(mention.watch).map(|watch| &watch.name);
            mention.line == one.at && name == one.name.as_ref()
        };
        let mut kept = mentions(&view(labelled), &watched);
        kept.retain(|mention| of_call.iter().any(|one| is_found(mention, one)));
        let features = features(labelled, vectors, true, &kept);
        for one in of_call {
            let position = kept.iter().position(|mention| is_found(mention, one));
            let seen = position.and_then(|position| features.get(position).cloned());
            places.push(Example {
                call: one.call,
                at: one.at,
                features: seen.unwrap_or_default(),
                answers: Vec::new(),
            });
        }
    }
    places
}

fn features(
    call: &LabelledCall,
    vectors: &Vectors,
    with_vectors: bool,
    kept: &[Mention],
) -> Vec<SentenceFeatures> {
    let numbers = numbers(call, vectors);
    let mut seen = view(call);
    if with_vectors {
        seen = seen.with_vectors(SentenceVectors::new(
            "training",
            vectors.dimensions,
            &numbers,
        ));
    }
    stance_features(&seen, kept)
}
