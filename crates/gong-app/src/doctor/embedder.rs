//! The model of the search: its files, or the server that computes it.

use std::time::Duration;

use call_archive::IndexInfo;
use embeddings::{Embedder as _, Space};

use super::check::Check;
use crate::app::App;
use crate::index::homes::Home;
use crate::{Error, ErrorKind, ModelName, Settings, model};

const ID: &str = "model";
/// How long a server may take for one word.
const DEADLINE: Duration = Duration::from_secs(5);

impl App {
    pub(super) async fn embedder_check(&self) -> Check {
        let settings = &self.config().settings;
        match settings.model.name {
            ModelName::Hash => Check::warn(ID, "hash: words only, no meaning")
                .why("it is there for tests")
                .fix("unset GONGKIT__MODEL__NAME, then gongkit reindex"),
            ModelName::Known(known) if known.files().is_some() => {
                match model::is_here(settings).await {
                    Ok(true) => Check::ok(ID, format!("{known} is here and verified")),
                    Ok(false) => Check::warn(ID, format!("{known} is not here yet"))
                        .why("the first command that needs it fetches 91 MB")
                        .fix("gongkit model pull, or --model-dir with its three files"),
                    Err(error) => Check::failed(ID, &error),
                }
            }
            ModelName::Known(_) | ModelName::Folder => folder(settings),
            ModelName::Server => server(settings).await,
        }
    }
}

/// Only looked at: `gongkit model verify` reads it all.
fn folder(settings: &Settings) -> Check {
    let folder = match model::folder(settings) {
        Ok(folder) => folder,
        Err(error) => return Check::failed(ID, &error),
    };
    let lacking = ["config.json", "tokenizer.json", "model.safetensors"]
        .into_iter()
        .find(|name| !folder.join(name).is_file());
    if let Some(name) = lacking {
        let what = format!("there is no {name} in {}", folder.display());
        let error = Error::new(ErrorKind::NotConfigured, what).hint("check model.dir");
        return Check::failed(ID, &error);
    }
    let what = format!(
        "{} in {}; `gongkit model verify` opens it",
        model::shown_name(settings),
        folder.display()
    );
    if settings.model.sha256.is_none() {
        return Check::warn(ID, what)
            .why("no sum of its weights is known: a file that was changed would be used")
            .fix("set model.sha256 to the sum that gongkit model verify --json tells");
    }
    Check::ok(ID, what)
}

/// Sends one word that is of no call.
async fn server(settings: &Settings) -> Check {
    let server = &settings.embedding_server;
    let (remote, has_key) = match (model::remote(server), model::key(server)) {
        (Ok(remote), Ok(key)) => (remote.with_deadline(DEADLINE), key.is_some()),
        (Err(error), _) | (_, Err(error)) => return Check::failed(ID, &error),
    };
    if let Err(error) = remote.try_out().await {
        return Check::failed(ID, &error.into());
    }
    let what = format!(
        "{} at {} answers with {} values{}",
        remote.model().name(),
        remote.server(),
        remote.model().dimensions(),
        if has_key { "" } else { ", asked without a key" }
    );
    if !remote.is_private() {
        return Check::warn(ID, what)
            .why("words of calls and the key go there without TLS")
            .fix("use https, and unset embedding_server.allow_plain_text_to_other_hosts");
    }
    Check::ok(
        ID,
        format!("{what}; words of every indexed call are sent there"),
    )
}

/// Whether an index can be one of the model of the settings.
pub(super) fn fits(settings: &Settings, info: &IndexInfo) -> bool {
    let Ok(space) = Space::from_record(Home::read(&info.space).1) else {
        return false;
    };
    let found = space.model();
    match settings.model.name {
        ModelName::Hash => found.name() == "word-hash-1",
        ModelName::Known(_) | ModelName::Folder => {
            let sum = settings.model.sha256.as_deref();
            found.name() == model::shown_name(settings)
                && sum.is_none_or(|sum| sum == found.weights_sha256())
        }
        ModelName::Server => {
            let remote = model::remote(&settings.embedding_server);
            remote.is_ok_and(|remote| remote.model() == found)
        }
    }
}

#[cfg(test)]
mod tests {
    use call_archive::IndexId;
    use jiff::Timestamp;

    use super::*;
    use crate::{Config, Environment, Flags};

    fn settings(variables: &[(&str, &str)]) -> Settings {
        let variables = variables
            .iter()
            .map(|(name, value)| (format!("GONGKIT__{name}"), (*value).to_owned()));
        let home = [("HOME".to_owned(), "/nowhere".to_owned())];
        let environment = Environment::new(variables.chain(home), || Timestamp::UNIX_EPOCH);
        let environment = environment.system_config("/nowhere/config.toml");
        let config = Config::load(&environment, &Flags::default());
        config.expect("right").settings
    }

    fn of_server(dimensions: &str, revision: &str) -> Settings {
        settings(&[
            ("MODEL__NAME", "server"),
            ("EMBEDDING_SERVER__URL", "https://embeddings.example"),
            ("EMBEDDING_SERVER__MODEL", "e5"),
            ("EMBEDDING_SERVER__DIMENSIONS", dimensions),
            ("EMBEDDING_SERVER__REVISION", revision),
        ])
    }

    #[test]
    fn an_index_of_a_server_fits_it_in_dimensions_and_revision_or_not_at_all() {
        let made = of_server("384", "1");
        let remote = model::remote(&made.embedding_server).expect("right");
        let info = IndexInfo {
            id: IndexId("i".into()),
            space: Space::new(remote.model().clone(), 1, "k").to_record(),
            created: Timestamp::UNIX_EPOCH,
        };

        assert!(fits(&made, &info));
        assert!(!fits(&of_server("768", "1"), &info));
        assert!(!fits(&of_server("384", "2"), &info));
        assert!(!fits(&settings(&[]), &info));
    }

    #[test]
    fn a_folder_without_a_sum_is_a_warning_and_one_without_files_a_failure() {
        use crate::views::CheckStatus;

        let home = tempfile::tempdir().expect("a folder");
        let place = home.path().display().to_string();
        let named = [("MODEL__NAME", "bge-small-en-v1.5"), ("MODEL__DIR", &place)];
        let status = |variables: &[(&str, &str)]| folder(&settings(variables)).status;

        assert_eq!(status(&named), CheckStatus::Fail);
        for name in ["config.json", "tokenizer.json", "model.safetensors"] {
            std::fs::write(home.path().join(name), "{}").expect("written");
        }
        assert_eq!(status(&named), CheckStatus::Warn);
        let sum = "0".repeat(64);
        let pinned = [named[0], named[1], ("MODEL__SHA256", &sum)];
        assert_eq!(status(&pinned), CheckStatus::Ok);
        assert_eq!(status(&[named[0]]), CheckStatus::Fail);
    }
}
