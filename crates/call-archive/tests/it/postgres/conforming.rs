//! The archive in PostgreSQL keeps the laws.

use std::path::PathBuf;

use call_archive::conformance::{Held, InMemory, Stage};
use call_archive::{Backups, Erasures, Existing, PostgresArchive, StoredCall, conformance};
use conversation::{CallId, Revision};
use jiff::Timestamp;

use super::server::{Place, server};

/// An archive whose key and erase log stay as long as it does.
async fn make(kept: &std::cell::RefCell<Vec<Place>>) -> PostgresArchive {
    let place = Place::new().await.expect("there is a server");
    let archive = place.open().await;
    kept.borrow_mut().push(place);
    archive
}

#[tokio::test]
async fn the_archive_in_postgres_keeps_the_laws() {
    if server().is_none() {
        return;
    }
    let kept = std::cell::RefCell::default();
    conformance::check(async || make(&kept).await).await;
    conformance::check_dead_letters(async || make(&kept).await).await;
    conformance::check_inbox(async || make(&kept).await).await;
    conformance::check_answers(async || make(&kept).await).await;
    conformance::check_crm_outbox(async || make(&kept).await).await;
    conformance::check_customers(async || make(&kept).await).await;
}

#[tokio::test]
async fn what_processes_share_in_postgres_keeps_its_laws_over_two_openings() {
    if server().is_none() {
        return;
    }
    let kept: std::cell::RefCell<Vec<Place>> = std::cell::RefCell::default();
    let two = async || {
        let one = make(&kept).await;
        let options = kept.borrow().last().map(Place::options);
        let other = PostgresArchive::open(options.expect("just made")).await;
        (one, other.expect("opened"))
    };
    conformance::check_budget(two).await;
    conformance::check_secrets(two).await;
    conformance::check_duties(two).await;
    conformance::check_waiting(two).await;
}

/// Two processes over one database, by turns, beside one index in memory.
struct TwoWorkers {
    stage: InMemory<PostgresArchive>,
    other: PostgresArchive,
    place: Place,
    backups: u32,
}

impl TwoWorkers {
    fn backup(&self) -> PathBuf {
        let name = format!("backup-{}", self.backups);
        self.place.folder.path().join(name)
    }
}

impl Stage for TwoWorkers {
    type Archive = PostgresArchive;

    fn archive(&self) -> &PostgresArchive {
        self.stage.archive()
    }

    fn workers(&self) -> u64 {
        2
    }

    fn archive_of(&self, worker: u64) -> &PostgresArchive {
        match worker {
            0 => self.stage.archive(),
            _ => &self.other,
        }
    }

    async fn write(&mut self, call: &StoredCall) -> u64 {
        self.stage.write(call).await
    }

    async fn forget(&mut self, call: &CallId, which: Option<Revision>) {
        self.stage.forget(call, which).await;
    }

    async fn holdings(&self) -> Vec<Held> {
        self.stage.holdings().await
    }

    async fn found(&self, word: &str) -> Vec<(CallId, Revision)> {
        self.stage.found(word).await
    }

    async fn crash(&mut self) {
        self.other.close();
        self.other = self.place.open().await;
    }

    async fn back_up(&mut self) -> bool {
        self.backups += 1;
        let written = self.other.backup(&self.backup()).await;
        written.expect("backed up") > 0
    }

    async fn restore(&mut self, now: Timestamp) {
        self.archive().close();
        self.other.close();
        let options = self.place.options_at(now);
        let (existing, erasures) = (Existing::Replace, Erasures::FromLog);
        PostgresArchive::restore(options, &self.backup(), existing, erasures)
            .await
            .expect("restored");
        self.stage = InMemory::new(self.place.open().await);
        self.other = self.place.open().await;
    }
}

/// How many schedules are played; `GONGKIT_SEEDS` asks for more.
fn seeds(usual: u64) -> std::ops::Range<u64> {
    let asked = std::env::var("GONGKIT_SEEDS").ok();
    0..asked.map_or(usual, |seeds| seeds.parse().expect("a number"))
}

#[tokio::test]
async fn two_workers_over_postgres_agree_with_the_model_in_any_order() {
    if server().is_none() {
        return;
    }
    let make = async || {
        let place = Place::new().await.expect("there is a server");
        TwoWorkers {
            stage: InMemory::new(place.open().await),
            other: place.open().await,
            place,
            backups: 0,
        }
    };
    conformance::check_schedules(make, seeds(20), 60).await;
}
