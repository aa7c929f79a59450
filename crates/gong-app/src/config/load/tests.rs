//! The rules of configuration, one by one.

use jiff::Timestamp;
use secrecy::ExposeSecret;

use super::*;
use crate::config::{ModelName, PrivateCallsPolicy};

struct Home {
    folder: tempfile::TempDir,
    variables: Vec<(String, String)>,
    flags: Flags,
}

impl Home {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let home = folder.path().display().to_string();
        Self {
            folder,
            variables: vec![("HOME".into(), home)],
            flags: Flags::default(),
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn file(self, name: &str, text: &str) -> Self {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("below home")).expect("made");
        fs::write(path, text).expect("written");
        self
    }

    fn set(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.into(), value.into()));
        self
    }

    fn flags(mut self, change: impl FnOnce(&mut Flags, &Path)) -> Self {
        change(&mut self.flags, self.folder.path());
        self
    }

    fn load(&self) -> Result<Config, Error> {
        let environment = Environment::new(self.variables.clone(), || Timestamp::UNIX_EPOCH)
            .system_config(self.path("etc/config.toml"));
        Config::load(&environment, &self.flags)
    }

    fn loaded(&self) -> Config {
        self.load().expect("the configuration is right")
    }

    fn refusal(&self) -> String {
        let error = self.load().expect_err("the configuration is wrong");
        assert_eq!(error.kind(), ErrorKind::NotConfigured);
        format!(
            "{} | {}",
            error.chain(),
            error.hint_text().unwrap_or_default()
        )
    }
}

fn origin(config: &Config, key: &str) -> String {
    let shown = config.shown.iter().find(|shown| shown.key == key);
    shown.expect("a known key").origin.clone()
}

const USER: &str = ".config/gongkit/config.toml";

#[test]
fn without_anything_the_defaults_hold() {
    let config = Home::new().loaded();

    assert_eq!(config.settings.gong.base_url, "https://api.gong.io");
    assert_eq!(
        config.settings.model.name,
        ModelName::Known(embeddings::KnownModel::AllMiniLmL6V2)
    );
    assert_eq!(
        config.settings.privacy.private_calls,
        PrivateCallsPolicy::Skip
    );
    assert_eq!(config.settings.search.limit.get(), 10);
    assert!(config.settings.gong.access_key.is_none());
    assert!(config.files.is_empty());
    assert_eq!(origin(&config, "search.limit"), "default");
}

#[test]
fn a_later_layer_wins_and_is_named_as_the_origin() {
    let home = Home::new().file(
        "etc/config.toml",
        "[search]\nlimit = 1\n[model]\nname = 'hash'",
    );
    let config = home.loaded();
    assert_eq!(config.settings.search.limit.get(), 1);
    assert_eq!(
        origin(&config, "search.limit"),
        home.path("etc/config.toml").display().to_string()
    );

    let home = home.file(USER, "[search]\nlimit = 2");
    assert_eq!(home.loaded().settings.search.limit.get(), 2);

    let home = home
        .file("mine.toml", "[search]\nlimit = 3")
        .flags(|flags, home| {
            flags.config = Some(home.join("mine.toml"));
        });
    assert_eq!(home.loaded().settings.search.limit.get(), 3);

    let home = home.set("GONGKIT__SEARCH__LIMIT", "4");
    let config = home.loaded();
    assert_eq!(config.settings.search.limit.get(), 4);
    assert_eq!(
        origin(&config, "search.limit"),
        "variable GONGKIT__SEARCH__LIMIT"
    );
    assert_eq!(
        config.settings.model.name,
        ModelName::Hash,
        "lower layers still hold"
    );
    assert_eq!(config.files.len(), 3);
}

#[test]
fn a_flag_wins_over_everything() {
    let home = Home::new()
        .set("GONGKIT__DATA__DIR", "/from/variable")
        .flags(|flags, home| flags.data_dir = Some(home.join("from-flag")));
    let config = home.loaded();

    assert_eq!(config.settings.data.dir, Some(home.path("from-flag")));
    assert_eq!(origin(&config, "data.dir"), "flag --data-dir");
}

#[test]
fn the_names_that_users_have_are_read() {
    let config = Home::new()
        .set("GONG_ACCESS_KEY", "key")
        .set("GONG_ACCESS_KEY_SECRET", "secret")
        .set("GONG_BASE_URL", "https://us-1.api.gong.io")
        .loaded();

    let gong = &config.settings.gong;
    assert_eq!(gong.base_url, "https://us-1.api.gong.io");
    assert_eq!(
        gong.access_key.as_ref().map(ExposeSecret::expose_secret),
        Some("key")
    );
    assert_eq!(
        gong.access_key_secret
            .as_ref()
            .map(ExposeSecret::expose_secret),
        Some("secret")
    );
}

#[test]
fn every_variable_has_a_file_beside_it() {
    let home = Home::new()
        .file("url", "https://us-2.api.gong.io\n")
        .file("limit", "7\n");
    let (url, limit) = (home.path("url"), home.path("limit"));
    let home = home
        .set("GONG_BASE_URL_FILE", &url.display().to_string())
        .set("GONGKIT__SEARCH__LIMIT_FILE", &limit.display().to_string())
        .set("GONG_ACCESS_KEY_FILE", "/run/secrets/key");
    let config = home.loaded();

    assert_eq!(config.settings.gong.base_url, "https://us-2.api.gong.io");
    assert_eq!(config.settings.search.limit.get(), 7);
    assert_eq!(
        config.settings.gong.access_key_file,
        Some("/run/secrets/key".into())
    );
}

#[test]
fn a_variable_and_its_file_together_are_refused() {
    for (one, other) in [
        ("GONG_ACCESS_KEY", "GONG_ACCESS_KEY_FILE"),
        ("GONG_BASE_URL", "GONGKIT__GONG__BASE_URL"),
        (
            "GONG_ACCESS_KEY_SECRET",
            "GONGKIT__GONG__ACCESS_KEY_SECRET_FILE",
        ),
    ] {
        let said = Home::new().set(one, "/a").set(other, "/b").refusal();
        assert!(said.contains("keep one") && said.contains(one), "{said}");
    }
}

#[test]
fn a_value_of_a_higher_layer_replaces_the_file_of_a_lower_one() {
    let home = Home::new()
        .file(USER, "[gong]\naccess_key_file = 'from-file'")
        .set("GONG_ACCESS_KEY", "from-variable");
    let gong = home.loaded().settings.gong;

    assert!(gong.access_key_file.is_none());
    assert_eq!(
        gong.access_key.map(|key| key.expose_secret().to_owned()),
        Some("from-variable".into())
    );
}

#[test]
fn an_unknown_variable_of_ours_is_refused_with_what_was_meant() {
    let said = Home::new().set("GONGKIT__SERCH__LIMIT", "4").refusal();
    assert!(said.contains("did you mean search.limit?"), "{said}");
}

#[test]
fn a_relative_path_in_a_variable_is_refused_because_it_would_lead_into_the_working_directory() {
    let said = Home::new().set("GONGKIT__DATA__DIR", "data").refusal();
    assert!(said.contains("data.dir must be an absolute path"), "{said}");
    let said = Home::new().set("GONG_BASE_URL_FILE", "url").refusal();
    assert!(
        said.contains("GONG_BASE_URL_FILE must be an absolute path"),
        "{said}"
    );
}

#[test]
fn a_named_file_that_is_not_there_is_refused() {
    let home = Home::new().flags(|flags, home| flags.config = Some(home.join("absent.toml")));
    assert!(home.refusal().contains("cannot read the configuration"));
}

#[test]
fn leave_to_send_the_key_elsewhere_is_a_flag_only() {
    let said = Home::new()
        .file(USER, "[gong]\nallow_foreign_base_url = true")
        .refusal();
    assert!(
        said.contains("unknown setting gong.allow_foreign_base_url"),
        "{said}"
    );
    let home = Home::new().flags(|flags, _| flags.allow_foreign_base_url = true);
    assert!(home.loaded().allow_foreign_base_url);
}

#[test]
fn secrets_print_nowhere() {
    let home = Home::new()
        .set("GONG_ACCESS_KEY", "CANARY-KEY")
        .set("GONG_ACCESS_KEY_SECRET", "canary-secret");
    let config = home.loaded();

    let printed = format!("{config:?} {:?}", config.shown);
    assert!(!printed.to_lowercase().contains("canary"), "{printed}");
    let key = config
        .shown
        .iter()
        .find(|shown| shown.key == "gong.access_key");
    let key = key.expect("a known key");
    assert_eq!(key.value.as_deref(), Some("(set, not shown)"));
    assert_eq!(key.origin, "variable GONG_ACCESS_KEY");
}

#[test]
fn a_reserve_that_leaves_nothing_for_a_sync_is_refused() {
    let refusal = Home::new()
        .set("GONGKIT__GONG__DAILY_REQUESTS", "500")
        .refusal();

    assert!(refusal.contains("gong.daily_reserve (500)"), "{refusal}");
    let config = Home::new()
        .set("GONGKIT__GONG__DAILY_REQUESTS", "501")
        .loaded();
    assert_eq!(config.settings.gong.daily_requests, 501);
}

#[test]
fn an_oauth_app_is_read_by_the_names_that_users_have() {
    let config = Home::new()
        .set("GONG_CLIENT_ACCESS_KEY", "app")
        .set("GONG_CLIENT_SECRET", "canary")
        .loaded();

    let app = crate::gong::oauth_app(&config).expect("an app");

    assert_eq!(app.base_url().to_string(), "https://app.gong.io");
    assert!(!format!("{config:?} {app:?}").contains("canary"));
}
