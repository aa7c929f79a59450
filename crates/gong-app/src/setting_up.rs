//! The first run: a configuration file with the key of a Gong account, and its secret beside it.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use gong_auth::BaseUrl;
use jiff::civil;
use secrecy::{ExposeSecret as _, SecretString};

use crate::views::SetUpView;
use crate::{Environment, Error, ErrorKind, Flags};

/// The file of the secret, in the folder of the configuration.
const SECRET_FILE: &str = "gong-access-key-secret";

/// What a person says when setting up.
#[derive(Clone, Debug)]
#[expect(clippy::exhaustive_structs, reason = "what is asked is the meaning")]
pub struct SetUpRequest {
    /// The access key that Gong shows.
    pub access_key: String,
    /// Its secret.
    pub secret: SecretString,
    /// The address that Gong shows beside the key.
    pub base_url: String,
    /// Where the first sync begins; the default if none.
    pub since: Option<civil::Date>,
    /// What becomes of a configuration that is there.
    pub present: PresentConfig,
}

/// What becomes of a configuration that is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the two answers are the meaning")]
pub enum PresentConfig {
    /// It stays, and nothing is written.
    Stays,
    /// It is kept under another name.
    MovesAside,
}

/// Tells where the user's configuration would be written, or why it cannot be: whoever asks a person
/// knows before.
///
/// # Errors
/// There is no home folder, or a configuration is there that stays.
pub fn may_set_up(environment: &Environment, present: PresentConfig) -> Result<PathBuf, Error> {
    let config = environment.user_file().ok_or_else(|| {
        Error::new(
            ErrorKind::NotConfigured,
            "there is no home folder to write into",
        )
        .hint("set HOME or XDG_CONFIG_HOME to an absolute path")
    })?;
    if config.exists() && present == PresentConfig::Stays {
        let what = format!("{} is there already", config.display());
        return Err(Error::new(ErrorKind::Usage, what)
            .hint("edit it, or run `gongkit init --replace`, which keeps it under another name"));
    }
    Ok(config)
}

/// Writes the user's configuration, for its owner alone; nothing is sent anywhere.
pub fn set_up(
    environment: &Environment,
    flags: &Flags,
    request: &SetUpRequest,
) -> Result<SetUpView, Error> {
    let config = may_set_up(environment, request.present)?;
    let text = config_text(request, flags)?;
    let folder = config.parent().unwrap_or(Path::new("/"));
    let secret = folder.join(SECRET_FILE);
    make_folder(folder).map_err(|error| cannot(folder, error))?;
    let mut moved = None;
    if config.exists() {
        moved = Some(move_aside(&config).map_err(|error| cannot(&config, error))?);
    }
    // The secret first: a configuration never names a file that is not there.
    let exposed = request.secret.expose_secret().trim();
    replace(&secret, exposed).map_err(|error| cannot(&secret, error))?;
    replace(&config, &text).map_err(|error| cannot(&config, error))?;
    Ok(SetUpView {
        config: config.display().to_string(),
        secret: secret.display().to_string(),
        moved: moved.map(|path| path.display().to_string()),
        next: vec!["gongkit doctor", "gongkit sync", "gongkit ask \"…\""],
    })
}

/// What is written, once all of it was checked.
fn config_text(request: &SetUpRequest, flags: &Flags) -> Result<String, Error> {
    let access_key = request.access_key.trim();
    if access_key.is_empty() || access_key.contains(char::is_whitespace) {
        let what = "the access key is empty or has blanks in it";
        return Err(Error::new(ErrorKind::Usage, what).hint(
            "copy it from Gong: Admin center > Settings > Ecosystem > API; without an account, \
             `gongkit demo` shows everything on invented calls",
        ));
    }
    if request.secret.expose_secret().trim().is_empty() {
        return Err(Error::new(ErrorKind::Usage, "the access key's secret is empty")
            .hint("Gong shows it once, when the key is made; a lost one cannot be shown again: make a new key"));
    }
    let base_url = request.base_url.trim();
    if flags.allow_foreign_base_url {
        BaseUrl::allow_foreign(base_url)?;
    } else {
        BaseUrl::parse(base_url)?;
    }
    let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
    let mut lines = vec![
        "# Written by `gongkit init`; `gongkit config reference` names every setting.".to_owned(),
        "[gong]".to_owned(),
        format!("access_key = {}", quoted(access_key)),
        format!("access_key_secret_file = {}", quoted(SECRET_FILE)),
        format!("base_url = {}", quoted(base_url)),
    ];
    if let Some(day) = request.since {
        lines.extend([String::new(), "[sync]".to_owned()]);
        lines.push(format!("since = {}", quoted(&day.to_string())));
    }
    Ok(lines.join("\n") + "\n")
}

fn make_folder(folder: &Path) -> std::io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Gives a file another name that nothing has yet.
fn move_aside(file: &Path) -> std::io::Result<PathBuf> {
    let free = (1..=999)
        .map(|number| file.with_extension(format!("toml.before-{number}")))
        .find(|path| !path.exists());
    let full = std::io::Error::new(
        std::io::ErrorKind::AlreadyExists,
        "too many are kept already",
    );
    let aside = free.ok_or(full)?;
    fs::rename(file, &aside)?;
    Ok(aside)
}

/// Whole or not at all, and readable by its owner alone from its first byte.
fn replace(file: &Path, text: &str) -> std::io::Result<()> {
    let part = file.with_extension("part");
    match fs::remove_file(&part) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut new = options.open(&part)?;
    new.write_all(text.as_bytes())?;
    new.sync_all()?;
    fs::rename(&part, file)
}

fn cannot(path: &Path, error: std::io::Error) -> Error {
    let what = format!("{} cannot be written", path.display());
    Error::new(ErrorKind::Failed, what)
        .hint("see whether the disk is full and who owns the folder; XDG_CONFIG_HOME names another")
        .caused_by(error)
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::Config;

    fn at(home: &Path) -> Environment {
        let home = ("HOME".to_owned(), home.display().to_string());
        Environment::new([home], || Timestamp::UNIX_EPOCH).system_config("/nowhere.toml")
    }

    fn request() -> SetUpRequest {
        SetUpRequest {
            access_key: "KEY".into(),
            secret: "a \"quoted\" secret".into(),
            base_url: "https://us-1.api.gong.io".into(),
            since: None,
            present: PresentConfig::Stays,
        }
    }

    #[test]
    fn what_is_written_is_what_the_configuration_reads() {
        let home = tempfile::tempdir().expect("a folder");
        let environment = at(home.path());

        let view = set_up(&environment, &Flags::default(), &request()).expect("set up");

        let config = Config::load(&environment, &Flags::default()).expect("it loads");
        let gong = &config.settings.gong;
        assert_eq!(gong.base_url, "https://us-1.api.gong.io");
        let secret = gong.access_key_secret_file.as_deref().expect("a file");
        assert_eq!(secret, Path::new(&view.secret));
        assert_eq!(
            fs::read_to_string(secret).expect("it is there"),
            "a \"quoted\" secret"
        );
        #[cfg(unix)]
        for file in [&view.config, &view.secret] {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = fs::metadata(file)
                .expect("it is there")
                .permissions()
                .mode();
            assert_eq!(mode & 0o777, 0o600, "{file}");
        }
    }

    #[test]
    fn a_configuration_that_is_there_is_never_lost() {
        let home = tempfile::tempdir().expect("a folder");
        let environment = at(home.path());
        let first = set_up(&environment, &Flags::default(), &request()).expect("set up");
        let before = fs::read_to_string(&first.config).expect("it is there");
        let mut second = request();
        second.access_key = "OTHER".into();

        let refused = set_up(&environment, &Flags::default(), &second).expect_err("it is there");
        assert_eq!(refused.kind(), ErrorKind::Usage);
        assert_eq!(fs::read_to_string(&first.config).expect("there"), before);

        second.present = PresentConfig::MovesAside;
        let view = set_up(&environment, &Flags::default(), &second).expect("set up");
        let moved = view.moved.expect("it was moved");
        assert_eq!(fs::read_to_string(moved).expect("there"), before);
    }

    #[test]
    fn a_host_that_is_not_gongs_an_empty_key_or_secret_write_nothing() {
        let home = tempfile::tempdir().expect("a folder");
        let environment = at(home.path());
        let mut foreign = request();
        foreign.base_url = "https://gong.io.example.com".into();
        let mut no_key = request();
        no_key.access_key = " ".into();
        let mut no_secret = request();
        no_secret.secret = "".into();

        for wrong in [foreign, no_key, no_secret] {
            assert!(set_up(&environment, &Flags::default(), &wrong).is_err());
        }

        assert!(!home.path().join(".config").exists());
    }
}
