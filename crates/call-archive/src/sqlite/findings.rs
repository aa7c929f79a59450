//! Findings in SQLite.

use std::collections::BTreeMap;

use access::Scope;
use async_trait::async_trait;
use conversation::CallId;
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use crate::stored::{Context, FindingRow, bad_id, number};
use crate::{
    About, CallFindings, DetectorRun, Error, FindingId, Findings, Label, SqliteArchive, Verdict,
};

use super::context::call_key;
use super::labels;
use super::row::{load, load_within};

#[async_trait]
impl Findings for SqliteArchive {
    async fn put_findings(&self, findings: CallFindings) -> Result<bool, Error> {
        self.write(move |context, connection| put(context, connection, &findings))
            .await
    }

    async fn findings(&self, scope: &Scope, call: &CallId) -> Result<Option<CallFindings>, Error> {
        let (scope, call) = (scope.clone(), call.clone());
        self.read_with(move |context, connection| current(context, connection, &scope, &call))
            .await
    }

    async fn finding(&self, scope: &Scope, id: &FindingId) -> Result<Option<CallFindings>, Error> {
        let (scope, id) = (scope.clone(), *id);
        self.read_with(move |context, connection| alone(context, connection, &scope, id))
            .await
    }

    async fn label(
        &self,
        scope: &Scope,
        about: &About,
        verdict: Verdict,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let (scope, about) = (scope.clone(), about.clone());
        self.write(move |context, connection| {
            labels::keep(context, connection, &scope, &about, verdict, now)
        })
        .await
    }

    async fn labels(&self, scope: &Scope) -> Result<Vec<Label>, Error> {
        let scope = scope.clone();
        self.read_with(move |context, connection| labels::all(context, connection, &scope))
            .await
    }
}

fn put(context: &Context, connection: &Connection, findings: &CallFindings) -> Result<bool, Error> {
    let call = &findings.call;
    let row = load(context, connection, call)?.filter(|row| row.erasing().is_none());
    if row.and_then(|row| row.known().text_revision) != Some(findings.text_revision) {
        return Ok(false);
    }
    let at = number(findings.text_revision);
    let key = call_key(context, connection, call.as_str())?;
    for sql in [
        "DELETE FROM findings WHERE tenant = ?1 AND call = ?2 AND detector IN
           (SELECT detector FROM finding_runs
            WHERE tenant = ?1 AND call = ?2 AND text_revision <> ?3)",
        "DELETE FROM finding_runs WHERE tenant = ?1 AND call = ?2 AND text_revision <> ?3",
    ] {
        connection
            .prepare_cached(sql)?
            .execute(params![context.tenant(), call.as_str(), at])?;
    }
    for run in &findings.runs {
        connection
            .prepare_cached(
                "DELETE FROM findings WHERE tenant = ?1 AND call = ?2 AND detector = ?3",
            )?
            .execute([context.tenant(), call.as_str(), &run.detector])?;
        connection
            .prepare_cached(
                "INSERT OR REPLACE INTO finding_runs
                   (tenant, call, detector, version, params, input, model, text_revision)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            )?
            .execute(params![
                context.tenant(),
                call.as_str(),
                run.detector,
                run.version,
                run.params,
                run.input,
                run.model,
                at,
            ])?;
        for (position, found) in (0i64..).zip(&run.findings) {
            let row = FindingRow::of(context, key.as_ref(), call, found)?;
            connection
                .prepare_cached(
                    "INSERT OR REPLACE INTO findings
                       (tenant, id, call, detector, position, kind, fixed, places, score, name)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
                )?
                .execute(params![
                    context.tenant(),
                    row.id,
                    call.as_str(),
                    run.detector,
                    position,
                    row.kind,
                    row.fixed,
                    row.places,
                    row.score,
                    row.name,
                ])?;
        }
    }
    Ok(true)
}

/// The runs over a call at the revision of its words.
fn current(
    context: &Context,
    connection: &Connection,
    scope: &Scope,
    call: &CallId,
) -> Result<Option<CallFindings>, Error> {
    let row = load_within(context, connection, scope, call)?;
    let Some(at) = row.and_then(|row| row.known().text_revision) else {
        return Ok(None);
    };
    let key = call_key(context, connection, call.as_str())?;
    let mut runs: BTreeMap<String, DetectorRun> = BTreeMap::new();
    let mut statement = connection.prepare_cached(
        "SELECT detector, version, params, input, model FROM finding_runs
         WHERE tenant = ?1 AND call = ?2 AND text_revision = ?3",
    )?;
    let mut rows = statement.query(params![context.tenant(), call.as_str(), number(at)])?;
    while let Some(row) = rows.next()? {
        let detector: String = row.get(0)?;
        let mut run = DetectorRun::new(
            detector.clone(),
            row.get(1)?,
            row.get::<_, String>(2)?,
            row.get::<_, String>(3)?,
        );
        run.model = row.get(4)?;
        runs.insert(detector, run);
    }
    let mut statement = connection.prepare_cached(
        "SELECT detector, id, kind, fixed, places, score, name FROM findings
         WHERE tenant = ?1 AND call = ?2 ORDER BY detector, position",
    )?;
    let mut rows = statement.query([context.tenant(), call.as_str()])?;
    while let Some(row) = rows.next()? {
        if let Some(run) = runs.get_mut(&row.get::<_, String>(0)?) {
            let stored = FindingRow {
                id: row.get(1)?,
                kind: row.get(2)?,
                fixed: row.get(3)?,
                places: row.get(4)?,
                score: row.get(5)?,
                name: row.get(6)?,
            };
            run.findings.push(stored.open(context, key.as_ref(), call)?);
        }
    }
    let runs = runs.into_values().collect();
    Ok(Some(CallFindings::new(call.clone(), at, runs)))
}

pub(super) fn alone(
    context: &Context,
    connection: &Connection,
    scope: &Scope,
    id: FindingId,
) -> Result<Option<CallFindings>, Error> {
    let call: Option<String> = connection
        .prepare_cached("SELECT call FROM findings WHERE tenant = ?1 AND id = ?2")?
        .query_row([context.tenant(), &id.to_string()], |row| row.get(0))
        .optional()?;
    let Some(call) = call else { return Ok(None) };
    let call = CallId::new(call).map_err(bad_id)?;
    let found = current(context, connection, scope, &call)?.map(|mut found| {
        for run in &mut found.runs {
            run.findings.retain(|row| row.id == id);
        }
        found.runs.retain(|run| !run.findings.is_empty());
        found
    });
    Ok(found.filter(|found| !found.runs.is_empty()))
}
