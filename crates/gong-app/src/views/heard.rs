//! What customers said in a period, beside the time before it.

use serde::Serialize;

use super::{MomentView, PeriodView, RateView};

/// What customers said in a period, counted by calls.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct HeardView {
    /// As of when.
    pub as_of: String,
    /// The period; up to the instant only calls before it count.
    pub period: PeriodView,
    /// The time before it, as long as what has passed of the period.
    pub compared_with: PeriodView,
    /// Calls with a transcript in the period.
    pub with_transcript: u32,
    /// The same in the time before.
    pub with_transcript_before: u32,
    /// What was said, in the most calls first.
    pub themes: Vec<ThemeView>,
}

/// One theme.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct ThemeView {
    /// objection, red_flag, pain, buying_signal.
    pub kind: &'static str,
    /// What of it, in words from fixed lists.
    pub about: Option<String>,
    /// Calls in which a customer said it, of those with a transcript.
    pub lately: RateView,
    /// The same for the time before.
    pub before: RateView,
    /// The calls of the period, if asked why.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub call_ids: Vec<String>,
    /// Those of the time before, if asked why.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub call_ids_before: Vec<String>,
    /// Sentences, the newest first, if asked why.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub quotes: Vec<MomentView>,
}
