//! The embedder without a model: hashed words and word pairs.

use std::num::NonZeroUsize;

use async_trait::async_trait;

use crate::{Embedder, Error, Model, Purpose, Vector};

/// A deterministic embedder that knows no meaning: texts are near when they share words.
///
/// Each lower-cased word and each pair of neighbours adds or subtracts its weight at a place
/// chosen by its hash. It needs no weights and answers at once, so tests and offline trials use
/// it; a search by it is a search by words.
#[derive(Clone, Debug)]
pub struct HashEmbedder {
    model: Model,
}

const DEFAULT_DIMENSIONS: NonZeroUsize = NonZeroUsize::new(384).expect("not zero");
const MAX_TOKENS: NonZeroUsize = NonZeroUsize::new(256).expect("not zero");
/// As many as a BERT model adds to a text, so that limits behave alike.
const SPECIAL_TOKENS: usize = 2;
const WORD_WEIGHT: f32 = 1.0;
const PAIR_WEIGHT: f32 = 0.5;

impl HashEmbedder {
    /// Makes an embedder whose vectors have this many values.
    pub fn new(dimensions: NonZeroUsize) -> Self {
        Self {
            model: Model::new("word-hash-1", "none", dimensions, MAX_TOKENS),
        }
    }

    /// Embeds one text at once; for callers that are not async.
    pub fn vector(&self, text: &str) -> Vector {
        let limit = self.model.max_tokens().get() - SPECIAL_TOKENS;
        let words: Vec<String> = words(text).take(limit).map(str::to_lowercase).collect();

        let mut values = vec![0.0; self.model.dimensions().get()];
        for word in &words {
            add(&mut values, WORD_WEIGHT, &[word]);
        }
        for pair in words.windows(2) {
            let [first, second] = pair else { continue };
            add(&mut values, PAIR_WEIGHT, &[first, second]);
        }
        Vector::normalised(values).unwrap_or_else(|_| self.of_nothing())
    }

    /// Where texts lie that hold no word, or whose words cancel each other out.
    fn of_nothing(&self) -> Vector {
        let mut values = vec![0.0; self.model.dimensions().get()];
        add(&mut values, WORD_WEIGHT, &[]);
        Vector::normalised(values).expect("one value is not zero")
    }
}

impl Default for HashEmbedder {
    /// 384 values, as many as all-MiniLM-L6-v2 has.
    fn default() -> Self {
        Self::new(DEFAULT_DIMENSIONS)
    }
}

#[async_trait]
impl Embedder for HashEmbedder {
    fn model(&self) -> &Model {
        &self.model
    }

    fn count_tokens(&self, text: &str) -> usize {
        words(text).count() + SPECIAL_TOKENS
    }

    async fn embed(&self, _purpose: Purpose, texts: &[String]) -> Result<Vec<Vector>, Error> {
        // Microseconds a text: not worth a thread.
        Ok(texts.iter().map(|text| self.vector(text)).collect())
    }
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|char: char| !char.is_alphanumeric())
        .filter(|word| !word.is_empty())
}

fn add(values: &mut [f32], weight: f32, words: &[&String]) {
    let mut hasher = blake3::Hasher::new();
    for word in words {
        hasher.update(word.as_bytes());
        hasher.update(&[0]);
    }
    let mut hash = [0; 8];
    hasher.finalize_xof().fill(&mut hash);
    let hash = u64::from_le_bytes(hash);

    let sign = if hash & 1 == 0 { 1.0 } else { -1.0 };
    let place = usize::try_from((hash >> 1) % values.len() as u64).expect("less than a length");
    if let Some(value) = values.get_mut(place) {
        *value += sign * weight;
    }
}
