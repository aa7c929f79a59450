//! Both archives keep the laws.

use std::time::Duration;

use call_archive::{
    JobKind, JobRequest, JobWatch, Jobs, MemoryArchive, OpenOptions, SqliteArchive, Woken,
    conformance,
};
use conversation::CallId;
use jiff::{SignedDuration, Timestamp};

#[tokio::test]
async fn the_archive_in_memory_keeps_the_laws() {
    conformance::check(async || MemoryArchive::new()).await;
    conformance::check_dead_letters(async || MemoryArchive::new()).await;
    conformance::check_inbox(async || MemoryArchive::new()).await;
    conformance::check_answers(async || MemoryArchive::new()).await;
    conformance::check_crm_outbox(async || MemoryArchive::new()).await;
    conformance::check_customers(async || MemoryArchive::new()).await;
}

#[tokio::test]
async fn the_archive_in_sqlite_keeps_the_laws() {
    let folder = tempfile::tempdir().expect("a folder");
    let number = std::cell::Cell::new(0);
    let make = async || {
        number.set(number.get() + 1);
        let folder = folder.path().join(number.get().to_string());
        SqliteArchive::open(OpenOptions::new(folder, Timestamp::UNIX_EPOCH))
            .await
            .expect("opened")
    };
    conformance::check(&make).await;
    conformance::check_dead_letters(&make).await;
    conformance::check_inbox(&make).await;
    conformance::check_answers(&make).await;
    conformance::check_crm_outbox(&make).await;
    conformance::check_customers(&make).await;
}

#[tokio::test]
async fn the_archive_in_memory_agrees_with_the_model_in_any_order() {
    conformance::check_schedules(async || conformance::Restorable::default(), 0..10_000, 60).await;
}

#[tokio::test]
async fn the_archive_in_sqlite_agrees_with_the_model_in_any_order() {
    let folder = tempfile::tempdir().expect("a folder");
    let number = std::cell::Cell::new(0);
    let make = async || {
        number.set(number.get() + 1);
        let folder = folder.path().join(number.get().to_string());
        SqliteArchive::open(OpenOptions::new(folder, Timestamp::UNIX_EPOCH))
            .await
            .expect("opened")
    };
    conformance::check_interleavings(make, 0..60, 60).await;
}

/// Two openings of one folder, as two processes have them.
async fn two_of_sqlite() -> (tempfile::TempDir, SqliteArchive, SqliteArchive) {
    let folder = tempfile::tempdir().expect("a folder");
    let open = async || {
        let options = OpenOptions::new(folder.path(), Timestamp::UNIX_EPOCH);
        SqliteArchive::open(options).await.expect("opened")
    };
    let (one, other) = (open().await, open().await);
    (folder, one, other)
}

#[tokio::test]
async fn budget_secrets_duties_and_waiting_in_memory_keep_their_laws() {
    let two = async || {
        let archive = MemoryArchive::new();
        (archive.clone(), archive)
    };
    conformance::check_budget(two).await;
    conformance::check_secrets(two).await;
    conformance::check_duties(two).await;
    conformance::check_waiting(two).await;
}

#[tokio::test]
async fn budget_secrets_and_duties_in_sqlite_keep_their_laws_over_two_openings() {
    let folders = std::cell::RefCell::new(Vec::new());
    let two = async || {
        let (folder, one, other) = two_of_sqlite().await;
        folders.borrow_mut().push(folder);
        (one, other)
    };
    conformance::check_budget(two).await;
    conformance::check_secrets(two).await;
    conformance::check_duties(two).await;
}

#[tokio::test]
async fn waiting_in_sqlite_keeps_its_laws_within_one_opening() {
    let folders = std::cell::RefCell::new(Vec::new());
    let two = async || {
        let (folder, one, _) = two_of_sqlite().await;
        folders.borrow_mut().push(folder);
        (one.clone(), one)
    };
    conformance::check_waiting(two).await;
}

#[tokio::test]
async fn a_job_that_another_opening_of_sqlite_adds_is_found_by_looking() {
    let (_folder, one, other) = two_of_sqlite().await;
    let short = Duration::from_millis(50);
    let mut waiter = one.watch_jobs(&JobKind::ALL).await.look_every(short);
    let call = CallId::new("7").expect("a valid id");
    let now = Timestamp::UNIX_EPOCH;
    let asked = [JobRequest::new(JobKind::Transcript, call, now)];
    other.enqueue(&asked, now).await.expect("added");

    assert_eq!(waiter.wait(Duration::from_secs(20)).await, Woken::Look);
    let until = now + SignedDuration::from_secs(60);
    let leases = one.claim(&JobKind::ALL, 9, until, now).await;
    assert_eq!(leases.expect("claimed").len(), 1);
}
