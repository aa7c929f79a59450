//! How much of what is said detectors find: what a search that found nothing is worth.

use super::Warning;
use crate::Kind;
use crate::coaching::Metric;

/// A detector that warnings, competitors or coaching rest on.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Recalled {
    /// The detector.
    pub detector: &'static str,
    /// What it finds.
    pub kind: Kind,
    /// The share of the labelled sentences that it found in the dev calls, by models that had not
    /// seen the world they are of: the table of `docs/quality.md`.
    pub on_dev: f64,
}

const PRICING: Recalled = recalled("pricing", Kind::Pricing, 0.53);
const COMPETITORS: Recalled = recalled("competitors", Kind::Competitor, 0.90);
const RED_FLAGS: Recalled = recalled("red_flags", Kind::RedFlag, 0.27);
const NEXT_STEPS: Recalled = recalled("next_steps", Kind::NextStep, 0.78);

const fn recalled(detector: &'static str, kind: Kind, on_dev: f64) -> Recalled {
    Recalled {
        detector,
        kind,
        on_dev,
    }
}

impl Recalled {
    /// Every detector that a warning, competitors or coaching rest on.
    pub const ALL: [Self; 4] = [PRICING, COMPETITORS, RED_FLAGS, NEXT_STEPS];

    /// That of competitors.
    pub const COMPETITORS: Self = COMPETITORS;
}

impl Metric {
    /// The detector whose findings it counts; none of one that is measured.
    pub const fn recalled(self) -> Option<Recalled> {
        match self {
            Self::NextStepAgreed => Some(NEXT_STEPS),
            Self::TalkRatio
            | Self::LongestMonologue
            | Self::SwitchesPerMinute
            | Self::Patience
            | Self::QuestionsPerHour
            | Self::OpenQuestions => None,
        }
    }
}

impl Warning {
    /// The detector whose findings it rests on; none of a warning that rests on dates or people.
    pub const fn recalled(self) -> Option<Recalled> {
        match self {
            Self::PricingAbsent => Some(PRICING),
            Self::CompetitorActive => Some(COMPETITORS),
            Self::RedFlag => Some(RED_FLAGS),
            Self::NoNextMeeting | Self::CommitmentOverdue => Some(NEXT_STEPS),
            Self::NoActivity
            | Self::Ghosted
            | Self::Overdue
            | Self::ClosePushed
            | Self::Stalled
            | Self::SingleThreaded
            | Self::NoPower
            | Self::TalkImbalance
            | Self::ChampionSilent => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_warning_rests_on_a_detector_that_is_shipped() {
        let shipped = crate::detectors(&crate::Watched::default());
        for one in Recalled::ALL {
            assert!(
                shipped.iter().any(|it| it.spec().id == one.detector),
                "{one:?}"
            );
        }
    }

    #[test]
    fn of_what_is_coached_only_agreed_steps_are_found_by_a_detector() {
        let found = Metric::ALL.iter().filter_map(|metric| metric.recalled());
        let found: Vec<&str> = found.map(|of| of.detector).collect();
        assert_eq!(found, ["next_steps"]);
    }
}
