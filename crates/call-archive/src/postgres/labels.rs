//! What people said about findings and examples, in PostgreSQL; it follows its sentence.

use access::Scope;
use conversation::{CallId, Revision, Transcript};
use deadpool_postgres::Transaction;
use jiff::Timestamp;
use tokio_postgres::Row;

use crate::following::followed;
use crate::moment::{instant, micros};
use crate::stored::{
    Context, Depth, bad_id, damaged, finding_id, number, revision, sentence, verdict,
};
use crate::{About, EXAMPLE, Error, Label, Verdict};

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
    let (id, call, detector, kind, place, at) = match about {
        About::Finding(id) => {
            let Some(found) = alone(context, on, scope, *id).await? else {
                return Ok(false);
            };
            let first = found
                .runs
                .into_iter()
                .find_map(|run| Some((run.detector, run.findings.into_iter().next()?)));
            let Some((detector, row)) = first else {
                return Ok(false);
            };
            let place = row.places.first().copied();
            (
                id,
                found.call,
                detector,
                row.kind,
                place,
                found.text_revision,
            )
        }
        About::Example(example) => {
            let calls = std::slice::from_ref(&example.call);
            let reached = load_within(context, on, scope, calls, Depth::WithoutRaw).await?;
            let row = reached.first();
            let Some(at) = row.and_then(|row| row.clear.known().text_revision) else {
                return Ok(false);
            };
            let (call, detector) = (example.call.clone(), example.detector.clone());
            let place = Some(example.place);
            (&example.id, call, detector, EXAMPLE.to_owned(), place, at)
        }
    };
    let sql = "INSERT INTO labels (tenant, finding, call, detector, kind, place, text_revision,
                 verdict, made)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
               ON CONFLICT (tenant, finding) DO UPDATE SET
                 call = excluded.call, detector = excluded.detector, kind = excluded.kind,
                 place = excluded.place, text_revision = excluded.text_revision,
                 verdict = excluded.verdict, made = excluded.made";
    let values: Values<'_> = &[
        &context.tenant(),
        &id.to_string(),
        &call.as_str(),
        &detector,
        &kind,
        &place.map(|place| place.to_string()),
        &number(at),
        &verdict.as_str(),
        &micros(now),
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
    let place: Option<String> = row.try_get(4)?;
    let word: String = row.try_get(6)?;
    Ok(Label {
        finding: finding_id(row.try_get(0)?)?,
        call: CallId::new(row.try_get::<_, String>(1)?).map_err(bad_id)?,
        detector: row.try_get(2)?,
        kind: row.try_get(3)?,
        place: place.as_deref().map(sentence).transpose()?,
        text_revision: revision(row.try_get(5)?)
            .map_err(|_| damaged("a stored revision is wrong"))?,
        is_current: false,
        verdict: verdict(&word)?,
        made: instant(row.try_get(7)?)?,
    })
}
