//! Pages of calls, by clear columns only.

use std::sync::Arc;

use access::Scope;
use deadpool_postgres::Transaction;
use tokio_postgres::types::ToSql;

use crate::cursor::Cursor;
use crate::moment::micros;
use crate::stored::{Context, Depth};
use crate::{CallPage, CallQuery, Error, PostgresArchive};

use super::query::{one, rows};
use super::row::{COLUMNS, Loaded, SOURCE, VISIBLE, others, reach, took_part};

pub(super) async fn list(
    archive: &PostgresArchive,
    scope: &Scope,
    query: &CallQuery,
) -> Result<CallPage, Error> {
    let after = query.after.as_deref().map(Cursor::parse).transpose()?;
    let asked = Arc::new((scope.clone(), query.clone(), after));
    let limit = query.limit;
    let (total, is_more, rows, mut others) = archive
        .read_within(scope, move |context, on| {
            let asked = Arc::clone(&asked);
            Box::pin(async move {
                let (scope, query, after) = asked.as_ref();
                let conditions = Conditions::of(context, scope, query);
                let total = conditions.count(on).await?;
                let most = i64::try_from(limit).unwrap_or(i64::MAX - 1);
                let most = most.saturating_add(1);
                let mut rows = conditions.page(on, after.as_ref(), most).await?;
                let is_more = rows.len() > limit;
                rows.truncate(limit);
                let others = others(context, on, &rows).await?;
                Ok((total, is_more, rows, others))
            })
        })
        .await?;
    let calls = archive
        .aside(move |context| {
            rows.into_iter()
                .map(|row| {
                    let held = others.open(context, row)?;
                    Ok((held.call, held.text_state))
                })
                .collect::<Result<Vec<_>, Error>>()
        })
        .await?;
    let last = calls.last().filter(|_| is_more).map(|(call, _)| Cursor {
        started: micros(call.started),
        id: call.id.clone(),
    });
    Ok(CallPage::new(calls, total, last.map(|last| last.to_text())))
}

type Value = Box<dyn ToSql + Send + Sync>;

/// The conditions of a listing with the values of their places.
struct Conditions {
    sql: String,
    values: Vec<Value>,
}

impl Conditions {
    fn of(context: &Context, scope: &Scope, query: &CallQuery) -> Self {
        let (reached, users) = reach(scope, 2);
        let mut these = Self {
            sql: format!("c.tenant = $1 AND {VISIBLE} AND {reached}"),
            values: vec![Box::new(context.tenant().to_owned())],
        };
        these
            .values
            .extend(users.into_iter().map(|users| Box::new(users) as Value));
        if let Some(from) = query.period.from() {
            these.and(|place| format!("c.started >= ${place}"), micros(from));
        }
        if let Some(to) = query.period.to() {
            these.and(|place| format!("c.started < ${place}"), micros(to));
        }
        if let Some(workspace) = &query.workspace {
            let workspace = workspace.to_string();
            these.and(|place| format!("c.workspace = ${place}"), workspace);
        }
        if let Some(user) = &query.user {
            these.and(took_part, vec![user.to_string()]);
        }
        these
    }

    fn and(
        &mut self,
        condition: impl FnOnce(usize) -> String,
        value: impl ToSql + Send + Sync + 'static,
    ) {
        self.values.push(Box::new(value));
        self.sql.push_str(" AND ");
        self.sql.push_str(&condition(self.values.len()));
    }

    fn values(&self) -> Vec<&(dyn ToSql + Sync)> {
        self.values
            .iter()
            .map(|value| value.as_ref() as &(dyn ToSql + Sync))
            .collect()
    }

    async fn count(&self, on: &Transaction<'_>) -> Result<u64, Error> {
        let sql = format!("SELECT count(*) FROM calls c WHERE {}", self.sql);
        let count: i64 = one(on, &sql, &self.values()).await?;
        Ok(u64::try_from(count).unwrap_or(0))
    }

    async fn page(
        &self,
        on: &Transaction<'_>,
        after: Option<&Cursor>,
        limit: i64,
    ) -> Result<Vec<Loaded>, Error> {
        let mut values = self.values();
        values.push(&limit);
        let next = values.len();
        let place = after.map(|after| (after.started, after.id.to_string()));
        let beyond = match &place {
            None => "true".to_owned(),
            Some((started, id)) => {
                values.push(started);
                values.push(id);
                format!("(c.started, c.id) < (${}, ${})", next + 1, next + 2)
            }
        };
        let sql = format!(
            "SELECT {COLUMNS} FROM {SOURCE} WHERE {} AND {beyond} \
             ORDER BY c.started DESC, c.id DESC LIMIT ${next}",
            self.sql
        );
        rows(on, &sql, &values)
            .await?
            .iter()
            .map(|row| Loaded::from_row(row, Depth::WithoutRaw))
            .collect()
    }
}
