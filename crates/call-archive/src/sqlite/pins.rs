//! Pins in SQLite: rows of `call_links` of a kind of their own, so that no link is lost under one.

use access::Scope;
use async_trait::async_trait;
use conversation::{CallId, DealId};
use jiff::Timestamp;
use rusqlite::Connection;

use crate::stored::Context;
use crate::{DealQuery, Error, LinkedBy, Pinned, Pins, SqliteArchive};

use super::deals::page;
use super::row::load_within;

#[async_trait]
impl Pins for SqliteArchive {
    async fn pin(&self, scope: &Scope, call: &CallId, deal: &DealId) -> Result<Pinned, Error> {
        let scope = scope.clone().without_private();
        let (call, deal) = (call.clone(), deal.clone());
        self.write(move |context, connection| pin(context, connection, &scope, &call, &deal))
            .await
    }

    async fn unpin(&self, scope: &Scope, call: &CallId, deal: &DealId) -> Result<Pinned, Error> {
        let scope = scope.clone().without_private();
        let (call, deal) = (call.clone(), deal.clone());
        self.write(move |context, connection| {
            if load_within(context, connection, &scope, &call)?.is_none() {
                return Ok(Pinned::NotThere);
            }
            let deleted = connection
                .prepare_cached(
                    "DELETE FROM call_links
                     WHERE tenant = ?1 AND call = ?2 AND kind = 'pin' AND id = ?3",
                )?
                .execute([context.tenant(), call.as_str(), &deal.to_string()])?;
            Ok(Pinned::of(deleted > 0))
        })
        .await
    }
}

fn pin(
    context: &Context,
    connection: &Connection,
    scope: &Scope,
    call: &CallId,
    deal: &DealId,
) -> Result<Pinned, Error> {
    let mut query = DealQuery::as_of(Timestamp::MAX);
    query.deals = Some(vec![deal.clone()]);
    let is_there = !page(context, connection, scope, &query)?.deals.is_empty();
    if !is_there || load_within(context, connection, scope, call)?.is_none() {
        return Ok(Pinned::NotThere);
    }
    let inserted = connection
        .prepare_cached(
            "INSERT INTO call_links (tenant, call, kind, id, made_by)
             VALUES (?1, ?2, 'pin', ?3, ?4) ON CONFLICT DO NOTHING",
        )?
        .execute([
            context.tenant(),
            call.as_str(),
            &deal.to_string(),
            LinkedBy::Pin.as_str(),
        ])?;
    Ok(Pinned::of(inserted > 0))
}
