//! Deleted in Gong: erased only by two answers, a day apart, and only for who turned it on.
//!
//! The first answer is the one with which a call was marked as missing. Whatever can answer "not
//! found" for calls that are there (an outage, a key with fewer rights, a wrong workspace) does so
//! for their neighbours, too: so a known call of the same workspace must answer before and after.

use std::collections::BTreeMap;

use access::Scope;
use call_archive::{CallQuery, Erasure, Keep, Source};
use conversation::{CallId, WorkspaceId};
use jiff::{SignedDuration, Timestamp};

use crate::pending::earlier;
use crate::run::missing::is_plausible;
use crate::sync::Sync;
use crate::{DeletedInGong, Error, SyncReport};

/// How long after the first answer the second one counts.
const APART: SignedDuration = SignedDuration::from_hours(24);

/// How many calls are looked at at once.
const AT_ONCE: usize = 500;

/// The calls of a workspace that are in question, and those that are there.
#[derive(Debug, Default)]
struct Workspace {
    gone: Vec<CallId>,
    there: Option<CallId>,
}

impl Sync {
    /// Begins the erasing of calls that Gong says for the second time that it does not know.
    pub(super) async fn erase_deleted(&self, report: &mut SyncReport) -> Result<(), Error> {
        if self.parts().options.deleted_in_gong == DeletedInGong::Keep {
            return Ok(());
        }
        let marked_by = earlier(self.now(), APART);
        let (known, workspaces) = self.in_question(marked_by).await?;
        let gone: usize = workspaces.values().map(|it| it.gone.len()).sum();
        if gone == 0 {
            return Ok(());
        }
        if !is_plausible(gone, known) {
            tracing::warn!(
                gone,
                known,
                "so many calls cannot be deleted: none is erased"
            );
            return Ok(());
        }
        for Workspace { gone, there } in workspaces.into_values() {
            let Some(witness) = there.filter(|_| !gone.is_empty()) else {
                continue;
            };
            self.erase_of_workspace(&gone, &witness, report).await?;
        }
        Ok(())
    }

    async fn erase_of_workspace(
        &self,
        gone: &[CallId],
        witness: &CallId,
        report: &mut SyncReport,
    ) -> Result<(), Error> {
        if self.is_there(witness, report).await? != Some(true) {
            return Ok(());
        }
        let archive = &self.parts().archive;
        let mut deleted = Vec::new();
        let mut back = Vec::new();
        for id in gone {
            match self.is_there(id, report).await? {
                Some(true) => back.push(id.clone()),
                Some(false) => deleted.push(id.clone()),
                None => {}
            }
        }
        archive.set_missing(&back, None).await?;
        // An outage may have begun in between.
        if deleted.is_empty() || self.is_there(witness, report).await? != Some(true) {
            return Ok(());
        }
        for id in deleted {
            let how = Erasure::MayReturn(Keep::Nothing);
            archive.begin_erase(&id, how, self.now()).await?;
            report.erased_upstream.push(id);
        }
        Ok(())
    }

    /// How many calls of Gong's are known, and by workspace which of them were marked long enough
    /// ago. What a legal hold keeps is in no question.
    async fn in_question(
        &self,
        marked_by: Timestamp,
    ) -> Result<(usize, BTreeMap<Option<WorkspaceId>, Workspace>), Error> {
        let mut query = CallQuery::default();
        query.workspace.clone_from(&self.parts().options.workspace);
        query.limit = AT_ONCE;
        let mut count = 0;
        let mut found: BTreeMap<Option<WorkspaceId>, Workspace> = BTreeMap::new();
        loop {
            let archive = &self.parts().archive;
            let page = archive.list(&Scope::internal(), &query).await?;
            let ids: Vec<CallId> = page.calls.iter().map(|(call, _)| call.id.clone()).collect();
            let known = self.known(&ids).await?;
            let held = archive.held(&ids).await?;
            for (call, _) in page.calls {
                let Some(known) = known.get(&call.id) else {
                    continue;
                };
                if known.source != Source::Gong {
                    continue;
                }
                count += 1;
                let of_call = found.entry(call.workspace).or_default();
                let is_held = held.iter().any(|(held, _)| *held == call.id);
                match known.missing_since {
                    None => of_call.there = of_call.there.take().or(Some(call.id)),
                    Some(since) if since <= marked_by && !is_held => of_call.gone.push(call.id),
                    Some(_) => {}
                }
            }
            query.after = page.next;
            if query.after.is_none() {
                return Ok((count, found));
            }
        }
    }
}
