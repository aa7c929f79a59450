//! One layer of configuration: a file, a variable or a flag, checked before it is merged.

use std::path::Path;

use figment::providers::{Format, Toml};
use figment::value::{Dict, Map, Value};
use figment::{Metadata, Profile, Provider};

use super::known::{Kind, SETTINGS, Setting, check, instant, meant, resolved, setting_of};
use crate::{Error, ErrorKind};

/// Values from one place.
#[derive(Debug)]
pub(crate) struct Layer {
    origin: String,
    values: Dict,
}

impl Layer {
    /// The layer of a file's text.
    pub(crate) fn of_file(path: &Path, text: &str, home: Option<&Path>) -> Result<Self, Error> {
        let mut layer = Self {
            origin: path.display().to_string(),
            values: Dict::new(),
        };
        let sections: Dict = Toml::from_str(text).map_err(|error| {
            // The parser's message can quote the line, and the line can be a secret.
            let place = error.span().map_or_else(String::new, |span| {
                let line = text
                    .get(..span.start)
                    .map_or(1, |before| before.matches('\n').count() + 1);
                format!(" at line {line}")
            });
            refused(format!("{} is no TOML{place}", path.display()))
        })?;
        for (section, value) in sections {
            let Value::Dict(_, entries) = value else {
                return Err(unknown(&section, &layer.origin));
            };
            for (name, value) in entries {
                let key = format!("{section}.{name}");
                let setting = setting_of(&key).ok_or_else(|| unknown(&key, &layer.origin))?;
                let text = as_text(setting, &value)
                    .map_err(|problem| wrong(&key, &layer.origin, &problem))?;
                layer.set(setting, &text, home, path.parent())?;
            }
        }
        Ok(layer)
    }

    /// A layer in which every setting of text is there and empty.
    pub(crate) fn empty(origin: impl Into<String>) -> Self {
        let mut values = Dict::new();
        for setting in SETTINGS {
            if matches!(setting.kind, Kind::Text | Kind::Secret | Kind::Path) {
                put(&mut values, setting.key, Value::from(""));
            }
        }
        Self {
            origin: origin.into(),
            values,
        }
    }

    /// The layer of one value, from a variable or a flag.
    pub(crate) fn of_value(
        origin: impl Into<String>,
        setting: &Setting,
        text: &str,
        home: Option<&Path>,
    ) -> Result<Self, Error> {
        let mut layer = Self {
            origin: origin.into(),
            values: Dict::new(),
        };
        layer.set(setting, text, home, None)?;
        Ok(layer)
    }

    fn set(
        &mut self,
        setting: &Setting,
        text: &str,
        home: Option<&Path>,
        beside: Option<&Path>,
    ) -> Result<(), Error> {
        check(setting, text).map_err(|problem| wrong(setting.key, &self.origin, &problem))?;
        let value = match setting.kind {
            Kind::Path => {
                let path = resolved(text, home, beside)
                    .ok_or_else(|| wrong(setting.key, &self.origin, "must be an absolute path"))?;
                Value::from(path.display().to_string())
            }
            Kind::Count(_) => Value::from(text.trim().parse::<u32>().unwrap_or_default()),
            Kind::Instant => {
                Value::from(instant(text).map(|at| at.to_string()).unwrap_or_default())
            }
            Kind::Text | Kind::Secret | Kind::Choice(_) | Kind::Days | Kind::DaysOfWorkspaces => {
                Value::from(text)
            }
        };
        if let Some(twin) = setting.twin {
            let is_given = given(&self.values, twin).is_some_and(|value| !value.is_empty());
            if is_given {
                return Err(refused(format!(
                    "both {} and {twin} are set in {}; keep one",
                    setting.key, self.origin
                )));
            }
            put(&mut self.values, twin, Value::from(""));
        }
        put(&mut self.values, setting.key, value);
        Ok(())
    }
}

impl Provider for Layer {
    fn metadata(&self) -> Metadata {
        Metadata::named(self.origin.clone())
    }

    fn data(&self) -> Result<Map<Profile, Dict>, figment::Error> {
        Ok(Profile::Default.collect(self.values.clone()))
    }
}

fn put(values: &mut Dict, key: &str, value: Value) {
    let (section, name) = key.split_once('.').unwrap_or(("", key));
    let entry = values
        .entry(section.to_owned())
        .or_insert_with(|| Value::from(Dict::new()));
    if let Value::Dict(_, entries) = entry {
        entries.insert(name.to_owned(), value);
    }
}

fn given<'a>(values: &'a Dict, key: &str) -> Option<&'a str> {
    let (section, name) = key.split_once('.')?;
    values.get(section)?.as_dict()?.get(name)?.as_str()
}

/// A file's value as the text that a variable would have.
fn as_text(setting: &Setting, value: &Value) -> Result<String, String> {
    let text = match (setting.kind, value) {
        (Kind::Count(_) | Kind::Days, Value::Num(_, number)) => {
            number.to_i128().map(|number| number.to_string())
        }
        (Kind::Count(_), _) => None,
        (_, Value::String(_, text)) => Some(text.clone()),
        _ => None,
    };
    let wanted = match setting.kind {
        Kind::Count(_) => "must be a whole number",
        Kind::Days => "must be a whole number, or \"off\"",
        _ => "must be a text in quotes",
    };
    text.ok_or_else(|| wanted.to_owned())
}

fn refused(what: impl Into<String>) -> Error {
    Error::new(ErrorKind::NotConfigured, what)
        .hint("`gongkit config reference` tells what each setting is and how it is written")
}

fn wrong(key: &str, origin: &str, problem: &str) -> Error {
    refused(format!("{key} {problem} (in {origin})"))
}

/// An unknown key is refused: it is a slip, and what was meant would be ignored in silence.
pub(crate) fn unknown(key: &str, origin: &str) -> Error {
    let what = format!("unknown setting {key} in {origin}");
    match meant(key) {
        Some(known) => {
            Error::new(ErrorKind::NotConfigured, what).hint(format!("did you mean {known}?"))
        }
        None => refused(what),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> Result<Layer, Error> {
        Layer::of_file(Path::new("/c/config.toml"), text, Some(Path::new("/h")))
    }

    fn refusal(text: &str) -> String {
        let error = file(text).expect_err("it is wrong");
        format!("{error} | {}", error.hint_text().unwrap_or_default())
    }

    #[test]
    fn an_unknown_key_or_section_is_refused_with_what_was_meant() {
        assert_eq!(
            refusal("[gong]\nacess_key = 'x'"),
            "unknown setting gong.acess_key in /c/config.toml | did you mean gong.access_key?"
        );
        assert!(refusal("[weather]\nrain = 1").starts_with("unknown setting weather.rain"));
        assert!(refusal("loose = 1").starts_with("unknown setting loose"));
    }

    #[test]
    fn a_broken_file_is_named_by_its_line_and_never_quoted() {
        let said = refusal("[gong]\naccess_key_secret = 'canary\n");

        assert!(
            said.contains("/c/config.toml is no TOML at line 2"),
            "{said}"
        );
        assert!(!said.contains("canary"), "{said}");
    }

    #[test]
    fn a_value_of_the_wrong_type_is_refused_without_being_quoted() {
        let said = refusal("[gong]\naccess_key_secret = 4711");
        assert!(
            said.starts_with("gong.access_key_secret must be a text in quotes"),
            "{said}"
        );
        assert!(!said.contains("4711"), "{said}");
        assert!(refusal("[search]\nlimit = 'ten'").contains("must be a whole number"));
    }

    #[test]
    fn a_value_and_a_file_for_it_in_one_place_are_refused() {
        let both = "[gong]\naccess_key = 'a'\naccess_key_file = 'b'";
        assert!(refusal(both).contains("keep one"));
    }

    #[test]
    fn a_relative_path_in_a_file_lies_beside_the_file() {
        let layer = file("[gong]\naccess_key_file = 'key'").expect("right");
        assert_eq!(given(&layer.values, "gong.access_key_file"), Some("/c/key"));
        assert_eq!(given(&layer.values, "gong.access_key"), Some(""));
    }
}
