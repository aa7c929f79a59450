//! The laws of [`Embedder`], checked on any implementation.
//!
//! A new embedder passes them unchanged:
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! embeddings::conformance::check(&embeddings::HashEmbedder::default()).await;
//! # }
//! ```

use crate::{Embedder, Purpose, Vector};

const SAME: f32 = 0.999_999;

/// Checks every law of the trait.
///
/// # Panics
/// When a law is broken, with the law as the message: this is for tests.
pub async fn check(embedder: &dyn Embedder) {
    let texts = texts(embedder);
    for purpose in [Purpose::Passage, Purpose::Query] {
        let together = embed(embedder, purpose, &texts).await;

        one_unit_vector_per_text(embedder, &texts, &together);
        alone_as_in_a_batch(embedder, purpose, &texts, &together).await;
        order_follows_the_texts(embedder, purpose, &texts, &together).await;
        words_past_the_limit_change_nothing(embedder, purpose).await;
        assert!(
            embed(embedder, purpose, &[]).await.is_empty(),
            "no text, no vector"
        );
    }
    tokens_are_counted_before_the_cut(embedder);
}

fn texts(embedder: &dyn Embedder) -> Vec<String> {
    let mut texts: Vec<String> = [
        "",
        " \n\t",
        "price",
        "We would need the security review before we can sign in March.",
        "Budget is 1,250.50 € — approved? Yes!",
        "Žluťoučký kůň; 価格が高い; السعر مرتفع 🙂",
        "price",
        "...",
        "line one\nline two\r\nline three",
    ]
    .map(String::from)
    .into();
    let limit = embedder.model().max_tokens().get();
    for count in [1, 7, limit / 3, limit - 3, limit, 3 * limit] {
        texts.push(
            ["renewal", "quote"]
                .iter()
                .copied()
                .cycle()
                .take(count)
                .collect::<Vec<_>>()
                .join(" "),
        );
    }
    texts
}

async fn embed(embedder: &dyn Embedder, purpose: Purpose, texts: &[String]) -> Vec<Vector> {
    embedder
        .embed(purpose, texts)
        .await
        .expect("no text is refused")
}

fn one_unit_vector_per_text(embedder: &dyn Embedder, texts: &[String], vectors: &[Vector]) {
    assert_eq!(vectors.len(), texts.len(), "one vector per text");
    for vector in vectors {
        let dimensions = embedder.model().dimensions().get();
        assert_eq!(
            vector.as_slice().len(),
            dimensions,
            "as many values as the model says"
        );
        assert!(
            (vector.dot(vector) - 1.0).abs() < 1e-5,
            "every vector has length one"
        );
    }
}

async fn alone_as_in_a_batch(
    embedder: &dyn Embedder,
    purpose: Purpose,
    texts: &[String],
    together: &[Vector],
) {
    for (text, expected) in texts.iter().zip(together) {
        let alone = embed(embedder, purpose, std::slice::from_ref(text)).await;
        let cosine = alone.first().map(|vector| vector.dot(expected));
        assert!(
            cosine >= Some(SAME),
            "alone as in a batch: cosine {cosine:?}"
        );
    }
}

async fn order_follows_the_texts(
    embedder: &dyn Embedder,
    purpose: Purpose,
    texts: &[String],
    together: &[Vector],
) {
    let backwards: Vec<String> = texts.iter().rev().cloned().collect();
    let vectors = embed(embedder, purpose, &backwards).await;
    for (vector, expected) in vectors.iter().rev().zip(together) {
        assert!(
            vector.dot(expected) >= SAME,
            "vectors come in the order of the texts"
        );
    }
}

async fn words_past_the_limit_change_nothing(embedder: &dyn Embedder, purpose: Purpose) {
    let limit = embedder.model().max_tokens().get();
    let long = vec!["deal"; 2 * limit].join(" ");
    let longer = format!("{long} and something else entirely");

    let vectors = embed(embedder, purpose, &[long, longer]).await;

    let cosine = vectors
        .first()
        .zip(vectors.last())
        .map(|(long, longer)| long.dot(longer));
    assert!(
        cosine >= Some(SAME),
        "a text is cut at the model's limit: cosine {cosine:?}"
    );
}

fn tokens_are_counted_before_the_cut(embedder: &dyn Embedder) {
    let limit = embedder.model().max_tokens().get();
    let count = |words: usize| embedder.count_tokens(&vec!["deal"; words].join(" "));

    assert!(count(0) <= count(1), "a longer text never counts fewer");
    assert!(count(1) < count(2), "another word is another token");
    assert!(
        count(2 * limit) > limit,
        "tokens are counted before the text is cut"
    );
}
