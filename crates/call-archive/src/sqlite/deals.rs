//! Deals and customers in SQLite.

use access::{Rows, Scope};
use async_trait::async_trait;
use conversation::{AccountId, DealId, DealSnapshot, UserId};
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde_json::json;

use crate::deals::{Told, tell};
use crate::moment::{cut, micros};
use crate::stored::{
    AccountRow, Context, Key, SealedKey, SnapshotRow, bad_id, new_deal_key, open_deal_key,
};
use crate::{
    Account, AccountQuery, CallLinks, DealHistory, DealNews, DealOutcome, DealPage, DealQuery,
    Deals, Error, FoundLinks, LinkQuery, SqliteArchive,
};

use super::deal_links::{self, ABOUT};
use super::refusals;
use super::row::{Reached, VISIBLE, reach};

const COLUMNS: &str = "source, as_of, until, account, owner, stage, amount, currency, close_date, \
                       created, closed_on, name";

#[async_trait]
impl Deals for SqliteArchive {
    async fn put_deals(&self, news: &DealNews) -> Result<Vec<DealOutcome>, Error> {
        let news = news.clone();
        self.write(move |context, connection| take(context, connection, &news))
            .await
    }

    async fn deals(&self, scope: &Scope, query: &DealQuery) -> Result<DealPage, Error> {
        let (scope, query) = (scope.clone(), query.clone());
        self.read_with(move |context, connection| page(context, connection, &scope, &query))
            .await
    }

    async fn accounts(&self, which: &AccountQuery) -> Result<Vec<Account>, Error> {
        let which = which.clone();
        self.read_with(move |context, connection| accounts(context, connection, &which))
            .await
    }

    async fn link_deals(&self, found: &[FoundLinks]) -> Result<(), Error> {
        let found = found.to_vec();
        self.write(move |context, connection| deal_links::replace(context, connection, &found))
            .await
    }

    async fn links(&self, scope: &Scope, query: &LinkQuery) -> Result<Vec<CallLinks>, Error> {
        let (scope, query) = (scope.clone(), query.clone());
        self.read_with(move |context, connection| {
            deal_links::read(context, connection, &scope, &query)
        })
        .await
    }
}

/// Takes what a source tells; one outcome per snapshot, in order.
pub(super) fn take(
    context: &Context,
    connection: &Connection,
    news: &DealNews,
) -> Result<Vec<DealOutcome>, Error> {
    for account in &news.accounts {
        let is_known = account_by_id(context, connection, &account.id)?.as_ref() == Some(account);
        if !is_known && !refusals::refuses_account(context, connection, &account.id, None)? {
            write_account(context, connection, account)?;
        }
    }
    let told = news.snapshots.iter();
    told.map(|snapshot| take_one(context, connection, snapshot))
        .collect()
}

fn take_one(
    context: &Context,
    connection: &Connection,
    snapshot: &DealSnapshot,
) -> Result<DealOutcome, Error> {
    if refusals::refuses_deal(context, connection, snapshot)? {
        return Ok(DealOutcome::Refused);
    }
    let mut snapshot = snapshot.clone();
    snapshot.as_of = cut(snapshot.as_of);
    let id = snapshot.deal.to_string();
    let key = if let Some(key) = key_of(context, connection, &id)? {
        key
    } else {
        let (key, sealed) = new_deal_key(context, &id)?;
        connection
            .prepare_cached("INSERT INTO deals (tenant, id, dek, wrapped) VALUES (?1, ?2, ?3, ?4)")?
            .execute(params![context.tenant(), id, sealed.dek, sealed.wrapped])?;
        key
    };
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM deal_snapshots
         WHERE tenant = ?1 AND deal = ?2 AND source = ?3 ORDER BY as_of"
    ))?;
    let mut rows = statement.query([context.tenant(), &id, snapshot.source.as_str()])?;
    let mut held = Vec::new();
    while let Some(row) = rows.next()? {
        held.push(from_row(row, 0)?.open(context, &key, &snapshot.deal)?);
    }
    let (news, is_new) = tell(&held, snapshot);
    for told in &news {
        write_told(context, connection, &key, told)?;
    }
    Ok(if is_new {
        DealOutcome::Added
    } else {
        DealOutcome::Known
    })
}

fn write_told(
    context: &Context,
    connection: &Connection,
    key: &Key,
    told: &Told,
) -> Result<(), Error> {
    let row = SnapshotRow::of(context, key, told)?;
    connection
        .prepare_cached(&format!(
            "INSERT OR REPLACE INTO deal_snapshots (tenant, deal, {COLUMNS})
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)"
        ))?
        .execute(params![
            context.tenant(),
            told.snapshot.deal.to_string(),
            row.source,
            row.as_of,
            row.until,
            row.account,
            row.owner,
            row.stage,
            row.amount,
            row.currency,
            row.close_date,
            row.created,
            row.closed_on,
            row.name,
        ])?;
    Ok(())
}

fn key_of(context: &Context, connection: &Connection, deal: &str) -> Result<Option<Key>, Error> {
    let sealed = connection
        .prepare_cached("SELECT dek, wrapped FROM deals WHERE tenant = ?1 AND id = ?2")?
        .query_row([context.tenant(), deal], |row| {
            Ok(SealedKey {
                dek: row.get(0)?,
                wrapped: row.get(1)?,
            })
        })
        .optional()?;
    sealed
        .map(|sealed| open_deal_key(context, deal, &sealed))
        .transpose()
}

fn from_row(row: &Row<'_>, first: usize) -> rusqlite::Result<SnapshotRow> {
    Ok(SnapshotRow {
        source: row.get(first)?,
        as_of: row.get(first + 1)?,
        until: row.get(first + 2)?,
        account: row.get(first + 3)?,
        owner: row.get(first + 4)?,
        stage: row.get(first + 5)?,
        amount: row.get(first + 6)?,
        currency: row.get(first + 7)?,
        close_date: row.get(first + 8)?,
        created: row.get(first + 9)?,
        closed_on: row.get(first + 10)?,
        name: row.get(first + 11)?,
    })
}

/// A deal that a page may show, and whether the scope reaches a call about it.
struct Candidate {
    id: String,
    sealed: SealedKey,
    is_linked: bool,
}

pub(super) fn page(
    context: &Context,
    connection: &Connection,
    scope: &Scope,
    query: &DealQuery,
) -> Result<DealPage, Error> {
    let mut candidates = candidates(context, connection, scope, query)?;
    let is_more = candidates.len() > query.limit;
    candidates.truncate(query.limit);
    let last = candidates.last().map(|last| last.id.parse::<DealId>());
    let next = last.filter(|_| is_more).transpose().map_err(bad_id)?;
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM deal_snapshots
         WHERE tenant = ?1 AND deal = ?2 AND as_of <= ?3 ORDER BY as_of, source"
    ))?;
    let mut deals = Vec::with_capacity(candidates.len());
    for candidate in candidates {
        let deal: DealId = candidate.id.parse().map_err(bad_id)?;
        let key = open_deal_key(context, &candidate.id, &candidate.sealed)?;
        let mut told = Vec::new();
        let mut rows =
            statement.query(params![context.tenant(), candidate.id, micros(query.as_of)])?;
        while let Some(row) = rows.next()? {
            told.push(from_row(row, 0)?.open(context, &key, &deal)?);
        }
        let history = DealHistory::of(deal, &told, query.as_of);
        deals.extend(history.filter(|deal| deal.is_shown(scope, query, candidate.is_linked)));
    }
    Ok(DealPage { deals, next })
}

fn candidates(
    context: &Context,
    connection: &Connection,
    scope: &Scope,
    query: &DealQuery,
) -> Result<Vec<Candidate>, Error> {
    let Reached {
        condition,
        users,
        own,
    } = reach(scope);
    let owners = match scope.rows() {
        Rows::Of(users) => json!(users.iter().map(UserId::as_str).collect::<Vec<_>>()),
        _ => json!([]),
    };
    let linked = match scope.rows() {
        Rows::All => "1".to_owned(),
        _ => format!(
            "EXISTS (SELECT 1 FROM call_links l JOIN calls c ON c.tenant = l.tenant
               AND c.id = l.call WHERE l.tenant = d.tenant AND l.id = d.id AND {ABOUT}
               AND {VISIBLE} AND {condition})"
        ),
    };
    let sql = format!(
        "SELECT id, dek, wrapped, linked FROM (
           SELECT d.id, d.dek, d.wrapped, {linked} AS linked, EXISTS (
             SELECT 1 FROM deal_snapshots s WHERE s.tenant = d.tenant AND s.deal = d.id
             AND s.owner IN (SELECT value FROM json_each(:owners))) AS owned
           FROM deals d WHERE d.tenant = :tenant AND d.id > :after
           AND (:deals IS NULL OR d.id IN (SELECT value FROM json_each(:deals)))
           AND (:accounts IS NULL OR EXISTS (
             SELECT 1 FROM deal_snapshots s WHERE s.tenant = d.tenant AND s.deal = d.id
             AND s.account IN (SELECT value FROM json_each(:accounts)))))
         WHERE linked OR owned ORDER BY id LIMIT :limit"
    );
    let deals = query.deals.as_ref().map(|deals| {
        let ids: Vec<String> = deals.iter().map(ToString::to_string).collect();
        json!(ids).to_string()
    });
    let accounts = query.accounts.as_ref().map(|accounts| {
        let ids: Vec<&str> = accounts.iter().map(AccountId::as_str).collect();
        json!(ids).to_string()
    });
    let after = query.after.as_ref().map(ToString::to_string);
    let (tenant, after) = (context.tenant(), after.unwrap_or_default());
    let (owners, limit) = (owners.to_string(), limit(query.limit));
    let mut named: Vec<(&str, &dyn rusqlite::ToSql)> = vec![
        (":tenant", &tenant),
        (":after", &after),
        (":deals", &deals),
        (":accounts", &accounts),
        (":owners", &owners),
        (":limit", &limit),
    ];
    if let Some(users) = &users {
        named.push((":reached", users));
    }
    // Where all rows are reached, no call is looked at.
    if let Some(own) = own.as_ref().filter(|_| *scope.rows() != Rows::All) {
        named.push((":own", own));
    }
    let mut statement = connection.prepare_cached(&sql)?;
    let found = statement.query_map(&named[..], |row| {
        Ok(Candidate {
            id: row.get(0)?,
            sealed: SealedKey {
                dek: row.get(1)?,
                wrapped: row.get(2)?,
            },
            is_linked: row.get(3)?,
        })
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// One more than a page, to see whether there is another.
pub(super) fn limit(page: usize) -> i64 {
    i64::try_from(page)
        .unwrap_or(i64::MAX - 1)
        .saturating_add(1)
}

fn accounts(
    context: &Context,
    connection: &Connection,
    which: &AccountQuery,
) -> Result<Vec<Account>, Error> {
    match which {
        AccountQuery::Ids(ids) => {
            let mut ids = ids.clone();
            ids.sort();
            ids.dedup();
            let mut found = Vec::new();
            for id in &ids {
                found.extend(account_by_id(context, connection, id)?);
            }
            Ok(found)
        }
        AccountQuery::Name(name) => {
            let hash = context.hash_key().account_name(name);
            let mut statement = connection.prepare_cached(
                "SELECT id, name_hash, dek, wrapped, name FROM accounts
                 WHERE tenant = ?1 AND name_hash = ?2 ORDER BY id",
            )?;
            let mut rows = statement.query([context.tenant(), &hash])?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                found.push(account_row(row)?.open(context)?);
            }
            Ok(found)
        }
    }
}

fn account_by_id(
    context: &Context,
    connection: &Connection,
    id: &AccountId,
) -> Result<Option<Account>, Error> {
    let row = connection
        .prepare_cached(
            "SELECT id, name_hash, dek, wrapped, name FROM accounts WHERE tenant = ?1 AND id = ?2",
        )?
        .query_row([context.tenant(), id.as_str()], account_row)
        .optional()?;
    row.map(|row| row.open(context)).transpose()
}

fn account_row(row: &Row<'_>) -> rusqlite::Result<AccountRow> {
    Ok(AccountRow {
        id: row.get(0)?,
        name_hash: row.get(1)?,
        dek: row.get(2)?,
        wrapped: row.get(3)?,
        name: row.get(4)?,
    })
}

fn write_account(
    context: &Context,
    connection: &Connection,
    account: &Account,
) -> Result<(), Error> {
    let row = AccountRow::of(context, account)?;
    connection
        .prepare_cached(
            "INSERT OR REPLACE INTO accounts (tenant, id, name_hash, dek, wrapped, name)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(params![
            context.tenant(),
            row.id,
            row.name_hash,
            row.dek,
            row.wrapped,
            row.name,
        ])?;
    Ok(())
}
