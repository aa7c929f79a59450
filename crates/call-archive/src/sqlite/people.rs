//! The company's own people in SQLite.

use async_trait::async_trait;
use conversation::UserId;
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::stored::{Context, UserRow};
use crate::{Error, People, SqliteArchive, User};

use super::refusals;

const COLUMNS: &str = "id, manager, is_active, dek, wrapped, person";

#[async_trait]
impl People for SqliteArchive {
    async fn put_users(&self, users: &[User]) -> Result<(), Error> {
        let users = users.to_vec();
        self.write(move |context, connection| {
            for user in &users {
                // Most lists tell what is known: then nothing is written, and no key made.
                let is_known = by_id(context, connection, &user.id)?.as_ref() == Some(user);
                if !is_known && !refusals::refuses_user(context, connection, user)? {
                    write(context, connection, user)?;
                }
            }
            Ok(())
        })
        .await
    }

    async fn users(&self) -> Result<Vec<User>, Error> {
        self.read_with(|context, connection| {
            let sql = format!("SELECT {COLUMNS} FROM users WHERE tenant = ?1 ORDER BY id");
            read(context, connection, &sql, &[context.tenant()])
        })
        .await
    }

    async fn users_by_id(&self, ids: &[UserId]) -> Result<Vec<User>, Error> {
        let ids = ids.to_vec();
        self.read_with(move |context, connection| {
            let mut found = Vec::new();
            for id in &ids {
                found.extend(by_id(context, connection, id)?);
            }
            Ok(found)
        })
        .await
    }

    async fn users_by_email(&self, hash: &str) -> Result<Vec<User>, Error> {
        let hash = hash.to_owned();
        self.read_with(move |context, connection| {
            let sql = format!(
                "SELECT {COLUMNS} FROM users WHERE tenant = ?1 AND email_hash = ?2
                 ORDER BY is_active DESC, id"
            );
            read(context, connection, &sql, &[context.tenant(), &hash])
        })
        .await
    }
}

fn write(context: &Context, connection: &Connection, user: &User) -> Result<(), Error> {
    let row = UserRow::of(context, user)?;
    connection
        .prepare_cached(
            "INSERT OR REPLACE INTO users
               (tenant, id, email_hash, manager, is_active, dek, wrapped, person)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute(params![
            context.tenant(),
            row.id,
            row.email_hash,
            row.manager,
            row.is_active,
            row.dek,
            row.wrapped,
            row.person,
        ])?;
    Ok(())
}

fn by_id(context: &Context, connection: &Connection, id: &UserId) -> Result<Option<User>, Error> {
    let sql = format!("SELECT {COLUMNS} FROM users WHERE tenant = ?1 AND id = ?2");
    let stored = connection
        .prepare_cached(&sql)?
        .query_row([context.tenant(), id.as_str()], from_row)
        .optional()?;
    stored.map(|stored| stored.open(context)).transpose()
}

fn read(
    context: &Context,
    connection: &Connection,
    sql: &str,
    with: &[&str],
) -> Result<Vec<User>, Error> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(rusqlite::params_from_iter(with))?;
    let mut users = Vec::new();
    while let Some(row) = rows.next()? {
        users.push(from_row(row)?.open(context)?);
    }
    Ok(users)
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<UserRow> {
    Ok(UserRow {
        id: row.get(0)?,
        email_hash: None,
        manager: row.get(1)?,
        is_active: row.get(2)?,
        dek: row.get(3)?,
        wrapped: row.get(4)?,
        person: row.get(5)?,
    })
}
