//! What is held, in the order of calls, which Qdrant does not know: it orders by numbers.
//!
//! Heads are listed by a number made of the start of a call's id; those of equal numbers are read
//! together and ordered here.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;

use conversation::CallId;
use memory_store::parts::Owner;
use memory_store::{Error, Holding, HoldingPage};
use qdrant_client::qdrant::{
    Direction, Filter, OrderBy, RetrievedPoint, ScrollPoints, WithPayloadSelector,
};

use crate::collection::Collection;
use crate::filter::{has_any, is_number, of_tenant, range};
use crate::heads::Head;
use crate::names::{A_HEAD, A_PASSAGE, FACTS, ORDER, fact, order_of};
use crate::payload::{Payload, as_number, unreadable, whole_payload};

/// Tells a page.
pub(crate) async fn holdings(
    collection: &Collection,
    after: Option<&CallId>,
    calls: NonZeroUsize,
) -> Result<HoldingPage, Error> {
    let mut heads = Heads {
        collection,
        after,
        found: BTreeMap::new(),
    };
    let is_all = heads.read(calls).await?;
    let mut page = heads.found;
    let mut names: Vec<CallId> = page.keys().map(|owner| owner.0.clone()).collect();
    names.dedup();
    let next = if let Some(first_beyond) = names.get(calls.get()).cloned() {
        page.retain(|owner, _| owner.0 < first_beyond);
        names.truncate(calls.get());
        names.last().cloned()
    } else {
        debug_assert!(is_all, "a page is full, or there are no more calls");
        None
    };

    let counted = counted(collection, &names).await?;
    let held = page.into_iter().map(|((call, revision), head)| {
        let passages = counted.get(&head.generation).copied().unwrap_or(0);
        Holding::new(call, revision, head.facts_hash, passages)
    });
    Ok(HoldingPage {
        held: held.collect(),
        next,
    })
}

/// The points that are there of these calls, by generation.
async fn counted(
    collection: &Collection,
    calls: &[CallId],
) -> Result<BTreeMap<String, u64>, Error> {
    if calls.is_empty() {
        return Ok(BTreeMap::new());
    }
    let terms = calls
        .iter()
        .map(|call| collection.hasher.fact(fact::CALL, call.as_str()));
    let mut filter = of_tenant(&collection.tenant, A_PASSAGE);
    filter.must.push(has_any(FACTS, terms));
    collection.generations(filter).await
}

struct Heads<'a> {
    collection: &'a Collection,
    after: Option<&'a CallId>,
    found: BTreeMap<Owner, Head>,
}

impl Heads<'_> {
    /// Reads the heads of more calls than that, or all there are; tells which.
    async fn read(&mut self, calls: NonZeroUsize) -> Result<bool, Error> {
        let many = u32::try_from(calls.get()).unwrap_or(u32::MAX / 4);
        let limit = many.saturating_mul(2).clamp(16, 4_096);
        let mut from = self.after.map(order_of);
        loop {
            let points = self.ordered(from, limit).await?;
            let is_last = points.len() < limit as usize;
            let last = points
                .last()
                .map(|point| order(&point.payload))
                .transpose()?;
            let mut is_last_whole = is_last;
            for point in &points {
                // Of the last number there may be more than this answer holds.
                if is_last || Some(order(&point.payload)?) != last {
                    self.take(point)?;
                }
            }
            if let (false, Some(last)) = (is_last, last) {
                let first = points.first().map(|point| order(&point.payload));
                if first.transpose()? == Some(last) {
                    self.read_number(last).await?;
                    is_last_whole = true;
                }
                from = Some(if is_last_whole { last + 1 } else { last });
            }
            if is_last {
                return Ok(true);
            }
            if self.calls() > calls.get() {
                return Ok(false);
            }
        }
    }

    async fn ordered(&self, from: Option<i64>, limit: u32) -> Result<Vec<RetrievedPoint>, Error> {
        let mut filter = of_tenant(&self.collection.tenant, A_HEAD);
        if let Some(from) = from {
            let from = from as f64;
            filter.must.push(range(ORDER, |it| it.gte = Some(from)));
        }
        let request = ScrollPoints {
            order_by: Some(OrderBy {
                key: ORDER.to_owned(),
                direction: Some(Direction::Asc.into()),
                start_from: None,
            }),
            ..listing(filter, limit)
        };
        Ok(self.collection.scroll(request).await?.0)
    }

    /// Reads every head of a number.
    async fn read_number(&mut self, number: i64) -> Result<(), Error> {
        let mut filter = of_tenant(&self.collection.tenant, A_HEAD);
        filter.must.push(is_number(ORDER, number));
        let mut offset = None;
        loop {
            let request = ScrollPoints {
                offset,
                ..listing(filter.clone(), 1_000)
            };
            let (points, next) = self.collection.scroll(request).await?;
            for point in &points {
                self.take(point)?;
            }
            offset = next;
            if offset.is_none() {
                return Ok(());
            }
        }
    }

    fn take(&mut self, point: &RetrievedPoint) -> Result<(), Error> {
        let (owner, head) = Head::read(&point.payload)?;
        if self.after.is_none_or(|after| owner.0 > *after) {
            self.found.insert(owner, head);
        }
        Ok(())
    }

    fn calls(&self) -> usize {
        let mut last = None;
        let mut is_new = |owner: &&Owner| last.replace(owner.0.clone()).as_ref() != Some(&owner.0);
        self.found.keys().filter(|owner| is_new(owner)).count()
    }
}

fn listing(filter: Filter, limit: u32) -> ScrollPoints {
    let payload: WithPayloadSelector = whole_payload();
    ScrollPoints {
        filter: Some(filter),
        limit: Some(limit),
        with_payload: Some(payload),
        ..ScrollPoints::default()
    }
}

fn order(payload: &Payload) -> Result<i64, Error> {
    payload
        .get(ORDER)
        .and_then(as_number)
        .ok_or_else(unreadable)
}
