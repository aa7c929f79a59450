//! Laws of dead letters: seen, revived with all attempts, buried unless they erase.

use crate::{
    Archive, DeadLetters, Erasure, ErrorKind, Finish, Finished, JobKind, JobRequest, Lease,
};

use super::fixture::{NOW, at, claim, finish, id, with_words};

pub(super) async fn check<A: Archive + DeadLetters>(make: &impl AsyncFn() -> A) {
    a_dead_job_is_seen_revived_and_buried(&make().await).await;
    an_erasure_is_never_buried(&make().await).await;
}

async fn kill<A: Archive>(archive: &A, lease: &Lease) {
    let dead = Finish::Dead { class: "poison" };
    let done = finish(archive, lease, dead, NOW).await;
    assert_eq!(done, Finished::Held);
}

async fn a_dead_job_is_seen_revived_and_buried<A: Archive + DeadLetters>(archive: &A) {
    let requests = ["1", "2", "3"].map(|name| JobRequest::new(JobKind::Transcript, id(name), NOW));
    archive.enqueue(&requests, NOW).await.expect("enqueued");
    let leases = claim(archive, JobKind::Transcript, NOW).await;
    assert!(archive.dead(9).await.expect("seen").is_empty());
    kill(archive, &leases[0]).await;
    kill(archive, &leases[1]).await;

    let dead = archive.dead(9).await.expect("seen");
    let calls: Vec<_> = dead.iter().map(|job| job.call.clone()).collect();
    assert_eq!(calls, [id("1"), id("2")], "the leased one is not dead");
    assert_eq!(dead[0].class.as_deref(), Some("poison"));
    assert_eq!((dead[0].kind, &dead[0].index), (JobKind::Transcript, &None));
    assert_eq!(archive.dead(1).await.expect("seen").len(), 1);

    let leased = leases[2].id;
    assert_eq!(archive.revive(leased, NOW).await.ok(), Some(false));
    assert_eq!(archive.bury(leased, NOW).await.ok(), Some(false));
    assert_eq!(archive.revive(dead[0].id, at(5)).await.ok(), Some(true));
    assert_eq!(archive.bury(dead[1].id, NOW).await.ok(), Some(true));
    assert!(archive.dead(9).await.expect("seen").is_empty());
    let late = finish(archive, &leases[0], Finish::Done, at(6)).await;
    assert_eq!(late, Finished::Lost, "an old lease is not good again");
    let again = claim(archive, JobKind::Transcript, at(6)).await;
    assert_eq!(again.len(), 1, "the buried one is gone");
    assert_eq!((&again[0].call, again[0].attempt), (&id("1"), 1));
}

async fn an_erasure_is_never_buried<A: Archive + DeadLetters>(archive: &A) {
    with_words(archive, "1").await;
    let begun = archive
        .begin_erase(&id("1"), Erasure::WithTombstone, NOW)
        .await;
    assert!(begun.expect("begun"));
    let leases = claim(archive, JobKind::Erase, at(1)).await;
    kill(archive, &leases[0]).await;

    let refused = archive.bury(leases[0].id, NOW).await;

    let kind = refused.map_err(|error| error.kind());
    assert_eq!(kind, Err(ErrorKind::Invalid));
    assert_eq!(archive.revive(leases[0].id, at(2)).await.ok(), Some(true));
    assert_eq!(claim(archive, JobKind::Erase, at(2)).await.len(), 1);
}
