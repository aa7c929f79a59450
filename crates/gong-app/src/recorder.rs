//! Writing to the audit log: at once, or reads together at most a second later.
//!
//! What cannot be written is never forgotten in silence: it waits, and until it is written nothing
//! else is answered or begun.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use call_archive::{Archive, AuditEntry, Error};
use jiff::{SignedDuration, Timestamp};

/// The longest that a read waits to be recorded.
pub(crate) const PATIENCE: SignedDuration = SignedDuration::from_secs(1);
/// As many reads are written at once, however young they are.
const MOST_WAITING: usize = 256;

/// When reads are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Writing {
    /// Each before it is answered: a command ends right after it.
    AtOnce,
    /// Several together: a server has many, and writes them while it goes on.
    Together,
}

/// The way to the audit log.
#[derive(Debug)]
pub(crate) struct Recorder {
    writing: Writing,
    waiting: Mutex<Waiting>,
    /// Held while writing, so that entries stay in order.
    turn: tokio::sync::Mutex<()>,
}

#[derive(Debug, Default)]
struct Waiting {
    entries: Vec<AuditEntry>,
    used: BTreeMap<String, Timestamp>,
    /// Whether the last attempt to write failed.
    is_behind: bool,
}

impl Recorder {
    pub(crate) fn new(writing: Writing) -> Self {
        Self {
            writing,
            waiting: Mutex::default(),
            turn: tokio::sync::Mutex::default(),
        }
    }

    /// Records an entry, and what waits before it, now.
    pub(crate) async fn now(&self, archive: &dyn Archive, entry: AuditEntry) -> Result<(), Error> {
        let _turn = self.turn.lock().await;
        self.write(archive).await?;
        archive.append_audit(&[entry]).await.map(|_| ())
    }

    /// Records a read: with others, unless some have waited long, are many, or could not be written.
    pub(crate) async fn read(
        &self,
        archive: &dyn Archive,
        entry: AuditEntry,
        now: Timestamp,
    ) -> Result<(), Error> {
        let is_due = {
            let mut waiting = self.waiting();
            let oldest = waiting.entries.first().map_or(now, |oldest| oldest.at);
            waiting.entries.push(entry);
            self.writing == Writing::AtOnce
                || waiting.is_behind
                || waiting.entries.len() >= MOST_WAITING
                || now.duration_since(oldest) >= PATIENCE
        };
        if is_due {
            self.flush(archive).await
        } else {
            Ok(())
        }
    }

    /// Keeps an entry about something that has happened already and cannot be refused any more;
    /// where it cannot be written now, it is written before anything else is done.
    pub(crate) async fn keep(&self, archive: &dyn Archive, entry: AuditEntry) {
        self.waiting().entries.push(entry);
        if let Err(error) = self.flush(archive).await {
            tracing::error!(%error, "the audit log cannot be written; nothing more is done until it can");
        }
    }

    /// Notes that an API key was used.
    pub(crate) fn used(&self, key: &str, at: Timestamp) {
        self.waiting().used.insert(key.to_owned(), at);
    }

    /// Writes what waits.
    pub(crate) async fn flush(&self, archive: &dyn Archive) -> Result<(), Error> {
        let _turn = self.turn.lock().await;
        self.write(archive).await
    }

    async fn write(&self, archive: &dyn Archive) -> Result<(), Error> {
        let (entries, used) = {
            let mut waiting = self.waiting();
            (
                std::mem::take(&mut waiting.entries),
                std::mem::take(&mut waiting.used),
            )
        };
        let written = archive.append_audit(&entries).await;
        let is_behind = written.is_err();
        {
            let mut waiting = self.waiting();
            waiting.is_behind = is_behind;
            if is_behind {
                let later = std::mem::replace(&mut waiting.entries, entries);
                waiting.entries.extend(later);
            }
        }
        written?;
        let used: Vec<(String, Timestamp)> = used.into_iter().collect();
        if let Err(error) = archive.used_api_keys(&used).await {
            tracing::warn!(%error, "the last use of API keys could not be noted");
        }
        Ok(())
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use call_archive::{Audit as _, MemoryArchive, OpenOptions, SqliteArchive};

    use super::*;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millisecond(1_772_000_000_000 + millis).expect("in range")
    }

    fn entry(millis: i64) -> AuditEntry {
        AuditEntry::new(at(millis), "key:1", "rep", "search", "ok")
    }

    async fn recorded(archive: &dyn Archive) -> usize {
        archive
            .audit_records(None, 10_000)
            .await
            .expect("read")
            .len()
    }

    #[tokio::test]
    async fn reads_of_a_server_wait_for_each_other_but_not_longer_than_a_second() {
        let archive = MemoryArchive::new();
        let recorder = Recorder::new(Writing::Together);
        for millis in [0, 400, 999] {
            recorder
                .read(&archive, entry(millis), at(millis))
                .await
                .expect("taken");
        }
        assert_eq!(recorded(&archive).await, 0);

        recorder
            .read(&archive, entry(1_000), at(1_000))
            .await
            .expect("written");

        assert_eq!(recorded(&archive).await, 4);
        for _ in 0..MOST_WAITING {
            recorder
                .read(&archive, entry(1_001), at(1_001))
                .await
                .expect("taken");
        }
        assert_eq!(recorded(&archive).await, 4 + MOST_WAITING);
    }

    #[tokio::test]
    async fn reads_of_a_command_are_written_before_they_are_answered() {
        let archive = MemoryArchive::new();
        let recorder = Recorder::new(Writing::AtOnce);
        recorder
            .read(&archive, entry(0), at(0))
            .await
            .expect("written");
        assert_eq!(recorded(&archive).await, 1);
    }

    #[tokio::test]
    async fn an_action_is_written_after_the_reads_before_it() {
        let archive = MemoryArchive::new();
        let recorder = Recorder::new(Writing::Together);
        recorder
            .read(&archive, entry(0), at(0))
            .await
            .expect("taken");

        recorder.now(&archive, entry(1)).await.expect("written");

        let records = archive.audit_records(None, 10).await.expect("read");
        let times: Vec<Timestamp> = records.iter().map(|record| record.entry.at).collect();
        assert_eq!(times, [at(0), at(1)]);
    }

    #[tokio::test]
    async fn what_cannot_be_written_is_kept_and_stops_whoever_comes_next() {
        let folder = tempfile::tempdir().expect("a folder");
        let options = || OpenOptions::new(folder.path(), at(0));
        let closed = SqliteArchive::open(options()).await.expect("opened");
        closed.close().await.expect("closed");
        let recorder = Recorder::new(Writing::Together);
        recorder
            .read(&closed, entry(0), at(0))
            .await
            .expect("taken");
        assert!(recorder.flush(&closed).await.is_err());

        let next = recorder.read(&closed, entry(1), at(1)).await;
        assert!(next.is_err(), "it is refused though it is young");
        assert!(recorder.now(&closed, entry(2)).await.is_err());
        recorder.keep(&closed, entry(3)).await;
        drop(closed);

        let open = SqliteArchive::open(options()).await.expect("opened");
        recorder
            .read(&open, entry(4), at(4))
            .await
            .expect("written");
        let records = open.audit_records(None, 10).await.expect("read");
        let times: Vec<Timestamp> = records.iter().map(|record| record.entry.at).collect();
        assert_eq!(
            times,
            [at(0), at(1), at(3), at(4)],
            "what was refused was not done"
        );
    }
}
