//! The row of an answer, sealed with a key of its own, and what says from which calls it was made.

use conversation::{AccountId, CallId};

use crate::moment::{cut, instant, micros};
use crate::{AnswerId, Error, KeptAnswer};

use super::context::Context;
use super::fault::{bad_id, damaged};
use super::seal::Key;

/// One row of `llm_cache`.
pub(crate) struct AnswerRow {
    pub(crate) id: String,
    pub(crate) model: String,
    pub(crate) made: i64,
    pub(crate) dek: i64,
    pub(crate) wrapped: Vec<u8>,
    pub(crate) answer: Vec<u8>,
}

impl AnswerRow {
    /// The row of an answer under a new key.
    pub(crate) fn of(context: &Context, answer: &KeptAnswer) -> Result<Self, Error> {
        let id = answer.id.to_string();
        let key = Key::random()?;
        let (dek, wrapping) = context.keys.newest_dek()?;
        let place = context.place("llm_cache", &id, "answer");
        Ok(Self {
            model: answer.model.clone(),
            made: micros(cut(answer.made)),
            dek,
            wrapped: wrapping.wrap(context.place("llm_cache", &id, "wrapped"), &key)?,
            answer: key.seal(place, answer.text.as_bytes())?,
            id,
        })
    }

    pub(crate) fn open(
        self,
        context: &Context,
        id: AnswerId,
        sources: Sources,
    ) -> Result<KeptAnswer, Error> {
        let wrapping = context.keys.dek(self.dek)?;
        let place = context.place("llm_cache", &self.id, "wrapped");
        let key = wrapping.unwrap(place, &self.wrapped)?;
        let place = context.place("llm_cache", &self.id, "answer");
        let bytes = key.open(place, &self.answer)?;
        let text = std::str::from_utf8(&bytes).map_err(|_| damaged("an answer is no text"))?;
        let made = instant(self.made)?;
        let mut answer = KeptAnswer::new(id, self.model, made, text, sources.calls);
        answer.accounts = sources.accounts;
        Ok(answer)
    }
}

/// What an answer was made from, as `derived_from` names it.
#[derive(Default)]
pub(crate) struct Sources {
    pub(crate) calls: Vec<CallId>,
    pub(crate) accounts: Vec<AccountId>,
}

impl Sources {
    /// The kinds and names of the rows of `derived_from`.
    pub(crate) fn rows(answer: &KeptAnswer) -> impl Iterator<Item = (&'static str, &str)> {
        let calls = answer.calls.iter().map(|call| ("call", call.as_str()));
        let accounts = answer.accounts.iter();
        calls.chain(accounts.map(|account| ("account", account.as_str())))
    }

    pub(crate) fn take(&mut self, kind: &str, source: String) -> Result<(), Error> {
        match kind {
            "call" => self.calls.push(CallId::new(source).map_err(bad_id)?),
            "account" => self.accounts.push(AccountId::new(source).map_err(bad_id)?),
            _ => return Err(damaged("a source of an answer is of an unknown kind")),
        }
        Ok(())
    }
}

/// The name of a row as it is stored.
pub(crate) fn answer_id(text: &str) -> Result<AnswerId, Error> {
    AnswerId::from_hex(text).ok_or_else(|| damaged("the name of an answer is malformed"))
}
