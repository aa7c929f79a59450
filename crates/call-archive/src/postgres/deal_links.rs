//! Which calls are about which deals, and deals that go, in PostgreSQL.

use std::collections::BTreeMap;

use access::Scope;
use conversation::{AccountId, CallId, DealId};
use deadpool_postgres::Transaction;
use tokio_postgres::types::ToSql;

use crate::deals::is_older;
use crate::moment::instant;
use crate::stored::{Context, bad_id};
use crate::{CallLinks, DealLink, Error, FoundLinks, LinkQuery, LinkedBy};

use super::answers;
use super::crm_outbox;
use super::customers;
use super::query::{one, rows, run};
use super::refusals;
use super::row::{VISIBLE, reach};

/// Says of a row of `call_links l` that it makes its call be about a deal: a pin, or, where the call has
/// none, a link.
pub(super) const ABOUT: &str = "(l.kind = 'pin' OR (l.kind = 'deal' AND NOT EXISTS \
    (SELECT 1 FROM call_links p WHERE p.tenant = l.tenant AND p.call = l.call \
     AND p.kind = 'pin')))";

/// What a call's own context names.
pub(super) async fn by_context(
    context: &Context,
    on: &Transaction<'_>,
    call: &CallId,
    deals: &[DealId],
) -> Result<(), Error> {
    let sql = "DELETE FROM call_links
               WHERE tenant = $1 AND call = $2 AND kind = 'deal' AND made_by = 'context'";
    run(on, sql, &[&context.tenant(), &call.as_str()]).await?;
    for deal in deals {
        // What the context names was found, however it was found before.
        if !refusals::is_deal_erased(context, on, deal).await? {
            link(context, on, call, deal, LinkedBy::Context).await?;
        }
    }
    Ok(())
}

/// What was found otherwise.
pub(super) async fn replace(
    context: &Context,
    on: &Transaction<'_>,
    found: &[FoundLinks],
) -> Result<(), Error> {
    let tenant = context.tenant();
    for FoundLinks { call, deals } in found {
        let sql = "DELETE FROM call_links
                   WHERE tenant = $1 AND call = $2 AND kind = 'deal' AND made_by <> 'context'";
        run(on, sql, &[&tenant, &call.as_str()]).await?;
        let sql = format!(
            "SELECT EXISTS (SELECT 1 FROM calls c
             WHERE c.tenant = $1 AND c.id = $2 AND {VISIBLE})"
        );
        let is_there: bool = one(on, &sql, &[&tenant, &call.as_str()]).await?;
        for DealLink { deal, by } in deals.iter().filter(|_| is_there) {
            if by.is_found() && !refusals::is_deal_erased(context, on, deal).await? {
                link(context, on, call, deal, *by).await?;
            }
        }
    }
    Ok(())
}

/// A link that is there by context stays one.
async fn link(
    context: &Context,
    on: &Transaction<'_>,
    call: &CallId,
    deal: &DealId,
    by: LinkedBy,
) -> Result<(), Error> {
    let sql = "INSERT INTO call_links (tenant, call, kind, id, made_by)
               VALUES ($1, $2, 'deal', $3, $4)
               ON CONFLICT (tenant, call, kind, id) DO UPDATE SET made_by = excluded.made_by
               WHERE excluded.made_by = 'context'";
    let deal = deal.to_string();
    run(
        on,
        sql,
        &[&context.tenant(), &call.as_str(), &deal, &by.as_str()],
    )
    .await?;
    Ok(())
}

pub(super) async fn read(
    context: &Context,
    on: &Transaction<'_>,
    scope: &Scope,
    query: &LinkQuery,
) -> Result<Vec<CallLinks>, Error> {
    let mut found = calls(context, on, scope, query).await?;
    let ids: Vec<String> = found.keys().map(ToString::to_string).collect();
    let tenant = context.tenant();
    let sql = "SELECT call, kind, id, made_by FROM call_links
               WHERE tenant = $1 AND call = ANY($2) ORDER BY call, kind, id";
    for row in rows(on, sql, &[&tenant, &ids]).await? {
        if let Some(links) = found.get_mut(&call_id(row.try_get(0)?)?) {
            let (kind, by): (String, String) = (row.try_get(1)?, row.try_get(3)?);
            links.take(&kind, row.try_get(2)?, &by)?;
        }
    }
    let sql = "SELECT call, email_hash, domain FROM parties
               WHERE tenant = $1 AND side <> 'ours' AND call = ANY($2) ORDER BY call, position";
    for row in rows(on, sql, &[&tenant, &ids]).await? {
        if let Some(links) = found.get_mut(&call_id(row.try_get(0)?)?) {
            links.add_person(row.try_get(1)?, row.try_get(2)?);
        }
    }
    Ok(found.into_values().collect())
}

async fn calls(
    context: &Context,
    on: &Transaction<'_>,
    scope: &Scope,
    query: &LinkQuery,
) -> Result<BTreeMap<CallId, CallLinks>, Error> {
    let (condition, reached) = reach(scope, 6);
    let sql = format!(
        "SELECT c.id, c.started FROM calls c
         WHERE c.tenant = $1 AND c.id > $2
         AND ($4::text[] IS NULL OR c.id IN (SELECT l.call FROM call_links l
           WHERE l.tenant = $1 AND l.id = ANY($4) AND {ABOUT}))
         AND ($5::text IS NULL OR c.id IN (SELECT l.call FROM call_links l
           WHERE l.tenant = $1 AND l.kind = 'account' AND l.id = $5))
         AND {VISIBLE} AND {condition} ORDER BY c.id LIMIT $3"
    );
    let after = query.after.as_ref().map_or("", CallId::as_str);
    let tenant = context.tenant();
    let limit = i64::try_from(query.limit).unwrap_or(i64::MAX);
    let deals: Option<Vec<String>> = query
        .deals
        .as_ref()
        .map(|deals| deals.iter().map(ToString::to_string).collect());
    let account = query.account.as_ref().map(AccountId::as_str);
    let mut values: Vec<&(dyn ToSql + Sync)> = vec![&tenant, &after, &limit, &deals, &account];
    values.extend(reached.iter().map(|users| users as &(dyn ToSql + Sync)));
    let mut found = BTreeMap::new();
    for row in rows(on, &sql, &values).await? {
        let call = call_id(row.try_get(0)?)?;
        let links = CallLinks::new(call.clone(), instant(row.try_get(1)?)?);
        found.insert(call, links);
    }
    Ok(found)
}

fn call_id(text: String) -> Result<CallId, Error> {
    CallId::new(text).map_err(bad_id)
}

/// The deals that ever belonged to one of these accounts.
pub(super) async fn of_accounts(
    context: &Context,
    on: &Transaction<'_>,
    accounts: &[String],
) -> Result<Vec<DealId>, Error> {
    let sql = "SELECT DISTINCT deal FROM deal_snapshots
               WHERE tenant = $1 AND account = ANY($2) ORDER BY deal";
    let found = rows(on, sql, &[&context.tenant(), &accounts]).await?;
    let ids = found
        .iter()
        .map(|row| deal_id(&row.try_get::<_, String>(0)?));
    ids.collect()
}

/// Every deal.
pub(super) async fn all(context: &Context, on: &Transaction<'_>) -> Result<Vec<DealId>, Error> {
    let sql = "SELECT id FROM deals WHERE tenant = $1 ORDER BY id";
    let found = rows(on, sql, &[&context.tenant()]).await?;
    let ids = found
        .iter()
        .map(|row| deal_id(&row.try_get::<_, String>(0)?));
    ids.collect()
}

/// Every customer.
pub(super) async fn all_accounts(
    context: &Context,
    on: &Transaction<'_>,
) -> Result<Vec<AccountId>, Error> {
    let sql = "SELECT id FROM accounts WHERE tenant = $1 ORDER BY id";
    let found = rows(on, sql, &[&context.tenant()]).await?;
    let ids = found
        .iter()
        .map(|row| AccountId::new(row.try_get::<_, String>(0)?).map_err(bad_id));
    ids.collect()
}

fn deal_id(text: &str) -> Result<DealId, Error> {
    text.parse().map_err(bad_id)
}

/// Destroys the keys and rows of deals.
pub(super) async fn forget(
    context: &Context,
    on: &Transaction<'_>,
    deals: &[DealId],
) -> Result<(), Error> {
    crm_outbox::forget_deals(context, on, deals).await?;
    customers::forget_deals(context, on, deals).await?;
    let ids: Vec<String> = deals.iter().map(ToString::to_string).collect();
    for sql in [
        "DELETE FROM deals WHERE tenant = $1 AND id = ANY($2)",
        "DELETE FROM deal_snapshots WHERE tenant = $1 AND deal = ANY($2)",
        "DELETE FROM call_links WHERE tenant = $1 AND kind IN ('deal', 'pin') AND id = ANY($2)",
    ] {
        run(on, sql, &[&context.tenant(), &ids]).await?;
    }
    Ok(())
}

/// Destroys the rows of customers, and the answers that were made for them.
pub(super) async fn forget_accounts(
    context: &Context,
    on: &Transaction<'_>,
    accounts: &[String],
) -> Result<(), Error> {
    let sql = "DELETE FROM accounts WHERE tenant = $1 AND id = ANY($2)";
    run(on, sql, &[&context.tenant(), &accounts]).await?;
    customers::forget_accounts(context, on, accounts).await?;
    answers::forget_accounts(context, on, accounts).await
}

/// Destroys what was erased, after a backup was restored: `account` says when one was, `deal`
/// whether one was.
pub(super) async fn forget_refused(
    context: &Context,
    on: &Transaction<'_>,
    account: impl Fn(&AccountId) -> Option<i64>,
    deal: impl Fn(&DealId) -> bool,
) -> Result<(), Error> {
    let sql = "SELECT deal, account, min(created) FROM deal_snapshots WHERE tenant = $1
               GROUP BY deal, account";
    let mut refused = Vec::new();
    for row in rows(on, sql, &[&context.tenant()]).await? {
        let held = deal_id(&row.try_get::<_, String>(0)?)?;
        let of: Option<String> = row.try_get(1)?;
        let created: Option<String> = row.try_get(2)?;
        let of_account = match of.map(AccountId::new).transpose().map_err(bad_id)? {
            Some(of) => is_older(account(&of), created.and_then(|day| day.parse().ok()))?,
            None => false,
        };
        if of_account || deal(&held) {
            refused.push(held);
        }
    }
    forget(context, on, &refused).await?;
    let mut gone = Vec::new();
    for held in all_accounts(context, on).await? {
        if is_older(account(&held), None)? {
            gone.push(held.to_string());
        }
    }
    forget_accounts(context, on, &gone).await?;
    customers::forget_refused(context, on).await
}
