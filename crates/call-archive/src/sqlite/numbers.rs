//! The figures of calls in SQLite.

use access::Scope;
use async_trait::async_trait;
use conversation::CallId;
use rusqlite::{Connection, Row, ToSql, params};
use serde_json::json;

use crate::moment::instant;
use crate::stored::{Context, NumbersRow, bad_id, number};
use crate::{CallNumbers, Error, Numbered, Numbers, NumbersQuery, SqliteArchive};

use super::row::{Reached, VISIBLE, reach};

/// The columns in the order that [`opened`] reads.
const COLUMNS: &str = "n.revision, n.made_by, n.stage, n.rep, n.people, n.text_revision, n.length, \
    n.ours, n.theirs, n.unknown, n.longest_monologue, n.longest_story, n.questions, \
    n.open_questions, n.first_price, n.counts, n.remarks, n.figures";

#[async_trait]
impl Numbers for SqliteArchive {
    async fn put_numbers(&self, numbers: &[CallNumbers]) -> Result<usize, Error> {
        let numbers = numbers.to_vec();
        self.write(move |context, connection| put(context, connection, &numbers))
            .await
    }

    async fn numbers(&self, scope: &Scope, query: &NumbersQuery) -> Result<Vec<Numbered>, Error> {
        let (scope, query) = (scope.clone().without_private(), query.clone());
        self.read_with(move |context, connection| read(context, connection, &scope, &query))
            .await
    }
}

fn put(
    context: &Context,
    connection: &Connection,
    numbers: &[CallNumbers],
) -> Result<usize, Error> {
    let mut is_there = connection.prepare_cached(&format!(
        "SELECT EXISTS (SELECT 1 FROM calls c WHERE c.tenant = ?1 AND c.id = ?2
         AND c.revision = ?3 AND c.is_private = 0 AND {VISIBLE})"
    ))?;
    let mut insert = connection.prepare_cached(
        "INSERT OR REPLACE INTO call_numbers (tenant, call, revision, made_by, stage, rep, people,
           text_revision, length, ours, theirs, unknown, longest_monologue, longest_story,
           questions, open_questions, first_price, counts, remarks, figures)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18,
           ?19, ?20)",
    )?;
    let mut taken = 0;
    for one in numbers {
        let at = params![context.tenant(), one.call.as_str(), number(one.revision)];
        if !is_there.query_row(at, |row| row.get::<_, bool>(0))? {
            continue;
        }
        let row = NumbersRow::of(one)?;
        insert.execute(params![
            context.tenant(),
            row.call,
            row.revision,
            row.made_by,
            row.stage,
            row.rep,
            row.people,
            row.text_revision,
            row.length,
            row.ours,
            row.theirs,
            row.unknown,
            row.longest_monologue,
            row.longest_story,
            row.questions,
            row.open_questions,
            row.first_price,
            row.counts,
            row.remarks,
            row.figures,
        ])?;
        taken += 1;
    }
    Ok(taken)
}

/// What changes of a call takes its figures away.
pub(super) fn forget(context: &Context, connection: &Connection, call: &str) -> Result<(), Error> {
    connection
        .prepare_cached("DELETE FROM call_numbers WHERE tenant = ?1 AND call = ?2")?
        .execute([context.tenant(), call])?;
    Ok(())
}

fn read(
    context: &Context,
    connection: &Connection,
    scope: &Scope,
    query: &NumbersQuery,
) -> Result<Vec<Numbered>, Error> {
    let Reached {
        condition,
        users,
        own,
    } = reach(scope);
    let these = query.calls.as_ref().map(|calls| {
        let ids: Vec<&str> = calls.iter().map(CallId::as_str).collect();
        json!(ids).to_string()
    });
    let among = match these {
        Some(_) => "AND c.id IN (SELECT value FROM json_each(:calls))",
        None => "",
    };
    let sql = format!(
        "SELECT c.id, c.started, {COLUMNS} FROM calls c
         LEFT JOIN call_numbers n ON n.tenant = c.tenant AND n.call = c.id
           AND n.revision = c.revision
         WHERE c.tenant = :tenant AND c.id > :after AND {VISIBLE} AND {condition} {among}
         ORDER BY c.id LIMIT :limit"
    );
    let after = query.after.as_ref().map_or("", CallId::as_str);
    let (tenant, limit) = (
        context.tenant(),
        i64::try_from(query.limit).unwrap_or(i64::MAX),
    );
    let mut named: Vec<(&str, &dyn ToSql)> =
        vec![(":tenant", &tenant), (":after", &after), (":limit", &limit)];
    if let Some(these) = &these {
        named.push((":calls", these));
    }
    if let Some(users) = &users {
        named.push((":reached", users));
    }
    if let Some(own) = &own {
        named.push((":own", own));
    }
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query(&named[..])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let call: String = row.get(0)?;
        found.push(Numbered {
            started: instant(row.get(1)?)?,
            numbers: opened(row, &call)?,
            call: CallId::new(call).map_err(bad_id)?,
        });
    }
    Ok(found)
}

/// Reads [`COLUMNS`] after the id and the start.
fn opened(row: &Row<'_>, call: &str) -> Result<Option<CallNumbers>, Error> {
    let Some(revision) = row.get(2)? else {
        return Ok(None);
    };
    let row = NumbersRow {
        call: call.to_owned(),
        revision,
        made_by: row.get(3)?,
        stage: row.get(4)?,
        rep: row.get(5)?,
        people: row.get(6)?,
        text_revision: row.get(7)?,
        length: row.get(8)?,
        ours: row.get(9)?,
        theirs: row.get(10)?,
        unknown: row.get(11)?,
        longest_monologue: row.get(12)?,
        longest_story: row.get(13)?,
        questions: row.get(14)?,
        open_questions: row.get(15)?,
        first_price: row.get(16)?,
        counts: row.get(17)?,
        remarks: row.get(18)?,
        figures: row.get(19)?,
    };
    row.open().map(Some)
}
