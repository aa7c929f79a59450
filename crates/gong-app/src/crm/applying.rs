//! Writing what a plan says, in runs that can be gone on with and undone.

use access::Operation;
use conversation::CallId;
use crm_sync::{Applied, Planned, Subject};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::planning::CrmPlan;
use crate::app::App;
use crate::progress::{Stage, Step};
use crate::syncing::Done;
use crate::views::CrmAppliedView;
use crate::{Error, ErrorKind};

/// How many records are written before somebody may stop it.
const BATCH: usize = 1000;
/// A plan that is older is worked out once more before it is applied: people may have written.
const FRESH: SignedDuration = SignedDuration::from_secs(10);

impl App {
    /// Carries a plan out. What fails is told with what was done.
    pub async fn crm_apply(&self, plan: CrmPlan) -> Result<Done<CrmAppliedView>, Error> {
        self.permit(Operation::CRM_APPLY).await?;
        let run = run_name(self.now());
        let calls: Vec<CallId> = plan.planned.iter().filter_map(call_of).collect();
        let asked = format!("{run} {}", plan.planned.len());
        let work = Box::pin(self.applied(&run, plan));
        self.doing_to(Operation::CRM_APPLY, &calls, &asked, work, |done| {
            done.problem
                .as_ref()
                .map_or("ok", |problem| problem.kind().as_str())
        })
        .await
    }

    async fn applied(&self, run: &str, plan: CrmPlan) -> Result<Done<CrmAppliedView>, Error> {
        let CrmPlan {
            connected,
            mut planned,
            wanted,
            made,
            ..
        } = plan;
        if self.now().duration_since(made) > FRESH {
            let shown: Vec<Subject> = planned.iter().map(|one| one.subject.clone()).collect();
            let wanted = wanted
                .into_iter()
                .filter(|one| shown.contains(&one.subject));
            planned = connected.flow.plan(wanted.collect()).await?;
            planned.retain(Planned::is_write);
        }
        let total = planned.len();
        let mut all = Applied::default();
        let mut problem = None;
        for (done, batch) in (0..).step_by(BATCH).zip(planned.chunks(BATCH)) {
            self.tell_of_records(done, total);
            if self.shared.stop.is_cancelled() {
                problem = Some(Error::new(ErrorKind::Cancelled, "stopped on request"));
                break;
            }
            match connected.flow.apply(run, batch.to_vec(), self.now()).await {
                Ok(applied) => add(&mut all, applied),
                Err(error) => {
                    problem = Some(error.into());
                    break;
                }
            }
            // What is not sent now would not be sent with the next batch either.
            if !all.waiting.is_empty() {
                break;
            }
        }
        if total > 0 {
            self.tell_of_records(total, total);
        }
        let view = CrmAppliedView::new(run, &all, connected.crm.requests());
        let problem = problem.or_else(|| problem_of(&all));
        Ok(Done { view, problem })
    }

    fn tell_of_records(&self, done: usize, total: usize) {
        self.listener().step(Step {
            stage: Stage::Crm,
            done: done as u64,
            total: Some(total as u64),
        });
    }
}

/// `20261126T210000-4f2a`: in order of time, and never twice.
fn run_name(now: Timestamp) -> String {
    let at = TimeZone::UTC.to_datetime(now).strftime("%Y%m%dT%H%M%S");
    format!("{at}-{:04x}", rand::random::<u16>())
}

fn call_of(planned: &Planned) -> Option<CallId> {
    match &planned.subject {
        Subject::Call(call) | Subject::Proposal { call, .. } => Some(call.clone()),
        Subject::Deal(_) => None,
    }
}

fn add(all: &mut Applied, more: Applied) {
    all.made += more.made;
    all.changed += more.changed;
    all.linked += more.linked;
    all.failed.extend(more.failed);
    all.deleted.extend(more.deleted);
    all.unknown.extend(more.unknown);
    all.erased.extend(more.erased);
    all.waiting.extend(more.waiting);
}

/// What a person should know of a run that did not do it all.
pub(super) fn problem_of(applied: &Applied) -> Option<Error> {
    let waiting = applied.waiting.len() + applied.unknown.len();
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
