//! What can be typed after `insights` and `trackers`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct InsightsArgs {
    #[command(subcommand)]
    pub(crate) command: Option<InsightsCommand>,
    /// The call's id
    pub(crate) call: Option<String>,
    /// Show it even if it is private
    #[arg(long)]
    pub(crate) include_private: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum InsightsCommand {
    /// Show how people talked: in these calls, or in the newest ones
    Stats {
        /// The calls' ids
        calls: Vec<String>,
        /// Let every nod end a monologue, as Gong counts
        #[arg(long)]
        strict: bool,
        /// Print the mean absolute difference from Gong's own figures
        #[arg(long)]
        compare: bool,
        /// Private calls as well
        #[arg(long)]
        include_private: bool,
    },
    /// Make a finding once more from the same words, and compare byte by byte
    Replay {
        /// The finding's id
        finding: String,
    },
    /// Say whether a finding is right; it counts in the precision that is shown
    Label {
        /// The finding's id
        finding: String,
        /// Whether it is right
        #[arg(value_parser = ["right", "wrong"])]
        verdict: String,
    },
    /// Say that a detector missed a sentence; it counts in the recall that `eval report` shows
    Missed {
        /// The call's id
        call: String,
        /// The sentence, as in 12.3
        sentence: String,
        /// The detector: questions, next_steps, objections and so on
        detector: String,
    },
}

#[derive(Debug, Args)]
pub(crate) struct TrackersArgs {
    #[command(subcommand)]
    pub(crate) command: TrackersCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum TrackersCommand {
    /// Try the trackers of a file on past calls; nothing is saved
    Test {
        /// One JSON object a line: name with keywords, expression or examples, and side
        file: PathBuf,
        /// At most so many calls, the newest ones
        #[arg(long, default_value_t = 50)]
        calls: usize,
    },
    /// Save the trackers of a file; `insights` looks for them from now on
    Save {
        /// The file
        file: PathBuf,
    },
    /// Show the trackers that are saved, with how often they were right
    List,
    /// Watch the competitors of a file instead of those before: name and aliases, one a line
    Competitors {
        /// The file
        file: PathBuf,
    },
}
