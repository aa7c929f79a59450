//! The model's files on this machine: fetched ahead of time, listed, found, verified.
//!
//! No archive is opened and no call is read: who may run gongkit on this machine may do this.

use std::path::PathBuf;
use std::sync::Arc;

use embeddings::{Embedder as _, Event, KnownModel, WeightSet, find_weights};

use crate::model::Files;
use crate::views::{StoredModelView, StoredModelsView};
use crate::{App, Error, ErrorKind, ModelName, model};

/// A model that has files.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Named {
    Known(KnownModel),
    /// That of the folder that was set.
    Folder,
}

impl App {
    /// Fetches the files of a published model into the cache, unless they are there and whole.
    pub async fn pull_model(&self, name: Option<&str>) -> Result<StoredModelsView, Error> {
        let set = match self.named(name)? {
            Named::Known(known) => known.files().ok_or_else(|| not_to_be_pulled(known))?,
            Named::Folder => {
                let what = "the model of a folder is fetched by whoever fills the folder";
                return Err(Error::new(ErrorKind::NotFound, what).hint("gongkit model verify"));
            }
        };
        let request = model::cached(&self.config().settings)?;
        let listener = Arc::clone(self.listener());
        let progress = Arc::new(move |event: &Event<'_>| model::told(listener.as_ref(), event));
        let folder = find_weights(&request, progress).await?;
        Ok(one(StoredModelView::published(&set, folder, true)))
    }

    /// Lists the models that can be named, and which of them are here and whole.
    pub async fn stored_models(&self) -> Result<StoredModelsView, Error> {
        let mut models = Vec::new();
        for known in KnownModel::ALL {
            models.push(match known.files() {
                Some(set) => {
                    let folder = self.folder_of(&set)?;
                    let is_here = set.verify(&folder).await.is_ok();
                    StoredModelView::published(&set, folder, is_here)
                }
                None => StoredModelView::laid(known.name(), self.laid(Named::Known(known))),
            });
        }
        if let Some(folder) = self.laid(Named::Folder) {
            let name = model::shown_name(&self.config().settings);
            models.push(StoredModelView::laid(&name, Some(folder)));
        }
        Ok(StoredModelsView { models })
    }

    /// Checks every byte of a model's files, wherever they are taken from: against the published
    /// sums where there are some, else by opening the model, whose sum is then told.
    pub async fn verify_model(&self, name: Option<&str>) -> Result<StoredModelsView, Error> {
        let settings = &self.config().settings;
        let named = self.named(name)?;
        if let Named::Known(known) = named
            && let Some(set) = known.files()
        {
            let folder = self.folder_of(&set)?;
            set.verify(&folder)
                .await
                .map_err(|error| not_whole(&set, &folder, error))?;
            return Ok(one(StoredModelView::published(&set, folder, true)));
        }
        let folder = match (named, self.laid(named)) {
            (_, Some(folder)) => folder,
            (Named::Known(known), None) => return Err(not_to_be_pulled(known)),
            (Named::Folder, None) => model::folder(settings)?,
        };
        let files = match named {
            Named::Known(known) => Files::Known(known, folder.clone()),
            Named::Folder => Files::Folder(folder.clone()),
        };
        let opened = model::read(settings, files).await?;
        let found = opened.model();
        let mut view = StoredModelView::laid(found.name(), Some(folder));
        view.is_here = true;
        view.weights_sha256 = Some(found.weights_sha256().to_owned());
        Ok(one(view))
    }

    /// The model of a name; the one that is used if none is given.
    fn named(&self, name: Option<&str>) -> Result<Named, Error> {
        let Some(name) = name else {
            return match self.config().settings.model.name {
                ModelName::Known(known) => Ok(Named::Known(known)),
                ModelName::Folder => Ok(Named::Folder),
                ModelName::Server | ModelName::Hash => {
                    let what = "the model that is used has no files here";
                    Err(Error::new(ErrorKind::NotFound, what)
                        .hint("name one of gongkit model list"))
                }
            };
        };
        KnownModel::named(name).map(Named::Known).ok_or_else(|| {
            let what = format!("{name} is no model that gongkit knows by its name");
            Error::new(ErrorKind::NotFound, what)
                .hint("gongkit model list; any other of the BERT family can be used from a folder")
        })
    }

    /// The folder that was set, if it is this model's.
    fn laid(&self, named: Named) -> Option<PathBuf> {
        let settings = &self.config().settings;
        let used = match settings.model.name {
            ModelName::Known(known) => Named::Known(known),
            ModelName::Folder => Named::Folder,
            ModelName::Server | ModelName::Hash => return None,
        };
        settings.model.dir.clone().filter(|_| used == named)
    }

    /// Where the files are taken from: the folder that was set for this model, else the cache.
    fn folder_of(&self, set: &WeightSet) -> Result<PathBuf, Error> {
        let settings = &self.config().settings;
        let is_used = match settings.model.name {
            ModelName::Known(known) => known.name() == set.name(),
            ModelName::Folder | ModelName::Server | ModelName::Hash => false,
        };
        match &settings.model.dir {
            Some(folder) if is_used => Ok(folder.clone()),
            _ => Ok(model::cache_folder(settings)?.join(set.name())),
        }
    }
}

fn one(model: StoredModelView) -> StoredModelsView {
    StoredModelsView {
        models: vec![model],
    }
}

fn not_whole(set: &WeightSet, folder: &std::path::Path, error: embeddings::Error) -> Error {
    let kind = if folder.exists() {
        ErrorKind::Integrity
    } else {
        ErrorKind::NotFound
    };
    let what = format!("the files of {} are not whole", set.name());
    let hint = "gongkit model pull fetches them again";
    Error::new(kind, what).hint(hint).caused_by(error)
}

fn not_to_be_pulled(known: KnownModel) -> Error {
    let what = format!(
        "gongkit knows no sums of the files of {known}, and fetches only what it can verify"
    );
    Error::new(ErrorKind::NotFound, what).hint(format!(
        "download config.json, tokenizer.json and model.safetensors of {}/{known} from the Hugging \
         Face hub, set model.name to {known} and model.dir to their folder",
        known.owner()
    ))
}

#[cfg(test)]
mod tests;
