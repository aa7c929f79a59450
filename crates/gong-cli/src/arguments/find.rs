//! What can be typed after `search`, `ask`, `show` and `eval`.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use jiff::Timestamp;

use super::{from, to};

#[derive(Debug, Args)]
pub(crate) struct SearchArgs {
    /// The question, in your own words
    #[arg(required = true)]
    pub(crate) question: Vec<String>,
    /// Calls from this day (UTC) or instant on
    #[arg(long, value_name = "DATE", value_parser = from)]
    pub(crate) from: Option<Timestamp>,
    /// Calls up to this day (UTC, included) or instant (not included)
    #[arg(long, value_name = "DATE", value_parser = to)]
    pub(crate) to: Option<Timestamp>,
    /// Calls of this customer: its domain, its CRM id, or a part of either; may be repeated
    #[arg(long, value_name = "ACCOUNT")]
    pub(crate) account: Vec<String>,
    /// Calls with this person of ours: user id, e-mail address or name; may be repeated
    #[arg(long, value_name = "PERSON")]
    pub(crate) rep: Vec<String>,
    /// Only what this side said
    #[arg(long, value_name = "SIDE", value_parser = ["ours", "theirs", "unknown"])]
    pub(crate) side: Option<String>,
    /// Only this call; may be repeated
    #[arg(long, value_name = "CALL")]
    pub(crate) call: Vec<String>,
    /// Only calls about this deal, by its id; may be repeated
    #[arg(long, value_name = "DEAL")]
    pub(crate) deal: Vec<String>,
    /// How many places the answer has [default: search.limit, 10]
    #[arg(long, value_name = "N")]
    pub(crate) limit: Option<NonZeroUsize>,
    /// Search private calls as well, where they are stored
    #[arg(long)]
    pub(crate) include_private: bool,
}

#[derive(Debug, Args)]
pub(crate) struct FindArgs {
    #[command(flatten)]
    pub(crate) about: SearchArgs,
    /// Say for each place what its rank is made of: words, meaning, neighbours, call
    #[arg(long)]
    pub(crate) explain: bool,
}

#[derive(Debug, Args)]
pub(crate) struct AskArgs {
    #[command(flatten)]
    pub(crate) about: SearchArgs,
    /// Take the nearest sentences for an answer, however far they are
    #[arg(long)]
    pub(crate) always: bool,
    /// Ask no language model, though one is configured
    #[arg(long)]
    pub(crate) without_model: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ShowArgs {
    /// The call's id
    pub(crate) call: String,
    /// Show it even if it is private
    #[arg(long)]
    pub(crate) include_private: bool,
}

#[derive(Debug, Args)]
pub(crate) struct EvalArgs {
    /// search, ask, questions, trackers, entities, highlights, summary, acts, outcome, stats, sales; or
    /// `report`: how often detectors were right by your own labels
    pub(crate) task: String,
    /// A folder of Gong-shaped calls
    #[arg(long, value_name = "DIR")]
    pub(crate) calls: Option<PathBuf>,
    /// Where the run is written
    #[arg(long, value_name = "RUN.jsonl")]
    pub(crate) out: Option<PathBuf>,
    /// The questions, one JSON object a line
    #[arg(long, value_name = "FILE")]
    pub(crate) queries: Option<PathBuf>,
    /// Within the call that a question names, or over all calls
    #[arg(long, value_enum, default_value = "within")]
    pub(crate) mode: Mode,
    /// The trackers of the task trackers, one JSON object a line
    #[arg(long, value_name = "FILE")]
    pub(crate) trackers: Option<PathBuf>,
    /// The summaries that are asked for, one JSON object a line
    #[arg(long, value_name = "FILE")]
    pub(crate) summaries: Option<PathBuf>,
    /// The competitors to watch, one JSON object a line
    #[arg(long, value_name = "FILE")]
    pub(crate) competitors: Option<PathBuf>,
    /// Keep archive and index of the tasks search and ask in this folder, for the next run over the
    /// same calls
    #[arg(long, value_name = "DIR")]
    pub(crate) keep: Option<PathBuf>,
    /// Have the task ask answer every question, whatever is found
    #[arg(long)]
    pub(crate) always: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Mode {
    /// Passages of the call that the question names
    Within,
    /// Passages of any call
    Corpus,
}
