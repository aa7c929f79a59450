//! The same on disk: SQLite and the embedded index, with processes that come and go.
use std::sync::Arc;

use call_archive::{OpenOptions, SqliteArchive};
use conversation::SPLITTER_VERSION;
use embeddings::{Embedder as _, HashEmbedder, Space};
use gong_sim::{World, WorldCall};
use gong_sync::{Reach, Run, Sync};
use memory_store::{EmbeddedStore, TermKey};

use crate::fixture::{Bench, NOW, at};
use crate::shaky::{Life, ShakyArchive, ShakyStore};

fn world() -> World {
    let private = WorldCall::plain("71", at("2026-07-01T09:00:00Z")).private(true);
    let late = WorldCall::plain("72", at("2026-07-01T09:00:00Z"))
        .transcript_after(at("2026-07-02T12:01:00Z"));
    World::generate(9, 60)
        .with_call(private.unwrap())
        .and_then(|world| world.with_call(late))
        .unwrap()
}

fn change(bench: &Bench) {
    bench.advance("2m");
    bench.sim.set_private("72", true).unwrap();
    let corrected = world().calls().nth(7).unwrap().id().to_owned();
    bench
        .sim
        .correct_transcript(&corrected, |words| {
            words[0]["sentences"][0]["text"] = "It was otherwise.".into();
        })
        .unwrap();
    let gone = world().calls().nth(8).unwrap().id().to_owned();
    bench.sim.remove_call(&gone).unwrap();
}

#[tokio::test]
async fn sqlite_and_the_embedded_index_end_like_their_references_whatever_dies_on_the_way() {
    let expected = {
        let bench = Bench::new(world()).await;
        bench.update().await;
        change(&bench);
        bench.run(Run::Reconcile(Reach::Everything)).await;
        bench.content().await
    };

    let folder = tempfile::tempdir().unwrap();
    let options = OpenOptions::new(folder.path().join("archive"), at(NOW));
    let archive = Arc::new(SqliteArchive::open(options).await.unwrap());
    let mut bench = Bench::over(world(), NOW, archive).await;
    let key = bench.archive.hash_key().await.unwrap();
    let model = HashEmbedder::default().model().clone();
    let space = Space::new(model, SPLITTER_VERSION, key.id);
    let index = folder.path().join(bench.index.to_string());
    let store = EmbeddedStore::open(&index, space, TermKey::new(key.bytes));
    bench.store = Arc::new(store.await.unwrap());
    for run in [Run::Update, Run::Reconcile(Reach::Everything)] {
        for operations in [9, 14, 21, 27, 33, 40] {
            let life = Life::of(operations, operations % 2 == 0);
            let archive = ShakyArchive {
                inner: Arc::clone(&bench.archive),
                life: life.clone(),
            };
            let store = ShakyStore {
                inner: Arc::clone(&bench.store),
                life,
            };
            let parts = bench.parts_over(Arc::new(archive), Arc::new(store));
            drop(Sync::new(parts).run(run).await);
        }
        bench.run(run).await;
        if run == Run::Update {
            change(&bench);
        }
    }

    assert!(bench.content().await == expected);
}
