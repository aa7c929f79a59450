//! Trains the salience model of highlights.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use insights::highlights::{Moment, Picking, moments, pick, salience_features};
use insights::linear::Linear;

use super::{Example, Penalty, fit, gold, recorded, shipped};

/// Calls are shared out over this many parts.
const FOLDS: usize = 5;

const PENALTY: Penalty = Penalty {
    strength: 1e-5,
    rarest: 4,
    rounds: 120,
};

/// A call with what people marked in it.
struct Marked {
    id: String,
    fold: usize,
    moments: Vec<Moment>,
    examples: Vec<Example>,
    /// For each sentence of the summary, the utterances that people found it in.
    sentences: Vec<BTreeSet<u32>>,
}

/// Trains on what people marked as evidence of whole-call summaries.
pub(super) fn train(shared: &Path) -> Result<String> {
    let calls = marked(&shared.join("data"))?;
    let mut covers = Vec::new();
    for fold in 0..FOLDS {
        let seen = calls.iter().filter(|call| call.fold != fold);
        let model = fit(seen.flat_map(|call| &call.examples), PENALTY);
        for call in calls.iter().filter(|call| call.fold == fold) {
            covers.push([300, 600].map(|words| cover(call, &ranked(&model, call), words)));
        }
    }
    let mean = |at: usize| covers.iter().map(|c| c[at]).sum::<f64>() / covers.len() as f64;
    let lead: f64 = calls
        .iter()
        .map(|call| cover(call, &(0..call.moments.len()).collect::<Vec<_>>(), 300))
        .sum::<f64>()
        / calls.len() as f64;

    let model = fit(calls.iter().flat_map(|call| &call.examples), PENALTY);
    let bytes = model.to_bytes();
    let path = shipped("salience.bin");
    fs::write(&path, &bytes).with_context(|| format!("cannot write {}", path.display()))?;
    Ok(format!(
        "highlights, cross-validated by call over {FOLDS} parts, {} calls:\n\
         cover@300w {:.3}, cover@600w {:.3} (the first 300 words: {lead:.3})\n\
         {}: {} bytes",
        calls.len(),
        mean(0),
        mean(1),
        path.display(),
        bytes.len()
    ))
}

/// Trains without the calls of the first part, to measure on those what is made of highlights: the
/// model and the calls' ids are written beside the builds, and nothing that is shipped changes.
pub(super) fn leave_out(shared: &Path, folder: &Path) -> Result<String> {
    let calls = marked(&shared.join("data"))?;
    let (left, seen): (Vec<&Marked>, Vec<&Marked>) = calls.iter().partition(|call| call.fold == 0);
    let model = fit(seen.iter().flat_map(|call| &call.examples), PENALTY);
    fs::create_dir_all(folder)?;
    fs::write(folder.join("salience.bin"), model.to_bytes())?;
    let ids: Vec<&str> = left.iter().map(|call| call.id.as_str()).collect();
    fs::write(folder.join("calls.txt"), ids.join("\n") + "\n")?;
    Ok(format!(
        "trained on {} calls, {} left out: {}",
        seen.len(),
        left.len(),
        folder.display()
    ))
}

fn ranked(model: &Linear, call: &Marked) -> Vec<usize> {
    let likely: Vec<f64> = call
        .examples
        .iter()
        .map(|e| 1.0 / (1.0 + f64::from(-model.score(&e.features)).exp()))
        .collect();
    pick(&call.moments, &likely, 100, Picking::default())
}

/// The share of the summary's sentences that have evidence within so many words.
fn cover(call: &Marked, order: &[usize], words: usize) -> f64 {
    let (mut used, mut got) = (0, BTreeSet::new());
    for moment in order.iter().map(|at| &call.moments[*at]) {
        if used + moment.words <= words {
            used += moment.words;
            got.insert(moment.utterance);
        }
    }
    let covered = call
        .sentences
        .iter()
        .filter(|s| !s.is_disjoint(&got))
        .count();
    covered as f64 / call.sentences.len().max(1) as f64
}

fn marked(part: &Path) -> Result<Vec<Marked>> {
    let mut evidence: BTreeMap<String, Vec<BTreeSet<u32>>> = BTreeMap::new();
    for line in gold(&part.join("gold/evidence.jsonl"))? {
        if line["kind"] != "general_query_list" {
            continue;
        }
        let marked = line["evidence"].as_array().into_iter().flatten();
        let utterances = marked
            .filter_map(|one| u32::try_from(one["utterance"].as_u64()?).ok())
            .collect();
        let call = line["call_id"].as_str().unwrap_or_default().to_owned();
        evidence.entry(call).or_default().push(utterances);
    }
    let mut calls = Vec::new();
    for call in recorded(&part.join("calls"))? {
        let view = call.view();
        let Some(sentences) = evidence.remove(view.id().as_str()) else {
            continue;
        };
        let fold = calls.len() % FOLDS;
        let moments = moments(&view);
        let examples = moments.iter().enumerate().map(|(at, moment)| Example {
            features: salience_features(&view, &moments, at),
            is: sentences.iter().any(|s| s.contains(&moment.utterance)),
            weight: 1.0,
            fold,
        });
        let examples = examples.collect();
        calls.push(Marked {
            id: view.id().to_string(),
            fold,
            moments,
            examples,
            sentences,
        });
    }
    Ok(calls)
}
