//! Every setting with its origin.

use serde::Serialize;

use crate::Config;

/// The configuration as it may be shown.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct ConfigView {
    /// The files that were read, in order.
    pub files: Vec<String>,
    /// Every setting.
    pub settings: Vec<SettingView>,
}

/// What setting up has written.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct SetUpView {
    /// The configuration.
    pub config: String,
    /// The file of the secret.
    pub secret: String,
    /// Where the configuration of before is kept.
    pub moved: Option<String>,
    /// The commands to go on with.
    pub next: Vec<&'static str>,
}

/// One setting.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct SettingView {
    /// Its key.
    pub key: &'static str,
    /// Its value; of a secret only that it is set.
    pub value: Option<String>,
    /// The layer that gave it.
    pub origin: String,
}

/// Every setting there is.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct SettingsReference {
    /// In the order in which they are shown.
    pub settings: Vec<SettingReference>,
}

/// What one setting means, and how it is given.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct SettingReference {
    /// Its key.
    pub key: &'static str,
    /// What its value may be.
    pub takes: String,
    /// Its value where nobody gives one.
    pub default: Option<String>,
    /// The variables that give it, the usual one first.
    pub variables: Vec<String>,
    /// What it means.
    pub meaning: &'static str,
}

impl ConfigView {
    /// Shows a configuration.
    pub fn new(config: &Config) -> Self {
        Self {
            files: config
                .files
                .iter()
                .map(|file| file.display().to_string())
                .collect(),
            settings: config
                .shown
                .iter()
                .map(|shown| SettingView {
                    key: shown.key,
                    value: shown.value.clone(),
                    origin: shown.origin.clone(),
                })
                .collect(),
        }
    }
}
