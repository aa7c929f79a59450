//! A call's rows, read from SQLite.

use access::{PrivateCalls, Rows, Scope};
use conversation::{CallId, Revision, Transcript, UserId};
use rusqlite::{Connection, OptionalExtension, Row, ToSql, params};

use crate::Error;
use crate::merge::Current;
use crate::stored::{Beside, CallRow, Clear, Context, Depth, PartyRow, number, open_words};

use super::context::call_key;

/// The clear columns in the order that [`clear`] reads.
pub(super) const CLEAR: &str = "c.id, c.source, c.workspace, c.started, c.scheduled, c.duration, \
    c.direction, c.scope, c.language, c.is_private, c.primary_user, c.revision, c.text_revision, \
    c.text_hash, c.facts_hash, c.record_hash, c.text_state, c.pending_since, c.missing_since, \
    c.is_partial, c.is_shell, c.erasing, c.title, c.details";

/// Keeps the calls that are not being erased, and not hidden since a backup was restored.
pub(super) const VISIBLE: &str = "c.erasing IS NULL AND NOT EXISTS \
    (SELECT 1 FROM unconfirmed u WHERE u.tenant = c.tenant AND u.call = c.id)";

/// Reads the columns of [`CLEAR`].
pub(super) fn clear(row: &Row<'_>) -> Result<Clear, Error> {
    Clear::from_row(CallRow {
        id: row.get(0)?,
        source: row.get(1)?,
        workspace: row.get(2)?,
        started: row.get(3)?,
        scheduled: row.get(4)?,
        duration: row.get(5)?,
        direction: row.get(6)?,
        scope: row.get(7)?,
        language: row.get(8)?,
        is_private: row.get(9)?,
        primary_user: row.get(10)?,
        revision: row.get(11)?,
        text_revision: row.get(12)?,
        text_hash: row.get(13)?,
        facts_hash: row.get(14)?,
        record_hash: row.get(15)?,
        text_state: row.get(16)?,
        pending_since: row.get(17)?,
        missing_since: row.get(18)?,
        is_partial: row.get(19)?,
        is_shell: row.get(20)?,
        erasing: row.get(21)?,
        title: row.get(22)?,
        details: row.get(23)?,
    })
}

/// Opens what is sealed of a call and adds what stands in other tables.
pub(super) fn open(
    context: &Context,
    connection: &Connection,
    row: Clear,
    depth: Depth,
) -> Result<Current, Error> {
    let id = row.id.as_str();
    let key = call_key(context, connection, id)?;
    let beside = Beside {
        parties: parties(context, connection, id)?,
        accounts: accounts(context, connection, id)?,
        raw: match depth {
            Depth::WithoutRaw => None,
            Depth::Whole => raw(context, connection, id)?,
        },
    };
    row.open(context, key.as_ref(), beside)
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
    rows.next()?.map(clear).transpose()
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
    let key = call_key(context, connection, call)?;
    open_words(context, key.as_ref(), call, at, &sealed).map(Some)
}

/// A scope as a condition on `calls c`, with the values of the parameters that it names.
pub(super) struct Reached {
    pub(super) condition: String,
    /// `:reached`.
    pub(super) users: Option<String>,
    /// `:own`.
    pub(super) own: Option<String>,
}

/// Whose private calls a scope shows although it withholds them.
fn own(scope: &Scope) -> Option<&UserId> {
    scope
        .own()
        .filter(|_| scope.private() == PrivateCalls::Withheld)
}

/// A scope as a condition on `calls c`.
pub(super) fn reach(scope: &Scope) -> Reached {
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
        let shown = match own(scope) {
            Some(_) => format!("(c.is_private = 0 OR {})", took_part("(:own)")),
            None => "c.is_private = 0".to_owned(),
        };
        condition = format!("{condition} AND {shown}");
    }
    Reached {
        condition,
        users,
        own: own(scope).map(ToString::to_string),
    }
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
    let Reached {
        condition,
        users,
        own,
    } = reach(scope);
    let sql = format!(
        "SELECT {CLEAR} FROM calls c \
         WHERE c.tenant = :tenant AND c.id = :id AND {VISIBLE} AND {condition}"
    );
    let (tenant, id) = (context.tenant(), id.as_str());
    let mut named: Vec<(&str, &dyn ToSql)> = vec![(":tenant", &tenant), (":id", &id)];
    if let Some(users) = &users {
        named.push((":reached", users));
    }
    if let Some(own) = &own {
        named.push((":own", own));
    }
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query(&named[..])?;
    rows.next()?.map(clear).transpose()
}

fn parties(context: &Context, connection: &Connection, call: &str) -> Result<Vec<PartyRow>, Error> {
    let mut statement = connection.prepare_cached(
        "SELECT position, party, speaker, user_id, side, person FROM parties
         WHERE tenant = ?1 AND call = ?2 ORDER BY position",
    )?;
    let mut rows = statement.query([context.tenant(), call])?;
    let mut parties = Vec::new();
    while let Some(row) = rows.next()? {
        parties.push(PartyRow {
            position: row.get(0)?,
            party: row.get(1)?,
            speaker: row.get(2)?,
            user: row.get(3)?,
            side: row.get(4)?,
            email_hash: None,
            phone_hash: None,
            domain: None,
            person: row.get(5)?,
        });
    }
    Ok(parties)
}

fn accounts(context: &Context, connection: &Connection, call: &str) -> Result<Vec<String>, Error> {
    let mut statement = connection.prepare_cached(
        "SELECT id FROM call_links WHERE tenant = ?1 AND call = ?2 AND kind = 'account'
         ORDER BY id",
    )?;
    let accounts = statement.query_map([context.tenant(), call], |row| row.get(0))?;
    Ok(accounts.collect::<Result<_, _>>()?)
}

fn raw(context: &Context, connection: &Connection, call: &str) -> Result<Option<Vec<u8>>, Error> {
    let sealed = connection
        .prepare_cached("SELECT raw FROM calls WHERE tenant = ?1 AND id = ?2")?
        .query_row([context.tenant(), call], |row| row.get(0))?;
    Ok(sealed)
}
