//! Erasing for good: counted first, begun as a whole, and carried through where this process may.

use std::sync::Arc;

use access::{Caller, Operation, Proof, Role};
use call_archive::{
    Archive, HoldName, IndexInfo, PersonName, Purge, PurgeReason, PurgeTarget, Purged, Receipt,
};
use conversation::{AccountId, CallId, InvalidId, WorkspaceId};
use gong_sync::{Sync, SyncOptions};
use jiff::{SignedDuration, Timestamp};

use crate::app::App;
use crate::index::homes::Home;
use crate::index_place::Claim;
use crate::syncing::Done;
use crate::views::{PurgePreviewView, PurgeView, ReceiptsView};
use crate::{Error, ErrorKind};

const DAY_SECONDS: i64 = 24 * 60 * 60;

/// What is to be erased for good.
#[derive(Clone)]
#[non_exhaustive]
pub enum PurgeRequest {
    /// Calls by id.
    Calls(Vec<String>),
    /// Every call with this person: an e-mail address, or the id of a user.
    Person(String),
    /// Every call of this account: its CRM id or its domain.
    Account(String),
    /// Every call that started before.
    Before(Timestamp),
}

impl PurgeRequest {
    fn target(&self) -> Result<PurgeTarget, Error> {
        let bad = |what: &'static str| {
            move |error: InvalidId| Error::new(ErrorKind::Usage, what).caused_by(error)
        };
        Ok(match self {
            Self::Calls(calls) => {
                let ids = calls.iter().map(CallId::new).collect::<Result<_, _>>();
                PurgeTarget::Calls(ids.map_err(bad("a call id is malformed"))?)
            }
            Self::Person(person) => {
                PurgeTarget::Person(PersonName::parse(person).ok_or_else(|| {
                    Error::new(
                        ErrorKind::Usage,
                        "a person is an e-mail address or a user's id",
                    )
                })?)
            }
            Self::Account(account) => PurgeTarget::Account(
                AccountId::new(account).map_err(bad("an account id is malformed"))?,
            ),
            Self::Before(start) => PurgeTarget::Before {
                start: *start,
                workspace: None,
            },
        })
    }
}

impl App {
    /// How much a purge would take; nothing is changed.
    pub async fn purge_preview(&self, request: &PurgeRequest) -> Result<PurgePreviewView, Error> {
        let work = async {
            let target = request.target()?;
            let archive = self.existing_archive().await?;
            let preview = archive.preview(&target, self.now()).await?;
            Ok(PurgePreviewView::new(target.kind(), &preview))
        };
        self.reading(Operation::PURGE, "preview", work, |_| Vec::new())
            .await
    }

    /// Erases for good. What was begun and could not be carried through here is completed by the
    /// next sync, or by the same purge again.
    pub async fn purge(&self, request: &PurgeRequest) -> Result<Done<PurgeView>, Error> {
        self.permit(Operation::PURGE).await?;
        let target = request.target()?;
        self.existing_archive().await?;
        let kind = target.kind();
        let calls = match &target {
            PurgeTarget::Calls(calls) => calls.clone(),
            _ => Vec::new(),
        };
        let work = Box::pin(self.purged(target));
        self.doing_to(Operation::PURGE, &calls, kind, work, Done::outcome)
            .await
    }

    async fn purged(&self, target: PurgeTarget) -> Result<Done<PurgeView>, Error> {
        let purge = Purge {
            target,
            reason: PurgeReason::Asked,
            actor: self.caller().actor().to_owned(),
        };
        let archive = Arc::clone(self.existing_archive().await?);
        let begun = match archive.begin_purge(&purge, self.now()).await? {
            Purged::Begun(receipt) => *receipt,
            Purged::Held(holds) => return Err(held(&holds)),
            Purged::Nothing => {
                return Err(Error::new(ErrorKind::NotFound, "there is nothing to erase"));
            }
        };
        let mut view = PurgeView::default();
        self.blank_in_crm().await;
        let problem = self.carry_through(&archive, &mut view).await.err();
        let receipts = archive.receipts().await?;
        let receipt = receipts.iter().find(|receipt| receipt.id == begun.id);
        view.receipt = receipt.unwrap_or(&begun).into();
        view.remarks = remarks(archive.as_ref()).await?;
        let problem = problem.or_else(|| unfinished(receipt.unwrap_or(&begun)));
        Ok(Done { view, problem })
    }

    /// Every receipt.
    pub async fn receipts(&self) -> Result<ReceiptsView, Error> {
        let work = async {
            let archive = self.existing_archive().await?;
            let receipts = archive.receipts().await?;
            Ok(ReceiptsView {
                receipts: receipts.iter().map(Into::into).collect(),
                remarks: remarks(archive.as_ref()).await?,
            })
        };
        self.reading(Operation::PURGE, "receipts", work, |_| Vec::new())
            .await
    }

    /// Does the erase jobs, if nobody else holds the index. No model is needed.
    async fn carry_through(
        &self,
        archive: &Arc<dyn Archive>,
        view: &mut PurgeView,
    ) -> Result<(), Error> {
        let indexes = self.indexes()?;
        let right = self.index_right(&indexes, Claim::Nothing).await?;
        let Some(lock) = right.held() else {
            view.is_held_elsewhere = true;
            return Ok(());
        };
        let stores = indexes.open_all(&lock, archive.as_ref()).await?;
        let parts = self.bare_parts(archive, SyncOptions::default());
        let report = Sync::new(parts).erase(&stores).await?;
        view.failures = report.failures.iter().map(Into::into).collect();
        Ok(())
    }

    /// Begins what the retention settings ask for; the sync that follows carries it through.
    pub(crate) async fn apply_retention(&self, archive: &dyn Archive) -> Result<(), Error> {
        let retention = &self.config().settings.retention;
        let of_all = retention.days.map(|days| (None, days));
        let of_each = retention
            .workspaces
            .iter()
            .map(|(workspace, days)| (Some(workspace.clone()), *days));
        // The settings are an admin's, whoever syncs: a service may not purge, and what was decided
        // for it is not its doing.
        let tenant = self.caller().tenant().clone();
        let settings = Caller::recognised(tenant, "settings", Proof::Local, Role::Admin);
        let settings = self.acting_as(settings);
        for (workspace, days) in of_all.into_iter().chain(of_each) {
            let purge = retention_purge(self.now(), workspace, days);
            let work = async { Ok(archive.begin_purge(&purge, self.now()).await?) };
            // Nobody asked, so nothing comes back.
            let ended = |purged: &Purged| match purged {
                Purged::Begun(_) => ("ok", 0),
                Purged::Held(_) => ("held", 0),
                Purged::Nothing => ("nothing", 0),
            };
            let asked = format!("{:?}", purge.target);
            let purged = settings
                .doing_unseen(Operation::RETENTION, &[], &asked, work, ended)
                .await?;
            if let Purged::Begun(receipt) = purged {
                self.listener().note(&retention_note(&receipt, days));
            }
        }
        Ok(())
    }
}

/// What an erasure cannot reach where passages are in Qdrant.
async fn remarks(archive: &dyn Archive) -> Result<Vec<&'static str>, Error> {
    let known = archive.indexes().await?;
    let is_in_qdrant = |info: &IndexInfo| Home::read(&info.space).0 != Home::Folder;
    Ok(if known.iter().any(is_in_qdrant) {
        vec![
            "Qdrant no longer finds what was erased, and keeps its vectors and hashed words in \
             segments until its optimiser rewrites them.",
            "Snapshots of the collection that were made before hold it still: delete them.",
        ]
    } else {
        Vec::new()
    })
}

/// Whole days only, so that a floor rises once a day and not with every sync.
fn retention_purge(now: Timestamp, workspace: Option<WorkspaceId>, days: u32) -> Purge {
    let oldest = now
        .checked_sub(SignedDuration::from_hours(24 * i64::from(days)))
        .unwrap_or(Timestamp::MIN);
    let day = oldest.as_second().div_euclid(DAY_SECONDS);
    let midnight = Timestamp::from_second(day * DAY_SECONDS);
    Purge {
        target: PurgeTarget::Before {
            start: midnight.unwrap_or(oldest),
            workspace,
        },
        reason: PurgeReason::Retention,
        actor: "settings".to_owned(),
    }
}

fn retention_note(receipt: &Receipt, days: u32) -> String {
    let kept = match receipt.kept_by_hold {
        0 => String::new(),
        kept => format!("; a legal hold keeps {kept} more"),
    };
    let calls = receipt.calls;
    format!("Retention: {calls} calls older than {days} days are erased{kept}.")
}

/// The refusal that names the holds.
fn held(holds: &[(HoldName, u64)]) -> Error {
    let names: Vec<String> = holds
        .iter()
        .map(|(name, calls)| format!("{name} (keeps {calls} of these calls)"))
        .collect();
    let first = holds.first().map_or("NAME", |(name, _)| name.as_str());
    Error::new(
        ErrorKind::Failed,
        format!("a legal hold refuses this purge: {}", names.join(", ")),
    )
    .hint(format!(
        "nothing was changed; if the hold has ended, run `gongkit hold release {first}` first"
    ))
}

fn unfinished(receipt: &Receipt) -> Option<Error> {
    if receipt.finished.is_some() {
        return None;
    }
    let what = if receipt.left > 0 {
        format!("{} calls are hidden and not destroyed yet", receipt.left)
    } else {
        "the calls are destroyed, but not everything could be reached yet".to_owned()
    };
    Some(Error::new(ErrorKind::TryLater, what).hint(
        "run `gongkit sync` or the same purge again when other gongkit processes have ended; \
         `gongkit receipts` tells what is left",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retention_counts_whole_days() {
        let now: Timestamp = "2026-03-10T17:30:00Z".parse().expect("an instant");

        let purge = retention_purge(now, None, 7);

        let start: Timestamp = "2026-03-03T00:00:00Z".parse().expect("an instant");
        let workspace = None;
        assert_eq!(purge.target, PurgeTarget::Before { start, workspace });
    }

    #[test]
    fn a_name_that_is_neither_address_nor_id_is_refused() {
        let request = PurgeRequest::Person("Ada Example".to_owned());
        let refused = request.target().map_err(|error| error.kind());
        assert_eq!(refused, Err(ErrorKind::Usage));
    }
}
