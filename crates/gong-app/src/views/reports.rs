//! What a command that changed something did.

use std::collections::BTreeMap;

use gong_sync::{DrainReport, Failure, Plan, Reach, Run, SyncReport};
use serde::Serialize;

use super::neutral;
use crate::Error;

/// What a sync or an import did.
#[derive(Clone, Debug, Default, Serialize)]
#[non_exhaustive]
pub struct SyncView {
    /// How many calls had which outcome.
    pub outcomes: BTreeMap<&'static str, u64>,
    /// All of them together.
    pub calls: u64,
    /// Requests to Gong that were answered.
    pub requests: u64,
    /// The least that the same calls need.
    pub requests_minimum: u64,
    /// Windows of time that were read to their end.
    pub windows: u64,
    /// Windows that were begun again.
    pub windows_restarted: u64,
    /// Fields of an unexpected type, which count as null.
    pub dropped_fields: u64,
    /// Calls whose transcript is waited for.
    pub transcripts_pending: u64,
    /// Calls that were marked as missing upstream.
    pub marked_missing: Vec<String>,
    /// Calls that Gong does not know any more, by two answers a day apart, and that were erased.
    pub erased_upstream: Vec<String>,
    /// What was planned before Gong was asked; none for an import.
    pub plan: Option<PlanView>,
    /// What each run of the plan really cost.
    pub runs: Vec<RunView>,
    /// The company's own people, if they were listed.
    pub users: UsersView,
    /// Operations that the key may not use; the rest went on.
    pub refused: Vec<RefusedView>,
    /// What became of the index.
    pub index: IndexView,
    /// Every failure of a single call.
    pub failures: Vec<FailureView>,
    /// What stopped the run before its end.
    pub stopped: Option<StoppedView>,
}

/// What became of single calls that were asked for.
#[derive(Clone, Debug, Default, Serialize)]
#[non_exhaustive]
pub struct SyncedCallsView {
    /// Each call, in the order asked, with what became of it; `failed` where the problem says why.
    pub calls: Vec<(String, &'static str)>,
    /// What became of the index.
    pub index: IndexView,
}

/// What a sync is going to do, by what is known beforehand; new calls come on top.
#[derive(Clone, Debug, Default, Serialize)]
#[non_exhaustive]
pub struct PlanView {
    /// All of its requests.
    pub requests: u64,
    /// Its runs, in their order.
    pub runs: Vec<PlannedRunView>,
    /// What is due and has to wait for another day.
    pub postponed: Vec<PostponedView>,
    /// Pages of the list of users, if it is to be read.
    pub users_requests: Option<u64>,
}

/// One run of a plan.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct PlannedRunView {
    /// `new`, or what is read once more: `month`, `half-year`, `all`.
    pub run: &'static str,
    /// How many calls are known there.
    pub calls: u64,
    /// All of its requests.
    pub requests: u64,
    /// Of these, pages of calls.
    pub extensive: u64,
    /// Pages of transcripts.
    pub transcripts: u64,
    /// Pages of the plain list.
    pub listing: u64,
    /// After so many requests it pauses until the next sync.
    pub allowance: Option<u64>,
}

/// What is due and has to wait.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct PostponedView {
    /// `month`, `half-year` or `all`.
    pub run: &'static str,
    /// How many of its requests wait.
    pub requests: u64,
}

/// What one run really cost.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct RunView {
    /// `new`, `month`, `half-year` or `all`.
    pub run: &'static str,
    /// What was expected.
    pub expected_requests: u64,
    /// How many were answered.
    pub requests: u64,
    /// Whether it came to its end.
    pub is_complete: bool,
}

/// What a list of the company's own people brought.
#[derive(Clone, Copy, Debug, Default, Serialize)]
#[non_exhaustive]
pub struct UsersView {
    /// How many were listed.
    pub listed: u64,
    /// How many were active and are not listed any more.
    pub left: u64,
}

/// An operation that the key may not use.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct RefusedView {
    /// The operation, by Gong's `operationId`.
    pub operation: &'static str,
    /// The scope that the key lacks, or what else keeps it away (its trusted addresses, a licence).
    pub scope: &'static str,
}

/// What became of the index.
#[derive(Clone, Debug, Default, Serialize)]
#[non_exhaustive]
pub struct IndexView {
    /// Calls that it holds now because of this run.
    pub indexed: u64,
    /// Their passages.
    pub passages: u64,
    /// Of these, those that were embedded.
    pub embedded: u64,
    /// Calls of which only facts were new.
    pub facts_only: u64,
    /// Calls taken out.
    pub erased: u64,
    /// Purges whose receipt is not finished yet.
    pub open_receipts: u64,
    /// What an erasure could not reach yet.
    pub unreached: Vec<&'static str>,
    /// Old points that were dropped.
    pub swept: u64,
    /// Leases of a killed process that were taken back.
    pub reclaimed: u64,
    /// Calls that were given up and are not found.
    pub dead: Vec<String>,
    /// Another process holds the index and does the waiting jobs.
    pub is_held_elsewhere: bool,
}

/// What failed about one call.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct FailureView {
    /// The call or the file, where it is known.
    pub call_id: Option<String>,
    /// The class of the error.
    pub class: &'static str,
    /// One line about it.
    pub reason: String,
}

/// What stopped a run.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct StoppedView {
    /// What a caller can do about it.
    pub kind: &'static str,
    /// One line.
    pub message: String,
    /// What a person can do.
    pub hint: Option<String>,
}

/// What a rebuilt index holds.
#[derive(Clone, Debug, Default, Serialize)]
#[non_exhaustive]
pub struct ReindexView {
    /// The new index.
    pub index_id: String,
    /// What it was built of.
    pub space: String,
    /// How many older ones were dropped.
    pub dropped: u64,
    /// What it holds.
    pub index: IndexView,
    /// Every failure of a single call.
    pub failures: Vec<FailureView>,
}

/// What an evaluation run did.
#[derive(Clone, Debug, Default, Serialize)]
#[non_exhaustive]
pub struct EvalView {
    /// The task.
    pub task: &'static str,
    /// Calls that were imported.
    pub calls: u64,
    /// Passages in the index.
    pub passages: u64,
    /// Questions that were asked.
    pub queries: u64,
    /// The file that was written.
    pub out: String,
    /// Seconds of importing and indexing.
    pub index_seconds: f64,
    /// Seconds of asking.
    pub query_seconds: f64,
}

impl SyncView {
    /// Shows a report.
    pub(crate) fn new(report: &SyncReport, is_held_elsewhere: bool) -> Self {
        let outcomes = report.outcomes.iter();
        Self {
            outcomes: outcomes
                .map(|(outcome, count)| (outcome.as_str(), count))
                .collect(),
            calls: report.outcomes.total(),
            requests: report.requests.made(),
            requests_minimum: report.requests.minimum(),
            windows: report.windows,
            windows_restarted: report.windows_restarted,
            dropped_fields: report.dropped_fields,
            transcripts_pending: report.transcripts_pending,
            marked_missing: report
                .marked_missing
                .iter()
                .map(ToString::to_string)
                .collect(),
            erased_upstream: report
                .erased_upstream
                .iter()
                .map(ToString::to_string)
                .collect(),
            plan: None,
            runs: report.runs.iter().map(Into::into).collect(),
            users: UsersView {
                listed: report.users.listed,
                left: report.users.left,
            },
            refused: report.refused.iter().map(Into::into).collect(),
            index: IndexView {
                is_held_elsewhere,
                ..(&report.index).into()
            },
            failures: report.all_failures().map(Into::into).collect(),
            stopped: None,
        }
    }
}

/// The word for a run, as on the command line.
fn word(run: Run) -> &'static str {
    match run {
        Run::Update => "new",
        Run::Reconcile(Reach::Month) => "month",
        Run::Reconcile(Reach::HalfYear) => "half-year",
        Run::Reconcile(Reach::Everything) => "all",
    }
}

impl From<&Plan> for PlanView {
    fn from(plan: &Plan) -> Self {
        let planned = |planned: &gong_sync::PlannedRun| PlannedRunView {
            run: word(planned.run),
            calls: planned.cost.calls,
            requests: planned.cost.requests(),
            extensive: planned.cost.extensive,
            transcripts: planned.cost.transcripts,
            listing: planned.cost.listing,
            allowance: planned.allowance,
        };
        let postponed = |waiting: &gong_sync::Postponed| PostponedView {
            run: word(Run::Reconcile(waiting.reach)),
            requests: waiting.requests,
        };
        Self {
            requests: plan.requests(),
            runs: plan.runs.iter().map(planned).collect(),
            postponed: plan.postponed.iter().map(postponed).collect(),
            users_requests: plan.users,
        }
    }
}

impl From<&gong_sync::RunReport> for RunView {
    fn from(report: &gong_sync::RunReport) -> Self {
        Self {
            run: word(report.run),
            expected_requests: report.expected,
            requests: report.made,
            is_complete: report.is_complete,
        }
    }
}

impl From<&gong_sync::Refusal> for RefusedView {
    fn from(refusal: &gong_sync::Refusal) -> Self {
        Self {
            operation: refusal.operation,
            scope: refusal.scope,
        }
    }
}

impl From<&Error> for StoppedView {
    fn from(error: &Error) -> Self {
        Self {
            kind: error.kind().as_str(),
            message: error.chain(),
            hint: error.hint_text().map(str::to_owned),
        }
    }
}

impl From<&DrainReport> for IndexView {
    fn from(report: &DrainReport) -> Self {
        Self {
            indexed: report.indexed,
            passages: report.passages,
            embedded: report.embedded,
            facts_only: report.facts_only,
            erased: report.erased,
            open_receipts: report.open_receipts.len() as u64,
            unreached: report.unreached.iter().map(|left| left.as_str()).collect(),
            swept: report.swept,
            reclaimed: report.reclaimed,
            dead: report.dead.iter().map(ToString::to_string).collect(),
            is_held_elsewhere: false,
        }
    }
}

impl From<&Failure> for FailureView {
    fn from(failure: &Failure) -> Self {
        Self {
            call_id: failure.call.as_ref().map(ToString::to_string),
            class: failure.class,
            // It may name a file that somebody else named.
            reason: neutral(&failure.reason),
        }
    }
}
