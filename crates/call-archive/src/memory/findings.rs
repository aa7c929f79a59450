//! Findings in memory.

use access::Scope;
use async_trait::async_trait;
use conversation::{CallId, Revision, Transcript};
use jiff::Timestamp;

use crate::following::followed;
use crate::moment::cut;
use crate::{About, CallFindings, Error, FindingId, Findings, Label, MemoryArchive, Verdict};

use super::state::State;

#[async_trait]
impl Findings for MemoryArchive {
    async fn put_findings(&self, findings: CallFindings) -> Result<bool, Error> {
        let mut state = self.writing()?;
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
        about: &About,
        verdict: Verdict,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let mut state = self.writing()?;
        let Some(mut label) = subject(&state, scope, about) else {
            return Ok(false);
        };
        (label.verdict, label.made) = (verdict, cut(now));
        state.labels.insert(label.finding, label);
        Ok(true)
    }

    async fn labels(&self, scope: &Scope) -> Result<Vec<Label>, Error> {
        let state = self.state();
        let reached = state
            .labels
            .values()
            .filter(|label| state.reached(scope, &label.call));
        let current = |label: &Label| {
            let words = state.visible(&label.call);
            let words = words.and_then(|row| row.current.text_revision);
            let mut label = label.clone();
            label.is_current = words == Some(label.text_revision);
            label
        };
        Ok(reached.map(current).collect())
    }
}

/// A label about this, with nothing said yet.
fn subject(state: &State, scope: &Scope, about: &About) -> Option<Label> {
    match about {
        About::Finding(id) => Label::about_finding(alone(state, scope, id)?),
        About::Example(example) => {
            let row = state.visible(&example.call);
            let row = row.filter(|_| state.reached(scope, &example.call))?;
            Some(Label::about_example(example, row.current.text_revision?))
        }
    }
}

/// Takes the labels of a call along to its new words; those whose sentence is gone stay behind.
pub(super) fn follow(state: &mut State, call: &CallId, new: (Revision, &Transcript)) {
    let Some(row) = state.calls.get(call) else {
        return;
    };
    let Some((old, before)) = row
        .current
        .text_revision
        .and_then(|old| Some((old, row.texts.get(&old)?)))
    else {
        return;
    };
    for label in state.labels.values_mut() {
        let is_of_old = label.call == *call && label.text_revision == old;
        let place = label.place.filter(|_| is_of_old);
        if let Some(to) = place.and_then(|place| followed(before, new.1, place)) {
            (label.place, label.text_revision) = (Some(to), new.0);
        }
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
