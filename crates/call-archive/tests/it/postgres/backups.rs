//! Backups of a database: consistent while writing, restored into it or into a folder.

use std::fs;

use access::Scope;
use call_archive::{
    Backups, CallQuery, Calls, Erasing, Erasure, Erasures, ErrorKind, Existing, Finished, Indexes,
    Ledger, OpenOptions, PostgresArchive, Put, PutOutcome, Secrets, Source, SqliteArchive,
};
use jiff::SignedDuration;

use crate::fixture::{NOW, call, holding, id, open, store_deal};
use crate::verified::{fill, sealed_columns};

use super::server::Place;

async fn put(archive: &PostgresArchive, puts: Vec<Put>) -> Vec<PutOutcome> {
    archive.put(puts, None, NOW).await.expect("answered")
}

async fn listed<A: Calls>(archive: &A) -> u64 {
    let page = archive
        .list(&Scope::internal(), &CallQuery::default())
        .await;
    page.expect("listed").total
}

async fn restore(place: &Place, how: Existing, log: Erasures) -> Option<ErrorKind> {
    let backup = place.folder.path().join("backup");
    let restored = PostgresArchive::restore(place.options(), &backup, how, log).await;
    restored.err().map(|error| error.kind())
}

async fn keep_secret(archive: &PostgresArchive, word: &str) {
    let until = NOW + SignedDuration::from_secs(20);
    let claimed = archive.claim_secret("tokens", "me", until, NOW).await;
    claimed.expect("claimed");
    let value = Some(word.to_owned().into());
    let kept = archive.replace_secret("tokens", "me", value).await;
    assert_eq!(kept.expect("kept"), Finished::Held);
}

#[tokio::test]
async fn a_backup_is_one_moment_while_others_write_and_opens_in_a_folder() {
    let Some(place) = Place::new().await else {
        return;
    };
    let archive = place.open().await;
    put(&archive, (0..300).map(|n| call(n, "zqxcanary")).collect()).await;
    let backup = place.folder.path().join("backup");
    let writing = async {
        for n in 1000..1060 {
            // Two calls in each commit: a copy has both or neither.
            let pair = vec![call(n, "zqxcanary"), call(n + 1000, "zqxcanary")];
            put(&archive, pair).await;
        }
    };

    let (bytes, ()) = tokio::join!(archive.backup(&backup), writing);

    assert!(bytes.expect("copied") > 0);
    assert_eq!(holding(place.folder.path(), b"zqxcanary"), [""; 0]);
    let again = archive.backup(&backup).await.map_err(|error| error.kind());
    assert_eq!(again, Err(ErrorKind::Invalid), "never written over");
    let other = tempfile::tempdir().expect("a folder");
    fs::copy(place.key(), other.path().join("key")).expect("the key");
    let options = OpenOptions::new(other.path(), NOW);
    SqliteArchive::restore(options, &backup, Existing::Keep, Erasures::Unknown)
        .await
        .expect("restored");
    let restored = open(other.path()).await;
    let found = restored.verify().await.expect("looked at");
    assert!(
        found.is_whole() && found.calls >= 300 && found.calls % 2 == 0,
        "{found:?}"
    );
}

#[tokio::test]
async fn what_was_erased_since_the_backup_stays_erased_and_the_rest_is_hidden_until_confirmed() {
    let Some(place) = Place::new().await else {
        return;
    };
    let archive = place.open().await;
    archive.add_index("space", NOW).await.expect("an index");
    put(&archive, (1..=3).map(|n| call(n, "word")).collect()).await;
    keep_secret(&archive, "hush").await;
    let backup = place.folder.path().join("backup");
    archive.backup(&backup).await.expect("copied");
    let outcomes = put(&archive, vec![call(4, "word")]).await;
    let PutOutcome::Stored {
        revision: highest, ..
    } = outcomes[0]
    else {
        unreachable!("not stored but {outcomes:?}");
    };
    archive
        .begin_erase(&id(1), Erasure::WithTombstone, NOW)
        .await
        .expect("begun");
    archive.close();
    drop(archive);

    let kept = restore(&place, Existing::Keep, Erasures::FromLog).await;
    assert_eq!(kept, Some(ErrorKind::Invalid), "not by accident");
    let restored = restore(&place, Existing::Replace, Erasures::FromLog).await;
    assert_eq!(restored, None);

    let archive = place.open().await;
    assert_eq!(listed(&archive).await, 0, "nothing before it is confirmed");
    assert!(archive.indexes().await.expect("read").is_empty());
    assert_eq!(archive.status().await.expect("counted").unconfirmed, 2);
    let found = archive.verify().await.expect("looked at");
    assert!(found.is_whole(), "{found:?}");
    // The tokens, and that everything in the ledger is sealed.
    assert_eq!((found.transcripts, found.secrets), (3, 2));
    let erased = archive.erased(&[id(1), id(2)]).await.expect("known");
    assert_eq!(erased, [id(1)]);
    archive.add_index("space", NOW).await.expect("an index");

    // An import of a hidden call is kept and stays hidden; a listing shows it.
    let mut imported = call(3, "word");
    imported.source = Source::Import;
    put(&archive, vec![imported]).await;
    assert_eq!(listed(&archive).await, 0);
    let outcomes = put(&archive, vec![call(2, "word"), call(1, "word")]).await;
    assert!(
        matches!(outcomes[0], PutOutcome::Unchanged { .. }),
        "{outcomes:?}"
    );
    assert_eq!(outcomes[1], PutOutcome::Erased);
    assert_eq!(listed(&archive).await, 1);
    assert_eq!(archive.status().await.expect("counted").unconfirmed, 1);
    let outcomes = put(&archive, vec![call(4, "word")]).await;
    assert!(
        matches!(outcomes[0], PutOutcome::Stored { revision, .. } if revision > highest),
        "no number is drawn twice: {outcomes:?}"
    );
}

#[tokio::test]
async fn a_backup_of_a_folder_is_restored_into_a_database() {
    let Some(place) = Place::new().await else {
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    fs::copy(place.key(), folder.path().join("key")).expect("the key");
    let here = open(folder.path()).await;
    let puts = (1..=3).map(|n| call(n, "word")).collect();
    here.put(puts, None, NOW).await.expect("stored");
    here.backup(&place.folder.path().join("backup"))
        .await
        .expect("copied");

    let without_log = restore(&place, Existing::Keep, Erasures::FromLog).await;
    assert_eq!(without_log, Some(ErrorKind::Invalid));
    fs::write(place.key(), super::server::a_key(9)).expect("another key");
    let wrong_key = restore(&place, Existing::Keep, Erasures::Unknown).await;
    assert_eq!(wrong_key, Some(ErrorKind::WrongKey));
    fs::copy(folder.path().join("key"), place.key()).expect("the key");
    let restored = restore(&place, Existing::Keep, Erasures::Unknown).await;
    assert_eq!(restored, None);

    let there = place.open().await;
    let found = there.verify().await.expect("looked at");
    assert!(found.is_whole() && found.calls == 3, "{found:?}");
    let left: Vec<_> = fs::read_dir(place.folder.path())
        .expect("a folder")
        .map(|entry| entry.expect("an entry").file_name())
        .filter(|name| name.to_string_lossy().contains("restoring"))
        .collect();
    assert!(left.is_empty(), "{left:?}");
}

#[tokio::test]
async fn a_flipped_byte_in_any_sealed_value_is_found() {
    let Some(place) = Place::new().await else {
        return;
    };
    let archive = place.open().await;
    fill(&archive).await;
    keep_secret(&archive, "hush").await;
    let client = place.client().await;
    assert!(archive.verify().await.expect("looked at").is_whole());

    for (table, column) in sealed_columns() {
        let flip = format!(
            "UPDATE {table} SET {column} = set_byte({column}, length({column}) - 1,
               get_byte({column}, length({column}) - 1) # 1) WHERE {column} IS NOT NULL"
        );
        let flipped = client.execute(&flip, &[]).await.expect("flipped");
        assert!(flipped > 0, "{table}.{column} is used");
        let found = archive.verify().await.expect("looked at");
        assert!(!found.is_whole(), "{table}.{column}");
        client.execute(&flip, &[]).await.expect("flipped back");
    }

    let found = archive.verify().await.expect("looked at");
    assert!(found.is_whole(), "{found:?}");
    assert_eq!((found.deals, found.accounts, found.users), (1, 1, 1));
}

#[tokio::test]
async fn what_was_changed_in_the_database_is_named() {
    let Some(place) = Place::new().await else {
        return;
    };
    let archive = place.open().await;
    put(&archive, (1..=3).map(|n| call(n, "word")).collect()).await;
    keep_secret(&archive, "hush").await;
    store_deal(&archive, "word").await;
    assert!(archive.verify().await.expect("looked at").is_whole());

    let client = place.client().await;
    let change = "UPDATE calls SET started = started + 1 WHERE id = '2';
        UPDATE transcripts SET text = text || '\\x00'::bytea WHERE call = '3';
        UPDATE secrets SET value = value || '\\x00'::bytea WHERE name = 'tokens';
        UPDATE deal_snapshots SET name = name || '\\x00'::bytea;
        UPDATE accounts SET name = name || '\\x00'::bytea";
    client.batch_execute(change).await.expect("changed");

    let found = archive.verify().await.expect("looked at");
    assert_eq!(found.damaged, [id(2), id(3)]);
    assert_eq!(found.damaged_secrets, ["tokens"]);
    assert_eq!(found.damaged_accounts[0].as_str(), "a1");
    assert_eq!(found.damaged_deals.len(), 1);
    assert!(!found.is_whole());
}
