//! Laws of the queue: one holder, fences, attempts, and nothing forgotten.

use conversation::Revision;

use crate::{
    Archive, ErrorKind, Finish, Finished, IndexId, JobKind, JobRequest, Lease, MAX_ABANDONED,
    MAX_ATTEMPTS,
};

use super::fixture::{
    NOW, at, brought, claim, current_index, finish, full_put, id, known, stored, with_words,
};

pub(super) async fn check<A: Archive>(make: &impl AsyncFn() -> A) {
    a_job_is_there_once(&make().await).await;
    the_longest_due_come_first(&make().await).await;
    a_job_has_one_holder(&make().await).await;
    an_old_fence_changes_nothing(&make().await).await;
    a_failed_attempt_counts_and_the_last_one_is_dead(&make().await).await;
    an_early_one_costs_no_attempt(&make().await).await;
    a_holder_that_vanishes_too_often_is_dead(&make().await).await;
    a_new_holder_of_the_lock_takes_leases_back(&make().await).await;
    a_put_makes_its_index_job_new(&make().await).await;
    what_cannot_be_asked_for_is_refused(&make().await).await;
}

fn request(name: &str, not_before: jiff::Timestamp) -> JobRequest {
    JobRequest::new(JobKind::Transcript, id(name), not_before)
}

async fn enqueue<A: Archive>(archive: &A, name: &str, not_before: jiff::Timestamp) {
    let asked = archive.enqueue(&[request(name, not_before)], NOW).await;
    asked.expect("enqueued");
}

async fn take<A: Archive>(archive: &A, now: jiff::Timestamp) -> Vec<Lease> {
    claim(archive, JobKind::Transcript, now).await
}

async fn take_one<A: Archive>(archive: &A, now: jiff::Timestamp) -> Lease {
    let mut leases = take(archive, now).await;
    assert_eq!(leases.len(), 1, "one job is due");
    leases.pop().expect("one lease")
}

async fn a_job_is_there_once<A: Archive>(archive: &A) {
    enqueue(archive, "1", at(50)).await;
    enqueue(archive, "1", at(20)).await;
    enqueue(archive, "1", at(90)).await;

    assert!(
        take(archive, at(19)).await.is_empty(),
        "not before its time"
    );
    let lease = take_one(archive, at(20)).await;
    assert_eq!((lease.kind, &lease.call), (JobKind::Transcript, &id("1")));
    assert_eq!((lease.index.as_ref(), lease.attempt), (None, 1));
    enqueue(archive, "1", at(20)).await;
    assert!(
        take(archive, at(21)).await.is_empty(),
        "leased stays leased"
    );
    let done = finish(archive, &lease, Finish::Done, at(22)).await;
    assert_eq!(done, Finished::Held);
    assert!(take(archive, at(99)).await.is_empty(), "done is gone");
    enqueue(archive, "1", at(20)).await;
    take_one(archive, at(99)).await;
}

async fn the_longest_due_come_first<A: Archive>(archive: &A) {
    for (name, due) in [("1", 30), ("2", 10), ("3", 20), ("4", 10)] {
        enqueue(archive, name, at(due)).await;
    }
    let kinds = [JobKind::Transcript, JobKind::Index];
    let first = archive.claim(&kinds, 3, at(99), at(40)).await;
    let first: Vec<_> = first
        .expect("claimed")
        .into_iter()
        .map(|l| l.call)
        .collect();
    assert_eq!(first, ["2", "4", "3"].map(id));
    assert!(claim(archive, JobKind::Index, at(40)).await.is_empty());
    assert_eq!(take_one(archive, at(40)).await.call, id("1"));
}

async fn a_job_has_one_holder<A: Archive>(archive: &A) {
    enqueue(archive, "1", NOW).await;
    let first = take_one(archive, NOW).await;
    assert_eq!(first.until, at(60));
    assert!(take(archive, at(59)).await.is_empty());
    assert_eq!(
        archive.extend(&first, at(120)).await.ok(),
        Some(Finished::Held)
    );
    assert!(take(archive, at(119)).await.is_empty(), "extended");

    let second = take_one(archive, at(120)).await;

    assert!(second.fence > first.fence && second.id == first.id);
    assert_eq!(second.attempt, 2, "the holder that vanished counts");
    let late = finish(archive, &first, Finish::Done, at(121)).await;
    assert_eq!(late, Finished::Lost);
    let held = finish(archive, &second, Finish::Done, at(122)).await;
    assert_eq!(held, Finished::Held);
}

async fn an_old_fence_changes_nothing<A: Archive>(archive: &A) {
    enqueue(archive, "1", NOW).await;
    let old = take_one(archive, NOW).await;
    let new = take_one(archive, at(60)).await;
    for how in [
        Finish::Done,
        Finish::Later { at: NOW },
        Finish::Dead { class: "broken" },
        Finish::Retry {
            at: NOW,
            class: "network",
        },
    ] {
        assert_eq!(finish(archive, &old, how, at(61)).await, Finished::Lost);
    }
    assert_eq!(
        archive.extend(&old, at(999)).await.ok(),
        Some(Finished::Lost)
    );

    let held = finish(archive, &new, Finish::Later { at: at(70) }, at(61)).await;
    assert_eq!(held, Finished::Held);
    let twice = finish(archive, &new, Finish::Done, at(61)).await;
    assert_eq!(twice, Finished::Lost, "a lease ends once");
    take_one(archive, at(70)).await;
}

async fn a_failed_attempt_counts_and_the_last_one_is_dead<A: Archive>(archive: &A) {
    with_words(archive, "1").await;
    archive.add_index("space", NOW).await.expect("an index");
    for attempt in 1..=MAX_ATTEMPTS {
        let now = at(i64::from(attempt) * 100);
        let leases = claim(archive, JobKind::Index, now).await;
        let lease = leases.first().expect("it is tried again");
        assert_eq!(lease.attempt, attempt);
        let retry = Finish::Retry {
            at: now,
            class: "model",
        };
        finish(archive, lease, retry, now).await;
    }

    assert!(claim(archive, JobKind::Index, at(9_999)).await.is_empty());
    let status = archive.status().await.expect("counts");
    assert_eq!(status.dead, [id("1")], "it is not forgotten");
    assert!(status.jobs.is_empty());

    let expected = known(archive, "1").await.map(|known| known.revision);
    stored(archive, full_put("1", "New.", expected)).await;
    let leases = claim(archive, JobKind::Index, at(9_999)).await;
    let lease = leases.first().expect("new words bring it back");
    assert_eq!(lease.attempt, 1);
    let dead = Finish::Dead { class: "poison" };
    finish(archive, lease, dead, at(9_999)).await;
    let status = archive.status().await.expect("counts");
    assert_eq!(status.dead, [id("1")]);
}

async fn an_early_one_costs_no_attempt<A: Archive>(archive: &A) {
    enqueue(archive, "1", NOW).await;
    for round in 0..3 * i64::from(MAX_ATTEMPTS) {
        let lease = take_one(archive, at(round)).await;
        assert_eq!(lease.attempt, 1);
        let later = Finish::Later { at: at(round + 1) };
        finish(archive, &lease, later, at(round)).await;
    }
}

async fn a_holder_that_vanishes_too_often_is_dead<A: Archive>(archive: &A) {
    enqueue(archive, "1", NOW).await;
    for attempt in 1..=MAX_ABANDONED {
        let lease = take_one(archive, at(i64::from(attempt) * 60)).await;
        assert_eq!(lease.attempt, attempt);
    }
    assert!(take(archive, at(99_999)).await.is_empty());

    enqueue(archive, "1", NOW).await;
    let lease = take_one(archive, at(99_999)).await;
    assert_eq!(lease.attempt, 1, "asking for a dead job makes it new");
}

async fn a_new_holder_of_the_lock_takes_leases_back<A: Archive>(archive: &A) {
    for name in ["1", "2", "3"] {
        enqueue(archive, name, NOW).await;
    }
    let kinds = [JobKind::Transcript];
    let old = archive
        .claim(&kinds, 2, at(60), NOW)
        .await
        .expect("claimed");

    assert_eq!(archive.reclaim(&[JobKind::Index]).await.ok(), Some(0));
    assert_eq!(archive.reclaim(&kinds).await.ok(), Some(2));
    for lease in &old {
        let lost = finish(archive, lease, Finish::Done, NOW).await;
        assert_eq!(lost, Finished::Lost);
    }
    assert_eq!(take(archive, NOW).await.len(), 3);
}

async fn a_put_makes_its_index_job_new<A: Archive>(archive: &A) {
    let first = with_words(archive, "1").await;
    let index = archive.add_index("space", NOW).await.expect("an index");
    let old = claim(archive, JobKind::Index, NOW).await;
    let old = old.first().expect("one job");
    let stale = brought(archive, "1").await;
    let second = stored(archive, full_put("1", "New.", Some(first))).await;

    let lost = finish(archive, old, Finish::Indexed(stale), NOW).await;
    assert_eq!(lost, Finished::Lost, "the put has moved the fence");
    assert!(
        archive
            .indexed(&index, None)
            .await
            .expect("rows")
            .is_empty()
    );
    let leases = claim(archive, JobKind::Index, NOW).await;
    let lease = leases.first().expect("the job is due again");
    assert_eq!((leases.len(), &lease.index), (1, &Some(index)));
    let mut titled = full_put("1", "New.", Some(second));
    titled.call.title = Some("Another".to_owned());
    stored(archive, titled).await;
    let brought = brought(archive, "1").await;
    let held = finish(archive, lease, Finish::Indexed(brought), NOW).await;
    assert_eq!(held, Finished::Held, "a title is nothing to an index");
}

async fn what_cannot_be_asked_for_is_refused<A: Archive>(archive: &A) {
    let index = current_index(archive, NOW).await;
    let mut unknown = JobRequest::new(JobKind::Index, id("1"), NOW);
    let unnamed = unknown.clone();
    unknown.index = Some(IndexId("nobody".to_owned()));
    let mut too_much = request("1", NOW);
    too_much.index = Some(index);
    for bad in [unknown, unnamed, too_much] {
        let batch = [request("2", NOW), bad];
        let refused = archive.enqueue(&batch, NOW).await;
        let kind = refused.map_err(|error| error.kind());
        assert_eq!(kind, Err(ErrorKind::Invalid));
    }
    assert!(take(archive, NOW).await.is_empty(), "all or nothing");

    enqueue(archive, "1", NOW).await;
    let mut forged = take_one(archive, NOW).await;
    forged.fence = Revision::new(forged.fence.get() + 1);
    let lost = finish(archive, &forged, Finish::Done, NOW).await;
    assert_eq!(lost, Finished::Lost);
}
