//! Which calls are about which deals, and deals that go, in SQLite.

use std::collections::BTreeMap;

use access::Scope;
use conversation::{AccountId, CallId, DealId};
use rusqlite::{Connection, ToSql, params};
use serde_json::json;

use crate::moment::instant;
use crate::stored::{Context, bad_id, damaged};
use crate::{CallLinks, DealLink, Error, FoundLinks, LinkQuery, LinkedBy};

use super::answers;
use super::crm_outbox;
use super::customers;
use super::refusals;
use super::row::{Reached, VISIBLE, reach};

/// Says of a row of `call_links l` that it makes its call be about a deal: a pin, or, where the call has
/// none, a link.
pub(super) const ABOUT: &str = "(l.kind = 'pin' OR (l.kind = 'deal' AND NOT EXISTS \
    (SELECT 1 FROM call_links p WHERE p.tenant = l.tenant AND p.call = l.call \
     AND p.kind = 'pin')))";

/// What a call's own context names.
pub(super) fn by_context(
    context: &Context,
    connection: &Connection,
    call: &CallId,
    deals: &[DealId],
) -> Result<(), Error> {
    connection
        .prepare_cached(
            "DELETE FROM call_links
             WHERE tenant = ?1 AND call = ?2 AND kind = 'deal' AND made_by = 'context'",
        )?
        .execute([context.tenant(), call.as_str()])?;
    for deal in deals {
        // What the context names was found, however it was found before.
        if !refusals::is_deal_erased(context, connection, deal)? {
            link(context, connection, call, deal, LinkedBy::Context)?;
        }
    }
    Ok(())
}

/// What was found otherwise.
pub(super) fn replace(
    context: &Context,
    connection: &Connection,
    found: &[FoundLinks],
) -> Result<(), Error> {
    for FoundLinks { call, deals } in found {
        connection
            .prepare_cached(
                "DELETE FROM call_links
                 WHERE tenant = ?1 AND call = ?2 AND kind = 'deal' AND made_by <> 'context'",
            )?
            .execute([context.tenant(), call.as_str()])?;
        let is_there: bool = connection
            .prepare_cached(&format!(
                "SELECT EXISTS (SELECT 1 FROM calls c
                 WHERE c.tenant = ?1 AND c.id = ?2 AND {VISIBLE})"
            ))?
            .query_row([context.tenant(), call.as_str()], |row| row.get(0))?;
        for DealLink { deal, by } in deals.iter().filter(|_| is_there) {
            if by.is_found() && !refusals::is_deal_erased(context, connection, deal)? {
                link(context, connection, call, deal, *by)?;
            }
        }
    }
    Ok(())
}

/// A link that is there by context stays one.
fn link(
    context: &Context,
    connection: &Connection,
    call: &CallId,
    deal: &DealId,
    by: LinkedBy,
) -> Result<(), Error> {
    connection
        .prepare_cached(
            "INSERT INTO call_links (tenant, call, kind, id, made_by)
             VALUES (?1, ?2, 'deal', ?3, ?4)
             ON CONFLICT DO UPDATE SET made_by = excluded.made_by
             WHERE excluded.made_by = 'context'",
        )?
        .execute([
            context.tenant(),
            call.as_str(),
            &deal.to_string(),
            by.as_str(),
        ])?;
    Ok(())
}

pub(super) fn read(
    context: &Context,
    connection: &Connection,
    scope: &Scope,
    query: &LinkQuery,
) -> Result<Vec<CallLinks>, Error> {
    let mut found = calls(context, connection, scope, query)?;
    let ids: Vec<&str> = found.keys().map(CallId::as_str).collect();
    let ids = json!(ids).to_string();
    let mut statement = connection.prepare_cached(
        "SELECT call, kind, id, made_by FROM call_links
         WHERE tenant = ?1 AND call IN (SELECT value FROM json_each(?2)) ORDER BY call, kind, id",
    )?;
    let mut rows = statement.query([context.tenant(), &ids])?;
    while let Some(row) = rows.next()? {
        let Some(links) = found.get_mut(&call_id(row.get(0)?)?) else {
            continue;
        };
        let (kind, id, by): (String, String, String) = (row.get(1)?, row.get(2)?, row.get(3)?);
        links.take(&kind, id, &by)?;
    }
    let mut statement = connection.prepare_cached(
        "SELECT call, email_hash, domain FROM parties
         WHERE tenant = ?1 AND side <> 'ours' AND call IN (SELECT value FROM json_each(?2))
         ORDER BY call, position",
    )?;
    let mut rows = statement.query([context.tenant(), &ids])?;
    while let Some(row) = rows.next()? {
        if let Some(links) = found.get_mut(&call_id(row.get(0)?)?) {
            links.add_person(row.get(1)?, row.get(2)?);
        }
    }
    Ok(found.into_values().collect())
}

fn calls(
    context: &Context,
    connection: &Connection,
    scope: &Scope,
    query: &LinkQuery,
) -> Result<BTreeMap<CallId, CallLinks>, Error> {
    let Reached {
        condition,
        users,
        own,
    } = reach(scope);
    let of = |which: &str, values: &str| {
        format!(
            "(SELECT l.call FROM call_links l WHERE l.tenant = :tenant AND l.id IN {values}
               AND {which})"
        )
    };
    let mut sql = format!(
        "SELECT c.id, c.started FROM calls c
         WHERE c.tenant = :tenant AND c.id > :after AND {VISIBLE} AND {condition}"
    );
    let after = query.after.as_ref().map_or("", CallId::as_str);
    let (tenant, limit) = (
        context.tenant(),
        i64::try_from(query.limit).unwrap_or(i64::MAX),
    );
    let mut named: Vec<(&str, &dyn ToSql)> =
        vec![(":tenant", &tenant), (":after", &after), (":limit", &limit)];
    let deals = query.deals.as_ref().map(|deals| {
        let ids: Vec<String> = deals.iter().map(ToString::to_string).collect();
        json!(ids).to_string()
    });
    let account = query.account.as_ref().map(AccountId::as_str);
    if let Some(deals) = &deals {
        let these = of(ABOUT, "(SELECT value FROM json_each(:deals))");
        sql.extend([" AND c.id IN ", &these]);
        named.push((":deals", deals));
    }
    if let Some(account) = &account {
        let these = of("l.kind = 'account'", "(:account)");
        sql.extend([" AND c.id IN ", &these]);
        named.push((":account", account));
    }
    if let Some(users) = &users {
        named.push((":reached", users));
    }
    if let Some(own) = &own {
        named.push((":own", own));
    }
    sql.push_str(" ORDER BY c.id LIMIT :limit");
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query(&named[..])?;
    let mut found = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let call = call_id(row.get(0)?)?;
        let links = CallLinks::new(call.clone(), instant(row.get(1)?)?);
        found.insert(call, links);
    }
    Ok(found)
}

fn call_id(text: String) -> Result<CallId, Error> {
    CallId::new(text).map_err(bad_id)
}

impl CallLinks {
    /// Takes a row of `call_links`.
    pub(crate) fn take(&mut self, kind: &str, id: String, by: &str) -> Result<(), Error> {
        match kind {
            "account" => self.accounts.push(AccountId::new(id).map_err(bad_id)?),
            "deal" | "pin" => {
                let by = LinkedBy::from_word(by)
                    .ok_or_else(|| damaged("how a call was linked is malformed"))?;
                let deal = id.parse().map_err(bad_id)?;
                self.add_deal(DealLink { deal, by });
            }
            // A newer version links calls to more.
            _ => {}
        }
        Ok(())
    }

    /// Takes somebody who is not ours.
    pub(crate) fn add_person(&mut self, email: Option<String>, domain: Option<String>) {
        for (known, found) in [(&mut self.emails, email), (&mut self.domains, domain)] {
            known.extend(found);
            known.sort();
            known.dedup();
        }
    }
}

/// The deals that ever belonged to one of these accounts.
pub(super) fn of_accounts(
    context: &Context,
    connection: &Connection,
    accounts: &[String],
) -> Result<Vec<DealId>, Error> {
    let mut statement = connection.prepare_cached(
        "SELECT DISTINCT deal FROM deal_snapshots
         WHERE tenant = ?1 AND account IN (SELECT value FROM json_each(?2)) ORDER BY deal",
    )?;
    let mut rows = statement.query([context.tenant(), &json!(accounts).to_string()])?;
    let mut deals = Vec::new();
    while let Some(row) = rows.next()? {
        deals.push(row.get::<_, String>(0)?.parse().map_err(bad_id)?);
    }
    Ok(deals)
}

/// Destroys the keys and rows of deals.
pub(super) fn forget(
    context: &Context,
    connection: &Connection,
    deals: &[DealId],
) -> Result<(), Error> {
    for deal in deals {
        crm_outbox::forget_deal(context, connection, deal)?;
        customers::forget_deal(context, connection, deal)?;
        let deal = deal.to_string();
        for sql in [
            "DELETE FROM deals WHERE tenant = ?1 AND id = ?2",
            "DELETE FROM deal_snapshots WHERE tenant = ?1 AND deal = ?2",
            "DELETE FROM call_links WHERE tenant = ?1 AND kind IN ('deal', 'pin') AND id = ?2",
        ] {
            connection
                .prepare_cached(sql)?
                .execute([context.tenant(), &deal])?;
        }
    }
    Ok(())
}

/// Destroys the rows of customers, and the answers that were made for them.
pub(super) fn forget_accounts(
    context: &Context,
    connection: &Connection,
    accounts: &[String],
) -> Result<(), Error> {
    for account in accounts {
        connection
            .prepare_cached("DELETE FROM accounts WHERE tenant = ?1 AND id = ?2")?
            .execute(params![context.tenant(), account])?;
        answers::forget_account(context, connection, account)?;
        customers::forget_account(context, connection, account)?;
    }
    Ok(())
}

/// Every deal.
pub(super) fn all(context: &Context, connection: &Connection) -> Result<Vec<DealId>, Error> {
    let ids = ids(context, connection, "deals")?;
    ids.iter().map(|id| id.parse().map_err(bad_id)).collect()
}

/// Every customer.
pub(super) fn all_accounts(
    context: &Context,
    connection: &Connection,
) -> Result<Vec<AccountId>, Error> {
    let ids = ids(context, connection, "accounts")?;
    ids.into_iter()
        .map(|id| AccountId::new(id).map_err(bad_id))
        .collect()
}

fn ids(context: &Context, connection: &Connection, table: &str) -> Result<Vec<String>, Error> {
    let sql = format!("SELECT id FROM {table} WHERE tenant = ?1 ORDER BY id");
    let mut statement = connection.prepare_cached(&sql)?;
    let ids = statement.query_map([context.tenant()], |row| row.get(0))?;
    Ok(ids.collect::<Result<_, _>>()?)
}

/// Destroys what the tombstones refuse: after a backup was restored.
pub(super) fn forget_refused(context: &Context, connection: &Connection) -> Result<(), Error> {
    let mut statement = connection.prepare(
        "SELECT deal, account, min(created) FROM deal_snapshots WHERE tenant = ?1
         GROUP BY deal, account",
    )?;
    let mut rows = statement.query([context.tenant()])?;
    let mut refused = Vec::new();
    while let Some(row) = rows.next()? {
        let deal: DealId = row.get::<_, String>(0)?.parse().map_err(bad_id)?;
        let account: Option<String> = row.get(1)?;
        let created: Option<String> = row.get(2)?;
        let of_account = match account.map(AccountId::new).transpose().map_err(bad_id)? {
            Some(account) => {
                let created = created.and_then(|day| day.parse().ok());
                refusals::refuses_account(context, connection, &account, created)?
            }
            None => false,
        };
        if of_account || refusals::is_deal_erased(context, connection, &deal)? {
            refused.push(deal);
        }
    }
    forget(context, connection, &refused)?;
    for account in all_accounts(context, connection)? {
        if refusals::refuses_account(context, connection, &account, None)? {
            forget_accounts(context, connection, &[account.to_string()])?;
        }
    }
    customers::forget_refused(context, connection)
}
