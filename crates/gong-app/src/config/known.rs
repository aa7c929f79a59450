//! Every setting there is, in one table.

use std::path::{Path, PathBuf};

use conversation::WorkspaceId;
use jiff::tz::Offset;
use jiff::{Timestamp, civil};

use super::embedding_model::MODEL_NAMES;
use super::text::closest;

/// What a setting's value may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    Secret,
    Path,
    /// A whole number from 1 to this.
    Count(u32),
    Choice(&'static [&'static str]),
    /// A number of days, or `off`.
    Days,
    /// Numbers of days by workspace: `ID=DAYS, ID=DAYS`.
    DaysOfWorkspaces,
    /// A day or an instant.
    Instant,
}

/// One setting.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Setting {
    pub(crate) key: &'static str,
    pub(crate) kind: Kind,
    /// The name users have for it, besides `GONGKIT__SECTION__KEY`.
    pub(crate) variable: Option<&'static str>,
    /// The setting that gives the same value another way, and must be forgotten when this is set.
    pub(crate) twin: Option<&'static str>,
}

const fn setting(key: &'static str, kind: Kind) -> Setting {
    Setting {
        key,
        kind,
        variable: None,
        twin: None,
    }
}

impl Setting {
    const fn known_as(mut self, variable: &'static str) -> Self {
        self.variable = Some(variable);
        self
    }

    const fn or(mut self, twin: &'static str) -> Self {
        self.twin = Some(twin);
        self
    }

    /// `GONGKIT__SECTION__KEY`.
    pub(crate) fn own_variable(&self) -> String {
        let name = self.key.to_uppercase().replace('.', "__");
        format!("GONGKIT__{name}")
    }

    /// Whether its value must not be shown.
    pub(crate) fn is_secret(&self) -> bool {
        self.kind == Kind::Secret
    }
}

/// All settings, in the order in which they are shown.
pub(crate) const SETTINGS: &[Setting] = &[
    setting("gong.access_key", Kind::Secret)
        .known_as("GONG_ACCESS_KEY")
        .or("gong.access_key_file"),
    setting("gong.access_key_file", Kind::Path)
        .known_as("GONG_ACCESS_KEY_FILE")
        .or("gong.access_key"),
    setting("gong.access_key_secret", Kind::Secret)
        .known_as("GONG_ACCESS_KEY_SECRET")
        .or("gong.access_key_secret_file"),
    setting("gong.access_key_secret_file", Kind::Path)
        .known_as("GONG_ACCESS_KEY_SECRET_FILE")
        .or("gong.access_key_secret"),
    setting("gong.base_url", Kind::Text).known_as("GONG_BASE_URL"),
    setting("gong.ca_file", Kind::Path),
    setting("gong.client_access_key", Kind::Text)
        .known_as("GONG_CLIENT_ACCESS_KEY")
        .or("gong.client_access_key_file"),
    setting("gong.client_access_key_file", Kind::Path)
        .known_as("GONG_CLIENT_ACCESS_KEY_FILE")
        .or("gong.client_access_key"),
    setting("gong.client_secret", Kind::Secret)
        .known_as("GONG_CLIENT_SECRET")
        .or("gong.client_secret_file"),
    setting("gong.client_secret_file", Kind::Path)
        .known_as("GONG_CLIENT_SECRET_FILE")
        .or("gong.client_secret"),
    setting("gong.oauth_url", Kind::Text),
    setting("gong.redirect", Kind::Text),
    setting("gong.daily_requests", Kind::Count(1_000_000)),
    setting("gong.daily_reserve", Kind::Count(1_000_000)),
    setting("data.dir", Kind::Path),
    setting("keys.kek", Kind::Secret).or("keys.kek_file"),
    setting("keys.kek_file", Kind::Path).or("keys.kek"),
    setting("cache.dir", Kind::Path),
    setting("archive.url", Kind::Secret).or("archive.url_file"),
    setting("archive.url_file", Kind::Path).or("archive.url"),
    setting("archive.erase_log", Kind::Path),
    setting("archive.connections", Kind::Count(100)),
    setting(
        "archive.allow_plain_text_to_other_hosts",
        Kind::Choice(&["no", "yes"]),
    ),
    setting("memory.store", Kind::Choice(&["embedded", "qdrant"])),
    setting("memory.url", Kind::Text),
    setting("memory.api_key", Kind::Secret).or("memory.api_key_file"),
    setting("memory.api_key_file", Kind::Path).or("memory.api_key"),
    setting("memory.collections", Kind::Text),
    setting("memory.timeout", Kind::Count(600)),
    setting("memory.shards", Kind::Count(256)),
    setting("memory.replicas", Kind::Count(64)),
    setting("memory.write_consistency", Kind::Count(64)),
    setting(
        "memory.allow_plain_text_to_other_hosts",
        Kind::Choice(&["no", "yes"]),
    ),
    setting("model.name", Kind::Choice(MODEL_NAMES)),
    setting("model.dir", Kind::Path),
    setting("model.sha256", Kind::Text),
    setting("model.precision", Kind::Choice(&["near", "exact"])),
    setting("embedding_server.url", Kind::Text),
    setting("embedding_server.model", Kind::Text),
    setting("embedding_server.dimensions", Kind::Count(65_536)),
    setting("embedding_server.max_tokens", Kind::Count(131_072)),
    setting("embedding_server.revision", Kind::Text),
    setting("embedding_server.passage_prefix", Kind::Text),
    setting("embedding_server.query_prefix", Kind::Text),
    setting("embedding_server.api_key", Kind::Secret).or("embedding_server.api_key_file"),
    setting("embedding_server.api_key_file", Kind::Path).or("embedding_server.api_key"),
    setting("embedding_server.timeout", Kind::Count(3_600)),
    setting("embedding_server.batch", Kind::Count(2_048)),
    setting(
        "embedding_server.allow_plain_text_to_other_hosts",
        Kind::Choice(&["no", "yes"]),
    ),
    setting(
        "llm.provider",
        Kind::Choice(&["off", "openai", "anthropic", "ollama"]),
    ),
    setting("llm.base_url", Kind::Text),
    setting("llm.model", Kind::Text),
    setting("llm.api_key", Kind::Secret).or("llm.api_key_file"),
    setting("llm.api_key_file", Kind::Path).or("llm.api_key"),
    setting("llm.context", Kind::Count(10_000_000)),
    setting(
        "llm.answer_limit",
        Kind::Choice(&["max_tokens", "max_completion_tokens"]),
    ),
    setting("llm.timeout", Kind::Count(3_600)),
    setting("llm.budget_tokens", Kind::Count(1_000_000_000)),
    setting("llm.budget_money", Kind::Text),
    setting("llm.price_read", Kind::Text),
    setting("llm.price_written", Kind::Text),
    setting("llm.redact", Kind::Choice(&["yes", "no"])),
    setting("llm.second_look", Kind::Choice(&["no", "yes"])),
    setting("llm.cache", Kind::Choice(&["yes", "no"])),
    setting("privacy.private_calls", Kind::Choice(&["skip", "store"])),
    setting("privacy.deleted_in_gong", Kind::Choice(&["keep", "erase"])),
    setting("retention.days", Kind::Days),
    setting("retention.workspaces", Kind::DaysOfWorkspaces),
    setting("auth.issuer", Kind::Text),
    setting("auth.audience", Kind::Text),
    setting("auth.jwks_url", Kind::Text),
    setting("auth.algorithms", Kind::Text),
    setting("auth.role_claim", Kind::Text),
    setting("auth.role_prefix", Kind::Text),
    setting("auth.user_claim", Kind::Text),
    setting("auth.client_id", Kind::Text),
    setting("auth.client_secret", Kind::Secret).or("auth.client_secret_file"),
    setting("auth.client_secret_file", Kind::Path).or("auth.client_secret"),
    setting("auth.redirect", Kind::Text),
    setting("auth.scopes", Kind::Text),
    setting("search.limit", Kind::Count(1_000)),
    setting("sync.since", Kind::Instant),
    setting("sync.every_minutes", Kind::Count(1_440)),
    setting("pipeline.stages", Kind::Text),
    setting("pipeline.won", Kind::Text),
    setting("pipeline.lost", Kind::Text),
    setting("pipeline.link_days", Kind::Count(365)),
    setting("pipeline.crm", Kind::Text),
    setting("pipeline.currency", Kind::Text),
    setting("pipeline.proposal", Kind::Text),
    setting("pipeline.senior_titles", Kind::Text),
    setting("pipeline.warnings", Kind::Text),
    setting("forecast.target", Kind::Text),
    setting("crm.access_token", Kind::Secret)
        .known_as("HUBSPOT_ACCESS_TOKEN")
        .or("crm.access_token_file"),
    setting("crm.access_token_file", Kind::Path)
        .known_as("HUBSPOT_ACCESS_TOKEN_FILE")
        .or("crm.access_token"),
    setting("crm.base_url", Kind::Text),
    setting("crm.deal_days", Kind::Count(365)),
    setting("crm.since", Kind::Instant),
    setting("crm.daily_requests", Kind::Count(10_000_000)),
    setting("crm.requests_per_ten_seconds", Kind::Count(10_000)),
    setting("crm.continuous", Kind::Choice(&["no", "yes"])),
    setting("webhook.public_urls", Kind::Text).known_as("GONG_WEBHOOK_PUBLIC_URL"),
    setting("webhook.public_keys", Kind::Text)
        .known_as("GONG_WEBHOOK_PUBLIC_KEYS")
        .or("webhook.public_keys_file"),
    setting("webhook.public_keys_file", Kind::Path)
        .known_as("GONG_WEBHOOK_PUBLIC_KEYS_FILE")
        .or("webhook.public_keys"),
    setting("webhook.url_token", Kind::Secret)
        .known_as("GONG_WEBHOOK_URL_TOKEN")
        .or("webhook.url_token_file"),
    setting("webhook.url_token_file", Kind::Path)
        .known_as("GONG_WEBHOOK_URL_TOKEN_FILE")
        .or("webhook.url_token"),
    setting("webhook.secret", Kind::Secret)
        .known_as("GONG_WEBHOOK_SECRET")
        .or("webhook.secret_file"),
    setting("webhook.secret_file", Kind::Path)
        .known_as("GONG_WEBHOOK_SECRET_FILE")
        .or("webhook.secret"),
];

/// The words of a list with commas between.
pub(crate) fn list(text: &str) -> Vec<String> {
    let words = text.split(',').map(str::trim);
    words
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

/// The setting of this key.
pub(crate) fn setting_of(key: &str) -> Option<&'static Setting> {
    SETTINGS.iter().find(|setting| setting.key == key)
}

/// The known key that an unknown one was probably meant to be.
pub(crate) fn meant(key: &str) -> Option<&'static str> {
    closest(key, SETTINGS.iter().map(|setting| setting.key))
}

/// What is wrong with a text as the value of a setting, without quoting a secret.
pub(crate) fn check(setting: &Setting, text: &str) -> Result<(), String> {
    match setting.kind {
        Kind::Text | Kind::Secret | Kind::Path => Ok(()),
        Kind::Count(most) => match text.trim().parse::<u32>() {
            Ok(number) if (1..=most).contains(&number) => Ok(()),
            _ => Err(format!("must be a whole number from 1 to {most}")),
        },
        Kind::Days => days(text).map(drop),
        Kind::DaysOfWorkspaces if days_of_workspaces(text).is_some() => Ok(()),
        Kind::DaysOfWorkspaces => Err("must be like ID=365, OTHER=90".to_owned()),
        Kind::Instant if instant(text).is_some() => Ok(()),
        Kind::Instant => Err("must be a day or an instant, like 2024-01-31".to_owned()),
        Kind::Choice(words) if words.contains(&text) => Ok(()),
        Kind::Choice(words) => {
            let list = words.join(", ");
            Err(match closest(text, words.iter().copied()) {
                Some(word) => format!("must be one of {list}; did you mean {word}?"),
                None => format!("must be one of {list}"),
            })
        }
    }
}

/// A hundred years.
const MOST_DAYS: u32 = 36_525;

/// A number of days; `off` is none.
pub(crate) fn days(text: &str) -> Result<Option<u32>, String> {
    match text.trim() {
        "off" => Ok(None),
        number => match number.parse() {
            Ok(days) if (1..=MOST_DAYS).contains(&days) => Ok(Some(days)),
            _ => Err(format!(
                "must be off, or a number of days from 1 to {MOST_DAYS}"
            )),
        },
    }
}

/// Numbers of days by workspace; an empty text has none.
pub(crate) fn days_of_workspaces(text: &str) -> Option<Vec<(WorkspaceId, u32)>> {
    let pairs = text
        .split(',')
        .map(str::trim)
        .filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let (workspace, number) = pair.rsplit_once('=')?;
            let workspace = WorkspaceId::new(workspace.trim()).ok()?;
            Some((workspace, days(number).ok().flatten()?))
        })
        .collect()
}

/// A day's beginning (UTC), or an instant.
pub(crate) fn instant(text: &str) -> Option<Timestamp> {
    let midnight = || {
        let day: civil::Date = text.parse().ok()?;
        Offset::UTC
            .to_timestamp(day.to_datetime(civil::Time::midnight()))
            .ok()
    };
    text.parse().ok().or_else(midnight)
}

/// A path as it is meant: `~/` is the home folder, and what is relative lies in `beside`.
pub(crate) fn resolved(text: &str, home: Option<&Path>, beside: Option<&Path>) -> Option<PathBuf> {
    let path = match text.strip_prefix("~/") {
        Some(rest) => home?.join(rest),
        None => PathBuf::from(text),
    };
    if path.is_absolute() {
        return Some(path);
    }
    Some(beside?.join(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_key_is_told_what_it_was_meant_to_be() {
        assert_eq!(meant("gong.acess_key"), Some("gong.access_key"));
        assert_eq!(meant("serch.limit"), Some("search.limit"));
        assert_eq!(meant("weather.tomorrow"), None);
    }

    #[test]
    fn a_value_outside_its_kind_is_refused() {
        let limit = setting_of("search.limit").expect("known");
        assert!(check(limit, "10").is_ok());
        for bad in ["0", "-1", "many", "1001", ""] {
            assert!(check(limit, bad).is_err(), "{bad}");
        }
        let model = setting_of("model.name").expect("known");
        let said = check(model, "all-minilm-l6-v2").expect_err("not the name");
        assert!(
            said.starts_with("must be one of all-MiniLM-L6-v2, "),
            "{said}"
        );
        assert!(said.ends_with("; did you mean all-MiniLM-L6-v2?"), "{said}");
    }

    #[test]
    fn retention_is_off_or_a_number_of_days_for_all_or_by_workspace() {
        assert_eq!(days("off"), Ok(None));
        assert_eq!(days(" 365 "), Ok(Some(365)));
        for bad in ["", "0", "-1", "a year", "36526"] {
            assert!(days(bad).is_err(), "{bad}");
        }
        let workspace = |id: &str| WorkspaceId::new(id).expect("valid");
        assert_eq!(days_of_workspaces(""), Some(vec![]));
        assert_eq!(
            days_of_workspaces("w1 = 365, w2=90"),
            Some(vec![(workspace("w1"), 365), (workspace("w2"), 90)])
        );
        assert_eq!(days_of_workspaces("w1"), None);
        assert_eq!(days_of_workspaces("w1=off"), None);
    }

    #[test]
    fn twins_name_each_other_and_every_key_is_there_once() {
        for setting in SETTINGS {
            if let Some(twin) = setting.twin {
                assert_eq!(
                    setting_of(twin).and_then(|twin| twin.twin),
                    Some(setting.key)
                );
            }
            assert_eq!(SETTINGS.iter().filter(|s| s.key == setting.key).count(), 1);
        }
    }

    #[test]
    fn a_path_is_absolute_in_the_end() {
        let home = Path::new("/h");
        assert_eq!(resolved("~/x", Some(home), None), Some("/h/x".into()));
        assert_eq!(
            resolved("x", Some(home), Some(Path::new("/c"))),
            Some("/c/x".into())
        );
        assert_eq!(resolved("x", Some(home), None), None);
    }
}
