//! Both stores keep every law.

use std::sync::atomic::{AtomicUsize, Ordering};

use memory_store::{EmbeddedStore, MemoryStore, PassageStore, TermKey, conformance};

fn key() -> TermKey {
    TermKey::new([42; 32])
}

#[tokio::test]
async fn the_store_in_memory_keeps_every_law() {
    conformance::check(|space| async {
        Box::new(MemoryStore::new(space, key())) as Box<dyn PassageStore>
    })
    .await;
}

#[tokio::test]
async fn the_embedded_store_keeps_every_law() {
    let root = tempfile::tempdir().expect("a folder for the test");
    let made = AtomicUsize::new(0);
    conformance::check(|space| async {
        let number = made.fetch_add(1, Ordering::Relaxed);
        let folder = root.path().join(number.to_string());
        let store = EmbeddedStore::open(folder, space, key()).await;
        Box::new(store.expect("an empty folder becomes an index")) as Box<dyn PassageStore>
    })
    .await;
}
