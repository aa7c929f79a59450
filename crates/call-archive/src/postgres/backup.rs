//! Backups of a database: one SQLite file, read from one snapshot while others go on writing.
//!
//! The file is what the archive in a folder would back up to, so it can be restored into either
//! database. It does not depend on the version of the server, and holds no more than the archive.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use deadpool_postgres::Transaction;
use rusqlite::Connection;
use tokio_postgres::IsolationLevel;

use crate::sqlite::{self, Copy};
use crate::stored::{Cell, KeyRing, TableForm, stopped};
use crate::{
    Backups, Erasures, Error, ErrorKind, Existing, PostgresArchive, PostgresOptions, Verified,
};

use super::query::{one, run};
use super::{fault, migrate, tables, verify};

/// How many rows are on their way at a time.
const BATCH: usize = 256;

#[async_trait]
impl Backups for PostgresArchive {
    async fn backup(&self, to: &Path) -> Result<u64, Error> {
        let mut client = self.client().await?;
        let on = client
            .build_transaction()
            .isolation_level(IsolationLevel::RepeatableRead)
            .read_only(true)
            .start()
            .await?;
        let age = one(&on, "SELECT max(applied) FROM migrations", &[]).await?;
        let copy = Copy::begin(to, age).await?;
        for form in copy.forms() {
            let mut after: Option<Vec<Cell>> = None;
            loop {
                let rows = tables::read(&on, form, after.as_deref(), BATCH).await?;
                let Some(last) = rows.last() else {
                    break;
                };
                after = Some(form.key_of(last));
                copy.add(form, rows).await?;
            }
        }
        on.commit().await?;
        copy.end().await
    }

    async fn verify(&self) -> Result<Verified, Error> {
        verify::verify(self).await
    }
}

impl PostgresArchive {
    /// Puts a backup in the place of what the database holds, in one transaction; its key must be
    /// the one given. No process may have the archive open. The folders of its indexes are the
    /// caller's to remove.
    ///
    /// What was erased since the backup is erased again by the next opening.
    pub async fn restore(
        options: PostgresOptions,
        backup: &Path,
        existing: Existing,
        erasures: Erasures,
    ) -> Result<(), Error> {
        let log = options.erase_log.clone();
        let has_log = log.as_ref().is_some_and(|log| log.exists());
        if erasures == Erasures::FromLog && !has_log {
            return Err(Error::new(
                ErrorKind::Invalid,
                "there is no erase log: what was erased since the backup would come back",
            ));
        }
        let ring = options.load_keys().await?;
        let draft = Draft::of(backup, log.as_deref(), ring, options.now).await?;

        let pool = options.connector()?.pool()?;
        let mut client = pool.get().await.map_err(fault::no_connection)?;
        let on = client.transaction().await?;
        migrate::take_turn(&on).await?;
        let status = migrate::status(&on).await?;
        migrate::expand(&on, &status, options.now).await?;
        let keys: i64 = one(&on, "SELECT count(*) FROM keks", &[]).await?;
        if keys > 0 && existing == Existing::Keep {
            return Err(Error::new(
                ErrorKind::Invalid,
                "there is an archive already",
            ));
        }
        replace(&on, &draft).await?;
        on.commit().await?;
        Ok(())
    }
}

/// Replaces every row; who writes meanwhile waits for the end.
async fn replace(on: &Transaction<'_>, draft: &Draft) -> Result<(), Error> {
    tables::empty(on, &draft.forms).await?;
    run(on, "DELETE FROM moves", &[]).await?;
    for form in &draft.forms {
        let mut after: Option<Vec<Cell>> = None;
        loop {
            let rows = draft.read(form, after.take()).await?;
            let Some(last) = rows.last() else {
                break;
            };
            after = Some(form.key_of(last));
            tables::insert(on, form, &rows).await?;
        }
    }
    tables::go_on_numbering(on).await
}

/// A copy of the backup that was checked and made ready; gone in the end.
struct Draft {
    file: PathBuf,
    connection: Arc<Mutex<Connection>>,
    forms: Vec<TableForm>,
}

impl Draft {
    async fn of(
        backup: &Path,
        log: Option<&Path>,
        ring: KeyRing,
        now: jiff::Timestamp,
    ) -> Result<Self, Error> {
        // The folder of the log can be written; that of the backup perhaps not.
        let folder = log.and_then(Path::parent).or(backup.parent());
        let name = format!("restoring-{}.sqlite", std::process::id());
        let file = folder.unwrap_or(Path::new(".")).join(name);
        let backup = backup.to_owned();
        aside(move || {
            let ready = sqlite::copy(&backup, &file)
                .and_then(|()| sqlite::make_ready(&file, &ring, now))
                .and_then(|()| Ok(Connection::open(&file)?))
                .and_then(|connection| Ok((sqlite::forms(&connection)?, connection)));
            match ready {
                Ok((forms, connection)) => Ok(Self {
                    file,
                    connection: Arc::new(Mutex::new(connection)),
                    forms,
                }),
                Err(error) => {
                    sqlite::remove(&file)?;
                    Err(error)
                }
            }
        })
        .await
    }

    async fn read(
        &self,
        form: &TableForm,
        after: Option<Vec<Cell>>,
    ) -> Result<Vec<Vec<Cell>>, Error> {
        let connection = Arc::clone(&self.connection);
        let form = form.clone();
        aside(move || {
            let connection = connection.lock().unwrap_or_else(PoisonError::into_inner);
            let mut rows = sqlite::read(&connection, &form, after.as_deref(), BATCH)?;
            rows.iter_mut().flatten().for_each(Cell::drop_nul);
            Ok(rows)
        })
        .await
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        // It holds nothing that the backup does not hold.
        let _ = fs::remove_file(&self.file);
    }
}

async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    let working = tokio::task::spawn_blocking(work).await;
    working.map_err(|error| stopped().caused_by(error))?
}
