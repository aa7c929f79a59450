//! The company's own people in SQLite.

use async_trait::async_trait;
use conversation::UserId;
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::{Error, People, SqliteArchive, User};

use super::context::Context;
use super::record::{Person, from_bytes, to_bytes};
use super::row::bad_id;
use super::seal::Key;

const COLUMNS: &str = "id, manager, is_active, dek, wrapped, person";

#[async_trait]
impl People for SqliteArchive {
    async fn put_users(&self, users: &[User]) -> Result<(), Error> {
        let users = users.to_vec();
        self.write(move |context, connection| {
            for user in &users {
                // Most lists tell what is known: then nothing is written, and no key made.
                if by_id(context, connection, &user.id)?.as_ref() != Some(user) {
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
    let id = user.id.as_str();
    let key = Key::random()?;
    let (version, dek) = context.keys.newest_dek()?;
    let wrapped = dek.wrap(context.place("users", id, "wrapped"), &key)?;
    let person = Person {
        name: user.name.clone(),
        email: user.email.clone(),
        phone: None,
        title: user.title.clone(),
    };
    let person = key.seal(context.place("users", id, "person"), &to_bytes(&person)?)?;
    let address = user.email.as_deref();
    connection
        .prepare_cached(
            "INSERT OR REPLACE INTO users
               (tenant, id, email_hash, manager, is_active, dek, wrapped, person)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute(params![
            context.tenant(),
            id,
            address.and_then(|email| context.hash_key().email(email)),
            user.manager.as_ref().map(UserId::as_str),
            user.is_active,
            version,
            wrapped,
            person,
        ])?;
    Ok(())
}

fn by_id(context: &Context, connection: &Connection, id: &UserId) -> Result<Option<User>, Error> {
    let sql = format!("SELECT {COLUMNS} FROM users WHERE tenant = ?1 AND id = ?2");
    let stored = connection
        .prepare_cached(&sql)?
        .query_row([context.tenant(), id.as_str()], Stored::from_row)
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
        users.push(Stored::from_row(row)?.open(context)?);
    }
    Ok(users)
}

/// A row as it stands there.
struct Stored {
    id: String,
    manager: Option<String>,
    is_active: bool,
    dek: i64,
    wrapped: Vec<u8>,
    person: Vec<u8>,
}

impl Stored {
    fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            manager: row.get(1)?,
            is_active: row.get(2)?,
            dek: row.get(3)?,
            wrapped: row.get(4)?,
            person: row.get(5)?,
        })
    }

    fn open(self, context: &Context) -> Result<User, Error> {
        let dek = context.keys.dek(self.dek)?;
        let key = dek.unwrap(context.place("users", &self.id, "wrapped"), &self.wrapped)?;
        let person = key.open(context.place("users", &self.id, "person"), &self.person)?;
        let person: Person = from_bytes(&person)?;
        let mut user = User::new(UserId::new(self.id).map_err(bad_id)?);
        user.name = person.name;
        user.email = person.email;
        user.title = person.title;
        user.manager = self.manager.map(UserId::new).transpose().map_err(bad_id)?;
        user.is_active = self.is_active;
        Ok(user)
    }
}
