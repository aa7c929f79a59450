//! Calls per CPU-second of the shipped detectors: by words alone, with sentence vectors, and what
//! the vectors themselves cost.
//!
//! `cargo run --release -p gongkit-benches --bin insights_speed -- --calls DIR --model-dir DIR`

use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use clap::Parser;
use embeddings::{Bert, BertOptions, Embedder as _, Purpose};
use insights::statistics::{Breaks, Statistics};
use insights::{SentenceVectors, Watched, detect, detectors};
use xtask::train::recorded;

#[derive(Parser)]
struct Arguments {
    /// Folder of `{"call": …, "callTranscript": …}` files.
    #[arg(long)]
    calls: PathBuf,
    /// Folder of the model's three files; without it vectors are not timed.
    #[arg(long)]
    model_dir: Option<PathBuf>,
}

#[tokio::main]
async fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let calls = recorded(&arguments.calls)?;
    let detectors = detectors(&Watched::default());
    let sentences: usize = calls.iter().map(|c| c.transcript.sentences().count()).sum();
    say(&format!("{} calls, {sentences} sentences", calls.len()));

    let from = cpu_seconds()?;
    let mut found = 0;
    for call in &calls {
        let view = call.view();
        let findings = detect(&detectors, &view)?;
        Statistics::of(&view, Breaks::Tolerant, &findings);
        found += findings.len();
    }
    report(
        "detectors by words, and statistics",
        calls.len(),
        found,
        from,
    )?;

    let Some(folder) = &arguments.model_dir else {
        return Ok(());
    };
    let model = Bert::open(folder, &BertOptions::default())?;
    let dimensions = model.model().dimensions().get();
    let from = cpu_seconds()?;
    let mut all = Vec::new();
    for call in &calls {
        let texts: Vec<String> = call
            .transcript
            .sentences()
            .map(|said| said.text.to_owned())
            .collect();
        let vectors = model.embed(Purpose::Passage, &texts).await?;
        let numbers: Vec<f32> = vectors
            .iter()
            .flat_map(|vector| vector.as_slice().iter().copied())
            .collect();
        all.push(numbers);
    }
    report("sentence vectors", calls.len(), sentences, from)?;

    let from = cpu_seconds()?;
    let mut found = 0;
    for (call, numbers) in calls.iter().zip(&all) {
        let vectors = SentenceVectors::new("all-MiniLM-L6-v2", dimensions, numbers);
        let view = call.view().with_vectors(vectors);
        found += detect(&detectors, &view)?.len();
    }
    report("detectors with vectors at hand", calls.len(), found, from)
}

fn report(what: &str, calls: usize, made: usize, from: f64) -> Result<()> {
    let seconds = cpu_seconds()? - from;
    let rate = calls as f64 / seconds.max(1e-9);
    say(&format!(
        "{what}: {rate:.1} calls per CPU-second ({seconds:.2} s, {made} made)"
    ));
    Ok(())
}

/// The processor time of all threads of this process so far.
fn cpu_seconds() -> Result<f64> {
    let mut nanoseconds = 0u64;
    for task in fs::read_dir("/proc/self/task").context("needs Linux")? {
        let file = task?.path().join("schedstat");
        let text = fs::read_to_string(file).unwrap_or_default();
        let first = text.split_whitespace().next();
        nanoseconds += first
            .and_then(|n| n.parse::<u64>().ok())
            .unwrap_or_default();
    }
    Ok(nanoseconds as f64 / 1e9)
}

#[expect(clippy::print_stdout, reason = "a program that prints its figures")]
fn say(line: &str) {
    println!("{line}");
}
