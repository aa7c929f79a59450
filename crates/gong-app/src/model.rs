//! The model, opened when it is first needed.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use embeddings::{
    Bert, BertOptions, Embedder, Event, HashEmbedder, KnownModel, Remote, WeightSet,
    WeightsRequest, find_weights,
};
use gong_auth::read_secret_file;
use secrecy::{ExposeSecret as _, SecretString};

use crate::config::{EmbeddingServerSettings, YesNo};
use crate::{Error, ErrorKind, Listener, ModelName, Settings, Stage, Step};

/// Opens the model that the settings name; its files are fetched if need be.
pub(crate) async fn open(
    settings: &Settings,
    listener: Arc<dyn Listener>,
) -> Result<Arc<dyn Embedder>, Error> {
    match settings.model.name {
        ModelName::Hash => Ok(Arc::new(HashEmbedder::default())),
        ModelName::Server => Ok(Arc::new(remote(&settings.embedding_server)?)),
        ModelName::Folder => opened(settings, Files::Folder(folder(settings)?)).await,
        ModelName::Known(known) => match known.files() {
            None => opened(settings, Files::Known(known, folder(settings)?)).await,
            Some(set) => {
                let request = request(settings)?;
                let progress = Arc::new(move |event: &Event<'_>| told(listener.as_ref(), event));
                let folder = find_weights(&request, progress).await?;
                opened(settings, Files::Published(set, folder)).await
            }
        },
    }
}

/// Where a model's files are, and what is known of them.
pub(crate) enum Files {
    /// Published with sums.
    Published(WeightSet, PathBuf),
    /// A known model without.
    Known(KnownModel, PathBuf),
    /// Any model.
    Folder(PathBuf),
}

async fn opened(settings: &Settings, files: Files) -> Result<Arc<dyn Embedder>, Error> {
    Ok(Arc::new(read(settings, files).await?))
}

/// Reads and verifies a model on a thread that may block.
pub(crate) async fn read(settings: &Settings, files: Files) -> Result<Bert, Error> {
    let options = BertOptions::default().with_precision(settings.model.precision.into());
    let opened = tokio::task::spawn_blocking(move || match &files {
        Files::Published(set, folder) => Bert::open_published(set, folder, &options),
        Files::Known(known, folder) => Bert::open_known(*known, folder, &options),
        Files::Folder(folder) => Bert::open(folder, &options),
    });
    let model = opened.await.map_err(|error| {
        Error::new(ErrorKind::Failed, "the model could not be opened").caused_by(error)
    })??;
    pinned(settings, model.model().weights_sha256())?;
    Ok(model)
}

/// Refuses weights of another sum than the one that was set.
fn pinned(settings: &Settings, found: &str) -> Result<(), Error> {
    match &settings.model.sha256 {
        Some(wanted) if wanted != found => {
            let what =
                format!("the model's weights have the sum {found}, and model.sha256 another");
            Err(Error::new(ErrorKind::Integrity, what).hint(
                "fetch the files again, or set model.sha256 to the sum of the model you mean",
            ))
        }
        _ => Ok(()),
    }
}

/// The model as it is shown to people: never an address, a path or a key.
pub(crate) fn shown_name(settings: &Settings) -> String {
    match settings.model.name {
        ModelName::Known(_) | ModelName::Hash => settings.model.name.as_str().to_owned(),
        ModelName::Folder => settings
            .model
            .dir
            .as_deref()
            .map_or_else(String::new, last_part),
        ModelName::Server => settings.embedding_server.model.trim().to_owned(),
    }
}

fn last_part(folder: &Path) -> String {
    let name = folder.file_name().unwrap_or(folder.as_os_str());
    name.to_string_lossy().into_owned()
}

/// The folder that was set, for a model whose files cannot be fetched.
pub(crate) fn folder(settings: &Settings) -> Result<PathBuf, Error> {
    let lacking = || {
        let what = format!("the files of {} are in no folder", shown_name(settings));
        let hint = match settings.model.name {
            ModelName::Known(known) => format!(
                "gongkit knows no sums of them, and fetches only what it can verify: download \
                 config.json, tokenizer.json and model.safetensors of {}/{known} from the Hugging \
                 Face hub and set model.dir to their folder",
                known.owner()
            ),
            _ => "set model.dir to the folder of its files".to_owned(),
        };
        Error::new(ErrorKind::NotConfigured, what).hint(hint)
    };
    settings.model.dir.clone().ok_or_else(lacking)
}

/// The model that the server of the settings computes; nothing is sent yet.
pub(crate) fn remote(server: &EmbeddingServerSettings) -> Result<Remote, Error> {
    let dimensions = server.dimensions.ok_or_else(|| {
        let what = "embedding_server.dimensions is not set";
        Error::new(ErrorKind::NotConfigured, what)
    })?;
    // What stands for weights that cannot be seen from here.
    let revision = format!("server {}", server.revision.trim());
    let name = server.model.trim();
    let model = embeddings::Model::new(name, revision, dimensions, server.max_tokens)
        .with_prefixes(server.passage_prefix.clone(), server.query_prefix.clone());
    let remote = match server.allow_plain_text_to_other_hosts {
        YesNo::No => Remote::new(&server.url, model)?,
        YesNo::Yes => Remote::new_in_plain_text(&server.url, model)?,
    };
    let remote = remote
        .with_batch(server.batch)
        .with_deadline(Duration::from_secs(u64::from(server.timeout.get())));
    Ok(match key(server)? {
        Some(key) => remote.with_key(key),
        None => remote,
    })
}

/// The key of the server, if there is one.
pub(crate) fn key(server: &EmbeddingServerSettings) -> Result<Option<SecretString>, Error> {
    if server.api_key.is_some() {
        return Ok(server.api_key.clone());
    }
    let Some(file) = &server.api_key_file else {
        return Ok(None);
    };
    let key = read_secret_file(file).map_err(|error| {
        let what = format!("{} cannot be read", file.display());
        Error::new(ErrorKind::NotConfigured, what)
            .caused_by(error)
            .hint("check embedding_server.api_key_file")
    })?;
    Ok(Some(key.expose_secret().trim().to_owned().into()))
}

/// Whether the files of a model with published sums are here and whole, without fetching anything.
pub(crate) async fn is_here(settings: &Settings) -> Result<bool, Error> {
    let request = request(settings)?.with_sources([]);
    match find_weights(&request, Arc::new(|_: &Event<'_>| {})).await {
        Ok(_) => Ok(true),
        Err(embeddings::Error::WeightsNotFound { .. }) if settings.model.dir.is_none() => Ok(false),
        Err(error) => Err(error.into()),
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
