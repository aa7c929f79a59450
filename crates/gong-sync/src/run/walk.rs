//! The way through the windows of a run: read their pages, one after the other.

use jiff::Timestamp;

use crate::run::carrier::Carrier;
use crate::run::plan::{halved, next_length, shrunk};
use crate::run::record::Record;
use crate::run::window::{self, Window, WindowEnd};
use crate::run::{Run, RunEnd};
use crate::sync::Sync;
use crate::{Error, SyncReport};

/// How often windows may expire in a row; each time the next is half as long.
const MOST_EXPIRED: u32 = 8;

/// How often in a row the order of a first page is trusted to tell where a window should end.
const MOST_TRUSTED: u32 = 2;

/// A run on its way through its windows.
pub(super) struct Walk<'s> {
    sync: &'s Sync,
    run: Run,
    /// Frozen when the run began: every page of a list must be asked for with the same inputs.
    to: Timestamp,
    carrier: Carrier<'s>,
    expired: u32,
    crowded: u32,
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
            to,
            carrier: Carrier::new(sync, name, record),
            expired: 0,
            crowded: 0,
            allowance,
        }
    }

    /// Reads every window, and ends the run; or pauses once its allowance is spent.
    pub(super) async fn through(mut self, report: &mut SyncReport) -> Result<RunEnd, Error> {
        let end = self.read_all(report).await;
        let carried = match &end {
            Ok(_) => self.carrier.settle_all(report).await,
            // What was asked for is stored all the same.
            Err(_) => self.carrier.settle_asked(report).await,
        };
        let end = end?;
        carried?;
        match end {
            RunEnd::Paused => self.carrier.save_if_idle().await?,
            RunEnd::Complete => self.carrier.finish().await?,
        }
        Ok(end)
    }

    async fn read_all(&mut self, report: &mut SyncReport) -> Result<RunEnd, Error> {
        let rules = self.sync.parts().options.window;
        let before = report.requests.made();
        let mut at = self.carrier.position(self.to);
        let mut length = at.duration_until(self.to);
        while at < self.to {
            self.sync.check_stop()?;
            let spent = report.requests.made() + self.carrier.requests() - before;
            if self.allowance.is_some_and(|most| spent >= most) {
                return Ok(RunEnd::Paused);
            }
            let window = Window::new(at, length, self.to);
            match self.read(window, report).await? {
                WindowEnd::Read { found } => {
                    report.windows += 1;
                    (self.expired, self.crowded) = (0, 0);
                    at = window.to;
                    length = next_length(window, found, &rules);
                    self.carrier.belt.end_window(at);
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
                    // What is stored of it must be known before it is asked for again.
                    self.carrier.settle(report).await?;
                    self.carrier.belt.clear();
                    length = halved(window);
                }
            }
            self.carrier.save_if_idle().await?;
        }
        Ok(RunEnd::Complete)
    }

    /// Reads the pages of a window while the batches before are completed and stored.
    async fn read(&mut self, window: Window, report: &mut SyncReport) -> Result<WindowEnd, Error> {
        let sync = self.sync;
        let carrier = &mut self.carrier;
        let mut reader = carrier
            .meanwhile(sync.open_window(window), report)
            .await??;
        loop {
            carrier.make_room(report).await?;
            let page = sync.next_page(&mut reader.pages);
            let page = match carrier.meanwhile(page, report).await? {
                Ok(Some(page)) => page,
                Ok(None) => break,
                Err(error) if window::is_expired(&error) => return Ok(WindowEnd::Expired),
                Err(error) => return Err(error),
            };
            report.requests.extensive += 1;
            if let Some(total) = reader.is_too_many(&page, &sync.parts().options.window) {
                carrier.expect(total);
                return Ok(WindowEnd::TooMany {
                    total,
                    first_page: window::sample(&page),
                });
            }
            carrier.expect_at_least(reader.total(&page));
            reader.take(page, &mut carrier.belt, sync, report);
        }
        report.requests.calls_listed += reader.seen.len() as u64;
        let is_reconcile = matches!(self.run, Run::Reconcile(_));
        if is_reconcile || reader.misses_any() {
            // More is asked now, and nothing should be half stored for so long.
            carrier.settle(report).await?;
        }
        let is_compared =
            !is_reconcile || sync.compare_with_list(window, &mut reader, report).await?;
        if is_compared {
            sync.mark_missing(&mut reader, report).await?;
        }
        Ok(WindowEnd::Read {
            found: reader.found,
        })
    }
}
