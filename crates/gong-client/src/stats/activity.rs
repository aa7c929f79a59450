//! `POST /v2/stats/activity/…`: what people did in Gong: in all, by period, day by day.
use serde::Deserialize;
use serde_json::{Value, json};

use super::ActivityFilter;
use crate::{
    CallId, Element, ListRequest, Method, NotFound, Operation, Page, Request, UserId, When,
    wire::{ToJson as _, ids, list, word},
};

/// Lists what each user did, added up over all days. [`super::StatsPeriod`] reads from a page which
/// time that is. A user who is not there is an error of kind `NotFound`. Scope
/// `api:stats:user-actions`.
#[derive(Clone, Debug)]
pub struct AggregateActivity {
    filter: ActivityFilter,
}

impl AggregateActivity {
    /// Of these days and users.
    pub fn new(filter: ActivityFilter) -> Self {
        Self { filter }
    }
}

impl Request for AggregateActivity {
    type Answer = Page<UserActivity>;
    const OPERATION: Operation = Operation {
        id: "listMultipleUsersAggregateActivity",
        method: Method::Post,
        scope: "api:stats:user-actions",
        is_idempotent: true,
        not_found: NotFound::IsError,
    };

    fn path(&self) -> Vec<&str> {
        vec!["v2", "stats", "activity", "aggregate"]
    }

    fn body(&self) -> Option<Value> {
        Some(json!({ "filter": self.filter.to_json() }))
    }
}

impl ListRequest for AggregateActivity {
    type Element = UserActivity;
}

/// What a user did.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct UserActivity {
    /// The user.
    pub user_id: Option<UserId>,
    /// The e-mail address.
    pub user_email_address: Option<String>,
    /// What the user did.
    pub user_aggregate_activity_stats: Option<ActivityCounts>,
}

impl Element for UserActivity {
    const LIST: &'static str = "usersAggregateActivityStats";
    const ONE: &'static str = "";

    fn identity(&self) -> Option<&str> {
        self.user_id.as_ref().map(UserId::as_str)
    }
}

/// Lists what each user did, added up by calendar periods. A user who is not there is an error of
/// kind `NotFound`. Scope `api:stats:user-actions`.
#[derive(Clone, Debug)]
pub struct ActivityByPeriod {
    filter: ActivityFilter,
    period: AggregationPeriod,
}

impl ActivityByPeriod {
    /// Of these days and users, by these periods.
    pub fn new(filter: ActivityFilter, period: AggregationPeriod) -> Self {
        Self { filter, period }
    }
}

impl Request for ActivityByPeriod {
    type Answer = Page<UserPeriods>;
    const OPERATION: Operation = Operation {
        id: "listMultipleUsersAggregateByPeriod",
        method: Method::Post,
        scope: "api:stats:user-actions",
        is_idempotent: true,
        not_found: NotFound::IsError,
    };

    fn path(&self) -> Vec<&str> {
        vec!["v2", "stats", "activity", "aggregate-by-period"]
    }

    fn body(&self) -> Option<Value> {
        let (filter, period) = (self.filter.to_json(), self.period.as_str());
        Some(json!({ "filter": filter, "aggregationPeriod": period }))
    }
}

impl ListRequest for ActivityByPeriod {
    type Element = UserPeriods;
}

/// What a user did, period by period.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct UserPeriods {
    /// The user.
    pub user_id: Option<UserId>,
    /// The e-mail address.
    pub user_email_address: Option<String>,
    /// What the user did, with the time of each period.
    #[serde(deserialize_with = "list")]
    pub user_aggregate_activity: Vec<ActivityCounts>,
}

impl Element for UserPeriods {
    const LIST: &'static str = "usersAggregateActivity";
    const ONE: &'static str = "";

    fn identity(&self) -> Option<&str> {
        self.user_id.as_ref().map(UserId::as_str)
    }
}

word! {
    /// A period of the calendar.
    AggregationPeriod { Day = "DAY" Week = "WEEK" Month = "MONTH" Quarter = "QUARTER" Year = "YEAR" }
}

/// How many calls a user did something with.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct ActivityCounts {
    /// The start of the period, where there are several.
    pub from_date: Option<When>,
    /// The end of the period, where there are several.
    pub to_date: Option<When>,
    /// Hosted.
    pub calls_as_host: Option<u64>,
    /// Took part in, without hosting.
    pub calls_attended: Option<u64>,
    /// Gave feedback on.
    pub calls_gave_feedback: Option<u64>,
    /// Asked for feedback on.
    pub calls_requested_feedback: Option<u64>,
    /// Received feedback on.
    pub calls_received_feedback: Option<u64>,
    /// Listened to, of the user's own.
    pub own_calls_listened_to: Option<u64>,
    /// Listened to, of others.
    pub others_calls_listened_to: Option<u64>,
    /// Shared inside the company.
    pub calls_shared_internally: Option<u64>,
    /// Shared with others.
    pub calls_shared_externally: Option<u64>,
    /// Filled in scorecards for.
    pub calls_scorecards_filled: Option<u64>,
    /// Were judged for by a scorecard.
    pub calls_scorecards_received: Option<u64>,
    /// Commented on.
    pub calls_comments_given: Option<u64>,
    /// Received comments on.
    pub calls_comments_received: Option<u64>,
    /// Marked as reviewed.
    pub calls_marked_as_feedback_given: Option<u64>,
    /// Had marked as reviewed by others.
    pub calls_marked_as_feedback_received: Option<u64>,
}

/// Lists with which calls each user did something, day by day, for users who did anything. A user
/// who is not there is an error of kind `NotFound`. Scope `api:stats:user-actions:detailed`.
#[derive(Clone, Debug)]
pub struct DailyActivity {
    filter: ActivityFilter,
}

impl DailyActivity {
    /// Of these days and users.
    pub fn new(filter: ActivityFilter) -> Self {
        Self { filter }
    }
}

impl Request for DailyActivity {
    type Answer = Page<UserDays>;
    const OPERATION: Operation = Operation {
        id: "listMultipleUsersDayByDayActivity",
        method: Method::Post,
        scope: "api:stats:user-actions:detailed",
        is_idempotent: true,
        not_found: NotFound::IsError,
    };

    fn path(&self) -> Vec<&str> {
        vec!["v2", "stats", "activity", "day-by-day"]
    }

    fn body(&self) -> Option<Value> {
        Some(json!({ "filter": self.filter.to_json() }))
    }
}

impl ListRequest for DailyActivity {
    type Element = UserDays;
}

/// What a user did, day by day.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct UserDays {
    /// The user.
    pub user_id: Option<UserId>,
    /// The e-mail address.
    pub user_email_address: Option<String>,
    /// The days.
    #[serde(deserialize_with = "list")]
    pub user_daily_activity_stats: Vec<DayOfActivity>,
}

impl Element for UserDays {
    const LIST: &'static str = "usersDetailedActivities";
    const ONE: &'static str = "";

    fn identity(&self) -> Option<&str> {
        self.user_id.as_ref().map(UserId::as_str)
    }
}

/// With which calls a user did something on one day.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct DayOfActivity {
    /// The start of the day.
    pub from_date: Option<When>,
    /// The end of the day.
    pub to_date: Option<When>,
    /// Hosted.
    #[serde(deserialize_with = "ids")]
    pub calls_as_host: Vec<CallId>,
    /// Took part in, without hosting.
    #[serde(deserialize_with = "ids")]
    pub calls_attended: Vec<CallId>,
    /// Gave feedback on.
    #[serde(deserialize_with = "ids")]
    pub calls_gave_feedback: Vec<CallId>,
    /// Asked for feedback on.
    #[serde(deserialize_with = "ids")]
    pub calls_requested_feedback: Vec<CallId>,
    /// Received feedback on.
    #[serde(deserialize_with = "ids")]
    pub calls_received_feedback: Vec<CallId>,
    /// Listened to, of the user's own.
    #[serde(deserialize_with = "ids")]
    pub own_calls_listened_to: Vec<CallId>,
    /// Listened to, of others.
    #[serde(deserialize_with = "ids")]
    pub others_calls_listened_to: Vec<CallId>,
    /// Shared inside the company.
    #[serde(deserialize_with = "ids")]
    pub calls_shared_internally: Vec<CallId>,
    /// Shared with others.
    #[serde(deserialize_with = "ids")]
    pub calls_shared_externally: Vec<CallId>,
    /// Filled in scorecards for.
    #[serde(deserialize_with = "ids")]
    pub calls_scorecards_filled: Vec<CallId>,
    /// Were judged for by a scorecard.
    #[serde(deserialize_with = "ids")]
    pub calls_scorecards_received: Vec<CallId>,
    /// Commented on.
    #[serde(deserialize_with = "ids")]
    pub calls_comments_given: Vec<CallId>,
    /// Received comments on.
    #[serde(deserialize_with = "ids")]
    pub calls_comments_received: Vec<CallId>,
    /// Marked as reviewed.
    #[serde(deserialize_with = "ids")]
    pub calls_marked_as_feedback_given: Vec<CallId>,
    /// Had marked as reviewed by others.
    #[serde(deserialize_with = "ids")]
    pub calls_marked_as_feedback_received: Vec<CallId>,
}
