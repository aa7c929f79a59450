//! The lines of the files that an evaluation reads and writes.

use serde::{Deserialize, Serialize};

/// A question. Other fields, such as the answers that a scorer keeps beside it, are not read.
#[derive(Debug, Deserialize)]
pub(crate) struct QueryLine {
    pub(crate) query_id: String,
    pub(crate) query: String,
    #[serde(default)]
    pub(crate) call_id: Option<String>,
}

/// What was found for a question, best first.
#[derive(Debug, Serialize)]
pub(crate) struct RunLine<'a> {
    pub(crate) query_id: &'a str,
    pub(crate) results: Vec<ResultLine<'a>>,
}

/// A passage by its utterances, both ends included.
#[derive(Debug, Serialize)]
pub(crate) struct ResultLine<'a> {
    pub(crate) call_id: &'a str,
    pub(crate) utterance_start: u32,
    pub(crate) utterance_end: u32,
    pub(crate) score: f32,
}
