//! What a rep might try next.

use serde::Serialize;

use super::{MomentView, RecallView};

/// A rep's calls beside those of the team; no score, and not for decisions about pay.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct CoachView {
    /// The rep.
    pub rep_user_id: String,
    /// What the rep is called.
    pub rep: Option<String>,
    /// As of when.
    pub as_of: String,
    /// Each sort of call by itself.
    pub call_types: Vec<CoachedView>,
    /// How much the detectors find whose findings a measure counts.
    pub recalls: Vec<RecallView>,
}

/// One sort of call.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct CoachedView {
    /// The stage that the deal was in, or that no deal is known.
    pub call_type: String,
    /// How many calls of the rep were looked at.
    pub calls: usize,
    /// How many reps make the bands.
    pub reps: Option<usize>,
    /// Why nothing is said; `null` where something could be.
    pub refused: Option<String>,
    /// Every metric beside the team's band.
    pub measures: Vec<MeasureView>,
    /// At most three things to try, the clearest first.
    pub recommendations: Vec<RecommendationView>,
}

/// A metric beside the team's band.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct MeasureView {
    /// Which.
    pub metric: &'static str,
    /// The rep's own mean.
    pub own: f64,
    /// The mean drawn towards the team's.
    pub value: f64,
    /// The lower end of its 95 % interval.
    pub lo: f64,
    /// The upper end.
    pub hi: f64,
    /// The first quartile of the reps' means.
    pub band_lo: f64,
    /// The third.
    pub band_hi: f64,
    /// Of how many calls.
    pub calls: usize,
    /// Which calls, if asked why.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub call_ids: Vec<String>,
}

/// Something to try.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct RecommendationView {
    /// What lies outside the band.
    pub metric: &'static str,
    /// `less` or `more`: which way the team's middle half lies.
    pub towards: &'static str,
    /// Two moments of the rep's own.
    pub moments: Vec<MomentView>,
    /// A colleague's moment; `null` where the reader may see none.
    pub example: Option<MomentView>,
}
