//! What stands against deals.

use serde::Serialize;

use super::{EvidenceView, RecallView, ReliabilityView};

/// Open deals as of an instant, those with the most points first.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct RisksView {
    /// As of when.
    pub as_of: String,
    /// The deals.
    pub deals: Vec<RiskView>,
    /// How many open deals there are in all.
    pub total: usize,
    /// Whether none stands after these.
    pub is_last: bool,
    /// The fitted model, or what is missing for it.
    pub model: ModelView,
    /// Stages that the settings do not name; their deals count as open.
    pub unknown_stages: Vec<String>,
}

/// What stands against one deal.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct RiskView {
    /// The deal: its CRM and its id there.
    pub id: String,
    /// What people call it.
    pub name: Option<String>,
    /// Who sells.
    pub owner_user_id: Option<String>,
    /// The stage, as the CRM calls it.
    pub stage: Option<String>,
    /// What it is worth, with its currency.
    pub amount: Option<String>,
    /// When it is expected to close.
    pub close_date: Option<String>,
    /// low, medium, high: by the points, which are no probability.
    pub level: &'static str,
    /// The points of the warnings that fire.
    pub points: u32,
    /// How many warnings fire.
    pub fires: usize,
    /// How many cannot be told.
    pub unknown: usize,
    /// How many were asked.
    pub asked: usize,
    /// Those that fire, the heaviest first; all that were asked, if asked why.
    pub warnings: Vec<WarningView>,
    /// The chance that it is won, where there is a model and the deal is old enough for it.
    pub chance: Option<ChanceView>,
}

/// One warning.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct WarningView {
    /// Which.
    pub warning: &'static str,
    /// fires, clear, unknown.
    pub state: &'static str,
    /// What it weighs.
    pub points: u32,
    /// Why, in one sentence.
    pub reason: String,
    /// What it rests on, if asked why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evidence: Option<EvidenceView>,
    /// How much the detector finds that it rests on, if asked why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recall: Option<RecallView>,
}

/// What stood against deals as of each of their calls.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct RiskHistoryView {
    /// What was told later is not looked at.
    pub as_of: String,
    /// The deals with a call, by id.
    pub deals: Vec<DealRisksView>,
    /// How often each warning fired, was clear and was unknown.
    pub counts: Vec<WarningCountView>,
}

/// What stood against one deal.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct DealRisksView {
    /// The deal: its CRM and its id there.
    pub id: String,
    /// What people call it.
    pub name: Option<String>,
    /// As of each call at which it was open, the earliest first.
    pub calls: Vec<RiskAtCallView>,
}

/// What stood against a deal when a call had taken place.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct RiskAtCallView {
    /// The call.
    pub call: String,
    /// When it began.
    pub at: String,
    /// The deal as it was known then.
    pub risk: RiskView,
}

/// How often a warning was what.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct WarningCountView {
    /// Which.
    pub warning: &'static str,
    /// How often it fired.
    pub fires: usize,
    /// How often it was clear.
    pub clear: usize,
    /// How often it could not be told.
    pub unknown: usize,
}

/// The chance of one deal.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct ChanceView {
    /// That it is won, 0–1.
    pub chance: f64,
    /// What goes with it, the largest part first.
    pub contributions: Vec<ContributionView>,
}

/// What one feature adds.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct ContributionView {
    /// The feature.
    pub feature: &'static str,
    /// Its number.
    pub value: f64,
    /// Added to the logarithm of the odds of winning.
    pub adds: f64,
    /// What the number rests on, if asked why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evidence: Option<EvidenceView>,
}

/// A fitted model, or why there is none.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct ModelView {
    /// used, withheld.
    pub state: &'static str,
    /// Why it is withheld.
    pub reason: Option<String>,
    /// The age in days at which deals are read.
    pub age_days: u32,
    /// Deals it was fitted on.
    pub fitted: Option<u32>,
    /// Later deals it was tested on.
    pub tested: Option<u32>,
    /// The score of Brier on these.
    pub brier: Option<f64>,
    /// The same for the share of won deals.
    pub brier_of_base_rate: Option<f64>,
    /// How often a won deal was given the higher chance, with its 95 % interval.
    pub area_under_curve: Option<[f64; 3]>,
    /// How the chances turned out on the later deals.
    pub reliability: Vec<ReliabilityView>,
}
