//! Tables and log of erasures become the same: what either knows, both know.
//!
//! They differ after a crash between the two, and after a database was restored from before an
//! erasure. A call that the log refuses and the database still holds is erased again. All of it is
//! one transaction of few statements, however much the log knows: an opening has a minute.

use std::collections::BTreeSet;

use conversation::{AccountId, CallId, DealId};
use deadpool_postgres::Transaction;
use jiff::Timestamp;

use crate::Error;
use crate::selection::Selection;
use crate::stored::{Context, Entry, Logged, damaged};

use super::{api_keys, deal_links, erasing, holding, inbox, refusals, selecting};

/// How much of the log goes into one statement.
const BATCH: usize = 10_000;

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
        let known = Known {
            inside: &inside,
            outside,
        };
        take(context, on, &news, &known, now).await?;
    }
    Ok(inside)
}

/// What log and tables know together.
struct Known<'a> {
    inside: &'a Logged,
    outside: &'a Logged,
}

impl Known<'_> {
    fn is_erased(&self, hash: &str) -> bool {
        self.inside.calls.contains_key(hash) || self.outside.calls.contains_key(hash)
    }

    /// When a person or an account was erased last.
    fn erased(&self, hash: &str) -> Option<i64> {
        self.inside
            .people
            .get(hash)
            .max(self.outside.people.get(hash))
            .copied()
    }
}

/// Takes over what only the log knows, and erases what it refuses.
async fn take(
    context: &Context,
    on: &Transaction<'_>,
    news: &[Entry<'_>],
    known: &Known<'_>,
    now: Timestamp,
) -> Result<(), Error> {
    write_down(context, on, news).await?;
    let stored = selecting::named(context, on, &Selection::Everything).await?;
    let is_gone = |call: &CallId| {
        let hash = context.tombstone(call);
        known.outside.calls.contains_key(&hash)
    };
    let (mut gone, left): (Vec<CallId>, Vec<CallId>) = stored.into_iter().partition(is_gone);
    let delivered = inbox::calls(context, on).await?;
    gone.extend(delivered.into_iter().filter(is_gone));
    erasing::begin_many(context, on, &gone, now).await?;
    // Erased calls are known by their ids; only people and floors make it necessary to look at
    // what the rest shows.
    let is_of_ids = |entry: &Entry<'_>| matches!(entry, Entry::Call(..) | Entry::Revoke(..));
    if !news.iter().all(is_of_ids) {
        let shown = refusals::users_shown(context, on).await?;
        let shown = shown.into_iter().filter_map(|user| {
            let erased = known.erased(&context.hash_key().user(&user))?;
            Some((user, erased))
        });
        let left: BTreeSet<CallId> = left.into_iter().collect();
        let mut refused = refusals::refused(context, on, shown.collect()).await?;
        refused.retain(|call| left.contains(call));
        let kept = holding::kept_of(context, on, &refused).await?;
        refused.retain(|call| !kept.contains(call));
        erasing::begin_many(context, on, &refused, now).await?;
    }
    let key = context.hash_key();
    let account = |account: &AccountId| known.erased(&key.account(account.as_str()));
    let deal = |deal: &DealId| known.is_erased(&key.deal(&context.tenant, deal));
    deal_links::forget_refused(context, on, account, deal).await
}

/// Writes into the tables what only the log knows.
async fn write_down(
    context: &Context,
    on: &Transaction<'_>,
    news: &[Entry<'_>],
) -> Result<(), Error> {
    for news in news.chunks(BATCH) {
        let mut calls = Vec::new();
        let mut people = Vec::new();
        let mut floors = Vec::new();
        let mut holds = Vec::new();
        let mut released = Vec::new();
        let mut revoked = Vec::new();
        for entry in news {
            match *entry {
                Entry::Call(hash, at) => calls.push((hash, at)),
                Entry::Person(hash, at) => people.push((hash, at)),
                Entry::Floor(workspace, before) => floors.push((workspace, before)),
                Entry::Hold(name, hold) => holds.push((name, hold)),
                Entry::Release(name, at) => released.push((name, at)),
                Entry::Revoke(key, at) => revoked.push((key, at)),
            }
        }
        refusals::add_calls(context, on, &calls).await?;
        refusals::add_people(context, on, &people).await?;
        refusals::add_floors(context, on, &floors).await?;
        holding::add_many(context, on, &holds).await?;
        holding::lift_many(context, on, &released).await?;
        api_keys::revoke_many(context, on, &revoked).await?;
    }
    Ok(())
}
