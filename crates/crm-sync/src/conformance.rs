//! What every outbox does; a new one passes this unchanged.

use std::collections::{BTreeMap, BTreeSet};

use conversation::CallId;
use jiff::Timestamp;

use crate::{Entry, Field, Outbox, Progress, RecordId, RecordKind, Subject};

/// Checks the laws of [`Outbox`] on one that is empty.
///
/// # Panics
/// Where a law is broken, or the outbox cannot be reached.
#[expect(
    clippy::expect_used,
    reason = "a suite stops at the first law that is broken"
)]
pub async fn check_outbox(outbox: &dyn Outbox) {
    let (one, other) = (
        entry("first", "1", Progress::Sent),
        entry("first", "2", Progress::Done),
    );
    outbox
        .save(&[one.clone(), other.clone()])
        .await
        .expect("saved");

    let unfinished = outbox.unfinished().await.expect("read");
    assert_eq!(
        unfinished,
        std::slice::from_ref(&one),
        "only what was sent is unfinished"
    );

    let done = Entry {
        progress: Progress::Done,
        record: RecordId::new("r1").ok(),
        ..one.clone()
    };
    outbox
        .save(std::slice::from_ref(&done))
        .await
        .expect("saved");
    let latest = outbox
        .latest(std::slice::from_ref(&one.subject))
        .await
        .expect("read");
    assert_eq!(
        latest,
        std::slice::from_ref(&done),
        "an entry takes the place of the same one"
    );
    assert!(outbox.unfinished().await.expect("read").is_empty());

    let later = entry("second", "1", Progress::Failed("no".to_owned()));
    outbox
        .save(std::slice::from_ref(&later))
        .await
        .expect("saved");
    let subjects = [one.subject.clone(), other.subject.clone(), subject("3")];
    let mut latest = outbox.latest(&subjects).await.expect("read");
    latest.sort_by(|a, b| a.subject.cmp(&b.subject));
    assert_eq!(
        latest,
        [later, other.clone()],
        "a later run's entry is the latest"
    );

    let mut first = outbox.of_run("first").await.expect("read");
    first.sort_by(|a, b| a.subject.cmp(&b.subject));
    assert_eq!(first, [done, other], "a run keeps its entries");
    assert!(outbox.of_run("third").await.expect("read").is_empty());

    let deal = RecordId::new("d1").expect("an id");
    let summary = Entry {
        subject: Subject::Deal(deal.clone()),
        record: Some(deal),
        links: BTreeSet::new(),
        sums_up: ["1", "2"].into_iter().flat_map(CallId::new).collect(),
        ..entry("fourth", "1", Progress::Done)
    };
    let entries = std::slice::from_ref(&summary);
    assert!(outbox.save(entries).await.expect("saved").is_empty());
    let kept = outbox.of_run("fourth").await.expect("read");
    assert_eq!(kept, entries, "what an entry sums up is kept");
}

#[expect(clippy::expect_used, reason = "plain digits are a call's id")]
fn subject(call: &str) -> Subject {
    Subject::Call(CallId::new(call).expect("an id"))
}

fn entry(run: &str, call: &str, progress: Progress) -> Entry {
    let values = |text: &str| BTreeMap::from([(Field::NextSteps, text.to_owned())]);
    Entry {
        run: run.to_owned(),
        subject: subject(call),
        at: Timestamp::UNIX_EPOCH,
        progress,
        record: None,
        is_new: true,
        wrote: values("send the offer"),
        before: BTreeMap::new(),
        left: values("send the offer"),
        links: RecordId::new("d1")
            .map(|deal| (RecordKind::Deal, deal))
            .into_iter()
            .collect::<BTreeSet<_>>(),
        linking: BTreeSet::new(),
        sums_up: BTreeSet::new(),
    }
}
