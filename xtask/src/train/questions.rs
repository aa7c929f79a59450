//! Trains the model of questions without punctuation.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use conversation::SentenceRef;
use insights::linear::Linear;
use insights::plain_question_features;

use super::{Example, Penalty, fit, gold, recorded, shipped};

/// Calls of one sort are shared out over this many parts.
const FOLDS: usize = 5;

const PENALTY: Penalty = Penalty {
    strength: 2e-5,
    rarest: 3,
    rounds: 120,
};

/// Trains on the labelled meetings without punctuation and on the invented sales calls without
/// punctuation; the threshold is the best of the cross-validation on meetings, by call.
pub(super) fn train(shared: &Path) -> Result<String> {
    let meetings = meetings(&shared.join("data"))?;
    let sales = sales(&shared.join("data_sales"))?;
    let all: Vec<&Example> = meetings.iter().chain(&sales).collect();

    let mut meeting_scores = Vec::new();
    let mut sales_scores = Vec::new();
    for fold in 0..FOLDS {
        let model = fit(all.iter().copied().filter(|e| e.fold != fold), PENALTY);
        meeting_scores.extend(scores(&model, &meetings, fold));
        sales_scores.extend(scores(&model, &sales, fold));
    }
    let (threshold, f1) = best_threshold(&meeting_scores);
    let (_, sales_f1) = best_threshold(&sales_scores);

    let model = fit(all.iter().copied(), PENALTY).with_threshold(threshold);
    let bytes = model.to_bytes();
    let path = shipped("questions.bin");
    fs::write(&path, &bytes).with_context(|| format!("cannot write {}", path.display()))?;
    Ok(format!(
        "questions without punctuation, cross-validated by call over {FOLDS} parts:\n\
         meetings: {} sentences, F1 {f1:.3} at threshold {threshold:.3}\n\
         invented sales calls: {} sentences, best F1 {sales_f1:.3}, {:.3} at the threshold\n\
         {}: {} bytes",
        meetings.len(),
        sales.len(),
        f1_at(&sales_scores, threshold),
        path.display(),
        bytes.len()
    ))
}

fn meetings(part: &Path) -> Result<Vec<Example>> {
    let mut labels: HashMap<String, HashMap<SentenceRef, bool>> = HashMap::new();
    for line in gold(&part.join("gold/dialog_acts.jsonl"))? {
        let call = line["call_id"].as_str().unwrap_or_default().to_owned();
        let is = line["is_question"].as_bool().unwrap_or_default();
        labels.entry(call).or_default().insert(place(&line), is);
    }
    let mut examples = Vec::new();
    for (call, fold) in recorded(&part.join("calls_nopunct"))?
        .iter()
        .zip((0..FOLDS).cycle())
    {
        let view = call.view();
        let Some(labels) = labels.get(view.id().as_str()) else {
            continue;
        };
        for (index, line) in view.lines().iter().enumerate() {
            let Some(is) = labels.get(&line.at) else {
                continue;
            };
            examples.push(Example {
                features: plain_question_features(&view, index),
                is: *is,
                weight: 1.0,
                fold,
            });
        }
    }
    Ok(examples)
}

fn sales(part: &Path) -> Result<Vec<Example>> {
    let mut asked: HashMap<String, Vec<SentenceRef>> = HashMap::new();
    for line in gold(&part.join("gold/labels.jsonl"))? {
        if line["label"] == "question" {
            let call = line["call_id"].as_str().unwrap_or_default().to_owned();
            asked.entry(call).or_default().push(place(&line));
        }
    }
    let mut examples = Vec::new();
    for (call, fold) in recorded(&part.join("calls_nopunct"))?
        .iter()
        .zip((0..FOLDS).cycle())
    {
        let view = call.view();
        let asked = asked.get(view.id().as_str()).map_or(&[][..], Vec::as_slice);
        for (index, line) in view.lines().iter().enumerate() {
            examples.push(Example {
                features: plain_question_features(&view, index),
                is: asked.contains(&line.at),
                weight: 1.0,
                fold,
            });
        }
    }
    Ok(examples)
}

fn place(line: &serde_json::Value) -> SentenceRef {
    let number = |name: &str| line[name].as_u64().and_then(|n| u32::try_from(n).ok());
    SentenceRef::new(
        number("utterance").unwrap_or(u32::MAX),
        number("sentence").unwrap_or(u32::MAX),
    )
}

fn scores(model: &Linear, examples: &[Example], fold: usize) -> Vec<(f32, bool)> {
    let held = examples.iter().filter(|e| e.fold == fold);
    held.map(|e| (model.score(&e.features), e.is)).collect()
}

/// The threshold with the best F1.
fn best_threshold(scored: &[(f32, bool)]) -> (f32, f64) {
    let mut sorted = scored.to_vec();
    sorted.sort_by(|a, b| b.0.total_cmp(&a.0));
    let wanted = sorted.iter().filter(|(_, is)| *is).count() as f64;
    let (mut right, mut best) = (0.0, (0.0, 0.0));
    for (taken, (score, is)) in (1..).map(f64::from).zip(sorted) {
        right += f64::from(u8::from(is));
        let f1 = 2.0 * right / (taken + wanted);
        if f1 > best.1 {
            best = (score, f1);
        }
    }
    best
}

fn f1_at(scored: &[(f32, bool)], threshold: f32) -> f64 {
    let taken = scored.iter().filter(|(score, _)| *score >= threshold);
    let right = taken.clone().filter(|(_, is)| *is).count() as f64;
    let wanted = scored.iter().filter(|(_, is)| *is).count() as f64;
    2.0 * right / (taken.count() as f64 + wanted)
}
