//! Trains every model of the sales detectors and reports on worlds left out.

mod corpus;
mod folds;
mod logistic;
mod matching;
mod source;
mod vectors;

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::path::Path;

use anyhow::Result;
use insights::classifier::{Classifier, Output, sigmoid};
use insights::features::{Mention, SentenceFeatures, mentions, owner_features};
use insights::{CallView, SentenceVectors, Watch};

use self::folds::{folds, is_dev};
use self::logistic::{Row, train, vocabulary};
use self::matching::Counts;
use self::source::{Label, LabelledCall};
use self::vectors::{Vectors, embed};

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

/// One sentence, or one place in it, that a model is trained on.
struct Example {
    call: usize,
    at: usize,
    features: SentenceFeatures,
    answers: Vec<bool>,
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
    for with_vectors in [false, true] {
        let suffix = if with_vectors { "vectors" } else { "words" };
        writeln!(report, "\n== {suffix}")?;
        let examples = sentences(&calls, &seen, with_vectors);
        let mut scores = left_out(&folds, &examples, &LABELS, (LEAST, PENALTY));
        if let Some(by_words) = &by_words {
            scores = mean(&scores, by_words);
        } else {
            by_words = Some(scores.clone());
        }
        let model = labels(&mut report, (&calls, &folds), &examples, &scores)?;
        write(&mut report, &models, &format!("labels-{suffix}"), &model)?;
        for (name, label, part, words) in VALUES {
            let mut examples = values(&calls, &seen, with_vectors, (label, part, words));
            if name == "owner" {
                see_owners(&calls, &vectors, &mut examples, with_vectors);
            }
            let model = choice(&mut report, (&calls, &folds), (name, words), &examples)?;
            write(&mut report, &models, &format!("{name}-{suffix}"), &model)?;
        }
    }
    let model = mention_model(&mut report, &calls, &folds)?;
    write(&mut report, &models, "mention", &model)?;
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

/// What a label's threshold finds in the calls that `include` lets through.
fn count(
    calls: &[LabelledCall],
    examples: &[Example],
    scores: &[Vec<f32>],
    (position, threshold): (usize, f32),
    (include, reach): (&dyn Fn(usize) -> bool, usize),
) -> Counts {
    let label = LABELS[position];
    let mut counts = Counts::default();
    let mut found: Vec<Vec<usize>> = vec![Vec::new(); calls.len()];
    for (example, score) in examples.iter().zip(scores) {
        if include(example.call) && score[position] >= threshold {
            found[example.call].push(example.at);
        }
    }
    for (at, (call, mut found)) in calls.iter().zip(found).enumerate() {
        if !include(at) {
            continue;
        }
        let places = 0..call.labels.len();
        let mut wanted: Vec<usize> = places.filter(|&at| call.has(at, label)).collect();
        if label == "next_step" {
            let declined = |at: &usize| is_declined(call, *at);
            found.retain(|at| !declined(at));
            wanted.retain(|at| !declined(at));
        }
        counts.add(&wanted, &found, reach);
    }
    counts
}

fn is_declined(call: &LabelledCall, at: usize) -> bool {
    let steps = call.labels[at]
        .iter()
        .filter(|label| label.name == "next_step");
    steps
        .filter(|step| step.parts.get(1).is_some_and(|status| status == "declined"))
        .count()
        > 0
}

/// The threshold with the best F1 among the calls that are let through.
fn threshold(
    calls: &[LabelledCall],
    examples: &[Example],
    scores: &[Vec<f32>],
    position: usize,
    include: &dyn Fn(usize) -> bool,
) -> f32 {
    let steps = (0u8..45).map(|step| -3.5 + 0.1 * f32::from(step));
    let rated: Vec<(f64, f32)> = steps
        .map(|threshold| {
            let counts = count(calls, examples, scores, (position, threshold), (include, 1));
            (counts.f1(), threshold)
        })
        .collect();
    // The best mean of five neighbours, so that luck at one place does not decide.
    let smooth = rated.windows(5).map(|five| {
        let sum: f64 = five.iter().map(|(f1, _)| f1).sum();
        (sum, five[2].1)
    });
    smooth
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map_or(0.0, |(_, threshold)| threshold)
}

/// The model of the labels, with thresholds and counts from worlds left out.
fn labels(
    report: &mut String,
    (calls, folds): (&[LabelledCall], &[usize]),
    examples: &[Example],
    scores: &[Vec<f32>],
) -> Result<Classifier> {
    let all: Vec<&Example> = examples.iter().collect();
    let mut model = fit(&all, &LABELS, (LEAST, PENALTY));
    let dev = |call: usize| is_dev(&calls[call].world);
    let (mut near_sum, mut exact_sum) = (0.0, 0.0);
    writeln!(
        report,
        "{:14} near   exact  precision recall (dev, each world left out)",
        ""
    )?;
    for (position, label) in LABELS.iter().enumerate() {
        let (mut near, mut exact) = (Counts::default(), Counts::default());
        for fold in dev_folds(calls, folds) {
            let others = |call: usize| folds[call] != fold;
            let chosen = threshold(calls, examples, scores, position, &others);
            let here = |call: usize| folds[call] == fold;
            let one = count(calls, examples, scores, (position, chosen), (&here, 1));
            near = sum(near, one);
            let one = count(calls, examples, scores, (position, chosen), (&here, 0));
            exact = sum(exact, one);
        }
        near_sum += near.f1();
        exact_sum += exact.f1();
        writeln!(
            report,
            "{label:14} {:.3}  {:.3}  {:.3}     {:.3}",
            near.f1(),
            exact.f1(),
            near.right as f64 / near.found.max(1) as f64,
            near.right as f64 / near.wanted.max(1) as f64
        )?;
        let everywhere = |_: usize| true;
        let chosen = threshold(calls, examples, scores, position, &everywhere);
        let counted = count(calls, examples, scores, (position, chosen), (&dev, 1));
        if let Some(output) = model.outputs_mut().get_mut(position) {
            output.threshold = sigmoid(chosen);
            output.counted = u32::try_from(counted.found).unwrap_or(0);
            output.right = u32::try_from(counted.right).unwrap_or(0);
        }
    }
    let count = LABELS.len() as f64;
    writeln!(
        report,
        "{:14} {:.3}  {:.3}",
        "mean of eight",
        near_sum / count,
        exact_sum / count
    )?;
    Ok(model)
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

/// A model that picks one of several words.
fn choice(
    report: &mut String,
    (calls, folds): (&[LabelledCall], &[usize]),
    (name, words): (&str, &[&str]),
    examples: &[Example],
) -> Result<Classifier> {
    let scores = left_out(folds, examples, words, (LEAST - 1, PENALTY_OF_VALUES));
    let (mut right, mut total) = (0_u32, 0_u32);
    for (example, scores) in examples.iter().zip(&scores) {
        if is_dev(&calls[example.call].world) {
            let best = scores.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1));
            total += 1;
            right += u32::from(best.is_some_and(|(at, _)| example.answers[at]));
        }
    }
    writeln!(
        report,
        "{name:14} right {:.3} of {total}",
        f64::from(right) / f64::from(total.max(1))
    )?;
    let all: Vec<&Example> = examples.iter().collect();
    Ok(fit(&all, words, (LEAST - 1, PENALTY_OF_VALUES)))
}

/// Whether a place that looks like a competitor's name means the competitor.
fn mention_model(
    report: &mut String,
    calls: &[LabelledCall],
    folds: &[usize],
) -> Result<Classifier> {
    let mut examples = Vec::new();
    for (call, labelled) in calls.iter().enumerate() {
        let watched: Vec<Watch> = labelled.competitors.iter().map(Watch::new).collect();
        for mention in mentions(&view(labelled), &watched) {
            let name = fold(&watched[mention.watch].name);
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
