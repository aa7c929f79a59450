//! Answers of models in SQLite.

use access::{PrivateCalls, Scope};
use async_trait::async_trait;
use rusqlite::{Connection, OptionalExtension, params};

use crate::moment::micros;
use crate::stored::{AnswerRow, Context, Sources, answer_id};
use crate::{ANSWERS_KEPT, AnswerId, Answers, Error, KeptAnswer, SqliteArchive};

use super::row::load_within;

#[async_trait]
impl Answers for SqliteArchive {
    async fn keep_answer(&self, answer: KeptAnswer) -> Result<bool, Error> {
        self.write(move |context, connection| keep(context, connection, &answer))
            .await
    }

    async fn answer(&self, scope: &Scope, id: &AnswerId) -> Result<Option<KeptAnswer>, Error> {
        let (scope, id) = (scope.clone(), *id);
        self.read_with(move |context, connection| read(context, connection, &scope, id))
            .await
    }
}

fn keep(context: &Context, connection: &Connection, answer: &KeptAnswer) -> Result<bool, Error> {
    let everything = Scope::everything(PrivateCalls::Included);
    if !is_reached(context, connection, &everything, answer)? {
        return Ok(false);
    }
    let oldest = micros(answer.made.saturating_sub(ANSWERS_KEPT).unwrap_or_default());
    let row = AnswerRow::of(context, answer)?;
    for sql in [
        "DELETE FROM derived_from WHERE tenant = ?1 AND table_name = 'llm_cache' AND row_id IN
           (SELECT id FROM llm_cache WHERE tenant = ?1 AND (id = ?2 OR made < ?3))",
        "DELETE FROM llm_cache WHERE tenant = ?1 AND (id = ?2 OR made < ?3)",
    ] {
        connection
            .prepare_cached(sql)?
            .execute(params![context.tenant(), row.id, oldest])?;
    }
    connection
        .prepare_cached(
            "INSERT INTO llm_cache (tenant, id, model, made, dek, wrapped, answer)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute(params![
            context.tenant(),
            row.id,
            row.model,
            row.made,
            row.dek,
            row.wrapped,
            row.answer
        ])?;
    for (kind, source) in Sources::rows(answer) {
        connection
            .prepare_cached(
                "INSERT OR IGNORE INTO derived_from (tenant, table_name, row_id, kind, source)
                 VALUES (?1, 'llm_cache', ?2, ?3, ?4)",
            )?
            .execute([context.tenant(), &row.id, kind, source])?;
    }
    Ok(true)
}

fn read(
    context: &Context,
    connection: &Connection,
    scope: &Scope,
    id: AnswerId,
) -> Result<Option<KeptAnswer>, Error> {
    let name = id.to_string();
    let sql = "SELECT model, made, dek, wrapped, answer FROM llm_cache
               WHERE tenant = ?1 AND id = ?2";
    let row = connection
        .prepare_cached(sql)?
        .query_row([context.tenant(), &name], |row| {
            Ok(AnswerRow {
                id: name.clone(),
                model: row.get(0)?,
                made: row.get(1)?,
                dek: row.get(2)?,
                wrapped: row.get(3)?,
                answer: row.get(4)?,
            })
        })
        .optional()?;
    let Some(row) = row else { return Ok(None) };
    let mut sources = Sources::default();
    let mut statement = connection.prepare_cached(
        "SELECT kind, source FROM derived_from
         WHERE tenant = ?1 AND table_name = 'llm_cache' AND row_id = ?2 ORDER BY kind, source",
    )?;
    let mut rows = statement.query([context.tenant(), &name])?;
    while let Some(row) = rows.next()? {
        sources.take(&row.get::<_, String>(0)?, row.get(1)?)?;
    }
    let answer = row.open(context, id, sources)?;
    let is_reached = is_reached(context, connection, scope, &answer)?;
    Ok(is_reached.then_some(answer))
}

/// Whether a scope reaches every call that an answer was made from.
fn is_reached(
    context: &Context,
    connection: &Connection,
    scope: &Scope,
    answer: &KeptAnswer,
) -> Result<bool, Error> {
    for call in &answer.calls {
        if load_within(context, connection, scope, call)?.is_none() {
            return Ok(false);
        }
    }
    Ok(!answer.calls.is_empty())
}

/// Destroys the answers that were made for a customer.
pub(super) fn forget_account(
    context: &Context,
    connection: &Connection,
    account: &str,
) -> Result<(), Error> {
    for sql in [
        "DELETE FROM llm_cache WHERE tenant = ?1 AND id IN
           (SELECT row_id FROM derived_from WHERE tenant = ?1 AND table_name = 'llm_cache'
              AND kind = 'account' AND source = ?2)",
        "DELETE FROM derived_from WHERE tenant = ?1 AND table_name = 'llm_cache' AND row_id IN
           (SELECT row_id FROM derived_from WHERE tenant = ?1 AND table_name = 'llm_cache'
              AND kind = 'account' AND source = ?2)",
    ] {
        connection
            .prepare_cached(sql)?
            .execute([context.tenant(), account])?;
    }
    Ok(())
}

/// The names of all answers.
pub(super) fn all(context: &Context, connection: &Connection) -> Result<Vec<AnswerId>, Error> {
    let sql = "SELECT id FROM llm_cache WHERE tenant = ?1 ORDER BY id";
    let mut statement = connection.prepare_cached(sql)?;
    let ids = statement.query_map([context.tenant()], |row| row.get::<_, String>(0))?;
    ids.map(|id| answer_id(&id?)).collect()
}
