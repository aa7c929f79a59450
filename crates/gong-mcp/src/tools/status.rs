//! `index_status` and `list_trackers`.

use gong_app::App;
use serde_json::{Value, json};

use super::extent;
use crate::answer::Answer;
use crate::refusal::Refusal;
use crate::shape::{answer, list, number, object, open, text, whole};

pub(super) fn output() -> Value {
    answer(&[
        ("newest_call?", text()),
        ("company?", open()),
        ("limitations", list(&text())),
    ])
}

pub(super) async fn status(app: &App) -> Result<Answer, Refusal> {
    let view = app.status().await?;
    let company = view.company.as_ref().map(|company| {
        json!({
            "with_transcript": company.with_transcript,
            "waiting_for_transcript": company.waiting_for_transcript,
            "indexed": company.indexed,
            "jobs_waiting": company.jobs_waiting,
            "jobs_dead": company.jobs_dead,
            "private": company.private,
            "requests_left_today": company.requests_left,
            "model": company.model,
        })
    });
    Ok(Answer::new(json!({
        "newest_call": view.newest_call,
        "company": company,
        "limitations": view.limitations,
    }))
    .covering(Some(view.extent)))
}

pub(super) fn trackers_output() -> Value {
    let tracker = object(&[
        ("name", text()),
        ("kind", text()),
        ("judged", whole()),
        ("precision", number()),
    ]);
    answer(&[("trackers", list(&tracker))])
}

pub(super) async fn trackers(app: &App) -> Result<Answer, Refusal> {
    let view = app.list_trackers().await?;
    let trackers = view.trackers.iter().map(|tracker| {
        json!({
            "name": tracker.name,
            "kind": tracker.kind,
            "judged": tracker.judged,
            "precision": tracker.precision.map(|precision| (precision.p * 1_000.0).round() / 1_000.0),
        })
    });
    let answer = Answer::new(json!({"trackers": trackers.collect::<Vec<_>>()}))
        .giving_way(&["trackers"])
        .covering(extent(app).await?);
    Ok(if view.trackers.is_empty() {
        answer.note("No tracker is saved yet; `gongkit trackers save FILE` saves some.")
    } else {
        answer
    })
}
