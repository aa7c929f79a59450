//! The files of a model, read into what has to be known of it.

use std::{collections::HashMap, fs, num::NonZeroUsize, path::Path};

use serde::{Deserialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};

use super::{config::Config, family::Family, known::KnownModel};
use crate::{Error, Model, Pooling, weights::WeightSet};

/// All files of a model but its weights.
pub(super) struct Folder {
    pub(super) config: Config,
    pub(super) tokenizer: Vec<u8>,
    pub(super) model: Model,
}

/// What sentence-transformers writes beside a model, each of its files for itself.
#[derive(Default, Deserialize)]
#[serde(default)]
struct PoolingFile {
    pooling_mode_cls_token: bool,
    pooling_mode_mean_tokens: bool,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct LengthFile {
    max_seq_length: Option<usize>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct PromptsFile {
    prompts: HashMap<String, String>,
}

impl Folder {
    /// A published model: its three files, verified, and what is known of it.
    pub(super) fn published(set: &WeightSet, dir: &Path) -> Result<Self, Error> {
        let config = Config::read(&set.read("config.json", dir)?)?;
        let sum = set.sha256_of("model.safetensors").unwrap_or_default();
        let family = Family::of(set.name());
        let model = model(set.name(), sum, &config, family.max_tokens)?
            .pooled_by(family.pooling)
            .with_prefixes(family.passage_prefix, family.query_prefix);
        Ok(Self {
            config,
            tokenizer: set.read("tokenizer.json", dir)?,
            model,
        })
    }

    /// A folder of the user's, with its weights, which is called as its folder is unless it holds a
    /// known model. Only who laid the files there vouches for them.
    pub(super) fn of_the_user(
        known: Option<KnownModel>,
        dir: &Path,
    ) -> Result<(Self, Vec<u8>), Error> {
        let name = match known {
            Some(known) => known.name().to_owned(),
            None => dir.file_name().map_or_else(
                || "model".to_owned(),
                |name| name.to_string_lossy().into_owned(),
            ),
        };
        let family = Family::of(&name);
        let config = Config::read(&read(dir, "config.json")?)?;
        if let Some(known) = known.filter(|known| !known.has_shape(&config)) {
            return Err(Error::Model {
                part: "config.json",
                source: format!("it has not the sizes of {known}").into(),
            });
        }
        let weights = read(dir, "model.safetensors")?;

        let length: LengthFile = optional(dir, "sentence_bert_config.json")?.unwrap_or_default();
        let prompts: PromptsFile =
            optional(dir, "config_sentence_transformers.json")?.unwrap_or_default();
        let prefix = |names: &[&str], known: &str| {
            let own = names.iter().find_map(|name| prompts.prompts.get(*name));
            own.cloned().unwrap_or_else(|| known.to_owned())
        };
        let passage_prefix = prefix(&["passage", "document"], family.passage_prefix);
        let query_prefix = prefix(&["query"], family.query_prefix);

        let sum = hex::encode(Sha256::digest(&weights));
        let max_tokens = length.max_seq_length.unwrap_or(family.max_tokens);
        let model = model(&name, &sum, &config, max_tokens)?
            .pooled_by(pooling(dir, family)?)
            .with_prefixes(passage_prefix, query_prefix);
        let folder = Self {
            config,
            tokenizer: read(dir, "tokenizer.json")?,
            model,
        };
        Ok((folder, weights))
    }
}

fn pooling(dir: &Path, family: Family) -> Result<Pooling, Error> {
    const FILE: &str = "1_Pooling/config.json";
    let Some(file) = optional::<PoolingFile>(dir, FILE)? else {
        return Ok(family.pooling);
    };
    match (file.pooling_mode_cls_token, file.pooling_mode_mean_tokens) {
        (true, false) => Ok(Pooling::FirstToken),
        (false, true) => Ok(Pooling::Mean),
        _ => Err(Error::Model {
            part: FILE,
            source: "neither the mean nor the first token alone".into(),
        }),
    }
}

fn model(name: &str, sum: &str, config: &Config, max_tokens: usize) -> Result<Model, Error> {
    let max_tokens = max_tokens.min(config.max_position_embeddings);
    let sizes = (
        NonZeroUsize::new(config.hidden_size),
        NonZeroUsize::new(max_tokens),
    );
    let (Some(dimensions), Some(max_tokens)) = sizes else {
        return Err(Error::Model {
            part: "config.json",
            source: "vectors without values, or texts without tokens".into(),
        });
    };
    Ok(Model::new(name, sum, dimensions, max_tokens))
}

fn read(dir: &Path, name: &str) -> Result<Vec<u8>, Error> {
    let path = dir.join(name);
    fs::read(&path).map_err(|source| Error::File {
        action: "read",
        path,
        source,
    })
}

/// A file that need not be there, but must be readable if it is.
fn optional<T: DeserializeOwned>(dir: &Path, name: &'static str) -> Result<Option<T>, Error> {
    if !dir.join(name).exists() {
        return Ok(None);
    }
    let file = serde_json::from_slice(&read(dir, name)?);
    file.map(Some).map_err(|source| Error::Model {
        part: name,
        source: source.into(),
    })
}
