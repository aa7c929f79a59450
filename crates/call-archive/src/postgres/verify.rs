//! Opening everything that is sealed in a database, and comparing it with its hashes.

use std::collections::BTreeMap;
use std::sync::Arc;

use conversation::{CallId, Revision};
use deadpool_postgres::Transaction;

use crate::backups::Beside;
use crate::hashes::Hashes;
use crate::selection::Selection;
use crate::stored::{Context, Depth, revision};
use crate::{Error, PostgresArchive, Verified};

use super::query::rows;
use super::row::{Loaded, Others, SealedWords, load, others, words};
use super::{answers, crm_outbox, deal_links, secrets, selecting};

/// Looks at every call on a snapshot of its own: a snapshot of hours would keep the server from
/// tidying up.
pub(super) async fn verify(archive: &PostgresArchive) -> Result<Verified, Error> {
    let (calls, beside) = archive
        .read_with(|context, on| {
            Box::pin(async move {
                let calls = selecting::named(context, on, &Selection::Everything).await?;
                let beside = Beside {
                    deals: deal_links::all(context, on).await?,
                    accounts: deal_links::all_accounts(context, on).await?,
                    answers: answers::all(context, on).await?,
                    writes: crm_outbox::verify(context, on).await?,
                    secrets: secrets::names(context, on).await?,
                };
                Ok((calls, beside))
            })
        })
        .await?;
    let mut found = Verified::default();
    for call in &calls {
        let sound = is_sound(archive, call).await;
        found.add_call(call.clone(), sound)?;
    }
    found.add_others(archive, calls, beside).await?;
    Ok(found)
}

/// The number of transcripts of a call, if all of it opens and agrees with its hashes.
async fn is_sound(archive: &PostgresArchive, call: &CallId) -> Result<Option<u64>, Error> {
    let asked = Arc::new(call.clone());
    let sealed = archive
        .read_with(move |context, on| {
            let asked = Arc::clone(&asked);
            Box::pin(async move { read(context, on, &asked).await })
        })
        .await?;
    match sealed {
        None => Ok(Some(0)),
        Some(sealed) => archive.aside(move |context| sealed.open(context)).await,
    }
}

/// A call as it stands there.
struct Sealed {
    row: Loaded,
    others: Others,
    words: BTreeMap<(CallId, Revision), SealedWords>,
}

async fn read(
    context: &Context,
    on: &Transaction<'_>,
    call: &CallId,
) -> Result<Option<Sealed>, Error> {
    let Some(row) = load(context, on, call, Depth::Whole).await? else {
        return Ok(None);
    };
    let sql = "SELECT text_revision FROM transcripts WHERE tenant = $1 AND call = $2";
    let mut which = Vec::new();
    for row in rows(on, sql, &[&context.tenant(), &call.as_str()]).await? {
        which.push((call.clone(), revision(row.try_get(0)?)?));
    }
    Ok(Some(Sealed {
        others: others(context, on, std::slice::from_ref(&row)).await?,
        words: words(context, on, &which).await?,
        row,
    }))
}

impl Sealed {
    fn open(mut self, context: &Context) -> Result<Option<u64>, Error> {
        let held = self.others.open(context, self.row)?;
        let mut current = None;
        let mut transcripts = 0;
        for ((call, at), sealed) in &self.words {
            let said = sealed.open(context, call, *at)?;
            transcripts += 1;
            if Some(*at) == held.text_revision {
                current = Some(said);
            }
        }
        let hashes = Hashes::of(
            context.hash_key(),
            &held.call,
            current.as_ref(),
            held.source,
        );
        Ok((hashes == held.hashes).then_some(transcripts))
    }
}
