//! Arguments of `memory`.

use std::num::NonZeroUsize;

use clap::{Args, Subcommand};

#[derive(Debug, Args)]
pub(crate) struct MemoryArgs {
    #[command(subcommand)]
    pub(crate) command: MemoryCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum MemoryCommand {
    /// Tell which indexes there are, where they are, and what they hold
    Status,
    /// Move the index to a Qdrant server; goes on where it was stopped
    Migrate {
        /// The address of Qdrant's gRPC API, like `https://qdrant.example.com:6334`
        #[arg(long, value_name = "URL", required_unless_present = "abandon")]
        to: Option<String>,
        /// Give a move up: what it made is dropped
        #[arg(long, conflicts_with = "to")]
        abandon: bool,
    },
    /// Measure how much of what an exact search of the Qdrant server finds a usual one finds
    RecallCheck {
        /// How many calls are asked about, the newest first
        #[arg(long, value_name = "N", default_value = "100")]
        questions: NonZeroUsize,
    },
}
