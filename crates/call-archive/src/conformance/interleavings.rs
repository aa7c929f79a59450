//! Random schedules of everything at once, against a plain model.
//!
//! Puts, index jobs in all their phases, pauses past the lease, crashes, erasures and sweeps come
//! in any order. After each step the archive answers like the model; at rest what is stored and
//! not erased is held by the index in its newest text and facts, once, and what is erased is held
//! nowhere.

use std::collections::BTreeMap;
use std::ops::Range;

use conversation::{CallId, Revision};
use jiff::{SignedDuration, Timestamp};

use crate::{
    Archive, Erasure, Finish, Finished, IndexId, Indexed, JobKind, Keep, Lease, PointsHeld, Status,
};

use super::chance::Chance;
use super::fixture::{NOW, id, read};
use super::model::Model;

const CALLS: u64 = 4;
const PASSAGES: u64 = 3;

/// Plays one random schedule of `steps` steps for each seed, each on an archive that `make` makes
/// and that is empty.
///
/// # Panics
///
/// Panics with the seed if the archive and the model come apart.
pub async fn check_interleavings<A: Archive>(
    make: impl AsyncFn() -> A,
    seeds: Range<u64>,
    steps: usize,
) {
    for seed in seeds {
        let mut play = Play::new(make().await, seed).await;
        for _ in 0..steps {
            play.step().await;
        }
        play.rest().await;
    }
}

struct Play<A> {
    archive: A,
    seed: u64,
    chance: Chance,
    now: Timestamp,
    model: Model,
    index: IndexId,
    /// What the index holds: the facts of the points of each call and revision.
    points: BTreeMap<(CallId, Revision), String>,
    flights: Vec<Flight>,
    is_calm: bool,
}

/// A claimed index job, and how far its holder has come.
struct Flight {
    lease: Lease,
    phase: Phase,
}

enum Phase {
    Claimed,
    Read(Option<Indexed>),
    Written(Indexed),
}

impl<A: Archive> Play<A> {
    async fn new(archive: A, seed: u64) -> Self {
        let index = archive.add_index("space", NOW).await.expect("an index");
        Self {
            archive,
            seed,
            chance: Chance::new(seed),
            now: NOW,
            model: Model::default(),
            index,
            points: BTreeMap::new(),
            flights: Vec::new(),
            is_calm: false,
        }
    }

    async fn step(&mut self) {
        self.now += SignedDuration::from_secs(1);
        match self.chance.below(20) {
            0..=5 => self.put().await,
            6..=7 => self.claim(2).await,
            8..=13 => self.go_on().await,
            14 => self.now += SignedDuration::from_secs(70),
            15 => self.begin_erase().await,
            16 => {
                self.erase_one().await;
            }
            17 => {
                self.sweep(self.now - SignedDuration::from_secs(60)).await;
            }
            18 => self.crash().await,
            _ => self.lose_points(),
        }
        self.compare().await;
    }

    fn any_call(&mut self) -> CallId {
        id(self.chance.below(CALLS))
    }

    async fn put(&mut self) {
        let call = self.any_call();
        let (put, told) = self.model.any_put(&call, &mut self.chance);
        let outcome = self.archive.put(vec![put], None, self.now).await;
        let outcome = outcome.expect("a put is answered");
        let wanted = self.model.put(&call, &told, &outcome);
        assert_eq!(outcome, [wanted], "a put, seed {}", self.seed);
    }

    async fn claim(&mut self, most: usize) {
        let until = self.now + SignedDuration::from_secs(60);
        let kinds = [JobKind::Index];
        let leases = self.archive.claim(&kinds, most, until, self.now).await;
        let flight = |lease| Flight {
            lease,
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
        let Flight { lease, phase } = self.flights.swap_remove(which);
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
            Phase::Claimed => Phase::Read(self.read_for_index(&lease.call).await),
            Phase::Read(None) => {
                self.finish(&lease, Finish::Done).await;
                return;
            }
            Phase::Read(Some(brought)) => {
                let until = self.now + SignedDuration::from_secs(60);
                let held = self.archive.extend(&lease, until).await.expect("answered");
                if held == Finished::Lost {
                    return;
                }
                let place = (lease.call.clone(), brought.text_revision);
                self.points.insert(place, brought.facts_hash.clone());
                Phase::Written(brought)
            }
            Phase::Written(brought) => {
                let revision = brought.text_revision;
                let done = self.finish(&lease, Finish::Indexed(brought)).await;
                if done == Finished::Lost {
                    self.clean_up(&lease.call, revision).await;
                }
                return;
            }
        };
        self.flights.push(Flight { lease, phase: next });
    }

    async fn finish(&self, lease: &Lease, how: Finish) -> Finished {
        let finished = self.archive.finish(lease, how, self.now).await;
        finished.expect("a lease is ended")
    }

    async fn read_for_index(&self, call: &CallId) -> Option<Indexed> {
        let call = read(&self.archive, call).await?;
        Some(Indexed {
            text_revision: call.text?.revision,
            facts_hash: call.facts_hash,
            passages: PASSAGES,
        })
    }

    /// A holder that lost drops its points only if the archive does not know the revision.
    async fn clean_up(&mut self, call: &CallId, revision: Revision) {
        let ids = [call.clone()];
        let known = self.archive.known(&ids).await.expect("known");
        let rows = self.archive.indexed(&self.index, Some(&ids)).await;
        let is_known = known
            .iter()
            .any(|known| known.text_revision == Some(revision))
            || rows
                .expect("rows")
                .iter()
                .any(|row| row.now.text_revision == revision || row.previous == Some(revision));
        if !is_known {
            self.points.remove(&(call.clone(), revision));
        }
    }

    async fn begin_erase(&mut self) {
        let call = self.any_call();
        let how = match self.chance.below(6) {
            0 => Erasure::WithTombstone,
            1..=3 => Erasure::MayReturn(Keep::Nothing),
            _ => Erasure::MayReturn(Keep::PrivateShell),
        };
        let begun = self.archive.begin_erase(&call, how, self.now).await;
        let begun = begun.expect("an erasure begins");
        let wanted = self.model.begin_erase(&call, how);
        assert_eq!(begun, wanted, "an erasure, seed {}", self.seed);
    }

    /// Erases one call whose job is due; sometimes the process dies in between.
    async fn erase_one(&mut self) -> bool {
        let until = self.now + SignedDuration::from_secs(60);
        let kinds = [JobKind::Erase];
        let leases = self.archive.claim(&kinds, 1, until, self.now).await;
        let leases = leases.expect("jobs are claimed");
        let Some(lease) = leases.first() else {
            return false;
        };
        self.points.retain(|(call, _), _| *call != lease.call);
        if self.goes_wrong(4) {
            return true;
        }
        let erased = self.archive.erase(&lease.call, self.now).await;
        erased.expect("a call is erased");
        let known = self.archive.known(std::slice::from_ref(&lease.call)).await;
        let left = known.expect("known").pop().map(|known| known.revision);
        self.model.erase(&lease.call, left);
        if !self.goes_wrong(4) {
            self.finish(lease, Finish::Done).await;
        }
        true
    }

    async fn sweep(&mut self, replaced_before: Timestamp) -> u64 {
        let held: Vec<_> = self
            .points
            .keys()
            .map(|(call, text_revision)| PointsHeld {
                call: call.clone(),
                text_revision: *text_revision,
                passages: PASSAGES,
            })
            .collect();
        let swept = self
            .archive
            .sweep(&self.index, &held, replaced_before, self.now)
            .await;
        let swept = swept.expect("swept");
        let found = swept.enqueued + swept.drop.len() as u64;
        for place in swept.drop {
            self.points.remove(&place);
        }
        found
    }

    /// The process dies and comes back: what its workers held is claimed by nobody.
    async fn crash(&mut self) {
        self.flights.clear();
        let kinds = [JobKind::Index, JobKind::Erase];
        self.archive.reclaim(&kinds).await.expect("taken back");
    }

    fn lose_points(&mut self) {
        let call = self.any_call();
        self.points.retain(|(other, _), _| *other != call);
    }

    /// What can be read is what the model says.
    async fn compare(&self) {
        for name in 0..CALLS {
            let found = read(&self.archive, name).await;
            let found = found.map(|call| {
                let text = call.text.map(|text| (text.revision, text.transcript));
                (call.revision, text)
            });
            let wanted = self.model.visible(&id(name));
            assert_eq!(found, wanted, "call {name}, seed {}", self.seed);
        }
    }

    /// Everything that waits is done and nothing goes wrong any more; then archive and index say
    /// the same.
    async fn rest(&mut self) {
        self.crash().await;
        self.is_calm = true;
        for _ in 0..3 {
            self.now += SignedDuration::from_secs(1_000);
            while self.erase_one().await {}
            self.claim(1_000).await;
            while !self.flights.is_empty() {
                self.go_on().await;
            }
            self.sweep(self.now).await;
        }
        let left = self.sweep(self.now).await;
        assert_eq!(left, 0, "nothing is left to sweep, seed {}", self.seed);
        self.compare().await;
        self.holds_each_once().await;
    }

    /// Whether something goes wrong, once in so many times.
    fn goes_wrong(&mut self, once_in: u64) -> bool {
        !self.is_calm && self.chance.below(once_in) == 0
    }

    async fn holds_each_once(&self) {
        let mut wanted = BTreeMap::new();
        for name in 0..CALLS {
            let call = read(&self.archive, name).await;
            if let Some((call, text)) = call.and_then(|call| Some((call.facts_hash, call.text?))) {
                wanted.insert((id(name), text.revision), call);
            }
        }
        assert_eq!(self.points, wanted, "the points, seed {}", self.seed);
        let rows = self.archive.indexed(&self.index, None).await.expect("rows");
        let rows: BTreeMap<_, _> = rows
            .into_iter()
            .map(|row| ((row.call, row.now.text_revision), row.now.facts_hash))
            .collect();
        assert_eq!(rows, wanted, "what is indexed, seed {}", self.seed);
        let Status { jobs, dead, .. } = self.archive.status().await.expect("counts");
        assert!(jobs.is_empty() && dead.is_empty(), "seed {}", self.seed);
        let ids: Vec<_> = (0..CALLS).map(id).collect();
        let erased = self.archive.erased(&ids).await.expect("known");
        assert_eq!(erased, self.model.tombstones(), "seed {}", self.seed);
    }
}
