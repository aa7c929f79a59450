//! Reps beside each other.

use serde::Serialize;

use super::PeriodView;

/// The reps of a period's calls; no order, no score, and not for decisions about pay.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct TeamView {
    /// As of when.
    pub as_of: String,
    /// The period.
    pub period: PeriodView,
    /// The reps by name.
    pub reps: Vec<TeamRepView>,
    /// The middle half of the team, of each figure that enough reps have enough calls of.
    pub bands: Vec<BandView>,
    /// Calls of a rep without which nothing is compared.
    pub fewest_calls: usize,
    /// Reps with as many calls without which there is no band.
    pub fewest_reps: usize,
}

/// One rep.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct TeamRepView {
    /// The user.
    pub user_id: String,
    /// The name, where it is known.
    pub name: Option<String>,
    /// Calls with a transcript that the reader sees.
    pub calls: usize,
    /// Their ids, if asked why.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub call_ids: Vec<String>,
    /// What is known of them.
    pub figures: Vec<TeamFigureView>,
}

/// A rep's figure.
#[derive(Clone, Copy, Debug, Serialize)]
#[non_exhaustive]
pub struct TeamFigureView {
    /// Which.
    pub metric: &'static str,
    /// The mean over the calls.
    pub mean: f64,
    /// Of how many calls.
    pub calls: usize,
}

/// The middle half of a team.
#[derive(Clone, Copy, Debug, Serialize)]
#[non_exhaustive]
pub struct BandView {
    /// Of which figure.
    pub metric: &'static str,
    /// The first quartile of the reps' means.
    pub lo: f64,
    /// The third.
    pub hi: f64,
    /// Of how many reps.
    pub reps: usize,
    /// `less` or `more`: which way trainers would have it.
    pub wanted: &'static str,
}
