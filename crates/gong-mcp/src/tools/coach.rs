//! `coach_rep`.

use gong_app::views::{CoachedView, MeasureView, RecommendationView};
use gong_app::{App, CoachRequest, Why};
use serde_json::{Value, json};

use super::{DETAIL, extent, is_full, moment, most, rounded};
use crate::answer::{Answer, pruned, shortened};
use crate::arguments::{Arguments, Field, Kind, must};
use crate::refusal::Refusal;
use crate::shape::{answer, list, object, open, text, whole};

pub(super) const FIELDS: &[Field] = &[must("rep", Kind::Text, "Name, e-mail or id"), DETAIL];

pub(super) fn output() -> Value {
    let sort = object(&[
        ("stage", text()),
        ("calls", whole()),
        ("reps", whole()),
        ("refused", text()),
        ("measures", list(&open())),
        ("recommendations", list(&open())),
    ]);
    answer(&[
        ("rep_user_id", text()),
        ("rep?", text()),
        ("by_stage", list(&sort)),
    ])
}

pub(super) async fn coach(app: &App, given: &Arguments) -> Result<Answer, Refusal> {
    let mut request = CoachRequest::new(given.text("rep").unwrap_or_default());
    let full = is_full(given);
    request.why = if full { Why::Said } else { Why::Unsaid };
    let view = app.coach(&request).await?;
    let mut sorts: Vec<&CoachedView> = view.call_types.iter().collect();
    // What something is said of comes first, then what there is most of.
    sorts.sort_by_key(|one| (one.refused.is_some(), std::cmp::Reverse(one.calls)));
    let answer = Answer::new(json!({
        "rep_user_id": view.rep_user_id,
        "rep": view.rep,
        "by_stage": sorts.into_iter().map(|one| coached(one, full)).collect::<Vec<_>>(),
    }))
    .giving_way(&["by_stage", "by_stage.measures", "by_stage.recommendations"])
    .up_to(most(given))
    .covering(extent(app).await?)
    .note("Beside the team's middle half, for talks about how to talk; no score, not for pay.");
    Ok(view.recalls.iter().fold(answer, |answer, of| {
        let share = 100.0 * of.recall;
        let (detector, source) = (of.detector, of.source);
        answer.note(format!(
            "{detector} finds {share:.0} % of what it should ({source})."
        ))
    }))
}

fn coached(one: &CoachedView, full: bool) -> Value {
    let outside = |measure: &&MeasureView| {
        full || measure.value < measure.band_lo || measure.value > measure.band_hi
    };
    let measures = one.measures.iter().filter(outside).map(measure);
    let tries = one.recommendations.iter().map(recommendation);
    json!({
        "stage": shortened(&one.call_type, 100),
        "calls": one.calls,
        "reps": one.reps,
        "refused": one.refused,
        "measures": measures.collect::<Vec<_>>(),
        "recommendations": tries.collect::<Vec<_>>(),
    })
}

fn measure(one: &MeasureView) -> Value {
    let calls =
        (!one.call_ids.is_empty()).then(|| one.call_ids.iter().take(20).collect::<Vec<_>>());
    json!({
        "metric": one.metric,
        "own": rounded(Some(one.own)),
        "value": rounded(Some(one.value)),
        "lo": rounded(Some(one.lo)),
        "hi": rounded(Some(one.hi)),
        "team_from": rounded(Some(one.band_lo)),
        "team_to": rounded(Some(one.band_hi)),
        "calls": one.calls,
        "call_ids": calls,
    })
}

fn recommendation(one: &RecommendationView) -> Value {
    pruned(json!({
        "metric": one.metric,
        "towards": one.towards,
        "moments": one.moments.iter().map(moment).collect::<Vec<_>>(),
        "example": one.example.as_ref().map(moment),
    }))
}
