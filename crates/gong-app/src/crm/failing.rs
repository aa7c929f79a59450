//! What a person can do when HubSpot is not asked, or does not answer.

use crm_sync::{CrmError, OutboxError, RecordKind, SyncError};

use crate::{Error, ErrorKind};

impl From<CrmError> for Error {
    fn from(error: CrmError) -> Self {
        let (kind, hint) = match &error {
            CrmError::Setup(_) => (
                ErrorKind::NotConfigured,
                "crm.base_url is https://api.hubapi.com or an address of this machine; a token goes \
                 nowhere else",
            ),
            CrmError::Unauthorised => (
                ErrorKind::NotAuthorised,
                "make a service key in HubSpot (Settings > Integrations > Service Keys) and set \
                 HUBSPOT_ACCESS_TOKEN or HUBSPOT_ACCESS_TOKEN_FILE",
            ),
            CrmError::MissingScope => (
                ErrorKind::NotAuthorised,
                "`gongkit doctor` names the scopes that the token lacks; docs/crm.md lists them all",
            ),
            CrmError::DayIsSpent => (
                ErrorKind::TryLater,
                "try again tomorrow, or raise crm.daily_requests to what HubSpot shows for your \
                 account (Settings > Usage & Limits); four fifths of it are used",
            ),
            CrmError::HeldBack => (
                ErrorKind::Failed,
                "check the disk and who may write to the data folder",
            ),
            CrmError::Busy => (
                ErrorKind::TryLater,
                "others ask HubSpot, too; try again in a minute, or lower \
                 crm.requests_per_ten_seconds",
            ),
            CrmError::Unreachable | CrmError::Failed => (
                ErrorKind::TryLater,
                "see status.hubspot.com and the way to crm.base_url; what was sent is looked at \
                 before it is written again",
            ),
            _ => (
                ErrorKind::Failed,
                "`gongkit crm init` makes the properties that are missing",
            ),
        };
        Self::new(kind, "hubspot did not do its part")
            .caused_by(error)
            .hint(hint)
    }
}

impl From<OutboxError> for Error {
    fn from(error: OutboxError) -> Self {
        Self::new(ErrorKind::Failed, "the archive did not do its part")
            .caused_by(error)
            .hint("check the disk and who may write to the data folder")
    }
}

impl From<SyncError> for Error {
    fn from(error: SyncError) -> Self {
        match error {
            SyncError::Crm(error) => error.into(),
            SyncError::Outbox(error) => error.into(),
            other => Self::new(ErrorKind::Failed, "hubspot did not do its part").caused_by(other),
        }
    }
}

/// The scopes without which a kind of record is closed.
pub(crate) fn scopes(kind: RecordKind) -> &'static str {
    match kind {
        RecordKind::Company => "crm.objects.companies.read",
        RecordKind::Deal => {
            "crm.objects.deals.read, crm.objects.deals.write, crm.schemas.deals.read, \
             crm.schemas.deals.write"
        }
        RecordKind::Email => "sales-email-read",
        // HubSpot lets calls, tasks, notes and meetings go with contacts.
        _ => {
            "crm.objects.contacts.read, crm.objects.contacts.write, crm.schemas.contacts.read, \
             crm.schemas.contacts.write"
        }
    }
}
