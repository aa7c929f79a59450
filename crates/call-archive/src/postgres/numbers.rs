//! The figures of calls in PostgreSQL.

use std::sync::Arc;

use access::Scope;
use async_trait::async_trait;
use conversation::CallId;
use deadpool_postgres::Transaction;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

use crate::moment::instant;
use crate::stored::{Context, NumbersRow, bad_id, number};
use crate::{CallNumbers, Error, Numbered, Numbers, NumbersQuery, PostgresArchive};

use super::query::{Values, one as one_value, rows, run};
use super::row::{VISIBLE, reach};

/// The columns in the order that [`opened`] reads.
const COLUMNS: &str = "n.revision, n.made_by, n.stage, n.rep, n.people, n.text_revision, n.length, \
    n.ours, n.theirs, n.unknown, n.longest_monologue, n.longest_story, n.questions, \
    n.open_questions, n.first_price, n.counts, n.remarks, n.figures";

#[async_trait]
impl Numbers for PostgresArchive {
    async fn put_numbers(&self, numbers: &[CallNumbers]) -> Result<usize, Error> {
        let numbers = Arc::new(numbers.to_vec());
        self.write(move |context, on| {
            let numbers = Arc::clone(&numbers);
            Box::pin(async move { put(context, on, &numbers).await })
        })
        .await
    }

    async fn numbers(&self, scope: &Scope, query: &NumbersQuery) -> Result<Vec<Numbered>, Error> {
        let scope = scope.clone().without_private();
        let asked = Arc::new((scope.clone(), query.clone()));
        self.read_within(&scope, move |context, on| {
            let asked = Arc::clone(&asked);
            Box::pin(async move { read(context, on, &asked.0, &asked.1).await })
        })
        .await
    }
}

async fn put(
    context: &Context,
    on: &Transaction<'_>,
    numbers: &[CallNumbers],
) -> Result<usize, Error> {
    let is_there = format!(
        "SELECT EXISTS (SELECT 1 FROM calls c WHERE c.tenant = $1 AND c.id = $2
         AND c.revision = $3 AND NOT c.is_private AND {VISIBLE})"
    );
    let sql = "INSERT INTO call_numbers (tenant, call, revision, made_by, stage, rep, people,
                 text_revision, length, ours, theirs, unknown, longest_monologue, longest_story,
                 questions, open_questions, first_price, counts, remarks, figures)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17,
                 $18, $19, $20)";
    let tenant = context.tenant();
    let mut taken = 0;
    for one in numbers {
        let at = number(one.revision);
        let id = one.call.as_str();
        if !one_value::<bool>(on, &is_there, &[&tenant, &id, &at]).await? {
            continue;
        }
        forget(context, on, id).await?;
        let row = NumbersRow::of(one)?;
        let values: Values<'_> = &[
            &tenant,
            &row.call,
            &row.revision,
            &row.made_by,
            &row.stage,
            &row.rep,
            &row.people,
            &row.text_revision,
            &row.length,
            &row.ours,
            &row.theirs,
            &row.unknown,
            &row.longest_monologue,
            &row.longest_story,
            &row.questions,
            &row.open_questions,
            &row.first_price,
            &row.counts,
            &row.remarks,
            &row.figures,
        ];
        run(on, sql, values).await?;
        taken += 1;
    }
    Ok(taken)
}

/// What changes of a call takes its figures away.
pub(super) async fn forget(
    context: &Context,
    on: &Transaction<'_>,
    call: &str,
) -> Result<(), Error> {
    let sql = "DELETE FROM call_numbers WHERE tenant = $1 AND call = $2";
    run(on, sql, &[&context.tenant(), &call]).await?;
    Ok(())
}

async fn read(
    context: &Context,
    on: &Transaction<'_>,
    scope: &Scope,
    query: &NumbersQuery,
) -> Result<Vec<Numbered>, Error> {
    let (condition, reached) = reach(scope, 5);
    let sql = format!(
        "SELECT c.id, c.started, {COLUMNS} FROM calls c
         LEFT JOIN call_numbers n ON n.tenant = c.tenant AND n.call = c.id
           AND n.revision = c.revision
         WHERE c.tenant = $1 AND c.id > $2 AND ($4::text[] IS NULL OR c.id = ANY($4))
         AND {VISIBLE} AND {condition} ORDER BY c.id LIMIT $3"
    );
    let after = query.after.as_ref().map_or("", CallId::as_str);
    let tenant = context.tenant();
    let limit = i64::try_from(query.limit).unwrap_or(i64::MAX);
    let calls: Option<Vec<String>> = query
        .calls
        .as_ref()
        .map(|calls| calls.iter().map(ToString::to_string).collect());
    let mut values: Vec<&(dyn ToSql + Sync)> = vec![&tenant, &after, &limit, &calls];
    values.extend(reached.iter().map(|users| users as &(dyn ToSql + Sync)));
    let mut found = Vec::new();
    for row in rows(on, &sql, &values).await? {
        let call: String = row.try_get(0)?;
        found.push(Numbered {
            started: instant(row.try_get(1)?)?,
            numbers: opened(&row, &call)?,
            call: CallId::new(call).map_err(bad_id)?,
        });
    }
    Ok(found)
}

/// Reads [`COLUMNS`] after the id and the start.
fn opened(row: &Row, call: &str) -> Result<Option<CallNumbers>, Error> {
    let Some(revision) = row.try_get(2)? else {
        return Ok(None);
    };
    let row = NumbersRow {
        call: call.to_owned(),
        revision,
        made_by: row.try_get(3)?,
        stage: row.try_get(4)?,
        rep: row.try_get(5)?,
        people: row.try_get(6)?,
        text_revision: row.try_get(7)?,
        length: row.try_get(8)?,
        ours: row.try_get(9)?,
        theirs: row.try_get(10)?,
        unknown: row.try_get(11)?,
        longest_monologue: row.try_get(12)?,
        longest_story: row.try_get(13)?,
        questions: row.try_get(14)?,
        open_questions: row.try_get(15)?,
        first_price: row.try_get(16)?,
        counts: row.try_get(17)?,
        remarks: row.try_get(18)?,
        figures: row.try_get(19)?,
    };
    row.open().map(Some)
}
