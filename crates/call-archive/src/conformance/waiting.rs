//! Laws of waiting for jobs: told soon, nothing missed, and looking all the same.

use std::time::Duration;

use jiff::SignedDuration;

use crate::{Archive, Erasure, Finish, JobKind, JobRequest, JobWatch, Jobs, Keep, Queue, Woken};

use super::fixture::{NOW, full, id, put, words};

/// Far longer than a notice takes.
const PATIENCE: Duration = Duration::from_secs(20);
/// Long enough for a notice that must not come.
const SHORT: Duration = Duration::from_millis(150);

pub(super) async fn check<A: Archive + JobWatch + 'static>(make: &impl AsyncFn() -> (A, A)) {
    a_waiter_is_told_of_a_job_by_whoever_adds_it(make().await).await;
    what_comes_before_the_wait_is_not_missed(make().await).await;
    a_waiter_is_told_of_what_a_put_or_an_erasure_makes_necessary(make().await).await;
    a_waiter_looks_though_nobody_tells_it(make().await).await;
    queues_count_each_job_once(make().await).await;
}

async fn ask(on: &impl Jobs, kind: JobKind) {
    let asked = [JobRequest::new(kind, id("1"), NOW)];
    on.enqueue(&asked, NOW).await.expect("added");
}

async fn a_waiter_is_told_of_a_job_by_whoever_adds_it<A>((one, other): (A, A))
where
    A: Archive + JobWatch + 'static,
{
    let law = "a waiter is told of a job by whoever adds it";
    let waiter = one.watch_jobs(&[JobKind::Transcript]).await;
    let mut waiter_of_others = one.watch_jobs(&[JobKind::Index]).await;
    let waiting = tokio::spawn(async move { waiter.look_every(PATIENCE * 2).wait(PATIENCE).await });
    ask(&other, JobKind::Transcript).await;

    assert_eq!(waiting.await.expect("it waits"), Woken::Told, "{law}");
    let until = NOW + SignedDuration::from_secs(60);
    let kinds = [JobKind::Transcript];
    let leases = one.claim(&kinds, 9, until, NOW).await.expect("claimed");
    assert_eq!(leases.len(), 1, "what a waiter is told of can be claimed");
    let woken = waiter_of_others.wait(SHORT).await;
    assert_eq!(woken, Woken::Impatient, "a waiter is told of its kinds");
}

async fn what_comes_before_the_wait_is_not_missed<A: Archive + JobWatch>((one, other): (A, A)) {
    let law = "what is added before the wait is not missed";
    let mut waiter = one.watch_jobs(&[JobKind::Transcript]).await;
    ask(&other, JobKind::Transcript).await;
    tokio::time::sleep(SHORT).await;

    assert_eq!(waiter.wait(PATIENCE).await, Woken::Told, "{law}");
    let woken = waiter.wait(SHORT).await;
    assert_eq!(woken, Woken::Impatient, "a notice comes once");
}

async fn a_waiter_is_told_of_what_a_put_or_an_erasure_makes_necessary<A>((one, other): (A, A))
where
    A: Archive + JobWatch,
{
    let law = "a waiter is told of what a put or an erasure makes necessary";
    one.add_index("space", NOW).await.expect("an index");
    let mut of_index = one.watch_jobs(&[JobKind::Index]).await;
    let mut of_erase = one.watch_jobs(&[JobKind::Erase]).await;
    let mut put = put(full("1"), None);
    put.transcript = Some(words("alpha."));
    other.put(vec![put], None, NOW).await.expect("stored");
    assert_eq!(of_index.wait(PATIENCE).await, Woken::Told, "{law}");

    let how = Erasure::MayReturn(Keep::Nothing);
    let begun = other.begin_erase(&id("1"), how, NOW).await;
    assert!(begun.expect("begun"));
    assert_eq!(of_erase.wait(PATIENCE).await, Woken::Told, "{law}");
}

async fn a_waiter_looks_though_nobody_tells_it<A: Archive + JobWatch>((one, _): (A, A)) {
    let law = "a waiter looks though nobody tells it";
    let mut waiter = one.watch_jobs(&[JobKind::Index]).await.look_every(SHORT);

    assert_eq!(waiter.wait(PATIENCE).await, Woken::Look, "{law}");
    assert_eq!(waiter.wait(SHORT / 2).await, Woken::Impatient, "{law}");
}

async fn queues_count_each_job_once<A: Archive + JobWatch>((one, other): (A, A)) {
    let law = "queues count each job once, whoever holds it";
    let later = NOW + SignedDuration::from_secs(60);
    let jobs = [("1", NOW), ("2", NOW), ("3", later), ("4", NOW)]
        .map(|(name, due)| JobRequest::new(JobKind::Fetch, id(name), due));
    one.enqueue(&jobs, NOW).await.expect("added");
    let leases = one.claim(&[JobKind::Fetch], 2, later, NOW).await;
    let leases = leases.expect("claimed");
    let dead = Finish::Dead { class: "other" };
    one.finish(&leases[0], dead, NOW).await.expect("given up");

    let queues = other.queues().await.expect("counted");

    let kinds: Vec<JobKind> = queues.iter().map(|queue| queue.kind).collect();
    assert_eq!(kinds, JobKind::ALL, "{law}");
    let fetch = queues.iter().find(|queue| queue.kind == JobKind::Fetch);
    let wanted = Queue {
        kind: JobKind::Fetch,
        waiting: 2,
        leased: 1,
        dead: 1,
        due_since: Some(NOW),
    };
    assert_eq!(fetch, Some(&wanted), "{law}");
    let erase = queues.iter().find(|queue| queue.kind == JobKind::Erase);
    assert_eq!(erase.and_then(|queue| queue.due_since), None, "{law}");
}
