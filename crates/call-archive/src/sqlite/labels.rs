//! What people said about findings and examples, in SQLite; it follows its sentence.

use std::collections::BTreeMap;

use access::Scope;
use conversation::{CallId, Revision, Transcript};
use jiff::Timestamp;
use rusqlite::{Connection, Row, params};

use crate::following::followed;
use crate::stored::{Context, LabelRow, number, sentence};
use crate::{About, Error, Label, Verdict};

use super::findings::alone;
use super::row::{load_within, words};

/// Keeps a label; `false` if what it is about is not reached.
pub(super) fn keep(
    context: &Context,
    connection: &Connection,
    scope: &Scope,
    about: &About,
    verdict: Verdict,
    now: Timestamp,
) -> Result<bool, Error> {
    let about = match about {
        About::Finding(id) => {
            alone(context, connection, scope, *id)?.and_then(Label::about_finding)
        }
        About::Example(example) => {
            let row = load_within(context, connection, scope, &example.call)?;
            let words = row.and_then(|row| row.known().text_revision);
            words.map(|words| Label::about_example(example, words))
        }
    };
    let Some(about) = about else {
        return Ok(false);
    };
    let row = LabelRow::of(about, verdict, now);
    connection
        .prepare_cached(
            "INSERT OR REPLACE INTO labels (tenant, finding, call, detector, kind, place,
               text_revision, verdict, made)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?
        .execute(params![
            context.tenant(),
            row.finding,
            row.call,
            row.detector,
            row.kind,
            row.place,
            row.text_revision,
            row.verdict,
            row.made,
        ])?;
    Ok(true)
}

/// Everything that was said about calls that the scope reaches.
pub(super) fn all(
    context: &Context,
    connection: &Connection,
    scope: &Scope,
) -> Result<Vec<Label>, Error> {
    let mut statement = connection.prepare_cached(
        "SELECT finding, call, detector, kind, place, text_revision, verdict, made
         FROM labels WHERE tenant = ?1 ORDER BY finding",
    )?;
    let mut rows = statement.query([context.tenant()])?;
    let mut labels = Vec::new();
    // The revision of each call's words; none where the scope does not reach it.
    let mut reached: BTreeMap<CallId, Option<Option<Revision>>> = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let mut label = label(row)?;
        let words = match reached.get(&label.call) {
            Some(known) => *known,
            None => load_within(context, connection, scope, &label.call)?
                .map(|row| row.known().text_revision),
        };
        reached.insert(label.call.clone(), words);
        if let Some(now) = words {
            label.is_current = now == Some(label.text_revision);
            labels.push(label);
        }
    }
    Ok(labels)
}

/// Takes the labels of a call along to its new words; those whose sentence is gone stay behind.
pub(super) fn follow(
    context: &Context,
    connection: &Connection,
    call: &CallId,
    (old, new): (Revision, Revision),
    text: &Transcript,
) -> Result<(), Error> {
    let mut statement = connection.prepare_cached(
        "SELECT finding, place FROM labels
         WHERE tenant = ?1 AND call = ?2 AND text_revision = ?3 AND place IS NOT NULL",
    )?;
    let labels = statement.query_map(
        params![context.tenant(), call.as_str(), number(old)],
        |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)),
    )?;
    let labels = labels.collect::<Result<Vec<_>, _>>()?;
    if labels.is_empty() {
        return Ok(());
    }
    let Some(before) = words(context, connection, call.as_str(), old)? else {
        return Ok(());
    };
    for (finding, place) in labels {
        if let Some(to) = followed(&before, text, sentence(&place)?) {
            connection
                .prepare_cached(
                    "UPDATE labels SET place = ?3, text_revision = ?4
                     WHERE tenant = ?1 AND finding = ?2",
                )?
                .execute(params![
                    context.tenant(),
                    finding,
                    to.to_string(),
                    number(new)
                ])?;
        }
    }
    Ok(())
}

fn label(row: &Row<'_>) -> Result<Label, Error> {
    let row = LabelRow {
        finding: row.get(0)?,
        call: row.get(1)?,
        detector: row.get(2)?,
        kind: row.get(3)?,
        place: row.get(4)?,
        text_revision: row.get(5)?,
        verdict: row.get(6)?,
        made: row.get(7)?,
    };
    row.open()
}
