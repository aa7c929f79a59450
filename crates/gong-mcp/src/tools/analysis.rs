//! `analyze_call` and `call_statistics`.

use gong_app::views::{FindingView, SaidView, StatisticsView};
use gong_app::{App, StatsRequest};
use serde_json::{Value, json};

use super::{DETAIL, extent, is_full, most, rounded};
use crate::answer::{Answer, pruned, shortened};
use crate::arguments::{Arguments, Field, Kind, may, must};
use crate::refusal::Refusal;
use crate::shape::{answer, list, number, object, open, quote, text};

pub(super) const CALL: &[Field] = &[
    must("call_id", Kind::Id, "Always a string"),
    may(
        "aspects",
        Kind::SomeOf(ASPECTS),
        "All but questions if left out",
    ),
    DETAIL,
];

pub(super) const STATISTICS: &[Field] = &[
    may("call_ids", Kind::Ids(20), "The 20 newest calls if left out"),
    may("strict", Kind::Flag, "A nod ends a monologue, as at Gong"),
];

const ASPECTS: &[&str] = &[
    "summary",
    "needs",
    "process",
    "objections",
    "next_steps",
    "risks",
    "competitors",
    "pricing",
    "buying_signals",
    "trackers",
    "questions",
    "measures",
];

/// The kinds of findings of an aspect.
const KINDS: &[(&str, &str)] = &[
    ("red_flag", "risks"),
    ("next_step", "next_steps"),
    ("objection", "objections"),
    ("competitor", "competitors"),
    ("pain", "needs"),
    ("pricing", "pricing"),
    ("buying_signal", "buying_signals"),
    ("process", "process"),
    ("tracker", "trackers"),
    ("question", "questions"),
];

pub(super) fn call_output() -> Value {
    let mut finding = quote();
    if let Some(fields) = finding["properties"].as_object_mut() {
        for name in [
            "finding_id",
            "kind",
            "value",
            "name",
            "owner",
            "status",
            "due",
        ] {
            fields.insert(name.to_owned(), text());
        }
        for name in ["score", "precision"] {
            fields.insert(name.to_owned(), number());
        }
    }
    answer(&[
        ("call_id", text()),
        ("title?", text()),
        ("started_at", text()),
        ("url?", text()),
        ("measures?", open()),
        ("highlights?", list(&quote())),
        ("findings", list(&finding)),
    ])
}

pub(super) fn statistics_output() -> Value {
    let call = object(&[
        ("call_id", text()),
        ("title", text()),
        ("started_at", text()),
        ("measures", open()),
    ]);
    answer(&[("calls", list(&call))])
}

pub(super) async fn call(app: &App, given: &Arguments) -> Result<Answer, Refusal> {
    let id = given.text("call_id").unwrap_or_default();
    let aspects = given.texts("aspects");
    let wants = |aspect: &str| {
        if aspects.is_empty() {
            aspect != "questions"
        } else {
            aspects.iter().any(|one| one == aspect)
        }
    };
    let view = app.insights(id, false).await?;
    let is_full = is_full(given);
    let highlights = wants("summary").then(|| {
        let shown = view.highlights.iter().take(if is_full { 12 } else { 4 });
        shown.map(|said| cited(said, is_full)).collect::<Vec<_>>()
    });
    let wanted: Vec<&FindingView> = view
        .findings
        .iter()
        .filter(|finding| aspect_of(finding.kind).is_some_and(&wants))
        .collect();
    let findings: Vec<Value> = in_turns(wanted)
        .into_iter()
        .filter_map(|finding| found(finding, is_full))
        .collect();
    let nothing = findings.is_empty();
    let answer = Answer::new(json!({
        "call_id": view.call.id,
        "title": view.call.title.as_deref().map(|title| shortened(title, 150)),
        "started_at": view.call.started,
        "url": view.call.url,
        "measures": wants("measures").then(|| measures(&view.statistics)),
        "highlights": highlights,
        "findings": findings,
    }))
    .giving_way(&["findings", "highlights"])
    .up_to(most(given))
    .covering(extent(app).await?)
    .note("A precision stands where enough findings of a detector were judged; elsewhere it is untested.");
    Ok(if nothing {
        answer.note("Nothing of what was asked for was found in this call.")
    } else {
        answer
    })
}

fn aspect_of(kind: &str) -> Option<&'static str> {
    KINDS
        .iter()
        .find(|(known, _)| *known == kind)
        .map(|(_, aspect)| *aspect)
}

/// One of each kind, then the second of each, and so on: what gives way is what there is most of.
fn in_turns(findings: Vec<&FindingView>) -> Vec<&FindingView> {
    let mut ranked: Vec<(usize, usize, &FindingView)> = Vec::new();
    for finding in findings {
        let kind = KINDS.iter().position(|(known, _)| *known == finding.kind);
        let before = ranked.iter().filter(|(_, _, one)| one.kind == finding.kind);
        let turn = before.count();
        ranked.push((turn, kind.unwrap_or(KINDS.len()), finding));
    }
    ranked.sort_by_key(|(turn, kind, _)| (*turn, *kind));
    ranked.into_iter().map(|(_, _, finding)| finding).collect()
}

fn cited(said: &SaidView, is_full: bool) -> Value {
    pruned(json!({
        "at": said.sentence,
        "start_ms": said.start_ms,
        "end_ms": said.end_ms,
        "speaker": said.speaker,
        "side": said.side,
        "quote": said.text.as_deref().map(|text| shortened(text, 400)),
        "url": if is_full { said.url.as_deref() } else { None },
    }))
}

fn found(finding: &FindingView, is_full: bool) -> Option<Value> {
    let mut shown = cited(finding.quotes.first()?, is_full);
    let value = &finding.value;
    let more = pruned(json!({
        "finding_id": finding.id,
        "kind": finding.kind,
        "value": value.kind.or(value.stance),
        "name": value.name,
        "owner": value.owner,
        "status": value.status,
        "due": value.due,
        "score": rounded(Some(finding.score)),
        "precision": rounded(finding.precision.map(|precision| precision.p)),
    }));
    if let (Some(shown), Value::Object(more)) = (shown.as_object_mut(), more) {
        shown.extend(more);
    }
    Some(shown)
}

pub(super) async fn statistics(app: &App, given: &Arguments) -> Result<Answer, Refusal> {
    let mut request = StatsRequest::default();
    request.calls = given.texts("call_ids");
    request.is_strict = given.is("strict");
    let view = app.stats(&request).await?;
    let calls = view.calls.iter().map(|one| {
        json!({
            "call_id": one.call.id,
            "title": one.call.title.as_deref().map(|title| shortened(title, 100)),
            "started_at": one.call.started,
            "measures": measures(&one.statistics),
        })
    });
    let most = if given.has("call_ids") {
        crate::answer::MOST
    } else {
        crate::answer::USUAL
    };
    Ok(Answer::new(json!({"calls": calls.collect::<Vec<_>>()}))
        .giving_way(&["calls"])
        .up_to(most)
        .covering(extent(app).await?)
        .note("What cannot be known of a call is left out."))
}

fn measures(statistics: &StatisticsView) -> Value {
    pruned(json!({
        "length_s": rounded(Some(statistics.length_s)),
        "talk_ratio_ours": rounded(statistics.talk_ratio_ours),
        "longest_monologue_s": rounded(statistics.longest_monologue_s),
        "longest_customer_story_s": rounded(statistics.longest_customer_story_s),
        "switches_per_minute": rounded(statistics.switches_per_minute),
        "patience_median_s": rounded(statistics.patience_median_s),
        "interruptions_per_hour": rounded(statistics.interruptions_per_hour),
        "questions": statistics.questions,
        "open_questions_share": rounded(statistics.open_questions_share),
        "silence_share": rounded(statistics.silence_share),
        "first_price_s": rounded(statistics.first_price_s),
        "unknown_share": rounded(statistics.unknown_share),
    }))
}
