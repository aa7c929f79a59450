//! What a folder is when it is opened: new, whole, another's, locked or damaged.

use std::fmt::Debug;
use std::fs::{self, OpenOptions};
use std::num::NonZeroUsize;
use std::path::Path;

use access::Scope;
use embeddings::{Embedder, HashEmbedder, Space};
use memory_store::testing::{self, all_holdings};
use memory_store::{
    Candidates, EmbeddedStore, Error, ErrorKind, Filter, Forget, PassageStore, Question, TermKey,
};
use tempfile::TempDir;

pub(crate) fn folder() -> TempDir {
    tempfile::tempdir().expect("a folder for the test")
}

/// Wide enough that no two texts of these tests fall onto one vector.
pub(crate) fn embedder() -> HashEmbedder {
    HashEmbedder::new(NonZeroUsize::new(256).expect("not zero"))
}

pub(crate) fn space() -> Space {
    Space::new(embedder().model().clone(), 1, "key")
}

pub(crate) fn key() -> TermKey {
    TermKey::new([42; 32])
}

pub(crate) async fn open(folder: &Path) -> Result<EmbeddedStore, Error> {
    EmbeddedStore::open(folder, space(), key()).await
}

pub(crate) async fn write(store: &dyn PassageStore, calls: &[testing::SampleCall]) {
    let batch = calls.iter().map(|call| call.points(&embedder())).collect();
    store.write(batch).await.expect("a sound batch");
}

pub(crate) async fn ask(store: &dyn PassageStore, text: &str) -> Candidates {
    let question = Question::new(Filter::new(Scope::internal()))
        .meaning(embedder().vector(text))
        .words(text);
    store.recall(&question).await.expect("a sound question")
}

fn kind<T: Debug>(result: Result<T, Error>) -> ErrorKind {
    result.expect_err("it must be refused").kind()
}

#[tokio::test]
async fn what_was_written_is_there_when_it_is_opened_again() {
    let folder = folder();
    let store = open(folder.path()).await.expect("a new index");
    let calls = [
        testing::call("1")
            .says("the price is high")
            .says("see you on monday"),
        testing::call("2").says("the price is fine"),
    ];
    write(&store, &calls).await;
    let (found, held) = (
        ask(&store, "price").await,
        all_holdings(&store).await.expect("held"),
    );
    drop(store);

    let store = open(folder.path()).await.expect("the same index");

    assert_eq!(ask(&store, "price").await, found);
    assert_eq!(all_holdings(&store).await.expect("held"), held);
    assert_eq!(held.len(), 2);
}

#[tokio::test]
async fn one_handle_writes_and_the_next_is_told_so() {
    let folder = folder();
    let first = open(folder.path()).await.expect("a new index");
    let refused = open(folder.path()).await.expect_err("it is locked");
    assert_eq!(refused.kind(), ErrorKind::Locked);
    assert!(refused.is_transient());
    drop(first);
    assert!(
        open(folder.path()).await.is_ok(),
        "the lock ends with its holder"
    );
}

#[tokio::test]
async fn an_index_of_another_space_is_refused_with_the_command_that_mends_it() {
    let folder = folder();
    drop(open(folder.path()).await.expect("a new index"));
    let model = embedder().model().clone();
    let bigger = HashEmbedder::new(NonZeroUsize::new(33).expect("not zero"));
    for other in [
        Space::new(model.clone(), 2, "key"),
        Space::new(model, 1, "another key"),
        Space::new(bigger.model().clone(), 1, "key"),
    ] {
        let opened = EmbeddedStore::open(folder.path(), other.clone(), key()).await;
        let error = opened.expect_err("a foreign space");
        assert_eq!(error.kind(), ErrorKind::ForeignSpace);
        assert!(
            error.to_string().contains("run `gongkit reindex`"),
            "{error}"
        );
        let followed = EmbeddedStore::follow(folder.path(), other, key()).await;
        assert_eq!(kind(followed), ErrorKind::ForeignSpace);
    }
    assert!(
        open(folder.path()).await.is_ok(),
        "the refusals changed nothing"
    );
}

#[tokio::test]
async fn following_what_is_not_there_says_so() {
    let folder = folder();
    let followed = EmbeddedStore::follow(folder.path().join("none"), space(), key()).await;
    assert_eq!(kind(followed), ErrorKind::Absent);
    assert!(
        !folder.path().join("none").exists(),
        "reading makes nothing"
    );
}

#[tokio::test]
async fn a_half_made_folder_is_made_again() {
    let folder = folder();
    fs::create_dir(folder.path().join("words")).expect("made");
    fs::write(folder.path().join("words/meta.json"), "{").expect("written");
    fs::write(folder.path().join("space.new"), "half of a").expect("written");
    let store = open(folder.path())
        .await
        .expect("nothing was ever committed");
    write(&store, &[testing::call("1").says("alpha")]).await;
    assert_eq!(ask(&store, "alpha").await.words.len(), 1);
}

#[tokio::test]
async fn rows_that_no_commit_knows_are_cut_off() {
    let folder = folder();
    let store = open(folder.path()).await.expect("a new index");
    write(&store, &[testing::call("1").says("alpha")]).await;
    let found = ask(&store, "alpha").await;
    drop(store);
    let vectors = folder.path().join("vectors.0.f16");
    let length = fs::metadata(&vectors).expect("there").len();
    let mut file = OpenOptions::new()
        .append(true)
        .open(&vectors)
        .expect("open");
    std::io::Write::write_all(&mut file, &[7; 1_001]).expect("written");

    let store = open(folder.path()).await.expect("the same index");

    assert_eq!(fs::metadata(&vectors).expect("there").len(), length);
    assert_eq!(ask(&store, "alpha").await, found);
}

#[tokio::test]
async fn missing_parts_are_named_as_damage() {
    for damage in ["vectors.0.f16", "space", "words/meta.json"] {
        let folder = folder();
        let store = open(folder.path()).await.expect("a new index");
        write(&store, &[testing::call("1").says("alpha")]).await;
        drop(store);
        fs::remove_file(folder.path().join(damage)).expect("removed");
        let refused = open(folder.path()).await.expect_err("it is damaged");
        assert_eq!(refused.kind(), ErrorKind::Damaged, "{damage}: {refused:?}");
        assert!(refused.to_string().contains("gongkit reindex"), "{refused}");
    }
    let folder = folder();
    let store = open(folder.path()).await.expect("a new index");
    write(&store, &[testing::call("1").says("alpha")]).await;
    drop(store);
    fs::write(folder.path().join("vectors.0.f16"), [0; 10]).expect("cut");
    assert_eq!(kind(open(folder.path()).await), ErrorKind::Damaged);
}

#[tokio::test]
async fn an_index_of_an_older_format_is_refused_with_the_command_that_mends_it() {
    let folder = folder();
    drop(open(folder.path()).await.expect("a new index"));
    let path = folder.path().join("space");
    let record = fs::read_to_string(&path).expect("there");
    let (_, space_record) = record.split_once('\n').expect("the format comes first");
    fs::write(&path, format!("memory-store format 1\n{space_record}")).expect("written");

    for refused in [
        open(folder.path()).await,
        EmbeddedStore::follow(folder.path(), space(), key()).await,
    ] {
        let error = refused.expect_err("an older format");
        assert_eq!(error.kind(), ErrorKind::ForeignSpace);
        assert!(
            error.to_string().contains("run `gongkit reindex`"),
            "{error}"
        );
    }
}

#[tokio::test]
async fn a_vector_that_is_not_what_was_written_is_named_as_damage() {
    let folder = folder();
    let store = open(folder.path()).await.expect("a new index");
    write(
        &store,
        &[testing::call("1").says("alpha").says("beta gamma")],
    )
    .await;
    drop(store);
    let path = folder.path().join("vectors.0.f16");
    let mut bytes = fs::read(&path).expect("there");
    let value = bytes.iter_mut().find(|byte| **byte != 0).expect("a value");
    *value ^= 1;
    fs::write(&path, bytes).expect("written");

    let store = open(folder.path()).await.expect("lengths are right");
    let question =
        Question::new(Filter::new(Scope::internal())).meaning(embedder().vector("alpha"));
    let error = store.recall(&question).await.expect_err("it is damaged");

    assert_eq!(error.kind(), ErrorKind::Damaged);
    assert!(error.to_string().contains("gongkit reindex"), "{error}");
}

#[cfg(unix)]
#[tokio::test]
async fn only_the_owner_can_look_into_the_folder() {
    use std::os::unix::fs::PermissionsExt;

    let parent = folder();
    let folder = parent.path().join("index");
    let store = open(&folder).await.expect("a new index");
    write(&store, &[testing::call("1").says("alpha")]).await;
    let mode = |path: &Path| fs::metadata(path).expect("there").permissions().mode() & 0o777;
    assert_eq!(mode(&folder), 0o700);
    assert_eq!(mode(&folder.join("words")), 0o700);
    for file in ["lock", "space", "vectors.0.f16"] {
        assert_eq!(mode(&folder.join(file)), 0o600, "{file}");
    }
}

#[tokio::test]
async fn a_handle_that_follows_writes_nothing() {
    let folder = folder();
    drop(open(folder.path()).await.expect("a new index"));
    let follower = EmbeddedStore::follow(folder.path(), space(), key())
        .await
        .expect("there");
    let points = testing::call("1").says("alpha").points(&embedder());
    assert_eq!(
        kind(follower.write(vec![points]).await),
        ErrorKind::ReadOnly
    );
    assert_eq!(
        kind(follower.forget(Forget::All).await),
        ErrorKind::ReadOnly
    );
    assert_eq!(kind(follower.compact().await), ErrorKind::ReadOnly);
}
