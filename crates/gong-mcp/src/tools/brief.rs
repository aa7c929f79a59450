//! `account_brief`.

use gong_app::views::{BriefDealView, CallLineView, FoundView, MetView};
use gong_app::{AccountBriefRequest, App};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::deals::warning;
use super::{DETAIL, FROM, LAST_DAYS, begin, extent, is_full, moment, most};
use crate::answer::{Answer, pruned, shortened};
use crate::arguments::{Arguments, Field, Kind, must};
use crate::refusal::Refusal;
use crate::shape::{answer, cited_with, list, open, text, whole};

pub(super) const FIELDS: &[Field] = &[
    must("account", Kind::Text, "Name, domain or CRM id"),
    FROM,
    LAST_DAYS,
    DETAIL,
];

pub(super) fn output() -> Value {
    let found = cited_with(&["kind", "value", "name", "owner", "status", "due"]);
    answer(&[
        ("account_id", text()),
        ("account?", text()),
        ("deals", list(&open())),
        ("people", list(&open())),
        ("findings", list(&found)),
        ("calls", list(&open())),
        ("calls_in_all", whole()),
    ])
}

pub(super) async fn brief(app: &App, now: Timestamp, given: &Arguments) -> Result<Answer, Refusal> {
    let mut request = AccountBriefRequest::new(given.text("account").unwrap_or_default());
    request.from = begin(given, now)?;
    request.as_of = Some(now);
    let view = app.account_brief(&request).await?;
    let full = is_full(given);
    // One of each sort, then the second of each: what gives way is what there is most of.
    let sorts = [
        (&view.next_steps, 4),
        (&view.concerns, 4),
        (&view.competitors, 2),
        (&view.questions, 2),
    ];
    let turns = 0..sorts
        .iter()
        .map(|(found, _)| found.len())
        .max()
        .unwrap_or_default();
    let findings: Vec<Value> = turns
        .flat_map(|turn| {
            let wanted = sorts.iter().filter(|(_, most)| full || turn < *most);
            wanted
                .filter_map(|(found, _)| found.get(turn))
                .collect::<Vec<_>>()
        })
        .map(said)
        .collect();
    let calls = view.calls.iter().take(if full { 20 } else { 5 });
    let people = view.people.iter().take(if full { 40 } else { 8 });
    let deals = view.deals.iter().take(if full { 20 } else { 4 });
    Ok(Answer::new(json!({
        "account_id": view.account_id,
        "account": view.account.as_deref().map(|name| shortened(name, 150)),
        "deals": deals.map(|one| deal(one, full)).collect::<Vec<_>>(),
        "people": people.map(person).collect::<Vec<_>>(),
        "findings": findings,
        "calls": calls.map(call).collect::<Vec<_>>(),
        "calls_in_all": view.total_calls,
    }))
    .giving_way(&[
        "calls", "people", "findings", "deals", "deals.warnings",
    ])
    .up_to(most(given))
    .covering(extent(app).await?)
    .note(format!(
        "Facts of the newest {} calls, {} of them without words yet. No call says whether a step was done.",
        view.calls.len(),
        view.without_transcript
    )))
}

fn deal(one: &BriefDealView, full: bool) -> Value {
    let line = &one.deal;
    let amount = line.amount.as_ref().zip(line.currency.as_ref());
    let warnings = one.warnings.iter().take(if full { 14 } else { 3 });
    let warnings = warnings.map(|one| warning(one, usize::from(full)));
    json!({
        "deal_id": line.id,
        "name": line.name.as_deref().map(|name| shortened(name, 150)),
        "owner": line.owner,
        "stage": line.stage,
        "outcome": line.outcome,
        "amount": amount.map(|(amount, currency)| format!("{amount} {currency}")),
        "close_date": line.close_date,
        "risk": one.level,
        "warnings": warnings.collect::<Vec<_>>(),
    })
}

fn person(one: &MetView) -> Value {
    json!({
        "name": one.name.as_deref().map(|name| shortened(name, 100)),
        "title": one.title.as_deref().map(|title| shortened(title, 100)),
        "calls": one.calls,
        "last_met": one.last_met,
    })
}

fn call(one: &CallLineView) -> Value {
    json!({
        "call_id": one.id,
        "title": one.title.as_deref().map(|title| shortened(title, 150)),
        "started_at": one.started,
        "url": one.url,
    })
}

fn said(one: &FoundView) -> Value {
    let mut shown = moment(&one.moment);
    let value = &one.value;
    let more = pruned(json!({
        "kind": one.kind,
        "value": value.kind.or(value.stance),
        "name": value.name,
        "owner": value.owner,
        "status": value.status,
        "due": value.due,
    }));
    if let (Some(shown), Value::Object(more)) = (shown.as_object_mut(), more) {
        shown.extend(more);
    }
    shown
}
