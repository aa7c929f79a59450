//! The row of a write to a CRM, and that of what is left there of something erased: each sealed with
//! a key of its own.

use conversation::{CallId, DealId};
use uuid::Uuid;

use crate::moment::{cut, instant, micros};
use crate::{CrmRemnant, Error, KeptWrite, WriteState};

use super::context::Context;
use super::fault::{bad_id, damaged};
use super::seal::Key;

/// One row of `crm_outbox`.
pub(crate) struct WriteRow {
    pub(crate) id: String,
    pub(crate) run: String,
    pub(crate) subject: String,
    pub(crate) state: String,
    pub(crate) sent: i64,
    pub(crate) dek: i64,
    pub(crate) wrapped: Vec<u8>,
    pub(crate) place: Vec<u8>,
    pub(crate) payload: Vec<u8>,
}

const TABLE: &str = "crm_outbox";

impl WriteRow {
    /// The row of a write under a new key.
    pub(crate) fn of(context: &Context, write: &KeptWrite) -> Result<Self, Error> {
        let id = context
            .hash_key()
            .write(&context.tenant, &write.run, &write.subject);
        let key = Key::random()?;
        let (dek, wrapping) = context.keys.newest_dek()?;
        let place = context.place(TABLE, &id, "place");
        let payload = context.place(TABLE, &id, "payload");
        Ok(Self {
            run: write.run.clone(),
            subject: write.subject.clone(),
            state: write.state.as_str().to_owned(),
            sent: micros(cut(write.at)),
            dek,
            wrapped: wrapping.wrap(context.place(TABLE, &id, "wrapped"), &key)?,
            place: key.seal(place, write.place.as_bytes())?,
            payload: key.seal_small(payload, write.payload.as_bytes())?,
            id,
        })
    }

    fn key(&self, context: &Context) -> Result<Key, Error> {
        let wrapping = context.keys.dek(self.dek)?;
        wrapping.unwrap(context.place(TABLE, &self.id, "wrapped"), &self.wrapped)
    }

    pub(crate) fn open(&self, context: &Context, of: WriteSources) -> Result<KeptWrite, Error> {
        let key = self.key(context)?;
        let place = key.open(context.place(TABLE, &self.id, "place"), &self.place)?;
        let payload = key.open(context.place(TABLE, &self.id, "payload"), &self.payload)?;
        Ok(KeptWrite {
            run: self.run.clone(),
            subject: self.subject.clone(),
            state: self.state()?,
            at: instant(self.sent)?,
            place: text(&place)?,
            payload: text(&payload)?,
            calls: of.calls,
            deals: of.deals,
            sums_up: of.sums_up,
            linked: of.linked,
        })
    }

    pub(crate) fn state(&self) -> Result<WriteState, Error> {
        write_state(&self.state)
    }

    /// What is left of it in the CRM, under a key that opens nothing else.
    pub(crate) fn remnant(&self, context: &Context) -> Result<RemnantRow, Error> {
        let key = self.key(context)?;
        let place = key.open(context.place(TABLE, &self.id, "place"), &self.place)?;
        RemnantRow::of(context, &text(&place)?, self.sent)
    }
}

/// One row of `crm_remnants`.
pub(crate) struct RemnantRow {
    pub(crate) id: String,
    pub(crate) sent: i64,
    pub(crate) dek: i64,
    pub(crate) wrapped: Vec<u8>,
    pub(crate) place: Vec<u8>,
}

impl RemnantRow {
    const TABLE: &str = "crm_remnants";

    pub(crate) fn of(context: &Context, place: &str, sent: i64) -> Result<Self, Error> {
        let id = Uuid::new_v4().simple().to_string();
        let key = Key::random()?;
        let (dek, wrapping) = context.keys.newest_dek()?;
        let at = context.place(Self::TABLE, &id, "place");
        Ok(Self {
            sent,
            dek,
            wrapped: wrapping.wrap(context.place(Self::TABLE, &id, "wrapped"), &key)?,
            place: key.seal(at, place.as_bytes())?,
            id,
        })
    }

    pub(crate) fn open(&self, context: &Context) -> Result<CrmRemnant, Error> {
        let wrapping = context.keys.dek(self.dek)?;
        let place = context.place(Self::TABLE, &self.id, "wrapped");
        let key = wrapping.unwrap(place, &self.wrapped)?;
        let place = key.open(context.place(Self::TABLE, &self.id, "place"), &self.place)?;
        Ok(CrmRemnant {
            id: self.id.clone(),
            place: text(&place)?,
            sent: instant(self.sent)?,
        })
    }
}

/// What a write is about, as `derived_from` names it.
#[derive(Default)]
pub(crate) struct WriteSources {
    pub(crate) calls: Vec<CallId>,
    pub(crate) deals: Vec<DealId>,
    pub(crate) sums_up: Option<DealId>,
    pub(crate) linked: Vec<DealId>,
}

impl WriteSources {
    /// The kinds and names of the rows of `derived_from`.
    pub(crate) fn rows(write: &KeptWrite) -> impl Iterator<Item = (&'static str, String)> {
        let calls = write.calls.iter().map(|call| ("call", call.to_string()));
        let deals = write.deals.iter().map(|deal| ("deal", deal.to_string()));
        let linked = write.linked.iter().map(|deal| ("link", deal.to_string()));
        let sums_up = write.sums_up.iter().map(|deal| ("sum", deal.to_string()));
        calls.chain(deals).chain(linked).chain(sums_up)
    }

    pub(crate) fn take(&mut self, kind: &str, source: String) -> Result<(), Error> {
        let deal = |source: String| -> Result<DealId, Error> { source.parse().map_err(bad_id) };
        match kind {
            "call" => self.calls.push(CallId::new(source).map_err(bad_id)?),
            "deal" => self.deals.push(deal(source)?),
            "link" => self.linked.push(deal(source)?),
            "sum" => self.sums_up = Some(deal(source)?),
            _ => return Err(damaged("a source of a write is of an unknown kind")),
        }
        Ok(())
    }
}

/// The state of a write as it is stored.
pub(crate) fn write_state(word: &str) -> Result<WriteState, Error> {
    WriteState::parse(word).ok_or_else(|| damaged("a write is in no known state"))
}

fn text(bytes: &[u8]) -> Result<String, Error> {
    let text = std::str::from_utf8(bytes).map_err(|_| damaged("a write is no text"))?;
    Ok(text.to_owned())
}
