//! A tenant is bound to its company: a new key must see a call that the tenant knows.

use std::sync::atomic::Ordering;

use access::Scope;
use call_archive::{CallQuery, Checkpoint, Source};
use conversation::CallId;

use crate::sync::Sync;
use crate::{Error, SyncReport};

/// How many of the newest calls a new key is tried on.
const TRIED: usize = 5;
/// How many calls are looked through for ones that came from Gong.
const LOOKED_AT: usize = 2_000;

impl Sync {
    /// Makes sure that the key is of the company whose calls the archive holds.
    ///
    /// Another company's key would answer 404 for every known call, which must never be read as
    /// "they were deleted".
    pub(crate) async fn ensure_company(&self, report: &mut SyncReport) -> Result<(), Error> {
        let is_known = &self.shared.is_company_known;
        if is_known.load(Ordering::Acquire) {
            return Ok(());
        }
        let name = self.name_of_key().await?;
        let archive = &self.parts().archive;
        let was_seen = match &name {
            Some(name) => archive.load(name).await?.is_some(),
            None => false,
        };
        if !was_seen {
            self.try_on_known_calls(report).await?;
            if let Some(name) = name {
                let value = self.now().to_string();
                archive.save(Checkpoint { name, value }).await?;
            }
        }
        is_known.store(true, Ordering::Release);
        Ok(())
    }

    async fn try_on_known_calls(&self, report: &mut SyncReport) -> Result<(), Error> {
        let newest = self.newest_of_gong().await?;
        if newest.is_empty() {
            if self.parts().archive.status().await?.unconfirmed > 0 {
                let what = "a key that this archive knew before a backup was restored";
                return Err(Error::NotConfigured(what));
            }
            return Ok(());
        }
        for call in &newest {
            match self.is_there(call, report).await? {
                Some(true) => return Ok(()),
                Some(false) => {}
                // A key that may not ask for a single call shows the same by its details.
                None => {
                    let told = self.extensive_of(&newest, report).await?;
                    return if told.is_empty() {
                        Err(Error::WrongCompany)
                    } else {
                        Ok(())
                    };
                }
            }
        }
        Err(Error::WrongCompany)
    }

    async fn newest_of_gong(&self) -> Result<Vec<CallId>, Error> {
        let mut newest = Vec::new();
        let mut query = CallQuery::default();
        let mut looked_at = 0;
        loop {
            let archive = &self.parts().archive;
            let page = archive.list(&Scope::internal(), &query).await?;
            let ids: Vec<CallId> = page.calls.into_iter().map(|(call, _)| call.id).collect();
            looked_at += ids.len();
            let known = self.known(&ids).await?;
            let is_upstream = |id: &CallId| {
                let source = known.get(id).map(|known| known.source);
                source.is_some_and(|source| source != Source::Import)
            };
            newest.extend(ids.into_iter().filter(is_upstream));
            newest.truncate(TRIED);
            query.after = page.next;
            if newest.len() == TRIED || query.after.is_none() || looked_at >= LOOKED_AT {
                return Ok(newest);
            }
        }
    }

    /// Where it is written that a key was seen: a keyed hash, so that no file names a key.
    async fn name_of_key(&self) -> Result<Option<String>, Error> {
        let Some(key_id) = &self.parts().options.key_id else {
            return Ok(None);
        };
        let hash_key = self.parts().archive.hash_key().await?;
        let hash = blake3::keyed_hash(&hash_key.bytes, format!("gong key\n{key_id}").as_bytes());
        Ok(Some(format!("gong-sync/key/{}", hash.to_hex())))
    }
}
