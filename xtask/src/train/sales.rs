//! Trains every model of the sales detectors and reports on worlds left out.

mod chosen;
mod corpus;
mod folds;
mod labels;
mod logistic;
mod matching;
mod mention;
mod run;
mod source;
mod stance;
mod vectors;

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::path::Path;

use anyhow::Result;
use insights::classifier::{Classifier, Output};
use insights::features::{SentenceFeatures, owner_features};
use insights::{CallView, SentenceVectors};

use self::folds::{folds, is_dev};
use self::labels::labels;
use self::logistic::{Row, train, vocabulary};
use self::matching::Counts;
use self::mention::mention_model;
use self::run::Found;
use self::source::{Label, LabelledCall};
pub(super) use self::vectors::{Vectors, embed};

/// The labels that one model scores together.
const LABELS: [&str; 8] = [
    "question",
    "next_step",
    "objection",
    "pricing",
    "red_flag",
    "pain",
    "process",
    "buying_signal",
];

/// The models of values: which label they read, which of its parts, and its words.
const VALUES: [(&str, &str, usize, &[&str]); 6] = [
    ("form", "question", 0, &["o", "c"]),
    ("owner", "next_step", 0, &["ours", "theirs", "both"]),
    (
        "status",
        "next_step",
        1,
        &["accepted", "proposed", "declined"],
    ),
    (
        "objection",
        "objection",
        0,
        &[
            "price",
            "authority",
            "timing",
            "security",
            "integration",
            "incumbent",
            "value",
            "resources",
        ],
    ),
    (
        "red_flag",
        "red_flag",
        0,
        &[
            "budget_cut",
            "freeze",
            "champion_leaving",
            "not_now",
            "reorg",
            "legal_block",
            "competitor_chosen",
        ],
    ),
    (
        "stance",
        "competitor",
        1,
        &[
            "evaluating",
            "using",
            "favours_us",
            "favours_them",
            "past",
            "dismissed",
            "neutral",
        ],
    ),
];

/// A feature that fewer sentences hold is not kept.
const LEAST: usize = 4;
const PENALTY: f32 = 0.15;
const PENALTY_OF_VALUES: f32 = 0.06;
/// Seven stances with few examples each, and three owners, are held back more.
const PENALTY_OF_STANCES: f32 = 0.15;
const PENALTY_OF_OWNERS: f32 = 0.3;

/// How rare a feature may be and how strongly weights are held back, for a model of values.
fn of_values(name: &str) -> (usize, f32) {
    let penalty = match name {
        "stance" => PENALTY_OF_STANCES,
        "owner" => PENALTY_OF_OWNERS,
        _ => PENALTY_OF_VALUES,
    };
    (LEAST - 1, penalty)
}

/// One sentence, or one place in it, that a model is trained on.
struct Example {
    call: usize,
    at: usize,
    features: SentenceFeatures,
    answers: Vec<bool>,
}

/// What models found in dev worlds that they had not seen.
#[derive(Default)]
struct LeftOut {
    found: Vec<Found>,
}

/// Trains and writes the models; gives the figures.
pub(super) fn train_all(root: &Path, shared: &Path) -> Result<String> {
    let mut report = String::new();
    let mut calls = corpus::dev(shared)?;
    calls.extend(corpus::training(root)?);
    let texts: Vec<&str> = calls
        .iter()
        .flat_map(|call| call.transcript.sentences().map(|said| said.text))
        .collect();
    writeln!(report, "{} calls, {} sentences", calls.len(), texts.len())?;
    let vectors = embed(root, &texts)?;
    let folds = folds(&calls);
    let models = root.join("crates/insights/src/detect/models");
    fs::create_dir_all(&models)?;

    let seen: Vec<Vec<SentenceFeatures>> = calls
        .iter()
        .map(|call| {
            let numbers = numbers(call, &vectors);
            let space = SentenceVectors::new("training", vectors.dimensions, &numbers);
            view(call).with_vectors(space).features().to_vec()
        })
        .collect();

    let mut by_words: Option<Vec<Vec<f32>>> = None;
    let mut left = LeftOut::default();
    for with_vectors in [false, true] {
        let suffix = if with_vectors { "vectors" } else { "words" };
        writeln!(report, "\n== {suffix}")?;
        left = LeftOut::default();
        let examples = sentences(&calls, &seen, with_vectors);
        let mut scores = left_out(&folds, &examples, &LABELS, (LEAST, PENALTY));
        if let Some(by_words) = &by_words {
            scores = mean(&scores, by_words);
        } else {
            by_words = Some(scores.clone());
        }
        let model = labels(
            (&mut report, &mut left),
            (&calls, &folds),
            &examples,
            &scores,
        )?;
        write(&mut report, &models, &format!("labels-{suffix}"), &model)?;
        for (name, label, part, words) in VALUES {
            let mut examples = values(&calls, &seen, with_vectors, (label, part, words));
            if name == "owner" {
                see_owners(&calls, &vectors, &mut examples, with_vectors);
            } else if name == "stance" {
                examples = stance::labelled(&calls, &vectors, (with_vectors, words));
            }
            let examples: Vec<&Example> = examples.iter().collect();
            let model = fit(&examples, words, of_values(name));
            write(&mut report, &models, &format!("{name}-{suffix}"), &model)?;
        }
    }
    let model = mention_model((&mut report, &mut left), &calls, &folds)?;
    write(&mut report, &models, "mention", &model)?;
    let chosen = chosen::chosen((&calls, &folds), &seen, &vectors, &left.found);
    let lines = run::lines(&calls, &corpus::ids(shared)?, &left.found, &chosen);
    fs::write(root.join("target/train-sales/left-out.jsonl"), lines)?;
    Ok(report)
}

fn write(report: &mut String, folder: &Path, name: &str, model: &Classifier) -> Result<()> {
    let bytes = model.to_bytes();
    fs::write(folder.join(format!("{name}.bin")), &bytes)?;
    writeln!(report, "{name}.bin: {} KB", bytes.len().div_ceil(1024))?;
    Ok(())
}

fn view(call: &LabelledCall) -> CallView<'_> {
    CallView::new(&call.call, &call.transcript, conversation::Revision::new(1))
}

fn seen_with(features: &SentenceFeatures, with_vectors: bool) -> SentenceFeatures {
    let mut features = features.clone();
    if !with_vectors {
        features.dense.clear();
    }
    features
}

/// Every sentence, with an answer for each label.
fn sentences(
    calls: &[LabelledCall],
    seen: &[Vec<SentenceFeatures>],
    with_vectors: bool,
) -> Vec<Example> {
    let mut examples = Vec::new();
    for (call, (labelled, seen)) in calls.iter().zip(seen).enumerate() {
        for (at, features) in seen.iter().enumerate() {
            examples.push(Example {
                call,
                at,
                features: seen_with(features, with_vectors),
                answers: LABELS.iter().map(|label| labelled.has(at, label)).collect(),
            });
        }
    }
    examples
}

/// Every label of one name, with an answer for each word its part may be.
fn values(
    calls: &[LabelledCall],
    seen: &[Vec<SentenceFeatures>],
    with_vectors: bool,
    (name, part, words): (&str, usize, &[&str]),
) -> Vec<Example> {
    let mut examples = Vec::new();
    for (call, (labelled, seen)) in calls.iter().zip(seen).enumerate() {
        for (at, (labels, features)) in labelled.labels.iter().zip(seen).enumerate() {
            let parts = |label: &Label| label.parts.get(part).cloned();
            let said: Vec<String> = labels
                .iter()
                .filter(|label| label.name == name)
                .filter_map(parts)
                .collect();
            if said.iter().any(|said| words.contains(&said.as_str())) {
                examples.push(Example {
                    call,
                    at,
                    features: seen_with(features, with_vectors),
                    answers: words
                        .iter()
                        .map(|word| said.iter().any(|s| s == word))
                        .collect(),
                });
            }
        }
    }
    examples
}

fn numbers(call: &LabelledCall, vectors: &Vectors) -> Vec<f32> {
    let sentences = call.transcript.sentences();
    sentences
        .flat_map(|said| vectors.of(said.text).to_vec())
        .collect()
}

/// Steps are read with the steps around them.
fn see_owners(
    calls: &[LabelledCall],
    vectors: &Vectors,
    examples: &mut [Example],
    with_vectors: bool,
) {
    for steps in examples.chunk_by_mut(|one, next| one.call == next.call) {
        let Some(call) = steps.first().and_then(|step| calls.get(step.call)) else {
            continue;
        };
        let numbers = numbers(call, vectors);
        let mut seen = view(call);
        if with_vectors {
            let space = SentenceVectors::new("training", vectors.dimensions, &numbers);
            seen = seen.with_vectors(space);
        }
        let places: Vec<usize> = steps.iter().map(|step| step.at).collect();
        for (step, features) in steps.iter_mut().zip(owner_features(&seen, &places)) {
            step.features = features;
        }
    }
}

/// Trains on some examples.
fn fit(examples: &[&Example], names: &[&str], (least, penalty): (usize, f32)) -> Classifier {
    let ids = vocabulary(
        examples.iter().map(|example| &example.features.named),
        least,
    );
    let rows: Vec<Row<'_>> = examples
        .iter()
        .map(|example| Row {
            named: example
                .features
                .named
                .iter()
                .filter_map(|(id, value)| Some((ids.binary_search(&id).ok()?, value)))
                .collect(),
            dense: &example.features.dense,
            answers: example.answers.clone(),
        })
        .collect();
    let weights = train(&rows, names.len(), ids.len(), penalty);
    let outputs = names
        .iter()
        .zip(weights.bias)
        .map(|(name, bias)| Output::new(*name, bias));
    Classifier::new(outputs.collect(), ids, &weights.named, &weights.dense)
}

/// The log-odds of every example by a model that has not seen its fold.
fn left_out(
    folds: &[usize],
    examples: &[Example],
    names: &[&str],
    (least, penalty): (usize, f32),
) -> Vec<Vec<f32>> {
    let mut scores = vec![Vec::new(); examples.len()];
    let last = folds.iter().copied().max().unwrap_or(0);
    for fold in 0..=last {
        let others: Vec<&Example> = examples
            .iter()
            .filter(|example| folds[example.call] != fold)
            .collect();
        let model = fit(&others, names, (least, penalty));
        for (example, score) in examples.iter().zip(&mut scores) {
            if folds[example.call] == fold {
                *score = model.score(&example.features);
            }
        }
    }
    scores
}

/// With vectors, what counts is the mean of both models: their errors differ.
fn mean(one: &[Vec<f32>], other: &[Vec<f32>]) -> Vec<Vec<f32>> {
    let mean = |one: &Vec<f32>, other: &Vec<f32>| {
        one.iter()
            .zip(other)
            .map(|(one, other)| (one + other) / 2.0)
            .collect()
    };
    one.iter()
        .zip(other)
        .map(|(one, other)| mean(one, other))
        .collect()
}

fn dev_folds(calls: &[LabelledCall], folds: &[usize]) -> BTreeSet<usize> {
    let of_dev = calls
        .iter()
        .zip(folds)
        .filter(|(call, _)| is_dev(&call.world));
    of_dev.map(|(_, &fold)| fold).collect()
}

fn sum(one: Counts, other: Counts) -> Counts {
    Counts {
        right: one.right + other.right,
        found: one.found + other.found,
        wanted: one.wanted + other.wanted,
    }
}
