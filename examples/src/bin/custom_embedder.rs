//! An embedder of your own, held to the same laws as ours: here by parts of words, so that a
//! misspelt question finds what was meant.
//!
//! It goes wherever an `Embedder` is wanted, such as `gong_sync::IndexWriter` and
//! `memory_store::PassageStore`. The facade (`gong-app`, `gongkit`) takes a model by its settings:
//! give it yours as a server (`model.name = "server"`).
use std::num::NonZeroUsize;

use anyhow::{Context as _, Result};
use async_trait::async_trait;
use embeddings::{Embedder, Error, Model, Purpose, Vector, conformance};

const VALUES: NonZeroUsize = NonZeroUsize::new(512).expect("not zero");
const MOST_WORDS: NonZeroUsize = NonZeroUsize::new(256).expect("not zero");

struct Trigrams(Model);

impl Trigrams {
    fn vector(&self, text: &str) -> Result<Vector, Error> {
        let mut values = vec![0.0; VALUES.get()];
        values[0] = 0.01; // a text without words lies somewhere, too
        for word in text.split_whitespace().take(MOST_WORDS.get()) {
            let padded: Vec<char> = format!(" {} ", word.to_lowercase()).chars().collect();
            for part in padded.windows(3) {
                // FNV-1a: vectors are stored, so the hash is the same in every build.
                let hash = part.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, char| {
                    (hash ^ u64::from(*char)).wrapping_mul(0x0100_0000_01b3)
                });
                values[(hash >> 32) as usize % VALUES] += 1.0;
            }
        }
        Vector::normalised(values)
    }
}

#[async_trait]
impl Embedder for Trigrams {
    fn model(&self) -> &Model {
        &self.0
    }

    fn count_tokens(&self, text: &str) -> usize {
        text.split_whitespace().count()
    }

    async fn embed(&self, _: Purpose, texts: &[String]) -> Result<Vec<Vector>, Error> {
        // What really computes belongs on a thread: `tokio::task::spawn_blocking`. A failure of
        // your own is `Error::Own`.
        texts.iter().map(|text| self.vector(text)).collect()
    }
}

#[tokio::main]
async fn main() -> Result<()> {
    let embedder = Trigrams(Model::new("trigrams-1", "none", VALUES, MOST_WORDS));
    conformance::check(&embedder).await;
    println!("the embedder keeps every law");

    let said = [
        "We could talk about a discount for an early renewal.",
        "The security questionnaire comes back on Friday.",
        "Who signs the contract on your side?",
    ];
    let asked = embedder.vector("discuont for early renewel")?;
    let mut ranked = Vec::new();
    for text in said {
        ranked.push((asked.dot(&embedder.vector(text)?), text));
    }
    ranked.sort_by(|one, other| other.0.total_cmp(&one.0));
    for (cosine, text) in &ranked {
        println!("{cosine:>5.2}  {text}");
    }
    assert_eq!(ranked.first().context("three")?.1, said[0]);
    Ok(())
}
