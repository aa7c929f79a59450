//! Forgetting: heads first, so that no reader sees a part, then the points.

use std::collections::BTreeSet;

use conversation::CallId;
use memory_store::parts::{Owner, Term};
use memory_store::{Error, Forget, PersonKey};
use qdrant_client::qdrant::{Filter, ScrollPoints};

use crate::collection::{Collection, Counting};
use crate::filter::{has_any, of_tenant};
use crate::names::{A_HEAD, A_PASSAGE, FACTS, fact, owner_term};
use crate::payload::{owner, whole_payload};

/// So many calls are named in one request.
const TOGETHER: usize = 256;
const A_PAGE: u32 = 1_000;

/// Drops points; gives their number.
pub(crate) async fn forget(collection: &Collection, which: Forget) -> Result<u64, Error> {
    let hasher = &collection.hasher;
    match which {
        Forget::Call(call) => of_calls(collection, &[call]).await,
        Forget::Calls(calls) => {
            let calls: BTreeSet<CallId> = calls.into_iter().collect();
            let calls: Vec<CallId> = calls.into_iter().collect();
            of_calls(collection, &calls).await
        }
        Forget::Revision(call, revision) => {
            let owner: Owner = (call, revision);
            drop_facts(collection, vec![owner_term(hasher, &owner)]).await
        }
        Forget::Workspace(workspace) => {
            let term = hasher.fact(fact::WORKSPACE, workspace.as_str());
            drop_facts(collection, vec![term]).await
        }
        Forget::Person(person) => {
            let calls = calls_with(collection, &person).await?;
            of_calls(collection, &calls).await
        }
        Forget::All => dropped(collection, |_| ()).await,
        // A kind that a later version adds must not be taken for done.
        _ => Err(Error::new(
            memory_store::ErrorKind::Storage,
            "the Qdrant store does not know what is to be forgotten",
        )),
    }
}

async fn of_calls(collection: &Collection, calls: &[CallId]) -> Result<u64, Error> {
    let mut dropped = 0;
    for calls in calls.chunks(TOGETHER) {
        let of_call = |call: &CallId| collection.hasher.fact(fact::CALL, call.as_str());
        dropped += drop_facts(collection, calls.iter().map(of_call).collect()).await?;
    }
    Ok(dropped)
}

/// Drops what has one of these facts.
async fn drop_facts(collection: &Collection, terms: Vec<Term>) -> Result<u64, Error> {
    dropped(collection, |filter| {
        filter.must.push(has_any(FACTS, terms.iter().copied()));
    })
    .await
}

async fn dropped(collection: &Collection, narrow: impl Fn(&mut Filter)) -> Result<u64, Error> {
    let of_kind = |kind| {
        let mut filter = of_tenant(&collection.tenant, kind);
        narrow(&mut filter);
        filter
    };
    let many = collection
        .count(of_kind(A_PASSAGE), Counting::Exactly)
        .await?;
    collection.delete(of_kind(A_HEAD)).await?;
    collection.delete(of_kind(A_PASSAGE)).await?;
    Ok(many)
}

/// The calls in which a person took part, by the facts of any revision: points count too, of which
/// a killed writer has left no head.
async fn calls_with(collection: &Collection, person: &PersonKey) -> Result<Vec<CallId>, Error> {
    let term = collection.hasher.fact(fact::PERSON, &person.0);
    let mut calls = BTreeSet::new();
    for kind in [A_HEAD, A_PASSAGE] {
        let mut filter = of_tenant(&collection.tenant, kind);
        filter.must.push(has_any(FACTS, [term]));
        let mut offset = None;
        loop {
            let request = ScrollPoints {
                filter: Some(filter.clone()),
                limit: Some(A_PAGE),
                with_payload: Some(whole_payload()),
                offset,
                ..ScrollPoints::default()
            };
            let (points, next) = collection.scroll(request).await?;
            for point in points {
                calls.insert(owner(&point.payload)?.0);
            }
            offset = next;
            if offset.is_none() {
                break;
            }
        }
    }
    Ok(calls.into_iter().collect())
}
