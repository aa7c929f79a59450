//! The plain list beside the extensive one: it knows calls whose details are not there yet.

use conversation::CallId;
use gong_client::ListCalls;

use crate::fetch::id_of;
use crate::run::window::{Reader, Window, is_expired};
use crate::sync::Sync;
use crate::{Error, SyncReport};

/// How often the list of a window is begun again when its cursor expires.
const MOST_RESTARTS: usize = 3;

impl Sync {
    /// Reads the plain list of a window, by the scheduled time. A call that only it knows is asked
    /// for again in two minutes; and it is not missing.
    ///
    /// Gives whether the list could be read: a key may lack the right to it.
    pub(super) async fn compare_with_list(
        &self,
        window: Window,
        reader: &mut Reader,
        report: &mut SyncReport,
    ) -> Result<bool, Error> {
        if report.is_refused::<ListCalls>() {
            return Ok(false);
        }
        let mut restarts = 0;
        let listed = loop {
            match self.list_ids(window, report).await {
                Err(error) if is_expired(&error) && restarts < MOST_RESTARTS => restarts += 1,
                listed => break report.unless_refused::<ListCalls, _>(listed)?,
            }
        };
        let Some(listed) = listed else {
            return Ok(false);
        };
        let unseen: Vec<CallId> = listed
            .into_iter()
            .filter(|id| !reader.seen.contains(id))
            .collect();
        let known = self.known(&unseen).await?;
        let unknown: Vec<CallId> = unseen
            .iter()
            .filter(|id| !known.contains_key(*id))
            .cloned()
            .collect();
        reader.seen.extend(unseen);
        self.ask_later(&unknown).await?;
        Ok(true)
    }

    async fn list_ids(
        &self,
        window: Window,
        report: &mut SyncReport,
    ) -> Result<Vec<CallId>, Error> {
        let mut request = ListCalls::between(window.from, window.to);
        if let Some(workspace) = self.gong_workspace() {
            request = request.workspace(workspace);
        }
        let mut pages = self.client()?.list(request).pages();
        let mut listed = Vec::new();
        while let Some(page) = self.next_page(&mut pages).await? {
            report.requests.listing += 1;
            listed.extend(page.elements.iter().filter_map(|call| id_of(&call.value)));
        }
        Ok(listed)
    }
}
