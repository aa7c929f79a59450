//! Writing what a plan says, in runs that can be gone on with and undone.

use std::collections::BTreeSet;

use access::Operation;
use conversation::CallId;
use crm_sync::{Applied, Reached, Subject};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use tokio_util::sync::CancellationToken;

use super::planning::CrmPlan;
use crate::app::App;
use crate::progress::{Stage, Step};
use crate::syncing::Done;
use crate::views::CrmAppliedView;
use crate::{Error, ErrorKind};

/// A plan that is older is worked out once more before it is applied: people may have written.
const FRESH: SignedDuration = SignedDuration::from_secs(10);

impl App {
    /// Carries a plan out. What fails is told with what was done.
    ///
    /// # Errors
    /// Where the caller may not, or the plan has to be worked out once more and cannot be.
    pub async fn crm_apply(&self, plan: CrmPlan) -> Result<Done<CrmAppliedView>, Error> {
        self.crm_apply_until(plan, &self.shared.stop).await
    }

    /// The same, until it is told to stop: what was not reached by then stays planned.
    pub(crate) async fn crm_apply_until(
        &self,
        plan: CrmPlan,
        stop: &CancellationToken,
    ) -> Result<Done<CrmAppliedView>, Error> {
        self.permit(Operation::CRM_APPLY).await?;
        let run = run_name(self.now());
        let writes = plan.planned.iter().filter(|one| one.is_write());
        let calls: Vec<CallId> = writes
            .filter_map(|one| one.subject.call().cloned())
            .collect();
        let asked = format!("{run} {}", plan.writes());
        let work = Box::pin(self.applied(&run, plan, stop));
        self.doing_to(Operation::CRM_APPLY, &calls, &asked, work, |done| {
            done.problem
                .as_ref()
                .map_or("ok", |problem| problem.kind().as_str())
        })
        .await
    }

    async fn applied(
        &self,
        run: &str,
        plan: CrmPlan,
        stop: &CancellationToken,
    ) -> Result<Done<CrmAppliedView>, Error> {
        let CrmPlan {
            connected,
            mut planned,
            wanted,
            made,
            ..
        } = plan;
        if self.now().duration_since(made) > FRESH {
            let writes = planned.iter().filter(|one| one.is_write());
            let shown: BTreeSet<&Subject> = writes.map(|one| &one.subject).collect();
            let wanted = wanted.into_iter();
            let wanted = wanted.filter(|one| shown.contains(&one.subject)).collect();
            planned = connected.flow.plan(wanted).await?;
        } else {
            drop(wanted);
        }
        let mut applied = Applied::default();
        let begin = |reached: Reached| {
            if reached.total > 0 {
                self.tell_of_records(reached);
            }
            (!stop.is_cancelled()).then(|| self.now())
        };
        let written = connected
            .flow
            .apply_while(run, planned, begin, &mut applied)
            .await;
        if !applied.erased.is_empty() {
            // What was on its way while its call was erased is emptied at once.
            self.blank_in_crm().await;
        }
        let view = CrmAppliedView::new(run, &applied, connected.crm.requests());
        let problem = match written {
            Err(error) => Some(error.into()),
            Ok(()) if applied.unreached > 0 && stop.is_cancelled() => {
                Some(Error::new(ErrorKind::Cancelled, "stopped on request"))
            }
            Ok(()) => problem_of(&applied),
        };
        Ok(Done { view, problem })
    }

    fn tell_of_records(&self, reached: Reached) {
        self.listener().step(Step {
            stage: Stage::Crm,
            done: reached.done as u64,
            total: Some(reached.total as u64),
        });
    }
}

/// `20261126T210000-4f2a`: in order of time, and never twice.
fn run_name(now: Timestamp) -> String {
    let at = TimeZone::UTC.to_datetime(now).strftime("%Y%m%dT%H%M%S");
    format!("{at}-{:04x}", rand::random::<u16>())
}

/// What a person should know of a run that did not do it all.
pub(super) fn problem_of(applied: &Applied) -> Option<Error> {
    let waiting = applied.waiting.len() + applied.unknown.len() + applied.unreached;
    if waiting > 0 {
        let what = format!("{waiting} records could not be written to the end");
        return Some(Error::new(ErrorKind::TryLater, what).hint(
            "run `gongkit crm apply` again: it looks at what was sent, and writes the rest; \
             `gongkit doctor` shows whether the requests of the day are spent",
        ));
    }
    if !applied.failed.is_empty() {
        let what = format!("hubspot refused {} records", applied.failed.len());
        return Some(Error::new(ErrorKind::Failed, what).hint(
            "each is listed with HubSpot's message; rules of your administrator's count for \
             these writes, too",
        ));
    }
    None
}
