//! `/v2/stats/…`: figures about people and their calls, by day in the company's own time zone.
mod activity;
mod filter;
mod interaction;
mod scorecards;

pub use activity::{
    ActivityByPeriod, ActivityCounts, AggregateActivity, AggregationPeriod, DailyActivity,
    DayOfActivity, UserActivity, UserDays, UserPeriods,
};
pub use filter::{ActivityFilter, StatsPeriod};
pub use interaction::{InteractionStats, UserInteraction};
pub use scorecards::{
    AnsweredFilter, AnsweredScorecard, ListAnsweredScorecards, ReviewMethod, ScorecardAnswer,
    Visibility,
};
