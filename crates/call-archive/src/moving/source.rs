//! The database of a folder, read past the archive while that takes nothing new.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use rusqlite::Connection;

use crate::sqlite::{self, Mark};
use crate::stored::{Cell, KeyRing, TableForm, damaged, stopped};
use crate::{Error, OpenOptions};

pub(super) struct Source {
    connection: Arc<Mutex<Connection>>,
    forms: Vec<TableForm>,
    name: String,
}

impl Source {
    pub(super) async fn open(options: &OpenOptions) -> Result<Self, Error> {
        let options = options.clone();
        let opening = tokio::task::spawn_blocking(move || {
            let connection = sqlite::open_past(&options)?;
            Ok(Self {
                forms: sqlite::forms(&connection)?,
                name: sqlite::name_of(&connection)?,
                connection: Arc::new(Mutex::new(connection)),
            })
        });
        opening.await.map_err(|error| stopped().caused_by(error))?
    }

    pub(super) fn forms(&self) -> &[TableForm] {
        &self.forms
    }

    /// Which archive it is.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) async fn mark(&self) -> Result<Option<Mark>, Error> {
        self.with(sqlite::mark).await
    }

    pub(super) async fn check_keys(&self, ring: KeyRing) -> Result<(), Error> {
        self.with(move |connection| sqlite::check_keys(connection, &ring))
            .await
    }

    pub(super) async fn count(&self, form: &TableForm) -> Result<u64, Error> {
        let form = form.clone();
        self.with(move |connection| sqlite::count(connection, &form))
            .await
    }

    /// How many rows all tables have.
    pub(super) async fn total(&self) -> Result<u64, Error> {
        let mut total = 0;
        for form in &self.forms {
            total += self.count(form).await?;
        }
        Ok(total)
    }

    /// The next rows of a table, as PostgreSQL can hold them.
    pub(super) async fn read(
        &self,
        form: &TableForm,
        after: Option<Vec<Cell>>,
        most: usize,
    ) -> Result<Vec<Vec<Cell>>, Error> {
        let form = form.clone();
        self.with(move |connection| {
            let mut rows = sqlite::read(connection, &form, after.as_deref(), most)?;
            for row in &mut rows {
                if form.key_of(row).iter().any(has_nul) {
                    return Err(damaged("a key of the archive holds a NUL"));
                }
                row.iter_mut().for_each(Cell::drop_nul);
            }
            Ok(rows)
        })
        .await
    }

    /// Notes that the archive is elsewhere.
    pub(super) async fn end(&self, now: Timestamp) -> Result<(), Error> {
        self.with(move |connection| sqlite::end(connection, now))
            .await
    }

    async fn with<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let connection = Arc::clone(&self.connection);
        let working = tokio::task::spawn_blocking(move || {
            work(&connection.lock().unwrap_or_else(PoisonError::into_inner))
        });
        working.await.map_err(|error| stopped().caused_by(error))?
    }
}

fn has_nul(cell: &Cell) -> bool {
    matches!(cell, Cell::Text(text) if text.contains('\0'))
}
