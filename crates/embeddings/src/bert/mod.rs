//! A BERT model on threads of its own.

mod candle;
mod config;
mod engine;
mod family;
mod folder;
mod groups;
mod known;
mod packed;
mod tokens;
mod workers;

use std::{num::NonZeroUsize, path::Path, sync::Arc, thread};

use async_trait::async_trait;
use encoder_kernels::Precision;

pub use self::known::KnownModel;
use self::{engine::Work, folder::Folder, tokens::Tokens, workers::Workers};
use crate::{Embedder, Error, Model, Purpose, Vector, weights::WeightSet};

/// A sentence model of the BERT family, computed on the CPU: all-MiniLM-L6-v2 and its like, bge,
/// e5.
///
/// Passages and queries have threads of their own, so that a question never waits behind a batch
/// of passages. A clone is a handle on the same model and threads. Dropping the last one stops the
/// threads; it waits for the work in hand, a tenth of a second or so.
#[derive(Clone)]
pub struct Bert {
    model: Model,
    tokens: Arc<Tokens>,
    work: Arc<Work>,
    passages: Arc<Workers>,
    queries: Arc<Workers>,
}

/// What computes the vectors.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Engine {
    /// The kernels of this project, and candle for a model whose shape they do not compute.
    #[default]
    Kernels,
    /// candle: several times slower on a CPU, on a graphics card with the features `cuda` and
    /// `metal`, and what the kernels are compared with.
    Candle,
}

/// How [`Bert`] runs.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct BertOptions {
    threads: NonZeroUsize,
    precision: Precision,
    engine: Engine,
}

/// Texts that one task turns into tokens: a few milliseconds of work.
const TEXTS_PER_TASK: usize = 64;
/// Queries that are asked at once by somebody who waits. More of them are a batch like any other.
const QUERIES_AT_ONCE: usize = 8;

impl BertOptions {
    /// Sets the number of threads that compute passages; by default one for each core. Queries
    /// have one more.
    #[must_use = "the options are returned, not changed in place"]
    pub fn with_threads(mut self, threads: NonZeroUsize) -> Self {
        self.threads = threads;
        self
    }

    /// Sets how exactly the kernels compute; by default [`Precision::Near`].
    ///
    /// Vectors of both may be compared: their cosine is above 0.99999, so both are of one
    /// [`crate::Space`].
    #[must_use = "the options are returned, not changed in place"]
    pub fn with_precision(mut self, precision: Precision) -> Self {
        self.precision = precision;
        self
    }

    /// Sets what computes the vectors.
    #[must_use = "the options are returned, not changed in place"]
    pub fn computed_by(mut self, engine: Engine) -> Self {
        self.engine = engine;
        self
    }
}

impl Default for BertOptions {
    fn default() -> Self {
        Self {
            threads: thread::available_parallelism().unwrap_or(NonZeroUsize::MIN),
            precision: Precision::default(),
            engine: Engine::default(),
        }
    }
}

impl Bert {
    /// Loads a published model from the folder that [`crate::find_weights`] returned.
    ///
    /// The bytes that are used are the bytes that are verified: a file that is not the published
    /// one is refused here as well. This reads and hashes all of it, so call it on a thread that
    /// may block.
    pub fn open_published(
        set: &WeightSet,
        dir: &Path,
        options: &BertOptions,
    ) -> Result<Self, Error> {
        let folder = Folder::published(set, dir)?;
        let weights = set.read("model.safetensors", dir)?;
        Self::start(folder, &weights, options)
    }

    /// Loads the model of any folder that is laid out like those of sentence-transformers:
    /// `config.json`, `tokenizer.json`, `model.safetensors`, and beside them what says how texts
    /// are pooled, cut and prefixed.
    ///
    /// The model is called as its folder is. What its own files do not say is taken from what is
    /// known of models of that name.
    pub fn open(dir: &Path, options: &BertOptions) -> Result<Self, Error> {
        let (folder, weights) = Folder::of_the_user(None, dir)?;
        Self::start(folder, &weights, options)
    }

    /// Loads a known model from a folder whose files nobody here has sums of.
    ///
    /// The model has its published name whatever the folder is called, and its family's pooling,
    /// prefixes and limit where the folder does not say otherwise. A folder of another shape is
    /// refused.
    pub fn open_known(known: KnownModel, dir: &Path, options: &BertOptions) -> Result<Self, Error> {
        let (folder, weights) = Folder::of_the_user(Some(known), dir)?;
        Self::start(folder, &weights, options)
    }

    fn start(folder: Folder, weights: &[u8], options: &BertOptions) -> Result<Self, Error> {
        let no_threads = |source: std::io::Error| Error::Model {
            part: "threads",
            source: source.into(),
        };
        let tokens = Tokens::read(&folder.tokenizer, folder.model.max_tokens())?;
        let work = Work::load(weights, &folder, options.engine, options.precision)?;
        Ok(Self {
            tokens: Arc::new(tokens),
            work: Arc::new(work),
            passages: Arc::new(Workers::start("embed", options.threads).map_err(no_threads)?),
            queries: Arc::new(Workers::start("query", NonZeroUsize::MIN).map_err(no_threads)?),
            model: folder.model,
        })
    }

    /// What computes the vectors, in words: for reports and benchmarks.
    pub fn engine(&self) -> String {
        self.work.to_string()
    }

    /// Turns the texts into token ids on the worker threads.
    async fn ids(&self, workers: &Workers, texts: Vec<String>) -> Result<Vec<Vec<u32>>, Error> {
        let mut answers = Vec::new();
        for part in texts.chunks(TEXTS_PER_TASK) {
            let (part, tokens) = (part.to_vec(), Arc::clone(&self.tokens));
            let work = move |_: &mut _| part.iter().map(|text| tokens.ids(text)).collect();
            answers.push(workers.give(work).await?);
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
impl Embedder for Bert {
    fn model(&self) -> &Model {
        &self.model
    }

    fn count_tokens(&self, text: &str) -> usize {
        self.tokens.count(text)
    }

    async fn embed(&self, purpose: Purpose, texts: &[String]) -> Result<Vec<Vector>, Error> {
        let (prefix, workers) = match purpose {
            Purpose::Query if texts.len() <= QUERIES_AT_ONCE => {
                (self.model.query_prefix(), &self.queries)
            }
            Purpose::Query => (self.model.query_prefix(), &self.passages),
            Purpose::Passage => (self.model.passage_prefix(), &self.passages),
        };
        let prefixed = texts.iter().map(|text| format!("{prefix}{text}")).collect();
        let mut ids = self.ids(workers, prefixed).await?;
        let lengths: Vec<usize> = ids.iter().map(Vec::len).collect();

        let mut answers = Vec::new();
        for places in groups::of_like_length(&lengths, groups::TOKENS_PER_GROUP) {
            let group: Vec<Vec<u32>> = places
                .iter()
                .filter_map(|&place| ids.get_mut(place).map(std::mem::take))
                .collect();
            let work = Arc::clone(&self.work);
            let answer = workers.give(move |scratch| work.vectors(&group, scratch));
            answers.push((places, answer.await?));
        }

        let mut vectors = Vec::with_capacity(texts.len());
        for (places, answer) in answers {
            vectors.extend(places.into_iter().zip(answer.get().await??));
        }
        vectors.sort_unstable_by_key(|(place, _)| *place);
        Ok(vectors.into_iter().map(|(_, vector)| vector).collect())
    }
}

#[cfg(test)]
mod tests;
