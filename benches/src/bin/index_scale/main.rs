//! The embedded store at full size: real vectors in, time, recall and memory out.
//!
//! Three steps, each a process of its own, so that what is measured is the store's alone:
//!
//! ```sh
//! index_scale vectors --calls DIR --queries F --model-dir DIR --out CACHE   # once: real vectors
//! index_scale build --vectors CACHE --rows 1000000 --index INDEX            # rows, then an index
//! index_scale ask --vectors CACHE --index INDEX                             # questions to it
//! ```
//!
//! The first rows are real passages; where more are asked for, each is a mix of two passages of
//! the same call, its words half of each. That is denser than real growth, so it is harder.

#![expect(clippy::print_stdout, reason = "what is measured is the output")]

mod asking;
mod building;
mod vectors;
mod world;

use std::path::PathBuf;

use anyhow::Result;
use clap::{Parser, Subcommand};

#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    step: Step,
}

#[derive(Subcommand)]
enum Step {
    /// Embeds the passages of calls and the questions about them into a folder.
    Vectors {
        /// Folder of `{"call": …, "callTranscript": …}` files.
        #[arg(long)]
        calls: PathBuf,
        /// Questions, one JSON object a line.
        #[arg(long)]
        queries: PathBuf,
        /// Folder of the model's three files.
        #[arg(long)]
        model_dir: PathBuf,
        /// Where vectors and texts are kept.
        #[arg(long)]
        out: PathBuf,
    },
    /// Makes an index of so many rows.
    Build {
        /// What `vectors` made.
        #[arg(long)]
        vectors: PathBuf,
        /// How many passages.
        #[arg(long)]
        rows: usize,
        /// The folder of the index, which must not be there.
        #[arg(long)]
        index: PathBuf,
    },
    /// Asks an index, with every filter, one client and eight.
    Ask {
        /// What `vectors` made.
        #[arg(long)]
        vectors: PathBuf,
        /// The folder of the index.
        #[arg(long)]
        index: PathBuf,
        /// How many questions each client asks of each filter.
        #[arg(long, default_value_t = 200)]
        questions: usize,
        /// How many of them are compared with the exact answer.
        #[arg(long, default_value_t = 100)]
        checked: usize,
    },
}

#[tokio::main]
async fn main() -> Result<()> {
    match Arguments::parse().step {
        Step::Vectors {
            calls,
            queries,
            model_dir,
            out,
        } => vectors::make(&calls, &queries, &model_dir, &out).await,
        Step::Build {
            vectors,
            rows,
            index,
        } => building::build(&vectors, rows, &index).await,
        Step::Ask {
            vectors,
            index,
            questions,
            checked,
        } => asking::ask(&vectors, &index, questions, checked).await,
    }
}
