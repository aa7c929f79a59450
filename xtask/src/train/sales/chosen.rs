//! Values of what was found in dev worlds, by models that have not seen those, the product's way:
//! read where something was found (a sentence beside the label too), owners with the steps around,
//! stances with what the call's other mentions say.

use insights::classifier::mixed;
use insights::features::SentenceFeatures;

use super::run::{Chosen, Found};
use super::source::LabelledCall;
use super::vectors::Vectors;
use super::{Example, LEAST, PENALTY_OF_VALUES, VALUES, dev_folds, fit, see_owners, values};

/// What the models choose for everything that was found.
pub(super) fn chosen(
    (calls, folds): (&[LabelledCall], &[usize]),
    seen: &[Vec<SentenceFeatures>],
    vectors: &Vectors,
    found: &[Found],
) -> Chosen {
    let mut chosen = Chosen::new();
    for (name, label, part, words) in VALUES {
        let mut labelled = values(calls, seen, true, (label, part, words));
        let mut found: Vec<&Found> = found.iter().filter(|one| one.label == label).collect();
        found.sort_by(|a, b| (a.call, a.at, &a.name).cmp(&(b.call, b.at, &b.name)));
        let mut places: Vec<Example> = found.iter().map(|one| place(seen, one)).collect();
        if name == "owner" {
            see_owners(calls, vectors, &mut labelled, true);
            see_owners(calls, vectors, &mut places, true);
        }
        for fold in dev_folds(calls, folds) {
            let others: Vec<&Example> = labelled
                .iter()
                .filter(|example| folds[example.call] != fold)
                .collect();
            let model = fit(&others, words, (LEAST - 1, PENALTY_OF_VALUES));
            let both: Vec<(&&Found, &Example)> = found
                .iter()
                .zip(&places)
                .filter(|(one, _)| folds[one.call] == fold)
                .collect();
            for of_call in both.chunk_by(|one, next| one.0.call == next.0.call) {
                let scores = of_call
                    .iter()
                    .map(|(_, place)| model.score(&place.features));
                let mut scores: Vec<Vec<f32>> = scores.collect();
                if name == "stance" {
                    scores = mixed(&scores, &groups(of_call));
                }
                for ((one, _), scores) in of_call.iter().zip(scores) {
                    let best = scores.iter().zip(words).max_by(|a, b| a.0.total_cmp(b.0));
                    if let Some((_, word)) = best {
                        let key = (name, one.call, one.at, one.name.clone());
                        chosen.insert(key, (*word).to_owned());
                    }
                }
            }
        }
    }
    chosen
}

/// What was found, as something to be read.
fn place(seen: &[Vec<SentenceFeatures>], one: &Found) -> Example {
    Example {
        call: one.call,
        at: one.at,
        features: seen[one.call][one.at].clone(),
        answers: Vec::new(),
    }
}

/// A number for each competitor.
fn groups(found: &[(&&Found, &Example)]) -> Vec<usize> {
    let names: Vec<_> = found.iter().map(|(one, _)| &one.name).collect();
    let first = |name| names.iter().position(|other| *other == name).unwrap_or(0);
    names.iter().map(|name| first(*name)).collect()
}
