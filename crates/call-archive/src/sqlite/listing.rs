//! Pages of calls, by clear columns only.

use access::Scope;
use rusqlite::{Connection, ToSql};

use crate::cursor::Cursor;
use crate::moment::micros;
use crate::stored::{Clear, Context, Depth};
use crate::{CallPage, CallQuery, Error};

use super::row::{CLEAR, VISIBLE, clear, open, reach, took_part};

pub(super) fn list(
    context: &Context,
    connection: &Connection,
    scope: &Scope,
    query: &CallQuery,
) -> Result<CallPage, Error> {
    let after = query.after.as_deref().map(Cursor::parse).transpose()?;
    let conditions = Conditions::of(context, scope, query);
    let total = conditions.count(connection)?;

    let limit = i64::try_from(query.limit).unwrap_or(i64::MAX - 1);
    let mut rows = conditions.page(connection, after.as_ref(), limit.saturating_add(1))?;
    let is_more = rows.len() > query.limit;
    rows.truncate(query.limit);
    let mut calls = Vec::with_capacity(rows.len());
    for row in rows {
        let held = open(context, connection, row, Depth::WithoutRaw)?;
        calls.push((held.call, held.text_state));
    }
    let last = calls.last().filter(|_| is_more).map(|(call, _)| Cursor {
        started: micros(call.started),
        id: call.id.clone(),
    });
    Ok(CallPage::new(calls, total, last.map(|last| last.to_text())))
}

/// The conditions of a listing with the values that they name.
struct Conditions {
    sql: String,
    values: Vec<(&'static str, Box<dyn ToSql>)>,
}

impl Conditions {
    fn of(context: &Context, scope: &Scope, query: &CallQuery) -> Self {
        let reached = reach(scope);
        let mut these = Self {
            sql: format!("c.tenant = :tenant AND {VISIBLE} AND {}", reached.condition),
            values: vec![(":tenant", Box::new(context.tenant().to_owned()))],
        };
        if let Some(users) = reached.users {
            these.values.push((":reached", Box::new(users)));
        }
        if let Some(own) = reached.own {
            these.values.push((":own", Box::new(own)));
        }
        if let Some(from) = query.period.from() {
            these.and("c.started >= :from", ":from", micros(from));
        }
        if let Some(to) = query.period.to() {
            these.and("c.started < :to", ":to", micros(to));
        }
        if let Some(workspace) = &query.workspace {
            these.and(
                "c.workspace = :workspace",
                ":workspace",
                workspace.to_string(),
            );
        }
        if let Some(user) = &query.user {
            these.and(&took_part("(:user)"), ":user", user.to_string());
        }
        these
    }

    fn and(&mut self, condition: &str, name: &'static str, value: impl ToSql + 'static) {
        self.sql.push_str(" AND ");
        self.sql.push_str(condition);
        self.values.push((name, Box::new(value)));
    }

    fn named(&self) -> Vec<(&str, &dyn ToSql)> {
        self.values
            .iter()
            .map(|(name, value)| (*name, value.as_ref()))
            .collect()
    }

    fn count(&self, connection: &Connection) -> Result<u64, Error> {
        let sql = format!("SELECT count(*) FROM calls c WHERE {}", self.sql);
        let mut statement = connection.prepare_cached(&sql)?;
        let count: i64 = statement.query_row(&self.named()[..], |row| row.get(0))?;
        Ok(u64::try_from(count).unwrap_or(0))
    }

    fn page(
        &self,
        connection: &Connection,
        after: Option<&Cursor>,
        limit: i64,
    ) -> Result<Vec<Clear>, Error> {
        let beyond = match after {
            Some(_) => "(c.started, c.id) < (:after_start, :after_id)",
            None => "1",
        };
        let sql = format!(
            "SELECT {CLEAR} FROM calls c WHERE {} AND {beyond} \
             ORDER BY c.started DESC, c.id DESC LIMIT :limit",
            self.sql
        );
        let mut named = self.named();
        named.push((":limit", &limit));
        let place = after.map(|after| (after.started, after.id.to_string()));
        if let Some((started, id)) = &place {
            named.push((":after_start", started));
            named.push((":after_id", id));
        }
        let mut statement = connection.prepare_cached(&sql)?;
        let mut rows = statement.query(&named[..])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(clear(row)?);
        }
        Ok(found)
    }
}
