//! The warnings of the invented sales deals, as of each of their calls.
//!
//! What rests on days and people alone is counted here, whatever model finds what is said;
//! docs/deals.md has all of them, read one by one.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde_json::Value;

use super::app_at;
use crate::DealsImport;
use crate::app::App;
use crate::outlook::RiskRequest;

/// The folder of the invented calls; says so where it is not there.
fn shared() -> Option<PathBuf> {
    let root = std::env::var_os("GONGKIT_SHARED")?;
    let folder = Path::new(&root).join("data_sales");
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("NOT RUN: {} needs GONGKIT_SHARED", folder.display());
    None
}

fn lines(file: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(file).expect("a file");
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    lines
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect()
}

fn text<'v>(value: &'v Value, field: &str) -> &'v str {
    value[field].as_str().unwrap_or_default()
}

/// A line of a file of deals, as the deal was at the end of a day.
fn line(deal: &Value, day: &str) -> Option<String> {
    let until = |list: &'static str| {
        let mut all = deal[list].as_array().expect("a list").iter();
        all.rfind(|one| text(one, "on") <= day)
    };
    let changes = deal["close_changes"].as_array().expect("a list");
    let last = changes.last().map_or("", |one| text(one, "to"));
    // In one world `close` is the first day, in the other the last.
    let first = Some(text(deal, "close")).filter(|close| *close != last);
    let close = until("close_changes")
        .map(|one| text(one, "to"))
        .or(first)
        .unwrap_or_default();
    let closed = text(deal, "closed");
    let is_closed = closed.len() == 10 && closed <= day;
    let stage = match text(deal, "outcome") {
        "won" if is_closed => "Closed Won",
        "lost" if is_closed => "Closed Lost",
        _ => text(until("stages")?, "stage"),
    };
    let closed_on = if is_closed { closed } else { "" };
    Some(format!(
        "salesforce:{},\"{}\",,{stage},{},{},{close},{},,{closed_on}\n",
        text(deal, "deal_id"),
        text(deal, "account"),
        deal["amount"],
        text(deal, "currency"),
        text(deal, "created"),
    ))
}

/// Tells of every day on which something of a deal changed.
async fn tell(home: &tempfile::TempDir, app: &App, deals: &[Value]) {
    let mut days: BTreeMap<String, String> = BTreeMap::new();
    for deal in deals {
        let lists = ["stages", "close_changes"].map(|list| deal[list].as_array());
        let changes = lists.into_iter().flatten().flatten();
        let mut of_deal: BTreeSet<&str> = changes.map(|one| text(one, "on")).collect();
        of_deal.insert(text(deal, "created"));
        of_deal.insert(text(deal, "closed"));
        for day in of_deal.into_iter().filter(|day| day.len() == 10) {
            let lines = days.entry(day.to_owned()).or_default();
            lines.extend(line(deal, day));
        }
    }
    for (day, lines) in days {
        let file = home.path().join("deals.csv");
        let head =
            "deal_id,account,name,stage,amount,currency,close_date,created,owner_email,closed_on
";
        std::fs::write(&file, format!("{head}{lines}")).expect("written");
        let mut request = DealsImport::new(&file);
        request.as_of = Some(format!("{day}T23:59:59Z").parse().expect("an instant"));
        let view = app.import_deals(&request).await.expect("imported");
        assert!(view.stored, "{:?}", view.bad);
    }
}

#[tokio::test]
async fn the_warnings_of_the_invented_deals_are_those_that_were_read() {
    let Some(folder) = shared() else { return };
    let home = tempfile::tempdir().expect("a folder");
    let app = app_at(&home, || Timestamp::constant(1_798_000_000, 0));
    let manifest = std::fs::read_to_string(folder.join("manifest.json")).expect("a file");
    let manifest: Value = serde_json::from_str(&manifest).expect("JSON");
    let worlds = manifest["competitors"].as_object().expect("worlds");
    let rivals = worlds.values().filter_map(Value::as_array).flatten();
    let rivals: Vec<String> = rivals
        .map(|name| serde_json::json!({"name": name, "aliases": []}).to_string())
        .collect();
    let done = app.import(&folder.join("calls")).await.expect("imported");
    assert!(done.problem.is_none(), "{:?}", done.problem);
    let file = home.path().join("rivals.jsonl");
    std::fs::write(&file, rivals.join("\n")).expect("written");
    app.watch_competitors(&file).await.expect("watched");
    tell(&home, &app, &lines(&folder.join("gold/deals.jsonl"))).await;

    let view = app.risk_at_calls(&RiskRequest::default()).await;
    let view = view.expect("told");

    assert_eq!(view.deals.len(), 10);
    let calls: usize = view.deals.iter().map(|deal| deal.calls.len()).sum();
    let rest_on_words = ["pricing_absent", "competitor_active", "red_flag"];
    let others = view.counts.iter();
    let others = others.filter(|one| !rest_on_words.contains(&one.warning));
    let counts: Vec<_> = others
        .map(|one| (one.warning, one.fires, one.clear, one.unknown))
        .collect();
    assert_eq!((calls, counts.as_slice()), (30, COUNTS.as_slice()));
}

/// Each warning that rests on days and people, with how often it fires, is clear and is unknown.
const COUNTS: [(&str, usize, usize, usize); 11] = [
    ("no_activity", 0, 0, 30),
    ("ghosted", 0, 0, 30),
    ("overdue", 0, 30, 0),
    ("close_pushed", 0, 30, 0),
    ("stalled", 3, 27, 0),
    ("single_threaded", 7, 23, 0),
    ("no_power", 6, 24, 0),
    ("no_next_meeting", 0, 0, 30),
    ("talk_imbalance", 0, 30, 0),
    ("champion_silent", 0, 10, 20),
    ("commitment_overdue", 0, 30, 0),
];
