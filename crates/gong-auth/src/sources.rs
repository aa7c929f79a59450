//! Where a key pair is found: environment, files, configuration, and which of them gave it.
use std::{
    fmt,
    fs::File,
    io::{self, Read as _},
    path::{Path, PathBuf},
};

use secrecy::{ExposeSecret as _, SecretString};

use crate::{ACCESS_KEY, ACCESS_KEY_SECRET, Error, KeyPair};

/// The most that [`read_secret_file`] reads.
const LONGEST_FILE: u64 = 64 * 1024;

/// The places where a key pair may be found, in order: environment over configuration.
///
/// In both places a value may be given as such or through a file; giving both is an error, since
/// one of them would be ignored in silence. An empty variable counts as not set, and white space
/// around a value (the line end of a file) is dropped.
#[derive(Clone, Copy)]
pub struct KeySources<'a> {
    environment: &'a dyn Fn(&str) -> Option<String>,
    read_file: &'a dyn Fn(&Path) -> io::Result<SecretString>,
    settings: Option<&'a KeySettings>,
}

/// The key pair as a configuration file may give it.
#[derive(Clone, Debug, Default)]
#[expect(clippy::exhaustive_structs, reason = "the four settings are the shape")]
pub struct KeySettings {
    /// `gong.access_key`.
    pub access_key: Option<SecretString>,
    /// `gong.access_key_file`.
    pub access_key_file: Option<PathBuf>,
    /// `gong.access_key_secret`.
    pub access_key_secret: Option<SecretString>,
    /// `gong.access_key_secret_file`.
    pub access_key_secret_file: Option<PathBuf>,
}

/// A key pair and where each half came from.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct FoundKeyPair {
    /// The pair.
    pub pair: KeyPair,
    /// Where the access key was found.
    pub access_key_from: Origin,
    /// Where its secret was found.
    pub secret_from: Origin,
}

/// Where a value was found; prints as a person would look for it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Origin {
    /// An environment variable.
    Environment {
        /// Its name.
        variable: String,
    },
    /// The configuration.
    Configuration {
        /// The setting's name.
        setting: String,
    },
    /// A file that a variable or a setting names.
    File {
        /// The file.
        path: PathBuf,
        /// The variable or setting that names it.
        named_by: String,
    },
}

impl<'a> KeySources<'a> {
    /// Looks into an environment, and into files through `read_file`
    /// ([`read_secret_file`] reads them from disk).
    pub fn new(
        environment: &'a dyn Fn(&str) -> Option<String>,
        read_file: &'a dyn Fn(&Path) -> io::Result<SecretString>,
    ) -> Self {
        Self {
            environment,
            read_file,
            settings: None,
        }
    }

    /// Looks into configuration for what the environment does not give.
    #[must_use = "the sources are returned, not changed in place"]
    pub fn settings(mut self, settings: &'a KeySettings) -> Self {
        self.settings = Some(settings);
        self
    }

    /// Finds both halves.
    ///
    /// # Errors
    /// The first thing that is missing, given twice, unreadable or malformed.
    pub fn find(&self) -> Result<FoundKeyPair, Error> {
        let from_settings = |pick: fn(&KeySettings) -> Given| self.settings.map(pick);
        let (key, access_key_from) = self.half(
            "access key",
            ACCESS_KEY,
            from_settings(|settings| Given {
                setting: "gong.access_key",
                value: settings.access_key.clone(),
                file: settings.access_key_file.clone(),
            }),
        )?;
        let (secret, secret_from) = self.half(
            "access key secret",
            ACCESS_KEY_SECRET,
            from_settings(|settings| Given {
                setting: "gong.access_key_secret",
                value: settings.access_key_secret.clone(),
                file: settings.access_key_secret_file.clone(),
            }),
        )?;
        let pair = KeyPair::new(key.expose_secret(), secret)?;
        Ok(FoundKeyPair {
            pair,
            access_key_from,
            secret_from,
        })
    }

    pub(crate) fn half(
        &self,
        what: &'static str,
        variable: &'static str,
        settings: Option<Given>,
    ) -> Result<(SecretString, Origin), Error> {
        let file_variable = format!("{variable}_FILE");
        let lookup = |name: &str| (self.environment)(name).filter(|text| !text.trim().is_empty());
        match (lookup(variable), lookup(&file_variable)) {
            (Some(_), Some(_)) => {
                return Err(Error::Ambiguous {
                    first: variable.into(),
                    second: file_variable,
                });
            }
            (Some(value), None) => {
                let origin = Origin::Environment {
                    variable: variable.into(),
                };
                return Ok((trimmed(&value.into()), origin));
            }
            (None, Some(path)) => return self.file(path.trim().into(), file_variable),
            (None, None) => {}
        }
        let Some(Given {
            setting,
            value,
            file,
        }) = settings
        else {
            return Err(Error::Missing { what, variable });
        };
        let value = value.filter(|text| !text.expose_secret().trim().is_empty());
        match (value, file) {
            (Some(_), Some(_)) => Err(Error::Ambiguous {
                first: setting.into(),
                second: format!("{setting}_file"),
            }),
            (Some(value), None) => Ok((
                trimmed(&value),
                Origin::Configuration {
                    setting: setting.into(),
                },
            )),
            (None, Some(path)) => self.file(path, format!("{setting}_file")),
            (None, None) => Err(Error::Missing { what, variable }),
        }
    }

    fn file(&self, path: PathBuf, named_by: String) -> Result<(SecretString, Origin), Error> {
        match (self.read_file)(&path) {
            Ok(text) => Ok((trimmed(&text), Origin::File { path, named_by })),
            Err(source) => Err(Error::Unreadable {
                path,
                setting: named_by,
                source,
            }),
        }
    }
}

impl fmt::Debug for KeySources<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeySources")
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Environment { variable } => write!(f, "environment {variable}"),
            Self::Configuration { setting } => write!(f, "configuration {setting}"),
            Self::File { path, named_by } => write!(f, "file {} ({named_by})", path.display()),
        }
    }
}

/// Reads a small file that holds one secret.
///
/// # Errors
/// When it cannot be read, is not text, or is larger than 64 KiB.
pub fn read_secret_file(path: &Path) -> io::Result<SecretString> {
    let mut text = String::new();
    File::open(path)?
        .take(LONGEST_FILE + 1)
        .read_to_string(&mut text)?;
    if text.len() as u64 > LONGEST_FILE {
        return Err(io::Error::new(
            io::ErrorKind::FileTooLarge,
            "too large to hold one secret",
        ));
    }
    Ok(text.into())
}

pub(crate) struct Given {
    setting: &'static str,
    value: Option<SecretString>,
    file: Option<PathBuf>,
}

fn trimmed(text: &SecretString) -> SecretString {
    text.expose_secret().trim().to_owned().into()
}

#[cfg(test)]
mod tests;
