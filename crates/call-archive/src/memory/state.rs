//! What a memory archive holds, and the steps that several traits share.

use std::collections::{BTreeMap, BTreeSet};

use access::Scope;
use conversation::{AccountId, CallId, DealId, Revision, Transcript, UserId};
use jiff::Timestamp;

use crate::deals::Told;
use crate::merge::Current;
use crate::moment::cut;
use crate::restored::undrawn;
use crate::sweeping::Wanted;
use crate::waiting::Bell;
use crate::{
    Account, AnswerId, ApiKey, AuditRecord, BudgetBook, CallFindings, CallNumbers, Contact,
    CrmRemnant, DealLink, Duty, Engagement, FindingId, Hold, HoldName, IndexId, IndexInfo,
    IndexedCall, JobKind, Keep, KeptAnswer, KeptWrite, Label, LinkedBy, Receipt, Secret, User,
};

use super::inbox::Kept;

#[derive(Clone, Default)]
pub(super) struct State {
    counter: u64,
    pub(super) calls: BTreeMap<CallId, Row>,
    /// Keyed hashes, as everywhere.
    pub(super) tombstones: BTreeSet<String>,
    /// Calls of a backup, hidden until their vendor tells of them again.
    pub(super) unconfirmed: BTreeSet<CallId>,
    /// When the people with these keyed hashes were erased.
    pub(super) people: BTreeMap<String, Timestamp>,
    /// By workspace; none is every workspace.
    pub(super) floors: BTreeMap<Option<String>, Timestamp>,
    pub(super) holds: BTreeMap<HoldName, Hold>,
    pub(super) receipts: Vec<Receipt>,
    /// Calls that a receipt still waits for.
    pub(super) purged: BTreeSet<(String, CallId)>,
    pub(super) jobs: BTreeMap<i64, Job>,
    /// By call and hash of the body.
    pub(super) inbox: BTreeMap<(CallId, String), Kept>,
    pub(super) indexes: Vec<IndexInfo>,
    pub(super) indexed: BTreeMap<(IndexId, CallId), IndexedCall>,
    pub(super) checkpoints: BTreeMap<String, String>,
    pub(super) users: BTreeMap<UserId, User>,
    pub(super) accounts: BTreeMap<AccountId, Account>,
    /// What was told of each deal, by instant and source.
    pub(super) deals: BTreeMap<DealId, Vec<Told>>,
    pub(super) deal_links: BTreeMap<(CallId, DealId), LinkedBy>,
    pub(super) pins: BTreeSet<(CallId, DealId)>,
    pub(super) numbers: BTreeMap<CallId, CallNumbers>,
    pub(super) api_keys: BTreeMap<String, ApiKey>,
    pub(super) audit: Vec<AuditRecord>,
    pub(super) findings: BTreeMap<CallId, CallFindings>,
    pub(super) labels: BTreeMap<FindingId, Label>,
    pub(super) answers: BTreeMap<AnswerId, KeptAnswer>,
    /// What was written to a CRM, the oldest first.
    pub(super) writes: Vec<KeptWrite>,
    pub(super) contacts: BTreeMap<String, Contact>,
    pub(super) domains: BTreeMap<AccountId, String>,
    pub(super) engagements: BTreeMap<String, Engagement>,
    pub(super) crm_remnants: Vec<CrmRemnant>,
    /// By hour.
    pub(super) crm_requests: BTreeMap<i64, u32>,
    pub(super) budget: BudgetBook,
    pub(super) secrets: BTreeMap<String, KeptSecret>,
    pub(super) duties: BTreeMap<String, Duty>,
    /// Rung when a job is added.
    pub(super) bell: Bell,
}

/// A secret, and who may replace it until when.
#[derive(Clone, Default)]
pub(super) struct KeptSecret {
    pub(super) value: Option<Secret>,
    pub(super) holder: Option<(String, i64)>,
}

impl KeptSecret {
    pub(super) fn is_of(&self, holder: &str) -> bool {
        self.holder.as_ref().is_some_and(|(name, _)| name == holder)
    }
}

/// A call with its words, in every revision that a reader may still want.
#[derive(Clone)]
pub(super) struct Row {
    pub(super) current: Current,
    pub(super) texts: BTreeMap<Revision, Transcript>,
    /// What stays, if it is being erased.
    pub(super) erasing: Option<Keep>,
}

#[derive(Clone)]
pub(super) struct Job {
    pub(super) kind: JobKind,
    pub(super) call: CallId,
    pub(super) index: Option<IndexId>,
    pub(super) not_before: Timestamp,
    pub(super) state: JobState,
    pub(super) fence: Revision,
    pub(super) failed: u32,
    pub(super) abandoned: u32,
    /// The class of the last error.
    pub(super) class: Option<&'static str>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum JobState {
    Waiting,
    Leased { until: Timestamp },
    Dead,
}

impl State {
    /// The next number of the one counter.
    pub(super) fn draw(&mut self) -> Revision {
        self.counter += 1;
        Revision::new(self.counter)
    }

    /// Draws no number again that was drawn since a backup.
    pub(super) fn skip_drawn(&mut self, now: Timestamp) {
        let drawn = i64::try_from(self.counter).expect("fewer than 2^63 numbers are drawn");
        self.counter = undrawn(drawn, now).unsigned_abs();
    }

    /// A call that can be read.
    pub(super) fn visible(&self, id: &CallId) -> Option<&Row> {
        self.calls.get(id).filter(|row| self.is_visible(row))
    }

    fn is_visible(&self, row: &Row) -> bool {
        row.erasing.is_none() && !self.unconfirmed.contains(&row.current.call.id)
    }

    /// Whether the scope reaches a call that can be read.
    pub(super) fn reached(&self, scope: &Scope, id: &CallId) -> bool {
        self.visible(id)
            .is_some_and(|row| is_reached(scope, &row.current))
    }

    /// Every call that can be read.
    pub(super) fn all_visible(&self) -> impl Iterator<Item = &Row> {
        self.calls.values().filter(|row| self.is_visible(row))
    }

    /// The deals that a call is about: those that it is pinned to, else those that were found.
    pub(super) fn deals_of_call(&self, call: &CallId) -> Vec<DealLink> {
        let link = |deal: &DealId, by| DealLink {
            deal: deal.clone(),
            by,
        };
        let pins = self.pins.iter().filter(|(of, _)| of == call);
        let pinned: Vec<_> = pins.map(|(_, deal)| link(deal, LinkedBy::Pin)).collect();
        if !pinned.is_empty() {
            return pinned;
        }
        let links = self.deal_links.iter().filter(|((of, _), _)| of == call);
        links.map(|((_, deal), by)| link(deal, *by)).collect()
    }

    /// Whether the scope reaches a call about a deal.
    pub(super) fn is_linked(&self, scope: &Scope, deal: &DealId) -> bool {
        let links = self.deal_links.keys().chain(&self.pins);
        let mut calls = links.filter(|(_, of)| of == deal).map(|(call, _)| call);
        calls.any(|call| {
            let about = self.deals_of_call(call);
            about.iter().any(|link| link.deal == *deal) && self.reached(scope, call)
        })
    }

    /// What an index should hold.
    pub(super) fn wanted(&self) -> BTreeMap<CallId, Wanted> {
        self.all_visible()
            .filter_map(|row| Some((row.current.call.id.clone(), wanted(&row.current)?)))
            .collect()
    }

    pub(super) fn is_current(&self, index: &IndexId, current: &Current) -> bool {
        self.indexed
            .get(&(index.clone(), current.call.id.clone()))
            .is_some_and(|row| {
                Some(row.now.text_revision) == current.text_revision
                    && row.now.facts_hash == current.hashes.facts
            })
    }

    /// The job of this key.
    pub(super) fn job(
        &mut self,
        kind: JobKind,
        call: &CallId,
        index: Option<&IndexId>,
    ) -> Option<&mut Job> {
        self.jobs
            .values_mut()
            .find(|job| job.kind == kind && job.call == *call && job.index.as_ref() == index)
    }

    /// Adds a job that is not there.
    pub(super) fn add_job(
        &mut self,
        kind: JobKind,
        call: CallId,
        index: Option<IndexId>,
        not_before: Timestamp,
    ) {
        let fence = self.draw();
        // Drawn numbers are never reused, so they can name jobs as well.
        let id = i64::try_from(fence.get()).expect("fewer than 2^63 numbers are drawn");
        let job = Job {
            kind,
            call,
            index,
            not_before: cut(not_before),
            state: JobState::Waiting,
            fence,
            failed: 0,
            abandoned: 0,
            class: None,
        };
        self.jobs.insert(id, job);
        self.bell.ring(kind);
    }

    /// Adds a job, or makes the one of its key new: due, unheld, with no failures.
    pub(super) fn renew_job(
        &mut self,
        kind: JobKind,
        call: &CallId,
        index: Option<&IndexId>,
        now: Timestamp,
    ) {
        let fence = self.draw();
        if let Some(job) = self.job(kind, call, index) {
            job.state = JobState::Waiting;
            job.fence = fence;
            job.not_before = cut(now);
            job.failed = 0;
            job.abandoned = 0;
            job.class = None;
            self.bell.ring(kind);
        } else {
            self.add_job(kind, call.clone(), index.cloned(), now);
        }
    }
}

/// Whether the scope reaches a call.
pub(super) fn is_reached(scope: &Scope, current: &Current) -> bool {
    let users = current.call.users();
    scope.admits(&users, current.call.is_private())
}

fn wanted(current: &Current) -> Option<Wanted> {
    Some(Wanted {
        text_revision: current.text_revision?,
        facts_hash: current.hashes.facts.clone(),
    })
}
