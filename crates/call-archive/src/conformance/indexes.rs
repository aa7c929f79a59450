//! Laws of indexes: jobs for what is missing, and rows that only move upwards.

use crate::{Archive, Finish, Finished, IndexId, Indexed, JobKind, JobRequest};

use super::fixture::{
    NOW, at, bare, brought, claim, current_index, finish, full, full_put, id, index_all, put,
    stored, with_words,
};

pub(super) async fn check<A: Archive>(make: &impl AsyncFn() -> A) {
    a_new_index_wants_every_call_with_words(&make().await).await;
    every_put_of_words_wants_every_index(&make().await).await;
    a_row_remembers_what_it_replaced(&make().await).await;
    a_row_moves_upwards_only(&make().await).await;
    a_dropped_index_is_forgotten(&make().await).await;
}

async fn a_new_index_wants_every_call_with_words<A: Archive>(archive: &A) {
    with_words(archive, "1").await;
    stored(archive, put(bare("2"), None)).await;
    let index = archive.add_index("first", at(1)).await.expect("made");
    let other = archive.add_index("second", at(1)).await.expect("made");
    assert_ne!(index, other);

    let made = archive.indexes().await.expect("listed");
    let made: Vec<_> = made.iter().map(|i| (&i.id, &*i.space, i.created)).collect();
    assert_eq!(made, [(&index, "first", at(1)), (&other, "second", at(1))]);
    let leases = claim(archive, JobKind::Index, at(1)).await;
    let jobs: Vec<_> = leases.iter().map(|l| (&l.call, l.index.as_ref())).collect();
    assert_eq!(jobs, [(&id("1"), Some(&index)), (&id("1"), Some(&other))]);
}

async fn every_put_of_words_wants_every_index<A: Archive>(archive: &A) {
    let indexes = [
        archive.add_index("a", NOW).await.expect("made"),
        archive.add_index("b", NOW).await.expect("made"),
    ];
    let wants = async |now| {
        let leases = claim(archive, JobKind::Index, now).await;
        let wants: Vec<IndexId> = leases.iter().filter_map(|l| l.index.clone()).collect();
        for lease in leases {
            let brought = brought(archive, &lease.call).await;
            finish(archive, &lease, Finish::Indexed(brought), now).await;
        }
        wants
    };

    let first = stored(archive, put(full("1"), None)).await;
    assert!(wants(NOW).await.is_empty(), "no words, nothing to index");
    let second = stored(archive, full_put("1", "Hello.", Some(first))).await;
    assert_eq!(wants(NOW).await, indexes);
    let mut facts = full_put("1", "Hello.", Some(second));
    facts.call.tags.push("churn".to_owned());
    let third = stored(archive, facts.clone()).await;
    assert_eq!(wants(NOW).await, indexes, "new facts");
    facts.expected = Some(third);
    facts.call.title = Some("Another".to_owned());
    let fourth = stored(archive, facts.clone()).await;
    assert!(
        wants(NOW).await.is_empty(),
        "a title is nothing to an index"
    );
    facts.expected = Some(fourth);
    archive.put(vec![facts], None, NOW).await.expect("stored");
    assert!(wants(NOW).await.is_empty(), "nothing new");
}

async fn a_row_remembers_what_it_replaced<A: Archive>(archive: &A) {
    let first = with_words(archive, "1").await;
    with_words(archive, "2").await;
    let index = current_index(archive, at(1)).await;
    let second = stored(archive, full_put("1", "New.", Some(first))).await;
    index_all(archive, at(2)).await;

    let rows = archive.indexed(&index, None).await.expect("rows");
    assert_eq!(rows.len(), 2);
    let asked = [id("3"), id("1")];
    let rows = archive.indexed(&index, Some(&asked)).await.expect("rows");
    let row = rows.first().expect("the one that is there");
    assert_eq!((rows.len(), &row.call), (1, &id("1")));
    assert_eq!(row.now.text_revision, second);
    assert_eq!(row.now, brought(archive, "1").await);
    assert_eq!((row.previous, row.moved_at), (Some(first), at(2)));

    let mut facts = full_put("1", "New.", Some(second));
    facts.call.tags.push("churn".to_owned());
    stored(archive, facts).await;
    index_all(archive, at(3)).await;
    let rows = archive.indexed(&index, Some(&asked)).await.expect("rows");
    let row = rows.first().expect("it is there");
    assert_eq!(row.now, brought(archive, "1").await, "the new facts");
    assert_eq!(
        (row.previous, row.moved_at),
        (Some(first), at(2)),
        "the words have not moved"
    );
}

async fn a_row_moves_upwards_only<A: Archive>(archive: &A) {
    let first = with_words(archive, "1").await;
    let index = current_index(archive, at(1)).await;
    let old = brought(archive, "1").await;
    stored(archive, full_put("1", "New.", Some(first))).await;
    index_all(archive, at(2)).await;
    let before = archive.indexed(&index, None).await.expect("rows");

    let mut again = JobRequest::new(JobKind::Index, id("1"), at(3));
    again.index = Some(index.clone());
    archive.enqueue(&[again], at(3)).await.expect("enqueued");
    let leases = claim(archive, JobKind::Index, at(3)).await;
    let lease = leases.first().expect("one job");
    let late = Indexed { passages: 9, ..old };
    let held = finish(archive, lease, Finish::Indexed(late), at(3)).await;

    assert_eq!(held, Finished::Held);
    let after = archive.indexed(&index, None).await.expect("rows");
    assert_eq!(after, before);
}

async fn a_dropped_index_is_forgotten<A: Archive>(archive: &A) {
    with_words(archive, "1").await;
    let gone = current_index(archive, NOW).await;
    let kept = current_index(archive, NOW).await;
    with_words(archive, "2").await;

    archive.drop_index(&gone).await.expect("dropped");

    let left = archive.indexes().await.expect("listed");
    assert_eq!(left.len(), 1);
    let rows = archive.indexed(&gone, None).await.expect("rows");
    assert!(rows.is_empty());
    let jobs = claim(archive, JobKind::Index, NOW).await;
    let jobs: Vec<_> = jobs.into_iter().map(|lease| lease.index).collect();
    assert_eq!(jobs, [Some(kept)]);
}
