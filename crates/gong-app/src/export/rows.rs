//! What is shown, as rows.

use super::table::Cell;
use crate::views::{CallRowView, CallView, DealLineView, FindingView, InsightsView};

fn text(text: impl Into<String>) -> Cell {
    Cell::Text(Some(text.into()))
}

fn maybe(text: Option<&str>) -> Cell {
    Cell::Text(text.map(str::to_owned))
}

fn whole(number: u64) -> Cell {
    Cell::Whole(i64::try_from(number).ok())
}

fn list<'a>(texts: impl Iterator<Item = &'a str>) -> Cell {
    text(texts.collect::<Vec<_>>().join(" "))
}

/// A call.
pub(super) fn of_call(call: &CallRowView) -> Vec<Cell> {
    let reps = call.reps.iter().map(|rep| rep.user_id.as_str());
    vec![
        text(&call.id),
        maybe(call.title.as_deref()),
        text(&call.started),
        Cell::Whole(
            call.duration_s
                .and_then(|seconds| i64::try_from(seconds).ok()),
        ),
        maybe(call.direction.as_deref()),
        maybe(call.scope.as_deref()),
        list(reps),
        list(call.account_ids.iter().map(String::as_str)),
        list(call.domains.iter().map(String::as_str)),
        text(call.transcript),
        maybe(call.url.as_deref()),
    ]
}

/// Each sentence of a call.
pub(super) fn of_sentences(call: &CallView) -> Vec<Vec<Cell>> {
    let rows = call.sentences.iter().map(|sentence| {
        vec![
            text(&call.id),
            text(&call.started),
            text(&sentence.sentence),
            whole(sentence.start_ms),
            whole(sentence.end_ms),
            maybe(sentence.party_id.as_deref()),
            maybe(sentence.speaker.as_deref()),
            text(sentence.side),
            text(&sentence.text),
        ]
    });
    rows.collect()
}

/// Each finding of a call, with the sentence that it is about.
pub(super) fn of_findings(insights: &InsightsView) -> Vec<Vec<Cell>> {
    let findings = insights.findings.iter();
    findings
        .map(|finding| of_finding(insights, finding))
        .collect()
}

fn of_finding(insights: &InsightsView, finding: &FindingView) -> Vec<Cell> {
    let (call, value) = (&insights.call, &finding.value);
    let quote = finding.quotes.first();
    vec![
        text(&finding.id),
        text(&call.id),
        text(&call.started),
        text(finding.kind),
        maybe(value.kind),
        maybe(value.owner),
        maybe(value.status),
        maybe(value.due.as_deref()),
        maybe(value.name.as_deref()),
        maybe(value.stance),
        maybe(quote.map(|quote| quote.sentence.as_str())),
        Cell::Whole(quote.and_then(|quote| i64::try_from(quote.start_ms).ok())),
        Cell::Whole(quote.and_then(|quote| i64::try_from(quote.end_ms).ok())),
        maybe(quote.and_then(|quote| quote.speaker.as_deref())),
        maybe(quote.map(|quote| quote.side)),
        maybe(quote.and_then(|quote| quote.text.as_deref())),
        maybe(quote.and_then(|quote| quote.url.as_deref())),
        Cell::Number(Some(finding.score)),
        text(&finding.detector),
        whole(u64::from(finding.version)),
        maybe(finding.label),
    ]
}

/// A deal.
pub(super) fn of_deal(deal: &DealLineView) -> Vec<Cell> {
    vec![
        text(&deal.id),
        maybe(deal.name.as_deref()),
        maybe(deal.account_id.as_deref()),
        maybe(deal.account.as_deref()),
        maybe(deal.owner_user_id.as_deref()),
        maybe(deal.owner.as_deref()),
        maybe(deal.stage.as_deref()),
        text(deal.outcome),
        maybe(deal.amount.as_deref()),
        maybe(deal.currency.as_deref()),
        maybe(deal.close_date.as_deref()),
        maybe(deal.created.as_deref()),
        maybe(deal.closed_on.as_deref()),
        text(&deal.told),
        text(deal.source),
        whole(deal.calls as u64),
        maybe(deal.last_call.as_deref()),
    ]
}
