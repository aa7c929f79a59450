//! What is looked at in a rep's calls.

use crate::value::words;

words! {
    /// A figure of one call.
    Metric {
        /// Our share of the talk, 0–1.
        TalkRatio = "talk_ratio",
        /// The longest monologue of ours, in seconds.
        LongestMonologue = "longest_monologue",
        /// Changes of side a minute.
        SwitchesPerMinute = "switches_per_minute",
        /// The median wait before ours answer, in seconds.
        Patience = "patience",
        /// Questions of ours per hour of our speech.
        QuestionsPerHour = "questions_per_hour",
        /// The share of open ones among our questions, 0–1.
        OpenQuestions = "open_questions",
        /// Whether a next step was agreed: the share of calls.
        NextStepAgreed = "next_step_agreed",
    }
}

/// On which side of the band nobody needs to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "the two directions are the meaning"
)]
pub enum Wanted {
    /// Below the band there is nothing to say.
    Less,
    /// Above the band there is nothing to say.
    More,
}

impl Metric {
    /// Which direction is wanted. It is a habit of trainers, not a finding: whether it goes with winning is
    /// asked elsewhere.
    pub const fn wanted(self) -> Wanted {
        match self {
            Self::TalkRatio | Self::LongestMonologue => Wanted::Less,
            Self::SwitchesPerMinute
            | Self::Patience
            | Self::QuestionsPerHour
            | Self::OpenQuestions
            | Self::NextStepAgreed => Wanted::More,
        }
    }

    /// Whether a call has it or has it not, so that the mean is a rate.
    pub const fn is_rate(self) -> bool {
        matches!(self, Self::NextStepAgreed)
    }
}
