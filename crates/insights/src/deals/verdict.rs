//! What a rule says of a deal, and on what that rests.

use super::DealAt;
use crate::Evidence;
use crate::value::words;

words! {
    /// The fourteen warnings.
    Warning {
        /// Nothing passed between both sides for days.
        NoActivity = "no_activity",
        /// We wrote or called again and again, and nobody answered.
        Ghosted = "ghosted",
        /// The close date lies in the past.
        Overdue = "overdue",
        /// The close date moved later, and again.
        ClosePushed = "close_pushed",
        /// It stays in its stage longer than deals that were won.
        Stalled = "stalled",
        /// Only one person of the customer's takes part.
        SingleThreaded = "single_threaded",
        /// Nobody with the power to decide took part.
        NoPower = "no_power",
        /// It is late, and nobody spoke of the price.
        PricingAbsent = "pricing_absent",
        /// Nothing is planned.
        NoNextMeeting = "no_next_meeting",
        /// The customer looks at a competitor or uses one.
        CompetitorActive = "competitor_active",
        /// The customer's budget is cut or frozen, the champion leaves, legal stops it, somebody else
        /// was chosen, or it is put off.
        RedFlag = "red_flag",
        /// We do nearly all the talking.
        TalkImbalance = "talk_imbalance",
        /// Who was there most often was not there lately.
        ChampionSilent = "champion_silent",
        /// We promised something, its day has passed, and nothing followed.
        CommitmentOverdue = "commitment_overdue",
    }
}

words! {
    /// What a rule found.
    State {
        /// The warning is due.
        Fires = "fires",
        /// It is not.
        Clear = "clear",
        /// What is known is not enough to tell.
        Unknown = "unknown",
    }
}

impl Warning {
    /// What it weighs; points are added up, and are no probability.
    pub const fn points(self) -> u32 {
        match self {
            Self::NoActivity
            | Self::Ghosted
            | Self::Overdue
            | Self::Stalled
            | Self::NoNextMeeting
            | Self::RedFlag
            | Self::CommitmentOverdue => 2,
            Self::ClosePushed
            | Self::SingleThreaded
            | Self::NoPower
            | Self::PricingAbsent
            | Self::CompetitorActive
            | Self::TalkImbalance
            | Self::ChampionSilent => 1,
        }
    }
}

/// What a rule is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RuleSpec {
    /// The warning it gives.
    pub warning: Warning,
    /// Raised whenever it may say other things of the same deal.
    pub version: u32,
}

impl RuleSpec {
    /// The rule of a warning.
    pub const fn new(warning: Warning, version: u32) -> Self {
        Self { warning, version }
    }
}

/// What a rule says of a deal. It cannot be made without evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    state: State,
    reason: String,
    evidence: Evidence,
}

impl Verdict {
    /// The warning is due.
    pub fn fires(reason: impl Into<String>, evidence: Evidence) -> Self {
        Self::new(State::Fires, reason.into(), evidence)
    }

    /// The warning is not due.
    pub fn clear(reason: impl Into<String>, evidence: Evidence) -> Self {
        Self::new(State::Clear, reason.into(), evidence)
    }

    /// What is known is not enough to tell.
    pub fn unknown(reason: impl Into<String>, evidence: Evidence) -> Self {
        Self::new(State::Unknown, reason.into(), evidence)
    }

    const fn new(state: State, reason: String, evidence: Evidence) -> Self {
        Self {
            state,
            reason,
            evidence,
        }
    }

    /// What was found.
    pub const fn state(&self) -> State {
        self.state
    }

    /// Why, in one sentence of numbers, days and words from fixed lists.
    pub fn reason(&self) -> &str {
        &self.reason
    }

    /// What it rests on.
    pub const fn evidence(&self) -> &Evidence {
        &self.evidence
    }
}

/// One warning: a deal as of an instant in, a verdict out.
///
/// Laws: the same deal as of the same instant gives the same verdict; where words would have to be
/// missing for it, less than 80 % of the calls with a transcript make it unknown.
pub trait DealRule: Send + Sync {
    /// What it is.
    fn spec(&self) -> RuleSpec;

    /// Looks at a deal.
    fn eval(&self, deal: &DealAt<'_>) -> Verdict;
}
