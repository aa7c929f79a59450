//! A call's rows, read back.

use access::{PrivateCalls, Rows, Scope};
use conversation::{
    AccountId, Call, CallId, Direction, Party, PartyId, Privacy, Revision, SpeakerId, Transcript,
    UserId, WorkspaceId,
};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, ToSql, params};

use crate::hashes::Hashes;
use crate::merge::Current;
use crate::moment::{instant, length};
use crate::{Error, Keep, Known, Raw, Source, TextState};

use super::context::{Context, number, revision};
use super::fault::damaged;
use super::record::{Details, Person, RawBlocks, Words, from_bytes};
use super::seal::Key;

/// The clear columns in the order that [`Clear::from_row`] reads.
pub(super) const CLEAR: &str = "c.id, c.source, c.workspace, c.started, c.scheduled, c.duration, \
    c.direction, c.scope, c.language, c.is_private, c.primary_user, c.revision, c.text_revision, \
    c.text_hash, c.facts_hash, c.record_hash, c.text_state, c.pending_since, c.missing_since, \
    c.is_partial, c.is_shell, c.erasing, c.title, c.details";

/// Keeps the calls that are not being erased.
pub(super) const VISIBLE: &str = "c.erasing IS NULL";

/// How much of a call is read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Depth {
    /// Everything but the vendor's blocks.
    WithoutRaw,
    /// The vendor's blocks, too.
    Whole,
}

/// What stands in the row of a call, some of it sealed.
pub(super) struct Clear {
    pub(super) id: CallId,
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

impl Clear {
    pub(super) fn from_row(row: &Row<'_>) -> Result<Self, Error> {
        let id = CallId::new(row.get::<_, String>(0)?).map_err(bad_id)?;
        let mut call = Call::new(id.clone(), instant(row.get(3)?)?);
        call.workspace = parsed(row.get(2)?, WorkspaceId::new)?;
        call.scheduled = row.get::<_, Option<i64>>(4)?.map(instant).transpose()?;
        call.duration = row.get::<_, Option<i64>>(5)?.map(length);
        call.direction = row.get::<_, Option<String>>(6)?.map(direction);
        call.scope = row.get(7)?;
        call.language = row.get(8)?;
        call.privacy = privacy(row.get(9)?);
        call.primary_user = parsed(row.get(10)?, UserId::new)?;
        let since: Option<i64> = row.get(17)?;
        Ok(Self {
            id,
            call,
            source: source(&row.get::<_, String>(1)?)?,
            hashes: Hashes {
                text: row.get(13)?,
                facts: row.get(14)?,
                record: row.get(15)?,
            },
            revision: revision(row.get(11)?)?,
            text_revision: row.get::<_, Option<i64>>(12)?.map(revision).transpose()?,
            text_state: text_state(&row.get::<_, String>(16)?, since)?,
            missing_since: row.get::<_, Option<i64>>(18)?.map(instant).transpose()?,
            is_partial: row.get(19)?,
            is_shell: row.get(20)?,
            erasing: row
                .get::<_, Option<String>>(21)?
                .map(|word| keep(&word))
                .transpose()?,
            title: row.get(22)?,
            details: row.get(23)?,
        })
    }

    pub(super) fn revision(&self) -> Revision {
        self.revision
    }

    pub(super) fn erasing(&self) -> Option<Keep> {
        self.erasing
    }

    pub(super) fn known(&self) -> Known {
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
    pub(super) fn open(
        self,
        context: &Context,
        connection: &Connection,
        depth: Depth,
    ) -> Result<Current, Error> {
        let row = self.id.as_str();
        let sealing = context.call_key(connection, row)?;
        let mut call = self.call;
        if let Some(sealed) = self.title {
            let place = context.place("calls", row, "title");
            let title = needed(sealing.as_ref())?.open(place, &sealed)?;
            let title = std::str::from_utf8(&title).map_err(|_| damaged("a title is no text"))?;
            call.title = Some(title.to_owned());
        }
        if let Some(sealed) = self.details {
            let place = context.place("calls", row, "details");
            let details: Details = from_bytes(&needed(sealing.as_ref())?.open(place, &sealed)?)?;
            call.url = details.url;
            call.tags = details.tags;
        }
        call.parties = parties(context, connection, row, sealing.as_ref())?;
        call.accounts = accounts(context, connection, row)?;
        let raw = match depth {
            Depth::WithoutRaw => Raw::default(),
            Depth::Whole => raw(context, connection, row, sealing.as_ref())?,
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

/// The row of a call, one that is being erased as well.
pub(super) fn load(
    context: &Context,
    connection: &Connection,
    id: &CallId,
) -> Result<Option<Clear>, Error> {
    let sql = format!("SELECT {CLEAR} FROM calls c WHERE c.tenant = ?1 AND c.id = ?2");
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query([context.tenant(), id.as_str()])?;
    rows.next()?.map(Clear::from_row).transpose()
}

/// The words of a call at a revision, if they are kept.
pub(super) fn words(
    context: &Context,
    connection: &Connection,
    call: &str,
    at: Revision,
) -> Result<Option<Transcript>, Error> {
    let sealed: Option<Vec<u8>> = connection
        .prepare_cached(
            "SELECT text FROM transcripts WHERE tenant = ?1 AND call = ?2 AND text_revision = ?3",
        )?
        .query_row(params![context.tenant(), call, number(at)], |row| {
            row.get(0)
        })
        .optional()?;
    let Some(sealed) = sealed else {
        return Ok(None);
    };
    let key = context.call_key(connection, call)?;
    let row = format!("{call}/{at}");
    let place = context.place("transcripts", &row, "text");
    let words: Words = from_bytes(&needed(key.as_ref())?.open(place, &sealed)?)?;
    words.into_transcript().map(Some)
}

/// A scope as a condition on `calls c`, with the parameter that it names.
pub(super) fn reach(scope: &Scope) -> (String, Option<String>) {
    let mut condition = "1".to_owned();
    let mut users = None;
    match scope.rows() {
        Rows::All => {}
        Rows::Of(reached) => {
            let ids: Vec<&str> = reached.iter().map(UserId::as_str).collect();
            users = Some(serde_json::json!(ids).to_string());
            condition = took_part("(SELECT value FROM json_each(:reached))");
        }
        // Rows may gain a meaning that this archive does not know: then nothing is reached.
        _ => condition = String::from("0"),
    }
    if scope.private() == PrivateCalls::Withheld {
        condition.push_str(" AND c.is_private = 0");
    }
    (condition, users)
}

/// The condition that one of these users took part.
pub(super) fn took_part(users: &str) -> String {
    format!(
        "(c.primary_user IN {users} OR EXISTS (SELECT 1 FROM parties p WHERE p.tenant = c.tenant \
         AND p.call = c.id AND p.user_id IN {users}))"
    )
}

/// The row of a call if the scope reaches it.
pub(super) fn load_within(
    context: &Context,
    connection: &Connection,
    scope: &Scope,
    id: &CallId,
) -> Result<Option<Clear>, Error> {
    let (condition, users) = reach(scope);
    let sql = format!(
        "SELECT {CLEAR} FROM calls c \
         WHERE c.tenant = :tenant AND c.id = :id AND {VISIBLE} AND {condition}"
    );
    let (tenant, id) = (context.tenant(), id.as_str());
    let mut named: Vec<(&str, &dyn ToSql)> = vec![(":tenant", &tenant), (":id", &id)];
    if let Some(users) = &users {
        named.push((":reached", users));
    }
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query(&named[..])?;
    rows.next()?.map(Clear::from_row).transpose()
}

fn parties(
    context: &Context,
    connection: &Connection,
    call: &str,
    key: Option<&Key>,
) -> Result<Vec<Party>, Error> {
    let mut statement = connection.prepare_cached(
        "SELECT position, party, speaker, user_id, side, person FROM parties
         WHERE tenant = ?1 AND call = ?2 ORDER BY position",
    )?;
    let mut rows = statement.query([context.tenant(), call])?;
    let mut parties = Vec::new();
    while let Some(row) = rows.next()? {
        let position: i64 = row.get(0)?;
        let mut party = Party::new(PartyId::new(row.get::<_, String>(1)?).map_err(bad_id)?);
        party.speaker = parsed(row.get(2)?, SpeakerId::new)?;
        party.user = parsed(row.get(3)?, UserId::new)?;
        party.side = row
            .get::<_, String>(4)?
            .parse()
            .map_err(|error| damaged("a stored side is no side").caused_by(error))?;
        if let Some(sealed) = row.get::<_, Option<Vec<u8>>>(5)? {
            let name = format!("{call}/{position}");
            let place = context.place("parties", &name, "person");
            let person: Person = from_bytes(&needed(key)?.open(place, &sealed)?)?;
            person.tell(&mut party);
        }
        parties.push(party);
    }
    Ok(parties)
}

fn accounts(
    context: &Context,
    connection: &Connection,
    call: &str,
) -> Result<Vec<AccountId>, Error> {
    let mut statement = connection.prepare_cached(
        "SELECT id FROM call_links WHERE tenant = ?1 AND call = ?2 AND kind = 'account'
         ORDER BY id",
    )?;
    let mut rows = statement.query([context.tenant(), call])?;
    let mut accounts = Vec::new();
    while let Some(row) = rows.next()? {
        accounts.push(AccountId::new(row.get::<_, String>(0)?).map_err(bad_id)?);
    }
    Ok(accounts)
}

fn raw(
    context: &Context,
    connection: &Connection,
    call: &str,
    key: Option<&Key>,
) -> Result<Raw, Error> {
    let sealed: Option<Vec<u8>> = connection
        .prepare_cached("SELECT raw FROM calls WHERE tenant = ?1 AND id = ?2")?
        .query_row([context.tenant(), call], |row| row.get(0))?;
    let Some(sealed) = sealed else {
        return Ok(Raw::default());
    };
    let place = context.place("calls", call, "raw");
    let blocks: RawBlocks = from_bytes(&needed(key)?.open(place, &sealed)?)?;
    Ok(blocks.into_raw())
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

/// A stored id that is none.
pub(super) fn bad_id(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    damaged("a stored id is malformed").caused_by(error)
}

fn privacy(is_private: bool) -> Privacy {
    if is_private {
        Privacy::Private
    } else {
        Privacy::Open
    }
}

fn direction(word: String) -> Direction {
    [
        Direction::Inbound,
        Direction::Outbound,
        Direction::Conference,
    ]
    .into_iter()
    .find(|known| known.as_str() == word)
    .unwrap_or(Direction::Other(word))
}

fn source(word: &str) -> Result<Source, Error> {
    [Source::Gong, Source::Import, Source::Demo]
        .into_iter()
        .find(|known| known.as_str() == word)
        .ok_or_else(|| damaged("a stored source is unknown"))
}

/// The word and the instant that a state of the words is stored as.
pub(super) fn text_state_columns(state: TextState) -> (&'static str, Option<Timestamp>) {
    match state {
        TextState::Present => ("present", None),
        TextState::Pending { since } => ("pending", Some(since)),
        TextState::None => ("none", None),
    }
}

fn text_state(word: &str, since: Option<i64>) -> Result<TextState, Error> {
    match (word, since) {
        ("present", _) => Ok(TextState::Present),
        ("none", _) => Ok(TextState::None),
        ("pending", Some(since)) => Ok(TextState::Pending {
            since: instant(since)?,
        }),
        _ => Err(damaged("a stored state of words is unknown")),
    }
}

/// The word that an erasure in progress is stored as.
pub(super) fn keep_word(keep: Keep) -> &'static str {
    match keep {
        Keep::Nothing => "nothing",
        Keep::PrivateShell => "shell",
    }
}

fn keep(word: &str) -> Result<Keep, Error> {
    match word {
        "nothing" => Ok(Keep::Nothing),
        "shell" => Ok(Keep::PrivateShell),
        _ => Err(damaged("a stored erasure is unknown")),
    }
}
