//! Deals and customers in PostgreSQL.

use std::collections::BTreeMap;
use std::sync::Arc;

use access::{Rows, Scope};
use async_trait::async_trait;
use conversation::{AccountId, DealId, DealSnapshot, UserId};
use deadpool_postgres::Transaction;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

use crate::deals::{Told, tell};
use crate::moment::{cut, micros};
use crate::stored::{
    AccountRow, Context, Key, SealedKey, SnapshotRow, bad_id, new_deal_key, open_deal_key,
};
use crate::{
    Account, AccountQuery, CallLinks, DealHistory, DealNews, DealOutcome, DealPage, DealQuery,
    Deals, Error, FoundLinks, LinkQuery, PostgresArchive,
};

use super::deal_links::{self, ABOUT};
use super::query::{Values, maybe, rows, run, without_nul};
use super::refusals;
use super::row::{VISIBLE, reach};

const COLUMNS: &str = "source, as_of, until, account, owner, stage, amount, currency, close_date, \
                       created, closed_on, name";

#[async_trait]
impl Deals for PostgresArchive {
    async fn put_deals(&self, news: &DealNews) -> Result<Vec<DealOutcome>, Error> {
        let news = Arc::new(news.clone());
        self.write(move |context, on| {
            let news = Arc::clone(&news);
            Box::pin(async move { take(context, on, &news).await })
        })
        .await
    }

    async fn deals(&self, scope: &Scope, query: &DealQuery) -> Result<DealPage, Error> {
        let asked = Arc::new((scope.clone(), query.clone()));
        self.read_within(scope, move |context, on| {
            let asked = Arc::clone(&asked);
            Box::pin(async move { page(context, on, &asked.0, &asked.1).await })
        })
        .await
    }

    async fn accounts(&self, which: &AccountQuery) -> Result<Vec<Account>, Error> {
        let which = Arc::new(which.clone());
        self.read_with(move |context, on| {
            let which = Arc::clone(&which);
            Box::pin(async move { accounts(context, on, &which).await })
        })
        .await
    }

    async fn link_deals(&self, found: &[FoundLinks]) -> Result<(), Error> {
        let found: Arc<[FoundLinks]> = found.into();
        self.write(move |context, on| {
            let found = Arc::clone(&found);
            Box::pin(async move { deal_links::replace(context, on, &found).await })
        })
        .await
    }

    async fn links(&self, scope: &Scope, query: &LinkQuery) -> Result<Vec<CallLinks>, Error> {
        let asked = Arc::new((scope.clone(), query.clone()));
        self.read_within(scope, move |context, on| {
            let asked = Arc::clone(&asked);
            Box::pin(async move { deal_links::read(context, on, &asked.0, &asked.1).await })
        })
        .await
    }
}

/// Takes what a source tells; one outcome per snapshot, in order.
pub(super) async fn take(
    context: &Context,
    on: &Transaction<'_>,
    news: &DealNews,
) -> Result<Vec<DealOutcome>, Error> {
    for account in &news.accounts {
        let which = AccountQuery::Ids(vec![account.id.clone()]);
        let is_known = accounts(context, on, &which).await?.first() == Some(account);
        if !is_known && !refusals::refuses_account(context, on, &account.id, None).await? {
            write_account(context, on, account).await?;
        }
    }
    let mut outcomes = Vec::with_capacity(news.snapshots.len());
    for snapshot in &news.snapshots {
        outcomes.push(take_one(context, on, snapshot).await?);
    }
    Ok(outcomes)
}

async fn take_one(
    context: &Context,
    on: &Transaction<'_>,
    snapshot: &DealSnapshot,
) -> Result<DealOutcome, Error> {
    if refusals::refuses_deal(context, on, snapshot).await? {
        return Ok(DealOutcome::Refused);
    }
    let mut snapshot = snapshot.clone();
    snapshot.as_of = cut(snapshot.as_of);
    snapshot.stage = snapshot.stage.as_deref().map(without_nul);
    let (tenant, id) = (context.tenant(), snapshot.deal.to_string());
    let sql = "SELECT dek, wrapped FROM deals WHERE tenant = $1 AND id = $2";
    let key = if let Some(row) = maybe(on, sql, &[&tenant, &id]).await? {
        open_deal_key(context, &id, &sealed_key(&row, 0)?)?
    } else {
        let (key, sealed) = new_deal_key(context, &id)?;
        let sql = "INSERT INTO deals (tenant, id, dek, wrapped) VALUES ($1, $2, $3, $4)";
        run(on, sql, &[&tenant, &id, &sealed.dek, &sealed.wrapped]).await?;
        key
    };
    let sql = format!(
        "SELECT {COLUMNS} FROM deal_snapshots
         WHERE tenant = $1 AND deal = $2 AND source = $3 ORDER BY as_of"
    );
    let mut held = Vec::new();
    for row in rows(on, &sql, &[&tenant, &id, &snapshot.source.as_str()]).await? {
        held.push(from_row(&row, 0)?.open(context, &key, &snapshot.deal)?);
    }
    let (news, is_new) = tell(&held, snapshot);
    for told in &news {
        write_told(context, on, &key, told).await?;
    }
    Ok(if is_new {
        DealOutcome::Added
    } else {
        DealOutcome::Known
    })
}

async fn write_told(
    context: &Context,
    on: &Transaction<'_>,
    key: &Key,
    told: &Told,
) -> Result<(), Error> {
    let row = SnapshotRow::of(context, key, told)?;
    let sql = format!(
        "INSERT INTO deal_snapshots (tenant, deal, {COLUMNS})
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
         ON CONFLICT (tenant, deal, source, as_of) DO UPDATE SET
           until = excluded.until, account = excluded.account, owner = excluded.owner,
           stage = excluded.stage, amount = excluded.amount, currency = excluded.currency,
           close_date = excluded.close_date, created = excluded.created,
           closed_on = excluded.closed_on, name = excluded.name"
    );
    let deal = told.snapshot.deal.to_string();
    let values: Values<'_> = &[
        &context.tenant(),
        &deal,
        &row.source,
        &row.as_of,
        &row.until,
        &row.account,
        &row.owner,
        &row.stage,
        &row.amount,
        &row.currency,
        &row.close_date,
        &row.created,
        &row.closed_on,
        &row.name,
    ];
    run(on, &sql, values).await?;
    Ok(())
}

fn sealed_key(row: &Row, first: usize) -> Result<SealedKey, Error> {
    Ok(SealedKey {
        dek: row.try_get(first)?,
        wrapped: row.try_get(first + 1)?,
    })
}

fn from_row(row: &Row, first: usize) -> Result<SnapshotRow, Error> {
    Ok(SnapshotRow {
        source: row.try_get(first)?,
        as_of: row.try_get(first + 1)?,
        until: row.try_get(first + 2)?,
        account: row.try_get(first + 3)?,
        owner: row.try_get(first + 4)?,
        stage: row.try_get(first + 5)?,
        amount: row.try_get(first + 6)?,
        currency: row.try_get(first + 7)?,
        close_date: row.try_get(first + 8)?,
        created: row.try_get(first + 9)?,
        closed_on: row.try_get(first + 10)?,
        name: row.try_get(first + 11)?,
    })
}

/// A deal that a page may show, and whether the scope reaches a call about it.
struct Candidate {
    deal: DealId,
    key: Key,
    is_linked: bool,
}

pub(super) async fn page(
    context: &Context,
    on: &Transaction<'_>,
    scope: &Scope,
    query: &DealQuery,
) -> Result<DealPage, Error> {
    let mut candidates = candidates(context, on, scope, query).await?;
    let is_more = candidates.len() > query.limit;
    candidates.truncate(query.limit);
    let last = candidates.last().map(|last| last.deal.clone());
    let next = last.filter(|_| is_more);

    let ids: Vec<String> = candidates
        .iter()
        .map(|candidate| candidate.deal.to_string())
        .collect();
    let sql = format!(
        "SELECT deal, {COLUMNS} FROM deal_snapshots
         WHERE tenant = $1 AND deal = ANY($2) AND as_of <= $3 ORDER BY deal, as_of, source"
    );
    let mut told: BTreeMap<String, Vec<SnapshotRow>> = BTreeMap::new();
    for row in rows(on, &sql, &[&context.tenant(), &ids, &micros(query.as_of)]).await? {
        let rows = told.entry(row.try_get(0)?).or_default();
        rows.push(from_row(&row, 1)?);
    }
    let mut deals = Vec::with_capacity(candidates.len());
    for Candidate {
        deal,
        key,
        is_linked,
    } in candidates
    {
        let told = told.remove(&deal.to_string()).unwrap_or_default();
        let told = told.into_iter().map(|row| row.open(context, &key, &deal));
        let told = told.collect::<Result<Vec<Told>, Error>>()?;
        let history = DealHistory::of(deal.clone(), &told, query.as_of);
        deals.extend(history.filter(|deal| deal.is_shown(scope, query, is_linked)));
    }
    Ok(DealPage { deals, next })
}

async fn candidates(
    context: &Context,
    on: &Transaction<'_>,
    scope: &Scope,
    query: &DealQuery,
) -> Result<Vec<Candidate>, Error> {
    let owners: Vec<String> = match scope.rows() {
        Rows::Of(users) => users.iter().map(UserId::to_string).collect(),
        _ => Vec::new(),
    };
    let (condition, reached) = reach(scope, 7);
    let (linked, reached) = match scope.rows() {
        // Where all rows are reached, no call is looked at.
        Rows::All => ("true".to_owned(), Vec::new()),
        _ => (
            format!(
                "EXISTS (SELECT 1 FROM call_links l JOIN calls c ON c.tenant = l.tenant
                   AND c.id = l.call WHERE l.tenant = d.tenant AND l.id = d.id AND {ABOUT}
                   AND {VISIBLE} AND {condition})"
            ),
            reached,
        ),
    };
    let sql = format!(
        "SELECT id, dek, wrapped, linked FROM (
           SELECT d.id, d.dek, d.wrapped, {linked} AS linked, EXISTS (
             SELECT 1 FROM deal_snapshots s WHERE s.tenant = d.tenant AND s.deal = d.id
             AND s.owner = ANY($5::text[])) AS owned
           FROM deals d WHERE d.tenant = $1 AND d.id > $2
           AND ($3::text[] IS NULL OR d.id = ANY($3))
           AND ($4::text[] IS NULL OR EXISTS (
             SELECT 1 FROM deal_snapshots s WHERE s.tenant = d.tenant AND s.deal = d.id
             AND s.account = ANY($4)))) AS found
         WHERE linked OR owned ORDER BY id LIMIT $6"
    );
    let texts =
        |deals: &Vec<DealId>| -> Vec<String> { deals.iter().map(ToString::to_string).collect() };
    let deals = query.deals.as_ref().map(texts);
    let accounts: Option<Vec<String>> = query
        .accounts
        .as_ref()
        .map(|accounts| accounts.iter().map(ToString::to_string).collect());
    let after = query.after.as_ref().map(ToString::to_string);
    let (tenant, after) = (context.tenant(), after.unwrap_or_default());
    let limit = i64::try_from(query.limit)
        .unwrap_or(i64::MAX - 1)
        .saturating_add(1);
    let mut values: Vec<&(dyn ToSql + Sync)> =
        vec![&tenant, &after, &deals, &accounts, &owners, &limit];
    values.extend(reached.iter().map(|users| users as &(dyn ToSql + Sync)));
    let mut candidates = Vec::new();
    for row in rows(on, &sql, &values).await? {
        let id: String = row.try_get(0)?;
        candidates.push(Candidate {
            key: open_deal_key(context, &id, &sealed_key(&row, 1)?)?,
            deal: id.parse().map_err(bad_id)?,
            is_linked: row.try_get(3)?,
        });
    }
    Ok(candidates)
}

async fn accounts(
    context: &Context,
    on: &Transaction<'_>,
    which: &AccountQuery,
) -> Result<Vec<Account>, Error> {
    let tenant = context.tenant();
    let columns = "SELECT id, name_hash, dek, wrapped, name FROM accounts WHERE tenant = $1";
    let found = match which {
        AccountQuery::Ids(ids) => {
            let ids: Vec<&str> = ids.iter().map(AccountId::as_str).collect();
            let sql = format!("{columns} AND id = ANY($2) ORDER BY id");
            rows(on, &sql, &[&tenant, &ids]).await?
        }
        AccountQuery::Name(name) => {
            let hash = context.hash_key().account_name(name);
            let sql = format!("{columns} AND name_hash = $2 ORDER BY id");
            rows(on, &sql, &[&tenant, &hash]).await?
        }
    };
    let mut accounts = Vec::with_capacity(found.len());
    for row in found {
        let row = AccountRow {
            id: row.try_get(0)?,
            name_hash: row.try_get(1)?,
            dek: row.try_get(2)?,
            wrapped: row.try_get(3)?,
            name: row.try_get(4)?,
        };
        accounts.push(row.open(context)?);
    }
    Ok(accounts)
}

async fn write_account(
    context: &Context,
    on: &Transaction<'_>,
    account: &Account,
) -> Result<(), Error> {
    let row = AccountRow::of(context, account)?;
    let sql = "INSERT INTO accounts (tenant, id, name_hash, dek, wrapped, name)
               VALUES ($1, $2, $3, $4, $5, $6)
               ON CONFLICT (tenant, id) DO UPDATE SET name_hash = excluded.name_hash,
                 dek = excluded.dek, wrapped = excluded.wrapped, name = excluded.name";
    let values: Values<'_> = &[
        &context.tenant(),
        &row.id,
        &row.name_hash,
        &row.dek,
        &row.wrapped,
        &row.name,
    ];
    run(on, sql, values).await?;
    Ok(())
}
