//! The model's files on this machine.

use std::path::PathBuf;

use embeddings::WeightSet;
use serde::Serialize;

/// Models that can be pulled.
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
    /// Whether all its files are here, byte for byte as they were published.
    pub is_here: bool,
    /// Where they are, or would be.
    pub folder: PathBuf,
    /// How long they are together.
    pub bytes: u64,
    /// The sha256 of its weights.
    pub weights_sha256: String,
}

impl StoredModelView {
    pub(crate) fn new(set: &WeightSet, folder: PathBuf, is_here: bool) -> Self {
        Self {
            name: set.name().to_owned(),
            is_here,
            folder,
            bytes: set.bytes(),
            weights_sha256: set
                .sha256_of("model.safetensors")
                .unwrap_or_default()
                .to_owned(),
        }
    }
}
