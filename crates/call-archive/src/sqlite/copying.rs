//! A backup file that is filled from another database: complete whenever it is there under its name.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::Connection;

use crate::stored::{Cell, TableForm, file, private_file, stopped, sync_folder};
use crate::{Error, ErrorKind};

use super::backup::with_suffix;
use super::migrate::{Version, migrate};
use super::tables;

/// A backup that is being written.
pub(crate) struct Copy {
    connection: Arc<Mutex<Option<Connection>>>,
    forms: Vec<TableForm>,
    draft: PathBuf,
    to: PathBuf,
}

impl Copy {
    /// Begins a file with the tables of an archive; `age` is noted as that of its schema.
    pub(crate) async fn begin(to: &Path, age: i64) -> Result<Self, Error> {
        let to = to.to_owned();
        aside(move || begin(to, age)).await
    }

    pub(crate) fn forms(&self) -> &[TableForm] {
        &self.forms
    }

    /// Adds rows to a table.
    pub(crate) async fn add(&self, form: &TableForm, rows: Vec<Vec<Cell>>) -> Result<(), Error> {
        let connection = Arc::clone(&self.connection);
        let form = form.clone();
        aside(move || {
            let held = connection.lock().unwrap_or_else(PoisonError::into_inner);
            let connection = held.as_ref().ok_or_else(stopped)?;
            tables::insert(connection, &form, &rows)
        })
        .await
    }

    /// Makes the file durable and gives it its name; gives its bytes.
    pub(crate) async fn end(self) -> Result<u64, Error> {
        aside(move || {
            let mut held = self
                .connection
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            let connection = held.take().ok_or_else(stopped)?;
            connection.execute_batch("COMMIT")?;
            connection
                .close()
                .map_err(|(_, error)| Error::from(error))?;
            let written = File::open(&self.draft).and_then(|copy| {
                copy.sync_all()?;
                Ok(copy.metadata()?.len())
            });
            let bytes = written.map_err(file("the backup cannot be made durable"))?;
            fs::rename(&self.draft, &self.to).map_err(file("the backup cannot be named"))?;
            sync_folder(self.to.parent().unwrap_or(Path::new(".")))?;
            Ok(bytes)
        })
        .await
    }
}

impl Drop for Copy {
    fn drop(&mut self) {
        // Only there if it did not end.
        let _ = fs::remove_file(&self.draft);
    }
}

fn begin(to: PathBuf, age: i64) -> Result<Copy, Error> {
    if to.exists() {
        let what = format!("{} is there already", to.display());
        return Err(Error::new(ErrorKind::Invalid, what));
    }
    let draft = with_suffix(&to, ".part");
    private_file()
        .create(true)
        .truncate(true)
        .open(&draft)
        .map_err(file("the backup cannot be made"))?;
    let connection = Connection::open(&draft)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    // Nothing is lost with a draft; it is synced before it gets its name.
    connection.pragma_update(None, "journal_mode", "OFF")?;
    connection.pragma_update(None, "synchronous", "OFF")?;
    connection.execute_batch("BEGIN")?;
    migrate(&connection, Version::Empty, age)?;
    connection.execute_batch("DELETE FROM meta")?;
    Ok(Copy {
        forms: tables::forms(&connection)?,
        connection: Arc::new(Mutex::new(Some(connection))),
        draft,
        to,
    })
}

async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    let working = tokio::task::spawn_blocking(work).await;
    working.map_err(|error| stopped().caused_by(error))?
}
