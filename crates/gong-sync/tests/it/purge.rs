//! What was purged stays away, whatever brings it; and a purge that is killed is completed.
use std::sync::Arc;

use call_archive::{
    Erasures, Existing, HoldName, HoldOn, OpenOptions, PersonName, Purge, PurgeReason, PurgeTarget,
    Purged, SqliteArchive,
};
use conversation::{CallId, SPLITTER_VERSION};
use embeddings::{Embedder as _, HashEmbedder, Space};
use futures::stream;
use gong_sim::{Operation, World, WorldCall};
use gong_sync::{Error, Fetched, Outcome, Reach, Run, Sync};
use memory_store::{EmbeddedStore, TermKey};

use serde_json::json;

use crate::fixture::{Bench, NOW, at, id};
use crate::shaky::{Life, ShakyArchive, ShakyStore};

fn asked(target: PurgeTarget) -> Purge {
    Purge {
        target,
        reason: PurgeReason::Asked,
        actor: "a test".to_owned(),
    }
}

fn of_calls(calls: &[&str]) -> PurgeTarget {
    PurgeTarget::Calls(calls.iter().map(|call| id(call)).collect())
}

async fn purge(bench: &Bench, target: PurgeTarget) {
    let asked = asked(target);
    let begun = bench.archive.begin_purge(&asked, bench.sim.now()).await;
    assert!(matches!(begun.unwrap(), Purged::Begun(_)));
    let stores = [Arc::clone(&bench.store)];
    let report = bench.sync().erase(&stores).await.unwrap();
    assert!(report.failures.is_empty() && report.open_receipts.is_empty());
}

/// The calls that archive and index hold.
async fn left(bench: &Bench) -> Vec<String> {
    let content = bench.content().await;
    content.into_keys().map(|call| call.to_string()).collect()
}

/// A file of the form that an import reads.
fn file_of(call: &WorldCall) -> Fetched {
    let words = call.transcript_json();
    let words = words.map(|said| json!({ "callId": call.id(), "transcript": said }));
    let file = json!({ "call": call.call_json(), "callTranscript": words });
    Fetched::from_json(file.to_string().as_bytes()).unwrap()
}

#[tokio::test]
async fn a_purged_call_that_still_stands_in_gong_never_comes_back() {
    let world = World::generate(7, 12);
    let gone = world.calls().nth(3).unwrap().clone();
    let bench = Bench::new(world).await;
    bench.update().await;

    purge(&bench, of_calls(&[gone.id()])).await;

    let asked = bench.sim.recorded().len();
    assert_eq!(
        bench.sync().call(&id(gone.id())).await.unwrap(),
        Outcome::Erased
    );
    assert_eq!(
        bench.sim.recorded().len(),
        asked,
        "it is not even asked for"
    );
    bench.update().await;
    let report = bench.run(Run::Reconcile(Reach::Everything)).await;
    assert_eq!(report.outcomes.of(Outcome::Erased), 1);
    let words = Operation::GetCallTranscripts.as_str();
    for asked in bench.sim.recorded().into_iter().skip(asked) {
        let names_it = asked
            .body
            .is_some_and(|body| body.to_string().contains(gone.id()));
        assert!(
            asked.operation != words || !names_it,
            "its words are not asked for"
        );
    }
    let imported = bench
        .sync()
        .import(stream::iter([Ok(file_of(&gone))]))
        .await;
    assert_eq!(imported.outcomes.of(Outcome::Erased), 1);
    let left = left(&bench).await;
    assert_eq!(left.len(), 11);
    assert!(!left.iter().any(|call| call == gone.id()));
}

#[tokio::test]
async fn a_purged_person_and_what_is_below_a_floor_never_come_back() {
    let world = World::generate(7, 40);
    let bench = Bench::new(world.clone()).await;
    bench.update().await;
    let with_email = |call: &&WorldCall| call.call_json()["parties"][1]["emailAddress"].is_string();
    let shown = world.calls().find(with_email).unwrap().clone();
    let email = shown.call_json()["parties"][1]["emailAddress"]
        .as_str()
        .unwrap()
        .to_owned();

    purge(
        &bench,
        PurgeTarget::Person(PersonName::Email(email.clone())),
    )
    .await;
    let without_person = left(&bench).await;
    assert!(without_person.len() < 40 && !without_person.iter().any(|call| call == shown.id()));

    let mut starts: Vec<_> = Vec::new();
    for call in &without_person {
        starts.push(bench.known(call).await.unwrap().started);
    }
    starts.sort();
    let floor = starts[starts.len() / 2];
    purge(
        &bench,
        PurgeTarget::Before {
            start: floor,
            workspace: None,
        },
    )
    .await;
    let newer = left(&bench).await;
    assert!(!newer.is_empty() && newer.len() < without_person.len());

    // Another call of the person, and another old one, that nobody knew.
    let late = WorldCall::plain("9001", at("2016-01-01T09:00:00Z"));
    bench.sim.add_call(late.clone()).unwrap();
    let mut again = shown.call_json();
    again["metaData"]["id"] = "9002".into();
    let again = WorldCall::new(again).unwrap();
    bench.sim.add_call(again.clone()).unwrap();
    bench.run(Run::Reconcile(Reach::Everything)).await;
    let files = [Ok(file_of(&late)), Ok(file_of(&again))];
    let imported = bench.sync().import(stream::iter(files)).await;

    assert_eq!(imported.outcomes.of(Outcome::Erased), 2);
    assert_eq!(left(&bench).await, newer);
    for receipt in bench.archive.receipts().await.unwrap() {
        assert!(receipt.finished.is_some());
        assert!(!format!("{receipt:?}").contains(&email));
    }
}

#[tokio::test]
async fn a_purge_that_is_killed_anywhere_is_completed_by_the_next_sync() {
    let world = World::generate(7, 9);
    let ids: Vec<String> = world.calls().map(|call| call.id().to_owned()).collect();
    let target = || of_calls(&[&ids[0], &ids[4], &ids[5]]);
    let mut operations = 0;
    loop {
        let bench = Bench::new(world.clone()).await;
        bench.update().await;
        let life = Life::of(operations, operations % 2 == 0);
        let archive = Arc::new(ShakyArchive {
            inner: Arc::clone(&bench.archive),
            life: life.clone(),
        });
        let store: Arc<dyn memory_store::PassageStore> = Arc::new(ShakyStore {
            inner: Arc::clone(&bench.store),
            life,
        });
        let now = bench.sim.now();
        let begun = call_archive::Purging::begin_purge(&*archive, &asked(target()), now).await;
        let sync = Sync::new(bench.parts_over(archive, Arc::clone(&store)));
        let erased = match &begun {
            Ok(_) => sync
                .erase(&[store])
                .await
                .is_ok_and(|done| done.failures.is_empty()),
            Err(_) => false,
        };
        let was_begun = begun.is_ok() || !bench.archive.receipts().await.unwrap().is_empty();

        // A failed erase job waits a while before it is tried again.
        bench.advance("2h");
        bench.update().await;

        let expected = if was_begun { 6 } else { 9 };
        assert_eq!(
            left(&bench).await.len(),
            expected,
            "after {operations} operations"
        );
        for receipt in bench.archive.receipts().await.unwrap() {
            assert!(receipt.finished.is_some(), "after {operations} operations");
        }
        if erased {
            break;
        }
        operations += 1;
    }
    assert!(operations > 10, "{operations} operations were enough");
}

#[tokio::test]
async fn no_file_of_sqlite_and_the_embedded_index_holds_a_purged_call() {
    let folder = tempfile::tempdir().unwrap();
    let options = OpenOptions::new(folder.path().join("archive"), at(NOW));
    let archive = Arc::new(SqliteArchive::open(options).await.unwrap());
    let secret = "8877665544332211009";
    let call = WorldCall::plain(secret, at("2026-06-01T09:00:00Z"));
    let world = World::generate(9, 40).with_call(call).unwrap();
    let mut bench = Bench::over(world, NOW, archive).await;
    let key = bench.archive.hash_key().await.unwrap();
    let model = HashEmbedder::default().model().clone();
    let space = Space::new(model, SPLITTER_VERSION, key.id);
    let index = folder.path().join(bench.index.to_string());
    let store = EmbeddedStore::open(&index, space, TermKey::new(key.bytes));
    bench.store = Arc::new(store.await.unwrap());
    bench.update().await;
    assert!(
        files_with(folder.path(), secret) >= 2,
        "archive and index name it"
    );
    let before = bench.content().await;

    purge(&bench, of_calls(&[secret])).await;

    assert_eq!(files_with(folder.path(), secret), 0);
    let mut expected = before;
    expected.remove(&id(secret));
    bench.update().await;
    assert!(bench.content().await == expected);
}

/// How many files below a folder hold these bytes.
fn files_with(folder: &std::path::Path, text: &str) -> usize {
    let mut found = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found += files_with(&path, text);
        } else {
            let bytes = std::fs::read(&path).unwrap();
            found += usize::from(bytes.windows(text.len()).any(|at| at == text.as_bytes()));
        }
    }
    found
}

#[tokio::test]
async fn a_held_call_that_turns_private_is_kept_and_withheld_until_the_hold_is_lifted() {
    let world = World::empty().with_call(WorldCall::plain("71", at("2026-07-02T09:00:00Z")));
    let bench = Bench::new(world.unwrap()).await;
    bench.update().await;
    let name = HoldName::new("case-7").unwrap();
    let on = HoldOn::Call(CallId::new("71").unwrap());
    bench
        .archive
        .hold(&name, &on, bench.sim.now())
        .await
        .unwrap();
    bench.sim.set_private("71", true).unwrap();

    for _ in 0..2 {
        assert_eq!(bench.update().await.outcomes.of(Outcome::Private), 1);
        let kept = bench.stored("71").await.unwrap();
        assert!(
            kept.call.is_private() && kept.text.is_some(),
            "kept whole, and private"
        );
    }

    bench.archive.release(&name, bench.sim.now()).await.unwrap();
    bench.update().await;
    assert!(bench.known("71").await.unwrap().is_shell);
}

#[tokio::test]
async fn after_a_restore_calls_wait_for_their_listing_and_a_new_key_is_not_believed() {
    let folder = tempfile::tempdir().unwrap();
    let options = || OpenOptions::new(folder.path().join("archive"), at(NOW));
    let archive = SqliteArchive::open(options()).await.unwrap();
    let world = World::generate(7, 12);
    let ids: Vec<String> = world.calls().map(|call| call.id().to_owned()).collect();
    let before = Bench::over(world.clone(), NOW, Arc::new(archive.clone())).await;
    before.update().await;
    let backup = folder.path().join("backup");
    archive.backup(&backup).await.unwrap();
    drop((before, archive));
    let (replace, log) = (Existing::Replace, Erasures::FromLog);
    SqliteArchive::restore(options(), &backup, replace, log)
        .await
        .unwrap();
    let archive = SqliteArchive::open(options()).await.unwrap();
    let mut bench = Bench::over(world, NOW, Arc::new(archive)).await;
    bench.sim.remove_call(&ids[0]).unwrap();
    bench.sim.set_private(&ids[1], true).unwrap();

    bench.options.key_id = Some("another key".to_owned());
    let report = bench.sync().run(Run::Update).await;
    assert!(matches!(report.stopped, Some(Error::NotConfigured(_))));
    assert_eq!(bench.archive_calls().await, 0, "nothing is shown");

    bench.options.key_id = Some("key".to_owned());
    bench.sync().forget_progress().await.unwrap();
    let report = bench.update().await;
    assert_eq!(report.outcomes.of(Outcome::Private), 1);
    let content = bench.content().await;
    assert_eq!(content.len(), 11, "what Gong has no more stays hidden");
    assert!(!content.contains_key(&id(&ids[0])));
    assert!(bench.known(&ids[1]).await.unwrap().is_shell);
    assert_eq!(bench.archive.status().await.unwrap().unconfirmed, 1);
}
