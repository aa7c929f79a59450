//! Deals with everything that is worked out from them: snapshots, calls, what was heard.

use std::collections::BTreeMap;
use std::sync::Arc;

use access::Scope;
use call_archive::Archive;
use conversation::{CallId, DealId};
use futures::stream::{self, StreamExt as _, TryStreamExt as _};
use insights::deals::{Activities, DealCall, DealView};
use insights::statistics::{Breaks, Statistics};
use jiff::Timestamp;

use crate::app::App;
use crate::{Error, ErrorKind};

use super::linking::{all_links, histories};

/// How many calls are looked at at the same time.
const AT_ONCE: usize = 4;

impl App {
    /// Deals as of an instant with their calls, each with what was found in it and how people
    /// talked: all that the scope reaches, or these. Private calls are left out, whoever asks.
    ///
    /// Detectors run on calls that they have not seen, so a new call costs what it costs by itself;
    /// what was found before is read.
    pub(crate) async fn deal_views(
        &self,
        archive: &Arc<dyn Archive>,
        scope: &Scope,
        as_of: Timestamp,
        which: Option<Vec<DealId>>,
    ) -> Result<Vec<DealView>, Error> {
        let scope = scope.clone().without_private();
        let deals = histories(archive.as_ref(), &scope, as_of, which.clone()).await?;
        let mut of_deal: BTreeMap<DealId, Vec<CallId>> = BTreeMap::new();
        let mut calls = Vec::new();
        let links = all_links(archive.as_ref(), &scope, which).await?;
        for call in links.into_iter().filter(|call| call.started <= as_of) {
            for link in &call.deals {
                let of_deal = of_deal.entry(link.deal.clone()).or_default();
                of_deal.push(call.call.clone());
            }
            if !call.deals.is_empty() {
                calls.push(call.call);
            }
        }
        let heard = self.heard(archive, &scope, calls).await?;
        let view = |deal: call_archive::DealHistory| {
            let id = deal.deal().clone();
            let calls = of_deal.get(&id).into_iter().flatten();
            let calls = calls.filter_map(|call| heard.get(call).cloned()).collect();
            // No source of e-mails and meetings is connected yet.
            let activities = Activities::NotConnected;
            DealView::new(id, deal.snapshots().to_vec(), calls, activities)
        };
        Ok(deals.into_iter().map(view).collect())
    }

    /// Calls as deals see them, each once.
    pub(crate) async fn heard(
        &self,
        archive: &Arc<dyn Archive>,
        scope: &Scope,
        calls: Vec<CallId>,
    ) -> Result<BTreeMap<CallId, DealCall>, Error> {
        let detectors = self.detectors(archive.as_ref(), scope).await?;
        let detectors = &detectors;
        let look_at = |id: CallId| async move {
            let seen = match self.found(archive, scope, &id, detectors).await {
                Ok(found) => {
                    let findings: Vec<_> =
                        found.findings.iter().map(|(one, _)| one.clone()).collect();
                    let view = found.studied.view();
                    let statistics = Statistics::of(&view, Breaks::Tolerant, &findings);
                    let call = view.call();
                    Some(DealCall::of(call).heard(call, &statistics, findings))
                }
                // It has no words yet: who took part is known all the same.
                Err(error) if error.kind() == ErrorKind::TryLater => {
                    let read = archive.read(scope, std::slice::from_ref(&id)).await?;
                    read.first().map(|stored| DealCall::of(&stored.call))
                }
                // It went away meanwhile.
                Err(error) if error.kind() == ErrorKind::NotFound => None,
                Err(error) => return Err(error),
            };
            Ok(seen.map(|seen| (id, seen)))
        };
        let looked_at = stream::iter(calls).map(look_at).buffered(AT_ONCE);
        let looked_at: Vec<Option<(CallId, DealCall)>> = looked_at.try_collect().await?;
        Ok(looked_at.into_iter().flatten().collect())
    }
}
