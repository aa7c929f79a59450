//! HubSpot's API of version 2026-09.

mod batches;
mod changed;
mod finding;
mod layout;
mod names;
mod pace;
mod transport;
mod wire;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use jiff::Timestamp;
use secrecy::SecretString;

use crate::{
    ChangedPage, Crm, CrmError, Find, Prepare, Record, RecordId, RecordKind, Setup, Witness, Write,
    Written,
};

pub use pace::Limits;
use transport::Transport;

/// The version that every path carries.
const VERSION: &str = "2026-09";

/// A HubSpot account, asked with a service key or the token of a private app.
///
/// Every request has a deadline and takes its place in the pace that HubSpot allows; searches are
/// slower. Reads are tried again, writes are not once they were sent. Batches are as large as
/// HubSpot takes them, and a batch that is refused is halved until the bad record is alone.
#[derive(Debug)]
pub struct HubSpot {
    transport: Transport,
    unique: Mutex<Option<Vec<RecordKind>>>,
}

impl HubSpot {
    /// Asks HubSpot at this address: `https://api.hubapi.com`, or this machine.
    ///
    /// # Errors
    /// [`CrmError::Setup`] for any other address, and for a token that no header can carry.
    pub fn new(base_url: &str, token: &SecretString) -> Result<Self, CrmError> {
        Self::with_limits(base_url, token, Limits::default())
    }

    /// The same, within other limits.
    ///
    /// # Errors
    /// As [`HubSpot::new`].
    pub fn with_limits(
        base_url: &str,
        token: &SecretString,
        limits: Limits,
    ) -> Result<Self, CrmError> {
        Ok(Self {
            transport: Transport::new(base_url, token, limits)?,
            unique: Mutex::default(),
        })
    }

    /// The same, with somebody who hears of each request and may hold it back.
    #[must_use = "gives the client back"]
    pub fn witnessed(mut self, witness: Arc<dyn Witness>) -> Self {
        self.transport.witness = Some(witness);
        self
    }

    /// How many requests were sent in the last 24 hours by this client.
    pub fn requests_of_the_day(&self) -> u32 {
        self.transport.spent()
    }

    /// The kinds whose records carry our key as a unique property.
    async fn unique(&self) -> Result<Vec<RecordKind>, CrmError> {
        let known = self.unique.lock();
        let known = known.unwrap_or_else(PoisonError::into_inner).clone();
        match known {
            Some(known) => Ok(known),
            None => Ok(self.prepare(Prepare::Look).await?.unique),
        }
    }
}

#[async_trait]
impl Crm for HubSpot {
    async fn prepare(&self, how: Prepare) -> Result<Setup, CrmError> {
        let setup = layout::prepare(&self.transport, how).await?;
        let mut known = self.unique.lock().unwrap_or_else(PoisonError::into_inner);
        *known = Some(setup.unique.clone());
        Ok(setup)
    }

    async fn find(&self, find: &Find) -> Result<Vec<Record>, CrmError> {
        finding::find(&self.transport, find).await
    }

    async fn linked(
        &self,
        from: RecordKind,
        ids: &[RecordId],
        to: RecordKind,
    ) -> Result<BTreeMap<RecordId, Vec<RecordId>>, CrmError> {
        finding::linked(&self.transport, from, ids, to).await
    }

    async fn write(&self, writes: &[Write]) -> Result<Vec<Written>, CrmError> {
        let unique = self.unique().await?;
        Ok(batches::write(&self.transport, &unique, writes).await)
    }

    async fn changed(
        &self,
        kind: RecordKind,
        since: Timestamp,
        after: Option<&str>,
    ) -> Result<ChangedPage, CrmError> {
        changed::changed(&self.transport, kind, since, after).await
    }
}
