//! What `main` reads of the world and passes in: variables, the clock, where the system keeps its files.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

/// The world as the process sees it, made once in `main`: nothing below reads variables, the
/// clock or the working directory by itself.
#[derive(Clone)]
pub struct Environment {
    variables: BTreeMap<String, String>,
    system_config: PathBuf,
    now: fn() -> Timestamp,
}

impl Environment {
    /// An environment of these variables; a variable that is empty counts as not set.
    pub fn new(
        variables: impl IntoIterator<Item = (String, String)>,
        now: fn() -> Timestamp,
    ) -> Self {
        Self {
            variables: variables
                .into_iter()
                .filter(|(_, value)| !value.trim().is_empty())
                .collect(),
            system_config: PathBuf::from("/etc/gongkit/config.toml"),
            now,
        }
    }

    /// Reads the machine's configuration from another file than `/etc/gongkit/config.toml`.
    #[must_use]
    pub fn system_config(mut self, file: impl Into<PathBuf>) -> Self {
        self.system_config = file.into();
        self
    }

    /// What time it is.
    pub fn now(&self) -> Timestamp {
        (self.now)()
    }

    pub(crate) fn clock(&self) -> fn() -> Timestamp {
        self.now
    }

    pub(crate) fn variable(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(String::as_str)
    }

    pub(crate) fn variables(&self) -> impl Iterator<Item = (&str, &str)> {
        self.variables
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    pub(crate) fn system_file(&self) -> &Path {
        &self.system_config
    }

    pub(crate) fn user_file(&self) -> Option<PathBuf> {
        Some(
            self.base("XDG_CONFIG_HOME", ".config")?
                .join("gongkit/config.toml"),
        )
    }

    pub(crate) fn data_dir(&self) -> Option<PathBuf> {
        Some(self.base("XDG_DATA_HOME", ".local/share")?.join("gongkit"))
    }

    pub(crate) fn cache_dir(&self) -> Option<PathBuf> {
        Some(self.base("XDG_CACHE_HOME", ".cache")?.join("gongkit"))
    }

    /// The user's home, if it is an absolute path.
    pub fn home(&self) -> Option<PathBuf> {
        self.variable("HOME")
            .map(PathBuf::from)
            .filter(|home| home.is_absolute())
    }

    /// A folder of the XDG rules; one that is not absolute is to be ignored, they say.
    fn base(&self, variable: &str, below_home: &str) -> Option<PathBuf> {
        let named = self.variable(variable).map(PathBuf::from);
        named
            .filter(|folder| folder.is_absolute())
            .or_else(|| Some(self.home()?.join(below_home)))
    }
}

impl fmt::Debug for Environment {
    /// Names nothing: variables hold secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Environment").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(variables: &[(&str, &str)]) -> Environment {
        let owned = variables
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Environment::new(owned, || Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn folders_follow_xdg_and_else_home() {
        let xdg = of(&[("HOME", "/h"), ("XDG_DATA_HOME", "/d")]);
        assert_eq!(xdg.data_dir(), Some("/d/gongkit".into()));
        assert_eq!(xdg.cache_dir(), Some("/h/.cache/gongkit".into()));

        let relative = of(&[("HOME", "/h"), ("XDG_CONFIG_HOME", "here")]);
        assert_eq!(
            relative.user_file(),
            Some("/h/.config/gongkit/config.toml".into())
        );
        assert_eq!(of(&[("HOME", "here")]).user_file(), None);
    }

    #[test]
    fn an_empty_variable_is_not_set() {
        assert_eq!(of(&[("HOME", " ")]).variable("HOME"), None);
    }
}
