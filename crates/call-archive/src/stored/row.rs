//! The rows of a call, between what a database holds and what a call is.

use conversation::{
    AccountId, Call, CallId, Party, PartyId, Revision, SpeakerId, Transcript, UserId, WorkspaceId,
};
use jiff::Timestamp;

use crate::hashes::Hashes;
use crate::merge::Current;
use crate::moment::{instant, length, length_micros, micros};
use crate::{Error, Keep, Known, Raw, Source, TextState};

use super::context::Context;
use super::fault::{bad_id, damaged};
use super::record::{Details, Person, RawBlocks, Words, from_bytes, to_bytes};
use super::seal::Key;
use super::words::{direction, keep, privacy, source, text_state, text_state_columns};

/// How much of a call is read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Depth {
    /// Everything but the vendor's blocks.
    WithoutRaw,
    /// The vendor's blocks, too.
    Whole,
}

/// The columns of `calls` that every read needs, as a database holds them.
pub(crate) struct CallRow {
    pub(crate) id: String,
    pub(crate) source: String,
    pub(crate) workspace: Option<String>,
    pub(crate) started: i64,
    pub(crate) scheduled: Option<i64>,
    pub(crate) duration: Option<i64>,
    pub(crate) direction: Option<String>,
    pub(crate) scope: Option<String>,
    pub(crate) language: Option<String>,
    pub(crate) is_private: bool,
    pub(crate) primary_user: Option<String>,
    pub(crate) revision: i64,
    pub(crate) text_revision: Option<i64>,
    pub(crate) text_hash: Option<String>,
    pub(crate) facts_hash: String,
    pub(crate) record_hash: String,
    pub(crate) text_state: String,
    pub(crate) pending_since: Option<i64>,
    pub(crate) missing_since: Option<i64>,
    pub(crate) is_partial: bool,
    pub(crate) is_shell: bool,
    pub(crate) erasing: Option<String>,
    pub(crate) title: Option<Vec<u8>>,
    pub(crate) details: Option<Vec<u8>>,
}

impl CallRow {
    /// The row of a call with what is sealed of it, and its sealed vendor's blocks.
    ///
    /// The key is needed where [`needs_key`] says so.
    pub(crate) fn of(
        context: &Context,
        key: Option<&Key>,
        current: &Current,
    ) -> Result<(Self, Option<Vec<u8>>), Error> {
        let call = &current.call;
        let id = call.id.as_str();
        let place = |column| context.place("calls", id, column);
        let title = match &call.title {
            None => None,
            Some(text) => Some(needed(key)?.seal(place("title"), text.as_bytes())?),
        };
        let details = match Details::of(call) {
            None => None,
            Some(details) => Some(needed(key)?.seal(place("details"), &to_bytes(&details)?)?),
        };
        let raw = if current.raw == Raw::default() {
            None
        } else {
            let blocks = to_bytes(&RawBlocks::of(&current.raw))?;
            Some(needed(key)?.seal_small(place("raw"), &blocks)?)
        };
        let (text_state, pending_since) = text_state_columns(current.text_state);
        let row = Self {
            id: id.to_owned(),
            source: current.source.as_str().to_owned(),
            workspace: call.workspace.as_ref().map(ToString::to_string),
            started: micros(call.started),
            scheduled: call.scheduled.map(micros),
            duration: call.duration.map(length_micros),
            direction: call.direction.as_ref().map(|way| way.as_str().to_owned()),
            scope: call.scope.clone(),
            language: call.language.clone(),
            is_private: call.is_private(),
            primary_user: call.primary_user.as_ref().map(ToString::to_string),
            revision: number(current.revision),
            text_revision: current.text_revision.map(number),
            text_hash: current.hashes.text.clone(),
            facts_hash: current.hashes.facts.clone(),
            record_hash: current.hashes.record.clone(),
            text_state: text_state.to_owned(),
            pending_since: pending_since.map(micros),
            missing_since: current.missing_since.map(micros),
            is_partial: current.is_partial,
            is_shell: current.is_shell(),
            erasing: None,
            title,
            details,
        };
        Ok((row, raw))
    }
}

/// One row of `parties`. The hashes and the domain are written, never read back.
pub(crate) struct PartyRow {
    pub(crate) position: i64,
    pub(crate) party: String,
    pub(crate) speaker: Option<String>,
    pub(crate) user: Option<String>,
    pub(crate) side: String,
    pub(crate) email_hash: Option<String>,
    pub(crate) phone_hash: Option<String>,
    pub(crate) domain: Option<String>,
    pub(crate) person: Option<Vec<u8>>,
}

impl PartyRow {
    /// The rows of the parties of a call.
    pub(crate) fn all(
        context: &Context,
        key: Option<&Key>,
        call: &Call,
    ) -> Result<Vec<Self>, Error> {
        (0_i64..)
            .zip(&call.parties)
            .map(|(position, party)| Self::of(context, key, call.id.as_str(), position, party))
            .collect()
    }

    fn of(
        context: &Context,
        key: Option<&Key>,
        call: &str,
        position: i64,
        party: &Party,
    ) -> Result<Self, Error> {
        let person = match Person::of(party) {
            None => None,
            Some(person) => {
                let row = format!("{call}/{position}");
                let place = context.place("parties", &row, "person");
                Some(needed(key)?.seal(place, &to_bytes(&person)?)?)
            }
        };
        let hash = context.hash_key();
        Ok(Self {
            position,
            party: party.id.to_string(),
            speaker: party.speaker.as_ref().map(ToString::to_string),
            user: party.user.as_ref().map(ToString::to_string),
            side: party.side.as_str().to_owned(),
            email_hash: party.email.as_deref().and_then(|email| hash.email(email)),
            phone_hash: party.phone.as_deref().and_then(|phone| hash.phone(phone)),
            domain: party.domain(),
            person,
        })
    }

    fn open(self, context: &Context, key: Option<&Key>, call: &str) -> Result<Party, Error> {
        let mut party = Party::new(PartyId::new(self.party).map_err(bad_id)?);
        party.speaker = parsed(self.speaker, SpeakerId::new)?;
        party.user = parsed(self.user, UserId::new)?;
        party.side = self
            .side
            .parse()
            .map_err(|error| damaged("a stored side is no side").caused_by(error))?;
        if let Some(sealed) = self.person {
            let name = format!("{call}/{}", self.position);
            let place = context.place("parties", &name, "person");
            let person: Person = from_bytes(&needed(key)?.open(place, &sealed)?)?;
            person.tell(&mut party);
        }
        Ok(party)
    }
}

/// One row of `transcripts`.
pub(crate) struct TextRow {
    pub(crate) utterances: i64,
    pub(crate) sentences: i64,
    pub(crate) text: Vec<u8>,
}

impl TextRow {
    pub(crate) fn of(
        context: &Context,
        key: Option<&Key>,
        call: &str,
        at: Revision,
        words: &Transcript,
    ) -> Result<Self, Error> {
        let row = format!("{call}/{at}");
        let place = context.place("transcripts", &row, "text");
        let count = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        Ok(Self {
            utterances: count(words.utterances().len()),
            sentences: count(words.sentences().count()),
            text: needed(key)?.seal_small(place, &to_bytes(&Words::of(words))?)?,
        })
    }
}

/// The words of a call, opened.
pub(crate) fn open_words(
    context: &Context,
    key: Option<&Key>,
    call: &str,
    at: Revision,
    sealed: &[u8],
) -> Result<Transcript, Error> {
    let row = format!("{call}/{at}");
    let place = context.place("transcripts", &row, "text");
    let words: Words = from_bytes(&needed(key)?.open(place, sealed)?)?;
    words.into_transcript()
}

/// Whether something of a call has to be sealed.
pub(crate) fn needs_key(current: &Current, words: Option<&Transcript>) -> bool {
    current.call.title.is_some()
        || Details::of(&current.call).is_some()
        || current.raw != Raw::default()
        || words.is_some()
        || current
            .call
            .parties
            .iter()
            .any(|party| Person::of(party).is_some())
}

/// What stands in the row of a call, some of it sealed.
pub(crate) struct Clear {
    pub(crate) id: CallId,
    call: Call,
    source: Source,
    hashes: Hashes,
    revision: Revision,
    text_revision: Option<Revision>,
    text_state: TextState,
    missing_since: Option<Timestamp>,
    is_partial: bool,
    is_shell: bool,
    erasing: Option<Keep>,
    title: Option<Vec<u8>>,
    details: Option<Vec<u8>>,
}

/// What stands of a call in other tables, and its sealed vendor's blocks.
pub(crate) struct Beside {
    pub(crate) parties: Vec<PartyRow>,
    pub(crate) accounts: Vec<String>,
    pub(crate) raw: Option<Vec<u8>>,
}

impl Clear {
    pub(crate) fn from_row(row: CallRow) -> Result<Self, Error> {
        let id = CallId::new(row.id).map_err(bad_id)?;
        let mut call = Call::new(id.clone(), instant(row.started)?);
        call.workspace = parsed(row.workspace, WorkspaceId::new)?;
        call.scheduled = row.scheduled.map(instant).transpose()?;
        call.duration = row.duration.map(length);
        call.direction = row.direction.map(direction);
        call.scope = row.scope;
        call.language = row.language;
        call.privacy = privacy(row.is_private);
        call.primary_user = parsed(row.primary_user, UserId::new)?;
        Ok(Self {
            id,
            call,
            source: source(&row.source)?,
            hashes: Hashes {
                text: row.text_hash,
                facts: row.facts_hash,
                record: row.record_hash,
            },
            revision: revision(row.revision)?,
            text_revision: row.text_revision.map(revision).transpose()?,
            text_state: text_state(&row.text_state, row.pending_since)?,
            missing_since: row.missing_since.map(instant).transpose()?,
            is_partial: row.is_partial,
            is_shell: row.is_shell,
            erasing: row.erasing.map(|word| keep(&word)).transpose()?,
            title: row.title,
            details: row.details,
        })
    }

    pub(crate) fn revision(&self) -> Revision {
        self.revision
    }

    pub(crate) fn erasing(&self) -> Option<Keep> {
        self.erasing
    }

    pub(crate) fn known(&self) -> Known {
        Known {
            call: self.id.clone(),
            revision: self.revision,
            text_revision: self.text_revision,
            text: self.text_state,
            privacy: self.call.privacy,
            source: self.source,
            started: self.call.started,
            missing_since: self.missing_since,
            is_shell: self.is_shell,
        }
    }

    /// Opens what is sealed and adds what stands in other tables.
    pub(crate) fn open(
        self,
        context: &Context,
        key: Option<&Key>,
        beside: Beside,
    ) -> Result<Current, Error> {
        let row = self.id.as_str();
        let mut call = self.call;
        if let Some(sealed) = self.title {
            let place = context.place("calls", row, "title");
            let title = needed(key)?.open(place, &sealed)?;
            let title = std::str::from_utf8(&title).map_err(|_| damaged("a title is no text"))?;
            call.title = Some(title.to_owned());
        }
        if let Some(sealed) = self.details {
            let place = context.place("calls", row, "details");
            let details: Details = from_bytes(&needed(key)?.open(place, &sealed)?)?;
            call.url = details.url;
            call.tags = details.tags;
        }
        for party in beside.parties {
            call.parties.push(party.open(context, key, row)?);
        }
        for account in beside.accounts {
            call.accounts.push(AccountId::new(account).map_err(bad_id)?);
        }
        let raw = match beside.raw {
            None => Raw::default(),
            Some(sealed) => {
                let place = context.place("calls", row, "raw");
                let blocks: RawBlocks = from_bytes(&needed(key)?.open(place, &sealed)?)?;
                blocks.into_raw()
            }
        };
        Ok(Current {
            call,
            source: self.source,
            raw,
            hashes: self.hashes,
            revision: self.revision,
            text_revision: self.text_revision,
            text_state: self.text_state,
            is_partial: self.is_partial,
            missing_since: self.missing_since,
        })
    }
}

/// A stored revision.
pub(crate) fn revision(number: i64) -> Result<Revision, Error> {
    u64::try_from(number)
        .map(Revision::new)
        .map_err(|_| damaged("a stored revision is negative"))
}

/// A revision as it is stored. The counter is an integer of 64 bits, so every drawn one fits.
pub(crate) fn number(revision: Revision) -> i64 {
    i64::try_from(revision.get()).unwrap_or(i64::MAX)
}

fn needed(key: Option<&Key>) -> Result<&Key, Error> {
    key.ok_or_else(|| damaged("the key of a call is not there"))
}

fn parsed<T, E: std::error::Error + Send + Sync + 'static>(
    text: Option<String>,
    parse: impl FnOnce(String) -> Result<T, E>,
) -> Result<Option<T>, Error> {
    text.map(parse).transpose().map_err(bad_id)
}
