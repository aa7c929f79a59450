//! Copies of the database, and opening all that is in it.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use async_trait::async_trait;
use conversation::{CallId, Revision};
use rusqlite::Connection;
use tokio::task;

use crate::backups::Beside;
use crate::hashes::Hashes;
use crate::selection::Selection;
use crate::stored::{Context, Depth, file, private_file, revision, stopped, sync_folder};
use crate::{Backups, Error, ErrorKind, SqliteArchive, Verified};

use super::open::database_of;
use super::row::{load, open, words};
use super::{answers, crm_outbox, deal_links, secrets, selecting};

impl SqliteArchive {
    /// Writes a consistent copy of the database while others go on writing; gives its bytes.
    ///
    /// The copy is sealed as the archive is. Neither the key nor the erase log is in it.
    pub async fn backup(&self, to: &Path) -> Result<u64, Error> {
        let from = database_of(self.opening().folder());
        let to = to.to_owned();
        let copied = task::spawn_blocking(move || copy(&from, &to));
        copied.await.map_err(|error| stopped().caused_by(error))?
    }

    /// Opens everything that is sealed and compares it with its hashes.
    pub async fn verify(&self) -> Result<Verified, Error> {
        let (mut found, calls, beside) = self
            .read_with(|context, connection| {
                let calls = selecting::named(context, connection, &Selection::Everything)?;
                let found = verify(context, connection, &calls)?;
                let beside = Beside {
                    deals: deal_links::all(context, connection)?,
                    accounts: deal_links::all_accounts(context, connection)?,
                    answers: answers::all(context, connection)?,
                    writes: crm_outbox::verify(context, connection)?,
                    secrets: secrets::names(context, connection)?,
                };
                Ok((found, calls, beside))
            })
            .await?;
        found.add_others(self, calls, beside).await?;
        Ok(found)
    }
}

#[async_trait]
impl Backups for SqliteArchive {
    async fn backup(&self, to: &Path) -> Result<u64, Error> {
        Self::backup(self, to).await
    }

    async fn verify(&self) -> Result<Verified, Error> {
        Self::verify(self).await
    }
}

fn copy(from: &Path, to: &Path) -> Result<u64, Error> {
    if to.exists() {
        let what = format!("{} is there already", to.display());
        return Err(Error::new(ErrorKind::Invalid, what));
    }
    // Complete whenever it is there under its name.
    let draft = with_suffix(to, ".part");
    private_file()
        .create(true)
        .truncate(true)
        .open(&draft)
        .map_err(file("the backup cannot be made"))?;
    let connection = Connection::open(from)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    let name = draft
        .to_str()
        .ok_or_else(|| Error::new(ErrorKind::Invalid, "the name of the backup is no text"))?;
    connection.execute("VACUUM INTO ?1", [name])?;
    let written = File::open(&draft).and_then(|copy| {
        copy.sync_all()?;
        Ok(copy.metadata()?.len())
    });
    let bytes = written.map_err(file("the backup cannot be made durable"))?;
    fs::rename(&draft, to).map_err(file("the backup cannot be named"))?;
    sync_folder(to.parent().unwrap_or(Path::new(".")))?;
    Ok(bytes)
}

pub(super) fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// What the database says of its own pages; empty if they are sound.
pub(super) fn integrity(connection: &Connection) -> Result<Vec<String>, Error> {
    let mut statement = connection.prepare("PRAGMA integrity_check")?;
    let lines = statement.query_map([], |row| row.get(0))?;
    let lines: Vec<String> = lines.collect::<Result<_, _>>()?;
    Ok(lines.into_iter().filter(|line| line != "ok").collect())
}

fn verify(context: &Context, connection: &Connection, calls: &[CallId]) -> Result<Verified, Error> {
    let mut found = Verified {
        pages: integrity(connection)?,
        ..Verified::default()
    };
    for call in calls {
        let sound = is_sound(context, connection, call);
        let transcripts = sound.map(|(is_sound, many)| is_sound.then_some(many));
        found.add_call(call.clone(), transcripts)?;
    }
    Ok(found)
}

/// Whether all of a call opens and agrees with its hashes; and its number of transcripts.
fn is_sound(
    context: &Context,
    connection: &Connection,
    call: &CallId,
) -> Result<(bool, u64), Error> {
    let Some(row) = load(context, connection, call)? else {
        return Ok((true, 0));
    };
    let held = open(context, connection, row, Depth::Whole)?;
    let mut current = None;
    let mut transcripts = 0;
    for at in revisions(context, connection, call)? {
        let said = words(context, connection, call.as_str(), at)?;
        transcripts += 1;
        if Some(at) == held.text_revision {
            current = said;
        }
    }
    let hashes = Hashes::of(
        context.hash_key(),
        &held.call,
        current.as_ref(),
        held.source,
    );
    Ok((hashes == held.hashes, transcripts))
}

fn revisions(
    context: &Context,
    connection: &Connection,
    call: &CallId,
) -> Result<Vec<Revision>, Error> {
    let mut statement = connection
        .prepare_cached("SELECT text_revision FROM transcripts WHERE tenant = ?1 AND call = ?2")?;
    let mut rows = statement.query([context.tenant(), call.as_str()])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(revision(row.get(0)?)?);
    }
    Ok(found)
}
