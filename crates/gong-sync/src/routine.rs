//! A routine run: what is new, then what is due of the past, planned before it is done.

use access::{PrivateCalls, Scope};
use call_archive::CallQuery;
use conversation::Period;
use gong_client::PAGE_SIZE;
use jiff::Timestamp;

use crate::cadence::{Cost, Plan, PlannedRun, Reconcile, choose, is_due};
use crate::run::RunEnd;
use crate::run::record::Record;
use crate::sync::Sync;
use crate::{Error, PrivatePolicy, Reach, Run, RunReport, SyncReport};

impl Sync {
    /// What a routine run is going to do, and what that costs. Gong is not asked.
    ///
    /// `allowed` is how many of the day's requests may go into what is new and into reconciles that
    /// are due; without it nothing is postponed. What is new is always read.
    pub async fn plan(&self, reconcile: Reconcile, allowed: Option<u64>) -> Result<Plan, Error> {
        let now = self.now();
        let update = PlannedRun {
            run: Run::Update,
            cost: self.cost(Run::Update).await?,
            allowance: None,
        };
        let due = match reconcile {
            Reconcile::Never => Vec::new(),
            Reconcile::Now(reach) => vec![reach],
            Reconcile::WhenDue => self.due(now).await?,
        };
        let mut costs = Vec::with_capacity(due.len());
        for reach in due {
            costs.push((reach, self.cost(Run::Reconcile(reach)).await?));
        }
        let limit = match reconcile {
            Reconcile::WhenDue => {
                allowed.map(|allowed| allowed.saturating_sub(update.cost.requests()))
            }
            Reconcile::Now(_) | Reconcile::Never => None,
        };
        let (mut runs, postponed) = choose(&costs, limit);
        if !self.is_done_by(runs.first(), reconcile, now).await? {
            runs.insert(0, update);
        }
        let reads_the_past = runs.iter().any(|planned| planned.run != Run::Update);
        let users_are_due = is_due(self.users_listed().await?, Reach::Month.cadence(), now);
        let users = if reads_the_past || users_are_due {
            let known = self.parts().archive.users().await?.len();
            Some(known.div_ceil(PAGE_SIZE).max(1) as u64)
        } else {
            None
        };
        Ok(Plan {
            runs,
            postponed,
            users,
        })
    }

    /// Does what was planned, and drains the index and erase jobs.
    ///
    /// What stops one run stops those after it. The next routine run goes on from what is stored.
    pub async fn carry_out(&self, plan: &Plan) -> SyncReport {
        let mut report = SyncReport::default();
        if let Err(error) = self.carry_out_into(plan, &mut report).await {
            report.stopped = Some(error);
        }
        self.conclude(&mut report).await;
        report
    }

    async fn carry_out_into(&self, plan: &Plan, report: &mut SyncReport) -> Result<(), Error> {
        self.check_stop()?;
        self.ensure_company(report).await?;
        if plan.users.is_some() {
            self.refresh_users(report).await?;
        }
        self.tell_stored_deals().await?;
        for (position, planned) in plan.runs.iter().enumerate() {
            if position > 0 {
                // What is new can be found while the past is read.
                self.drain_and_bring_back(report).await?;
            }
            let before = report.requests.made();
            let end = self.run_into(planned.run, planned.allowance, report).await;
            report.runs.push(RunReport {
                run: planned.run,
                expected: planned.cost.requests(),
                made: report.requests.made() - before,
                is_complete: matches!(end, Ok(RunEnd::Complete)),
            });
            end?;
        }
        Ok(())
    }

    /// Whether the first run that is planned brings what is new as well. A long one would bring it
    /// last, so only the short daily one does, or one that somebody asked for.
    async fn is_done_by(
        &self,
        first: Option<&PlannedRun>,
        reconcile: Reconcile,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let Some(first) = first else {
            return Ok(false);
        };
        let is_short = first.run == Run::Reconcile(Reach::Month);
        let is_asked_for = matches!(reconcile, Reconcile::Now(_));
        if first.allowance.is_some() || !(is_short || is_asked_for) {
            return Ok(false);
        }
        let begins = self.begin(first.run, &self.record(first.run).await?, now);
        let update = self.begin(Run::Update, &self.record(Run::Update).await?, now);
        Ok(begins <= update)
    }

    /// The reaches that are due, from the smallest to the largest; none before everything was
    /// brought once.
    async fn due(&self, now: Timestamp) -> Result<Vec<Reach>, Error> {
        if self.record(Run::Update).await?.done.is_none() {
            return Ok(Vec::new());
        }
        let mut due = Vec::new();
        for reach in Reach::ALL {
            let done = self.record(Run::Reconcile(reach)).await?.done;
            if is_due(done, reach.cadence(), now) {
                due.push(reach);
            }
        }
        Ok(due)
    }

    /// What a run costs by what is known of its calls.
    ///
    /// Meant to be shown before a reconcile, whose cost grows with the archive.
    pub async fn cost(&self, run: Run) -> Result<Cost, Error> {
        let begin = self.begin(run, &self.record(run).await?, self.now());
        let mut query = CallQuery::default();
        query.period = Period::new(Some(begin), None).unwrap_or_default();
        query.workspace.clone_from(&self.parts().options.workspace);
        query.limit = 1;
        let archive = &self.parts().archive;
        let calls = archive.list(&Scope::internal(), &query).await?.total;
        let with_words = match self.parts().options.private {
            PrivatePolicy::Store => calls,
            PrivatePolicy::Skip => {
                let open = Scope::everything(PrivateCalls::Withheld);
                archive.list(&open, &query).await?.total
            }
        };
        let rules = &self.parts().options.window;
        Ok(Cost::of(run, calls, with_words, rules))
    }

    /// When the last run that read what is new, and came to its end, began.
    pub async fn updated(&self) -> Result<Option<Timestamp>, Error> {
        Ok(self.record(Run::Update).await?.done)
    }

    pub(crate) async fn record(&self, run: Run) -> Result<Record, Error> {
        let stored = self.parts().archive.load(&self.name_of(run)).await?;
        Ok(Record::parse(stored.as_deref()))
    }

    pub(crate) async fn save(&self, run: Run, record: &Record) -> Result<(), Error> {
        let entry = record.checkpoint(&self.name_of(run));
        Ok(self.parts().archive.save(entry).await?)
    }
}
