//! Vectors of readings that were just made: people ask several things about one call.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, PoisonError};

use embeddings::{Embedder, Purpose, Vector};
use insights::Digest;

use crate::Error;

/// So many vectors are kept, about twelve megabytes of them; then all are forgotten.
const MOST: usize = 8_192;

/// The vectors, each by the fingerprint of its text: no word is kept.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    vectors: Mutex<HashMap<Digest, Vector>>,
}

impl Kept {
    /// The vectors of texts, in order; only those that are not kept are made, each once.
    pub(super) async fn of(
        &self,
        texts: &[String],
        embedder: &dyn Embedder,
    ) -> Result<Vec<Vector>, Error> {
        let names: Vec<Digest> = texts
            .iter()
            .map(|text| Digest::of([text.as_bytes()]))
            .collect();
        let mut found: HashMap<Digest, Vector> = {
            let kept = self.vectors.lock().unwrap_or_else(PoisonError::into_inner);
            let held = |name: &Digest| Some((*name, kept.get(name)?.clone()));
            names.iter().filter_map(held).collect()
        };
        // In an order of their own, so that the same question is computed the same way.
        let mut missing: BTreeMap<Digest, String> = BTreeMap::new();
        for (name, text) in names.iter().zip(texts) {
            if !found.contains_key(name) {
                missing.insert(*name, text.clone());
            }
        }
        let (new, texts): (Vec<Digest>, Vec<String>) = missing.into_iter().unzip();
        let made = embedder.embed(Purpose::Passage, &texts).await?;
        self.keep(&new, &made);
        found.extend(new.into_iter().zip(made));
        Ok(names
            .iter()
            .filter_map(|name| found.get(name).cloned())
            .collect())
    }

    fn keep(&self, names: &[Digest], vectors: &[Vector]) {
        let mut kept = self.vectors.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() + names.len() > MOST {
            kept.clear();
        }
        kept.extend(
            names
                .iter()
                .copied()
                .zip(vectors.iter().cloned())
                .take(MOST),
        );
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use async_trait::async_trait;
    use embeddings::{Error as EmbedError, HashEmbedder, Model};

    use super::*;

    /// Counts what it is asked for.
    #[derive(Debug, Default)]
    struct Counting {
        inner: HashEmbedder,
        texts: AtomicUsize,
    }

    #[async_trait]
    impl Embedder for Counting {
        fn model(&self) -> &Model {
            self.inner.model()
        }

        fn count_tokens(&self, text: &str) -> usize {
            self.inner.count_tokens(text)
        }

        async fn embed(
            &self,
            purpose: Purpose,
            texts: &[String],
        ) -> Result<Vec<Vector>, EmbedError> {
            self.texts.fetch_add(texts.len(), Ordering::Relaxed);
            self.inner.embed(purpose, texts).await
        }
    }

    #[tokio::test]
    async fn a_text_is_embedded_once() {
        let (kept, embedder) = (Kept::default(), Counting::default());
        let texts = ["one", "two", "one"].map(str::to_owned);
        let first = kept.of(&texts, &embedder).await.expect("embedded");
        let again = kept.of(&texts, &embedder).await.expect("kept");
        assert_eq!(embedder.texts.load(Ordering::Relaxed), 2);
        assert_eq!(first, again);
        assert_eq!(first[0], embedder.inner.vector("one"));
        assert_eq!(first[0], first[2]);
    }
}
