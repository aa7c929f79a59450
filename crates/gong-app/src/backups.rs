//! `db`: copies of the archive, bringing one back, and what proves that it is whole.

use std::path::Path;
use std::sync::Arc;

use access::Operation;
use call_archive::{
    Archive, Backups, Erasures, Existing, PostgresArchive, SqliteArchive, Verified,
};
use gong_sync::{Sync, SyncOptions};

use crate::acting::bytes;
use crate::app::App;
use crate::archive::Place;
use crate::index::WriteLock;
use crate::syncing::Done;
use crate::views::{BackupView, DbCountsView, RestoreView, VerifyView};
use crate::{Error, ErrorKind};

/// How a backup is brought back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RestoreRequest {
    /// What becomes of an archive that is there.
    pub place: RestorePlace,
    /// What is known of erasures since the backup.
    pub erasures: RestoreErasures,
}

/// What becomes of an archive that is there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum RestorePlace {
    /// There must be none.
    #[default]
    Empty,
    /// The backup takes its place.
    Replace,
}

/// What is known of erasures since the backup.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum RestoreErasures {
    /// The erase log must be there, and all that it refuses is erased again.
    #[default]
    FromLog,
    /// There is no erase log: what was erased since may come back.
    Unknown,
}

impl App {
    /// Writes a consistent copy of the archive's database while others go on writing.
    pub async fn db_backup(&self, to: &Path) -> Result<BackupView, Error> {
        self.permit(Operation::DB_BACKUP).await?;
        self.existing_archive().await?;
        let work = async {
            if to.exists() {
                let what = format!("{} is there already", to.display());
                return Err(
                    Error::new(ErrorKind::Usage, what).hint("a backup is never written over")
                );
            }
            let archive = self.database().await?;
            let bytes = archive.backup(to).await?;
            let erase_log = self.erase_log()?;
            Ok(BackupView {
                file: to.display().to_string(),
                bytes,
                key: self.key_store()?.place(),
                erase_log: erase_log.display().to_string(),
            })
        };
        self.doing(
            Operation::DB_BACKUP,
            "backup",
            Box::pin(work),
            |_: &BackupView| "ok",
        )
        .await
    }

    /// Brings a backup back. What was erased since is erased again, and calls of Gong's are hidden
    /// until a sync has listed them again.
    pub async fn db_restore(
        &self,
        backup: &Path,
        request: RestoreRequest,
    ) -> Result<Done<RestoreView>, Error> {
        self.permit(Operation::DB_RESTORE).await?;
        let asked = format!("{request:?}");
        let _lock = match self.bring_back(backup, request).await {
            Ok(lock) => lock,
            Err(refused) => {
                // The archive that was there is there still, if there was one.
                if self.keeps_records().await? {
                    let key = self.archive().await?.audit_key().await?;
                    let entry = self.entry(Operation::DB_RESTORE, refused.kind().as_str());
                    self.record(entry.params(key.params([&*asked]))).await?;
                }
                return Err(refused);
            }
        };
        // Recorded in the archive that came back: the one that was there may be gone.
        let database = self.database().await?;
        let archive: Arc<dyn Archive> = Arc::clone(self.archive().await?);
        let params = archive.audit_key().await?.params([&*asked]);
        let entry = |outcome| {
            let entry = self.entry(Operation::DB_RESTORE, outcome);
            entry.params(params.clone())
        };
        archive.append_audit(&[entry("intent")]).await?;
        let done = self.caught_up(database.as_ref(), &archive, backup).await;
        let (outcome, bytes) = match &done {
            Ok(done) => (done.outcome(), bytes(done)),
            Err(error) => (error.kind().as_str(), 0),
        };
        archive.append_audit(&[entry(outcome).bytes(bytes)]).await?;
        done
    }

    /// Puts the backup where the archive is, or refuses. Nobody else writes the index until the
    /// lock is dropped.
    async fn bring_back(&self, backup: &Path, request: RestoreRequest) -> Result<WriteLock, Error> {
        if !backup.exists() {
            let what = format!("there is no file {}", backup.display());
            return Err(Error::new(ErrorKind::NotFound, what));
        }
        let existing = match request.place {
            RestorePlace::Empty if self.has_archive().await? => {
                let what = format!("there is an archive in {}", self.where_it_is()?);
                return Err(Error::new(ErrorKind::Usage, what)
                    .hint("pass --replace to put the backup in its place"));
            }
            RestorePlace::Empty => Existing::Keep,
            RestorePlace::Replace => Existing::Replace,
        };
        let log = self.erase_log()?;
        let erasures = match request.erasures {
            RestoreErasures::FromLog if !log.exists() => {
                let what = format!("there is no erase log {}", log.display());
                return Err(Error::new(ErrorKind::NotConfigured, what).hint(
                    "put the newest `tombstones` back beside the key, or pass \
                     --without-erase-log: what was erased since the backup then comes back",
                ));
            }
            RestoreErasures::FromLog => Erasures::FromLog,
            RestoreErasures::Unknown => Erasures::Unknown,
        };
        let indexes = self.indexes()?;
        let Some(lock) = indexes.lock()? else {
            let what = "another gongkit is writing the index";
            return Err(Error::new(ErrorKind::TryLater, what).hint("stop every gongkit first"));
        };
        match self.place()? {
            Place::Folder(_) => {
                SqliteArchive::restore(self.open_options()?, backup, existing, erasures).await?;
            }
            Place::Database(options) => {
                let restoring = PostgresArchive::restore(*options, backup, existing, erasures);
                Box::pin(restoring).await?;
            }
        }
        indexes.remove_all().await?;
        Ok(lock)
    }

    /// Erases again what was erased since, and tells what came back.
    async fn caught_up(
        &self,
        database: &dyn Backups,
        archive: &Arc<dyn Archive>,
        backup: &Path,
    ) -> Result<Done<RestoreView>, Error> {
        self.forget_place_of_index().await?;
        let sync = Sync::new(self.bare_parts(archive, SyncOptions::default()));
        sync.forget_progress().await?;
        let erased = sync.erase(&[]).await?;
        let verified = database.verify().await?;
        let status = archive.status().await?;
        Ok(Done {
            view: RestoreView {
                file: backup.display().to_string(),
                calls: status.calls + status.unconfirmed,
                hidden: status.unconfirmed,
                erased_again: erased.erased,
                is_whole: verified.is_whole(),
            },
            problem: damage(&verified),
        })
    }

    /// Opens everything that is sealed and compares it with its hashes.
    pub async fn db_verify(&self) -> Result<Done<VerifyView>, Error> {
        self.permit(Operation::DB_BACKUP).await?;
        self.existing_archive().await?;
        let work = async {
            let verified = self.database().await?.verify().await?;
            Ok(Done {
                view: (&verified).into(),
                problem: damage(&verified),
            })
        };
        self.doing(
            Operation::DB_BACKUP,
            "verify",
            Box::pin(work),
            Done::outcome,
        )
        .await
    }

    /// Counts.
    pub async fn db_counts(&self) -> Result<DbCountsView, Error> {
        let work = async {
            let archive = self.existing_archive().await?;
            let status = archive.status().await?;
            let receipts = archive.receipts().await?;
            let holds = archive.holds().await?;
            let is_open = |finished: Option<jiff::Timestamp>| finished.is_none();
            Ok(DbCountsView {
                calls: status.calls,
                with_text: status.with_text,
                pending_text: status.pending_text,
                private: status.private,
                missing: status.missing,
                hidden: status.unconfirmed,
                indexed: status.indexed,
                jobs: status.jobs.into_iter().collect(),
                dead: status.dead.len() as u64,
                receipts: receipts.len() as u64,
                open_receipts: receipts.iter().filter(|it| is_open(it.finished)).count() as u64,
                holds: holds.iter().filter(|it| is_open(it.released)).count() as u64,
            })
        };
        self.reading(
            Operation::STATUS,
            "counts",
            Box::pin(work),
            |_: &DbCountsView| Vec::new(),
        )
        .await
    }

    /// The archive as a database: what is copied and looked over as a whole.
    async fn database(&self) -> Result<Arc<dyn Backups>, Error> {
        if !self.has_archive().await? {
            let what = format!("there is no archive in {} yet", self.where_it_is()?);
            return Err(Error::new(ErrorKind::NotConfigured, what)
                .hint("run `gongkit sync`, or `gongkit db restore FILE`"));
        }
        Ok(match self.place()? {
            Place::Folder(_) => Arc::new(SqliteArchive::open(self.open_options()?).await?),
            Place::Database(options) => Arc::new(Box::pin(PostgresArchive::open(*options)).await?),
        })
    }
}

fn damage(verified: &Verified) -> Option<Error> {
    if verified.is_whole() {
        return None;
    }
    let others = verified.damaged_deals.len()
        + verified.damaged_accounts.len()
        + verified.damaged_secrets.len()
        + usize::try_from(verified.damaged_answers + verified.damaged_writes).unwrap_or(usize::MAX)
        + usize::from(verified.has_damaged_users);
    let what = format!(
        "{} calls do not open or do not agree with their hashes, {others} other values do not \
         open; the database reports {} faults",
        verified.damaged.len(),
        verified.pages.len()
    );
    Some(Error::new(ErrorKind::Integrity, what).hint(
        "restore a backup (`gongkit db restore FILE --replace`), or sync into a new --data-dir",
    ))
}
