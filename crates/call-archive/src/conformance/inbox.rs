//! Laws of the inbox: durable once, followed by its job, gone when it is done or erased.

use jiff::{SignedDuration, Timestamp};

use crate::{
    Archive, AuditEntry, DeadLetters, Delivery, DeliveryOutcome, Erasure, Finish, Finished, Inbox,
    InboxStatus, JobKind, Keep, Lease, REPLAYS_KNOWN_FOR,
};

use super::fixture::{NOW, at, claim, finish, id, known, with_words};

pub(super) async fn check<A: Archive + DeadLetters + Inbox>(make: &impl AsyncFn() -> A) {
    a_delivery_waits_with_its_body_and_one_job(&make().await).await;
    the_same_again_is_a_duplicate(&make().await).await;
    a_newer_delivery_takes_the_job_from_its_holder(&make().await).await;
    what_is_done_ends_and_is_known_for_a_while(&make().await).await;
    a_dead_fetch_keeps_its_deliveries_until_it_is_buried(&make().await).await;
    a_duplicate_wakes_a_dead_fetch(&make().await).await;
    what_a_tombstone_refuses_is_not_kept(&make().await).await;
    an_erasure_takes_deliveries_and_their_jobs(&make().await).await;
    a_call_that_may_return_is_fetched_after_its_erasure(&make().await).await;
    a_delivered_call_can_be_put(&make().await).await;
    every_delivery_leaves_a_record(&make().await).await;
}

fn delivery(call: &str, body: &str) -> Delivery {
    let record = AuditEntry::new(NOW, "webhook", "service", "webhook accept", "intent");
    Delivery::new(id(call), body.as_bytes().to_vec(), "signature", record)
}

async fn deliver<A: Inbox>(
    archive: &A,
    these: &[(&str, &str)],
    now: Timestamp,
) -> Vec<DeliveryOutcome> {
    let these = these.iter().map(|(call, body)| delivery(call, body));
    let outcomes = archive.deliver(these.collect(), now).await;
    outcomes.expect("taken in")
}

async fn waiting<A: Inbox>(archive: &A) -> Vec<String> {
    let rows = archive.deliveries(100).await.expect("listed");
    rows.iter().map(|row| row.call.to_string()).collect()
}

async fn claim_fetch<A: Archive>(archive: &A, now: Timestamp) -> Vec<Lease> {
    claim(archive, JobKind::Fetch, now).await
}

async fn a_delivery_waits_with_its_body_and_one_job<A: Archive + Inbox>(archive: &A) {
    use DeliveryOutcome::New;
    let empty = archive.inbox_status().await.expect("counted");
    assert_eq!(empty, InboxStatus::default());

    let first = deliver(archive, &[("1", "{\"a\":1}"), ("2", "{}")], at(1)).await;
    let second = deliver(archive, &[("1", "{\"a\":2}")], at(2)).await;

    assert_eq!((first, second), (vec![New, New], vec![New]));
    let rows = archive.deliveries(100).await.expect("listed");
    let calls: Vec<_> = rows.iter().map(|row| row.call.as_str()).collect();
    assert_eq!(calls, ["1", "2", "1"], "the oldest first");
    assert_eq!((rows[0].received, rows[2].received), (at(1), at(2)));
    assert_eq!(rows[0].verified_by, "signature");
    assert_eq!(archive.deliveries(2).await.expect("listed").len(), 2);
    let body = archive.delivery_body(&rows[2]).await.expect("read");
    assert_eq!(body.as_deref(), Some(&b"{\"a\":2}"[..]));
    let status = archive.inbox_status().await.expect("counted");
    assert_eq!((status.waiting, status.oldest), (3, Some(at(1))));
    let leases = claim_fetch(archive, at(2)).await;
    assert_eq!(leases.len(), 2, "one job a call");
}

async fn the_same_again_is_a_duplicate<A: Archive + Inbox>(archive: &A) {
    use DeliveryOutcome::{Duplicate, New};
    let outcomes = deliver(archive, &[("1", "x"), ("1", "x"), ("2", "x")], NOW).await;
    assert_eq!(outcomes, [New, Duplicate, New], "in one batch, too");
    assert_eq!(deliver(archive, &[("1", "x")], at(9)).await, [Duplicate]);

    assert_eq!(waiting(archive).await, ["1", "2"]);
    assert_eq!(claim_fetch(archive, at(9)).await.len(), 2);
}

async fn a_newer_delivery_takes_the_job_from_its_holder<A: Archive + Inbox>(archive: &A) {
    deliver(archive, &[("1", "old")], NOW).await;
    let held = claim_fetch(archive, at(1)).await;

    deliver(archive, &[("1", "old")], at(2)).await;
    let still = archive.extend(&held[0], at(90)).await;
    assert_eq!(still.expect("asked"), Finished::Held, "that is no news");
    deliver(archive, &[("1", "new")], at(3)).await;

    let late = finish(archive, &held[0], Finish::Done, at(4)).await;
    assert_eq!(late, Finished::Lost);
    assert_eq!(waiting(archive).await.len(), 2);
    let again = claim_fetch(archive, at(4)).await;
    assert_eq!(
        finish(archive, &again[0], Finish::Done, at(5)).await,
        Finished::Held
    );
    assert_eq!(waiting(archive).await.len(), 0);
}

async fn what_is_done_ends_and_is_known_for_a_while<A: Archive + Inbox>(archive: &A) {
    use DeliveryOutcome::{Duplicate, New};
    deliver(archive, &[("1", "x"), ("2", "x")], NOW).await;
    let rows = archive.deliveries(100).await.expect("listed");
    let leases = claim_fetch(archive, at(1)).await;
    finish(archive, &leases[0], Finish::Later { at: at(2) }, at(1)).await;
    finish(archive, &leases[1], Finish::Done, at(1)).await;

    assert_eq!(waiting(archive).await, ["1"], "what is early waits on");
    let gone = archive.delivery_body(&rows[1]).await.expect("asked");
    assert_eq!(gone, None, "the body is gone");
    assert_eq!(deliver(archive, &[("2", "x")], at(2)).await, [Duplicate]);
    let due = claim_fetch(archive, at(3)).await;
    assert_eq!(due.len(), 1, "what is done is not fetched for a replay");
    assert_eq!(due[0].call, id("1"));

    let known_for = SignedDuration::try_from(REPLAYS_KNOWN_FOR).expect("in range");
    let later = at(1) + known_for;
    finish(archive, &due[0], Finish::Done, later).await;
    assert_eq!(deliver(archive, &[("2", "x")], later).await, [New]);
    assert_eq!(deliver(archive, &[("1", "x")], later).await, [Duplicate]);
}

async fn kill<A: Archive>(archive: &A) -> i64 {
    let leases = claim_fetch(archive, at(1)).await;
    let dead = Finish::Dead { class: "poison" };
    finish(archive, &leases[0], dead, at(1)).await;
    leases[0].id
}

async fn a_dead_fetch_keeps_its_deliveries_until_it_is_buried<A>(archive: &A)
where
    A: Archive + DeadLetters + Inbox,
{
    deliver(archive, &[("1", "x")], NOW).await;
    let job = kill(archive).await;
    assert_eq!(waiting(archive).await, ["1"]);
    let dead = archive.dead(9).await.expect("seen");
    assert_eq!((dead[0].kind, dead[0].call.as_str()), (JobKind::Fetch, "1"));

    assert!(archive.bury(job, at(2)).await.expect("buried"));

    assert_eq!(waiting(archive).await.len(), 0);
    let again = deliver(archive, &[("1", "x")], at(3)).await;
    assert_eq!(again, [DeliveryOutcome::Duplicate]);
    assert_eq!(claim_fetch(archive, at(3)).await.len(), 0);
}

async fn a_duplicate_wakes_a_dead_fetch<A: Archive + Inbox>(archive: &A) {
    deliver(archive, &[("1", "x")], NOW).await;
    kill(archive).await;

    let again = deliver(archive, &[("1", "x")], at(3)).await;

    assert_eq!(again, [DeliveryOutcome::Duplicate]);
    assert_eq!(claim_fetch(archive, at(3)).await.len(), 1);
}

async fn purge<A: Archive>(archive: &A, call: &str) {
    let call = id(call);
    let begun = archive.begin_erase(&call, Erasure::WithTombstone, NOW);
    begun.await.expect("begun");
}

async fn what_a_tombstone_refuses_is_not_kept<A: Archive + Inbox>(archive: &A) {
    purge(archive, "1").await;

    let outcomes = deliver(archive, &[("1", "x"), ("2", "x")], at(1)).await;

    assert_eq!(outcomes, [DeliveryOutcome::Erased, DeliveryOutcome::New]);
    assert_eq!(waiting(archive).await, ["2"]);
    assert_eq!(claim_fetch(archive, at(1)).await.len(), 1);
}

async fn an_erasure_takes_deliveries_and_their_jobs<A: Archive + Inbox>(archive: &A) {
    with_words(archive, "1").await;
    deliver(archive, &[("1", "x"), ("2", "x"), ("3", "x")], NOW).await;
    let rows = archive.deliveries(100).await.expect("listed");

    for call in ["1", "2"] {
        purge(archive, call).await;
    }

    assert_eq!(waiting(archive).await, ["3"]);
    let body = archive.delivery_body(&rows[0]).await.expect("asked");
    assert_eq!(body, None);
    let left = claim_fetch(archive, at(1)).await;
    let left: Vec<_> = left.iter().map(|lease| lease.call.clone()).collect();
    assert_eq!(left, [id("3")]);
}

async fn a_call_that_may_return_is_fetched_after_its_erasure<A: Archive + Inbox>(archive: &A) {
    with_words(archive, "1").await;
    let how = Erasure::MayReturn(Keep::PrivateShell);
    assert!(
        archive
            .begin_erase(&id("1"), how, NOW)
            .await
            .expect("begun")
    );

    let outcome = deliver(archive, &[("1", "x")], at(1)).await;

    assert_eq!(outcome, [DeliveryOutcome::New]);
    assert_eq!(claim_fetch(archive, at(2)).await.len(), 0, "it is going");
    archive.erase(&id("1"), at(3)).await.expect("erased");
    assert_eq!(waiting(archive).await.len(), 0, "its key is gone");
    assert_eq!(claim_fetch(archive, at(600)).await.len(), 1);
}

/// A key that was made for a delivery is the key of the call.
async fn a_delivered_call_can_be_put<A: Archive + Inbox>(archive: &A) {
    deliver(archive, &[("1", "x"), ("2", "x")], NOW).await;
    let leases = claim_fetch(archive, at(1)).await;
    with_words(archive, "1").await;

    for lease in &leases {
        finish(archive, lease, Finish::Done, at(2)).await;
    }

    assert!(known(archive, "1").await.is_some());
    let read = super::fixture::read(archive, "1").await.expect("it opens");
    assert!(read.call.title.is_some());
    assert_eq!(waiting(archive).await.len(), 0);
}

async fn every_delivery_leaves_a_record<A: Archive + Inbox>(archive: &A) {
    deliver(archive, &[("1", "x"), ("1", "x")], NOW).await;

    let records = archive.audit_records(None, 9).await.expect("read");
    let told: Vec<_> = records
        .iter()
        .map(|record| (record.entry.targets.as_str(), record.entry.outcome.as_str()))
        .collect();
    assert_eq!(told, [("1", "new"), ("1", "duplicate")]);
}
