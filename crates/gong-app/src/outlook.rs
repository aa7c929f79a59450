//! From deals to the quarter: what stands against each, what the rest of a period brings, who is in the
//! way, and what a rep might try. The sums are those of `insights`; here rows are read and shown.

mod asked;
mod coaching;
mod competitors;
mod evidence;
mod forecast;
mod loading;
mod pipeline;
mod risk;

pub use asked::{OutlookRequest, Why};
pub use coaching::CoachRequest;
pub use competitors::CompetitorsRequest;
pub use risk::RiskRequest;

#[cfg(test)]
mod tests;
