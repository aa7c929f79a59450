//! What a number or a warning rests on.

use serde::Serialize;

/// Sentences, a search, or rows that were counted.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct EvidenceView {
    /// cited, searched, computed.
    pub kind: &'static str,
    /// The sentences, where it is cited; five at most.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub quotes: Vec<MomentView>,
    /// How many sentences there are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sentences: Option<usize>,
    /// The calls that were looked through, where nothing was found.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub calls: Vec<String>,
    /// How many calls have a transcript.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub with_transcript: Option<u32>,
    /// How many calls are known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub known: Option<u32>,
    /// What was counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub query: Option<String>,
    /// How many rows there were.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rows: Option<u64>,
}

/// Of what is said, how much a detector finds.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct RecallView {
    /// The detector.
    pub detector: &'static str,
    /// The share of the sentences that it should find, 0–1.
    pub recall: f64,
    /// The 95 % interval, where the share is of your labels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interval: Option<[f64; 2]>,
    /// Of how many labels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub of: Option<u32>,
    /// What it was counted on.
    pub source: &'static str,
}

/// One sentence of a call, and where to open it.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct MomentView {
    /// The call.
    pub call: String,
    /// When the call began.
    pub call_started: String,
    /// Its place, written `12.3`.
    pub sentence: String,
    /// When it was said.
    pub time: String,
    /// The same in milliseconds.
    pub start_ms: u64,
    /// Where it ends.
    pub end_ms: u64,
    /// Who said it, if known and if words may be read.
    pub speaker: Option<String>,
    /// ours, theirs, unknown.
    pub side: &'static str,
    /// The words; `null` for whoever may not read them, or where they changed since.
    pub text: Option<String>,
    /// The moment, where a person can open it.
    pub url: Option<String>,
}
