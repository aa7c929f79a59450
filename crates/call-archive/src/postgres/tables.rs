//! Rows of any table, read and written in PostgreSQL in the order of their key.

use deadpool_postgres::Transaction;
use futures::future::try_join_all;
use tokio_postgres::Row;
use tokio_postgres::types::{ToSql, Type};

use crate::Error;
use crate::stored::{Cell, TableForm, damaged};

use super::fence::Fence;
use super::query::{maybe, one, rows, run};

type Value<'a> = Box<dyn ToSql + Sync + Send + 'a>;

/// How many rows a table has.
pub(super) async fn count(on: &Transaction<'_>, form: &TableForm) -> Result<u64, Error> {
    let sql = format!("SELECT count(*) FROM {}", form.name);
    if !form.is_by_tenant() {
        return whole(one(on, &sql, &[]).await?);
    }
    let mut count = 0;
    for tenant in tenants(on).await? {
        Fence::open().raise(on, &tenant).await?;
        count += whole(one(on, &format!("{sql} WHERE tenant = $1"), &[&tenant]).await?)?;
    }
    Ok(count)
}

fn whole(count: i64) -> Result<u64, Error> {
    u64::try_from(count).map_err(|_| damaged("a table has less than no rows"))
}

/// Whose rows there are. The fence is raised for one tenant at a time.
async fn tenants(on: &Transaction<'_>) -> Result<Vec<String>, Error> {
    let mut tenants = Vec::new();
    for row in rows(on, "SELECT DISTINCT tenant FROM deks ORDER BY tenant", &[]).await? {
        tenants.push(row.try_get(0)?);
    }
    Ok(tenants)
}

/// The next rows of a table, after a key.
pub(super) async fn read(
    on: &Transaction<'_>,
    form: &TableForm,
    after: Option<&[Cell]>,
    most: usize,
) -> Result<Vec<Vec<Cell>>, Error> {
    if !form.is_by_tenant() {
        return read_plain(on, form, after, most, "").await;
    }
    let mut found = Vec::new();
    for tenant in tenants(on).await? {
        let reached = match after.and_then(<[Cell]>::first) {
            Some(Cell::Text(last)) if *last > tenant => continue,
            Some(Cell::Text(last)) if *last == tenant => after,
            _ => None,
        };
        Fence::open().raise(on, &tenant).await?;
        let left = most - found.len();
        found.extend(read_plain(on, form, reached, left, &tenant).await?);
        if found.len() >= most {
            break;
        }
    }
    Ok(found)
}

/// The rows of one tenant; of all where the table has none.
async fn read_plain(
    on: &Transaction<'_>,
    form: &TableForm,
    after: Option<&[Cell]>,
    most: usize,
    tenant: &str,
) -> Result<Vec<Vec<Cell>>, Error> {
    let keys = form.key_named("");
    let after = after.unwrap_or_default();
    let mut conditions = Vec::new();
    if !after.is_empty() {
        conditions.push(format!("({keys}) > ({})", places(after.len())));
    }
    if form.is_by_tenant() {
        conditions.push(format!("tenant = ${}", after.len() + 1));
    }
    let only = if conditions.is_empty() {
        String::new()
    } else {
        format!("WHERE {}", conditions.join(" AND "))
    };
    let sql = format!(
        "SELECT {} FROM {} {only} ORDER BY {keys} LIMIT {most}",
        form.named(),
        form.name
    );
    let statement = on.prepare_cached(&sql).await?;
    let values = values(after, statement.params())?;
    let mut values: Vec<_> = values.iter().map(borrowed).collect();
    if form.is_by_tenant() {
        values.push(&tenant);
    }
    let found = on.query(&statement, &values).await?;
    found.iter().map(cells).collect()
}

/// The key of the last row of a table.
pub(super) async fn last_key(
    on: &Transaction<'_>,
    form: &TableForm,
) -> Result<Option<Vec<Cell>>, Error> {
    let select = format!("SELECT {} FROM {}", form.key_named(""), form.name);
    let last = format!("ORDER BY {} LIMIT 1", form.key_named(" DESC"));
    if !form.is_by_tenant() {
        let row = maybe(on, &format!("{select} {last}"), &[]).await?;
        return row.as_ref().map(cells).transpose();
    }
    for tenant in tenants(on).await?.iter().rev() {
        Fence::open().raise(on, tenant).await?;
        let sql = format!("{select} WHERE tenant = $1 {last}");
        if let Some(row) = maybe(on, &sql, &[tenant]).await? {
            return cells(&row).map(Some);
        }
    }
    Ok(None)
}

/// Writes rows, which must not be there.
pub(super) async fn insert(
    on: &Transaction<'_>,
    form: &TableForm,
    new: &[Vec<Cell>],
) -> Result<(), Error> {
    let sql = format!(
        "INSERT INTO {} ({}) OVERRIDING SYSTEM VALUE VALUES ({})",
        form.name,
        form.named(),
        places(form.columns.len())
    );
    let statement = on.prepare_cached(&sql).await?;
    for rows in new.chunk_by(|one, next| form.tenant_of(one) == form.tenant_of(next)) {
        if let Some(tenant) = rows.first().and_then(|row| form.tenant_of(row)) {
            Fence::open().raise(on, tenant).await?;
        }
        // All are on their way before the first is answered.
        let inserts = rows.iter().map(|row| {
            let statement = &statement;
            async move {
                let values = values(row, statement.params())?;
                let values: Vec<_> = values.iter().map(borrowed).collect();
                on.execute(statement, &values).await?;
                Ok::<(), Error>(())
            }
        });
        try_join_all(inserts).await?;
    }
    Ok(())
}

/// Takes every row out of the tables, whosever it is.
pub(super) async fn empty(on: &Transaction<'_>, forms: &[TableForm]) -> Result<(), Error> {
    let names: Vec<&str> = forms.iter().map(|form| form.name).collect();
    run(on, &format!("TRUNCATE {}", names.join(", ")), &[]).await?;
    Ok(())
}

/// Lets the numbers that the server gives go on after those that were copied.
pub(super) async fn go_on_numbering(on: &Transaction<'_>) -> Result<(), Error> {
    let sql = "SELECT table_name::text, column_name::text FROM information_schema.columns
               WHERE table_schema = current_schema() AND is_identity = 'YES'";
    for row in rows(on, sql, &[]).await? {
        let (table, column): (String, String) = (row.try_get(0)?, row.try_get(1)?);
        let sql = format!(
            "SELECT setval(pg_get_serial_sequence('{table}', '{column}'),
                           (SELECT coalesce(max({column}), 0) + 1 FROM {table}), false)"
        );
        rows(on, &sql, &[]).await?;
    }
    Ok(())
}

fn places(many: usize) -> String {
    let places: Vec<String> = (1..=many).map(|place| format!("${place}")).collect();
    places.join(", ")
}

fn borrowed<'a>(value: &'a Value<'_>) -> &'a (dyn ToSql + Sync) {
    &**value
}

fn values<'a>(cells: &'a [Cell], types: &[Type]) -> Result<Vec<Value<'a>>, Error> {
    cells
        .iter()
        .zip(types)
        .map(|(cell, wanted)| value(cell, wanted))
        .collect()
}

fn value<'a>(cell: &'a Cell, wanted: &Type) -> Result<Value<'a>, Error> {
    Ok(match (cell, wanted) {
        (Cell::Number(number), &Type::BOOL) => Box::new(*number != 0),
        (Cell::Number(number), &Type::INT8) => Box::new(*number),
        (Cell::Real(number), &Type::FLOAT8) => Box::new(*number),
        (Cell::Text(text), &Type::TEXT) => Box::new(text.as_str()),
        (Cell::Bytes(bytes), &Type::BYTEA) => Box::new(bytes.as_slice()),
        (Cell::Nothing, &Type::BOOL) => Box::new(None::<bool>),
        (Cell::Nothing, &Type::INT8) => Box::new(None::<i64>),
        (Cell::Nothing, &Type::FLOAT8) => Box::new(None::<f64>),
        (Cell::Nothing, &Type::TEXT) => Box::new(None::<&str>),
        (Cell::Nothing, &Type::BYTEA) => Box::new(None::<&[u8]>),
        _ => return Err(damaged("a column holds another kind of value")),
    })
}

fn cells(row: &Row) -> Result<Vec<Cell>, Error> {
    let cell = |(place, kind): (usize, &Type)| {
        let cell = match *kind {
            Type::BOOL => row
                .try_get::<_, Option<bool>>(place)?
                .map(|yes| Cell::Number(i64::from(yes))),
            Type::INT8 => row.try_get::<_, Option<i64>>(place)?.map(Cell::Number),
            Type::FLOAT8 => row.try_get::<_, Option<f64>>(place)?.map(Cell::Real),
            Type::TEXT => row.try_get::<_, Option<String>>(place)?.map(Cell::Text),
            Type::BYTEA => row.try_get::<_, Option<Vec<u8>>>(place)?.map(Cell::Bytes),
            _ => return Err(damaged("a column is of a kind that is not copied")),
        };
        Ok(cell.unwrap_or(Cell::Nothing))
    };
    let kinds = row.columns().iter().map(tokio_postgres::Column::type_);
    kinds.enumerate().map(cell).collect()
}
