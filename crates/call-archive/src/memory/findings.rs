//! Findings in memory.

use access::Scope;
use async_trait::async_trait;
use conversation::CallId;
use jiff::Timestamp;

use crate::moment::cut;
use crate::{CallFindings, Error, FindingId, Findings, Label, MemoryArchive, Verdict};

use super::state::State;

#[async_trait]
impl Findings for MemoryArchive {
    async fn put_findings(&self, findings: CallFindings) -> Result<bool, Error> {
        let mut state = self.state();
        let at = Some(findings.text_revision);
        let row = state.visible(&findings.call);
        if row.is_none_or(|row| row.current.text_revision != at) {
            return Ok(false);
        }
        let kept = state.findings.entry(findings.call.clone());
        let kept = kept.or_insert_with(|| {
            CallFindings::new(findings.call.clone(), findings.text_revision, Vec::new())
        });
        if kept.text_revision != findings.text_revision {
            kept.runs.clear();
            kept.text_revision = findings.text_revision;
        }
        for run in findings.runs {
            kept.runs.retain(|old| old.detector != run.detector);
            kept.runs.push(run);
        }
        kept.runs.sort_by(|a, b| a.detector.cmp(&b.detector));
        Ok(true)
    }

    async fn findings(&self, scope: &Scope, call: &CallId) -> Result<Option<CallFindings>, Error> {
        let state = self.state();
        Ok(current(&state, scope, call))
    }

    async fn finding(&self, scope: &Scope, id: &FindingId) -> Result<Option<CallFindings>, Error> {
        let state = self.state();
        Ok(alone(&state, scope, id))
    }

    async fn label(
        &self,
        scope: &Scope,
        id: &FindingId,
        verdict: Verdict,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let mut state = self.state();
        let Some(found) = alone(&state, scope, id) else {
            return Ok(false);
        };
        let run = found.runs.into_iter().next();
        let Some((detector, row)) =
            run.and_then(|run| Some((run.detector, run.findings.into_iter().next()?)))
        else {
            return Ok(false);
        };
        let label = Label {
            finding: *id,
            call: found.call,
            detector,
            kind: row.kind,
            place: row.places.first().copied(),
            text_revision: found.text_revision,
            verdict,
            made: cut(now),
        };
        state.labels.insert(*id, label);
        Ok(true)
    }

    async fn labels(&self, scope: &Scope) -> Result<Vec<Label>, Error> {
        let state = self.state();
        let reached = state
            .labels
            .values()
            .filter(|label| state.reached(scope, &label.call));
        Ok(reached.cloned().collect())
    }
}

/// What is kept of a call, if it is of the words as they are.
fn current(state: &State, scope: &Scope, call: &CallId) -> Option<CallFindings> {
    let row = state.visible(call).filter(|_| state.reached(scope, call))?;
    let at = row.current.text_revision?;
    let kept = state
        .findings
        .get(call)
        .filter(|kept| kept.text_revision == at);
    Some(kept.map_or_else(
        || CallFindings::new(call.clone(), at, Vec::new()),
        CallFindings::clone,
    ))
}

fn alone(state: &State, scope: &Scope, id: &FindingId) -> Option<CallFindings> {
    let holds = |kept: &&CallFindings| {
        let mut rows = kept.runs.iter().flat_map(|run| &run.findings);
        rows.any(|row| row.id == *id)
    };
    let call = &state.findings.values().find(holds)?.call;
    let mut found = current(state, scope, call)?;
    for run in &mut found.runs {
        run.findings.retain(|row| row.id == *id);
    }
    found.runs.retain(|run| !run.findings.is_empty());
    (!found.runs.is_empty()).then_some(found)
}
