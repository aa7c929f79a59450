//! The model's files on this machine: fetched ahead of time, listed, found, verified.
//!
//! No archive is opened and no call is read: who may run gongkit on this machine may do this.

use std::path::PathBuf;
use std::sync::Arc;

use embeddings::{Event, WeightSet, find_weights};

use crate::views::{StoredModelView, StoredModelsView};
use crate::{App, Error, ErrorKind, model};

impl App {
    /// Fetches the files of a published model into the cache, unless they are there and whole.
    pub async fn pull_model(&self, name: Option<&str>) -> Result<StoredModelsView, Error> {
        let set = published(name)?;
        let request = model::cached(&self.config().settings)?;
        let listener = Arc::clone(self.listener());
        let progress = Arc::new(move |event: &Event<'_>| model::told(listener.as_ref(), event));
        let folder = find_weights(&request, progress).await?;
        Ok(StoredModelsView {
            models: vec![StoredModelView::new(&set, folder, true)],
        })
    }

    /// Lists the models that can be pulled, and which of them are here and whole.
    pub async fn stored_models(&self) -> Result<StoredModelsView, Error> {
        let set = WeightSet::all_minilm_l6_v2();
        let folder = self.folder_of(&set)?;
        let is_here = set.verify(&folder).await.is_ok();
        Ok(StoredModelsView {
            models: vec![StoredModelView::new(&set, folder, is_here)],
        })
    }

    /// Checks every byte of a model's files, wherever they are taken from.
    pub async fn verify_model(&self, name: Option<&str>) -> Result<StoredModelsView, Error> {
        let set = published(name)?;
        let folder = self.folder_of(&set)?;
        set.verify(&folder).await.map_err(|error| {
            let not_here = !folder.exists();
            let kind = if not_here {
                ErrorKind::NotFound
            } else {
                ErrorKind::Integrity
            };
            let what = format!("the files of {} are not whole", set.name());
            let hint = "gongkit model pull fetches them again";
            Error::new(kind, what).hint(hint).caused_by(error)
        })?;
        Ok(StoredModelsView {
            models: vec![StoredModelView::new(&set, folder, true)],
        })
    }

    /// Where the files are taken from: the folder that was set, else the cache.
    fn folder_of(&self, set: &WeightSet) -> Result<PathBuf, Error> {
        let settings = &self.config().settings;
        match &settings.model.dir {
            Some(folder) => Ok(folder.clone()),
            None => Ok(model::cache_folder(settings)?.join(set.name())),
        }
    }
}

/// A published model by its name; the one that is used if none is given.
fn published(name: Option<&str>) -> Result<WeightSet, Error> {
    let set = WeightSet::all_minilm_l6_v2();
    match name {
        Some(name) if name != set.name() => {
            let what = format!("{name} is no model whose files gongkit knows by their sums");
            Err(Error::new(ErrorKind::NotFound, what)
                .hint(format!("gongkit model list; there is {}", set.name())))
        }
        _ => Ok(set),
    }
}
