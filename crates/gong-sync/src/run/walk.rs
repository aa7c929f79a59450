//! The way through the windows of a run: read, gather, ask for words, store, remember.

use futures::future::join;
use jiff::Timestamp;

use crate::fetch::join as join_words;
use crate::run::belt::{Batch, Belt};
use crate::run::plan::{halved, next_length, shrunk};
use crate::run::record::Record;
use crate::run::window::{self, Window, WindowEnd};
use crate::run::{Run, RunEnd};
use crate::sync::Sync;
use crate::{Error, Stage, SyncReport};

/// How often windows may expire in a row; each time the next is half as long.
const MOST_EXPIRED: u32 = 8;

/// How often in a row the order of a first page is trusted to tell where a window should end.
const MOST_TRUSTED: u32 = 2;

/// A run on its way through its windows.
pub(super) struct Walk<'s> {
    sync: &'s Sync,
    run: Run,
    name: String,
    /// Frozen when the run began: every page of a list must be asked for with the same inputs.
    to: Timestamp,
    record: Record,
    belt: Belt,
    expired: u32,
    crowded: u32,
    done: u64,
    expected_total: Option<u64>,
    /// After so many requests it pauses.
    allowance: Option<u64>,
}

impl<'s> Walk<'s> {
    /// A run from where its record stands to `to`.
    pub(super) fn new(
        sync: &'s Sync,
        run: Run,
        name: String,
        to: Timestamp,
        record: Record,
        allowance: Option<u64>,
    ) -> Self {
        Self {
            sync,
            run,
            name,
            to,
            record,
            belt: Belt::default(),
            expired: 0,
            crowded: 0,
            done: 0,
            expected_total: None,
            allowance,
        }
    }

    /// Reads every window, and ends the run; or pauses once its allowance is spent.
    pub(super) async fn through(mut self, report: &mut SyncReport) -> Result<RunEnd, Error> {
        let rules = self.sync.parts().options.window;
        let before = report.requests.made();
        let mut at = self.record.position(self.to);
        let mut length = at.duration_until(self.to);
        let mut is_paused = false;
        while at < self.to {
            self.sync.check_stop()?;
            let spent = report.requests.made() - before;
            is_paused = self.allowance.is_some_and(|most| spent >= most);
            if is_paused {
                break;
            }
            let window = Window::new(at, length, self.to);
            match self.read(window, report).await? {
                WindowEnd::Read { found } => {
                    report.windows += 1;
                    (self.expired, self.crowded) = (0, 0);
                    at = window.to;
                    length = next_length(window, found, &rules);
                    self.belt.end_window(at);
                }
                WindowEnd::TooMany { total, first_page } => {
                    report.windows_restarted += 1;
                    self.crowded += 1;
                    let first_page = first_page.filter(|_| self.crowded <= MOST_TRUSTED);
                    length = shrunk(window, total, first_page, &rules);
                }
                WindowEnd::Expired => {
                    report.windows_restarted += 1;
                    self.expired += 1;
                    if self.expired > MOST_EXPIRED {
                        return Err(Error::Unfinishable);
                    }
                    self.belt.clear();
                    length = halved(window);
                }
            }
            self.save_if_idle().await?;
        }
        while let Some(batch) = self.belt.take_rest() {
            self.carry(Some(batch), report).await?;
        }
        if is_paused {
            return Ok(RunEnd::Paused);
        }
        self.finish().await?;
        Ok(RunEnd::Complete)
    }

    /// Reads the pages of a window while the batch before is completed and stored.
    async fn read(&mut self, window: Window, report: &mut SyncReport) -> Result<WindowEnd, Error> {
        let sync = self.sync;
        let mut reader = sync.open_window(window).await?;
        let mut ready: Option<Batch> = None;
        loop {
            let (page, carried) = join(
                sync.next_page(&mut reader.pages),
                self.carry(ready.take(), report),
            )
            .await;
            carried?;
            let page = match page {
                Ok(Some(page)) => page,
                Ok(None) => break,
                Err(error) if window::is_expired(&error) => return Ok(WindowEnd::Expired),
                Err(error) => return Err(error),
            };
            report.requests.extensive += 1;
            if let Some(total) = reader.is_too_many(&page, &sync.parts().options.window) {
                self.expected_total = Some(self.expected_total.unwrap_or(total).max(total));
                return Ok(WindowEnd::TooMany {
                    total,
                    first_page: window::sample(&page),
                });
            }
            self.expect_at_least(reader.total(&page));
            reader.take(page, &mut self.belt, sync, report);
            ready = self.belt.take();
        }
        // More batches than pages may be full: one that is begun again left some.
        while ready.is_some() {
            self.carry(ready.take(), report).await?;
            ready = self.belt.take();
        }
        report.requests.calls_listed += reader.seen.len() as u64;
        let is_compared = match self.run {
            Run::Update => true,
            Run::Reconcile(_) => sync.compare_with_list(window, &mut reader, report).await?,
        };
        if is_compared {
            sync.mark_missing(&reader, report).await?;
        }
        Ok(WindowEnd::Read {
            found: reader.found,
        })
    }

    /// Asks for the words of a batch, stores it, and then remembers what is complete.
    async fn carry(&mut self, batch: Option<Batch>, report: &mut SyncReport) -> Result<(), Error> {
        let Some(batch) = batch else {
            return Ok(());
        };
        let wanting = self.sync.not_erased(batch.wanting()).await?;
        let words = self.sync.words_of(&wanting, report).await?;
        let calls = batch.calls.into_iter().map(|listed| {
            let words = words.get(&listed.id);
            (listed.call, words, listed.expected)
        });
        let fetched = join_words(calls, report);
        let checkpoint = batch.complete_to.map(|at| {
            self.record.advance(at);
            self.record.checkpoint(&self.name)
        });
        let outcomes = self.sync.store_all(fetched, checkpoint, report).await?;
        self.done += outcomes.len() as u64;
        report.outcomes.extend(outcomes);
        self.sync.tell(Stage::Calls, self.done, self.expected_total);
        Ok(())
    }

    /// Remembers windows that left nothing on the belt.
    async fn save_if_idle(&mut self) -> Result<(), Error> {
        if let Some(at) = self.belt.idle_position() {
            self.record.advance(at);
            let archive = &self.sync.parts().archive;
            archive.save(self.record.checkpoint(&self.name)).await?;
        }
        Ok(())
    }

    async fn finish(&mut self) -> Result<(), Error> {
        self.record.finish();
        let archive = &self.sync.parts().archive;
        archive.save(self.record.checkpoint(&self.name)).await?;
        Ok(())
    }

    fn expect_at_least(&mut self, in_window: u64) {
        let total = self.done + in_window;
        self.expected_total = Some(self.expected_total.unwrap_or(0).max(total));
    }
}
