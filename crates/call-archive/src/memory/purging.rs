//! Purging in memory.

use std::collections::BTreeSet;

use async_trait::async_trait;
use conversation::{Call, CallId};
use jiff::Timestamp;
use uuid::Uuid;

use crate::holds::apart;
use crate::moment::cut;
use crate::selection::{Selection, people_of};
use crate::{
    Erasure, Error, JobKind, Keep, KeptAnswer, MemoryArchive, Preview, Purge, PurgeReason,
    PurgeTarget, Purged, Purging, Receipt, Remnant, Settled, User,
};

use super::state::{JobState, Row, State};

#[async_trait]
impl Purging for MemoryArchive {
    async fn preview(&self, target: &PurgeTarget, now: Timestamp) -> Result<Preview, Error> {
        let state = self.state();
        let selection = self.meant(&state, target, now)?;
        let calls = self.named(&state, &selection);
        let (_, held) = apart(&calls, &self.kept(&state)?);
        let mut preview = Preview {
            held,
            deals: Self::deals_of(&state, &selection).len() as u64,
            ..Preview::default()
        };
        for call in &calls {
            let Some(row) = state.calls.get(call) else {
                preview.unknown += 1;
                continue;
            };
            let started = Some(row.current.call.started);
            preview.calls += 1;
            preview.with_text += u64::from(row.current.text_revision.is_some());
            preview.sentences += sentences(row);
            preview.oldest = preview.oldest.min(started).or(started);
            preview.newest = preview.newest.max(started);
        }
        Ok(preview)
    }

    async fn begin_purge(&self, purge: &Purge, now: Timestamp) -> Result<Purged, Error> {
        let now = cut(now);
        let mut state = self.writing()?;
        let selection = self.meant(&state, &purge.target, now)?;
        let named = self.named(&state, &selection);
        let (free, held) = apart(&named, &self.kept(&state)?);
        if purge.reason == PurgeReason::Asked && !held.is_empty() {
            return Ok(Purged::Held(held));
        }
        let is_new = self.refuse(&mut state, &selection, now);
        if purge.reason == PurgeReason::Retention && free.is_empty() && !is_new {
            return Ok(Purged::Nothing);
        }
        let mut receipt = Receipt {
            id: Uuid::new_v4().simple().to_string(),
            kind: purge.target.kind().to_owned(),
            reason: purge.reason.as_str().to_owned(),
            actor: purge.actor.clone(),
            target: purge.target.hash(&self.key),
            before: purge.target.floor(),
            begun: now,
            calls: 0,
            with_text: 0,
            sentences: 0,
            kept_by_hold: (named.len() - free.len()) as u64,
            left: 0,
            finished: None,
            unreached: Vec::new(),
        };
        for call in &free {
            if let Some(row) = state.calls.get(call) {
                receipt.calls += 1;
                receipt.with_text += u64::from(row.current.text_revision.is_some());
                receipt.sentences += sentences(row);
            }
            if self.begin(&mut state, call, Erasure::WithTombstone, now) {
                state.purged.insert((receipt.id.clone(), call.clone()));
            }
        }
        receipt.left = left(&state, &receipt.id);
        state.receipts.push(receipt.clone());
        Ok(Purged::Begun(Box::new(receipt)))
    }

    async fn settle(&self, unreached: &[Remnant], now: Timestamp) -> Result<Settled, Error> {
        let mut state = self.writing()?;
        let mut unreached = unreached.to_vec();
        if !state.crm_remnants.is_empty() {
            unreached.push(Remnant::Crm);
        }
        state.bell.ring(JobKind::Erase);
        for job in state.jobs.values_mut() {
            if job.kind == JobKind::Erase && job.state == JobState::Dead {
                job.revive(cut(now));
            }
        }
        let waited_for: BTreeSet<String> = state.purged.iter().map(|(id, _)| id.clone()).collect();
        for receipt in &mut state.receipts {
            if receipt.finished.is_none() && !waited_for.contains(&receipt.id) {
                receipt.unreached.clone_from(&unreached);
                receipt.finished = unreached.is_empty().then_some(cut(now));
            }
        }
        let open = |receipt: &&Receipt| receipt.finished.is_none();
        let open = state.receipts.iter().rev().filter(open);
        Ok(Settled {
            open: open.map(|receipt| shown(&state, receipt)).collect(),
            unreached,
        })
    }

    async fn receipts(&self) -> Result<Vec<Receipt>, Error> {
        let state = self.state();
        let newest_first = state.receipts.iter().rev();
        Ok(newest_first.map(|receipt| shown(&state, receipt)).collect())
    }
}

impl MemoryArchive {
    /// What a target means here: a person under every name that the archive knows.
    fn meant(
        &self,
        state: &State,
        target: &PurgeTarget,
        now: Timestamp,
    ) -> Result<Selection, Error> {
        let mut selection = Selection::of_target(target, &self.key, cut(now))?;
        if let Selection::People { people, .. } = &mut selection {
            let named = people.clone();
            let calls = state.calls.values().map(|row| &row.current.call);
            let parties = calls.flat_map(|call| &call.parties).map(|party| {
                let user = party.user.as_ref().map(ToString::to_string);
                (party.email.as_deref(), user)
            });
            let users = state.users.values().map(|user| {
                let id = Some(user.id.to_string());
                (user.email.as_deref(), id)
            });
            for (email, user) in parties.chain(users) {
                let email = email.and_then(|email| self.key.email(email));
                let is_meant = email.as_ref().is_some_and(|it| named.emails.contains(it))
                    || user.as_ref().is_some_and(|it| named.users.contains(it));
                if is_meant {
                    people.widen(email, user);
                }
            }
        }
        Ok(selection)
    }

    /// The calls that are meant, and those that were named without being there.
    pub(super) fn named(&self, state: &State, selection: &Selection) -> Vec<CallId> {
        if let Selection::Calls(calls) = selection {
            return calls
                .iter()
                .cloned()
                .collect::<BTreeSet<_>>()
                .into_iter()
                .collect();
        }
        let is_meant = |row: &&Row| selection.holds(&row.current.call, &self.key);
        let rows = state.calls.values().filter(is_meant);
        rows.map(|row| row.current.call.id.clone()).collect()
    }

    /// Refuses from now on; says whether that is new.
    fn refuse(&self, state: &mut State, selection: &Selection, now: Timestamp) -> bool {
        match selection {
            Selection::People { people, .. } => {
                for hash in people.tombstones(&self.key) {
                    state.people.insert(hash, now);
                }
                let is_meant = |user: &User| {
                    let email = user.email.as_deref().and_then(|it| self.key.email(it));
                    people.users.iter().any(|id| id == user.id.as_str())
                        || email.is_some_and(|it| people.emails.contains(&it))
                };
                state.users.retain(|_, user| !is_meant(user));
                Self::forget_contacts(state, |contact| {
                    let hash = contact.email_hash.as_ref();
                    hash.is_some_and(|hash| people.emails.contains(hash))
                });
                true
            }
            Selection::Before { start, workspace } => {
                let floor = state
                    .floors
                    .entry(workspace.clone())
                    .or_insert(Timestamp::MIN);
                let is_higher = *floor < cut(*start);
                *floor = cut(*start).max(*floor);
                is_higher
            }
            Selection::Account { ids, .. } => {
                let deals = Self::deals_of(state, selection);
                for deal in &deals {
                    state.tombstones.insert(self.key.deal(&self.tenant, deal));
                }
                for id in ids {
                    state.people.insert(self.key.account(id), now);
                    state.accounts.retain(|account, _| account.as_str() != id);
                    state.domains.retain(|account, _| account.as_str() != id);
                    Self::forget_contacts(state, |contact| {
                        let account = contact.account.as_ref();
                        account.is_some_and(|account| account.as_str() == id)
                    });
                    let is_of = |kept: &KeptAnswer| {
                        let mut accounts = kept.accounts.iter();
                        accounts.any(|account| account.as_str() == id)
                    };
                    state.answers.retain(|_, kept| !is_of(kept));
                }
                Self::forget_deals(state, &deals);
                true
            }
            _ => false,
        }
    }

    /// Whether a floor or a person's tombstone refuses a call.
    pub(super) fn refuses(&self, state: &State, call: &Call) -> bool {
        let started = cut(call.started);
        let is_below = |workspace: Option<String>| {
            let floor = state.floors.get(&workspace);
            floor.is_some_and(|floor| started < *floor)
        };
        let workspace = call.workspace.as_ref().map(ToString::to_string);
        if is_below(None) || (workspace.is_some() && is_below(workspace)) {
            return true;
        }
        !state.people.is_empty()
            && people_of(call, &self.key)
                .iter()
                .filter_map(|person| state.people.get(person))
                .any(|erased| started < *erased)
    }

    /// Whether one of the company's own people was erased, and no later call shows them.
    pub(super) fn refuses_user(&self, state: &State, user: &User) -> bool {
        let email = user.email.as_deref().and_then(|it| self.key.email(it));
        let hashes = [Some(self.key.user(user.id.as_str())), email];
        let hashes: Vec<String> = hashes.into_iter().flatten().collect();
        let erased = hashes
            .iter()
            .filter_map(|hash| state.people.get(hash))
            .max();
        let Some(erased) = erased else {
            return false;
        };
        let shows = |row: &Row| {
            let people = people_of(&row.current.call, &self.key);
            hashes.iter().any(|hash| people.contains(hash))
        };
        let mut later = state
            .all_visible()
            .filter(|row| row.current.call.started >= *erased);
        !later.any(shows)
    }

    /// Has erased what is stored of a call that is refused, unless a hold keeps it.
    pub(super) fn erase_refused(&self, state: &mut State, call: &CallId, now: Timestamp) {
        let is_kept = |kept: crate::holds::Kept| kept.values().any(|calls| calls.contains(call));
        // A hold that cannot be read keeps everything.
        if state.calls.contains_key(call) && !self.kept(state).map_or(true, is_kept) {
            self.begin(state, call, Erasure::MayReturn(Keep::Nothing), now);
        }
    }
}

fn sentences(row: &Row) -> u64 {
    let text = row.current.text_revision.and_then(|at| row.texts.get(&at));
    text.map_or(0, |text| text.sentences().count() as u64)
}

fn left(state: &State, receipt: &str) -> u64 {
    state.purged.iter().filter(|(id, _)| id == receipt).count() as u64
}

fn shown(state: &State, receipt: &Receipt) -> Receipt {
    Receipt {
        left: left(state, &receipt.id),
        ..receipt.clone()
    }
}
