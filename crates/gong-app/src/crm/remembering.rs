//! A CRM that is asked once what it is set up like.

use std::collections::BTreeMap;

use async_trait::async_trait;
use crm_sync::{
    ChangedPage, Crm, CrmError, Find, HubSpot, Prepare, Record, RecordId, RecordKind, Setup, Write,
    Written,
};
use jiff::Timestamp;
use tokio::sync::OnceCell;

/// HubSpot, for one use case: its properties, stages and owners take ten requests, and do not
/// change meanwhile.
#[derive(Debug)]
pub(crate) struct Remembering {
    hubspot: HubSpot,
    setup: OnceCell<Setup>,
}

impl Remembering {
    pub(super) fn over(hubspot: HubSpot) -> Self {
        Self {
            hubspot,
            setup: OnceCell::new(),
        }
    }

    /// How many requests were sent.
    pub(crate) fn requests(&self) -> u32 {
        self.hubspot.requests_of_the_day()
    }

    /// What it is set up like, as it was when it was first asked.
    pub(crate) async fn setup(&self) -> Result<&Setup, CrmError> {
        let look = || self.hubspot.prepare(Prepare::Look);
        self.setup.get_or_try_init(look).await
    }
}

#[async_trait]
impl Crm for Remembering {
    async fn prepare(&self, how: Prepare) -> Result<Setup, CrmError> {
        match how {
            Prepare::Look => self.setup().await.cloned(),
            Prepare::Create => self.hubspot.prepare(how).await,
        }
    }

    async fn find(&self, find: &Find) -> Result<Vec<Record>, CrmError> {
        self.hubspot.find(find).await
    }

    async fn linked(
        &self,
        from: RecordKind,
        ids: &[RecordId],
        to: RecordKind,
    ) -> Result<BTreeMap<RecordId, Vec<RecordId>>, CrmError> {
        self.hubspot.linked(from, ids, to).await
    }

    async fn write(&self, writes: &[Write]) -> Result<Vec<Written>, CrmError> {
        self.hubspot.write(writes).await
    }

    async fn changed(
        &self,
        kind: RecordKind,
        since: Timestamp,
        after: Option<&str>,
    ) -> Result<ChangedPage, CrmError> {
        self.hubspot.changed(kind, since, after).await
    }
}
