//! The open deals and the rest of a period.

use serde::Serialize;

/// A stretch of days.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct PeriodView {
    /// The first day.
    pub from: String,
    /// The first day after it.
    pub to: String,
}

/// A rate with its 95 % interval.
#[derive(Clone, Copy, Debug, Serialize)]
#[non_exhaustive]
pub struct RateView {
    /// How many.
    pub part: u32,
    /// Of how many.
    pub of: u32,
    /// The rate, 0–1; `null` of nothing.
    pub rate: Option<f64>,
    /// The lower end.
    pub lo: Option<f64>,
    /// The upper end.
    pub hi: Option<f64>,
}

/// A sum of one currency.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct SumView {
    /// A decimal number.
    pub amount: String,
    /// Of how many deals.
    pub count: usize,
    /// Which deals, if asked why.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub deals: Vec<String>,
}

/// The pipeline of a period as of an instant.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct PipelineView {
    /// As of when.
    pub as_of: String,
    /// The period.
    pub period: PeriodView,
    /// Each currency by itself: they are never added.
    pub currencies: Vec<CurrencyPipelineView>,
    /// What became of deals in each open stage, in order.
    pub conversion: Vec<ConversionView>,
    /// Stages that the settings do not name; their deals count as open.
    pub unknown_stages: Vec<String>,
}

/// The pipeline of one currency.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct CurrencyPipelineView {
    /// Which.
    pub currency: String,
    /// Won in the period.
    pub won: SumView,
    /// Open, with a close date in the period.
    pub open: SumView,
    /// What was to be reached; `null` where no target is set.
    pub target: Option<String>,
    /// Open / (target − won); `null` without a target, or where it is reached.
    pub coverage: Option<f64>,
    /// Open, expected in the period once, and expected later now.
    pub slipped: SumView,
    /// Won of those that were closed in the period.
    pub win_rate: RateView,
    /// The mean amount of won deals, in whole units.
    pub average_won: Option<f64>,
    /// Days from the making of a won deal to its end: the median.
    pub days_to_win: Option<f64>,
    /// Open deals · win rate · average won / days to win: whole units a day.
    pub velocity_per_day: Option<f64>,
    /// The deals that were won in the period and count for the velocity, if asked why.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub won_deals: Vec<String>,
    /// Those that were lost.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lost_deals: Vec<String>,
}

/// What became of deals in a stage.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct ConversionView {
    /// The stage.
    pub stage: String,
    /// Those that went on, of those that went on or were lost.
    pub went_on: RateView,
    /// Those that are in it, or went back.
    pub undecided: usize,
    /// Those that went on, if asked why.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub went_on_deals: Vec<String>,
    /// Those that were lost, if asked why.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lost_deals: Vec<String>,
}

/// The forecast of a period as of an instant.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct ForecastView {
    /// As of when.
    pub as_of: String,
    /// The period.
    pub period: PeriodView,
    /// Why there is no forecast; `null` where there is one.
    pub refused: Option<String>,
    /// The share of the period that has passed.
    pub elapsed: Option<f64>,
    /// How many past periods the chances were counted over.
    pub past_periods: Option<usize>,
    /// Each currency by itself: they are never added.
    pub currencies: Vec<CurrencyForecastView>,
    /// The chance of each stage.
    pub chances: Vec<StageChanceView>,
    /// What all of it is counted from. No detector has a part in it, so that none can miss anything.
    pub counted_from: &'static str,
}

/// The forecast of one currency, in whole units.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct CurrencyForecastView {
    /// Which.
    pub currency: String,
    /// Won + weighted + expected new.
    pub forecast: f64,
    /// The lower end of the interval that should hold the end of the period four times in five.
    pub lo: f64,
    /// The upper end.
    pub hi: f64,
    /// What was to be reached; `null` where no target is set.
    pub target: Option<String>,
    /// Won in the period so far.
    pub won: SumView,
    /// Σ amount · chance of the open deals.
    pub weighted: f64,
    /// What deals that are not known yet are expected to bring.
    pub expected_new: f64,
    /// How many deals are open.
    pub open: usize,
    /// Each open deal, if asked why.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub open_deals: Vec<OpenDealView>,
    /// Past periods forecast again from what was known then, the latest first.
    pub back_test: Vec<TestedView>,
    /// The mean error of these, whichever way, as a share.
    pub mean_error: Option<f64>,
    /// In how many of them the interval held what was won.
    pub held: usize,
}

/// An open deal in a forecast.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct OpenDealView {
    /// Which.
    pub id: String,
    /// Its stage.
    pub stage: String,
    /// Its amount in whole units.
    pub amount: f64,
    /// The chance that it is won within the period.
    pub chance: f64,
}

/// A past period forecast again.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct TestedView {
    /// The period.
    pub period: PeriodView,
    /// What would have been forecast.
    pub forecast: f64,
    /// The lower end of its interval.
    pub lo: f64,
    /// The upper end.
    pub hi: f64,
    /// What was won in the end.
    pub actual: f64,
    /// (forecast − actual) / actual; `null` where nothing was won.
    pub error: Option<f64>,
    /// Whether the interval held it.
    pub held: bool,
}

/// The chance of a stage.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct StageChanceView {
    /// The stage, in lower case.
    pub stage: String,
    /// Deals of it that were won in time.
    pub won: u32,
    /// Of how many that were open then.
    pub of: u32,
    /// The chance.
    pub chance: f64,
    /// The lower end of its 95 % interval.
    pub lo: f64,
    /// The upper end.
    pub hi: f64,
}
