//! The embedded archive: one SQLite database, sealed, beside its key and its erase log.

mod answers;
mod api_keys;
mod audit;
mod backup;
mod budget;
mod calls;
mod context;
#[cfg(feature = "postgres")]
mod copying;
mod crm_outbox;
mod customers;
mod dead;
mod deal_links;
mod deals;
mod duties;
mod erasing;
mod fault;
mod findings;
mod holding;
mod inbox;
mod indexes;
mod jobs;
mod key_care;
mod keyring;
mod labels;
mod ledger;
mod listing;
mod migrate;
mod moving;
mod numbers;
mod older;
mod open;
mod people;
mod pins;
mod purging;
mod put;
mod reader;
mod receipts;
mod refusals;
mod restore;
mod row;
mod secrets;
mod selecting;
#[cfg(feature = "postgres")]
mod tables;
mod unconfirmed;
mod unite;
mod waiting;
mod writer;

use std::fmt;
use std::sync::Arc;

use rusqlite::Connection;

use crate::stored::{Context, EraseLog, stopped};
use crate::{Duty, Error};

use reader::Readers;
use writer::{After, Writer};

pub use open::{OpenOptions, Opening};

#[cfg(feature = "postgres")]
pub(crate) use copying::Copy;
#[cfg(feature = "postgres")]
pub(crate) use keyring::check as check_keys;
#[cfg(feature = "postgres")]
pub(crate) use moving::{Mark, end, mark, name_of, open_past};
#[cfg(feature = "postgres")]
pub(crate) use restore::{copy, make_ready, remove};
#[cfg(feature = "postgres")]
pub(crate) use tables::{count, forms, read};

/// An archive in a folder of this machine.
///
/// The folder holds `archive.sqlite`, `key` and `tombstones`, the erase log. One thread writes: what many callers
/// ask for at the same time shares one commit, and each is answered after that commit is on the
/// disk. Reads go through a few connections of their own. Several processes may open one folder;
/// clones of a handle share one opening.
///
/// ```
/// use call_archive::{Calls, OpenOptions, Put, Source, SqliteArchive};
/// use conversation::{Call, CallId};
/// use jiff::Timestamp;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let folder = tempfile::tempdir()?;
/// let now: Timestamp = "2026-03-02T10:00:00Z".parse()?;
/// let archive = SqliteArchive::open(OpenOptions::new(folder.path(), now)).await?;
/// if let Some(key) = archive.opening().made_key() {
///     println!("back up {key}: without it nobody can read the archive");
/// }
///
/// let call = Call::new(CallId::new("7")?, "2026-03-02T09:00:00Z".parse()?);
/// archive.put(vec![Put::new(call, Source::Import, None)], None, now).await?;
///
/// assert_eq!(archive.known(&[CallId::new("7")?]).await?.len(), 1);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct SqliteArchive {
    parts: Arc<Parts>,
    /// What this handle may write for, if it may not always.
    duty: Option<Arc<Duty>>,
}

/// Dropped in this order: the writer finishes before the readers go.
struct Parts {
    writer: Writer,
    readers: Readers,
    log: Arc<EraseLog>,
    context: Arc<Context>,
    opening: Opening,
}

impl SqliteArchive {
    /// What opening the archive found or made.
    pub fn opening(&self) -> &Opening {
        &self.parts.opening
    }

    /// Finishes what was asked for, then stops writing; later writes fail as closed.
    ///
    /// Dropping the last handle does the same.
    pub async fn close(&self) -> Result<(), Error> {
        let parts = Arc::clone(&self.parts);
        tokio::task::spawn_blocking(move || parts.writer.close())
            .await
            .map_err(|error| stopped().caused_by(error))
    }

    /// Runs work on the writing thread and answers once it is on the disk.
    async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Context, &Connection) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        self.write_then(After::Nothing, work).await
    }

    /// The same, with something to do after the commit.
    async fn write_then<T: Send + 'static>(
        &self,
        after: After,
        work: impl FnOnce(&Context, &Connection) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let context = Arc::clone(&self.parts.context);
        let duty = self.duty.clone();
        self.parts
            .writer
            .submit(after, move |connection| {
                moving::refuse(connection)?;
                if let Some(duty) = duty {
                    duties::check(&context, connection, &duty)?;
                }
                work(&context, connection)
            })
            .await
    }

    /// Runs work on a snapshot.
    async fn read_with<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Context, &Connection) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let context = Arc::clone(&self.parts.context);
        self.parts
            .readers
            .with(move |connection| work(&context, connection))
            .await
    }
}

impl fmt::Debug for SqliteArchive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteArchive")
            .field("opening", &self.parts.opening)
            .finish_non_exhaustive()
    }
}
