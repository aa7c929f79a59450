//! From the belt into the archive, while the next pages are read.
//!
//! One batch asks for its words, one may wait with them, one is stored: so neither storing nor an
//! answer that is long in coming costs a slot of the pace. Batches are stored one after the other
//! and each with the checkpoint that it completes, so nothing counts as read that is not stored.

use std::pin::pin;
use std::task::{Context, Poll};

use conversation::CallId;
use futures::FutureExt as _;
use futures::future::{BoxFuture, Either, poll_fn, select};
use jiff::Timestamp;

use crate::fetch::{Words, join};
use crate::run::belt::{Batch, Belt};
use crate::run::record::Record;
use crate::sync::Sync;
use crate::{Error, Outcome, Stage, SyncReport};

/// Takes batches from the belt, in order.
pub(super) struct Carrier<'s> {
    sync: &'s Sync,
    name: String,
    record: Record,
    pub(super) belt: Belt,
    asking: Option<BoxFuture<'s, Asked>>,
    waiting: Option<(Batch, Words)>,
    storing: Option<BoxFuture<'s, Stored>>,
    /// Whether batches that are not full are taken, too.
    takes_rest: bool,
    /// Nothing more is asked for.
    is_closed: bool,
    /// A batch failed: what follows must not be remembered as read.
    has_failed: bool,
    done: u64,
    expected_total: Option<u64>,
}

/// A batch that asked for its words.
struct Asked {
    batch: Batch,
    words: Result<Words, Error>,
    report: SyncReport,
}

/// A batch that was stored.
struct Stored {
    outcomes: Result<Vec<(CallId, Outcome)>, Error>,
    report: SyncReport,
}

enum Step {
    Asked(Asked),
    Stored(Stored),
}

impl<'s> Carrier<'s> {
    pub(super) fn new(sync: &'s Sync, name: String, record: Record) -> Self {
        Self {
            sync,
            name,
            record,
            belt: Belt::default(),
            asking: None,
            waiting: None,
            storing: None,
            takes_rest: false,
            is_closed: false,
            has_failed: false,
            done: 0,
            expected_total: None,
        }
    }

    /// Where the run stands.
    pub(super) fn position(&self, end: Timestamp) -> Timestamp {
        self.record.position(end)
    }

    /// How many requests are on their way, which no report counts yet.
    pub(super) fn requests(&self) -> u64 {
        u64::from(self.asking.is_some())
    }

    /// Gong said that there are so many calls where the run reads now.
    pub(super) fn expect_at_least(&mut self, calls: u64) {
        let total = self.done + calls;
        self.expected_total = Some(self.expected_total.unwrap_or(0).max(total));
    }

    /// The same, of calls that lie ahead and of some that were counted already.
    pub(super) fn expect(&mut self, total: u64) {
        self.expected_total = Some(self.expected_total.unwrap_or(total).max(total));
    }

    /// Waits for something else while batches go on. If one of them fails, that is the answer, once
    /// the other has ended.
    pub(super) async fn meanwhile<T>(
        &mut self,
        other: impl Future<Output = T>,
        report: &mut SyncReport,
    ) -> Result<T, Error> {
        let mut other = pin!(other);
        let mut failed = None;
        loop {
            self.begin(report);
            match select(other.as_mut(), poll_fn(|cx| self.poll(cx))).await {
                Either::Left((done, _)) => return failed.map_or(Ok(done), Err),
                Either::Right((step, _)) => {
                    if let Err(error) = self.end(step, report) {
                        failed.get_or_insert(error);
                    }
                }
            }
        }
    }

    /// Waits until another page has room: storing is not left behind by more than two hundreds.
    pub(super) async fn make_room(&mut self, report: &mut SyncReport) -> Result<(), Error> {
        loop {
            self.begin(report);
            let has_room = match self.waiting {
                Some(_) => !self.belt.is_full(),
                None => !self.belt.is_full_twice(),
            };
            if has_room {
                return Ok(());
            }
            let step = poll_fn(|cx| self.poll(cx)).await;
            self.end(step, report)?;
        }
    }

    /// Waits until every full batch is stored.
    pub(super) async fn settle(&mut self, report: &mut SyncReport) -> Result<(), Error> {
        let mut failed = None;
        loop {
            self.begin(report);
            if self.asking.is_none() && self.storing.is_none() {
                return failed.map_or(Ok(()), Err);
            }
            let step = poll_fn(|cx| self.poll(cx)).await;
            if let Err(error) = self.end(step, report) {
                failed.get_or_insert(error);
            }
        }
    }

    /// Waits until everything is stored that came.
    pub(super) async fn settle_all(&mut self, report: &mut SyncReport) -> Result<(), Error> {
        self.takes_rest = true;
        self.settle(report).await
    }

    /// Waits until everything is stored that words were asked for, and asks for nothing more.
    pub(super) async fn settle_asked(&mut self, report: &mut SyncReport) -> Result<(), Error> {
        self.is_closed = true;
        self.settle(report).await?;
        self.save_if_idle().await
    }

    /// Begins what can be begun.
    fn begin(&mut self, report: &SyncReport) {
        if self.storing.is_none()
            && let Some((batch, words)) = self.waiting.take()
        {
            self.storing = Some(self.store(batch, words, report));
        }
        let can_ask = self.asking.is_none() && self.waiting.is_none() && !self.is_closed;
        if !can_ask {
            return;
        }
        let batch = if self.takes_rest {
            self.belt.take_rest()
        } else {
            self.belt.take()
        };
        self.asking = batch.map(|batch| self.ask(batch, report));
    }

    fn ask(&self, batch: Batch, report: &SyncReport) -> BoxFuture<'s, Asked> {
        let sync = self.sync;
        let mut report = report.fork();
        let asked = async move {
            let words = match sync.not_erased(batch.wanting()).await {
                Ok(wanting) => sync.words_of(&wanting, &mut report).await,
                Err(error) => Err(error),
            };
            Asked {
                batch,
                words,
                report,
            }
        };
        asked.boxed()
    }

    fn store(&mut self, batch: Batch, words: Words, report: &SyncReport) -> BoxFuture<'s, Stored> {
        let sync = self.sync;
        let mut report = report.fork();
        let checkpoint = batch.complete_to.map(|at| {
            self.record.advance(at);
            self.record.checkpoint(&self.name)
        });
        let stored = async move {
            let calls = batch.calls.into_iter().map(|listed| {
                let words = words.get(&listed.id);
                (listed.call, words, listed.expected)
            });
            let fetched = join(calls, &mut report);
            let outcomes = sync.store_all(fetched, checkpoint, &mut report).await;
            Stored { outcomes, report }
        };
        stored.boxed()
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Step> {
        if let Some(storing) = &mut self.storing
            && let Poll::Ready(stored) = storing.poll_unpin(cx)
        {
            self.storing = None;
            return Poll::Ready(Step::Stored(stored));
        }
        if let Some(asking) = &mut self.asking
            && let Poll::Ready(asked) = asking.poll_unpin(cx)
        {
            self.asking = None;
            return Poll::Ready(Step::Asked(asked));
        }
        Poll::Pending
    }

    fn end(&mut self, step: Step, report: &mut SyncReport) -> Result<(), Error> {
        match step {
            Step::Asked(Asked {
                batch,
                words,
                report: own,
            }) => {
                report.join(own);
                let words = words.inspect_err(|_| self.fail())?;
                // What waits is never more than one: nobody asks while it is there.
                self.waiting = Some((batch, words));
            }
            Step::Stored(Stored {
                outcomes,
                report: own,
            }) => {
                report.join(own);
                let outcomes = outcomes.inspect_err(|_| {
                    self.fail();
                    (self.asking, self.waiting) = (None, None);
                })?;
                self.done += outcomes.len() as u64;
                report.outcomes.extend(outcomes);
                let (done, total) = (self.done, self.expected_total);
                self.sync.tell(Stage::Calls, done, total);
            }
        }
        Ok(())
    }

    fn fail(&mut self) {
        (self.is_closed, self.has_failed) = (true, true);
    }

    /// Remembers windows that left nothing on the belt, nor on the way.
    pub(super) async fn save_if_idle(&mut self) -> Result<(), Error> {
        let on_the_way = self.asking.is_some() || self.waiting.is_some() || self.storing.is_some();
        if on_the_way || self.has_failed {
            return Ok(());
        }
        if let Some(at) = self.belt.idle_position() {
            self.record.advance(at);
            let archive = &self.sync.parts().archive;
            archive.save(self.record.checkpoint(&self.name)).await?;
        }
        Ok(())
    }

    /// Remembers that the run has come to its end.
    pub(super) async fn finish(mut self) -> Result<(), Error> {
        self.record.finish();
        let archive = &self.sync.parts().archive;
        archive.save(self.record.checkpoint(&self.name)).await?;
        Ok(())
    }
}
