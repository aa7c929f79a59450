//! all-MiniLM-L6-v2, against what PyTorch says and against candle.

use std::{
    collections::BTreeSet,
    env,
    io::{self, Write as _},
    num::NonZeroUsize,
    path::PathBuf,
    pin::pin,
    sync::Arc,
    task::{Context, Waker},
};

use embeddings::{
    Bert, BertOptions, Embedder, Engine, Error, Event, Precision, Purpose, Vector, WeightSet,
    WeightsRequest, conformance, find_weights,
};
use serde_json::Value;
use tokio::sync::OnceCell;

const REFERENCE: &str = include_str!("../data/reference.jsonl");

struct Reference {
    text: String,
    tokens: usize,
    vector: Vector,
}

fn references() -> Vec<Reference> {
    let read = |line| {
        let line: Value = serde_json::from_str(line).unwrap();
        let millionths = line["vector"].as_array().unwrap().iter();
        let values = millionths
            .map(|value| value.to_string().parse().unwrap())
            .collect();
        Reference {
            text: line["text"].as_str().unwrap().to_owned(),
            tokens: line["tokens"].to_string().parse().unwrap(),
            vector: Vector::normalised(values).unwrap(),
        }
    };
    REFERENCE.lines().map(read).collect()
}

/// The folder of the weights, found or fetched the way the product does it.
///
/// In CI they must be there. Elsewhere, without a network, the tests that need them say so.
async fn weights() -> Option<PathBuf> {
    let cache = env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let cache = cache.or_else(|| Some(PathBuf::from(env::var_os("HOME")?).join(".cache")));
    let cache = cache.unwrap_or_else(env::temp_dir).join("gongkit/models");
    let quiet = Arc::new(|_: &Event<'_>| ());

    let found = find_weights(&WeightsRequest::all_minilm_l6_v2(cache), quiet).await;
    if let Err(error) = &found {
        assert!(
            env::var_os("CI").is_none(),
            "weights are required in CI: {error}"
        );
        // Straight to stderr: what a passing test prints is not shown.
        let mut stderr = io::stderr();
        writeln!(
            stderr,
            "NOT RUN: needs the weights of all-MiniLM-L6-v2: {error}"
        )
        .unwrap();
    }
    found.ok()
}

async fn minilm() -> Option<&'static Bert> {
    static MODEL: OnceCell<Option<Bert>> = OnceCell::const_new();
    let open = async || {
        let dir = weights().await?;
        Some(
            Bert::open_published(
                &WeightSet::all_minilm_l6_v2(),
                &dir,
                &BertOptions::default(),
            )
            .unwrap(),
        )
    };
    MODEL.get_or_init(open).await.as_ref()
}

async fn embed(embedder: &Bert, texts: &[String]) -> Vec<Vector> {
    embedder.embed(Purpose::Passage, texts).await.unwrap()
}

#[tokio::test]
async fn vectors_are_those_of_pytorch_alone_and_in_a_batch() {
    let Some(model) = minilm().await else { return };
    let references = references();
    assert!(references.len() > 20);
    let texts: Vec<String> = references
        .iter()
        .map(|reference| reference.text.clone())
        .collect();

    let together = embed(model, &texts).await;

    for (reference, together) in references.iter().zip(&together) {
        let text: String = reference.text.chars().take(40).collect();
        let alone = embed(model, std::slice::from_ref(&reference.text))
            .await
            .remove(0);
        let (cosine, in_batch) = (
            alone.dot(&reference.vector),
            together.dot(&reference.vector),
        );
        assert!(cosine >= 0.999_99, "{text:?} alone: {cosine}");
        assert!(in_batch >= 0.999_99, "{text:?} in a batch: {in_batch}");
        assert!(
            alone.dot(together) >= 0.999_999,
            "{text:?} alone and in a batch"
        );
    }
}

#[tokio::test]
async fn both_precisions_are_as_near_to_pytorch_and_candle_as_they_promise() {
    let Some(dir) = weights().await else { return };
    let set = WeightSet::all_minilm_l6_v2();
    let open = |options: BertOptions| Bert::open_published(&set, &dir, &options).unwrap();
    let references = references();
    let texts: Vec<String> = references
        .iter()
        .map(|reference| reference.text.clone())
        .collect();
    let candle = open(BertOptions::default().computed_by(Engine::Candle));
    assert_eq!(candle.engine(), "candle cpu");
    let candle = embed(&candle, &texts).await;

    for (precision, mean, least) in [
        (Precision::Exact, 0.999_999_9, 0.999_999_9),
        (Precision::Near, 0.999_99, 0.999_95),
    ] {
        let model = open(BertOptions::default().with_precision(precision));
        assert!(model.engine().starts_with("kernels "), "{}", model.engine());
        let vectors = embed(&model, &texts).await;

        let pytorch: Vec<&Vector> = references.iter().map(|of| &of.vector).collect();
        for other in [pytorch, candle.iter().collect()] {
            let cosines: Vec<f64> = vectors.iter().zip(other).map(cosine).collect();
            let found = cosines.iter().sum::<f64>() / cosines.len() as f64;
            assert!(found >= mean, "{precision:?}: mean {found}");
            assert!(
                cosines.iter().all(|one| *one >= least),
                "{precision:?}: {cosines:?}"
            );
        }
    }
}

/// In f64: nine digits are compared.
fn cosine((a, b): (&Vector, &Vector)) -> f64 {
    let dot = |a: &Vector, b: &Vector| -> f64 {
        let pairs = a.as_slice().iter().zip(b.as_slice());
        pairs.map(|(a, b)| f64::from(*a) * f64::from(*b)).sum()
    };
    dot(a, b) / (dot(a, a) * dot(b, b)).sqrt()
}

#[tokio::test]
async fn a_query_does_not_wait_for_the_passages_before_it() {
    let Some(dir) = weights().await else { return };
    let options = BertOptions::default().with_threads(NonZeroUsize::MIN);
    let model = Bert::open_published(&WeightSet::all_minilm_l6_v2(), &dir, &options).unwrap();
    let passages = vec!["So the way we run onboarding is in three steps. ".repeat(8); 400];
    let query = ["what was said about onboarding".to_owned()];
    let mut context = Context::from_waker(Waker::noop());

    let mut backfill = pin!(model.embed(Purpose::Passage, &passages));
    assert!(backfill.as_mut().poll(&mut context).is_pending());
    let answer = model.embed(Purpose::Query, &query).await.unwrap();

    assert_eq!(answer.len(), 1);
    assert!(backfill.as_mut().poll(&mut context).is_pending());
}

#[tokio::test]
async fn tokens_are_counted_as_the_models_own_tokenizer_does() {
    let Some(model) = minilm().await else { return };

    for Reference { text, tokens, .. } in references() {
        assert_eq!(model.count_tokens(&text), tokens, "{:?}", text.get(..40));
    }
}

#[tokio::test]
async fn it_obeys_the_laws_of_an_embedder() {
    let Some(model) = minilm().await else { return };

    conformance::check(model).await;
}

#[tokio::test]
async fn many_callers_at_once_get_their_own_vectors() {
    let Some(model) = minilm().await else { return };
    let expected = references();

    let callers = expected.iter().map(|reference| {
        let texts = [
            reference.text.clone(),
            "something else".to_owned(),
            reference.text.clone(),
        ];
        tokio::spawn(async move { embed(model, &texts).await })
    });
    let callers: Vec<_> = callers.collect();

    for (caller, reference) in callers.into_iter().zip(&expected) {
        let vectors = caller.await.unwrap();
        assert!(vectors[0].dot(&reference.vector) >= 0.999_99);
        assert!(vectors[2].dot(&reference.vector) >= 0.999_99);
    }
}

#[tokio::test]
async fn the_model_says_what_it_is() {
    let Some(model) = minilm().await else { return };

    let model = model.model();

    assert_eq!(model.name(), "all-MiniLM-L6-v2");
    assert!(model.weights_sha256().starts_with("53aa5117"));
    assert_eq!(
        (model.dimensions().get(), model.max_tokens().get()),
        (384, 256)
    );
    assert_eq!((model.passage_prefix(), model.query_prefix()), ("", ""));
}

#[tokio::test]
async fn a_model_with_one_thread_gives_the_same_vectors() {
    let (Some(model), Some(dir)) = (minilm().await, weights().await) else {
        return;
    };
    let options = BertOptions::default().with_threads(NonZeroUsize::MIN);
    let texts: Vec<String> = references()
        .into_iter()
        .map(|reference| reference.text)
        .collect();

    let single = Bert::open_published(&WeightSet::all_minilm_l6_v2(), &dir, &options).unwrap();

    let (many, one) = (embed(model, &texts).await, embed(&single, &texts).await);
    let values = |vectors: &[Vector]| -> Vec<Vec<f32>> {
        vectors
            .iter()
            .map(|vector| vector.as_slice().to_vec())
            .collect()
    };
    assert_eq!(values(&many), values(&one), "not bit for bit");
}

#[tokio::test]
async fn the_thread_that_asks_does_not_compute() {
    let Some(model) = minilm().await else { return };
    let texts = references()
        .into_iter()
        .map(|reference| reference.text)
        .collect::<Vec<_>>();

    let mut asked = pin!(model.embed(Purpose::Query, &texts));
    let first = asked.as_mut().poll(&mut Context::from_waker(Waker::noop()));

    assert!(first.is_pending());
    assert_eq!(asked.await.unwrap().len(), texts.len());
}

/// Threads are seen by their names in `/proc`.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_dropped_model_leaves_no_thread_behind() {
    let Some(dir) = weights().await else { return };
    let threads = || {
        let tasks = std::fs::read_dir("/proc/self/task").unwrap();
        let tasks = tasks.filter_map(|task| task.ok().map(|task| task.path()));
        let ours = tasks.filter(|task| {
            std::fs::read_to_string(task.join("comm"))
                .is_ok_and(|name| name.starts_with("embed-") || name.starts_with("query-"))
        });
        ours.collect::<BTreeSet<_>>()
    };
    let before = threads();

    let options = BertOptions::default().with_threads(NonZeroUsize::new(3).unwrap());
    let model = Bert::open_published(&WeightSet::all_minilm_l6_v2(), &dir, &options).unwrap();
    let clone = model.clone();
    drop(model);
    embed(&clone, &["some work".to_owned()]).await;
    let begun: BTreeSet<_> = threads().difference(&before).cloned().collect();
    drop(clone);

    // Other tests of this process may have begun or ended some as well.
    let ended = begun.difference(&threads()).count();
    assert!(
        begun.len() >= 4 && ended >= 4,
        "{} begun, {ended} ended",
        begun.len()
    );
}

#[tokio::test]
async fn a_changed_file_is_refused_when_it_is_opened() {
    let Some(dir) = weights().await else { return };
    let copy = tempfile::tempdir().unwrap();
    for name in ["config.json", "tokenizer.json", "model.safetensors"] {
        std::fs::copy(dir.join(name), copy.path().join(name)).unwrap();
    }
    let config = copy.path().join("config.json");
    let changed = std::fs::read_to_string(&config)
        .unwrap()
        .replace("1e-12", "1e-11");
    std::fs::write(&config, changed).unwrap();

    let refused = Bert::open_published(
        &WeightSet::all_minilm_l6_v2(),
        copy.path(),
        &BertOptions::default(),
    );

    let refused = refused.err().unwrap();
    assert!(matches!(&refused, Error::WeightsRefused { path, .. } if *path == config));
    assert!(refused.to_string().contains("its sha256 is"), "{refused}");
}
