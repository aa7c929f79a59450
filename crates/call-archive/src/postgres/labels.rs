//! What people said about findings and examples, in PostgreSQL; it follows its sentence.

use access::Scope;
use conversation::{CallId, Revision, Transcript};
use deadpool_postgres::Transaction;
use jiff::Timestamp;
use tokio_postgres::Row;

use crate::following::followed;
use crate::stored::{Context, Depth, LabelRow, number, sentence};
use crate::{About, Error, Label, Verdict};

use super::findings::alone;
use super::query::{Values, rows, run};
use super::row::{load_within, words};

/// Keeps a label; `false` if what it is about is not reached.
pub(super) async fn keep(
    context: &Context,
    on: &Transaction<'_>,
    scope: &Scope,
    about: &About,
    verdict: Verdict,
    now: Timestamp,
) -> Result<bool, Error> {
    let about = match about {
        About::Finding(id) => {
            let found = alone(context, on, scope, *id).await?;
            found.and_then(Label::about_finding)
        }
        About::Example(example) => {
            let calls = std::slice::from_ref(&example.call);
            let reached = load_within(context, on, scope, calls, Depth::WithoutRaw).await?;
            let words = reached.first();
            let words = words.and_then(|row| row.clear.known().text_revision);
            words.map(|words| Label::about_example(example, words))
        }
    };
    let Some(about) = about else {
        return Ok(false);
    };
    let row = LabelRow::of(about, verdict, now);
    let sql = "INSERT INTO labels (tenant, finding, call, detector, kind, place, text_revision,
                 verdict, made)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
               ON CONFLICT (tenant, finding) DO UPDATE SET
                 call = excluded.call, detector = excluded.detector, kind = excluded.kind,
                 place = excluded.place, text_revision = excluded.text_revision,
                 verdict = excluded.verdict, made = excluded.made";
    let values: Values<'_> = &[
        &context.tenant(),
        &row.finding,
        &row.call,
        &row.detector,
        &row.kind,
        &row.place,
        &row.text_revision,
        &row.verdict,
        &row.made,
    ];
    run(on, sql, values).await?;
    Ok(true)
}

/// Everything that was said about calls that the scope reaches.
pub(super) async fn all(
    context: &Context,
    on: &Transaction<'_>,
    scope: &Scope,
) -> Result<Vec<Label>, Error> {
    let sql = "SELECT finding, call, detector, kind, place, text_revision, verdict, made
               FROM labels WHERE tenant = $1 ORDER BY finding";
    let found = rows(on, sql, &[&context.tenant()]).await?;
    let labels: Vec<Label> = found.iter().map(label).collect::<Result<_, _>>()?;
    let calls: Vec<CallId> = labels.iter().map(|label| label.call.clone()).collect();
    let reached = load_within(context, on, scope, &calls, Depth::WithoutRaw).await?;
    let current = |mut label: Label| {
        let row = reached.iter().find(|row| row.clear.id == label.call)?;
        label.is_current = row.clear.known().text_revision == Some(label.text_revision);
        Some(label)
    };
    Ok(labels.into_iter().filter_map(current).collect())
}

/// Takes the labels of a call along to its new words; those whose sentence is gone stay behind.
pub(super) async fn follow(
    context: &Context,
    on: &Transaction<'_>,
    call: &CallId,
    (old, new): (Revision, Revision),
    text: &Transcript,
) -> Result<(), Error> {
    let sql = "SELECT finding, place FROM labels
               WHERE tenant = $1 AND call = $2 AND text_revision = $3 AND place IS NOT NULL";
    let labels = rows(on, sql, &[&context.tenant(), &call.as_str(), &number(old)]).await?;
    if labels.is_empty() {
        return Ok(());
    }
    let which = (call.clone(), old);
    let held = words(context, on, std::slice::from_ref(&which)).await?;
    let Some(before) = held.get(&which) else {
        return Ok(());
    };
    let before = before.open(context, call, old)?;
    for row in &labels {
        if let Some(to) = followed(&before, text, sentence(row.try_get(1)?)?) {
            let sql = "UPDATE labels SET place = $3, text_revision = $4
                       WHERE tenant = $1 AND finding = $2";
            let finding: &str = row.try_get(0)?;
            let values: Values<'_> = &[&context.tenant(), &finding, &to.to_string(), &number(new)];
            run(on, sql, values).await?;
        }
    }
    Ok(())
}

fn label(row: &Row) -> Result<Label, Error> {
    let row = LabelRow {
        finding: row.try_get(0)?,
        call: row.try_get(1)?,
        detector: row.try_get(2)?,
        kind: row.try_get(3)?,
        place: row.try_get(4)?,
        text_revision: row.try_get(5)?,
        verdict: row.try_get(6)?,
        made: row.try_get(7)?,
    };
    row.open()
}
