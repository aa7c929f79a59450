//! What stands against a deal, as of any day: fourteen warnings, each with what it rests on.
//!
//! A [`DealView`] holds everything that is known of a deal; rules see it through [`DealView::at`],
//! which shows nothing that was known later. A [`DealRule`] fires, is clear, or is unknown where
//! its source is missing, and says on what that rests.

mod at;
mod remark;
mod rules;
mod view;

mod checklist;
mod coverage;
mod features;
mod goes_with;
mod model;
mod recall;
mod stage_clock;
mod stage_times;
mod verdict;
mod warnings;

pub use at::{DealAt, InStage};
pub use checklist::{Checklist, Level, Rules};
pub use features::{Feature, Measured};
pub use goes_with::{Compared, GoesWith};
pub use model::{Contribution, NoModel, Quality, RiskModel, Scored};
pub use recall::Recalled;
pub use remark::Remark;
pub use rules::{Outcome, PipelineRules, WarningSettings};
pub use stage_clock::StageClock;
pub use stage_times::StageTimes;
pub use verdict::{DealRule, RuleSpec, State, Verdict, Warning};
pub use view::{
    Activities, Activity, ActivityKind, DealCall, DealView, Heard, Participant, PersonKey, Title,
};

pub(crate) use at::{day_of, days, days_between};

#[cfg(test)]
pub(crate) mod testing;
