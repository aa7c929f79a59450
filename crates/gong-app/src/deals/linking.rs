//! Links calls to deals whenever either is new.

use std::sync::Arc;

use access::Scope;
use call_archive::{Archive, CallLinks, DealHistory, DealQuery, LinkQuery};
use conversation::DealId;
use insights::deals::{Outcome, PipelineRules};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::Error;
use crate::app::App;
use crate::syncing::Done;
use crate::views::SyncView;

use super::links::{Sold, links};

/// How many links are written at once.
const BATCH: usize = 500;

impl App {
    /// Links every call to its deals; only what changed is written. Private calls are linked to
    /// none.
    pub(crate) async fn link_calls(&self, archive: &Arc<dyn Archive>) -> Result<(), Error> {
        let scope = Scope::internal().without_private();
        let rules = self.pipeline();
        let deals = histories(archive.as_ref(), &scope, Timestamp::MAX, None).await?;
        if deals.is_empty() {
            return Ok(());
        }
        let sold = deals.iter().filter_map(|deal| sold(deal, &rules));
        let sold: Vec<Sold> = sold.collect();
        let calls = all_links(archive.as_ref(), &scope, None).await?;
        let days = self.config().settings.pipeline.link_days;
        let known = self.opened().await?.customers.known_customers().await?;
        let find = move || links(calls, &sold, &known, days);
        let changed = tokio::task::spawn_blocking(find).await;
        let changed = changed.map_err(|error| {
            Error::new(
                crate::ErrorKind::Failed,
                "linking calls to deals was stopped",
            )
            .caused_by(error)
        })?;
        for batch in changed.chunks(BATCH) {
            archive.link_deals(batch).await?;
        }
        Ok(())
    }
}

impl App {
    /// Links what was brought to its deals; what hinders that is told like what hinders a sync.
    pub(crate) async fn link_after(&self, archive: &Arc<dyn Archive>, done: &mut Done<SyncView>) {
        if let Err(error) = self.link_calls(archive).await {
            done.problem.get_or_insert(error);
        }
    }
}

/// Every deal that a scope reaches with what was told up to an instant, or these of them.
pub(crate) async fn histories(
    archive: &dyn Archive,
    scope: &Scope,
    as_of: Timestamp,
    which: Option<Vec<DealId>>,
) -> Result<Vec<DealHistory>, Error> {
    let mut query = DealQuery::as_of(as_of);
    query.deals = which;
    let mut all = Vec::new();
    loop {
        let page = archive.deals(scope, &query).await?;
        all.extend(page.deals);
        query.after = page.next;
        if query.after.is_none() {
            return Ok(all);
        }
    }
}

/// The links of every call that a scope reaches, or of those about these deals.
pub(crate) async fn all_links(
    archive: &dyn Archive,
    scope: &Scope,
    of: Option<Vec<DealId>>,
) -> Result<Vec<CallLinks>, Error> {
    let mut query = LinkQuery::default();
    query.deals = of;
    let mut all = Vec::new();
    loop {
        let page = archive.links(scope, &query).await?;
        let is_last = page.len() < query.limit;
        query.after = page.last().map(|last| last.call.clone());
        all.extend(page);
        if is_last {
            return Ok(all);
        }
    }
}

/// A deal of a known account, with the days between which it is sold.
fn sold(history: &DealHistory, rules: &PipelineRules) -> Option<Sold> {
    let known = history.latest()?;
    let first = history.snapshots().first()?;
    Some(Sold {
        deal: history.deal().clone(),
        account: known.account.clone()?,
        opened: known.created.unwrap_or_else(|| day_of(first.as_of)),
        closed: closed(history, rules),
    })
}

/// The day on which a deal was won or lost: as it is told, else when it was first told to be.
pub(crate) fn closed(history: &DealHistory, rules: &PipelineRules) -> Option<Date> {
    let known = history.latest()?;
    let is_closed = |stage: Option<&str>| rules.outcome(stage) != Outcome::Open;
    if !is_closed(known.stage.as_deref()) {
        return None;
    }
    let snapshots = history.snapshots();
    let since = snapshots
        .iter()
        .rev()
        .filter(|told| told.stage.is_some())
        .take_while(|told| is_closed(told.stage.as_deref()))
        .last();
    known.closed_on.or(since.map(|told| day_of(told.as_of)))
}

fn day_of(at: Timestamp) -> Date {
    TimeZone::UTC.to_datetime(at).date()
}
