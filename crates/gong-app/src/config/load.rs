//! The layers in their order, merged.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use conversation::{Currency, DealId};
use figment::Figment;
use figment::value::Value;
use gong_client::DAILY_LIMIT;
use insights::deals::PipelineRules;

use super::embedding_model;
use super::known::{Kind, SETTINGS, Setting, setting_of};
use super::layer::{Layer, unknown};
use super::settings::Settings;
use super::warnings::set_warnings;
use crate::login::REDIRECT;
use crate::{Environment, Error, ErrorKind};

/// What the command line says about configuration.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Flags {
    /// `--config FILE`.
    pub config: Option<PathBuf>,
    /// `--data-dir DIR`, absolute.
    pub data_dir: Option<PathBuf>,
    /// `--model-dir DIR`, absolute.
    pub model_dir: Option<PathBuf>,
    /// `--allow-foreign-base-url`: a flag only, because a file that somebody else wrote must not
    /// be able to send the key anywhere.
    pub allow_foreign_base_url: bool,
}

/// Settings, and where each came from.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Config {
    /// The settings.
    pub settings: Settings,
    /// Every setting as it may be shown.
    pub shown: Vec<Shown>,
    /// The files that were read, in order.
    pub files: Vec<PathBuf>,
    /// Whether the key may be sent to a host that is not Gong's.
    pub allow_foreign_base_url: bool,
}

/// A setting as it may be shown: secrets are only said to be set.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Shown {
    /// Its key.
    pub key: &'static str,
    /// Its value, if it has one.
    pub value: Option<String>,
    /// The layer that gave the value.
    pub origin: String,
    /// Whether the value is only said to be set.
    pub is_secret: bool,
}

const DEFAULT: &str = "default";
const NAMESPACE: &str = "GONGKIT__";
const REDACTED: &str = "(set, not shown)";

impl Config {
    /// Reads all layers.
    pub fn load(environment: &Environment, flags: &Flags) -> Result<Self, Error> {
        let home = environment.home();
        let home = home.as_deref();
        let mut figment = Figment::new();
        for layer in defaults(environment)? {
            figment = figment.merge(layer);
        }
        let mut files = Vec::new();
        let optional = [
            Some(environment.system_file().to_owned()),
            environment.user_file(),
        ];
        for path in optional.into_iter().flatten() {
            if let Some(text) = read(&path, Absent::IsFine)? {
                figment = figment.merge(Layer::of_file(&path, &text, home)?);
                files.push(path);
            }
        }
        if let Some(path) = &flags.config {
            let text = read(path, Absent::IsWrong)?.unwrap_or_default();
            figment = figment.merge(Layer::of_file(path, &text, home)?);
            files.push(path.clone());
        }
        for layer in variables(environment, home)? {
            figment = figment.merge(layer);
        }
        for layer in flag_layers(flags)? {
            figment = figment.merge(layer);
        }

        let settings = figment.extract::<Settings>().map_err(|error| {
            // Every value was checked before; the error's own text could quote one.
            let path = error.path.join(".");
            Error::new(
                ErrorKind::NotConfigured,
                format!("the setting {path} cannot be used"),
            )
        })?;
        check_together(&settings)?;
        Ok(Self {
            settings,
            shown: SETTINGS
                .iter()
                .map(|setting| shown(&figment, setting))
                .collect(),
            files,
            allow_foreign_base_url: flags.allow_foreign_base_url,
        })
    }
}

/// The stages of open deals as Salesforce and HubSpot ship them, and the common short form.
const STAGES: &str = "Discovery,Evaluation,Proposal,Negotiation";

/// What no setting can be checked for by itself.
fn check_together(settings: &Settings) -> Result<(), Error> {
    let gong = &settings.gong;
    if gong.daily_reserve >= gong.daily_requests {
        let what = format!(
            "gong.daily_reserve ({}) leaves nothing of gong.daily_requests ({}) for a sync",
            gong.daily_reserve, gong.daily_requests
        );
        return Err(Error::new(ErrorKind::NotConfigured, what)
            .hint("`gongkit config show --origin` tells where each value comes from"));
    }
    let pipeline = &settings.pipeline;
    if pipeline.currency.parse::<Currency>().is_err() {
        let what = "pipeline.currency is no currency";
        return Err(Error::new(ErrorKind::NotConfigured, what)
            .hint("write the three letters of a currency, like EUR"));
    }
    if DealId::new(&pipeline.crm, "1").is_err() {
        let what = "pipeline.crm is no name of a CRM";
        return Err(Error::new(ErrorKind::NotConfigured, what)
            .hint("write letters, digits, - and _, like salesforce or hubspot"));
    }
    embedding_model::check(&settings.model, &settings.embedding_server)?;
    settings.llm.check()?;
    settings.auth.check()?;
    settings.memory.check()?;
    let mut rules = PipelineRules::default();
    if let Err(entry) = set_warnings(&mut rules, &pipeline.warnings) {
        let what = format!("pipeline.warnings cannot be read at {entry:?}");
        let hint = "write NAME=VALUE or STAGE.NAME=VALUE, with commas between; docs/forecast.md has \
                    the names";
        return Err(Error::new(ErrorKind::NotConfigured, what).hint(hint));
    }
    Ok(())
}

fn defaults(environment: &Environment) -> Result<Vec<Layer>, Error> {
    let folder = |path: Option<PathBuf>| path.map(|path| path.display().to_string());
    let values = [
        ("gong.base_url", Some("https://api.gong.io".into())),
        ("gong.oauth_url", Some("https://app.gong.io".into())),
        ("gong.redirect", Some(REDIRECT.into())),
        ("gong.daily_requests", Some(DAILY_LIMIT.to_string())),
        ("gong.daily_reserve", Some("500".into())),
        ("data.dir", folder(environment.data_dir())),
        ("cache.dir", folder(environment.cache_dir())),
        ("archive.connections", Some("8".into())),
        ("archive.allow_plain_text_to_other_hosts", Some("no".into())),
        ("memory.store", Some("embedded".into())),
        ("memory.collections", Some("gongkit".into())),
        ("memory.timeout", Some("10".into())),
        ("memory.shards", Some("1".into())),
        ("memory.replicas", Some("1".into())),
        ("memory.write_consistency", Some("1".into())),
        ("memory.allow_plain_text_to_other_hosts", Some("no".into())),
        ("model.name", Some("all-MiniLM-L6-v2".into())),
        ("model.precision", Some("near".into())),
        ("embedding_server.max_tokens", Some("512".into())),
        ("embedding_server.timeout", Some("30".into())),
        ("embedding_server.batch", Some("32".into())),
        (
            "embedding_server.allow_plain_text_to_other_hosts",
            Some("no".into()),
        ),
        ("llm.provider", Some("off".into())),
        ("llm.context", Some("8192".into())),
        ("llm.answer_limit", Some("max_tokens".into())),
        ("llm.timeout", Some("300".into())),
        ("llm.budget_tokens", Some("200000".into())),
        ("llm.redact", Some("yes".into())),
        ("llm.second_look", Some("no".into())),
        ("llm.cache", Some("yes".into())),
        ("privacy.private_calls", Some("skip".into())),
        ("privacy.deleted_in_gong", Some("keep".into())),
        ("retention.days", Some("off".into())),
        ("retention.workspaces", Some(String::new())),
        ("auth.algorithms", Some("RS256,ES256".into())),
        ("auth.role_claim", Some("gongkit_role".into())),
        ("auth.scopes", Some("openid email".into())),
        ("search.limit", Some("10".into())),
        ("sync.since", Some("2015-01-01".into())),
        ("sync.every_minutes", Some("30".into())),
        ("pipeline.stages", Some(STAGES.into())),
        ("pipeline.won", Some("Closed Won,closedwon".into())),
        ("pipeline.lost", Some("Closed Lost,closedlost".into())),
        ("pipeline.link_days", Some("14".into())),
        ("pipeline.crm", Some("salesforce".into())),
        ("pipeline.currency", Some("USD".into())),
        ("crm.base_url", Some("https://api.hubapi.com".into())),
        ("crm.deal_days", Some("14".into())),
        ("crm.since", Some("2015-01-01".into())),
        ("crm.daily_requests", Some("250000".into())),
        ("crm.requests_per_ten_seconds", Some("100".into())),
        ("crm.continuous", Some("no".into())),
    ];
    let mut layers = vec![Layer::empty(DEFAULT)];
    for (key, value) in values {
        if let (Some(setting), Some(value)) = (setting_of(key), value) {
            layers.push(Layer::of_value(DEFAULT, setting, &value, None)?);
        }
    }
    Ok(layers)
}

fn variables(environment: &Environment, home: Option<&Path>) -> Result<Vec<Layer>, Error> {
    let mut layers = Vec::new();
    let mut known: Vec<String> = Vec::new();
    for setting in SETTINGS {
        let own = setting.own_variable();
        let names = [setting.variable.map(str::to_owned), Some(own)];
        let mut given: Vec<(String, String)> = Vec::new();
        for name in names.into_iter().flatten() {
            if let Some(text) = environment.variable(&name) {
                given.push((name.clone(), text.trim().to_owned()));
            }
            // The files of secrets are settings themselves: they are read when they are needed.
            if setting.twin.is_none() && setting.kind != Kind::Path {
                let file_name = format!("{name}_FILE");
                if let Some(path) = environment.variable(&file_name) {
                    let text = content(&file_name, path, home)?;
                    given.push((file_name.clone(), text));
                }
                known.push(file_name);
            }
            known.push(name);
        }
        if let Some(twin) = setting.twin.and_then(setting_of) {
            let other = [twin.variable.map(str::to_owned), Some(twin.own_variable())];
            let is_given = |name: &String| environment.variable(name).is_some();
            let other = other.into_iter().flatten().find(is_given);
            if let (Some((first, _)), Some(second)) = (given.first(), other) {
                return Err(both(first, &second));
            }
        }
        if let [(first, _), (second, _), ..] = given.as_slice() {
            return Err(both(first, second));
        }
        for (name, text) in given {
            layers.push(Layer::of_value(
                format!("variable {name}"),
                setting,
                &text,
                home,
            )?);
        }
    }
    for (name, _) in environment.variables() {
        if name.starts_with(NAMESPACE) && !known.iter().any(|known| known == name) {
            let key = name
                .trim_start_matches(NAMESPACE)
                .to_lowercase()
                .replace("__", ".");
            return Err(unknown(&key, &format!("variable {name}")));
        }
    }
    Ok(layers)
}

fn flag_layers(flags: &Flags) -> Result<Vec<Layer>, Error> {
    let given = [
        ("--data-dir", "data.dir", &flags.data_dir),
        ("--model-dir", "model.dir", &flags.model_dir),
    ];
    let mut layers = Vec::new();
    for (flag, key, path) in given {
        if let (Some(setting), Some(path)) = (setting_of(key), path) {
            let text = path.display().to_string();
            layers.push(Layer::of_value(
                format!("flag {flag}"),
                setting,
                &text,
                None,
            )?);
        }
    }
    Ok(layers)
}

fn shown(figment: &Figment, setting: &Setting) -> Shown {
    let value = figment.find_value(setting.key).ok();
    let text = value.as_ref().and_then(|value| match value {
        Value::String(_, text) if text.is_empty() => None,
        Value::String(_, text) => Some(text.clone()),
        Value::Num(_, number) => number.to_u128().map(|number| number.to_string()),
        _ => None,
    });
    let origin = value
        .as_ref()
        .and_then(|value| figment.get_metadata(value.tag()));
    let origin = origin.filter(|_| text.is_some());
    Shown {
        key: setting.key,
        value: text.map(|text| {
            if setting.is_secret() {
                REDACTED.to_owned()
            } else {
                text
            }
        }),
        origin: origin.map_or_else(|| DEFAULT.to_owned(), |origin| origin.name.to_string()),
        is_secret: setting.is_secret(),
    }
}

/// The content of a file that a variable names.
fn content(variable: &str, path: &str, home: Option<&Path>) -> Result<String, Error> {
    let path = super::known::resolved(path.trim(), home, None).ok_or_else(|| {
        Error::new(
            ErrorKind::NotConfigured,
            format!("{variable} must be an absolute path"),
        )
    })?;
    let text = fs::read_to_string(&path).map_err(|error| {
        let what = format!("cannot read {} (from {variable})", path.display());
        Error::new(ErrorKind::NotConfigured, what).caused_by(error)
    })?;
    Ok(text.trim().to_owned())
}

fn both(first: &str, second: &str) -> Error {
    let what = format!("both {first} and {second} are set; keep one");
    Error::new(ErrorKind::NotConfigured, what)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Absent {
    IsFine,
    IsWrong,
}

fn read(path: &Path, absent: Absent) -> Result<Option<String>, Error> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) => {
            let is_absent = matches!(
                error.kind(),
                io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
            );
            if is_absent && absent == Absent::IsFine {
                return Ok(None);
            }
            let what = format!("cannot read the configuration {}", path.display());
            Err(Error::new(ErrorKind::NotConfigured, what).caused_by(error))
        }
    }
}

#[cfg(test)]
mod tests;
