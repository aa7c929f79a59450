//! Copies of an archive, and what proves that it is whole.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use access::{PrivateCalls, Scope};
use conversation::{CallId, Revision};
use rusqlite::Connection;
use tokio::task;

use crate::hashes::Hashes;
use crate::selection::Selection;
use crate::stored::{Context, Depth, file, private_file, revision, stopped, sync_folder};
use crate::{Error, ErrorKind, Findings as _, People as _, SqliteArchive};

use super::open::database_of;
use super::row::{load, open, words};
use super::selecting;

/// What a look at every stored value found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Verified {
    /// Calls whose sealed values opened and whose hashes agree.
    pub calls: u64,
    /// Transcripts that opened, former ones included.
    pub transcripts: u64,
    /// The company's own people whose names opened.
    pub users: u64,
    /// Calls of which something does not open, or is not what its hash says.
    pub damaged: Vec<CallId>,
    /// What the database says of its own pages; empty if they are sound.
    pub pages: Vec<String>,
    /// Whether the company's own people do not open.
    pub has_damaged_users: bool,
}

impl Verified {
    /// Whether everything is as it was stored.
    pub fn is_whole(&self) -> bool {
        self.damaged.is_empty() && self.pages.is_empty() && !self.has_damaged_users
    }
}

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
        let mut found = self.read_with(verify).await?;
        self.verify_findings(&mut found).await?;
        match self.users().await {
            Ok(users) => found.users = users.len() as u64,
            Err(error) if error.kind() == ErrorKind::Integrity => found.has_damaged_users = true,
            Err(error) => return Err(error),
        }
        Ok(found)
    }
}

impl SqliteArchive {
    /// Opens what was found in the calls.
    async fn verify_findings(&self, found: &mut Verified) -> Result<(), Error> {
        let all = |context: &Context, connection: &Connection| {
            selecting::named(context, connection, &Selection::Everything)
        };
        for call in self.read_with(all).await? {
            let opened = self
                .findings(&Scope::everything(PrivateCalls::Included), &call)
                .await;
            match opened {
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::Integrity => {
                    if !found.damaged.contains(&call) {
                        found.damaged.push(call);
                    }
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
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

fn verify(context: &Context, connection: &Connection) -> Result<Verified, Error> {
    let mut found = Verified {
        pages: integrity(connection)?,
        ..Verified::default()
    };
    for call in selecting::named(context, connection, &Selection::Everything)? {
        match is_sound(context, connection, &call) {
            Ok((true, transcripts)) => {
                found.calls += 1;
                found.transcripts += transcripts;
            }
            Ok((false, _)) => found.damaged.push(call),
            Err(error) if error.kind() == ErrorKind::Integrity => found.damaged.push(call),
            Err(error) => return Err(error),
        }
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
