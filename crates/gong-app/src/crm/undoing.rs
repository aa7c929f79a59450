//! Taking a run back, and saying what runs there were.

use access::Operation;
use crm_sync::Outbox as _;

use super::applying::problem_of;
use crate::app::App;
use crate::syncing::Done;
use crate::views::{CrmAppliedView, CrmRunView, CrmStatusView};
use crate::{Error, ErrorKind};

impl App {
    /// Gives the fields that a run wrote their former values back, where they are still as it left
    /// them, and takes away the records that it made and nobody touched since.
    pub async fn crm_undo(&self, run: &str) -> Result<Done<CrmAppliedView>, Error> {
        self.permit(Operation::CRM_UNDO).await?;
        self.existing_archive().await?;
        let work = async {
            let connected = self.crm().await?;
            if connected.outbox.of_run(run).await?.is_empty() {
                return Err(Error::new(ErrorKind::NotFound, "there is no such run")
                    .hint("`gongkit crm status` lists the runs"));
            }
            connected.flow.resume(self.now()).await?;
            let undone = connected.flow.undo(run).await?;
            let view = CrmAppliedView::new(run, &undone, connected.crm.requests());
            let problem = problem_of(&undone);
            Ok(Done { view, problem })
        };
        self.doing(Operation::CRM_UNDO, run, Box::pin(work), |done| {
            done.problem
                .as_ref()
                .map_or("ok", |problem| problem.kind().as_str())
        })
        .await
    }

    /// What was written, run by run, and what is still open. HubSpot is not asked.
    pub async fn crm_status(&self) -> Result<CrmStatusView, Error> {
        let work = async {
            self.existing_archive().await?;
            let opened = self.opened().await?;
            let runs = opened.crm_outbox.write_runs().await?;
            let left = opened.crm_outbox.remnants(10_000).await?.len() as u64;
            let requests = opened.crm_requests.spend_requests(0, self.now()).await?;
            Ok(CrmStatusView {
                runs: runs.iter().map(CrmRunView::new).collect(),
                to_blank: left,
                requests,
                requests_a_day: self.crm_requests_a_day(),
                is_continuous: self.writes_continuously(),
            })
        };
        self.reading(Operation::CRM_PLAN, "status", Box::pin(work), |_| {
            Vec::new()
        })
        .await
    }
}
