//! Deals of calls that were stored before deals were read: told once more from Gong's kept JSON.

use std::collections::BTreeMap;

use access::Scope;
use call_archive::{CallQuery, Checkpoint, Put, StoredCall};
use conversation::CallId;
use serde_json::value::RawValue;

use crate::sync::Sync;
use crate::{Error, map};

/// Says that every stored call has told of its deals.
const TOLD: &str = "gong-sync/deals";
/// How many calls are read at once.
const BATCH: usize = 100;
/// What is read of a call's JSON: its id, and the two blocks that hold context.
const BLOCKS: [&str; 3] = ["metaData", "context", "parties"];

impl Sync {
    /// Reads the CRM context of every stored call, once; later calls tell when they are stored.
    ///
    /// What a context showed as it was when it was fetched is left out: when that was is not kept,
    /// and the next reconcile shows it again.
    pub(crate) async fn tell_stored_deals(&self) -> Result<(), Error> {
        let archive = &self.parts().archive;
        if archive.load(TOLD).await?.is_some() {
            return Ok(());
        }
        let mut query = CallQuery::default();
        query.limit = BATCH;
        loop {
            self.check_stop()?;
            let page = archive.list(&Scope::internal(), &query).await?;
            let ids: Vec<CallId> = page.calls.into_iter().map(|(call, _)| call.id).collect();
            let mut puts = Vec::new();
            for stored in archive.read(&Scope::internal(), &ids).await? {
                puts.extend(self.once_more(stored).await?);
            }
            // One that was stored meanwhile has told by itself.
            archive.put(puts, None, self.now()).await?;
            query.after = page.next;
            if query.after.is_none() {
                break;
            }
        }
        let (name, value) = (TOLD.to_owned(), "1".to_owned());
        Ok(archive.save(Checkpoint { name, value }).await?)
    }

    /// The same call again with what its context tells; `None` for one without context.
    async fn once_more(&self, stored: StoredCall) -> Result<Option<Put>, Error> {
        let told = context_of(&stored);
        if told.named().is_none_or(Vec::is_empty) {
            return Ok(None);
        }
        let owners = self.owners(told.owners()).await?;
        let currency = self.parts().options.currency;
        let mut put = Put::new(stored.call, stored.source, Some(stored.revision));
        put.news = told.news(None, currency, |email| owners.get(email).cloned());
        put.deals = told.named().cloned();
        put.transcript = stored.text.map(|text| text.transcript);
        put.raw = stored.raw;
        Ok(Some(put))
    }
}

fn context_of(stored: &StoredCall) -> map::Told {
    let block = |name: &str| {
        let json = stored.raw.blocks.get(name)?;
        RawValue::from_string(json.clone()).ok()
    };
    let mut blocks = BTreeMap::new();
    for name in BLOCKS {
        blocks.extend(block(name).map(|json| (name, json)));
    }
    let json = serde_json::to_string(&blocks).unwrap_or_default();
    match gong_client::Raw::read(&json) {
        Ok(gong) => map::told(&gong.value, &stored.call),
        // It was read before; what cannot be read any more tells nothing.
        Err(_) => map::Told::default(),
    }
}
