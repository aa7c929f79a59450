//! Duties in SQLite: one row each while somebody has it.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use crate::duties::{is_held, off_duty};
use crate::moment::{instant, micros};
use crate::stored::{Context, number, revision};
use crate::{Appointed, Archive, Duties, Duty, Error, Finished, SqliteArchive};

use super::context::draw;

#[async_trait]
impl Duties for SqliteArchive {
    async fn take_duty(
        &self,
        name: &str,
        holder: &str,
        until: Timestamp,
        now: Timestamp,
    ) -> Result<Appointed, Error> {
        let (name, holder) = (name.to_owned(), holder.to_owned());
        self.write(move |context, connection| {
            if let Some(held) = load(context, connection, &name)?
                && held.holder != holder
                && is_held(micros(held.until), micros(now))
            {
                return Ok(Appointed::Busy(held));
            }
            let fence = draw(connection)?;
            connection
                .prepare_cached(
                    "INSERT INTO duties (tenant, name, holder, fence, held_until)
                     VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (tenant, name) DO UPDATE SET
                       holder = excluded.holder, fence = excluded.fence,
                       held_until = excluded.held_until",
                )?
                .execute(params![
                    context.tenant(),
                    name,
                    holder,
                    number(fence),
                    micros(until)
                ])?;
            Ok(Appointed::Held(Duty {
                name,
                holder,
                fence,
                until: instant(micros(until))?,
            }))
        })
        .await
    }

    async fn renew_duty(&self, duty: &Duty, until: Timestamp) -> Result<Finished, Error> {
        let duty = duty.clone();
        self.write(move |context, connection| {
            let changed = connection
                .prepare_cached(
                    "UPDATE duties SET held_until = ?4
                     WHERE tenant = ?1 AND name = ?2 AND fence = ?3",
                )?
                .execute(params![
                    context.tenant(),
                    duty.name,
                    number(duty.fence),
                    micros(until)
                ])?;
            Ok(held_if(changed))
        })
        .await
    }

    async fn leave_duty(&self, duty: &Duty) -> Result<Finished, Error> {
        let duty = duty.clone();
        self.write(move |context, connection| {
            let changed = connection
                .prepare_cached(
                    "DELETE FROM duties WHERE tenant = ?1 AND name = ?2 AND fence = ?3",
                )?
                .execute(params![context.tenant(), duty.name, number(duty.fence)])?;
            Ok(held_if(changed))
        })
        .await
    }

    async fn duty(&self, name: &str) -> Result<Option<Duty>, Error> {
        let name = name.to_owned();
        self.read_with(move |context, connection| load(context, connection, &name))
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
pub(super) fn check(context: &Context, connection: &Connection, duty: &Duty) -> Result<(), Error> {
    let held = load(context, connection, &duty.name)?;
    let is_held = held.is_some_and(|held| held.fence == duty.fence);
    is_held.then_some(()).ok_or_else(|| off_duty(duty))
}

fn load(context: &Context, connection: &Connection, name: &str) -> Result<Option<Duty>, Error> {
    let row: Option<(String, i64, i64)> = connection
        .prepare_cached(
            "SELECT holder, fence, held_until FROM duties WHERE tenant = ?1 AND name = ?2",
        )?
        .query_row([context.tenant(), name], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })
        .optional()?;
    row.map(|(holder, fence, until)| {
        Ok(Duty {
            name: name.to_owned(),
            holder,
            fence: revision(fence)?,
            until: instant(until)?,
        })
    })
    .transpose()
}

fn held_if(changed: usize) -> Finished {
    match changed {
        0 => Finished::Lost,
        _ => Finished::Held,
    }
}
