//! Bringing what was stored into the index, and taking out what must go: the drain.
//!
//! One process holds the index for writing, and only that one drains. Jobs that a killed drain left
//! are taken back first; then the index is compared with the archive both ways, calls that must go
//! go, and the rest is read, split, embedded and written in a pipeline of three: while one batch is
//! written, the next is embedded and the one after that is read and split.

mod backoff;
mod embed;
mod erase;
pub(crate) mod prepare;
pub(crate) mod pulse;
mod sweep;
mod write;

use std::num::NonZeroUsize;
use std::sync::Arc;

use call_archive::{Finish, JobKind, Lease};
use conversation::SPLITTER_VERSION;
use futures::future::join3;
use memory_store::{ErrorKind, PassageStore};

use crate::sync::Sync;
use crate::{DrainReport, Draining, Error, IndexWriter, Stage};
use prepare::{Batch, Reading};
use pulse::Pulse;

impl Sync {
    /// Whether this process may do the jobs: it holds the index, or there is none to hold.
    pub(crate) async fn can_drain(&self) -> Result<bool, Error> {
        if self.parts().draining == Draining::Elsewhere {
            return Ok(false);
        }
        Ok(self.parts().index.is_some() || self.parts().archive.indexes().await?.is_empty())
    }

    pub(crate) async fn drain_into(&self, report: &mut DrainReport) -> Result<(), Error> {
        self.check_stop()?;
        let archive = &self.parts().archive;
        if !self.can_drain().await? {
            return Err(Error::NotConfigured("an index that is open for writing"));
        }
        let writer = self.parts().index.as_ref();
        let kinds = match writer {
            Some(writer) => {
                fits(writer)?;
                &[JobKind::Erase, JobKind::Index][..]
            }
            None => &[JobKind::Erase][..],
        };
        report.reclaimed += archive.reclaim(kinds).await?;
        if let Some(writer) = writer {
            self.sweep(writer, report).await?;
        }
        self.erase_due(&self.stores(), report).await?;
        if let Some(writer) = writer {
            self.index_due(writer, usize::MAX, report).await?;
        }
        // Last, so that one that cannot be reached keeps nothing from the index that answers.
        for writer in &self.parts().beside {
            fits(writer)?;
            self.sweep(writer, report).await?;
            self.index_due(writer, usize::MAX, report).await?;
        }
        report.dead = archive.status().await?.dead;
        Ok(())
    }

    /// Does erase jobs that are due and at most about so many index jobs, as a process does that
    /// keeps the index: it has taken back what earlier holders left, and has compared the index with
    /// the archive, by one [`Sync::drain`].
    ///
    /// [`DrainReport::brought`] names the calls.
    pub async fn drain_some(&self, most: NonZeroUsize) -> Result<DrainReport, Error> {
        self.check_stop()?;
        let Some(writer) = &self.parts().index else {
            return Err(Error::NotConfigured("an index that is open for writing"));
        };
        let mut report = DrainReport::default();
        self.erase_what_waits(&self.stores(), &mut report).await?;
        self.index_due(writer, most.get(), &mut report).await?;
        for writer in &self.parts().beside {
            self.index_due(writer, most.get(), &mut report).await?;
        }
        Ok(report)
    }

    /// What an erasure must reach.
    fn stores(&self) -> Vec<Arc<dyn PassageStore>> {
        let writers = self.parts().index.iter().chain(&self.parts().beside);
        writers.map(|writer| Arc::clone(&writer.store)).collect()
    }

    /// Does index jobs that are due, as many as that and not many more.
    async fn index_due(
        &self,
        writer: &IndexWriter,
        most: usize,
        report: &mut DrainReport,
    ) -> Result<(), Error> {
        let mut reading = Reading::new(self, writer, most);
        // Counting is for bars; it takes longer than a few jobs do.
        let total = match most {
            usize::MAX => self.waiting().await?,
            _ => 0,
        };
        if total > 0 {
            self.tell(Stage::Index, 0, Some(total));
        }
        let mut to_embed: Option<Batch> = None;
        let mut to_write: Option<Batch> = None;
        let pulse = Pulse::default();
        let ended = loop {
            pulse.hold(to_embed.iter().chain(&to_write));
            let read = async {
                let read = reading.next_batch().await;
                if let Ok(Some(batch)) = &read {
                    pulse.hold_too(batch);
                }
                read
            };
            let step = join3(
                read,
                embed::batch(writer, to_embed.take()),
                self.write(writer, to_write.take(), report),
            );
            let (read, embedded, written) = self.keeping(&pulse, step).await;
            to_write = embedded;
            let has_written = match written {
                Ok(calls) => calls > 0,
                Err(error) => break Err((error, read.ok().flatten())),
            };
            match read {
                Ok(batch) => to_embed = batch,
                // What was read before is still embedded and written.
                Err(error) => reading.ended = reading.ended.or(Some(error)),
            }
            if has_written && total > 0 {
                let done = report.indexed;
                self.tell(Stage::Index, done, Some(total.max(done)));
            }
            // While a batch was written, one of its calls may have been stored anew.
            if to_embed.is_none() && to_write.is_none() && !has_written {
                break Ok(());
            }
        };
        report.failures.append(&mut reading.failures);
        let (result, left) = match ended {
            Ok(()) => (reading.ended.map_or(Ok(()), Err), None),
            Err((error, read)) => (Err(error), read),
        };
        let left = [to_write, left].into_iter().flatten();
        let held = left.flat_map(Batch::into_leases).chain(reading.foreign);
        self.give_back(held).await?;
        result
    }

    /// Ends leases on which nothing was tried.
    async fn give_back(&self, leases: impl Iterator<Item = Lease>) -> Result<(), Error> {
        for lease in leases {
            let now = self.now();
            let how = Finish::Later { at: now };
            self.parts().archive.finish(&lease, how, now).await?;
        }
        Ok(())
    }

    async fn waiting(&self) -> Result<u64, Error> {
        let status = self.parts().archive.status().await?;
        let of_index = |(kind, count)| (kind == JobKind::Index.as_str()).then_some(count);
        Ok(status.jobs.into_iter().find_map(of_index).unwrap_or(0))
    }
}

/// Refuses to write vectors of one space into a store of another.
fn fits(writer: &IndexWriter) -> Result<(), Error> {
    let space = writer.store.space();
    let is_of_model = space.model() == writer.embedder.model();
    if is_of_model && space.splitter_version() == SPLITTER_VERSION {
        return Ok(());
    }
    let what = "the index was made with another model or splitter";
    Err(memory_store::Error::new(ErrorKind::ForeignSpace, what).into())
}
