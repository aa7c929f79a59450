//! Which threads do what: counted, on a model that nobody trained.

use std::{
    pin::pin,
    sync::mpsc::{Receiver, Sender, channel},
    task::{Context, Waker},
    time::Duration,
};

use encoder_kernels::{Encoder, Level, Shape, Tensor};
use serde_json::json;
use tokio::{sync::oneshot, time::timeout};

use super::*;
use crate::Pooling;

/// Longer than anything here takes on any machine: past it, something waits for what never comes.
const DEADLINE: Duration = Duration::from_mins(1);
const THREADS: usize = 2;

fn tokenizer() -> Vec<u8> {
    json!({
        "version": "1.0", "truncation": null, "padding": null, "added_tokens": [],
        "normalizer": null, "pre_tokenizer": {"type": "Whitespace"}, "post_processor": null,
        "decoder": null,
        "model": {"type": "WordLevel", "vocab": {"?": 0, "price": 1, "high": 2}, "unk_token": "?"},
    })
    .to_string()
    .into_bytes()
}

fn small() -> Bert {
    let shape = Shape {
        vocabulary: 3,
        positions: 256,
        hidden: 32,
        heads: 2,
        layers: 1,
        intermediate: 64,
        epsilon: 1e-12,
    };
    let mut read = |name: &str, dimensions: &[usize]| {
        let count = dimensions.iter().product();
        let value = |at: usize| ((at * 37 + name.len() * 11) % 101) as f32 / 101.0 - 0.45;
        Ok(Tensor {
            dimensions: dimensions.to_vec(),
            values: (0..count).map(value).collect(),
        })
    };
    let (precision, level) = (Precision::Near, Level::best());
    let pooling = encoder_kernels::Pooling::Mean;
    let encoder = Encoder::pack(shape, pooling, precision, level, &mut read).unwrap();
    let number = |number| NonZeroUsize::new(number).unwrap();
    let model = Model::new("small", "none", number(32), number(256)).pooled_by(Pooling::Mean);
    Bert {
        tokens: Arc::new(Tokens::read(&tokenizer(), model.max_tokens()).unwrap()),
        work: Arc::new(Work::Kernels(encoder, precision)),
        passages: Arc::new(Workers::start("embed", number(THREADS)).unwrap()),
        queries: Arc::new(Workers::start("query", NonZeroUsize::MIN).unwrap()),
        model,
    }
}

/// Keeps a thread for passages busy until the sender is used.
async fn held(bert: &Bert) -> Sender<()> {
    let (release, released): (_, Receiver<()>) = channel();
    let (begun, has_begun) = oneshot::channel();
    let work = move |_: &mut _| {
        begun.send(()).unwrap();
        // An error is a test that ended: the thread ends as well.
        let _ = released.recv();
    };
    // Whoever drops the answer is not computed for: this one is dropped when it has begun.
    let _answer = bert.passages.give(work).await.unwrap();
    has_begun.await.unwrap();
    release
}

#[tokio::test]
async fn questions_are_answered_while_no_thread_for_passages_moves() {
    let bert = small();
    let mut holds = Vec::new();
    for _ in 0..THREADS {
        holds.push(held(&bert).await);
    }
    let passages = vec!["price high ".repeat(100); 200];
    let mut backfill = pin!(bert.embed(Purpose::Passage, &passages));
    let mut context = Context::from_waker(Waker::noop());
    assert!(backfill.as_mut().poll(&mut context).is_pending());

    let mut answered = 0;
    for count in (1..=QUERIES_AT_ONCE).cycle().take(100) {
        let queries = vec!["price".to_owned(); count];
        let asked = timeout(DEADLINE, bert.embed(Purpose::Query, &queries)).await;
        let vectors = asked.expect("a question waits for a passage").unwrap();
        assert_eq!(vectors.len(), count);
        answered += 1;
    }

    assert_eq!(answered, 100);
    assert!(backfill.as_mut().poll(&mut context).is_pending());
    drop(holds);
    let vectors = timeout(DEADLINE, backfill).await.unwrap().unwrap();
    assert_eq!(vectors.len(), passages.len());
}

#[tokio::test]
async fn a_batch_of_questions_is_work_like_passages_and_holds_no_question_up() {
    let bert = small();
    let mut holds = Vec::new();
    for _ in 0..THREADS {
        holds.push(held(&bert).await);
    }
    let many = vec!["price".to_owned(); QUERIES_AT_ONCE + 1];
    let mut batch = pin!(bert.embed(Purpose::Query, &many));
    let mut context = Context::from_waker(Waker::noop());
    assert!(batch.as_mut().poll(&mut context).is_pending());

    let one = ["high".to_owned()];
    let asked = timeout(DEADLINE, bert.embed(Purpose::Query, &one)).await;

    assert_eq!(asked.expect("a question waits").unwrap().len(), 1);
    assert!(batch.as_mut().poll(&mut context).is_pending());
    drop(holds);
    let vectors = timeout(DEADLINE, batch).await.unwrap().unwrap();
    assert_eq!(vectors.len(), many.len());
}
