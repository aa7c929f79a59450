//! Duties in PostgreSQL: one row each while somebody has it.

use std::sync::Arc;

use async_trait::async_trait;
use deadpool_postgres::Transaction;
use jiff::Timestamp;

use crate::duties::{is_held, off_duty};
use crate::moment::{instant, micros};
use crate::stored::{Context, number, revision};
use crate::{Appointed, Archive, Duties, Duty, Error, Finished, PostgresArchive};

use super::query::{Values, draw, maybe, run};

#[async_trait]
impl Duties for PostgresArchive {
    async fn take_duty(
        &self,
        name: &str,
        holder: &str,
        until: Timestamp,
        now: Timestamp,
    ) -> Result<Appointed, Error> {
        let asked = Arc::new((name.to_owned(), holder.to_owned()));
        self.write(move |context, on| {
            let asked = Arc::clone(&asked);
            Box::pin(async move { take(context, on, &asked.0, &asked.1, until, now).await })
        })
        .await
    }

    async fn renew_duty(&self, duty: &Duty, until: Timestamp) -> Result<Finished, Error> {
        let duty = Arc::new(duty.clone());
        self.write(move |context, on| {
            let duty = Arc::clone(&duty);
            Box::pin(async move {
                let sql = "UPDATE duties SET held_until = $4
                           WHERE tenant = $1 AND name = $2 AND fence = $3";
                let fence = number(duty.fence);
                let values: Values<'_> = &[&context.tenant(), &duty.name, &fence, &micros(until)];
                Ok(held_if(run(on, sql, values).await?))
            })
        })
        .await
    }

    async fn leave_duty(&self, duty: &Duty) -> Result<Finished, Error> {
        let duty = Arc::new(duty.clone());
        self.write(move |context, on| {
            let duty = Arc::clone(&duty);
            Box::pin(async move {
                let sql = "DELETE FROM duties WHERE tenant = $1 AND name = $2 AND fence = $3";
                let values: Values<'_> = &[&context.tenant(), &duty.name, &number(duty.fence)];
                Ok(held_if(run(on, sql, values).await?))
            })
        })
        .await
    }

    async fn duty(&self, name: &str) -> Result<Option<Duty>, Error> {
        let name: Arc<str> = name.into();
        self.read_with(move |context, on| {
            let name = Arc::clone(&name);
            Box::pin(async move { load(context, on, &name).await })
        })
        .await
    }

    fn on_duty(&self, duty: &Duty) -> Arc<dyn Archive> {
        Arc::new(Self {
            parts: Arc::clone(&self.parts),
            duty: Some(Arc::new(duty.clone())),
        })
    }
}

/// Refuses to write for a duty that somebody else has, or that was left.
pub(super) async fn check(
    context: &Context,
    on: &Transaction<'_>,
    duty: &Duty,
) -> Result<(), Error> {
    let held = load(context, on, &duty.name).await?;
    let is_held = held.is_some_and(|held| held.fence == duty.fence);
    is_held.then_some(()).ok_or_else(|| off_duty(duty))
}

async fn take(
    context: &Context,
    on: &Transaction<'_>,
    name: &str,
    holder: &str,
    until: Timestamp,
    now: Timestamp,
) -> Result<Appointed, Error> {
    if let Some(held) = load(context, on, name).await?
        && held.holder != holder
        && is_held(micros(held.until), micros(now))
    {
        return Ok(Appointed::Busy(held));
    }
    let fence = draw(on).await?;
    let sql = "INSERT INTO duties (tenant, name, holder, fence, held_until)
               VALUES ($1, $2, $3, $4, $5) ON CONFLICT (tenant, name) DO UPDATE SET
                 holder = excluded.holder, fence = excluded.fence,
                 held_until = excluded.held_until";
    let (drawn, end) = (number(fence), micros(until));
    let values: Values<'_> = &[&context.tenant(), &name, &holder, &drawn, &end];
    run(on, sql, values).await?;
    Ok(Appointed::Held(Duty {
        name: name.to_owned(),
        holder: holder.to_owned(),
        fence,
        until: instant(end)?,
    }))
}

async fn load(context: &Context, on: &Transaction<'_>, name: &str) -> Result<Option<Duty>, Error> {
    let sql = "SELECT holder, fence, held_until FROM duties WHERE tenant = $1 AND name = $2";
    let Some(row) = maybe(on, sql, &[&context.tenant(), &name]).await? else {
        return Ok(None);
    };
    Ok(Some(Duty {
        name: name.to_owned(),
        holder: row.try_get(0)?,
        fence: revision(row.try_get(1)?)?,
        until: instant(row.try_get(2)?)?,
    }))
}

fn held_if(changed: u64) -> Finished {
    match changed {
        0 => Finished::Lost,
        _ => Finished::Held,
    }
}
