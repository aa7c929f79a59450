//! What is planned for the CRM, what was written, and what people there are left to decide.

use std::collections::BTreeMap;

use call_archive::WriteRun;
use crm_sync::{Action, Applied, Field, Planned, Setup, Subject};
use serde::Serialize;

use super::{in_seconds, neutral};

/// What `crm init` found and made.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct CrmInitView {
    /// The properties that were made, as `calls.ci_next_steps`.
    pub made: Vec<String>,
    /// The kinds of records that the token does not open; none of them is needed.
    pub closed: Vec<&'static str>,
    /// Whether HubSpot keeps calls unique by Gong's id.
    pub has_unique_calls: bool,
    /// Stages of deals.
    pub stages: usize,
    /// People who can own records.
    pub owners: usize,
    /// The requests that it took.
    pub requests: u32,
}

impl CrmInitView {
    pub(crate) fn new(setup: &Setup, requests: u32) -> Self {
        Self {
            made: setup.made.iter().map(|name| neutral(name)).collect(),
            closed: setup.closed.iter().map(|kind| kind.as_str()).collect(),
            has_unique_calls: setup.unique.contains(&crm_sync::RecordKind::Call),
            stages: setup.stages.len(),
            owners: setup.owners.len(),
            requests,
        }
    }
}

/// What there is to write.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct CrmPlanView {
    /// When it was worked out.
    pub as_of: String,
    /// The calls that were looked at, private ones apart.
    pub calls: u64,
    /// Calls that have no words yet.
    pub without_words: u64,
    /// Records that are as they should be.
    pub unchanged: u64,
    /// What is written, and what is left as it is with the reason.
    pub lines: Vec<CrmLineView>,
    /// What a person has to choose.
    pub choices: Vec<CrmChoiceView>,
    /// Calls with nobody whom HubSpot knows.
    pub unmatched: Vec<CrmUnmatchedView>,
    /// The requests that it took; none of them wrote.
    pub requests: u32,
}

/// One record.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct CrmLineView {
    /// What it is about: `call/ID`, `deal/ID`, `proposal/DEAL/CALL/WHAT`.
    pub subject: String,
    /// create, change, link; or why nothing is written: nothing, deleted, undone, wait, missing.
    pub action: &'static str,
    /// The record in HubSpot, where it is known.
    pub record: Option<String>,
    /// What the record is called, if this names it.
    pub title: Option<String>,
    /// What is written.
    pub fields: Vec<CrmFieldView>,
    /// What stays because a person wrote it.
    pub kept: Vec<&'static str>,
    /// The links that are made, as `contact/ID`.
    pub links: Vec<String>,
}

/// One field.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct CrmFieldView {
    /// Which.
    pub field: &'static str,
    /// What it holds now.
    pub from: Option<String>,
    /// What it will hold, as it is sent.
    pub to: String,
}

/// A choice that only a person can make.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct CrmChoiceView {
    /// The call.
    pub call: String,
    /// When it began.
    pub started: String,
    /// deals_of_several_customers, too_many_deals, companies_of_one_domain.
    pub why: &'static str,
    /// HubSpot's ids.
    pub among: Vec<String>,
}

/// A call of which it is not known whose it is.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct CrmUnmatchedView {
    /// The call.
    pub call: String,
    /// When it began.
    pub started: String,
}

impl CrmLineView {
    /// Whether there is nothing to say of a record: it is as it should be.
    pub(crate) fn is_silent(planned: &Planned) -> bool {
        planned.action == Action::Nothing && planned.kept.is_empty()
    }

    pub(crate) fn new(planned: &Planned) -> Self {
        let field = |(field, to): (Field, &str)| CrmFieldView {
            field: field.as_str(),
            from: planned.before.get(&field).map(|text| neutral(text)),
            // Neutralised when it was made, and shown as it is sent: with its markup and its lines.
            to: to.to_owned(),
        };
        Self {
            subject: planned.subject.to_string(),
            action: match planned.action {
                Action::Create => "create",
                Action::Change => "change",
                Action::Link => "link",
                Action::Nothing => "nothing",
                Action::LeaveDeleted => "deleted",
                Action::LeaveUndone => "undone",
                Action::Wait => "wait",
                Action::Missing => "missing",
            },
            record: planned.record.as_ref().map(ToString::to_string),
            title: planned.write.get(Field::Title).map(str::to_owned),
            fields: planned.write.iter().map(field).collect(),
            kept: planned.kept.iter().map(|field| field.as_str()).collect(),
            links: planned
                .links
                .iter()
                .map(|(kind, id)| format!("{}/{id}", kind.as_str()))
                .collect(),
        }
    }
}

impl CrmPlanView {
    /// How many records would be written.
    pub fn writes(&self) -> usize {
        let is_write = |line: &&CrmLineView| matches!(line.action, "create" | "change" | "link");
        self.lines.iter().filter(is_write).count()
    }

    /// The calls that stand in it.
    pub(crate) fn calls_named(&self) -> Vec<String> {
        let of_line = |line: &CrmLineView| match line.subject.parse() {
            Ok(Subject::Call(call) | Subject::Proposal { call, .. }) => Some(call.to_string()),
            _ => None,
        };
        self.lines.iter().filter_map(of_line).collect()
    }

    /// One JSON object a line: records, then choices, then calls without customers.
    pub(crate) fn as_lines(&self) -> Result<String, serde_json::Error> {
        let mut text = String::new();
        for line in &self.lines {
            text.push_str(&serde_json::to_string(line)?);
            text.push('\n');
        }
        for choice in &self.choices {
            text.push_str(&serde_json::to_string(choice)?);
            text.push('\n');
        }
        for call in &self.unmatched {
            text.push_str(&serde_json::to_string(call)?);
            text.push('\n');
        }
        Ok(text)
    }
}

/// What a run did.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct CrmAppliedView {
    /// Its name, for `crm undo`.
    pub run: String,
    /// Records that were made.
    pub made: usize,
    /// Records that were changed, or taken back.
    pub changed: usize,
    /// Links that were made.
    pub linked: usize,
    /// What HubSpot refused, with its message.
    pub failed: BTreeMap<String, String>,
    /// Records that a person had deleted.
    pub deleted: Vec<String>,
    /// What was sent without an answer; it is looked at before it is written again.
    pub unknown: Vec<String>,
    /// What was not sent because a call that it holds words of was erased meanwhile.
    pub erased: Vec<String>,
    /// What was not sent: the day is spent, or HubSpot could not be reached.
    pub waiting: Vec<String>,
    /// How many records it did not come to before it stopped; they stay planned.
    pub unreached: usize,
    /// The requests that it took, those of its plan included.
    pub requests: u32,
}

impl CrmAppliedView {
    pub(crate) fn new(run: &str, applied: &Applied, requests: u32) -> Self {
        let names = |subjects: &[Subject]| subjects.iter().map(ToString::to_string).collect();
        let failed = applied.failed.iter();
        Self {
            run: run.to_owned(),
            made: applied.made,
            changed: applied.changed,
            linked: applied.linked,
            failed: failed
                .map(|(subject, message)| (subject.to_string(), neutral(message)))
                .collect(),
            deleted: names(&applied.deleted),
            unknown: names(&applied.unknown),
            erased: names(&applied.erased),
            waiting: names(&applied.waiting),
            unreached: applied.unreached,
            requests,
        }
    }
}

/// What was written, run by run.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct CrmStatusView {
    /// The runs, the latest first.
    pub runs: Vec<CrmRunView>,
    /// Records in HubSpot that hold what was erased here, and are still to be blanked.
    pub to_blank: u64,
    /// The requests of the last 24 hours, of all processes.
    pub requests: u32,
    /// The requests of a day that are sent, and no more.
    pub requests_a_day: u32,
    /// Whether a worker writes by itself.
    pub is_continuous: bool,
}

/// One run.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct CrmRunView {
    /// Its name.
    pub run: String,
    /// When it began.
    pub began: String,
    /// Its records by what became of them: sent (not known yet), done, failed, deleted, undone.
    pub records: BTreeMap<&'static str, u64>,
}

impl CrmRunView {
    pub(crate) fn new(run: &WriteRun) -> Self {
        let records = run.writes.iter();
        Self {
            run: neutral(&run.run),
            began: in_seconds(run.began),
            records: records
                .map(|(state, many)| (state.as_str(), *many))
                .collect(),
        }
    }
}
