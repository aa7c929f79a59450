//! Which archive the configuration names, and opening it.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use call_archive::{
    Answers, Archive, Budget, CrmOutbox, CrmRequests, DeadLetters, Duties, Inbox, JobWatch,
    PlainText, PostgresArchive, PostgresOptions, Secrets, SqliteArchive,
};
use gong_auth::read_secret_file;
use secrecy::ExposeSecret as _;
use zeroize::Zeroizing;

use crate::app::Opened;
use crate::config::YesNo;
use crate::{App, Error, ErrorKind};

/// Where the archive is.
pub(crate) enum Place {
    /// In the data folder.
    Folder(PathBuf),
    /// In a database, opened with these options.
    Database(Box<PostgresOptions>),
}

impl App {
    /// Where the configuration says that the archive is.
    pub(crate) fn place(&self) -> Result<Place, Error> {
        let settings = &self.config().settings.archive;
        let url = match (&settings.url, &settings.url_file) {
            (Some(url), _) => Some(Zeroizing::new(url.expose_secret().to_owned())),
            (None, Some(file)) => {
                let url = read_secret_file(file).map_err(|error| {
                    let what = format!("{} cannot be read", file.display());
                    Error::new(ErrorKind::NotConfigured, what)
                        .caused_by(error)
                        .hint("check archive.url_file")
                })?;
                Some(Zeroizing::new(url.expose_secret().trim().to_owned()))
            }
            (None, None) => None,
        };
        let Some(url) = url else {
            return Ok(Place::Folder(self.data_dir()?.to_owned()));
        };
        Ok(Place::Database(Box::new(self.database_at(&url)?)))
    }

    /// How the archive of a database is opened, as the configuration says.
    pub(crate) fn database_at(&self, url: &str) -> Result<PostgresOptions, Error> {
        let settings = &self.config().settings.archive;
        let log = match &settings.erase_log {
            Some(file) => file.clone(),
            None => self.data_dir()?.join("tombstones"),
        };
        let plain_text = match settings.allow_plain_text_to_other_hosts {
            YesNo::Yes => PlainText::Allowed,
            YesNo::No => PlainText::Refused,
        };
        let connections = settings.connections.max(NonZeroUsize::MIN);
        Ok(PostgresOptions::new(url, self.key_store()?, self.now())
            .erase_log(log)
            .connections(connections)
            .plain_text(plain_text))
    }

    /// The archive's place, as a person reads it: no user, no password.
    pub(crate) fn where_it_is(&self) -> Result<String, Error> {
        Ok(match self.place()? {
            Place::Folder(folder) => folder.display().to_string(),
            Place::Database(options) => options.place()?,
        })
    }

    /// Where erasures are noted outside of the database.
    pub(crate) fn erase_log(&self) -> Result<PathBuf, Error> {
        let settings = &self.config().settings.archive;
        let is_named = matches!(self.place()?, Place::Database(_));
        match &settings.erase_log {
            Some(file) if is_named => Ok(file.clone()),
            _ => Ok(self.data_dir()?.join("tombstones")),
        }
    }

    /// Whether there is an archive; makes nothing.
    pub(crate) async fn has_archive(&self) -> Result<bool, Error> {
        match self.place()? {
            Place::Folder(folder) => Ok(archive_file(&folder).exists()),
            Place::Database(options) => {
                let status = Box::pin(PostgresArchive::schema_status(&options)).await?;
                Ok(!status.applied.is_empty())
            }
        }
    }

    /// Opens the archive, making what may be made.
    pub(crate) async fn open_archive(&self) -> Result<Opened, Error> {
        match self.place()? {
            Place::Folder(_) => {
                let archive = SqliteArchive::open(self.open_options()?).await?;
                if let Some(key) = archive.opening().made_key() {
                    self.listener().note(&key_note(key));
                }
                Ok(opened(archive))
            }
            Place::Database(options) => {
                let archive = Box::pin(PostgresArchive::open(*options))
                    .await
                    .map_err(in_a_database)?;
                Ok(opened(archive))
            }
        }
    }
}

/// One archive, by what is asked of it.
fn opened<A>(archive: A) -> Opened
where
    A: Archive
        + call_archive::Customers
        + Budget
        + Secrets
        + DeadLetters
        + Inbox
        + Answers
        + JobWatch
        + Duties
        + CrmOutbox
        + CrmRequests
        + Clone
        + 'static,
{
    Opened {
        archive: Arc::new(archive.clone()),
        customers: Arc::new(archive.clone()),
        budget: Arc::new(archive.clone()),
        secrets: Arc::new(archive.clone()),
        dead: Arc::new(archive.clone()),
        inbox: Arc::new(archive.clone()),
        answers: Arc::new(archive.clone()),
        watch: Arc::new(archive.clone()),
        duties: Arc::new(archive.clone()),
        crm_outbox: Arc::new(archive.clone()),
        crm_requests: Arc::new(archive),
    }
}

/// What a person does about an archive in a database that does not open.
fn in_a_database(error: call_archive::Error) -> Error {
    let is_missing = error.kind() == call_archive::ErrorKind::KeyMissing;
    let error = Error::from(error);
    if is_missing {
        return error.hint(
            "run `gongkit keys init` once, and give every process the same key: keys.kek_file, \
             or GONGKIT__KEYS__KEK",
        );
    }
    if error.kind() == ErrorKind::Failed {
        return error.hint("check archive.url and whether the server answers; docs/postgresql.md");
    }
    error
}

/// The file whose presence says that there is an archive.
pub(crate) fn archive_file(data_dir: &Path) -> PathBuf {
    data_dir.join("archive.sqlite")
}

fn key_note(key: &str) -> String {
    format!(
        "The archive's key was made: {key}. Back it up apart from the archive; without it nobody, \
         you included, can read the calls."
    )
}
