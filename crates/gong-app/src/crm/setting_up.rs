//! Making our properties in HubSpot, and saying what the token opens.

use access::Operation;
use crm_sync::{Crm as _, Prepare, RecordKind, Setup};

use super::failing::scopes;
use crate::app::App;
use crate::views::CrmInitView;
use crate::{Error, ErrorKind};

/// The kinds of records without which nothing can be written.
const NEEDED: [RecordKind; 5] = [
    RecordKind::Call,
    RecordKind::Contact,
    RecordKind::Company,
    RecordKind::Deal,
    RecordKind::Task,
];

impl App {
    /// Makes the properties that are missing. Twice is once.
    pub async fn crm_init(&self) -> Result<CrmInitView, Error> {
        self.permit(Operation::CRM_INIT).await?;
        // Before an archive is made: without a token there is nothing to record.
        self.hubspot()?;
        let work = async {
            let connected = self.crm().await?;
            if let Some(error) = missing_scopes(connected.crm.setup().await?) {
                return Err(error);
            }
            let setup = connected.crm.prepare(Prepare::Create).await?;
            Ok(CrmInitView::new(&setup, connected.crm.requests()))
        };
        self.doing(
            Operation::CRM_INIT,
            "",
            Box::pin(work),
            |_: &CrmInitView| "ok",
        )
        .await
    }
}

/// What the token does not open, of what is needed.
pub(crate) fn missing_scopes(setup: &Setup) -> Option<Error> {
    let closed = NEEDED.iter().filter(|kind| setup.closed.contains(kind));
    let mut lacking: Vec<&str> = closed.map(|kind| scopes(*kind)).collect();
    lacking.dedup();
    if lacking.is_empty() {
        return None;
    }
    let what = "the token does not open every kind of record that is needed";
    Some(Error::new(ErrorKind::NotAuthorised, what).hint(format!(
        "add to the service key in HubSpot: {}",
        lacking.join(", ")
    )))
}
