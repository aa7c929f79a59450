//! The company's own people in PostgreSQL.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use conversation::UserId;
use deadpool_postgres::Transaction;

use crate::stored::{Context, UserRow};
use crate::{Error, People, PostgresArchive, User};

use super::query::{Values, rows, run};
use super::refusals;

const COLUMNS: &str = "id, manager, is_active, dek, wrapped, person";

#[async_trait]
impl People for PostgresArchive {
    async fn put_users(&self, users: &[User]) -> Result<(), Error> {
        let users: Arc<[User]> = users.into();
        self.write(move |context, on| {
            let users = Arc::clone(&users);
            Box::pin(async move {
                let mut known = by_id(context, on, users.iter().map(|user| &user.id)).await?;
                for user in users.iter() {
                    // Most lists tell what is known: then nothing is written, and no key made.
                    let is_known = known.get(&user.id) == Some(user);
                    if !is_known && !refusals::refuses_user(context, on, user).await? {
                        write(context, on, user).await?;
                        known.insert(user.id.clone(), user.clone());
                    }
                }
                Ok(())
            })
        })
        .await
    }

    async fn users(&self) -> Result<Vec<User>, Error> {
        self.read_with(|context, on| {
            Box::pin(async move {
                let sql = format!("SELECT {COLUMNS} FROM users WHERE tenant = $1 ORDER BY id");
                read(context, on, &sql, &[&context.tenant()]).await
            })
        })
        .await
    }

    async fn users_by_id(&self, ids: &[UserId]) -> Result<Vec<User>, Error> {
        let ids: Arc<[UserId]> = ids.into();
        self.read_with(move |context, on| {
            let ids = Arc::clone(&ids);
            Box::pin(async move {
                let known = by_id(context, on, ids.iter()).await?;
                Ok(ids.iter().filter_map(|id| known.get(id).cloned()).collect())
            })
        })
        .await
    }

    async fn users_by_email(&self, hash: &str) -> Result<Vec<User>, Error> {
        let hash: Arc<str> = hash.into();
        self.read_with(move |context, on| {
            let hash = Arc::clone(&hash);
            Box::pin(async move {
                let sql = format!(
                    "SELECT {COLUMNS} FROM users WHERE tenant = $1 AND email_hash = $2
                     ORDER BY is_active DESC, id"
                );
                read(context, on, &sql, &[&context.tenant(), &&*hash]).await
            })
        })
        .await
    }
}

async fn by_id(
    context: &Context,
    on: &Transaction<'_>,
    ids: impl Iterator<Item = &UserId> + Send,
) -> Result<BTreeMap<UserId, User>, Error> {
    let ids: Vec<String> = ids.map(ToString::to_string).collect();
    let sql = format!("SELECT {COLUMNS} FROM users WHERE tenant = $1 AND id = ANY($2)");
    let users = read(context, on, &sql, &[&context.tenant(), &ids]).await?;
    Ok(users
        .into_iter()
        .map(|user| (user.id.clone(), user))
        .collect())
}

async fn write(context: &Context, on: &Transaction<'_>, user: &User) -> Result<(), Error> {
    let row = UserRow::of(context, user)?;
    let sql = "INSERT INTO users
                 (tenant, id, email_hash, manager, is_active, dek, wrapped, person)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
               ON CONFLICT (tenant, id) DO UPDATE SET
                 email_hash = excluded.email_hash, manager = excluded.manager,
                 is_active = excluded.is_active, dek = excluded.dek, wrapped = excluded.wrapped,
                 person = excluded.person";
    let values: Values<'_> = &[
        &context.tenant(),
        &row.id,
        &row.email_hash,
        &row.manager,
        &row.is_active,
        &row.dek,
        &row.wrapped,
        &row.person,
    ];
    run(on, sql, values).await?;
    Ok(())
}

async fn read(
    context: &Context,
    on: &Transaction<'_>,
    sql: &str,
    values: Values<'_>,
) -> Result<Vec<User>, Error> {
    let mut users = Vec::new();
    for row in rows(on, sql, values).await? {
        let row = UserRow {
            id: row.try_get(0)?,
            email_hash: None,
            manager: row.try_get(1)?,
            is_active: row.try_get(2)?,
            dek: row.try_get(3)?,
            wrapped: row.try_get(4)?,
            person: row.try_get(5)?,
        };
        users.push(row.open(context)?);
    }
    Ok(users)
}
