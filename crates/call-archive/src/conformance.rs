//! The laws of an archive as a suite that every archive passes unchanged.
//!
//! An archive of your own proves itself with one test:
//!
//! ```
//! use call_archive::{MemoryArchive, conformance};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! conformance::check(async || MemoryArchive::new()).await;
//! # }
//! ```
//!
//! [`check_interleavings`] plays random schedules beside it, [`check_schedules`] the same over a real
//! index.
//!
//! A law that is broken panics with the law's name. What an archive keeps beyond its handles
//! (after a restart, after a crash) is not part of the suite, because only the archive knows how
//! it is opened again.

mod answers;
mod api_keys;
mod audit;
mod budget;
mod chance;
mod crm_outbox;
mod customers;
mod dead;
mod deals;
mod duties;
mod erasing;
mod findings;
mod fixture;
mod holding;
mod inbox;
mod indexes;
mod interleavings;
mod jobs;
mod ledger;
mod merging;
mod model;
mod numbers;
mod pages;
mod people;
mod pins;
mod purging;
mod puts;
mod scopes;
mod secrets;
mod stage;
mod sweeps;
mod waiting;

use crate::{
    Answers, Archive, Budget, CrmOutbox, CrmRequests, Customers, DeadLetters, Duties, Inbox,
    JobWatch, Secrets,
};

pub use interleavings::{check_interleavings, check_schedules};
pub use stage::{Held, InMemory, Restorable, Stage};

/// Checks every law, each on an archive that `make` makes and that is empty.
///
/// # Panics
///
/// Panics if the archive breaks a law.
pub async fn check<A: Archive>(make: impl AsyncFn() -> A) {
    puts::check(&make).await;
    merging::check(&make).await;
    scopes::check(&make).await;
    pages::check(&make).await;
    erasing::check(&make).await;
    purging::check(&make).await;
    holding::check(&make).await;
    jobs::check(&make).await;
    indexes::check(&make).await;
    sweeps::check(&make).await;
    ledger::check(&make).await;
    people::check(&make).await;
    deals::check(&make).await;
    pins::check(&make).await;
    findings::check(&make).await;
    numbers::check(&make).await;
    audit::check(&make).await;
    api_keys::check(&make).await;
}

/// Checks every law of dead letters, each on an archive that is empty.
///
/// # Panics
///
/// Panics if the archive breaks a law.
pub async fn check_dead_letters<A: Archive + DeadLetters>(make: impl AsyncFn() -> A) {
    dead::check(&make).await;
}

/// Checks every law of an inbox, each on an archive that is empty.
///
/// # Panics
///
/// Panics if the archive breaks a law.
pub async fn check_inbox<A: Archive + DeadLetters + Inbox>(make: impl AsyncFn() -> A) {
    inbox::check(&make).await;
}

/// Checks every law of a budget, each on one of which nothing is spent. `make` gives two handles to
/// one, as two processes would have them.
///
/// # Panics
///
/// Panics if the budget breaks a law.
pub async fn check_budget<B: Budget + 'static>(make: impl AsyncFn() -> (B, B)) {
    budget::check(&make).await;
}

/// Checks every law of waiting for jobs, each on an archive that is empty. `make` gives two handles to
/// one: of two processes, where the archive lets several of them work.
///
/// # Panics
///
/// Panics if the archive breaks a law.
pub async fn check_waiting<A: Archive + JobWatch + 'static>(make: impl AsyncFn() -> (A, A)) {
    waiting::check(&make).await;
}

/// Checks every law of duties, each on an archive that is empty. `make` gives two handles to one, as
/// two processes would have them.
///
/// # Panics
///
/// Panics if the archive breaks a law.
pub async fn check_duties<A: Archive + Duties + 'static>(make: impl AsyncFn() -> (A, A)) {
    duties::check(&make).await;
}

/// Checks every law of answers of models, each on an archive that is empty.
///
/// # Panics
///
/// Panics if the archive breaks a law.
pub async fn check_answers<A: Archive + Answers>(make: impl AsyncFn() -> A) {
    answers::check(&make).await;
}

/// Checks every law of what was written to a CRM, each on an archive that is empty.
///
/// # Panics
///
/// Panics if the archive breaks a law.
pub async fn check_crm_outbox<A: Archive + CrmOutbox + CrmRequests>(make: impl AsyncFn() -> A) {
    crm_outbox::check(&make).await;
}

/// Checks every law of what a CRM tells of customers, each on an archive that is empty.
///
/// # Panics
///
/// Panics if the archive breaks a law.
pub async fn check_customers<A: Archive + Customers>(make: impl AsyncFn() -> A) {
    customers::check(&make).await;
}

/// Checks every law of kept secrets, each on an empty keeper. `make` gives two handles to one, as
/// two processes would have them.
///
/// # Panics
///
/// Panics if the keeper breaks a law.
pub async fn check_secrets<S: Secrets + 'static>(make: impl AsyncFn() -> (S, S)) {
    secrets::check(&make).await;
}
