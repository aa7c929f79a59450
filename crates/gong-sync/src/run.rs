//! Runs: windows of calls from Gong, one after the other, each remembered when it is stored.
//!
//! Three facts decide how a run is made. Calls appear late, so runs overlap by days and no
//! checkpoint is read off the newest call. Gong goes by two clocks (the plain list by the scheduled
//! time, everything else by the start), so nothing follows from an order. And the least number of
//! requests is ⌈calls/100⌉ + ⌈transcripts/100⌉, so windows are as long as an interruption allows,
//! and transcripts are asked for by a hundred ids that may come from several windows.

mod belt;
mod deleted;
mod listing;
mod missing;
mod plan;
mod record;
mod walk;
mod window;

use access::Scope;
use call_archive::CallQuery;
use conversation::Period;
use gong_client::PAGE_SIZE;
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
    pub(crate) async fn run_into(&self, run: Run, report: &mut SyncReport) -> Result<(), Error> {
        self.check_stop()?;
        self.ensure_company(report).await?;
        self.retry_due(report).await?;

        let name = self.name_of(run);
        let record = Record::parse(self.parts().archive.load(&name).await?.as_deref());
        let now = self.now();
        let since = self.parts().options.since;
        let open = Open {
            since,
            position: self.begin(run, &record, now),
            now,
        };
        let record = Record {
            open: Some(open),
            ..record
        };
        Walk::new(self, run, name, later(now, AHEAD), record)
            .through(report)
            .await?;
        self.erase_deleted(report).await
    }

    /// How many requests a run would need by what is known now; new calls come on top.
    ///
    /// Meant to be shown before a reconcile, whose cost grows with the archive.
    pub async fn expected_requests(&self, run: Run) -> Result<u64, Error> {
        let stored = self.parts().archive.load(&self.name_of(run)).await?;
        let record = Record::parse(stored.as_deref());
        let now = self.now();
        let mut query = CallQuery::default();
        query.period = Period::new(Some(self.begin(run, &record, now)), None).unwrap_or_default();
        query.workspace.clone_from(&self.parts().options.workspace);
        query.limit = 1;
        let archive = &self.parts().archive;
        let known = archive.list(&Scope::internal(), &query).await?.total;
        let pages = known.div_ceil(PAGE_SIZE as u64);
        Ok(match run {
            Run::Update => 2 * pages,
            Run::Reconcile(_) => 3 * pages,
        })
    }

    /// Where a run begins: where an unfinished one stood, or where the last one ended, and in both
    /// cases far enough back for what appeared late.
    fn begin(&self, run: Run, record: &Record, now: Timestamp) -> Timestamp {
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

    fn name_of(&self, run: Run) -> String {
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
