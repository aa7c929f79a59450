//! The loop that writes to the CRM what a plan would show, for installations that switched it on: in
//! one process, by its duty.
//!
//! Switched on is it by whoever sets the configuration and starts the worker, and for that caller it
//! acts: one who may not write to the CRM is refused, and the refusal is recorded.

use access::Operation;
use call_archive::{Appointed, Checkpoint};
use jiff::{SignedDuration, Timestamp};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use crate::app::{App, Opened};
use crate::config::YesNo;
use crate::crm::CrmPlanRequest;
use crate::{Error, ErrorKind};

use super::pausing::Pause;
use super::scheduling::{HELD_FOR, LOOK_EVERY, is_due, later};
use super::{Tally, add};

const DUTY: &str = "crm";
/// When it was begun last.
const MARK: &str = "crm.continuous";
/// A plan reads what HubSpot holds of every call: it is not worked out more often.
const EVERY: SignedDuration = SignedDuration::from_hours(1);

impl App {
    /// Whether a worker writes to the CRM by itself.
    pub(crate) fn writes_continuously(&self) -> bool {
        self.config().settings.crm.continuous == YesNo::Yes
    }

    pub(super) async fn write_until_stopped(&self, tally: &Tally) {
        if !self.writes_continuously() {
            return;
        }
        let holder = format!("{:032x}", rand::random::<u128>());
        let mut pause = Pause::default();
        while !self.is_stopped() {
            match self.write_on_duty(&holder, tally).await {
                Ok(()) => {
                    pause.reset();
                    self.shared
                        .stop
                        .run_until_cancelled(sleep(LOOK_EVERY))
                        .await;
                }
                Err(error) => {
                    self.note_failure("crm", &error, tally);
                    pause.wait(&error, &self.shared.stop).await;
                }
            }
        }
    }

    /// Writes if it is due and nobody else does.
    async fn write_on_duty(&self, holder: &str, tally: &Tally) -> Result<(), Error> {
        let opened = self.opened().await?;
        let last = opened.archive.load(MARK).await?;
        let last = last.and_then(|text| text.parse::<Timestamp>().ok());
        if !is_due(last, EVERY, self.now()) {
            return Ok(());
        }
        let now = self.now();
        let appointed = opened
            .duties
            .take_duty(DUTY, holder, later(now, HELD_FOR), now)
            .await?;
        let Appointed::Held(duty) = appointed else {
            return Ok(());
        };
        let held = self.shared.stop.child_token();
        let work = async {
            let written = Box::pin(self.write_while_held(opened, &held, tally)).await;
            held.cancel();
            written
        };
        let (written, renewed) = tokio::join!(work, self.renew(opened, &duty, &held));
        if let Err(error) = opened.duties.leave_duty(&duty).await {
            tracing::warn!(%error, "the duty of writing to the CRM ends with its time");
        }
        written.and(renewed)
    }

    async fn write_while_held(
        &self,
        opened: &Opened,
        held: &CancellationToken,
        tally: &Tally,
    ) -> Result<(), Error> {
        self.permit(Operation::CRM_APPLY).await?;
        // Somebody else may have written while this one waited for the duty.
        let last = opened.archive.load(MARK).await?;
        let last = last.and_then(|text| text.parse::<Timestamp>().ok());
        if !is_due(last, EVERY, self.now()) {
            return Ok(());
        }
        let begun = self.now();
        let read = held.run_until_cancelled(Box::pin(self.crm_read())).await;
        let Some(read) = read else {
            return Ok(());
        };
        read?;
        let everything = CrmPlanRequest::default();
        let planned = self.crm_plan_to_apply(&everything);
        let Some(plan) = held.run_until_cancelled(Box::pin(planned)).await else {
            return Ok(());
        };
        let plan = plan?;
        for choice in plan.choices() {
            tracing::info!(
                call = choice.call,
                why = choice.why,
                "a person has to choose"
            );
        }
        if plan.writes() > 0 {
            let done = Box::pin(self.crm_apply_until(plan, held)).await?;
            let written = done.view.made + done.view.changed;
            add(&tally.written, written as u64);
            match done.problem {
                Some(error) if error.kind() == ErrorKind::Cancelled => return Ok(()),
                Some(error) => return Err(error),
                None => {}
            }
        }
        let mark = Checkpoint {
            name: MARK.to_owned(),
            value: begun.to_string(),
        };
        opened.archive.save(mark).await?;
        Ok(())
    }
}
