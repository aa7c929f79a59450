//! Answers of models in PostgreSQL.

use std::sync::Arc;

use access::{PrivateCalls, Scope};
use async_trait::async_trait;
use conversation::CallId;
use deadpool_postgres::Transaction;

use crate::moment::micros;
use crate::stored::{AnswerRow, Context, Depth, Sources, answer_id};
use crate::{ANSWERS_KEPT, AnswerId, Answers, Error, KeptAnswer, PostgresArchive};

use super::query::{Values, maybe, rows, run};
use super::row::load_within;

#[async_trait]
impl Answers for PostgresArchive {
    async fn keep_answer(&self, answer: KeptAnswer) -> Result<bool, Error> {
        let answer = Arc::new(answer);
        self.write(move |context, on| {
            let answer = Arc::clone(&answer);
            Box::pin(async move { keep(context, on, &answer).await })
        })
        .await
    }

    async fn answer(&self, scope: &Scope, id: &AnswerId) -> Result<Option<KeptAnswer>, Error> {
        let asked = Arc::new((scope.clone(), *id));
        self.read_within(scope, move |context, on| {
            let asked = Arc::clone(&asked);
            Box::pin(async move { read(context, on, &asked.0, asked.1).await })
        })
        .await
    }
}

async fn keep(context: &Context, on: &Transaction<'_>, answer: &KeptAnswer) -> Result<bool, Error> {
    let everything = Scope::everything(PrivateCalls::Included);
    if !is_reached(context, on, &everything, answer).await? {
        return Ok(false);
    }
    let tenant = context.tenant();
    let oldest = micros(answer.made.saturating_sub(ANSWERS_KEPT).unwrap_or_default());
    let row = AnswerRow::of(context, answer)?;
    for sql in [
        "DELETE FROM derived_from WHERE tenant = $1 AND table_name = 'llm_cache' AND row_id IN
           (SELECT id FROM llm_cache WHERE tenant = $1 AND (id = $2 OR made < $3))",
        "DELETE FROM llm_cache WHERE tenant = $1 AND (id = $2 OR made < $3)",
    ] {
        run(on, sql, &[&tenant, &row.id, &oldest]).await?;
    }
    let sql = "INSERT INTO llm_cache (tenant, id, model, made, dek, wrapped, answer)
               VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let values: Values<'_> = &[
        &tenant,
        &row.id,
        &row.model,
        &row.made,
        &row.dek,
        &row.wrapped,
        &row.answer,
    ];
    run(on, sql, values).await?;
    for (kind, source) in Sources::rows(answer) {
        let sql = "INSERT INTO derived_from (tenant, table_name, row_id, kind, source)
                   VALUES ($1, 'llm_cache', $2, $3, $4) ON CONFLICT DO NOTHING";
        run(on, sql, &[&tenant, &row.id, &kind, &source]).await?;
    }
    Ok(true)
}

async fn read(
    context: &Context,
    on: &Transaction<'_>,
    scope: &Scope,
    id: AnswerId,
) -> Result<Option<KeptAnswer>, Error> {
    let (tenant, name) = (context.tenant(), id.to_string());
    let sql = "SELECT model, made, dek, wrapped, answer FROM llm_cache
               WHERE tenant = $1 AND id = $2";
    let Some(row) = maybe(on, sql, &[&tenant, &name]).await? else {
        return Ok(None);
    };
    let row = AnswerRow {
        model: row.try_get(0)?,
        made: row.try_get(1)?,
        dek: row.try_get(2)?,
        wrapped: row.try_get(3)?,
        answer: row.try_get(4)?,
        id: name.clone(),
    };
    let mut sources = Sources::default();
    let sql = "SELECT kind, source FROM derived_from
               WHERE tenant = $1 AND table_name = 'llm_cache' AND row_id = $2
               ORDER BY kind, source";
    for row in rows(on, sql, &[&tenant, &name]).await? {
        sources.take(&row.try_get::<_, String>(0)?, row.try_get(1)?)?;
    }
    let answer = row.open(context, id, sources)?;
    let is_reached = is_reached(context, on, scope, &answer).await?;
    Ok(is_reached.then_some(answer))
}

/// Whether a scope reaches every call that an answer was made from.
async fn is_reached(
    context: &Context,
    on: &Transaction<'_>,
    scope: &Scope,
    answer: &KeptAnswer,
) -> Result<bool, Error> {
    let found = load_within(context, on, scope, &answer.calls, Depth::WithoutRaw).await?;
    let is_there = |call: &CallId| found.iter().any(|row| row.clear.id == *call);
    Ok(!answer.calls.is_empty() && answer.calls.iter().all(is_there))
}

/// Destroys the answers that were made for these customers.
pub(super) async fn forget_accounts(
    context: &Context,
    on: &Transaction<'_>,
    accounts: &[String],
) -> Result<(), Error> {
    for sql in [
        "DELETE FROM llm_cache WHERE tenant = $1 AND id IN
           (SELECT row_id FROM derived_from WHERE tenant = $1 AND table_name = 'llm_cache'
              AND kind = 'account' AND source = ANY($2))",
        "DELETE FROM derived_from WHERE tenant = $1 AND table_name = 'llm_cache' AND row_id IN
           (SELECT row_id FROM derived_from WHERE tenant = $1 AND table_name = 'llm_cache'
              AND kind = 'account' AND source = ANY($2))",
    ] {
        run(on, sql, &[&context.tenant(), &accounts]).await?;
    }
    Ok(())
}

/// The names of all answers.
pub(super) async fn all(context: &Context, on: &Transaction<'_>) -> Result<Vec<AnswerId>, Error> {
    let sql = "SELECT id FROM llm_cache WHERE tenant = $1 ORDER BY id";
    let ids = rows(on, sql, &[&context.tenant()]).await?;
    ids.iter()
        .map(|row| answer_id(&row.try_get::<_, String>(0)?))
        .collect()
}
