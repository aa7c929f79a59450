//! Findings in PostgreSQL.

use std::collections::BTreeMap;
use std::sync::Arc;

use access::Scope;
use async_trait::async_trait;
use conversation::CallId;
use deadpool_postgres::Transaction;
use jiff::Timestamp;

use crate::stored::{Context, Depth, FindingRow, Key, bad_id, damaged, number};
use crate::{
    About, CallFindings, DetectorRun, Error, FindingId, Findings, Label, PostgresArchive, Verdict,
};

use super::labels;
use super::query::{Values, maybe, rows, run};
use super::row::{Loaded, load, load_within};

#[async_trait]
impl Findings for PostgresArchive {
    async fn put_findings(&self, findings: CallFindings) -> Result<bool, Error> {
        let findings = Arc::new(findings);
        self.write(move |context, on| {
            let findings = Arc::clone(&findings);
            Box::pin(async move { put(context, on, &findings).await })
        })
        .await
    }

    async fn findings(&self, scope: &Scope, call: &CallId) -> Result<Option<CallFindings>, Error> {
        let asked = Arc::new((scope.clone(), call.clone()));
        self.read_within(scope, move |context, on| {
            let asked = Arc::clone(&asked);
            Box::pin(async move { current(context, on, &asked.0, &asked.1).await })
        })
        .await
    }

    async fn finding(&self, scope: &Scope, id: &FindingId) -> Result<Option<CallFindings>, Error> {
        let asked = Arc::new((scope.clone(), *id));
        self.read_within(scope, move |context, on| {
            let asked = Arc::clone(&asked);
            Box::pin(async move { alone(context, on, &asked.0, asked.1).await })
        })
        .await
    }

    async fn label(
        &self,
        scope: &Scope,
        about: &About,
        verdict: Verdict,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let asked = Arc::new((scope.clone(), about.clone()));
        self.write(move |context, on| {
            let asked = Arc::clone(&asked);
            Box::pin(
                async move { labels::keep(context, on, &asked.0, &asked.1, verdict, now).await },
            )
        })
        .await
    }

    async fn labels(&self, scope: &Scope) -> Result<Vec<Label>, Error> {
        let asked = Arc::new(scope.clone());
        self.read_within(scope, move |context, on| {
            let asked = Arc::clone(&asked);
            Box::pin(async move { labels::all(context, on, &asked).await })
        })
        .await
    }
}

async fn put(
    context: &Context,
    on: &Transaction<'_>,
    findings: &CallFindings,
) -> Result<bool, Error> {
    let id = findings.call.as_str();
    let tenant = context.tenant();
    let loaded = load(context, on, &findings.call, Depth::WithoutRaw).await?;
    let Some(loaded) = loaded.filter(|row| row.clear.erasing().is_none()) else {
        return Ok(false);
    };
    if loaded.clear.known().text_revision != Some(findings.text_revision) {
        return Ok(false);
    }
    let key = opened_key(context, &loaded)?;
    let at = number(findings.text_revision);
    for sql in [
        "DELETE FROM findings WHERE tenant = $1 AND call = $2 AND detector IN
           (SELECT detector FROM finding_runs
            WHERE tenant = $1 AND call = $2 AND text_revision <> $3)",
        "DELETE FROM finding_runs WHERE tenant = $1 AND call = $2 AND text_revision <> $3",
    ] {
        run(on, sql, &[&tenant, &id, &at]).await?;
    }
    for one in &findings.runs {
        let sql = "DELETE FROM findings WHERE tenant = $1 AND call = $2 AND detector = $3";
        run(on, sql, &[&tenant, &id, &one.detector]).await?;
        let sql = "INSERT INTO finding_runs
                     (tenant, call, detector, version, params, input, model, text_revision)
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
                   ON CONFLICT (tenant, call, detector) DO UPDATE SET
                     version = excluded.version, params = excluded.params,
                     input = excluded.input, model = excluded.model,
                     text_revision = excluded.text_revision";
        let version = i64::from(one.version);
        let values: Values<'_> = &[
            &tenant,
            &id,
            &one.detector,
            &version,
            &one.params,
            &one.input,
            &one.model,
            &at,
        ];
        run(on, sql, values).await?;
        for (position, found) in (0_i64..).zip(&one.findings) {
            let row = FindingRow::of(context, key.as_ref(), &findings.call, found)?;
            let sql = "INSERT INTO findings
                         (tenant, id, call, detector, position, kind, fixed, places, score, name)
                       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
                       ON CONFLICT (tenant, id) DO UPDATE SET
                         call = excluded.call, detector = excluded.detector,
                         position = excluded.position, kind = excluded.kind,
                         fixed = excluded.fixed, places = excluded.places,
                         score = excluded.score, name = excluded.name";
            let values: Values<'_> = &[
                &tenant,
                &row.id,
                &id,
                &one.detector,
                &position,
                &row.kind,
                &row.fixed,
                &row.places,
                &row.score,
                &row.name,
            ];
            run(on, sql, values).await?;
        }
    }
    Ok(true)
}

fn opened_key(context: &Context, loaded: &Loaded) -> Result<Option<Key>, Error> {
    let id = loaded.clear.id.as_str();
    let sealed = loaded.key.as_ref();
    sealed
        .map(|sealed| context.open_call_key(id, sealed))
        .transpose()
}

/// The runs over a call at the revision of its words.
async fn current(
    context: &Context,
    on: &Transaction<'_>,
    scope: &Scope,
    call: &CallId,
) -> Result<Option<CallFindings>, Error> {
    let asked = std::slice::from_ref(call);
    let mut loaded = load_within(context, on, scope, asked, Depth::WithoutRaw).await?;
    let Some(loaded) = loaded.pop() else {
        return Ok(None);
    };
    let Some(at) = loaded.clear.known().text_revision else {
        return Ok(None);
    };
    let key = opened_key(context, &loaded)?;
    let (tenant, id) = (context.tenant(), call.as_str());
    let mut runs: BTreeMap<String, DetectorRun> = BTreeMap::new();
    let sql = "SELECT detector, version, params, input, model FROM finding_runs
               WHERE tenant = $1 AND call = $2 AND text_revision = $3";
    for row in rows(on, sql, &[&tenant, &id, &number(at)]).await? {
        let detector: String = row.try_get(0)?;
        let version: i64 = row.try_get(1)?;
        let version =
            u32::try_from(version).map_err(|_| damaged("a detector's version is wrong"))?;
        let mut run = DetectorRun::new(
            detector.clone(),
            version,
            row.try_get::<_, String>(2)?,
            row.try_get::<_, String>(3)?,
        );
        run.model = row.try_get(4)?;
        runs.insert(detector, run);
    }
    let sql = "SELECT detector, id, kind, fixed, places, score, name FROM findings
               WHERE tenant = $1 AND call = $2 ORDER BY detector, position";
    for row in rows(on, sql, &[&tenant, &id]).await? {
        if let Some(run) = runs.get_mut(row.try_get::<_, &str>(0)?) {
            let stored = FindingRow {
                id: row.try_get(1)?,
                kind: row.try_get(2)?,
                fixed: row.try_get(3)?,
                places: row.try_get(4)?,
                score: row.try_get(5)?,
                name: row.try_get(6)?,
            };
            run.findings.push(stored.open(context, key.as_ref(), call)?);
        }
    }
    let runs = runs.into_values().collect();
    Ok(Some(CallFindings::new(call.clone(), at, runs)))
}

pub(super) async fn alone(
    context: &Context,
    on: &Transaction<'_>,
    scope: &Scope,
    id: FindingId,
) -> Result<Option<CallFindings>, Error> {
    let sql = "SELECT call FROM findings WHERE tenant = $1 AND id = $2";
    let Some(row) = maybe(on, sql, &[&context.tenant(), &id.to_string()]).await? else {
        return Ok(None);
    };
    let call = CallId::new(row.try_get::<_, String>(0)?).map_err(bad_id)?;
    let found = current(context, on, scope, &call).await?.map(|mut found| {
        for run in &mut found.runs {
            run.findings.retain(|row| row.id == id);
        }
        found.runs.retain(|run| !run.findings.is_empty());
        found
    });
    Ok(found.filter(|found| !found.runs.is_empty()))
}
