//! Reading the CRM into the archive, and taking out of it what was erased here.

use access::Operation;

use crate::Error;
use crate::app::App;
use crate::views::CrmReadView;

impl App {
    /// Reads what changed in HubSpot since the last time: deals, customers, and that e-mails and
    /// meetings took place. Nothing is written there.
    pub async fn crm_read(&self) -> Result<CrmReadView, Error> {
        self.permit(Operation::DEALS_IMPORT).await?;
        let connected = self.crm().await?;
        let mut view = self.read_crm(connected.crm.as_ref()).await?;
        view.requests = connected.crm.requests();
        Ok(view)
    }

    /// Empties and deletes in the CRM what was erased here, as far as it can be reached. What could
    /// not be stays on the receipts, and is tried again with the next sync.
    pub(crate) async fn blank_in_crm(&self) {
        match self.blanked_in_crm().await {
            Ok(0) => {}
            Ok(left) => tracing::warn!(left, "the CRM still holds records of what was erased"),
            Err(error) => tracing::warn!(%error, "the CRM could not be told of an erasure"),
        }
    }

    /// How many records could not be emptied.
    async fn blanked_in_crm(&self) -> Result<usize, Error> {
        let outbox = &self.opened().await?.crm_outbox;
        if !self.has_crm() || outbox.remnants(1).await?.is_empty() {
            return Ok(0);
        }
        let connected = self.crm().await?;
        let now = self.now();
        let blanked = connected.flow.blank_erased(&connected.outbox, now).await?;
        for message in blanked.refused.values() {
            tracing::debug!(message, "the CRM refused to empty a record");
        }
        Ok(blanked.open.len() + blanked.refused.len())
    }
}
