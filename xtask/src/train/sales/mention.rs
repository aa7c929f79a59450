//! The model that tells a mention of a competitor from the ordinary word.

use std::fmt::Write;

use anyhow::Result;
use insights::Watch;
use insights::classifier::{Classifier, sigmoid};
use insights::features::{Mention, SentenceFeatures, mentions};

use super::folds::is_dev;
use super::matching::Counts;
use super::run::Found;
use super::source::LabelledCall;
use super::{Example, LeftOut, PENALTY, dev_folds, fit, left_out, sum, view};

/// Whether a place that looks like a competitor's name means the competitor.
pub(super) fn mention_model(
    (report, left): (&mut String, &mut LeftOut),
    calls: &[LabelledCall],
    folds: &[usize],
) -> Result<Classifier> {
    let (mut examples, mut names) = (Vec::new(), Vec::new());
    for (call, labelled) in calls.iter().enumerate() {
        let watched: Vec<Watch> = labelled.competitors.iter().map(Watch::new).collect();
        for mention in mentions(&view(labelled), &watched) {
            let name = fold(&watched[mention.watch].name);
            names.push(watched[mention.watch].name.clone());
            examples.push(Example {
                call,
                at: mention.line,
                answers: vec![is_named(labelled, &mention, &name)],
                features: only_named(&mention),
            });
        }
    }
    let scores = left_out(folds, &examples, &["competitor"], (2, PENALTY));
    let counted = |cut: f32, include: &dyn Fn(usize) -> bool| {
        let labels = calls.iter().enumerate().filter(|(call, _)| include(*call));
        let labels = labels.flat_map(|(_, call)| call.labels.iter().flatten());
        let wanted = labels.filter(|label| label.name == "competitor").count();
        let hits = examples.iter().zip(&scores);
        let hits = hits.filter(|(example, score)| include(example.call) && score[0] >= cut);
        let hits: Vec<bool> = hits.map(|(example, _)| example.answers[0]).collect();
        let right = hits.iter().filter(|right| **right).count();
        let found = hits.len();
        Counts {
            right,
            found,
            wanted,
        }
    };
    let best = |include: &dyn Fn(usize) -> bool| {
        let cuts = (0u8..40).map(|step| -2.0 + 0.1 * f32::from(step));
        let rated = cuts.map(|cut| (counted(cut, include).f1(), cut));
        rated
            .max_by(|a, b| a.0.total_cmp(&b.0))
            .map_or(0.0, |(_, cut)| cut)
    };
    let mut on_dev = Counts::default();
    for fold in dev_folds(calls, folds) {
        let cut = best(&|call| folds[call] != fold);
        on_dev = sum(on_dev, counted(cut, &|call| folds[call] == fold));
        for ((example, score), name) in examples.iter().zip(&scores).zip(&names) {
            if folds[example.call] == fold && score[0] >= cut {
                left.found.push(Found {
                    call: example.call,
                    at: example.at,
                    label: "competitor",
                    score: score[0],
                    name: Some(name.clone()),
                });
            }
        }
    }
    let candidates = counted(f32::NEG_INFINITY, &|call| is_dev(&calls[call].world));
    writeln!(
        report,
        "mention: F1 {:.3}, {on_dev:?}; {} of the wanted are among {} candidates",
        on_dev.f1(),
        candidates.right,
        candidates.found
    )?;
    let all: Vec<&Example> = examples.iter().collect();
    let mut model = fit(&all, &["competitor"], (2, PENALTY));
    if let Some(output) = model.outputs_mut().first_mut() {
        output.threshold = sigmoid(best(&|_| true));
        output.counted = u32::try_from(on_dev.found).unwrap_or(0);
        output.right = u32::try_from(on_dev.right).unwrap_or(0);
    }
    Ok(model)
}

fn only_named(mention: &Mention) -> SentenceFeatures {
    let mut features = SentenceFeatures::default();
    features.named = mention.named.clone();
    features
}

fn is_named(call: &LabelledCall, mention: &Mention, name: &str) -> bool {
    let labels = call.labels.get(mention.line).into_iter().flatten();
    labels
        .filter(|label| label.name == "competitor")
        .any(|label| label.parts.first().is_some_and(|said| fold(said) == name))
}

fn fold(name: &str) -> String {
    name.to_lowercase()
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect()
}
