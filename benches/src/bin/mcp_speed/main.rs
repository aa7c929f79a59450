//! How fast the MCP server starts and how much memory it takes, beside a peer; and how fast its
//! search tool answers many clients.
//!
//! ```sh
//! cargo build --release -p gong-cli
//! cargo run --release -p gongkit-benches --bin mcp_speed -- start --peer "node …/index.js DIR"
//! cargo run --release -p gongkit-benches --bin mcp_speed -- search --passages 100000
//! ```
//!
//! Both measure the binary as users run it, in a process of its own. `start` takes gongkit and the
//! peer in turn, so that what else the machine does meets both. `search` archives calls of invented
//! words, 150 an utterance, with vectors by hashing: no model runs, so what is measured is the
//! server, the index and the archive, not the embedding of a question.
#![expect(clippy::print_stdout, reason = "what is measured is the output")]

mod company;
mod search;
mod start;

use std::path::PathBuf;

use clap::{Parser, Subcommand};

#[derive(Parser)]
struct Cli {
    /// The binary that is measured
    #[arg(long, default_value = "target/release/gongkit", global = true)]
    gongkit: PathBuf,
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Time to the first list of tools over streams, and resident memory then
    Start {
        /// The command of a peer, its words divided by blanks
        #[arg(long)]
        peer: Option<String>,
        /// How often each is started
        #[arg(long, default_value_t = 21)]
        runs: usize,
    },
    /// Time of the search tool over HTTP, with 1 and with 16 clients
    Search {
        /// How many passages the archive has, about
        #[arg(long, default_value_t = 100_000)]
        passages: usize,
        /// How many searches each measurement makes
        #[arg(long, default_value_t = 800)]
        searches: usize,
    },
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let cli = Cli::parse();
    match cli.what {
        What::Start { peer, runs } => start::measure(&cli.gongkit, peer.as_deref(), runs),
        What::Search { passages, searches } => {
            search::measure(&cli.gongkit, passages, searches).await
        }
    }
}

/// The value that this share of the sorted values does not exceed.
fn quantile<T: Copy + Ord>(values: &mut [T], share: f64) -> Option<T> {
    values.sort_unstable();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a share of a length is a place in it"
    )]
    let at = (values.len() as f64 * share) as usize;
    values.get(at.min(values.len().saturating_sub(1))).copied()
}
