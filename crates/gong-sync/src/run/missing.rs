//! Missing upstream is marked, not erased, and only when everything speaks for it.
//!
//! An empty or short list has many causes: an outage, a wrong workspace, a key with fewer rights,
//! a call that was moved. So a call is marked only if few are gone, others of the same workspace
//! are still there, and Gong says of this very call that it does not know it.

use std::collections::BTreeMap;

use conversation::{CallId, WorkspaceId};

use crate::run::window::Reader;
use crate::sync::Sync;
use crate::{Error, SyncReport};

/// So many may always be gone (unless that is half of all).
const FEW: usize = 3;
/// And this share of them, in percent.
const FEW_PERCENT: usize = 2;

/// Whether so many of the known calls of a list can be gone without something being wrong.
pub(super) fn is_plausible(gone: usize, known: usize) -> bool {
    let few = FEW.max(known * FEW_PERCENT / 100);
    gone <= few && gone * 2 < known
}

impl Reader {
    /// Whether a known call of Gong's was not listed.
    pub(super) fn misses_any(&self) -> bool {
        self.held_of_gong().any(|(id, _)| !self.seen.contains(id))
    }
}

impl Sync {
    /// Marks the known calls that a complete list of their window does not have.
    ///
    /// The reader is lent for good, though nothing in it changes: its pages may move to another thread,
    /// but not be looked at from two.
    pub(super) async fn mark_missing(
        &self,
        reader: &mut Reader,
        report: &mut SyncReport,
    ) -> Result<(), Error> {
        let (gone, there): (Vec<_>, Vec<_>) = reader
            .held_of_gong()
            .partition(|(id, _)| !reader.seen.contains(*id));
        if gone.is_empty() || !reader.is_complete() {
            return Ok(());
        }
        if !is_plausible(gone.len(), gone.len() + there.len()) {
            tracing::warn!(
                gone = gone.len(),
                known = gone.len() + there.len(),
                "so many calls cannot be missing upstream: none is marked"
            );
            return Ok(());
        }

        let mut by_workspace: BTreeMap<Option<&WorkspaceId>, Vec<&CallId>> = BTreeMap::new();
        for (id, held) in gone {
            by_workspace
                .entry(held.workspace.as_ref())
                .or_default()
                .push(id);
        }
        for (workspace, gone) in by_workspace {
            let witness = there
                .iter()
                .find(|(_, held)| held.workspace.as_ref() == workspace);
            let Some((witness, _)) = witness else {
                continue;
            };
            if self.is_there(witness, report).await? != Some(true) {
                continue;
            }
            let mut missing = Vec::new();
            for id in gone {
                if self.is_there(id, report).await? == Some(false) {
                    missing.push(id.clone());
                }
            }
            let archive = &self.parts().archive;
            archive.set_missing(&missing, Some(self.now())).await?;
            report.marked_missing.extend(missing);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_most_three_calls_or_two_percent_and_never_half_may_be_gone() {
        for (gone, known, expected) in [
            (1, 1, false),
            (1, 2, false),
            (1, 3, true),
            (3, 7, true),
            (3, 6, false),
            (4, 15, false),
            (3, 15, true),
            (4, 199, false),
            (4, 200, true),
            (300, 15_000, true),
            (301, 15_000, false),
            (15_000, 15_000, false),
        ] {
            assert_eq!(is_plausible(gone, known), expected, "{gone} of {known}");
        }
    }
}
