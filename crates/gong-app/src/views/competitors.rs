//! Competitors over deals and calls.

use serde::Serialize;

use super::{MomentView, RateView, RecallView};

/// What is known of all competitors.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct CompetitorsView {
    /// As of when.
    pub as_of: String,
    /// The days of the trend.
    pub days: u32,
    /// Each competitor, by how many deals it was heard in.
    pub competitors: Vec<CompetitorView>,
    /// Won of the closed deals in which none was heard.
    pub without: RateView,
    /// How many win rates were compared with that; more make each answer harder to get.
    pub tested: usize,
    /// Calls with a transcript that were looked through.
    pub with_transcript: usize,
    /// Calls that are known.
    pub known: usize,
    /// How many of the mentions the detector finds.
    pub recall: Option<RecallView>,
}

/// What is known of one competitor.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct CompetitorView {
    /// Its name, as the user gave it.
    pub name: String,
    /// In how many deals it was heard.
    pub deals: usize,
    /// In how many calls.
    pub calls: usize,
    /// The worth of these deals, by currency.
    pub amounts: Vec<String>,
    /// The worth of those that are open.
    pub open_amounts: Vec<String>,
    /// Calls in which it was heard in the last days, of those with a transcript.
    pub lately: RateView,
    /// The same for as many days before.
    pub before: RateView,
    /// How many deals stand to it in which way, by when it was last heard.
    pub stances: Vec<StanceView>,
    /// Won of the closed deals in which it was heard.
    pub win_rate: RateView,
    /// What can be said of it against deals without any competitor.
    pub against_none: String,
    /// The deals, if asked why.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub deal_ids: Vec<String>,
    /// The calls, the newest first, if asked why.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub call_ids: Vec<String>,
    /// Sentences, the newest first, if asked why.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub quotes: Vec<MomentView>,
}

/// How many deals stand so to a competitor.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct StanceView {
    /// evaluating, using, favours_us, favours_them, past, dismissed, neutral.
    pub stance: &'static str,
    /// How many deals.
    pub deals: usize,
}
