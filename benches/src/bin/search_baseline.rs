//! Ranks the passages of Gong-shaped calls by the plain z-score sum of BM25 and MiniLM cosine.
//!
//! `cargo run --release -p gongkit-benches --bin search_baseline -- --calls DIR --queries F
//! --model-dir DIR --within RUN.jsonl --corpus RUN.jsonl`; each output is scored like that of
//! `gongkit eval search`.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use clap::Parser;
use embeddings::{Bert, BertOptions, Embedder as _, Purpose, Vector};
use gongkit_benches::{Bm25, Passage, Query, best, conversations, queries, z_scores};
use serde_json::{Value, json};

const RESULTS: usize = 50;

#[derive(Parser)]
struct Arguments {
    /// Folder of `{"call": …, "callTranscript": …}` files.
    #[arg(long)]
    calls: PathBuf,
    /// Questions, one JSON object a line.
    #[arg(long)]
    queries: PathBuf,
    /// Where the ranking within the call that a question names goes.
    #[arg(long)]
    within: PathBuf,
    /// Where the ranking across all calls goes.
    #[arg(long)]
    corpus: PathBuf,
    /// Folder of the model's three files.
    #[arg(long)]
    model_dir: PathBuf,
}

#[derive(Clone, Copy, PartialEq)]
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

    let model = Bert::open(&arguments.model_dir, &BertOptions::default())?;
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

    let ranked = Ranked {
        places: &places,
        meanings: &meanings,
        words: &words,
        questions: &questions,
        asked: &asked,
    };
    ranked.write(Mode::Within, &arguments.within)?;
    ranked.write(Mode::Corpus, &arguments.corpus)
}

/// Everything that a ranking is made of.
struct Ranked<'a> {
    places: &'a [(&'a str, &'a Passage)],
    meanings: &'a [Vector],
    words: &'a Bm25,
    questions: &'a [Query],
    asked: &'a [Vector],
}

impl Ranked<'_> {
    fn write(&self, mode: Mode, file: &Path) -> Result<()> {
        let mut out = BufWriter::new(File::create(file).context("the output cannot be made")?);
        for (question, vector) in self.questions.iter().zip(self.asked) {
            let results = self.best_of(mode, question, vector);
            let line = json!({ "query_id": question.query_id, "results": results });
            serde_json::to_writer(&mut out, &line)?;
            out.write_all(b"\n")?;
        }
        out.flush()?;
        Ok(())
    }

    fn best_of(&self, mode: Mode, question: &Query, vector: &Vector) -> Vec<Value> {
        let is_reached = |at: &usize| {
            mode == Mode::Corpus || question.call_id.as_deref() == Some(self.places[*at].0)
        };
        let reached: Vec<usize> = (0..self.places.len()).filter(is_reached).collect();
        let by_words = self.words.scores(&question.query);
        let by_words: Vec<f64> = reached.iter().map(|&at| by_words[at]).collect();
        let by_meaning: Vec<f64> = reached
            .iter()
            .map(|&at| f64::from(self.meanings[at].dot(vector)))
            .collect();
        let sum: Vec<f64> = z_scores(&by_words)
            .iter()
            .zip(z_scores(&by_meaning))
            .map(|(a, b)| a + b)
            .collect();
        let result = |at: usize| {
            let (call_id, passage) = self.places[reached[at]];
            json!({
                "call_id": call_id,
                "utterance_start": passage.first,
                "utterance_end": passage.last,
                "score": sum[at],
            })
        };
        best(&sum, RESULTS).into_iter().map(result).collect()
    }
}
