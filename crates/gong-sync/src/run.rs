//! Runs: windows of calls from Gong, one after the other, each remembered when it is stored.
//!
//! Three facts decide how a run is made. Calls appear late, so runs overlap by days and no
//! checkpoint is read off the newest call. Gong goes by two clocks (the plain list by the scheduled
//! time, everything else by the start), so nothing follows from an order. And the least number of
//! requests is ⌈calls/100⌉ + ⌈transcripts/100⌉, so windows are as long as an interruption allows,
//! and transcripts are asked for by a hundred ids that may come from several windows.

mod belt;
mod carrier;
mod deleted;
mod listing;
mod missing;
mod plan;
pub(crate) mod record;
mod walk;
mod window;

use jiff::{SignedDuration, Timestamp};

use crate::pending::{earlier, later};
use crate::run::record::{Open, Record};
use crate::run::walk::Walk;
use crate::sync::Sync;
use crate::{Error, LEAST_OVERLAP, Outcome, SyncReport};

/// What a run reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "forwards or back is the meaning")]
pub enum Run {
    /// What is new since the last run, with an overlap; the first time, everything.
    Update,
    /// What is old and may have changed, or appeared, or gone since.
    Reconcile(Reach),
}

/// How far a reconcile reaches back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(
    clippy::exhaustive_enums,
    reason = "the three cadences are the meaning"
)]
pub enum Reach {
    /// The last 30 days: meant daily.
    Month,
    /// The last 180 days: meant weekly.
    HalfYear,
    /// Everything: meant monthly.
    Everything,
}

impl Reach {
    /// Where it begins, seen from now; `None` is the beginning of everything.
    fn begins(self, now: Timestamp) -> Option<Timestamp> {
        let days = match self {
            Self::Month => 30,
            Self::HalfYear => 180,
            Self::Everything => return None,
        };
        Some(earlier(now, SignedDuration::from_hours(days * 24)))
    }

    const fn as_str(self) -> &'static str {
        match self {
            Self::Month => "reconcile-30",
            Self::HalfYear => "reconcile-180",
            Self::Everything => "reconcile-all",
        }
    }
}

/// How a run ended that nothing stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RunEnd {
    /// All of it was read.
    Complete,
    /// Its allowance is spent; the next run of its kind goes on from there.
    Paused,
}

impl Run {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Update => "update",
            Self::Reconcile(reach) => reach.as_str(),
        }
    }
}

/// How far into the future a run looks: clocks differ, and a start may lie ahead of ours.
const AHEAD: SignedDuration = SignedDuration::from_hours(24);

impl Sync {
    pub(crate) async fn run_into(
        &self,
        run: Run,
        allowance: Option<u64>,
        report: &mut SyncReport,
    ) -> Result<RunEnd, Error> {
        self.check_stop()?;
        self.ensure_company(report).await?;
        self.try_words_again().await?;
        self.retry_due(report).await?;

        let record = self.record(run).await?;
        let is_first = record.done.is_none();
        let now = self.now();
        let position = self.begin(run, &record, now);
        let since = self.parts().options.since;
        let open = Open {
            since,
            position,
            now,
        };
        let record = Record {
            open: Some(open),
            ..record
        };
        let name = self.name_of(run);
        let end = Walk::new(self, run, name, later(now, AHEAD), record, allowance)
            .through(report)
            .await?;
        if end == RunEnd::Complete {
            self.note_covered(run, is_first, position, now).await?;
        }
        self.erase_deleted(report).await?;
        Ok(end)
    }

    /// A run that came to its end did the work of every run that would have begun where it did, or
    /// later. The first update of all is where the cadence of reconciles begins.
    async fn note_covered(
        &self,
        run: Run,
        is_first: bool,
        begun: Timestamp,
        now: Timestamp,
    ) -> Result<(), Error> {
        let since = self.parts().options.since;
        let reaches = Reach::ALL.into_iter().map(Run::Reconcile);
        for other in reaches.chain([Run::Update]).filter(|other| *other != run) {
            let mut record = self.record(other).await?;
            let is_covered = match run {
                Run::Update => is_first && record == Record::default(),
                Run::Reconcile(_) => self.begin(other, &record, now) >= begun,
            };
            if is_covered {
                record.cover(since, now);
                self.save(other, &record).await?;
            }
        }
        Ok(())
    }

    /// Where a run begins: where an unfinished one stood, or where the last one ended, and in both
    /// cases far enough back for what appeared late.
    pub(crate) fn begin(&self, run: Run, record: &Record, now: Timestamp) -> Timestamp {
        let options = &self.parts().options;
        let overlap = options.overlap.max(LEAST_OVERLAP);
        let first = match run {
            Run::Update => options.since,
            Run::Reconcile(reach) => reach
                .begins(now)
                .map_or(options.since, |from| from.max(options.since)),
        };
        let begin = match (&record.open, run, record.done) {
            // Somebody asks for more of the past than was asked for before.
            (Some(open), ..) if options.since < open.since => first,
            (Some(open), ..) => open.position.min(earlier(open.now.min(now), overlap)),
            (None, Run::Update, Some(done)) if record.since.is_none_or(|since| since <= first) => {
                earlier(done.min(now), overlap)
            }
            _ => first,
        };
        begin.max(first)
    }

    /// Forgets how far runs came, so that the next update reads everything: after a backup was
    /// restored, every call must be told of again.
    pub async fn forget_progress(&self) -> Result<(), Error> {
        let reaches = [Reach::Month, Reach::HalfYear, Reach::Everything];
        let reconciles = reaches.into_iter().map(Run::Reconcile);
        for run in [Run::Update].into_iter().chain(reconciles) {
            let nothing = Record::default().checkpoint(&self.name_of(run));
            self.parts().archive.save(nothing).await?;
        }
        Ok(())
    }

    pub(crate) fn name_of(&self, run: Run) -> String {
        match &self.parts().options.workspace {
            Some(workspace) => format!("gong-sync/{}/{workspace}", run.as_str()),
            None => format!("gong-sync/{}", run.as_str()),
        }
    }
}

/// Calls that came back while they were being erased are brought again once that is done.
impl Sync {
    pub(crate) async fn bring_back(&self, report: &mut SyncReport) -> Result<bool, Error> {
        let returning = std::mem::take(&mut report.returning);
        if returning.is_empty() || self.parts().client.is_none() {
            return Ok(false);
        }
        let outcomes = self.fetch_and_store(&returning, report).await?;
        let is_any_back = outcomes
            .iter()
            .any(|(_, outcome)| *outcome != Outcome::Erased);
        report.returning.clear();
        report.outcomes.extend(outcomes);
        Ok(is_any_back)
    }
}
