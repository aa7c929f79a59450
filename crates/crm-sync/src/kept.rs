//! The outbox in the archive of calls.

mod record;

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use call_archive::{CrmOutbox, CrmRemnant, KeptWrite, WriteRun, WriteState, WritesOf};
use conversation::DealId;
use jiff::Timestamp;

use crate::{Entry, Outbox, OutboxError, Progress, RecordId, RecordKind, Subject};

/// An outbox in the archive: sealed, and gone with the calls and deals it holds words of. What then
/// still lies in the CRM is [`ArchiveOutbox::left`] until it is [`ended`](ArchiveOutbox::end).
///
/// ```
/// use std::sync::Arc;
///
/// use call_archive::MemoryArchive;
/// use crm_sync::{ArchiveOutbox, Outbox};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let archive = Arc::new(MemoryArchive::new());
/// let outbox = ArchiveOutbox::new(archive, "hubspot");
///
/// assert!(outbox.unfinished().await?.is_empty());
/// assert!(outbox.left(100).await?.is_empty());
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct ArchiveOutbox {
    archive: Arc<dyn CrmOutbox>,
    system: String,
}

/// A record that holds what was erased here.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "which, where, since when")]
pub struct LeftInCrm {
    /// Its name in the archive.
    pub id: String,
    /// The kind of record.
    pub kind: RecordKind,
    /// The record, where it is known.
    pub record: Option<RecordId>,
    /// Our key on it, where it has one.
    pub key: Option<String>,
    /// When it was written last.
    pub sent: Timestamp,
}

impl ArchiveOutbox {
    /// The outbox of the CRM that names of deals carry: `hubspot`.
    pub fn new(archive: Arc<dyn CrmOutbox>, system: impl Into<String>) -> Self {
        Self {
            archive,
            system: system.into(),
        }
    }

    /// Every run, the latest first, with how many of its writes are in which state.
    ///
    /// # Errors
    /// [`OutboxError`] where the archive cannot be read.
    pub async fn runs(&self) -> Result<Vec<WriteRun>, OutboxError> {
        self.archive.write_runs().await.map_err(unreached)
    }

    /// What the CRM still holds of what was erased here, at most so many.
    ///
    /// # Errors
    /// [`OutboxError`] where the archive cannot be read.
    pub async fn left(&self, most: usize) -> Result<Vec<LeftInCrm>, OutboxError> {
        let found = self.archive.remnants(most).await.map_err(unreached)?;
        found.iter().map(left).collect()
    }

    /// The CRM holds nothing of these any more.
    ///
    /// # Errors
    /// [`OutboxError`] where the archive cannot be written.
    pub async fn end(&self, ids: &[String]) -> Result<(), OutboxError> {
        if ids.is_empty() {
            return Ok(());
        }
        self.archive.end_remnants(ids).await.map_err(unreached)
    }

    async fn entries(&self, which: &WritesOf) -> Result<Vec<Entry>, OutboxError> {
        let writes = self.archive.writes(which).await.map_err(unreached)?;
        writes.into_iter().map(entry).collect()
    }

    fn kept(&self, entry: &Entry) -> Result<KeptWrite, OutboxError> {
        let deal = |id: &RecordId| DealId::new(&self.system, id.as_str()).map_err(unreached);
        let (deals, sums_up) = match &entry.subject {
            Subject::Call(_) => (Vec::new(), None),
            Subject::Deal(of) => (Vec::new(), Some(deal(of)?)),
            Subject::Proposal { deal: of, .. } => (vec![deal(of)?], None),
        };
        let calls = entry.subject.call().into_iter().chain(&entry.sums_up);
        let links = entry.links.union(&entry.linking);
        let links = links.filter(|(kind, _)| *kind == RecordKind::Deal);
        let linked: Result<_, OutboxError> = links.map(|(_, id)| deal(id)).collect();
        Ok(KeptWrite {
            run: entry.run.clone(),
            subject: entry.subject.to_string(),
            state: state(entry),
            at: entry.at,
            place: record::place(entry).map_err(unreached)?,
            payload: record::payload(entry).map_err(unreached)?,
            calls: calls.cloned().collect(),
            deals,
            sums_up,
            linked: linked?,
        })
    }
}

#[async_trait]
impl Outbox for ArchiveOutbox {
    async fn save(&self, entries: &[Entry]) -> Result<Vec<Subject>, OutboxError> {
        let writes: Result<Vec<KeptWrite>, OutboxError> =
            entries.iter().map(|entry| self.kept(entry)).collect();
        let kept = self.archive.keep_writes(writes?).await;
        let kept = kept.map_err(unreached)?;
        let refused = entries.iter().zip(kept).filter(|(_, is_kept)| !is_kept);
        Ok(refused.map(|(entry, _)| entry.subject.clone()).collect())
    }

    async fn latest(&self, subjects: &[Subject]) -> Result<Vec<Entry>, OutboxError> {
        let subjects = subjects.iter().map(ToString::to_string).collect();
        self.entries(&WritesOf::Subjects(subjects)).await
    }

    async fn unfinished(&self) -> Result<Vec<Entry>, OutboxError> {
        self.entries(&WritesOf::State(WriteState::Sent)).await
    }

    async fn of_run(&self, run: &str) -> Result<Vec<Entry>, OutboxError> {
        self.entries(&WritesOf::Run(run.to_owned())).await
    }
}

impl fmt::Debug for ArchiveOutbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ArchiveOutbox")
            .field("system", &self.system)
            .finish_non_exhaustive()
    }
}

fn state(entry: &Entry) -> WriteState {
    match &entry.progress {
        Progress::Sent => WriteState::Sent,
        Progress::Done => WriteState::Done,
        Progress::Failed(_) => WriteState::Failed,
        Progress::Deleted => WriteState::Deleted,
        Progress::Undone => WriteState::Undone,
    }
}

fn entry(write: KeptWrite) -> Result<Entry, OutboxError> {
    let subject = write.subject.parse().map_err(unreached)?;
    let place = record::read_place(&write.place).map_err(unreached)?;
    record::entry(write, subject, place.record).map_err(unreached)
}

fn left(remnant: &CrmRemnant) -> Result<LeftInCrm, OutboxError> {
    let place = record::read_place(&remnant.place).map_err(unreached)?;
    Ok(LeftInCrm {
        id: remnant.id.clone(),
        kind: place.kind,
        record: place.record,
        key: place.key,
        sent: remnant.sent,
    })
}

fn unreached(error: impl std::error::Error + Send + Sync + 'static) -> OutboxError {
    OutboxError(Box::new(error))
}
