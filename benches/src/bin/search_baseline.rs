//! Ranks the passages of Gong-shaped calls by the plain z-score sum of BM25 and MiniLM cosine.
//!
//! `cargo run --release -p gongkit-benches --bin search_baseline -- --calls DIR --queries F
//! --mode within --out RUN.jsonl`; the output is scored like that of `gongkit eval search`.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use clap::{Parser, ValueEnum};
use embeddings::{Embedder as _, MiniLm, MiniLmOptions, Purpose};
use gongkit_benches::{Bm25, best, conversations, queries, z_scores};
use serde_json::json;

const RESULTS: usize = 50;

#[derive(Parser)]
struct Arguments {
    /// Folder of `{"call": …, "callTranscript": …}` files.
    #[arg(long)]
    calls: PathBuf,
    /// Questions, one JSON object a line.
    #[arg(long)]
    queries: PathBuf,
    /// Rank within the call a question names, or across all calls.
    #[arg(long, value_enum)]
    mode: Mode,
    /// Where the ranking goes.
    #[arg(long)]
    out: PathBuf,
    /// Folder of the model's three files.
    #[arg(long)]
    model_dir: PathBuf,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum Mode {
    Within,
    Corpus,
}

#[tokio::main]
async fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let calls = conversations(&arguments.calls)?;
    let places: Vec<_> = calls
        .iter()
        .flat_map(|c| c.passages.iter().map(move |p| (c.call_id.as_str(), p)))
        .collect();
    let questions = queries(&arguments.queries)?;

    let model = MiniLm::open(&arguments.model_dir, &MiniLmOptions::default())?;
    let texts: Vec<String> = places
        .iter()
        .map(|(_, passage)| passage.text.clone())
        .collect();
    let meanings = model.embed(Purpose::Passage, &texts).await?;
    let asked: Vec<String> = questions
        .iter()
        .map(|question| question.query.clone())
        .collect();
    let asked = model.embed(Purpose::Query, &asked).await?;
    let words = Bm25::new(texts.iter().map(String::as_str));

    let mut out =
        BufWriter::new(File::create(&arguments.out).context("the output cannot be made")?);
    for (question, vector) in questions.iter().zip(&asked) {
        let by_words = words.scores(&question.query);
        let reached: Vec<usize> = (0..places.len())
            .filter(|&at| {
                arguments.mode == Mode::Corpus || question.call_id.as_deref() == Some(places[at].0)
            })
            .collect();
        let by_words: Vec<f64> = reached.iter().map(|&at| by_words[at]).collect();
        let by_meaning: Vec<f64> = reached
            .iter()
            .map(|&at| f64::from(meanings[at].dot(vector)))
            .collect();
        let sum: Vec<f64> = z_scores(&by_words)
            .iter()
            .zip(z_scores(&by_meaning))
            .map(|(a, b)| a + b)
            .collect();
        let results: Vec<_> = best(&sum, RESULTS)
            .into_iter()
            .map(|at| {
                let (call_id, passage) = places[reached[at]];
                json!({
                    "call_id": call_id,
                    "utterance_start": passage.first,
                    "utterance_end": passage.last,
                    "score": sum[at],
                })
            })
            .collect();
        serde_json::to_writer(
            &mut out,
            &json!({ "query_id": question.query_id, "results": results }),
        )?;
        out.write_all(b"\n")?;
    }
    out.flush()?;
    Ok(())
}
