//! Several processes on one database: what one erases the other refuses, and no two hold one job.

use std::collections::BTreeSet;

use access::Scope;
use call_archive::{
    Calls, Class, Erasing, Erasure, ErrorKind, Indexes, JobKind, Jobs, PostgresArchive, Put,
    PutOutcome, classes,
};
use jiff::SignedDuration;
use tokio::task::JoinSet;

use crate::fixture::{NOW, call, deliver, id, store_answer, store_write};

use super::server::Place;

async fn store(archive: &PostgresArchive, put: Put) -> PutOutcome {
    let outcomes = archive.put(vec![put], None, NOW).await.expect("stored");
    *outcomes.first().expect("one outcome")
}

#[tokio::test]
async fn many_writers_lose_nothing_and_draw_no_number_twice() {
    let Some(place) = Place::new().await else {
        return;
    };
    let mut writers = JoinSet::new();
    for hand in 0..8 {
        let archive = place.open().await;
        writers.spawn(async move {
            let mut revisions = Vec::new();
            for n in 0..10 {
                match store(&archive, call(format!("{hand}-{n}"), "word")).await {
                    PutOutcome::Stored { revision, .. } => revisions.push(revision),
                    other => unreachable!("not stored but {other:?}"),
                }
            }
            revisions
        });
    }

    let revisions: Vec<_> = writers.join_all().await.into_iter().flatten().collect();

    let distinct: BTreeSet<_> = revisions.iter().collect();
    assert_eq!((revisions.len(), distinct.len()), (80, 80));
    let ids: Vec<_> = (0..8)
        .flat_map(|hand| (0..10).map(move |n| id(format!("{hand}-{n}"))))
        .collect();
    let read = place.open().await.read(&Scope::internal(), &ids).await;
    let read = read.expect("read");
    assert_eq!(read.len(), 80);
    assert!(read.iter().all(|call| call.text.is_some()));
}

#[tokio::test]
async fn two_puts_on_one_revision_end_in_one_conflict() {
    let Some(place) = Place::new().await else {
        return;
    };
    let (one, two) = (place.open().await, place.open().await);
    let PutOutcome::Stored { revision, .. } = store(&one, call("1", "word")).await else {
        unreachable!("it is new");
    };
    let put = |word| {
        let mut put = call("1", word);
        put.expected = Some(revision);
        put
    };

    let (first, second) = tokio::join!(store(&one, put("a")), store(&two, put("b")));

    let lost = [first, second]
        .iter()
        .filter(|outcome| **outcome == PutOutcome::Conflict)
        .count();
    assert_eq!(lost, 1, "{first:?} {second:?}");
}

#[tokio::test]
async fn claimers_that_run_at_once_share_the_jobs() {
    let Some(place) = Place::new().await else {
        return;
    };
    let archive = place.open().await;
    archive.add_index("space", NOW).await.expect("an index");
    for n in 0..40 {
        store(&archive, call(n, "word")).await;
    }
    let until = NOW + SignedDuration::from_mins(5);
    let mut claimers = JoinSet::new();
    for _ in 0..8 {
        let archive = place.open().await;
        claimers.spawn(async move {
            let leases = archive.claim(&[JobKind::Index], 5, until, NOW).await;
            leases.expect("claimed")
        });
    }

    let leases: Vec<_> = claimers.join_all().await.into_iter().flatten().collect();

    let calls: BTreeSet<_> = leases.iter().map(|lease| &lease.call).collect();
    let fences: BTreeSet<_> = leases.iter().map(|lease| lease.fence).collect();
    assert_eq!((leases.len(), calls.len(), fences.len()), (40, 40, 40));
}

#[tokio::test]
async fn what_one_process_erases_for_good_the_other_refuses() {
    let Some(place) = Place::new().await else {
        return;
    };
    let (one, two) = (place.open().await, place.open().await);
    store(&one, call("1", "word")).await;

    let begun = one.begin_erase(&id("1"), Erasure::WithTombstone, NOW).await;
    assert!(begun.expect("begun"));
    one.erase(&id("1"), NOW).await.expect("erased");

    assert_eq!(store(&two, call("1", "word")).await, PutOutcome::Erased);
    let log = std::fs::read_to_string(place.log()).expect("a log");
    assert_eq!(
        log.lines().filter(|line| line.starts_with("call ")).count(),
        1
    );
}

#[tokio::test]
async fn an_erasure_that_only_the_log_knows_is_done_again() {
    let Some(place) = Place::new().await else {
        return;
    };
    let archive = place.open().await;
    store(&archive, call("1", "word")).await;
    let begun = archive
        .begin_erase(&id("1"), Erasure::WithTombstone, NOW)
        .await;
    assert!(begun.expect("begun"));
    drop(archive);
    // As after a restore of a backup from before the erasure.
    let restored = "DELETE FROM tombstones; DELETE FROM jobs; UPDATE calls SET erasing = NULL";
    place
        .client()
        .await
        .batch_execute(restored)
        .await
        .expect("restored");

    let archive = place.open().await;

    assert!(archive.known(&[id("1")]).await.expect("known").is_empty());
    let until = NOW + SignedDuration::from_mins(5);
    let jobs = archive.claim(&[JobKind::Erase], 9, until, NOW).await;
    assert_eq!(jobs.expect("claimed").len(), 1);
}

#[tokio::test]
async fn a_process_without_the_erase_log_does_not_erase_for_good() {
    let Some(place) = Place::new().await else {
        return;
    };
    let options =
        call_archive::PostgresOptions::new(&place.url, place.keys(), NOW).schema(&place.schema);
    let archive = PostgresArchive::open(options).await.expect("opened");
    store(&archive, call("1", "word")).await;

    let refused = archive
        .begin_erase(&id("1"), Erasure::WithTombstone, NOW)
        .await;

    let kind = refused.map_err(|error| error.kind());
    assert_eq!(kind, Err(ErrorKind::Invalid));
    assert_eq!(archive.known(&[id("1")]).await.expect("known").len(), 1);
}

#[tokio::test]
async fn every_sealed_column_holds_sealed_values_only() {
    const CANARY: &str = "zqxcanary";
    let Some(place) = Place::new().await else {
        return;
    };
    let archive = place.open().await;
    store(&archive, call("1", CANARY)).await;
    deliver(&archive, "1", CANARY).await;
    store_answer(&archive, 1, &["1"], CANARY).await;
    store_write(&archive, "1", CANARY).await;
    let client = place.client().await;

    let tables: BTreeSet<_> = classes().iter().map(|column| column.table).collect();
    for table in tables {
        let dump = format!("SELECT coalesce(string_agg(t::text, ' '), '') FROM {table} t");
        let text: String = client.query_one(&dump, &[]).await.expect("read").get(0);
        assert!(!text.contains(CANARY), "{table}");
        assert!(!text.contains(&hex::encode(CANARY)), "{table}");
    }
    for column in classes() {
        if column.class == Class::Clear
            || [
                "users",
                "findings",
                "secrets",
                "accounts",
                "deals",
                "deal_snapshots",
            ]
            .contains(&column.table)
        {
            continue;
        }
        let (table, name) = (column.table, column.column);
        let sql = format!("SELECT {name} FROM {table} WHERE {name} IS NOT NULL");
        let rows = client.query(&sql, &[]).await.expect("read");
        assert!(!rows.is_empty(), "{table}.{name} is used");
        for row in rows {
            let value: Vec<u8> = row.get(0);
            assert!(
                value.len() > 29 && matches!(value[0], 1 | 2),
                "{table}.{name}"
            );
        }
    }
}

#[tokio::test]
async fn a_value_that_was_moved_does_not_open() {
    let Some(place) = Place::new().await else {
        return;
    };
    let archive = place.open().await;
    store(&archive, call("1", "word")).await;
    store(&archive, call("2", "other")).await;
    let moved = "UPDATE transcripts SET text = (SELECT text FROM transcripts WHERE call = '2')
                 WHERE call = '1'";
    place
        .client()
        .await
        .batch_execute(moved)
        .await
        .expect("moved");

    let scope = Scope::internal();
    let read = archive.read(&scope, &[id("1")]).await;

    let kind = read.map(drop).map_err(|error| error.kind());
    assert_eq!(kind, Err(ErrorKind::Integrity));
    assert_eq!(
        archive.read(&scope, &[id("2")]).await.expect("read").len(),
        1
    );
}
