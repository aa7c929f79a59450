//! The model, opened when it is first needed.

use std::path::PathBuf;
use std::sync::Arc;

use embeddings::{
    Bert, BertOptions, Embedder, Event, HashEmbedder, WeightSet, WeightsRequest, find_weights,
};

use crate::{Error, ErrorKind, Listener, ModelName, Settings, Stage, Step};

/// Opens the model that the settings name; its files are fetched if need be.
pub(crate) async fn open(
    settings: &Settings,
    listener: Arc<dyn Listener>,
) -> Result<Arc<dyn Embedder>, Error> {
    match settings.model.name {
        ModelName::Hash => Ok(Arc::new(HashEmbedder::default())),
        ModelName::MiniLm => {
            let request = request(settings)?;
            let progress = Arc::new(move |event: &Event<'_>| told(listener.as_ref(), event));
            let folder = find_weights(&request, progress).await?;
            let opened = tokio::task::spawn_blocking(move || {
                let set = WeightSet::all_minilm_l6_v2();
                Bert::open_published(&set, &folder, &BertOptions::default())
            });
            let model = opened.await.map_err(|error| {
                Error::new(ErrorKind::Failed, "the model could not be opened").caused_by(error)
            })??;
            Ok(Arc::new(model))
        }
    }
}

/// Whether the model's files are here and whole, without fetching anything.
pub(crate) async fn is_here(settings: &Settings) -> Result<bool, Error> {
    match settings.model.name {
        ModelName::Hash => Ok(true),
        ModelName::MiniLm => {
            let request = request(settings)?.with_sources([]);
            match find_weights(&request, Arc::new(|_: &Event<'_>| {})).await {
                Ok(_) => Ok(true),
                Err(embeddings::Error::WeightsNotFound { .. }) if settings.model.dir.is_none() => {
                    Ok(false)
                }
                Err(error) => Err(error.into()),
            }
        }
    }
}

fn request(settings: &Settings) -> Result<WeightsRequest, Error> {
    if let Some(folder) = &settings.model.dir {
        return Ok(WeightsRequest::all_minilm_l6_v2(folder).with_model_dir(folder));
    }
    cached(settings)
}

/// The files from the cache and its sources, whatever folder is set.
pub(crate) fn cached(settings: &Settings) -> Result<WeightsRequest, Error> {
    Ok(WeightsRequest::all_minilm_l6_v2(cache_folder(settings)?))
}

/// Where fetched models are kept.
pub(crate) fn cache_folder(settings: &Settings) -> Result<PathBuf, Error> {
    let cache = settings.cache.dir.as_ref().ok_or_else(|| {
        Error::new(
            ErrorKind::NotConfigured,
            "there is no folder for the model's files",
        )
        .hint("set HOME, XDG_CACHE_HOME or GONGKIT__CACHE__DIR to an absolute path")
    })?;
    Ok(cache.join("models"))
}

pub(crate) fn told(listener: &dyn Listener, event: &Event<'_>) {
    match event {
        Event::Trying { source } => {
            listener.note(&format!(
                "fetching the model all-MiniLM-L6-v2 (91 MB) from {source}"
            ));
        }
        Event::Bytes { done, total, .. } => listener.step(Step {
            stage: Stage::Weights,
            done: *done,
            total: Some(*total),
        }),
        Event::GaveUp { source, error } => {
            listener.note(&format!("{source} did not give the model: {error}"));
        }
        _ => {}
    }
}
