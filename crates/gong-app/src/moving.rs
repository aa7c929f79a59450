//! `db migrate-to`: the whole archive of the data folder into a PostgreSQL database.

use std::ops::ControlFlow;
use std::path::Path;

use access::Operation;
use call_archive::{Move, MoveStage, MoveStep, PostgresArchive, PostgresOptions, SqliteArchive};
use gong_auth::read_secret_file;
use secrecy::{ExposeSecret as _, SecretString};

use crate::archive::Place;
use crate::views::MoveView;
use crate::{App, Error, ErrorKind, Stage, Step};

const GOES_ON: &str = "the archive takes nothing new until the move has ended: run the same \
    command again and it goes on, or give it up with `gongkit db migrate-to --abandon`";

/// The database that an archive is moved into: an address that may hold a password.
#[derive(Clone, Debug)]
pub struct MoveTarget {
    url: SecretString,
}

impl MoveTarget {
    /// The database at an address.
    pub fn at(url: String) -> Self {
        Self { url: url.into() }
    }

    /// The database whose address stands in a file.
    pub fn in_file(file: &Path) -> Result<Self, Error> {
        let url = read_secret_file(file).map_err(|error| {
            let what = format!("{} cannot be read", file.display());
            Error::new(ErrorKind::NotConfigured, what).caused_by(error)
        })?;
        Ok(Self { url })
    }
}

impl App {
    /// What a move into this database has to do: counts, and nothing is changed.
    pub async fn move_plan(&self, to: &MoveTarget) -> Result<MoveView, Error> {
        self.caller().may(Operation::DB_MIGRATE)?;
        let plan = self.a_move(to)?.0.plan().await.map_err(in_move)?;
        Ok(MoveView::planned(plan))
    }

    /// Moves the archive into this database, or goes on where an earlier run was stopped.
    ///
    /// The intent is recorded here before anything else, and how it ended there.
    pub async fn move_to(&self, to: &MoveTarget) -> Result<MoveView, Error> {
        self.permit(Operation::DB_MIGRATE).await?;
        let (moving, to) = self.a_move(to)?;
        if SqliteArchive::moving_to(&self.open_options()?)
            .await?
            .is_none()
        {
            self.existing_archive().await?;
            // What is refused here was not begun.
            moving.plan().await.map_err(in_move)?;
            self.record_move("intent").await?;
        }
        let watch = |step: MoveStep| {
            if let Some(step) = shown(step) {
                self.listener().step(step);
            }
            if self.shared.stop.is_cancelled() {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        };
        let moved = Box::pin(moving.run(&watch)).await.map_err(in_move)?;
        let there = Box::pin(PostgresArchive::open(to)).await?;
        let params = call_archive::Audit::audit_key(&there).await?;
        let ended = self
            .entry(Operation::DB_MIGRATE, "ok")
            .params(params.params(["move"]));
        call_archive::Audit::append_audit(&there, &[ended]).await?;
        Ok(MoveView::moved(moved))
    }

    /// Gives a move up that has not ended: the archive of the data folder is in use again.
    pub async fn abandon_move(&self) -> Result<(), Error> {
        self.caller().may(Operation::DB_MIGRATE)?;
        SqliteArchive::abandon_move(&self.open_options()?)
            .await
            .map_err(|error| Error::from(error).hint("`gongkit db status` says where it is"))?;
        self.record_move("abandoned").await
    }

    fn a_move(&self, to: &MoveTarget) -> Result<(Move, PostgresOptions), Error> {
        if matches!(self.place()?, Place::Database(_)) {
            let what = "the configuration names a database: there is no archive to move";
            return Err(Error::new(ErrorKind::Usage, what).hint("unset archive.url for this"));
        }
        let to = self.database_at(to.url.expose_secret().trim())?;
        Ok((Move::new(self.open_options()?, to.clone()), to))
    }

    async fn record_move(&self, outcome: &str) -> Result<(), Error> {
        let params = self.archive().await?.audit_key().await?.params(["move"]);
        self.record(self.entry(Operation::DB_MIGRATE, outcome).params(params))
            .await
    }
}

/// What a person sees of a step.
fn shown(step: MoveStep) -> Option<Step> {
    let stage = match step.stage {
        MoveStage::Copying => Stage::Copy,
        MoveStage::Comparing => Stage::Compare,
        _ => return None,
    };
    Some(Step {
        stage,
        done: step.done,
        total: Some(step.total),
    })
}

/// What a person does about a move that failed.
fn in_move(error: call_archive::Error) -> Error {
    use call_archive::ErrorKind as Archive;
    let kind = error.kind();
    let error = Error::from(error);
    match kind {
        Archive::Stopped | Archive::Storage | Archive::Busy => error.hint(GOES_ON),
        Archive::Integrity => error.hint(
            "nothing was lost here: give the move up with `gongkit db migrate-to --abandon`, and \
             begin anew with an empty database",
        ),
        Archive::KeyMissing | Archive::WrongKey => error.hint(
            "the database is opened with the master key of this archive: check keys.kek_file and \
             GONGKIT__KEYS__KEK",
        ),
        Archive::Invalid => error.hint("see docs/postgresql.md; nothing was changed"),
        _ => error,
    }
}
