//! What can be typed after `export`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use gong_app::{ExportForm, ExportTable};
use jiff::Timestamp;

use super::{from, to};

/// Private calls are never exported. The file is for you alone (0600) and lies outside of erasure:
/// what is purged later stays in it.
#[derive(Debug, Args)]
pub(crate) struct ExportArgs {
    /// What to write
    pub(crate) table: Table,
    /// In which form
    #[arg(long, value_enum, default_value = "jsonl")]
    pub(crate) format: Form,
    /// Into this new file
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// Calls from this day (UTC) or instant on
    #[arg(long, value_name = "DATE", value_parser = from)]
    pub(crate) from: Option<Timestamp>,
    /// Calls up to this day (UTC, included) or instant (not included)
    #[arg(long, value_name = "DATE", value_parser = to)]
    pub(crate) to: Option<Timestamp>,
    /// Calls of this customer; may be repeated
    #[arg(long, value_name = "ACCOUNT")]
    pub(crate) account: Vec<String>,
    /// Calls with this person of ours; may be repeated
    #[arg(long, value_name = "PERSON")]
    pub(crate) rep: Vec<String>,
    /// Only this call; may be repeated
    #[arg(long, value_name = "CALL")]
    pub(crate) call: Vec<String>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Table {
    /// One row a call
    Calls,
    /// One row a sentence
    Transcripts,
    /// One row a finding, with the sentence it is about
    Findings,
    /// One row a deal, as it is now
    Deals,
}

impl From<Table> for ExportTable {
    fn from(table: Table) -> Self {
        match table {
            Table::Calls => Self::Calls,
            Table::Transcripts => Self::Transcripts,
            Table::Findings => Self::Findings,
            Table::Deals => Self::Deals,
        }
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Form {
    /// One JSON object a line
    Jsonl,
    /// Comma-separated; cells that a spreadsheet would work out begin with an apostrophe
    Csv,
    /// Apache Parquet
    Parquet,
    /// For people
    Markdown,
}

impl From<Form> for ExportForm {
    fn from(form: Form) -> Self {
        match form {
            Form::Jsonl => Self::Jsonl,
            Form::Csv => Self::Csv,
            Form::Parquet => Self::Parquet,
            Form::Markdown => Self::Markdown,
        }
    }
}
