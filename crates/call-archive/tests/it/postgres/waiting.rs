//! Notices of jobs that do not come: a worker looks all the same, and hears again when it can.

use std::time::Duration;

use call_archive::{JobKind, JobRequest, JobWatch, Jobs, PostgresArchive, Woken};
use jiff::SignedDuration;

use crate::fixture::{NOW, id};

use super::cluster::Cluster;
use super::server::Place;

const PATIENCE: Duration = Duration::from_secs(20);

async fn ask(archive: &PostgresArchive, call: u32) {
    let asked = [JobRequest::new(JobKind::Transcript, id(call), NOW)];
    archive.enqueue(&asked, NOW).await.expect("added");
}

async fn claimed(archive: &PostgresArchive) -> usize {
    let until = NOW + SignedDuration::from_secs(60);
    let leases = archive.claim(&[JobKind::Transcript], 9, until, NOW).await;
    leases.expect("claimed").len()
}

#[tokio::test]
async fn a_job_whose_notice_is_lost_is_found_by_looking() {
    let Some(place) = Place::new().await else {
        return;
    };
    let (one, other) = (place.open().await, place.open().await);
    let deaf = "ALTER TABLE jobs DISABLE TRIGGER tell_of_job";
    let client = place.client().await;
    client.batch_execute(deaf).await.expect("disabled");
    let waiter = one.watch_jobs(&[JobKind::Transcript]).await;
    let mut waiter = waiter.look_every(Duration::from_millis(50));
    ask(&other, 1).await;

    assert_eq!(waiter.wait(PATIENCE).await, Woken::Look);
    assert_eq!(claimed(&one).await, 1);
}

#[tokio::test]
async fn notices_come_again_after_their_connection_was_cut() {
    // A server of its own: whoever else listens would be cut off as well.
    let Some(cluster) = Cluster::start(&[]) else {
        return;
    };
    let place = cluster.place().await;
    let (one, other) = (place.open().await, place.open().await);
    let mut waiter = one.watch_jobs(&[JobKind::Transcript]).await;
    let cut = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
               WHERE query = 'LISTEN gongkit_jobs'";
    let client = place.client().await;
    let cut = client.query_one(cut, &[]).await.expect("cut");
    assert!(cut.get::<_, i64>(0) >= 1, "somebody listened");

    // It is told at once when it hears again, because something may have been missed.
    assert_eq!(waiter.wait(PATIENCE).await, Woken::Told);
    ask(&other, 1).await;
    assert_eq!(waiter.wait(PATIENCE).await, Woken::Told);
    assert_eq!(claimed(&one).await, 1);
}

#[tokio::test]
async fn an_archive_in_another_schema_is_not_told() {
    let (Some(place), Some(elsewhere)) = (Place::new().await, Place::new().await) else {
        return;
    };
    let (one, other) = (place.open().await, elsewhere.open().await);
    let mut waiter = one.watch_jobs(&[JobKind::Transcript]).await;
    ask(&other, 1).await;

    let woken = waiter.wait(Duration::from_millis(200)).await;

    assert_eq!(woken, Woken::Impatient);
}
