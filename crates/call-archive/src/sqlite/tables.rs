//! Rows of any table, read and written in SQLite in the order of their key.

use rusqlite::types::{ToSqlOutput, Value, ValueRef};
use rusqlite::{Connection, Row, ToSql, params_from_iter};

use crate::Error;
use crate::stored::{Cell, TableForm, copied_tables, damaged};

/// Every table that is copied, with its key.
pub(crate) fn forms(connection: &Connection) -> Result<Vec<TableForm>, Error> {
    let mut forms = copied_tables();
    for form in &mut forms {
        let sql = "SELECT name FROM pragma_table_info(?1) WHERE pk > 0 ORDER BY pk";
        let mut statement = connection.prepare_cached(sql)?;
        let names = statement.query_map([form.name], |row| row.get::<_, String>(0))?;
        for name in names {
            let name = name?;
            let place = form.columns.iter().position(|column| *column == name);
            form.key
                .push(place.ok_or_else(|| damaged("a table of the archive has another key"))?);
        }
        if form.key.is_empty() {
            return Err(damaged("a table of the archive has no key"));
        }
    }
    Ok(forms)
}

/// How many rows a table has.
pub(crate) fn count(connection: &Connection, form: &TableForm) -> Result<u64, Error> {
    let sql = format!("SELECT count(*) FROM {}", form.name);
    let count: i64 = connection.query_row(&sql, [], |row| row.get(0))?;
    Ok(u64::try_from(count).unwrap_or(0))
}

/// The next rows of a table, after a key.
pub(crate) fn read(
    connection: &Connection,
    form: &TableForm,
    after: Option<&[Cell]>,
    most: usize,
) -> Result<Vec<Vec<Cell>>, Error> {
    let keys = form.key_named("");
    let beyond = after.map_or(String::new(), |key| {
        format!("WHERE ({keys}) > ({})", places(key.len()))
    });
    let sql = format!(
        "SELECT {} FROM {} {beyond} ORDER BY {keys} LIMIT {most}",
        form.named(),
        form.name
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query(params_from_iter(after.unwrap_or_default()))?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(cells(row, form.columns.len())?);
    }
    Ok(found)
}

/// Writes rows, which must not be there.
pub(super) fn insert(
    connection: &Connection,
    form: &TableForm,
    rows: &[Vec<Cell>],
) -> Result<(), Error> {
    let sql = format!(
        "INSERT INTO {} ({}) VALUES ({})",
        form.name,
        form.named(),
        places(form.columns.len())
    );
    let mut statement = connection.prepare_cached(&sql)?;
    for row in rows {
        statement.execute(params_from_iter(row))?;
    }
    Ok(())
}

fn cells(row: &Row<'_>, many: usize) -> Result<Vec<Cell>, Error> {
    (0..many)
        .map(|place| {
            Ok(match row.get_ref(place)? {
                ValueRef::Null => Cell::Nothing,
                ValueRef::Integer(number) => Cell::Number(number),
                ValueRef::Real(number) => Cell::Real(number),
                ValueRef::Text(text) => {
                    let text = std::str::from_utf8(text);
                    Cell::Text(text.map_err(|_| damaged("a text is no text"))?.to_owned())
                }
                ValueRef::Blob(bytes) => Cell::Bytes(bytes.to_owned()),
            })
        })
        .collect()
}

fn places(many: usize) -> String {
    vec!["?"; many].join(", ")
}

impl ToSql for Cell {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Self::Nothing => ToSqlOutput::Owned(Value::Null),
            Self::Number(number) => ToSqlOutput::Owned(Value::Integer(*number)),
            Self::Real(number) => ToSqlOutput::Owned(Value::Real(*number)),
            Self::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
            Self::Bytes(bytes) => ToSqlOutput::Borrowed(ValueRef::Blob(bytes)),
        })
    }
}
