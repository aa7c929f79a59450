//! After a compaction the raw files hold nothing of what was forgotten.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use conversation::CallId;
use half::f16;
use half::slice::HalfFloatSliceExt;
use memory_store::{Forget, PassageStore, testing};
use tantivy::index::SegmentId;
use tantivy::{Index, SegmentReader};

use crate::opening::{ask, embedder, folder, open, write};

/// The contents of every file below a folder.
fn raw_files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files.extend(raw_files(&path));
        } else {
            files.push((path.display().to_string(), fs::read(&path).expect("a file")));
        }
    }
    files
}

fn files_with(folder: &Path, needle: &[u8]) -> Vec<String> {
    raw_files(folder)
        .into_iter()
        .filter(|(_, bytes)| bytes.windows(needle.len()).any(|window| window == needle))
        .map(|(name, _)| name)
        .collect()
}

fn stored(text: &str) -> Vec<u8> {
    let vector = embedder().vector(text);
    let mut halves = vec![f16::ZERO; vector.as_slice().len()];
    halves.convert_from_f32_slice(vector.as_slice());
    bytemuck::cast_slice(&halves).to_vec()
}

/// A term as it is stored: under the tests' key, in hex.
fn hashed(word: &str) -> String {
    let hash = blake3::keyed_hash(&[42; 32], word.as_bytes());
    hash.to_hex().as_str()[..16].to_owned()
}

/// Every term in the dictionaries of every segment. (Dictionaries are automata: a search for bytes
/// would find no term in them, whether it is there or not.)
fn terms(folder: &Path) -> BTreeSet<String> {
    let index = Index::open_in_dir(folder.join("words")).expect("an index");
    let segments = index.searchable_segments().expect("segments");
    let mut terms = BTreeSet::new();
    for segment in segments {
        let segment = SegmentReader::open(&segment).expect("a segment");
        for field in ["words", "pairs", "facts"] {
            let field = index.schema().get_field(field).expect("a field");
            let dictionary = segment.inverted_index(field).expect("terms");
            let mut stream = dictionary.terms().stream().expect("terms");
            while stream.advance() {
                terms.insert(String::from_utf8_lossy(stream.key()).into_owned());
            }
        }
    }
    terms
}

/// The files of tantivy that are of no segment.
const NO_SEGMENT: [&str; 2] = ["meta.json", ".managed.json"];

/// Files of segments that no commit knows.
fn orphans(folder: &Path) -> Vec<String> {
    let index = Index::open_in_dir(folder.join("words")).expect("an index");
    let segments = index.searchable_segment_ids().expect("segments");
    let ids: Vec<String> = segments.iter().map(SegmentId::uuid_string).collect();
    fs::read_dir(folder.join("words"))
        .expect("a folder")
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .into_string()
                .expect("text")
        })
        .filter(|name| !name.starts_with('.') && !NO_SEGMENT.contains(&name.as_str()))
        .filter(|name| !ids.iter().any(|id| name.starts_with(id)))
        .collect()
}

#[tokio::test]
async fn nothing_of_a_forgotten_call_is_left_in_any_file() {
    let folder = folder();
    let store = open(folder.path()).await.expect("a new index");
    // Thirty calls, so that forgetting one makes no compaction due by itself.
    let mut calls: Vec<_> = (0..30)
        .map(|n| testing::call(&format!("kept{n}")).says(format!("ordinary talk {n}")))
        .collect();
    let secret = testing::call("secretcall")
        .says("xylophone embargo")
        .says("quagmire talk");
    calls.insert(11, secret.clone());
    write(&store, &calls).await;
    let texts: Vec<String> = secret.passages().into_iter().map(|p| p.text).collect();
    let left = |needle: &[u8]| !files_with(folder.path(), needle).is_empty();
    for text in &texts {
        assert!(
            left(&stored(text)),
            "the search finds a vector that is there"
        );
    }
    let term = hashed("xylophon");
    assert!(terms(folder.path()).contains(&term), "a term is there");
    let ordinary = hashed("ordinari");
    assert!(left(b"secretcall"), "the search finds an id that is there");
    assert!(
        !left(b"xylophon") && !left(b"embargo"),
        "no word is ever readable"
    );

    let call = CallId::new("secretcall").expect("a valid id");
    assert_eq!(
        store.forget(Forget::Call(call)).await.expect("forgotten"),
        2
    );
    for text in &texts {
        assert!(!left(&stored(text)), "vectors are overwritten at once");
    }
    store.compact().await.expect("compacted");

    for text in &texts {
        assert!(!left(&stored(text)), "no vector is left");
    }
    let terms = terms(folder.path());
    assert!(!terms.contains(&term), "no term is left");
    assert!(terms.contains(&ordinary), "the others' terms are");
    assert_eq!(
        orphans(folder.path()),
        Vec::<String>::new(),
        "no old segment is left"
    );
    assert!(!left(b"secretcall"), "no id is left");
    assert_eq!(
        ask(&store, "ordinary").await.words.len(),
        30,
        "the others are"
    );
    assert_eq!(
        ask(&store, "ordinary talk 7").await.words[0]
            .place
            .call
            .as_str(),
        "kept7"
    );
}

#[tokio::test]
async fn forgetting_a_tenth_compacts_by_itself() {
    let folder = folder();
    let store = open(folder.path()).await.expect("a new index");
    let calls: Vec<_> = (0..8)
        .map(|n| testing::call(&format!("call{n}")).says(format!("word{n} talk")))
        .collect();
    write(&store, &calls).await;
    let call = CallId::new("call5").expect("a valid id");
    store.forget(Forget::Call(call)).await.expect("forgotten");

    assert_eq!(files_with(folder.path(), b"call5"), Vec::<String>::new());
    let row = 2 * embedder().vector("x").as_slice().len() as u64;
    let vectors = fs::metadata(folder.path().join("vectors.1.f16")).expect("compacted");
    assert_eq!(vectors.len(), 7 * row);
    assert!(!folder.path().join("vectors.0.f16").exists());
    assert_eq!(
        ask(&store, "word7").await.words[0].place.call.as_str(),
        "call7"
    );
    let best = ask(&store, "word7 talk").await.meaning[0]
        .place
        .call
        .to_string();
    assert_eq!(best, "call7", "rows keep their numbers");
}

#[tokio::test]
async fn forgetting_everything_leaves_an_empty_index_that_goes_on() {
    let folder = folder();
    let store = open(folder.path()).await.expect("a new index");
    let sample = testing::call("earlier").says("xylophone");
    write(&store, std::slice::from_ref(&sample)).await;
    assert_eq!(store.forget(Forget::All).await.expect("forgotten"), 1);
    assert_eq!(files_with(folder.path(), b"earlier"), Vec::<String>::new());
    write(&store, &[testing::call("later").says("xylophone")]).await;
    drop(store);
    let store = open(folder.path()).await.expect("the same index");
    assert_eq!(
        ask(&store, "xylophone").await.words[0].place.call.as_str(),
        "later"
    );
}
