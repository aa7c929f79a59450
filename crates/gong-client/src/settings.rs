//! `/v2/settings/…`: the scorecards, keyword trackers and briefs that the company has set up.
mod briefs;
mod scorecards;
mod trackers;

pub use briefs::{Brief, ListBriefs};
pub use scorecards::{ListScorecards, Question, QuestionOption, Scorecard};
pub use trackers::{KeywordTracker, ListTrackers, TrackerLanguage};
