//! Deals with everything that is worked out from them: snapshots, calls, what was heard.

use std::collections::BTreeMap;
use std::sync::Arc;

use access::Scope;
use call_archive::{Archive, DealHistory};
use conversation::{CallId, DealId};
use insights::deals::{DealCall, DealView};
use jiff::Timestamp;

use crate::Error;
use crate::app::App;
use crate::outlook::Recalls;

use super::linking::{all_links, histories};

/// Deals with their calls, and the calls that are about none.
pub(crate) struct DealsAndCalls {
    pub(crate) deals: Vec<DealView>,
    pub(crate) others: Vec<DealCall>,
    /// How much the detectors find that say what was heard.
    pub(crate) recalls: Recalls,
}

impl App {
    /// Everything that the scope reaches, as of an instant, made of the figures of calls: a call is
    /// read only if it is new. Private calls are left out, whoever asks.
    pub(crate) async fn deals_and_calls(
        &self,
        archive: &Arc<dyn Archive>,
        scope: &Scope,
        as_of: Timestamp,
    ) -> Result<Arc<DealsAndCalls>, Error> {
        let scope = scope.clone().without_private();
        let read = Box::pin(self.read_deals_and_calls(archive, &scope, as_of));
        match &self.once {
            Some(once) => once.deals.get((scope.clone(), as_of), read).await,
            None => read.await.map(Arc::new),
        }
    }

    /// What was told of every deal that the scope reaches, up to an instant.
    pub(crate) async fn all_histories(
        &self,
        archive: &Arc<dyn Archive>,
        scope: &Scope,
        as_of: Timestamp,
    ) -> Result<Arc<Vec<DealHistory>>, Error> {
        let read = histories(archive.as_ref(), scope, as_of, None);
        match &self.once {
            Some(once) => once.histories.get((scope.clone(), as_of), read).await,
            None => read.await.map(Arc::new),
        }
    }

    async fn read_deals_and_calls(
        &self,
        archive: &Arc<dyn Archive>,
        scope: &Scope,
        as_of: Timestamp,
    ) -> Result<DealsAndCalls, Error> {
        let deals = self.all_histories(archive, scope, as_of).await?;
        let makers = self.makers(archive.as_ref()).await?;
        let figures = self.figures(archive, scope, &makers).await?;
        let recalls = Recalls::of(archive.as_ref(), scope, &figures).await?;
        let begun = figures.iter().filter(|one| one.started <= as_of);
        let mut heard: BTreeMap<CallId, DealCall> = begun
            .map(|one| (one.numbers.call.clone(), makers.deal_call(one)))
            .collect();
        let mut of_deal: BTreeMap<DealId, Vec<DealCall>> = BTreeMap::new();
        for links in all_links(archive.as_ref(), scope, None).await? {
            let Some(call) = heard.get(&links.call) else {
                continue;
            };
            for link in &links.deals {
                let of_deal = of_deal.entry(link.deal.clone()).or_default();
                of_deal.push(call.clone());
            }
            if !links.deals.is_empty() {
                heard.remove(&links.call);
            }
        }
        let mut engaged = self.engaged(archive, &deals).await?;
        let view = |deal: &DealHistory| {
            let id = deal.deal().clone();
            let calls = of_deal.remove(&id).unwrap_or_default();
            let activities = engaged.of(&id);
            DealView::new(id, deal.snapshots().to_vec(), calls, activities)
        };
        Ok(DealsAndCalls {
            deals: deals.iter().map(view).collect(),
            others: heard.into_values().collect(),
            recalls,
        })
    }
}
