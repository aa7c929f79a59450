//! Deals for questions that no call answers.

use std::sync::Arc;

use access::Scope;
use call_archive::{Archive, DealHistory};
use insights::deals::{Activities, DealView};
use jiff::Timestamp;

use crate::Error;
use crate::app::App;

impl App {
    /// Deals as of an instant without their calls: only what was told of them is read.
    pub(super) async fn deals_without_calls(
        &self,
        archive: &Arc<dyn Archive>,
        scope: &Scope,
        as_of: Timestamp,
    ) -> Result<Vec<DealView>, Error> {
        let scope = scope.clone().without_private();
        let deals = self.all_histories(archive, &scope, as_of).await?;
        Ok(deals.iter().map(bare).collect())
    }
}

fn bare(history: &DealHistory) -> DealView {
    let snapshots = history.snapshots().to_vec();
    let activities = Activities::NotConnected;
    DealView::new(history.deal().clone(), snapshots, Vec::new(), activities)
}
