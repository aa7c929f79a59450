//! `deal_risk` and `pipeline_insights`.

use std::num::NonZeroUsize;

use gong_app::views::{
    ContributionView, CurrencyForecastView, CurrencyPipelineView, DealLineView, EvidenceView,
    RateView, RiskView, WarningView,
};
use gong_app::{App, DealsRequest, OutlookRequest, RiskRequest, Standing, Why};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{CURSOR, DETAIL, extent, is_full, moment, most, rounded};
use crate::answer::{Answer, pruned, shortened};
use crate::arguments::{Arguments, Field, Kind, may};
use crate::refusal::Refusal;
use crate::shape::{answer, list, object, open, text, whole};

pub(super) const RISK: &[Field] = &[
    may("deal", Kind::Text, "Id or name"),
    may("account", Kind::Text, "Customer: name, domain or CRM id"),
    may("limit", Kind::Number(1, 25), "5 by default"),
    CURSOR,
    DETAIL,
];

pub(super) const PIPELINE: &[Field] = &[
    may(
        "period",
        Kind::Text,
        "2026-Q2, 2026-05 or 2026-05-01..2026-05-15; this quarter if left out",
    ),
    may("owner", Kind::Text, "Seller: name, e-mail or id"),
    may("limit", Kind::Number(1, 50), "Deals; 10 by default"),
    CURSOR,
    DETAIL,
];

pub(super) fn risk_output() -> Value {
    let warning = object(&[
        ("warning", text()),
        ("state", text()),
        ("points", whole()),
        ("reason", text()),
        ("evidence", open()),
        ("quotes", list(&open())),
    ]);
    let deal = object(&[
        ("deal_id", text()),
        ("name", text()),
        ("owner_user_id", text()),
        ("stage", text()),
        ("amount", text()),
        ("close_date", text()),
        ("level", text()),
        ("points", whole()),
        ("fires", whole()),
        ("unknown", whole()),
        ("asked", whole()),
        ("chance", open()),
        ("warnings", list(&warning)),
    ]);
    answer(&[("deals", list(&deal)), ("model", open())])
}

pub(super) fn pipeline_output() -> Value {
    let deal = object(&[
        ("deal_id", text()),
        ("name", text()),
        ("account", text()),
        ("owner", text()),
        ("stage", text()),
        ("amount", text()),
        ("close_date", text()),
        ("calls", whole()),
        ("last_call", text()),
        ("silent_days", whole()),
    ]);
    answer(&[
        ("from", text()),
        ("to", text()),
        ("currencies", list(&open())),
        ("conversion", list(&open())),
        ("no_forecast_because?", text()),
        ("deals", list(&deal)),
    ])
}

pub(super) async fn risk(app: &App, given: &Arguments) -> Result<Answer, Refusal> {
    let mut request = RiskRequest::default();
    request.deal = given.owned("deal");
    request.account = given.owned("account");
    if request.deal.is_some() && request.account.is_some() {
        return Err(Refusal::saying(
            "deal and account exclude each other: pass one of them.",
        ));
    }
    request.most = limit(given, 5);
    request.after = given.owned("cursor");
    request.why = Why::Said;
    let view = app.risk(&request).await?;
    let full = is_full(given);
    let deals: Vec<Value> = view.deals.iter().map(|deal| risk_of(deal, full)).collect();
    let nothing = deals.is_empty();
    let answer = Answer::new(json!({
        "deals": deals,
        "model": {"state": view.model.state, "reason": view.model.reason},
    }))
    .page(Some(view.total as u64), None)
    .giving_way(&["deals", "deals.warnings"])
    .continuing("deals", "deal_id", !view.is_last)
    .up_to(most(given))
    .covering(extent(app).await?)
    .note(
        "Points are a checklist and no probability. Unknown: what would tell it is not connected.",
    );
    let answer = unknown_stages(answer, &view.unknown_stages);
    Ok(if nothing {
        answer.note("No open deal is known here.")
    } else {
        answer
    })
}

/// What fires, and in full all that was asked.
fn risk_of(deal: &RiskView, full: bool) -> Value {
    let asked = deal.warnings.iter();
    let warnings = asked.filter(|one| full || one.state == "fires");
    let chance = deal.chance.as_ref().map(|chance| {
        let parts = chance.contributions.iter().take(5);
        json!({"of_winning": rounded(Some(chance.chance)), "goes_with": parts.map(part).collect::<Vec<_>>()})
    });
    pruned(json!({
        "deal_id": deal.id,
        "name": deal.name.as_deref().map(|name| shortened(name, 150)),
        "owner_user_id": deal.owner_user_id,
        "stage": deal.stage,
        "amount": deal.amount,
        "close_date": deal.close_date,
        "level": deal.level,
        "points": deal.points,
        "fires": deal.fires,
        "unknown": deal.unknown,
        "asked": deal.asked,
        "chance": chance,
        "warnings": warnings.map(|one| warning(one, if full { 3 } else { 1 })).collect::<Vec<_>>(),
    }))
}

fn part(part: &ContributionView) -> Value {
    json!({"feature": part.feature, "value": rounded(Some(part.value)), "adds": rounded(Some(part.adds))})
}

pub(super) fn warning(one: &WarningView, quotes: usize) -> Value {
    let evidence = one.evidence.as_ref();
    let said = evidence.map(|evidence| {
        let shown = evidence.quotes.iter().take(quotes);
        shown.map(moment).collect::<Vec<_>>()
    });
    pruned(json!({
        "warning": one.warning,
        "state": one.state,
        "points": one.points,
        "reason": one.reason,
        "evidence": evidence.map_or_else(|| json!({}), rests_on),
        "quotes": said.filter(|said| !said.is_empty()),
    }))
}

fn rests_on(evidence: &EvidenceView) -> Value {
    json!({
        "kind": evidence.kind,
        "sentences": evidence.sentences,
        "calls_with_transcript": evidence.with_transcript,
        "calls_known": evidence.known,
        "query": evidence.query.as_deref().map(|query| shortened(query, 200)),
        "rows": evidence.rows,
    })
}

pub(super) async fn pipeline(
    app: &App,
    now: Timestamp,
    given: &Arguments,
) -> Result<Answer, Refusal> {
    let full = is_full(given);
    let mut request = OutlookRequest::default();
    request.period = given.owned("period");
    request.as_of = Some(now);
    let sums = app.pipeline_of(&request).await?;
    let rest = app.forecast(&request).await?;
    let mut wanted = DealsRequest::default();
    wanted.standing = Some(Standing::Open);
    wanted.owner = given.owned("owner");
    wanted.as_of = Some(now);
    let open = app.deals(&wanted).await?;

    let currencies = sums.currencies.iter().map(|one| {
        let forecast = rest.currencies.iter();
        let forecast = forecast.clone().find(|of| of.currency == one.currency);
        currency(one, forecast, full)
    });
    let conversion = sums.conversion.iter().map(|one| {
        json!({"stage": one.stage, "went_on": rate(&one.went_on), "undecided": one.undecided})
    });
    let total = open.deals.len();
    let (page, is_last) = page_of(&open.deals, given)?;
    let answer = Answer::new(json!({
        "from": sums.period.from,
        "to": sums.period.to,
        "currencies": currencies.collect::<Vec<_>>(),
        "conversion": conversion.collect::<Vec<_>>(),
        "no_forecast_because": rest.refused,
        "deals": page.iter().map(|one| deal(one, now)).collect::<Vec<_>>(),
    }))
    .page(Some(total as u64), None)
    .giving_way(&["deals", "conversion", "currencies"])
    .continuing("deals", "deal_id", !is_last)
    .up_to(most(given))
    .covering(extent(app).await?)
    .note("Currencies are never added up. Deals: open ones, the next to close first.");
    Ok(unknown_stages(answer, &sums.unknown_stages))
}

/// The deals of a page, and whether it is the last.
fn page_of<'d>(
    deals: &'d [DealLineView],
    given: &Arguments,
) -> Result<(&'d [DealLineView], bool), Refusal> {
    let rest = match given.text("cursor") {
        None => deals,
        Some(after) => {
            let place = deals.iter().position(|one| one.id == after);
            let place = place.ok_or_else(|| {
                Refusal::saying("That is no place to go on from: begin again without a cursor.")
            })?;
            deals.get(place + 1..).unwrap_or_default()
        }
    };
    let most = limit(given, 10).map_or(usize::MAX, NonZeroUsize::get);
    Ok((rest.get(..most).unwrap_or(rest), rest.len() <= most))
}

fn deal(one: &DealLineView, now: Timestamp) -> Value {
    let last: Option<Timestamp> = one.last_call.as_deref().and_then(|at| at.parse().ok());
    let silent = last.map(|last| now.duration_since(last).as_hours() / 24);
    let amount = one.amount.as_ref().zip(one.currency.as_ref());
    pruned(json!({
        "deal_id": one.id,
        "name": one.name.as_deref().map(|name| shortened(name, 150)),
        "account": one.account.as_ref().or(one.account_id.as_ref()),
        "owner": one.owner,
        "stage": one.stage,
        "amount": amount.map(|(amount, currency)| format!("{amount} {currency}")),
        "close_date": one.close_date,
        "calls": one.calls,
        "last_call": one.last_call,
        "silent_days": silent,
    }))
}

fn currency(
    one: &CurrencyPipelineView,
    forecast: Option<&CurrencyForecastView>,
    full: bool,
) -> Value {
    let tested = |of: &CurrencyForecastView| {
        let tests = of.back_test.iter().map(|test| {
            json!({
                "from": test.period.from, "forecast": test.forecast.round(),
                "lo": test.lo.round(), "hi": test.hi.round(), "actual": test.actual.round(),
            })
        });
        tests.collect::<Vec<_>>()
    };
    let forecast = forecast.map(|of| {
        json!({
            "sum": of.forecast.round(),
            "lo": of.lo.round(),
            "hi": of.hi.round(),
            "weighted_open": of.weighted.round(),
            "expected_new": of.expected_new.round(),
            "past_periods_tested": of.back_test.len(),
            "interval_held_in": of.held,
            "mean_error": rounded(of.mean_error),
            "back_test": full.then(|| tested(of)),
        })
    });
    json!({
        "currency": one.currency,
        "won": {"amount": one.won.amount, "deals": one.won.count},
        "open": {"amount": one.open.amount, "deals": one.open.count},
        "slipped": {"amount": one.slipped.amount, "deals": one.slipped.count},
        "target": one.target,
        "coverage_of_what_is_missing": rounded(one.coverage),
        "win_rate": rate(&one.win_rate),
        "average_won": one.average_won.map(f64::round),
        "days_to_win": rounded(one.days_to_win),
        "velocity_per_day": rounded(one.velocity_per_day),
        "forecast": forecast,
    })
}

/// A share with its 95 % interval.
pub(super) fn rate(rate: &RateView) -> Value {
    json!({
        "part": rate.part, "of": rate.of, "rate": rounded(rate.rate),
        "lo": rounded(rate.lo), "hi": rounded(rate.hi),
    })
}

fn limit(given: &Arguments, usual: u64) -> Option<NonZeroUsize> {
    let limit = given.number("limit").unwrap_or(usual);
    usize::try_from(limit).ok().and_then(NonZeroUsize::new)
}

fn unknown_stages(answer: Answer, stages: &[String]) -> Answer {
    if stages.is_empty() {
        return answer;
    }
    let named: Vec<&str> = stages.iter().take(5).map(String::as_str).collect();
    answer.note(format!(
        "The pipeline's settings do not name {} stages, among them {}; their deals count as open.",
        stages.len(),
        named.join(", ")
    ))
}
