//! A customer at a glance.

use serde::Serialize;

use super::{CallLineView, DealLineView, MomentView, ValueView, WarningView};

/// What is known of a customer, each thing with the call that it rests on.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct AccountBriefView {
    /// The customer.
    pub account_id: String,
    /// What it is called.
    pub account: Option<String>,
    /// As of when.
    pub as_of: String,
    /// Calls before this were left out; `null` where none were.
    pub from: Option<String>,
    /// Its deals, open ones first.
    pub deals: Vec<BriefDealView>,
    /// Its people in these calls, those met most often first.
    pub people: Vec<MetView>,
    /// What was agreed or proposed and is not known to be declined, the newest first: of the newest
    /// calls with words, or due later. Whether it was done, no call says.
    pub next_steps: Vec<FoundView>,
    /// Their objections and what a manager would want to hear of, the newest first.
    pub concerns: Vec<FoundView>,
    /// Competitors that were mentioned, the newest first.
    pub competitors: Vec<FoundView>,
    /// What they asked in the newest call with words.
    pub questions: Vec<FoundView>,
    /// The calls, the newest first.
    pub calls: Vec<CallLineView>,
    /// How many calls there are.
    pub total_calls: usize,
    /// How many of the calls that were looked through have no words yet.
    pub without_transcript: usize,
}

/// A deal with what stands against it.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct BriefDealView {
    /// The deal.
    #[serde(flatten)]
    pub deal: DealLineView,
    /// low, medium, high; `null` of a deal that is won or lost.
    pub level: Option<&'static str>,
    /// The warnings that fire, the heaviest first.
    pub warnings: Vec<WarningView>,
}

/// Somebody of the customer's.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct MetView {
    /// The name, where it is known.
    pub name: Option<String>,
    /// The job, where it is known.
    pub title: Option<String>,
    /// In how many calls.
    pub calls: usize,
    /// When last.
    pub last_met: String,
}

/// Something that was found in a call, and where.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct FoundView {
    /// What it is about.
    pub kind: &'static str,
    /// The value in words from fixed lists.
    pub value: ValueView,
    /// The sentence.
    pub moment: MomentView,
}
