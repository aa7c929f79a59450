//! What the models find in dev worlds that they have not seen, as lines for the scorer of the data:
//! `../shared/tools/gk_score.py ../shared/data_sales sales target/train-sales/left-out.jsonl`.

use std::collections::BTreeMap;

use insights::due_dates;
use serde_json::{Value, json};

use super::source::LabelledCall;
use super::view;

/// One thing that was found.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) call: usize,
    pub(super) at: usize,
    pub(super) label: &'static str,
    pub(super) score: f32,
    /// The competitor.
    pub(super) name: Option<String>,
}

/// The words that models of values chose, by model, call, sentence and competitor.
pub(super) type Chosen = BTreeMap<(&'static str, usize, usize, Option<String>), String>;

/// The lines, best first within a call; `ids` are the calls' ids in the data.
pub(super) fn lines(
    calls: &[LabelledCall],
    ids: &BTreeMap<String, String>,
    found: &[Found],
    chosen: &Chosen,
) -> String {
    let mut found: Vec<&Found> = found.iter().collect();
    found.sort_by(|a, b| a.call.cmp(&b.call).then(b.score.total_cmp(&a.score)));
    let mut run = String::new();
    for of_call in found.chunk_by(|one, next| one.call == next.call) {
        let Some(call) = of_call.first().and_then(|one| calls.get(one.call)) else {
            continue;
        };
        let Some(id) = ids.get(call.call.id.as_str()) else {
            continue;
        };
        let due = due_by_line(call, of_call);
        for one in of_call {
            let line = line(call, id, one, chosen, due.get(&one.at));
            run.push_str(&line.to_string());
            run.push('\n');
        }
    }
    run
}

fn due_by_line(call: &LabelledCall, found: &[&Found]) -> BTreeMap<usize, String> {
    let steps = found.iter().filter(|one| one.label == "next_step");
    let mut steps: Vec<usize> = steps.map(|one| one.at).collect();
    steps.sort_unstable();
    let dates = due_dates(&view(call), &steps);
    let dated = steps.into_iter().zip(dates);
    dated
        .filter_map(|(at, due)| Some((at, due?.to_string())))
        .collect()
}

fn line(
    call: &LabelledCall,
    id: &str,
    one: &Found,
    chosen: &Chosen,
    due: Option<&String>,
) -> Value {
    let place = call.transcript.sentences().nth(one.at).map(|said| said.at);
    let place = place.unwrap_or_default();
    let word = |model: &'static str| chosen.get(&(model, one.call, one.at, one.name.clone()));
    let mut line = json!({
        "call_id": id,
        "utterance": place.utterance,
        "sentence": place.sentence,
        "label": one.label,
    });
    match one.label {
        "question" => {
            let form = if word("form").is_some_and(|form| form == "o") {
                "open"
            } else {
                "closed"
            };
            line["value"] = form.into();
        }
        "next_step" => {
            line["owner"] = word("owner").cloned().unwrap_or("ours".to_owned()).into();
            line["due"] = due.cloned().into();
        }
        "objection" => line["value"] = word("objection").cloned().into(),
        "red_flag" => line["value"] = word("red_flag").cloned().into(),
        "competitor" => {
            line["value"] = one.name.clone().into();
            line["stance"] = word("stance").cloned().into();
        }
        _ => {}
    }
    line
}
