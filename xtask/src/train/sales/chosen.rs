//! Values of what was found in dev worlds, by models that have not seen those, the product's way:
//! read where something was found (a sentence beside the label too), owners with the steps around,
//! stances at the place of the name, always the mean of the models with and without vectors.

use insights::classifier::Classifier;
use insights::features::SentenceFeatures;

use super::run::{Chosen, Found};
use super::source::LabelledCall;
use super::vectors::Vectors;
use super::{Example, VALUES, dev_folds, fit, of_values, see_owners, seen_with, stance, values};

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
        } else if name == "stance" {
            labelled = stance::labelled(calls, vectors, (true, words));
            places = stance::places(calls, vectors, &found);
        }
        for fold in dev_folds(calls, folds) {
            let others: Vec<&Example> = labelled
                .iter()
                .filter(|example| folds[example.call] != fold)
                .collect();
            let model = fit(&others, words, of_values(name));
            let by_words = fit_words(&others, words, of_values(name));
            let here = found.iter().zip(&places);
            for (one, place) in here.filter(|(one, _)| folds[one.call] == fold) {
                let scores = model.score(&place.features);
                let others = by_words.score(&place.features);
                let scores = scores.iter().zip(others).map(|(one, other)| one + other);
                let best = scores.zip(words).max_by(|a, b| a.0.total_cmp(&b.0));
                if let Some((_, word)) = best {
                    let key = (name, one.call, one.at, one.name.clone());
                    chosen.insert(key, (*word).to_owned());
                }
            }
        }
    }
    chosen
}

/// The same model without vectors.
fn fit_words(examples: &[&Example], words: &[&str], settings: (usize, f32)) -> Classifier {
    let plain: Vec<Example> = examples
        .iter()
        .map(|example| Example {
            call: example.call,
            at: example.at,
            features: seen_with(&example.features, false),
            answers: example.answers.clone(),
        })
        .collect();
    let plain: Vec<&Example> = plain.iter().collect();
    fit(&plain, words, settings)
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
