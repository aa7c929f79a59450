//! What a model wrote: statements, each with the words it rests on, marked as a model's.

use std::collections::BTreeMap;

use ::insights::CallView;
use narration::{Prose, Statement};
use serde::Serialize;

use super::{MomentView, moment_link, neutral};

/// Statements by a model, every one checked against the sentences it cites.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct ProseView {
    /// `call_summary`, `account_brief`, `deal_brief` or `answer`.
    pub task: &'static str,
    /// For whom: rep, manager, exec or customer-success.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub audience: Option<&'static str>,
    /// Which model wrote them.
    pub model: String,
    /// When; the day of the oldest answer where kept ones were used.
    pub written: String,
    /// Whether an answer was used that was kept from an earlier time.
    pub is_kept: bool,
    /// Whether the model saw pseudonyms in place of those who took part.
    pub is_redacted: bool,
    /// The statements, in the order of their kinds.
    pub statements: Vec<StatementView>,
    /// How many claims the model made.
    pub claims: usize,
    /// How many of them were dropped, by reason.
    pub dropped: BTreeMap<&'static str, usize>,
    /// The share that was dropped; `null` where there were no claims.
    pub dropped_rate: Option<f64>,
    /// How many were left out because they say what another says, or because there were enough.
    pub left_out: usize,
    /// Sentences that the model was not shown because they are addressed to a machine.
    pub withheld: usize,
    /// Sentences that it was not shown because they are longer than its context.
    pub too_long: usize,
    /// Tokens of prompts that were paid for now.
    pub tokens_read: u32,
    /// Tokens of answers that were paid for now.
    pub tokens_written: u32,
}

/// One statement of a model.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct StatementView {
    /// What it is about: answer, point, pain, requirement, process, pricing, objection, competitor,
    /// risk, `buying_signal` or `next_step`.
    pub kind: &'static str,
    /// What it says, in the words of the model.
    pub text: String,
    /// Who has to act, in the words of the model.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// By when.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due: Option<String>,
    /// The sentences it rests on, from the transcript.
    pub evidence: Vec<MomentView>,
}

impl ProseView {
    pub(crate) fn new(task: &'static str, prose: &Prose, calls: &[&CallView<'_>]) -> Self {
        let dropped = prose.dropped.iter();
        Self {
            task,
            audience: None,
            model: neutral(&prose.model),
            written: prose.written.to_string(),
            is_kept: false,
            is_redacted: false,
            statements: prose
                .statements
                .iter()
                .map(|statement| StatementView::new(statement, calls))
                .collect(),
            claims: prose.claims,
            dropped: dropped
                .map(|(reason, count)| (reason.as_str(), *count))
                .collect(),
            dropped_rate: prose.dropped_rate(),
            left_out: prose.left_out,
            withheld: prose.withheld,
            too_long: prose.too_long,
            tokens_read: prose.tokens.read,
            tokens_written: prose.tokens.written,
        }
    }
}

impl StatementView {
    fn new(statement: &Statement, calls: &[&CallView<'_>]) -> Self {
        let moment = |(place, said): &(conversation::Citation, String)| {
            let call = calls.iter().find(|call| call.id() == &place.call);
            let url = call.and_then(|call| call.call().url.as_deref());
            MomentView {
                call: neutral(place.call.as_str()),
                call_started: call.map_or_else(String::new, |call| call.started().to_string()),
                sentence: place.sentence.to_string(),
                time: place.span.to_string(),
                start_ms: place.span.start_ms(),
                end_ms: place.span.end_ms(),
                speaker: None,
                side: place.side.as_str(),
                text: Some(neutral(said)),
                url: url.and_then(|url| moment_link(url, place.span)),
            }
        };
        Self {
            kind: statement.kind.as_str(),
            text: neutral(&statement.text),
            owner: statement.owner.as_deref().map(neutral),
            due: statement.due.map(|due| due.to_string()),
            evidence: statement.evidence.iter().map(moment).collect(),
        }
    }
}
