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
