//! Pins in PostgreSQL: rows of `call_links` of a kind of their own, so that no link is lost under one.

use std::sync::Arc;

use access::Scope;
use async_trait::async_trait;
use conversation::{CallId, DealId};
use deadpool_postgres::Transaction;
use jiff::Timestamp;

use crate::stored::{Context, Depth};
use crate::{DealQuery, Error, LinkedBy, Pinned, Pins, PostgresArchive};

use super::deals::page;
use super::query::run;
use super::row::load_within;

#[async_trait]
impl Pins for PostgresArchive {
    async fn pin(&self, scope: &Scope, call: &CallId, deal: &DealId) -> Result<Pinned, Error> {
        let scope = scope.clone().without_private();
        let asked = Arc::new((scope, call.clone(), deal.clone()));
        self.write(move |context, on| {
            let asked = Arc::clone(&asked);
            Box::pin(async move { pin(context, on, &asked.0, &asked.1, &asked.2).await })
        })
        .await
    }

    async fn unpin(&self, scope: &Scope, call: &CallId, deal: &DealId) -> Result<Pinned, Error> {
        let scope = scope.clone().without_private();
        let asked = Arc::new((scope, call.clone(), deal.clone()));
        self.write(move |context, on| {
            let asked = Arc::clone(&asked);
            Box::pin(async move {
                let (scope, call, deal) = asked.as_ref();
                if !is_reached(context, on, scope, call).await? {
                    return Ok(Pinned::NotThere);
                }
                let sql = "DELETE FROM call_links
                           WHERE tenant = $1 AND call = $2 AND kind = 'pin' AND id = $3";
                let deal = deal.to_string();
                let deleted = run(on, sql, &[&context.tenant(), &call.as_str(), &deal]).await?;
                Ok(Pinned::of(deleted > 0))
            })
        })
        .await
    }
}

async fn pin(
    context: &Context,
    on: &Transaction<'_>,
    scope: &Scope,
    call: &CallId,
    deal: &DealId,
) -> Result<Pinned, Error> {
    let mut query = DealQuery::as_of(Timestamp::MAX);
    query.deals = Some(vec![deal.clone()]);
    let is_there = !page(context, on, scope, &query).await?.deals.is_empty();
    if !is_there || !is_reached(context, on, scope, call).await? {
        return Ok(Pinned::NotThere);
    }
    let sql = "INSERT INTO call_links (tenant, call, kind, id, made_by)
               VALUES ($1, $2, 'pin', $3, $4) ON CONFLICT DO NOTHING";
    let deal = deal.to_string();
    let by = LinkedBy::Pin.as_str();
    let inserted = run(on, sql, &[&context.tenant(), &call.as_str(), &deal, &by]).await?;
    Ok(Pinned::of(inserted > 0))
}

async fn is_reached(
    context: &Context,
    on: &Transaction<'_>,
    scope: &Scope,
    call: &CallId,
) -> Result<bool, Error> {
    let asked = std::slice::from_ref(call);
    let loaded = load_within(context, on, scope, asked, Depth::WithoutRaw).await?;
    Ok(!loaded.is_empty())
}
