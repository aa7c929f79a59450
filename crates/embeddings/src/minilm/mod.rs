//! all-MiniLM-L6-v2 on threads of its own.

mod bert;
mod config;
mod gelu;
mod groups;
mod sums;
mod tokens;
mod workers;

use std::{num::NonZeroUsize, path::Path, sync::Arc, thread};

use async_trait::async_trait;

use self::{bert::Bert, config::Config, tokens::Tokens, workers::Workers};
use crate::{Embedder, Error, Model, Purpose, Vector, weights::WeightSet};

/// The model all-MiniLM-L6-v2, computed by candle on the CPU.
///
/// A clone is a handle on the same model and threads. Dropping the last one stops the threads; it
/// waits for the work in hand, a quarter of a second at most.
#[derive(Clone)]
pub struct MiniLm {
    model: Model,
    tokens: Arc<Tokens>,
    bert: Arc<Bert>,
    workers: Arc<Workers>,
}

/// How [`MiniLm`] runs.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct MiniLmOptions {
    threads: NonZeroUsize,
}

const MAX_TOKENS: NonZeroUsize = NonZeroUsize::new(256).expect("not zero");
/// Texts that one task turns into tokens: a few milliseconds of work.
const TEXTS_PER_TASK: usize = 64;

impl MiniLmOptions {
    /// Sets the number of threads that compute; by default one for each core.
    #[must_use = "the options are returned, not changed in place"]
    pub fn with_threads(mut self, threads: NonZeroUsize) -> Self {
        self.threads = threads;
        self
    }
}

impl Default for MiniLmOptions {
    fn default() -> Self {
        Self {
            threads: thread::available_parallelism().unwrap_or(NonZeroUsize::MIN),
        }
    }
}

impl MiniLm {
    /// Loads the model from the folder that [`crate::find_weights`] returned.
    ///
    /// The bytes that are used are the bytes that are verified: a file that is not the published
    /// one is refused here as well. This reads and hashes 91 MB, so call it on a thread that may
    /// block.
    pub fn open(dir: &Path, options: &MiniLmOptions) -> Result<Self, Error> {
        let set = WeightSet::all_minilm_l6_v2();
        let config = Config::read(&set.read("config.json", dir)?)?;
        let tokens = Tokens::read(&set.read("tokenizer.json", dir)?, MAX_TOKENS)?;
        let bert = Bert::read(&set.read("model.safetensors", dir)?, &config)?;

        let unusable = |source| Error::Model {
            part: "config.json",
            source,
        };
        let dimensions = NonZeroUsize::new(config.hidden_size)
            .ok_or_else(|| unusable("vectors without values".into()))?;
        let workers = Workers::start(options.threads).map_err(|source| Error::Model {
            part: "threads",
            source: source.into(),
        })?;
        let weights = set.sha256_of("model.safetensors").unwrap_or_default();
        Ok(Self {
            model: Model::new(set.name(), weights, dimensions, MAX_TOKENS),
            tokens: Arc::new(tokens),
            bert: Arc::new(bert),
            workers: Arc::new(workers),
        })
    }

    /// Turns the texts into token ids on the worker threads.
    async fn ids(&self, texts: &[String]) -> Result<Vec<Vec<u32>>, Error> {
        let mut answers = Vec::new();
        for part in texts.chunks(TEXTS_PER_TASK) {
            let (part, tokens) = (part.to_vec(), Arc::clone(&self.tokens));
            let work = move || part.iter().map(|text| tokens.ids(text)).collect();
            answers.push(self.workers.give(work).await?);
        }

        let mut ids = Vec::with_capacity(texts.len());
        for answer in answers {
            let part: Result<Vec<Vec<u32>>, Error> = answer.get().await?;
            ids.extend(part?);
        }
        Ok(ids)
    }
}

#[async_trait]
impl Embedder for MiniLm {
    fn model(&self) -> &Model {
        &self.model
    }

    fn count_tokens(&self, text: &str) -> usize {
        self.tokens.count(text)
    }

    /// This model was trained without prefixes: both purposes give the same vector.
    async fn embed(&self, _purpose: Purpose, texts: &[String]) -> Result<Vec<Vector>, Error> {
        let mut ids = self.ids(texts).await?;
        let lengths: Vec<usize> = ids.iter().map(Vec::len).collect();

        let mut answers = Vec::new();
        for places in groups::of_like_length(&lengths, groups::TOKENS_PER_GROUP) {
            let group: Vec<Vec<u32>> = places
                .iter()
                .filter_map(|&place| ids.get_mut(place).map(std::mem::take))
                .collect();
            let bert = Arc::clone(&self.bert);
            let work = move || vectors(&bert, &group);
            answers.push((places, self.workers.give(work).await?));
        }

        let mut vectors = Vec::with_capacity(texts.len());
        for (places, answer) in answers {
            vectors.extend(places.into_iter().zip(answer.get().await??));
        }
        vectors.sort_unstable_by_key(|(place, _)| *place);
        Ok(vectors.into_iter().map(|(_, vector)| vector).collect())
    }
}

fn vectors(bert: &Bert, group: &[Vec<u32>]) -> Result<Vec<Vector>, Error> {
    let means = bert.means(group).map_err(|source| Error::Model {
        part: "forward pass",
        source: source.into(),
    })?;
    means.into_iter().map(Vector::normalised).collect()
}
