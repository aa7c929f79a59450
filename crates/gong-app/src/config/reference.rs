//! Every setting with its meaning, default and variables, as the reference prints them.

use jiff::Timestamp;

use super::known::{Kind, SETTINGS, Setting};
use super::load::{Config, Flags};
use super::meanings::MEANINGS;
use crate::views::{SettingReference, SettingsReference};
use crate::{Environment, Error};

/// Stands for the home folder where a default lies in it.
const HOME: &str = "/~";

/// Every setting there is, in the order in which `config show` shows them.
pub fn settings_reference() -> Result<SettingsReference, Error> {
    let home = [("HOME".to_owned(), HOME.to_owned())];
    let nobody = Environment::new(home, || Timestamp::UNIX_EPOCH).system_config("/nowhere.toml");
    let defaults = Config::load(&nobody, &Flags::default())?;
    let default_of = |key: &str| {
        let shown = defaults.shown.iter().find(|shown| shown.key == key)?;
        let value = shown.value.as_deref().filter(|value| !value.is_empty())?;
        Some(value.replace(HOME, "~"))
    };
    let settings = SETTINGS.iter().map(|setting| SettingReference {
        key: setting.key,
        takes: takes(setting),
        default: default_of(setting.key),
        variables: variables(setting),
        meaning: meaning(setting.key),
    });
    Ok(SettingsReference {
        settings: settings.collect(),
    })
}

fn meaning(key: &str) -> &'static str {
    let known = MEANINGS.iter().find(|(known, _)| *known == key);
    known.map_or("", |(_, meaning)| meaning)
}

fn variables(setting: &Setting) -> Vec<String> {
    let own = setting.own_variable();
    setting
        .variable
        .map(str::to_owned)
        .into_iter()
        .chain([own])
        .collect()
}

fn takes(setting: &Setting) -> String {
    match setting.kind {
        Kind::Text => "text".to_owned(),
        Kind::Secret => "secret".to_owned(),
        Kind::Path => "path".to_owned(),
        Kind::Count(most) => format!("1 to {most}"),
        Kind::Choice(words) => words.join(", "),
        Kind::Days => "days, or off".to_owned(),
        Kind::DaysOfWorkspaces => "ID=DAYS, …".to_owned(),
        Kind::Instant => "day or instant".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_setting_has_a_meaning_and_every_meaning_a_setting() {
        let told: Vec<_> = MEANINGS.iter().map(|(key, _)| *key).collect();
        let known: Vec<_> = SETTINGS.iter().map(|setting| setting.key).collect();
        let untold: Vec<_> = known.iter().filter(|key| !told.contains(key)).collect();
        let unknown: Vec<_> = told.iter().filter(|key| !known.contains(key)).collect();
        assert!(
            untold.is_empty() && unknown.is_empty(),
            "config/meanings.rs lacks {untold:?} and has too much: {unknown:?}"
        );
    }

    #[test]
    fn a_default_in_the_home_folder_names_nobodys_home() {
        let reference = settings_reference().expect("defaults are valid");
        let data = reference.settings.iter().find(|of| of.key == "data.dir");
        let default = data.and_then(|of| of.default.as_deref());
        assert_eq!(default, Some("~/.local/share/gongkit"));
    }
}
