//! Random schedules of everything at once, against a plain model.
//!
//! Puts (fresh and of a revision that was read too long ago), index jobs in all their phases, pauses
//! past the lease, crashes, calls that turn private, erasures with and without tombstone, purges of
//! calls and of a person, floors, lost points, sweeps, backups and their restoring (where the stage
//! can) come in any order. After each step the
//! archive answers like the model. At rest what is stored and not erased is found by its newest
//! words, once; what is erased, private or refused is found nowhere; and every receipt is finished.
//!
//! A stage may have several workers with a handle each: then each step is done by one of them.
//!
//! Not covered: two archives at once, facts of a deal, and a process that dies inside of one operation (the back ends' own tests kill those).

mod rest;

use std::collections::BTreeSet;
use std::fmt;
use std::num::NonZeroUsize;
use std::ops::Range;

use conversation::{CallId, Revision};
use jiff::{SignedDuration, Timestamp};

use crate::{
    Archive, Calls as _, Erasing as _, Erasure, Finish, Finished, IndexId, Indexed, Indexes as _,
    JobKind, Jobs as _, Keep, Lease, PersonName, PointsHeld, Purge, PurgeReason, PurgeTarget,
    Purged, Purging as _, StoredCall, SweepPart,
};

use super::chance::Chance;
use super::fixture::{NOW, id, read};
use super::model::{FLOOR, Model, PERSON};
use super::stage::{InMemory, Stage};

const CALLS: u64 = 4;

/// Plays one random schedule of `steps` steps for each seed, each on an archive that `make` makes
/// and that is empty, with an index that is a map.
///
/// # Panics
///
/// Panics with the seed and the schedule if the archive and the model come apart.
pub async fn check_interleavings<A: Archive>(
    make: impl AsyncFn() -> A,
    seeds: Range<u64>,
    steps: usize,
) {
    let make = &make;
    check_schedules(async || InMemory::new(make().await), seeds, steps).await;
}

/// The same on any [`Stage`]: a real archive with a real index.
///
/// # Panics
///
/// Panics with the seed and the schedule if archive, index and model come apart.
pub async fn check_schedules<S: Stage>(make: impl AsyncFn() -> S, seeds: Range<u64>, steps: usize) {
    for seed in seeds {
        let mut play = Play::new(make().await, seed).await;
        for _ in 0..steps {
            play.step().await;
        }
        play.rest().await;
    }
}

struct Play<S> {
    stage: S,
    seed: u64,
    chance: Chance,
    /// Who does the next step; drawn apart, so that a schedule is the same for any number.
    worker: u64,
    which_worker: Chance,
    now: Timestamp,
    model: Model,
    index: IndexId,
    flights: Vec<Flight>,
    is_calm: bool,
    is_backed_up: bool,
    /// What was done so far, in words.
    schedule: Vec<String>,
}

/// A claimed index job, who holds it, and how far its holder has come.
struct Flight {
    lease: Lease,
    worker: u64,
    phase: Phase,
}

enum Phase {
    Claimed,
    Read(Option<Box<StoredCall>>),
    Written(Indexed),
}

/// The seed and the way to the failure.
impl<S> fmt::Display for Play<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "seed {}: {}", self.seed, self.schedule.join(", "))
    }
}

impl<S: Stage> Play<S> {
    async fn new(stage: S, seed: u64) -> Self {
        let added = stage.archive().add_index("space", NOW).await;
        Self {
            stage,
            seed,
            chance: Chance::new(seed),
            worker: 0,
            which_worker: Chance::new(!seed),
            now: NOW,
            model: Model::default(),
            index: added.expect("an index"),
            flights: Vec::new(),
            is_calm: false,
            is_backed_up: false,
            schedule: Vec::new(),
        }
    }

    async fn step(&mut self) {
        self.now += SignedDuration::from_secs(1);
        self.worker = self.which_worker.below(self.stage.workers());
        match self.chance.below(28) {
            0..=7 => self.put().await,
            8..=9 => self.claim(2).await,
            10..=17 => self.go_on().await,
            18 => {
                self.note("pause");
                self.now += SignedDuration::from_secs(70);
            }
            19 => self.begin_erase().await,
            20 => {
                self.erase_one().await;
            }
            21 => {
                self.sweep(self.now - SignedDuration::from_secs(60)).await;
            }
            22 => self.crash().await,
            23 => self.lose_points().await,
            24 => self.purge().await,
            25 => self.back_up().await,
            26 => self.restore().await,
            _ => {
                self.settle().await;
            }
        }
        self.compare().await;
    }

    /// The archive as whoever does this step has it.
    fn archive(&self) -> &S::Archive {
        self.stage.archive_of(self.worker)
    }

    fn note(&mut self, what: impl Into<String>) {
        let what = what.into();
        self.schedule.push(match self.stage.workers() {
            1 => what,
            _ => format!("{what} (worker {})", self.worker),
        });
    }

    fn any_call(&mut self) -> CallId {
        id(self.chance.below(CALLS))
    }

    async fn put(&mut self) {
        let call = self.any_call();
        let (put, told) = self.model.any_put(&call, &mut self.chance);
        self.note(format!("put {call} {told:?}"));
        let outcome = self.archive().put(vec![put], None, self.now).await;
        let outcome = outcome.expect("a put is answered");
        let wanted = self.model.put(&call, &told, &outcome);
        assert_eq!(outcome, [wanted], "a put, {self}");
    }

    async fn claim(&mut self, most: usize) {
        self.note("claim");
        let until = self.now + SignedDuration::from_secs(60);
        let kinds = [JobKind::Index];
        let leases = self.archive().claim(&kinds, most, until, self.now).await;
        let worker = self.worker;
        let flight = |lease| Flight {
            lease,
            worker,
            phase: Phase::Claimed,
        };
        self.flights
            .extend(leases.expect("jobs are claimed").into_iter().map(flight));
    }

    /// One holder comes one phase further.
    async fn go_on(&mut self) {
        if self.flights.is_empty() {
            return;
        }
        let which = self.chance.below(self.flights.len() as u64);
        let which = usize::try_from(which).unwrap_or(0);
        let Flight {
            lease,
            worker,
            phase,
        } = self.flights.swap_remove(which);
        self.worker = worker;
        let next = match phase {
            Phase::Claimed if self.goes_wrong(8) => {
                let at = self.now + SignedDuration::from_secs(5);
                let how = match self.chance.below(2) {
                    0 => Finish::Later { at },
                    _ => Finish::Retry { at, class: "model" },
                };
                self.finish(&lease, how).await;
                return;
            }
            Phase::Claimed => {
                self.note(format!("read {}", lease.call));
                Phase::Read(self.read_for_index(&lease.call).await)
            }
            Phase::Read(None) => {
                self.finish(&lease, Finish::Done).await;
                return;
            }
            Phase::Read(Some(call)) => {
                self.note(format!("write {}", lease.call));
                let until = self.now + SignedDuration::from_secs(60);
                let held = self
                    .archive()
                    .extend(&lease, until)
                    .await
                    .expect("answered");
                if held == Finished::Lost {
                    return;
                }
                let passages = self.stage.write(&call).await;
                let text = call.text.as_ref().expect("only words are indexed");
                Phase::Written(Indexed {
                    text_revision: text.revision,
                    facts_hash: call.facts_hash.clone(),
                    passages,
                })
            }
            Phase::Written(brought) => {
                self.note(format!("acknowledge {}", lease.call));
                let revision = brought.text_revision;
                let done = self.finish(&lease, Finish::Indexed(brought)).await;
                if done == Finished::Lost {
                    self.clean_up(&lease.call, revision).await;
                }
                return;
            }
        };
        self.flights.push(Flight {
            lease,
            worker,
            phase: next,
        });
    }

    async fn finish(&self, lease: &Lease, how: Finish) -> Finished {
        let finished = self.archive().finish(lease, how, self.now).await;
        finished.expect("a lease is ended")
    }

    async fn read_for_index(&self, call: &CallId) -> Option<Box<StoredCall>> {
        let call = read(self.archive(), call).await?;
        call.text.is_some().then(|| Box::new(call))
    }

    /// A holder that lost drops its points only if the archive does not know the revision.
    async fn clean_up(&mut self, call: &CallId, revision: Revision) {
        let ids = [call.clone()];
        let known = self.archive().known(&ids).await.expect("known");
        let rows = self.archive().indexed(&self.index, Some(&ids)).await;
        let is_known = known
            .iter()
            .any(|known| known.text_revision == Some(revision))
            || rows
                .expect("rows")
                .iter()
                .any(|row| row.now.text_revision == revision || row.previous == Some(revision));
        if !is_known {
            self.stage.forget(call, Some(revision)).await;
        }
    }

    async fn begin_erase(&mut self) {
        let call = self.any_call();
        let how = match self.chance.below(6) {
            0 => Erasure::WithTombstone,
            1..=3 => Erasure::MayReturn(Keep::Nothing),
            _ => Erasure::MayReturn(Keep::PrivateShell),
        };
        self.note(format!("erase {call} {how:?}"));
        let begun = self.archive().begin_erase(&call, how, self.now).await;
        let begun = begun.expect("an erasure begins");
        let wanted = self.model.begin_erase(&call, how);
        assert_eq!(begun, wanted, "an erasure, {self}");
    }

    /// A call, a person or what is early goes for good; the last two seldom, or little would happen
    /// after them.
    async fn purge(&mut self) {
        let call = self.any_call();
        let (target, which) = match self.chance.below(6) {
            0 => (
                PurgeTarget::Person(PersonName::Email(PERSON.to_owned())),
                None,
            ),
            1 => {
                let (start, workspace) = (FLOOR, None);
                (PurgeTarget::Before { start, workspace }, None)
            }
            _ => (PurgeTarget::Calls(vec![call.clone()]), Some(call)),
        };
        self.note(format!("purge {target:?}"));
        let wanted = match which {
            Some(call) => self.model.purge_call(&call),
            None if target.kind() == "person" => self.model.purge_person(),
            None => self.model.purge_early(),
        };
        let purge = Purge {
            target,
            reason: PurgeReason::Asked,
            actor: "a schedule".to_owned(),
        };
        let purged = self.archive().begin_purge(&purge, self.now).await;
        let calls = match purged.expect("a purge is answered") {
            Purged::Begun(receipt) => Some(receipt.calls),
            _ => None,
        };
        assert_eq!(calls, Some(wanted), "a purge, {self}");
    }

    async fn settle(&mut self) -> usize {
        self.note("settle");
        let settled = self.archive().settle(&[], self.now).await;
        settled.expect("settled").open.len()
    }

    /// Erases one call whose job is due; sometimes the process dies in between.
    async fn erase_one(&mut self) -> bool {
        let until = self.now + SignedDuration::from_secs(60);
        let kinds = [JobKind::Erase];
        let leases = self.archive().claim(&kinds, 1, until, self.now).await;
        let leases = leases.expect("jobs are claimed");
        let Some(lease) = leases.first() else {
            return false;
        };
        let call = lease.call.clone();
        self.note(format!("take out {call}"));
        self.stage.forget(&call, None).await;
        if self.goes_wrong(4) {
            return true;
        }
        let erased = self.archive().erase(&lease.call, self.now).await;
        erased.expect("a call is erased");
        let known = self
            .archive()
            .known(std::slice::from_ref(&lease.call))
            .await;
        let left = known.expect("known").pop().map(|known| known.revision);
        self.model.erase(&lease.call, left);
        if !self.goes_wrong(4) {
            self.finish(lease, Finish::Done).await;
        }
        true
    }

    /// Sweeps in small parts, as a store tells what it holds in pages.
    async fn sweep(&mut self, replaced_before: Timestamp) -> u64 {
        self.note("sweep");
        let held = self.stage.holdings().await.into_iter();
        let mut held: Vec<_> = held
            .map(|held| PointsHeld {
                call: held.call,
                text_revision: held.text_revision,
                passages: held.passages,
            })
            .collect();
        let mut after = None;
        let mut found = 0;
        loop {
            let few = |of: u64| NonZeroUsize::new(usize::try_from(of).unwrap_or(1));
            let told = few(1 + self.chance.below(3)).unwrap_or(NonZeroUsize::MIN);
            let most = few(1 + self.chance.below(3)).unwrap_or(NonZeroUsize::MIN);
            held.retain(|points| after.as_ref().is_none_or(|after| points.call > *after));
            let calls: BTreeSet<_> = held.iter().map(|points| &points.call).collect();
            let last = calls.iter().nth(told.get() - 1).copied();
            let to = last.filter(|last| calls.last() != Some(last)).cloned();
            let of_page = |points: &&PointsHeld| to.as_ref().is_none_or(|to| points.call <= *to);
            let part = SweepPart {
                held: held.iter().filter(of_page).cloned().collect(),
                after,
                to,
                most,
            };
            let archive = self.archive();
            let swept = archive.sweep(&self.index, &part, replaced_before, self.now);
            let swept = swept.await.expect("swept");
            found += swept.enqueued + swept.drop.len() as u64;
            for (call, revision) in swept.drop {
                self.stage.forget(&call, Some(revision)).await;
            }
            after = swept.next;
            if after.is_none() {
                return found;
            }
        }
    }

    /// A worker's process dies and comes back: what it held is claimed by nobody. What others hold
    /// is taken from them as well, and they find out.
    async fn crash(&mut self) {
        self.note("crash");
        let dead = self.worker;
        self.flights.retain(|flight| flight.worker != dead);
        self.stage.crash().await;
        let kinds = [JobKind::Index, JobKind::Erase];
        self.archive().reclaim(&kinds).await.expect("taken back");
    }

    async fn back_up(&mut self) {
        self.note("back up");
        self.is_backed_up = self.stage.back_up().await;
        if self.is_backed_up {
            self.model.back_up();
        }
    }

    /// The archive is what it was when it was backed up, but for what was erased since.
    async fn restore(&mut self) {
        if !self.is_backed_up {
            return;
        }
        self.note("restore");
        self.flights.clear();
        self.stage.restore(self.now).await;
        self.model.restore();
        let added = self.archive().add_index("space", self.now).await;
        self.index = added.expect("an index");
    }

    async fn lose_points(&mut self) {
        let call = self.any_call();
        self.note(format!("lose {call}"));
        self.stage.forget(&call, None).await;
    }

    /// What can be read is what the model says.
    async fn compare(&self) {
        for name in 0..CALLS {
            let found = read(self.archive(), name).await;
            let found = found.map(|call| {
                let text = call.text.map(|text| (text.revision, text.transcript));
                (call.revision, text)
            });
            let wanted = self.model.visible(&id(name));
            assert_eq!(found, wanted, "call {name}, {self}");
        }
    }

    /// Whether something goes wrong, once in so many times.
    fn goes_wrong(&mut self, once_in: u64) -> bool {
        !self.is_calm && self.chance.below(once_in) == 0
    }
}
