//! The embedder without a model.

use std::num::NonZeroUsize;

use embeddings::{Embedder, HashEmbedder, Purpose, conformance};
use proptest::prelude::*;

#[tokio::test]
async fn it_obeys_the_laws_of_an_embedder() {
    conformance::check(&HashEmbedder::default()).await;
    for dimensions in [1, 2, 7, 1024] {
        conformance::check(&HashEmbedder::new(NonZeroUsize::new(dimensions).unwrap())).await;
    }
}

#[tokio::test]
async fn case_and_punctuation_do_not_count_and_words_do() {
    let embedder = HashEmbedder::default();
    let texts = [
        "The price, please!",
        "the PRICE please",
        "the contract please",
        "see you soon",
    ];
    let texts = texts.map(String::from);

    let vectors = embedder.embed(Purpose::Query, &texts).await.unwrap();

    let cosine = |other: usize| vectors[0].dot(&vectors[other]);
    assert!(cosine(1) > 0.999_999);
    assert!(cosine(1) > cosine(2) && cosine(2) > cosine(3) + 0.2);
}

#[test]
fn vectors_stay_what_they_are_from_version_to_version() {
    let vector = HashEmbedder::new(NonZeroUsize::new(8).unwrap()).vector("price and contract");

    let rounded: Vec<i32> = vector
        .as_slice()
        .iter()
        .map(|value| hundredths(*value))
        .collect();
    assert_eq!(rounded, [-47, 0, 47, 71, 24, 0, 0, 0]);
}

#[expect(clippy::cast_possible_truncation, reason = "a value of a unit vector")]
fn hundredths(value: f32) -> i32 {
    (value * 100.0).round() as i32
}

#[test]
fn tokens_are_words_and_two() {
    for (text, expected) in [
        ("", 2),
        ("a", 3),
        ("a-b, c", 5),
        ("  \n", 2),
        ("über uns", 4),
    ] {
        assert_eq!(
            HashEmbedder::default().count_tokens(text),
            expected,
            "{text:?}"
        );
    }
}

proptest! {
    #[test]
    fn a_text_is_nearest_to_itself(
        text in "[a-z]{1,8}( [a-z]{1,8}){2,30}", other in "[a-z]{1,8}( [a-z]{1,8}){2,30}",
    ) {
        let embedder = HashEmbedder::default();
        let (vector, other) = (embedder.vector(&text), embedder.vector(&other));

        prop_assert!(vector.dot(&embedder.vector(&text)) > 0.999_99);
        prop_assert!(vector.dot(&other) < 1.0 + 1e-5);
    }

    #[test]
    fn any_text_has_a_vector(text: String) {
        let vector = HashEmbedder::default().vector(&text);

        prop_assert!((vector.dot(&vector) - 1.0).abs() < 1e-5);
    }
}
