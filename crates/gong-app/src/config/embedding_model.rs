//! The model that turns text into vectors: one of this machine, or one that a server computes.

use std::num::{NonZeroU32, NonZeroUsize};
use std::path::PathBuf;

use embeddings::{KnownModel, Precision};
use secrecy::SecretString;
use serde::Deserialize;

use super::settings::{YesNo, path, secret, text};
use crate::{Error, ErrorKind};

/// The model that turns text into vectors.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ModelSettings {
    /// Which one.
    pub name: ModelName,
    /// A folder with its files, in place of cache and download.
    #[serde(deserialize_with = "path")]
    pub dir: Option<PathBuf>,
    /// The sha256 that its weights must have, where gongkit knows none.
    #[serde(deserialize_with = "text")]
    pub sha256: Option<String>,
    /// How exactly it is computed.
    pub precision: PrecisionName,
}

/// The words that `model.name` may have.
pub(super) const MODEL_NAMES: &[&str] = &[
    KnownModel::AllMiniLmL6V2.name(),
    KnownModel::AllMiniLmL12V2.name(),
    KnownModel::BgeSmallEnV15.name(),
    KnownModel::BgeBaseEnV15.name(),
    KnownModel::E5Small.name(),
    KnownModel::E5SmallV2.name(),
    KnownModel::MultilingualE5Small.name(),
    FOLDER,
    SERVER,
    HASH,
];

const FOLDER: &str = "folder";
const SERVER: &str = "server";
const HASH: &str = "hash";

/// The models there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
#[non_exhaustive]
pub enum ModelName {
    /// A published one.
    Known(KnownModel),
    /// Any other of the BERT family, from the folder `model.dir`.
    Folder,
    /// The one of `[embedding_server]`.
    Server,
    /// No model: hashed words only, for tests and for trying things out.
    Hash,
}

impl ModelName {
    /// The word of the setting.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Known(known) => known.name(),
            Self::Folder => FOLDER,
            Self::Server => SERVER,
            Self::Hash => HASH,
        }
    }
}

impl TryFrom<String> for ModelName {
    type Error = &'static str;

    fn try_from(word: String) -> Result<Self, Self::Error> {
        match word.as_str() {
            FOLDER => Ok(Self::Folder),
            SERVER => Ok(Self::Server),
            HASH => Ok(Self::Hash),
            name => KnownModel::named(name)
                .map(Self::Known)
                .ok_or("no model that is known"),
        }
    }
}

/// How exactly a model of this machine is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(clippy::exhaustive_enums, reason = "they are those of the kernels")]
pub enum PrecisionName {
    /// In 16-bit integers: half as fast again, the same to five digits.
    Near,
    /// In 32-bit floating point.
    Exact,
}

impl From<PrecisionName> for Precision {
    fn from(name: PrecisionName) -> Self {
        match name {
            PrecisionName::Near => Self::Near,
            PrecisionName::Exact => Self::Exact,
        }
    }
}

/// A server that computes vectors. Words of every call that is indexed are sent to it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct EmbeddingServerSettings {
    /// Where it is: what stands before `/v1/embeddings`.
    pub url: String,
    /// The model, as the server knows it.
    pub model: String,
    /// How many values its vectors have.
    #[serde(default)]
    pub dimensions: Option<NonZeroUsize>,
    /// How many tokens of a text it reads.
    pub max_tokens: NonZeroUsize,
    /// Changed by you whenever the server's model is another under the same name.
    pub revision: String,
    /// What is put before a passage.
    pub passage_prefix: String,
    /// What is put before a question.
    pub query_prefix: String,
    /// The key; a server on this machine needs none as a rule.
    #[serde(deserialize_with = "secret")]
    pub api_key: Option<SecretString>,
    /// A file that holds the key.
    #[serde(deserialize_with = "path")]
    pub api_key_file: Option<PathBuf>,
    /// How many seconds one answer may take.
    pub timeout: NonZeroU32,
    /// How many texts are sent at once.
    pub batch: NonZeroUsize,
    /// Whether words of calls, and the key, may go to another machine without TLS.
    pub allow_plain_text_to_other_hosts: YesNo,
}

/// What no setting can be checked for by itself.
pub(super) fn check(model: &ModelSettings, server: &EmbeddingServerSettings) -> Result<(), Error> {
    let refused = |what: &str, hint: &str| {
        Err(Error::new(ErrorKind::NotConfigured, what.to_owned()).hint(hint.to_owned()))
    };
    let is_hex = |sum: &String| {
        sum.len() == 64
            && sum
                .bytes()
                .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    };
    if model.sha256.as_ref().is_some_and(|sum| !is_hex(sum)) {
        return refused(
            "model.sha256 is no sha256 sum",
            "write the 64 lower-case digits that sha256sum prints for model.safetensors",
        );
    }
    match model.name {
        ModelName::Folder if model.dir.is_none() => refused(
            "model.name is folder, and model.dir is not set",
            "set model.dir to the folder of config.json, tokenizer.json and model.safetensors",
        ),
        ModelName::Server => {
            let lacking = [
                ("url", server.url.trim().is_empty()),
                ("model", server.model.trim().is_empty()),
                ("dimensions", server.dimensions.is_none()),
            ];
            match lacking.iter().find(|(_, is_lacking)| *is_lacking) {
                Some((name, _)) => refused(
                    &format!("model.name is server, and embedding_server.{name} is not set"),
                    "[embedding_server] needs url, model and dimensions; docs/models.md",
                ),
                None => Ok(()),
            }
        }
        ModelName::Folder | ModelName::Known(_) | ModelName::Hash => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Config, Environment, Flags};

    fn load(variables: &[(&str, &str)]) -> Result<Config, Error> {
        let variables = variables
            .iter()
            .map(|(name, value)| (format!("GONGKIT__{name}"), (*value).to_owned()));
        let home = [("HOME".to_owned(), "/nowhere".to_owned())];
        let now = || jiff::Timestamp::UNIX_EPOCH;
        let environment = Environment::new(variables.chain(home), now);
        let environment = environment.system_config("/nowhere/config.toml");
        Config::load(&environment, &Flags::default())
    }

    fn refusal(variables: &[(&str, &str)]) -> String {
        let error = load(variables).expect_err("it is wrong");
        assert!(error.hint_text().is_some(), "{error}");
        error.to_string()
    }

    #[test]
    fn a_word_of_the_setting_is_a_model_and_every_known_model_has_one() {
        for word in MODEL_NAMES {
            let config = load(&[
                ("MODEL__NAME", word),
                ("MODEL__DIR", "/models/one"),
                ("EMBEDDING_SERVER__URL", "http://localhost:1"),
                ("EMBEDDING_SERVER__MODEL", "m"),
                ("EMBEDDING_SERVER__DIMENSIONS", "384"),
            ]);
            let settings = config.expect("a model").settings;
            assert_eq!(settings.model.name.as_str(), *word);
        }
        for known in KnownModel::ALL {
            assert!(MODEL_NAMES.contains(&known.name()), "{known}");
        }
    }

    #[test]
    fn what_a_model_needs_beside_its_name_is_asked_for() {
        let folder = [("MODEL__NAME", "folder")];
        assert!(refusal(&folder).contains("model.dir is not set"));
        let sum = [("MODEL__SHA256", "abc")];
        assert_eq!(refusal(&sum), "model.sha256 is no sha256 sum");

        let mut server = vec![("MODEL__NAME", "server")];
        for (variable, value, key) in [
            ("EMBEDDING_SERVER__URL", "https://e.example", "url"),
            ("EMBEDDING_SERVER__MODEL", "e5", "model"),
            ("EMBEDDING_SERVER__DIMENSIONS", "384", "dimensions"),
        ] {
            let said = refusal(&server);
            assert!(
                said.contains(&format!("embedding_server.{key} is not")),
                "{said}"
            );
            server.push((variable, value));
        }
        let settings = load(&server).expect("complete").settings.embedding_server;
        assert_eq!(settings.allow_plain_text_to_other_hosts, YesNo::No);
        assert_eq!((settings.batch.get(), settings.max_tokens.get()), (32, 512));
    }

    #[test]
    fn a_key_is_shown_as_set_and_never_itself() {
        let config = load(&[("EMBEDDING_SERVER__API_KEY", "canary")]).expect("right");

        let shown = config
            .shown
            .iter()
            .find(|shown| shown.key == "embedding_server.api_key")
            .expect("a setting");

        assert!(shown.is_secret && shown.value.is_some());
        assert!(!format!("{config:?}").contains("canary"));
    }
}
