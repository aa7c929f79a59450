//! What is left of an erased call in the files of SQLite and of the embedded index: nothing.
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use call_archive::{Erasure, OpenOptions, SqliteArchive};
use conversation::SPLITTER_VERSION;
use embeddings::{Embedder as _, HashEmbedder, Space};
use futures::stream;
use gong_sim::{World, WorldCall};
use gong_sync::Fetched;
use memory_store::{EmbeddedStore, TermKey, testing::all_holdings};
use serde_json::{Value, json};
use tantivy::{Index, SegmentReader};

use crate::fixture::{Bench, NOW, at, id};

/// What only the erased call says: words of it, its title, who took part.
const WORDS: [&str; 6] = [
    "xylophone",
    "Quagmire",
    "zqxtitle",
    "Zqxname",
    "zqxjob",
    "zqx.person",
];
const GONE: &str = "8877665544332211009";
const DOMAIN: &str = "gone-domain.example";

fn secret() -> Value {
    json!({
        "call": {
            "metaData": {
                "id": GONE, "title": "zqxtitle", "started": "2026-06-01T09:00:00Z",
                "url": "https://calls.example/zqxtitle", "isPrivate": false,
            },
            "parties": [{
                "id": "1", "speakerId": "11", "name": "Ada Zqxname", "title": "zqxjob",
                "emailAddress": format!("zqx.person@{DOMAIN}"), "affiliation": "External",
            }],
        },
        "callTranscript": {
            "callId": GONE,
            "transcript": [{ "speakerId": "11", "topic": "Quagmire", "sentences": [
                { "start": 0, "end": 900, "text": "The xylophone embargo is a Quagmire." },
                { "start": 900, "end": 1900, "text": "Nobody else speaks of xylophones." },
            ]}],
        },
    })
}

fn plain(number: usize) -> Value {
    let call = WorldCall::plain(&format!("71{number}"), at("2026-06-02T09:00:00Z"));
    let said = json!({ "callId": call.id(), "transcript": call.transcript_json() });
    json!({ "call": call.call_json(), "callTranscript": said })
}

/// Every file below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found
}

fn is_in_a_file(folder: &Path, trace: &[u8]) -> bool {
    files(folder).iter().any(|file| {
        let bytes = fs::read(file).unwrap();
        bytes.windows(trace.len()).any(|at| at == trace)
    })
}

/// Every hashed term in the dictionaries of the index. (They are automata: no search for bytes
/// would find a term in them, whether it is there or not.)
fn terms(index: &Path) -> BTreeSet<Vec<u8>> {
    let index = Index::open_in_dir(index.join("words")).unwrap();
    let mut terms = BTreeSet::new();
    for segment in index.searchable_segments().unwrap() {
        let segment = SegmentReader::open(&segment).unwrap();
        for field in ["words", "pairs", "facts"] {
            let field = index.schema().get_field(field).unwrap();
            let dictionary = segment.inverted_index(field).unwrap();
            let mut stream = dictionary.terms().stream().unwrap();
            while stream.advance() {
                terms.insert(stream.key().to_vec());
            }
        }
    }
    terms
}

/// Every vector in the index, as it is stored.
fn vectors(index: &Path) -> BTreeSet<Vec<u8>> {
    let row = 2 * HashEmbedder::default().model().dimensions().get();
    let mut vectors = BTreeSet::new();
    for file in files(index) {
        if file.extension().is_some_and(|extension| extension == "f16") {
            let bytes = fs::read(file).unwrap();
            vectors.extend(bytes.chunks(row).map(<[u8]>::to_vec));
        }
    }
    vectors
}

#[tokio::test]
async fn nothing_of_an_erased_call_is_left_in_database_log_and_index() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let options = OpenOptions::new(folder.join("archive"), at(NOW));
    let archive = Arc::new(SqliteArchive::open(options).await.unwrap());
    let mut bench = Bench::over(World::empty(), NOW, archive).await;
    let key = bench.archive.hash_key().await.unwrap();
    let address = key.email(&format!("zqx.person@{DOMAIN}")).unwrap();
    let space = Space::new(
        HashEmbedder::default().model().clone(),
        SPLITTER_VERSION,
        key.id.clone(),
    );
    let index = folder.join("index");
    let store = EmbeddedStore::open(&index, space, TermKey::new(key.bytes));
    bench.store = Arc::new(store.await.unwrap());
    let import = async |calls: Vec<Value>| {
        let read = |call: Value| Ok(Fetched::from_json(call.to_string().as_bytes()).unwrap());
        let calls = stream::iter(calls.into_iter().map(read).collect::<Vec<_>>());
        let report = bench.sync().import(calls).await;
        assert!(report.is_complete(), "{:?}", report.stopped);
    };
    import((0..30).map(plain).collect()).await;
    let (others, other_vectors) = (terms(&index), vectors(&index));
    import(vec![secret()]).await;
    let own_terms: BTreeSet<_> = terms(&index).difference(&others).cloned().collect();
    let own_vectors: Vec<_> = vectors(&index)
        .difference(&other_vectors)
        .cloned()
        .collect();
    let clear = [GONE.as_bytes(), DOMAIN.as_bytes(), address.as_bytes()];
    assert!(
        own_terms.len() > 5 && !own_vectors.is_empty(),
        "it was indexed"
    );
    for trace in clear
        .into_iter()
        .chain(own_vectors.iter().map(Vec::as_slice))
    {
        assert!(
            is_in_a_file(folder, trace),
            "the search finds what is there"
        );
    }
    for word in WORDS {
        assert!(
            !is_in_a_file(folder, word.as_bytes()),
            "{word} was readable"
        );
    }

    let (gone, now) = (id(GONE), bench.sim.now());
    let erasing = bench
        .archive
        .begin_erase(&gone, Erasure::WithTombstone, now);
    assert!(erasing.await.unwrap());
    let report = bench.sync().drain().await.unwrap();
    assert!(
        report.failures.is_empty() && report.unreached.is_empty(),
        "{report:?}"
    );

    for trace in clear
        .into_iter()
        .chain(own_vectors.iter().map(Vec::as_slice))
    {
        assert!(!is_in_a_file(folder, trace), "left: {trace:?}");
    }
    for word in WORDS {
        assert!(!is_in_a_file(folder, word.as_bytes()), "{word} is readable");
    }
    assert_eq!(
        terms(&index).intersection(&own_terms).count(),
        0,
        "terms are left"
    );
    assert!(others.is_subset(&terms(&index)), "the others' terms stay");
    assert_eq!(all_holdings(&*bench.store).await.unwrap().len(), 30);
}
