//! Moving a whole archive from a folder into a PostgreSQL database: drained, copied, compared.
//!
//! 1. One commit marks the archive as moving: every writer in every process is refused from then on
//!    ([`ErrorKind::Moving`]), so nothing is lost between the copies.
//! 2. The database gets its tables and a mark that keeps everybody out until it is whole.
//! 3. Every table is copied in the order of its key, a batch a commit. Since nothing changes
//!    meanwhile, what is there is always a beginning of what there is to copy: whoever goes on after
//!    being killed goes on behind the last row.
//! 4. Every table is compared: how many rows, and a hash over all values, clear and sealed.
//! 5. The archive in the folder is marked as moved and opens no more ([`ErrorKind::Moved`]); only
//!    then the database opens. At no time both do.
//!
//! Values stay sealed all the way, and so do the wrapped keys: the database is opened with the same
//! master key.

mod source;

use std::ops::ControlFlow;

use jiff::Timestamp;

use crate::postgres::{Found, Target};
use crate::sqlite::Mark;
use crate::stored::{Cell, Digest, TableForm};
use crate::{Error, ErrorKind, OpenOptions, PostgresArchive, PostgresOptions, SqliteArchive};

use source::Source;

/// How many rows one commit carries.
const BATCH: usize = 256;

/// The whole archive of a folder on its way into a database.
#[derive(Clone, Debug)]
#[must_use = "nothing is moved until it is run"]
pub struct Move {
    from: OpenOptions,
    to: PostgresOptions,
    now: Timestamp,
}

/// What a move is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MoveStage {
    /// The archive takes nothing new any more.
    Drained,
    /// The database has its tables.
    Prepared,
    /// Rows were copied.
    Copying,
    /// Rows were compared.
    Comparing,
    /// The archive in the folder is marked as moved.
    Marked,
}

/// How far a move is. Each is durable when it is told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MoveStep {
    /// What was done.
    pub stage: MoveStage,
    /// The table that it was done with, if it was one.
    pub table: Option<&'static str>,
    /// How many rows are done in this stage.
    pub done: u64,
    /// How many there are.
    pub total: u64,
}

/// What a move found to do.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MovePlan {
    /// The database, without user and password.
    pub place: String,
    /// Whether the archive is drained already, because a move has begun.
    pub has_begun: bool,
    /// Every table with how many rows it has, and how many of them are copied.
    pub tables: Vec<(&'static str, u64, u64)>,
}

/// What a move did.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Moved {
    /// The database, without user and password.
    pub place: String,
    /// Every table with its rows and the hash over all their values, equal in both databases.
    pub tables: Vec<(&'static str, u64, String)>,
}

/// Hears of every step; a break stops the move there, to be gone on with later.
pub type MoveWatch<'a> = &'a (dyn Fn(MoveStep) -> ControlFlow<()> + Send + Sync);

impl Move {
    /// Moves the archive that is opened with `from` into the database of `to`, which must be empty
    /// or hold a part of this archive from a move that did not end.
    pub fn new(from: OpenOptions, to: PostgresOptions) -> Self {
        let now = from.now();
        let from = from.existing();
        Self { from, to, now }
    }

    /// What there is to do. Changes nothing.
    pub async fn plan(&self) -> Result<MovePlan, Error> {
        let source = Source::open(&self.from).await?;
        let target = Target::reach(&self.to).await?;
        self.check_keys(&source).await?;
        let mark = source.mark().await?;
        let found = target.look(source.forms(), source.name()).await?;
        let is_ours = |mark: &Mark| matches!(found, Found::Draft { begun } if begun == mark.begun);
        let has_draft = mark.as_ref().is_some_and(is_ours);
        let mut tables = Vec::new();
        for form in source.forms() {
            let copied = if has_draft {
                target.count(form).await?
            } else {
                0
            };
            tables.push((form.name, source.count(form).await?, copied));
        }
        Ok(MovePlan {
            place: self.to.place()?,
            has_begun: mark.is_some(),
            tables,
        })
    }

    /// Moves the archive, or goes on where an earlier run was stopped or killed.
    pub async fn run(&self, watch: MoveWatch<'_>) -> Result<Moved, Error> {
        let place = self.to.place()?;
        let target = Target::reach(&self.to).await?;
        let (source, mark) = self.drain(&target, &place).await?;
        let forms = source.forms();
        let heard = Heard::new(watch);
        heard.plain(MoveStage::Drained)?;

        let from = self.from.folder().display().to_string();
        let found = target
            .prepare(forms, &mark.archive, &from, mark.begun, self.now)
            .await?;
        if found == Found::Whole {
            return Err(Error::new(
                ErrorKind::Moved,
                format!("the archive has moved to {place}"),
            ));
        }
        heard.plain(MoveStage::Prepared)?;

        let total = source.total().await?;
        let mut done = 0;
        for form in forms {
            done = copy(&source, &target, form, &heard, (done, total)).await?;
        }
        target.go_on_numbering().await?;
        let mut tables = Vec::new();
        let mut done = 0;
        for form in forms {
            let (rows, hash) = compare(&source, &target, form).await?;
            done += rows;
            tables.push((form.name, rows, hash));
            heard.rows(MoveStage::Comparing, form, (done, total))?;
        }

        if mark.ended.is_none() {
            source.end(self.now).await?;
        }
        heard.plain(MoveStage::Marked)?;
        target.end(&mark.archive, self.now).await?;
        drop(target);
        // Proves that it opens, and brings what was erased into the log that belongs to it.
        Box::pin(PostgresArchive::open(self.to.clone()))
            .await?
            .close();
        Ok(Moved { place, tables })
    }

    /// Stops the writers, once the database is known to be the right one.
    async fn drain(&self, target: &Target, place: &str) -> Result<(Source, Mark), Error> {
        let archive = match SqliteArchive::open(self.from.clone()).await {
            Ok(archive) => Some(archive),
            Err(error) if matches!(error.kind(), ErrorKind::Moving | ErrorKind::Moved) => None,
            Err(error) => return Err(error),
        };
        let source = Source::open(&self.from).await?;
        self.check_keys(&source).await?;
        target.look(source.forms(), source.name()).await?;
        if let Some(archive) = archive {
            let mark = archive.begin_move(place.to_owned(), self.now).await?;
            archive.close().await?;
            return Ok((source, mark));
        }
        match source.mark().await? {
            Some(mark) if mark.place == place => Ok((source, mark)),
            Some(mark) => Err(mark.refusal()),
            None => Err(Error::new(
                ErrorKind::Busy,
                "a move was given up just now; begin it again",
            )),
        }
    }

    /// The database will be opened with keys that open what is in the folder.
    async fn check_keys(&self, source: &Source) -> Result<(), Error> {
        source.check_keys(self.to.load_keys().await?).await
    }
}

/// Copies what a table of the database lacks at its end.
async fn copy(
    source: &Source,
    target: &Target,
    form: &TableForm,
    heard: &Heard<'_>,
    (before, total): (u64, u64),
) -> Result<u64, Error> {
    let mut done = before + target.count(form).await?;
    let mut after = target.last_key(form).await?;
    loop {
        let rows = source.read(form, after.take(), BATCH).await?;
        let Some(last) = rows.last() else {
            heard.rows(MoveStage::Copying, form, (done, total))?;
            return Ok(done);
        };
        after = Some(form.key_of(last));
        target.add(form, &rows).await?;
        done += rows.len() as u64;
        heard.rows(MoveStage::Copying, form, (done, total))?;
    }
}

/// Reads a table from both sides; equal counts and hashes or an error.
async fn compare(
    source: &Source,
    target: &Target,
    form: &TableForm,
) -> Result<(u64, String), Error> {
    let here = digest(form, async |after| source.read(form, after, BATCH).await).await?;
    let there = digest(form, async |after: Option<Vec<Cell>>| {
        target.read(form, after.as_deref(), BATCH).await
    })
    .await?;
    if here != there {
        let what = format!(
            "the table {} was not copied as it is: {} rows here, {} there",
            form.name, here.0, there.0
        );
        return Err(Error::new(ErrorKind::Integrity, what));
    }
    Ok(here)
}

/// Counts and hashes all rows of a table, in the order of its key.
async fn digest(
    form: &TableForm,
    read: impl AsyncFn(Option<Vec<Cell>>) -> Result<Vec<Vec<Cell>>, Error>,
) -> Result<(u64, String), Error> {
    let mut digest = Digest::default();
    let mut after = None;
    loop {
        let rows = read(after).await?;
        let Some(last) = rows.last() else {
            return Ok(digest.end());
        };
        after = Some(form.key_of(last));
        for row in &rows {
            digest.add(row);
        }
    }
}

/// Whoever hears of the steps, and may stop the move.
struct Heard<'a> {
    watch: MoveWatch<'a>,
}

impl<'a> Heard<'a> {
    fn new(watch: MoveWatch<'a>) -> Self {
        Self { watch }
    }

    fn plain(&self, stage: MoveStage) -> Result<(), Error> {
        self.tell(MoveStep {
            stage,
            table: None,
            done: 0,
            total: 0,
        })
    }

    fn rows(
        &self,
        stage: MoveStage,
        form: &TableForm,
        (done, total): (u64, u64),
    ) -> Result<(), Error> {
        self.tell(MoveStep {
            stage,
            table: Some(form.name),
            done,
            total,
        })
    }

    fn tell(&self, step: MoveStep) -> Result<(), Error> {
        match (self.watch)(step) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(Error::new(
                ErrorKind::Stopped,
                "the move was stopped; it goes on from there",
            )),
        }
    }
}
