//! The company's budget in PostgreSQL: one row, read and written while it is this caller's turn.

use async_trait::async_trait;
use deadpool_postgres::Transaction;
use jiff::Timestamp;

use crate::stored::{Context, damaged};
use crate::{Budget, BudgetBook, Error, PostgresArchive, SlotRequest, Taken};

use super::query::{Values, maybe, run};

#[async_trait]
impl Budget for PostgresArchive {
    async fn take_slot(&self, asked: &SlotRequest, now: Timestamp) -> Result<Taken, Error> {
        let asked = *asked;
        self.write(move |context, on| {
            Box::pin(async move {
                let before = load(context, on).await?;
                let mut book = before;
                let slot = book.take(&asked, now);
                keep(context, on, before, book).await?;
                Ok(Taken { slot, book })
            })
        })
        .await
    }

    async fn push_back(&self, until: Timestamp, now: Timestamp) -> Result<(), Error> {
        self.write(move |context, on| {
            Box::pin(async move {
                let before = load(context, on).await?;
                let mut book = before;
                book.push_back(until, now);
                keep(context, on, before, book).await
            })
        })
        .await
    }

    async fn book(&self) -> Result<BudgetBook, Error> {
        self.read_with(|context, on| Box::pin(load(context, on)))
            .await
    }
}

async fn load(context: &Context, on: &Transaction<'_>) -> Result<BudgetBook, Error> {
    let sql = "SELECT day, spent, next, pushed_until FROM budget WHERE tenant = $1";
    let Some(row) = maybe(on, sql, &[&context.tenant()]).await? else {
        return Ok(BudgetBook::default());
    };
    let spent: i64 = row.try_get(1)?;
    Ok(BudgetBook {
        day: row.try_get(0)?,
        spent: spent
            .try_into()
            .map_err(|_| damaged("a stored count of requests is wrong"))?,
        next: row.try_get(2)?,
        pushed_until: row.try_get(3)?,
    })
}

/// A book that did not change is not written: asking in vain costs no fsync.
async fn keep(
    context: &Context,
    on: &Transaction<'_>,
    before: BudgetBook,
    book: BudgetBook,
) -> Result<(), Error> {
    if book == before {
        return Ok(());
    }
    let sql = "INSERT INTO budget (tenant, day, spent, next, pushed_until)
               VALUES ($1, $2, $3, $4, $5)
               ON CONFLICT (tenant) DO UPDATE SET day = excluded.day, spent = excluded.spent,
                 next = excluded.next, pushed_until = excluded.pushed_until";
    let spent = i64::from(book.spent);
    let values: Values<'_> = &[
        &context.tenant(),
        &book.day,
        &spent,
        &book.next,
        &book.pushed_until,
    ];
    run(on, sql, values).await?;
    Ok(())
}
