//! The fourteen warnings, grouped by what they look at.

mod activity;
mod dates;
mod people;
mod promises;
mod said;
mod talk;

use super::{DealRule, StageTimes};

pub(super) use dates::pushes;
pub(super) use people::active_contacts;
pub(super) use said::cited;

/// All of them, in the order of their list.
pub(super) fn warnings(times: StageTimes) -> Vec<Box<dyn DealRule>> {
    vec![
        Box::new(activity::NoActivity),
        Box::new(activity::Ghosted),
        Box::new(dates::Overdue),
        Box::new(dates::ClosePushed),
        Box::new(dates::Stalled::new(times)),
        Box::new(people::SingleThreaded),
        Box::new(people::NoPower),
        Box::new(said::PricingAbsent),
        Box::new(promises::NoNextMeeting),
        Box::new(said::CompetitorActive),
        Box::new(said::RedFlag),
        Box::new(talk::TalkImbalance),
        Box::new(people::ChampionSilent),
        Box::new(promises::CommitmentOverdue),
    ]
}

#[cfg(test)]
mod tests;
