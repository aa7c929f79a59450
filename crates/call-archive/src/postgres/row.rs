//! Calls' rows, read from PostgreSQL many at a time.

use std::collections::BTreeMap;

use access::{PrivateCalls, Rows, Scope};
use conversation::{CallId, Revision, Transcript, UserId};
use deadpool_postgres::Transaction;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

use crate::Error;
use crate::merge::Current;
use crate::stored::{
    Beside, CallRow, Clear, Context, Depth, PartyRow, SealedKey, number, open_words, revision,
};

use super::query::{Values, rows};

/// The columns in the order that [`Loaded::from_row`] reads, from [`SOURCE`].
pub(super) const COLUMNS: &str = "c.id, c.source, c.workspace, c.started, c.scheduled, \
    c.duration, c.direction, c.scope, c.language, c.is_private, c.primary_user, c.revision, \
    c.text_revision, c.text_hash, c.facts_hash, c.record_hash, c.text_state, c.pending_since, \
    c.missing_since, c.is_partial, c.is_shell, c.erasing, c.title, c.details, k.dek, k.wrapped";

/// Calls with their keys.
pub(super) const SOURCE: &str =
    "calls c LEFT JOIN call_keys k ON k.tenant = c.tenant AND k.call = c.id";

/// Keeps the calls that are not being erased, and not hidden since a backup was restored.
pub(super) const VISIBLE: &str = "c.erasing IS NULL AND NOT EXISTS \
    (SELECT 1 FROM unconfirmed u WHERE u.tenant = c.tenant AND u.call = c.id)";

/// The row of a call with its key, sealed as it stands there.
pub(super) struct Loaded {
    pub(super) clear: Clear,
    pub(super) key: Option<SealedKey>,
    /// The vendor's blocks, where they were asked for.
    raw: Option<Vec<u8>>,
}

impl Loaded {
    pub(super) fn from_row(row: &Row, depth: Depth) -> Result<Self, Error> {
        let clear = Clear::from_row(CallRow {
            id: row.try_get(0)?,
            source: row.try_get(1)?,
            workspace: row.try_get(2)?,
            started: row.try_get(3)?,
            scheduled: row.try_get(4)?,
            duration: row.try_get(5)?,
            direction: row.try_get(6)?,
            scope: row.try_get(7)?,
            language: row.try_get(8)?,
            is_private: row.try_get(9)?,
            primary_user: row.try_get(10)?,
            revision: row.try_get(11)?,
            text_revision: row.try_get(12)?,
            text_hash: row.try_get(13)?,
            facts_hash: row.try_get(14)?,
            record_hash: row.try_get(15)?,
            text_state: row.try_get(16)?,
            pending_since: row.try_get(17)?,
            missing_since: row.try_get(18)?,
            is_partial: row.try_get(19)?,
            is_shell: row.try_get(20)?,
            erasing: row.try_get(21)?,
            title: row.try_get(22)?,
            details: row.try_get(23)?,
        })?;
        Ok(Self {
            clear,
            key: sealed_key(row, 24)?,
            raw: match depth {
                Depth::WithoutRaw => None,
                Depth::Whole => row.try_get(26)?,
            },
        })
    }

    fn id(&self) -> &CallId {
        &self.clear.id
    }
}

fn sealed_key(row: &Row, at: usize) -> Result<Option<SealedKey>, Error> {
    let dek: Option<i64> = row.try_get(at)?;
    let wrapped: Option<Vec<u8>> = row.try_get(at + 1)?;
    Ok(dek
        .zip(wrapped)
        .map(|(dek, wrapped)| SealedKey { dek, wrapped }))
}

/// The row of a call, one that is being erased as well.
pub(super) async fn load(
    context: &Context,
    on: &Transaction<'_>,
    id: &CallId,
    depth: Depth,
) -> Result<Option<Loaded>, Error> {
    let everything = Scope::everything(PrivateCalls::Included);
    let mut found = load_where(context, on, "true", &everything, &[id.to_string()], depth).await?;
    Ok(found.pop())
}

/// The visible rows of these calls that the scope reaches, in no order.
pub(super) async fn load_within(
    context: &Context,
    on: &Transaction<'_>,
    scope: &Scope,
    ids: &[CallId],
    depth: Depth,
) -> Result<Vec<Loaded>, Error> {
    let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
    load_where(context, on, VISIBLE, scope, &ids, depth).await
}

async fn load_where(
    context: &Context,
    on: &Transaction<'_>,
    condition: &str,
    scope: &Scope,
    ids: &[String],
    depth: Depth,
) -> Result<Vec<Loaded>, Error> {
    let raw = match depth {
        Depth::WithoutRaw => "",
        Depth::Whole => ", c.raw",
    };
    let (reached, users) = reach(scope, 3);
    let sql = format!(
        "SELECT {COLUMNS}{raw} FROM {SOURCE} \
         WHERE c.tenant = $1 AND c.id = ANY($2) AND {condition} AND {reached}"
    );
    let tenant = context.tenant();
    let mut values: Vec<&(dyn ToSql + Sync)> = vec![&tenant, &ids];
    values.extend(users.iter().map(|users| users as &(dyn ToSql + Sync)));
    let found = rows(on, &sql, &values).await?;
    found
        .iter()
        .map(|row| Loaded::from_row(row, depth))
        .collect()
}

/// A scope as a condition on `calls c`, with the values of its places in their order.
pub(super) fn reach(scope: &Scope, first_place: usize) -> (String, Vec<Vec<String>>) {
    let mut condition = "true".to_owned();
    let mut values = Vec::new();
    match scope.rows() {
        Rows::All => {}
        Rows::Of(reached) => {
            values.push(reached.iter().map(UserId::to_string).collect());
            condition = took_part(first_place);
        }
        // Rows may gain a meaning that this archive does not know: then nothing is reached.
        _ => condition = String::from("false"),
    }
    if scope.private() == PrivateCalls::Withheld {
        let shown = match scope.own() {
            Some(own) => {
                values.push(vec![own.to_string()]);
                let place = first_place + values.len() - 1;
                format!("(NOT c.is_private OR {})", took_part(place))
            }
            None => "NOT c.is_private".to_owned(),
        };
        condition = format!("{condition} AND {shown}");
    }
    (condition, values)
}

/// The condition that one of these users took part.
pub(super) fn took_part(place: usize) -> String {
    format!(
        "(c.primary_user = ANY(${place}::text[]) OR EXISTS (SELECT 1 FROM parties p \
         WHERE p.tenant = c.tenant AND p.call = c.id AND p.user_id = ANY(${place}::text[])))"
    )
}

/// What stands of calls in other tables.
pub(super) struct Others {
    parties: BTreeMap<String, Vec<PartyRow>>,
    accounts: BTreeMap<String, Vec<String>>,
}

/// Reads what stands of calls in other tables.
pub(super) async fn others(
    context: &Context,
    on: &Transaction<'_>,
    calls: &[Loaded],
) -> Result<Others, Error> {
    let ids: Vec<&str> = calls.iter().map(|call| call.id().as_str()).collect();
    let values: Values<'_> = &[&context.tenant(), &ids];
    let mut others = Others {
        parties: BTreeMap::new(),
        accounts: BTreeMap::new(),
    };
    let sql = "SELECT call, position, party, speaker, user_id, side, person FROM parties
               WHERE tenant = $1 AND call = ANY($2) ORDER BY call, position";
    for row in rows(on, sql, values).await? {
        let party = PartyRow {
            position: row.try_get(1)?,
            party: row.try_get(2)?,
            speaker: row.try_get(3)?,
            user: row.try_get(4)?,
            side: row.try_get(5)?,
            email_hash: None,
            phone_hash: None,
            domain: None,
            person: row.try_get(6)?,
        };
        others
            .parties
            .entry(row.try_get(0)?)
            .or_default()
            .push(party);
    }
    let sql = "SELECT call, id FROM call_links
               WHERE tenant = $1 AND call = ANY($2) AND kind = 'account' ORDER BY call, id";
    for row in rows(on, sql, values).await? {
        let accounts = others.accounts.entry(row.try_get(0)?).or_default();
        accounts.push(row.try_get(1)?);
    }
    Ok(others)
}

impl Others {
    /// Opens what is sealed of a call and adds what stands of it here.
    pub(super) fn open(&mut self, context: &Context, loaded: Loaded) -> Result<Current, Error> {
        let id = loaded.id().as_str();
        let key = loaded
            .key
            .as_ref()
            .map(|sealed| context.open_call_key(id, sealed))
            .transpose()?;
        let beside = Beside {
            parties: self.parties.remove(id).unwrap_or_default(),
            accounts: self.accounts.remove(id).unwrap_or_default(),
            raw: loaded.raw,
        };
        loaded.clear.open(context, key.as_ref(), beside)
    }
}

/// The words of a call at a revision, sealed as they stand there.
pub(super) struct SealedWords {
    text: Vec<u8>,
    key: Option<SealedKey>,
}

impl SealedWords {
    pub(super) fn open(
        &self,
        context: &Context,
        call: &CallId,
        at: Revision,
    ) -> Result<Transcript, Error> {
        let call = call.as_str();
        let key = self
            .key
            .as_ref()
            .map(|sealed| context.open_call_key(call, sealed))
            .transpose()?;
        open_words(context, key.as_ref(), call, at, &self.text)
    }
}

/// The words at these revisions, where they are kept.
pub(super) async fn words(
    context: &Context,
    on: &Transaction<'_>,
    which: &[(CallId, Revision)],
) -> Result<BTreeMap<(CallId, Revision), SealedWords>, Error> {
    let calls: Vec<&str> = which.iter().map(|(call, _)| call.as_str()).collect();
    let revisions: Vec<i64> = which.iter().map(|(_, at)| number(*at)).collect();
    let sql = "SELECT t.call, t.text_revision, t.text, k.dek, k.wrapped
               FROM (SELECT DISTINCT * FROM unnest($2::text[], $3::bigint[])) AS w (call, at)
               JOIN transcripts t ON t.tenant = $1 AND t.call = w.call AND t.text_revision = w.at
               LEFT JOIN call_keys k ON k.tenant = t.tenant AND k.call = t.call";
    let mut found = BTreeMap::new();
    for row in rows(on, sql, &[&context.tenant(), &calls, &revisions]).await? {
        let call = CallId::new(row.try_get::<_, String>(0)?).map_err(crate::stored::bad_id)?;
        let sealed = SealedWords {
            text: row.try_get(2)?,
            key: sealed_key(&row, 3)?,
        };
        found.insert((call, revision(row.try_get(1)?)?), sealed);
    }
    Ok(found)
}
