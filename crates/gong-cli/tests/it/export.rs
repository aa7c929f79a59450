//! What is exported is what is there, in every form, and no private call.

use std::fs;

use gong_sim::{Limits, Sim, World};
use serde_json::Value;

use crate::gongkit::Home;

#[tokio::test]
async fn every_table_is_written_whole_in_every_form() {
    let sim = Sim::builder()
        .world(World::generate(3, 6))
        .limits(Limits::off());
    let sim = sim.start().await.expect("it starts");
    let home = Home::new().at(&sim);
    home.ok(&["sync"]).await;
    let counts = home.json(&["db", "counts"]).await;

    let mut rows_of = std::collections::BTreeMap::new();
    for table in ["calls", "transcripts", "findings", "deals"] {
        for form in ["jsonl", "csv", "parquet", "markdown"] {
            let file = format!("{table}.{form}");
            let command = ["export", table, "--format", form, "--out", &file];
            let view = home.json(&command).await;
            let rows = view["rows"].as_u64().expect("a number");
            assert_eq!(*rows_of.entry(table).or_insert(rows), rows, "{file}");
            let bytes = fs::read(home.path(&file)).expect("it was written");
            let text = String::from_utf8_lossy(&bytes);
            match form {
                "jsonl" => {
                    let objects = text.lines().map(serde_json::from_str::<Value>);
                    assert_eq!(objects.flatten().count() as u64, rows, "{file}");
                }
                "csv" => {
                    let mut reader = csv::Reader::from_reader(bytes.as_slice());
                    assert_eq!(reader.records().flatten().count() as u64, rows);
                }
                "parquet" => assert!(bytes.starts_with(b"PAR1") && bytes.ends_with(b"PAR1")),
                _ => assert!(text.contains('|') || text.contains("##"), "{text}"),
            }
        }
    }

    let shown = counts["calls"]
        .as_u64()
        .or(counts["calls"]["shown"].as_u64());
    assert_eq!(Some(rows_of["calls"]), shown, "{counts}");
    assert!(rows_of["transcripts"] > rows_of["calls"] && rows_of["findings"] > 0);
}

#[tokio::test]
async fn an_export_replaces_nothing() {
    let sim = Sim::builder()
        .world(World::generate(3, 1))
        .limits(Limits::off());
    let sim = sim.start().await.expect("it starts");
    let home = Home::new().at(&sim);
    home.ok(&["sync"]).await;
    fs::write(home.path("mine"), "mine").expect("written");

    let ran = home.run(&["export", "calls", "--out", "mine"]).await;

    assert_eq!(ran.code, 2, "{}", ran.stderr);
    assert_eq!(fs::read(home.path("mine")).expect("there"), b"mine");
    assert!(!home.path("mine.part").exists());
}
