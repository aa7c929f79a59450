//! Tables and log of erasures become the same: what either knows, both know.
//!
//! They differ after a crash between the two, and after a database was restored from before an
//! erasure. A call that the log refuses and the database still holds is erased again.

use deadpool_postgres::Transaction;
use jiff::Timestamp;

use crate::selection::Selection;
use crate::stored::{Context, Depth, Entry, Logged, damaged};
use crate::{Erasure, Error};

use super::row::{load, others};
use super::{api_keys, deal_links, erasing, holding, inbox, purging, refusals, selecting};

/// Brings what only the log knows into the database; gives what the database knew.
pub(super) async fn unite(
    context: &Context,
    on: &Transaction<'_>,
    outside: &Logged,
    now: Timestamp,
) -> Result<Logged, Error> {
    if let Some(key) = &outside.hash_key
        && key.id != context.hash_key().id
    {
        return Err(damaged("the erase log is that of another archive"));
    }
    let inside = Logged {
        hash_key: None,
        calls: refusals::calls(context, on).await?,
        people: refusals::people(context, on).await?,
        floors: refusals::floors(context, on).await?,
        holds: holding::logged(context, on).await?,
        revoked: api_keys::revoked(context, on).await?,
    };
    let mut news = inside.lacking(outside);
    // A key that this database never had needs no revocation.
    let keys = api_keys::ids(context, on).await?;
    news.retain(|entry| !matches!(entry, Entry::Revoke(key, _) if !keys.contains(*key)));
    if !news.is_empty() {
        take(context, on, &news, outside, now).await?;
    }
    Ok(inside)
}

/// Takes over what only the log knows, and erases what it refuses.
async fn take(
    context: &Context,
    on: &Transaction<'_>,
    news: &[Entry<'_>],
    outside: &Logged,
    now: Timestamp,
) -> Result<(), Error> {
    for entry in news {
        match *entry {
            Entry::Call(hash, at) => refusals::add_call(context, on, hash, at).await?,
            Entry::Person(hash, at) => {
                refusals::add_person(context, on, hash, at).await?;
            }
            Entry::Floor(workspace, before) => {
                refusals::add_floor(context, on, workspace, before).await?;
            }
            Entry::Hold(name, hold) => holding::add(context, on, name, hold).await?,
            Entry::Release(name, at) => holding::lift(context, on, name, at).await?,
            Entry::Revoke(key, at) => api_keys::revoke(context, on, key, at).await?,
        }
    }
    // Erased calls are known by their ids; only people and floors make it necessary to read the rest,
    // which takes as long as the archive is large.
    let is_of_ids = |entry: &Entry<'_>| matches!(entry, Entry::Call(..) | Entry::Revoke(..));
    let knows_by_ids = news.iter().all(is_of_ids);
    let mut calls = selecting::named(context, on, &Selection::Everything).await?;
    calls.extend(inbox::calls(context, on).await?);
    for call in calls {
        if outside.calls.contains_key(&context.tombstone(&call)) {
            erasing::begin(context, on, &call, Erasure::WithTombstone, now).await?;
            continue;
        }
        if knows_by_ids {
            continue;
        }
        let Some(row) = load(context, on, &call, Depth::WithoutRaw).await? else {
            continue;
        };
        let mut others = others(context, on, std::slice::from_ref(&row)).await?;
        let held = others.open(context, row)?;
        if refusals::refuses(context, on, &held.call).await? {
            purging::erase_refused(context, on, &call, now).await?;
        }
    }
    deal_links::forget_refused(context, on).await
}
