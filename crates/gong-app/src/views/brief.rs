//! A call summed up, and a customer or a deal over all of its calls.

use serde::Serialize;

use super::{CallLineView, DealLineView, FindingView, MomentView, ProseView, SaidView};

/// A call summed up by its own sentences, and in prose where a model was asked for it.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct SummaryView {
    /// The call.
    pub call: CallLineView,
    /// What a manager wants to know, each finding with its quotes.
    pub slots: Vec<SummarySlotView>,
    /// What people would name when they sum up the call, in the order in which it was said.
    pub highlights: Vec<SaidView>,
    /// What the model wrote, if it was asked.
    pub prose: Option<ProseView>,
}

/// A slot of a summary.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct SummarySlotView {
    /// need, process, objections, `next_steps`, risks, competitors.
    pub slot: &'static str,
    /// What fills it.
    pub findings: Vec<FindingView>,
}

/// What was said with a customer or about a deal, over its newest calls.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct BriefView {
    /// `account` or `deal`.
    pub about: &'static str,
    /// The customer or the deal.
    pub id: String,
    /// What people call it.
    pub name: Option<String>,
    /// The deal, or those of the customer.
    pub deals: Vec<DealLineView>,
    /// The calls that were read, the newest first.
    pub calls: Vec<CallLineView>,
    /// How many calls there are.
    pub total_calls: u64,
    /// How many of the newest have no words (yet).
    pub without_transcript: u64,
    /// What was found, the newest first.
    pub slots: Vec<BriefSlotView>,
    /// What the model wrote, if one is configured.
    pub prose: Option<ProseView>,
}

/// A slot of a brief.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct BriefSlotView {
    /// need, process, objections, `next_steps`, risks, competitors.
    pub slot: &'static str,
    /// The sentences that fill it, of the newest calls first.
    pub quotes: Vec<DatedMomentView>,
    /// How many there are in the calls that were read.
    pub total: usize,
}

/// One sentence with the day of its call.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct DatedMomentView {
    /// When the call began.
    pub started: String,
    /// The sentence.
    #[serde(flatten)]
    pub moment: MomentView,
}
