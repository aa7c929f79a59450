//! The invented sales calls that come with this crate, read from their text form.

mod call;
mod deal;
mod text;

use serde_json::json;

use self::call::Call;
use self::deal::Deal;
use self::text::Line;
use crate::{World, WorldCall};

const WORKSPACE: &str = "6034220994466838858";

/// The files of `world/`: one deal each, all of it made up.
const DEALS: [&str; 12] = [
    include_str!("../world/A-01.txt"),
    include_str!("../world/A-02.txt"),
    include_str!("../world/A-03.txt"),
    include_str!("../world/A-04.txt"),
    include_str!("../world/A-05.txt"),
    include_str!("../world/A-internal.txt"),
    include_str!("../world/B-01.txt"),
    include_str!("../world/B-02.txt"),
    include_str!("../world/B-03.txt"),
    include_str!("../world/B-04.txt"),
    include_str!("../world/B-05.txt"),
    include_str!("../world/B-internal.txt"),
];

/// All calls, with the workspace they stand in.
pub(crate) fn world() -> World {
    let workspace =
        json!({ "id": WORKSPACE, "name": "Sales", "description": "Invented sales calls" });
    let calls = DEALS.into_iter().flat_map(calls_of);
    calls.fold(World::empty().with_workspace(workspace), |world, call| {
        world
            .with_call(call)
            .expect("the ids of the committed sample calls are distinct")
    })
}

/// The calls of one file.
fn calls_of(text: &'static str) -> Vec<WorldCall> {
    let mut deal = Deal::default();
    let mut call: Option<Call> = None;
    let mut calls = Vec::new();
    for line in text.lines() {
        match (Line::read(line), &mut call) {
            (Line::Deal(fields), _) => deal.fields = fields,
            (Line::Stage(date, stage), _) => deal.stages.push((date, stage)),
            (Line::CloseDate(date, set), _) => deal.close_dates.push((set, date)),
            (Line::Call(fields), _) => {
                call = Some(Call {
                    fields,
                    ..Call::default()
                });
            }
            (Line::Who(speaker), Some(call)) => call.speakers.push(speaker),
            (Line::Summary(line), Some(call)) => call.summary.push(line),
            (Line::Sentence { code, text }, Some(call)) => call.sentences.push((code, text)),
            (Line::End, _) => calls.extend(call.take().map(|call| call.in_gongs_shape(&deal))),
            _ => {}
        }
    }
    calls
}
