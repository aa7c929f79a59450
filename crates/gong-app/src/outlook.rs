//! From deals to the quarter: what stands against each, what the rest of a period brings, who is in the
//! way, and what a rep might try. The sums are those of `insights`; here rows are read and shown.

mod asked;
mod brief;
mod coaching;
mod competitors;
mod evidence;
mod forecast;
mod heard;
mod loading;
mod meant;
mod pipeline;
mod recall;
mod risk;
mod risk_history;
mod team;

pub use asked::{OutlookRequest, Why};
pub use brief::AccountBriefRequest;
pub use coaching::CoachRequest;
pub use competitors::CompetitorsRequest;
pub(crate) use recall::Recalls;
pub use risk::RiskRequest;
pub(crate) use risk::Warned;

#[cfg(test)]
mod tests;
