//! The model's files on this machine.

use std::path::PathBuf;

use embeddings::WeightSet;
use serde::Serialize;

/// Models that can be named.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct StoredModelsView {
    /// Each of them.
    pub models: Vec<StoredModelView>,
}

/// One model, and its files here.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct StoredModelView {
    /// Its name.
    pub name: String,
    /// Whether its files are known by their sums, and can be fetched.
    pub can_be_pulled: bool,
    /// Whether all its files are here; byte for byte as they were published where sums are known.
    pub is_here: bool,
    /// Where they are, or would be; nowhere until a folder is set for a model that cannot be pulled.
    pub folder: Option<PathBuf>,
    /// How long they are together, where that is known.
    pub bytes: Option<u64>,
    /// The sha256 of its weights, where it is known or was just made.
    pub weights_sha256: Option<String>,
}

/// The files of a model whose sums nobody here knows.
const FILES: [&str; 3] = ["config.json", "tokenizer.json", "model.safetensors"];

impl StoredModelView {
    /// A model whose files are known by their sums.
    pub(crate) fn published(set: &WeightSet, folder: PathBuf, is_here: bool) -> Self {
        Self {
            name: set.name().to_owned(),
            can_be_pulled: true,
            is_here,
            folder: Some(folder),
            bytes: Some(set.bytes()),
            weights_sha256: set.sha256_of("model.safetensors").map(str::to_owned),
        }
    }

    /// A model whose files somebody laid into a folder, or nobody did.
    pub(crate) fn laid(name: &str, folder: Option<PathBuf>) -> Self {
        let lengths = folder.as_ref().and_then(|folder| {
            let lengths = FILES.iter().map(|name| {
                let about = std::fs::metadata(folder.join(name)).ok()?;
                Some(about.len())
            });
            lengths.sum::<Option<u64>>()
        });
        Self {
            name: name.to_owned(),
            can_be_pulled: false,
            is_here: lengths.is_some(),
            folder,
            bytes: lengths,
            weights_sha256: None,
        }
    }
}
