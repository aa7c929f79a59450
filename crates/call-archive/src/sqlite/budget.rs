//! The company's budget in SQLite: one row, read and written in one transaction.

use async_trait::async_trait;
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use crate::stored::Context;
use crate::{Budget, BudgetBook, Error, SlotRequest, SqliteArchive, Taken};

#[async_trait]
impl Budget for SqliteArchive {
    async fn take_slot(&self, asked: &SlotRequest, now: Timestamp) -> Result<Taken, Error> {
        let asked = *asked;
        self.write(move |context, connection| {
            let before = load(context, connection)?;
            let mut book = before;
            let slot = book.take(&asked, now);
            keep(context, connection, before, book)?;
            Ok(Taken { slot, book })
        })
        .await
    }

    async fn push_back(&self, until: Timestamp, now: Timestamp) -> Result<(), Error> {
        self.write(move |context, connection| {
            let before = load(context, connection)?;
            let mut book = before;
            book.push_back(until, now);
            keep(context, connection, before, book)
        })
        .await
    }

    async fn book(&self) -> Result<BudgetBook, Error> {
        self.read_with(load).await
    }
}

fn load(context: &Context, connection: &Connection) -> Result<BudgetBook, Error> {
    let sql = "SELECT day, spent, next, pushed_until FROM budget WHERE tenant = ?1";
    let found = connection
        .prepare_cached(sql)?
        .query_row([context.tenant()], |row| {
            Ok(BudgetBook {
                day: row.get(0)?,
                spent: row.get(1)?,
                next: row.get(2)?,
                pushed_until: row.get(3)?,
            })
        })
        .optional()?;
    Ok(found.unwrap_or_default())
}

/// A book that did not change is not written: asking in vain costs no fsync.
fn keep(
    context: &Context,
    connection: &Connection,
    before: BudgetBook,
    book: BudgetBook,
) -> Result<(), Error> {
    if book != before {
        connection
            .prepare_cached(
                "INSERT OR REPLACE INTO budget (tenant, day, spent, next, pushed_until)
                 VALUES (?1, ?2, ?3, ?4, ?5)",
            )?
            .execute(params![
                context.tenant(),
                book.day,
                book.spent,
                book.next,
                book.pushed_until
            ])?;
    }
    Ok(())
}
