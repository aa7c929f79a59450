//! Points into the store, then the acknowledgement: in this order, so that no reader is left with
//! a revision that the index does not hold.

use call_archive::{Finish, Finished, Indexed, IndexedCall, JobKind, JobRequest, Lease};
use conversation::{CallId, Revision};
use memory_store::{CallPoints, Forget, Point};

use crate::index::backoff::{Verdict, retry, verdict};
use crate::index::embed;
use crate::index::prepare::{Batch, Prepared};
use crate::report::MOST_NAMED;
use crate::sync::Sync;
use crate::{DrainReport, Error, Failure, IndexWriter};

impl Sync {
    /// Writes a batch and acknowledges its jobs; gives how many calls that were.
    pub(super) async fn write(
        &self,
        writer: &IndexWriter,
        batch: Option<Batch>,
        report: &mut DrainReport,
    ) -> Result<u64, Error> {
        let Some(Batch { mut calls }) = batch else {
            return Ok(0);
        };
        let count = calls.len() as u64;
        let failed: Vec<Prepared> = calls.extract_if(.., |call| call.failed.is_some()).collect();
        for call in failed {
            let reason = call.failed.unwrap_or_default();
            let how = retry("embed", call.lease.attempt, self.now());
            self.fail(&call.lease, how, "embed", reason, report).await?;
        }
        self.write_together(writer, calls, report).await?;
        Ok(count)
    }

    async fn write_together(
        &self,
        writer: &IndexWriter,
        mut calls: Vec<Prepared>,
        report: &mut DrainReport,
    ) -> Result<(), Error> {
        let Err(error) = writer.store.write(points(&calls)).await else {
            return self.acknowledge(writer, calls, report).await;
        };
        match verdict(error.kind()) {
            Verdict::NeedsVectors => {
                let mut bare: Vec<&mut Prepared> =
                    calls.iter_mut().filter(|call| call.is_facts_only).collect();
                embed::embed(writer, &mut bare).await;
                for call in bare {
                    call.is_facts_only = false;
                }
                self.write_one_by_one(writer, calls, report).await
            }
            Verdict::OfOneCall => self.write_one_by_one(writer, calls, report).await,
            Verdict::Transient => {
                for call in &calls {
                    self.fail_by_store(&call.lease, &error, report).await?;
                }
                Ok(())
            }
            Verdict::OfTheIndex => {
                self.give_back(calls.into_iter().map(|call| call.lease))
                    .await?;
                Err(error.into())
            }
        }
    }

    /// Finds out which call it is that the store refuses.
    async fn write_one_by_one(
        &self,
        writer: &IndexWriter,
        calls: Vec<Prepared>,
        report: &mut DrainReport,
    ) -> Result<(), Error> {
        for call in calls {
            if let Some(reason) = &call.failed {
                let how = retry("embed", call.lease.attempt, self.now());
                self.fail(&call.lease, how, "embed", reason.clone(), report)
                    .await?;
                continue;
            }
            let call = [call];
            match writer.store.write(points(&call)).await {
                Ok(_) => self.acknowledge(writer, call.into(), report).await?,
                Err(error) => {
                    let [call] = call;
                    self.fail_by_store(&call.lease, &error, report).await?;
                }
            }
        }
        Ok(())
    }

    async fn acknowledge(
        &self,
        writer: &IndexWriter,
        calls: Vec<Prepared>,
        report: &mut DrainReport,
    ) -> Result<(), Error> {
        for call in calls {
            let passages = call.passages.len() as u64;
            let brought = Indexed {
                text_revision: call.facts.text_revision,
                facts_hash: call.facts.facts_hash.clone(),
                passages,
            };
            let how = Finish::Indexed(brought);
            let finished = self
                .parts()
                .archive
                .finish(&call.lease, how, self.now())
                .await?;
            if finished == Finished::Lost {
                report.lost += 1;
                let revision = call.facts.text_revision;
                self.undo_lost(writer, &call.lease.call, revision, &call.facts.facts_hash)
                    .await?;
                continue;
            }
            report.indexed += 1;
            report.passages += passages;
            if report.brought.len() < MOST_NAMED {
                report.brought.push(call.lease.call.clone());
            }
            if call.is_facts_only {
                report.facts_only += 1;
            } else {
                report.embedded += passages;
            }
        }
        Ok(())
    }

    /// Takes back what was written for a job that changed hands, if the archive does not know that
    /// revision any more: otherwise it is (or was just) right, and its next holder goes on from it.
    async fn undo_lost(
        &self,
        writer: &IndexWriter,
        call: &CallId,
        revision: Revision,
        facts_hash: &str,
    ) -> Result<(), Error> {
        let ids = std::slice::from_ref(call);
        let known = self.known(ids).await?;
        let known = known.get(call);
        let is_current = known.and_then(|known| known.text_revision) == Some(revision);
        let rows = self.parts().archive.indexed(&writer.id, Some(ids)).await?;
        let is_named = rows
            .iter()
            .any(|row| row.now.text_revision == revision || row.previous == Some(revision));
        if !is_current && !is_named {
            let which = Forget::Revision(call.clone(), revision);
            writer.store.forget(which).await?;
        }
        // Somebody brought newer facts of the same words meanwhile, and they were written over.
        let has_newer = |row: &IndexedCall| {
            row.now.text_revision == revision && row.now.facts_hash != facts_hash
        };
        if is_current && rows.iter().any(has_newer) {
            let now = self.now();
            let mut again = JobRequest::new(JobKind::Index, call.clone(), now);
            again.index = Some(writer.id.clone());
            self.parts().archive.enqueue(&[again], now).await?;
        }
        Ok(())
    }

    async fn fail_by_store(
        &self,
        lease: &Lease,
        error: &memory_store::Error,
        report: &mut DrainReport,
    ) -> Result<(), Error> {
        let how = match verdict(error.kind()) {
            Verdict::OfOneCall => Finish::Dead { class: "store" },
            _ => retry("store", lease.attempt, self.now()),
        };
        self.fail(lease, how, "store", error.to_string(), report)
            .await
    }

    pub(super) async fn fail(
        &self,
        lease: &Lease,
        how: Finish,
        class: &'static str,
        reason: String,
        report: &mut DrainReport,
    ) -> Result<(), Error> {
        self.parts().archive.finish(lease, how, self.now()).await?;
        let failure = Failure::new(Some(lease.call.clone()), class, reason);
        report.failures.push(failure);
        Ok(())
    }
}

fn points(calls: &[Prepared]) -> Vec<CallPoints> {
    let points = |call: &Prepared| {
        let passages = call.passages.iter().cloned();
        let vectors = call.vectors.iter().cloned();
        passages
            .zip(vectors)
            .map(|(passage, vector)| Point { passage, vector })
            .collect()
    };
    calls
        .iter()
        .map(|call| CallPoints {
            facts: call.facts.clone(),
            points: points(call),
        })
        .collect()
}
