//! The views of SQL, every form of `export` and the archive count the same.

use std::collections::BTreeMap;
use std::fs::{self, File};

use gong_sim::{Deals, Effect, Limits, Sim, SimHandle, WorldCall};
use jiff::Timestamp;
use jiff::civil::date;
use parquet::file::reader::{FileReader as _, SerializedFileReader};
use rusqlite::{Connection, OpenFlags};
use serde_json::{Value, json};

use crate::gongkit::Home;

/// A title that a spreadsheet would run.
const FORMULA: &str = "=SUM(1,2)";

/// How many rows of each table there are, as SQL that gives one number.
pub(crate) const COUNTS: [(&str, &str); 4] = [
    ("calls", "SELECT count(*) FROM v_calls"),
    (
        "transcripts",
        "SELECT CAST(sum(sentences) AS BIGINT) FROM v_calls",
    ),
    ("findings", "SELECT count(*) FROM v_findings"),
    ("deals", "SELECT count(*) FROM v_deals"),
];

/// Numbers that must be equal.
pub(crate) const EQUAL: [(&str, &str); 4] = [
    (
        "SELECT count(*) FROM v_calls",
        "SELECT CAST(sum(calls) AS BIGINT) FROM v_call_states WHERE state = 'shown'",
    ),
    (
        "SELECT count(*) FROM v_calls WHERE transcript = 'present'",
        "SELECT count(*) FROM v_call_figures WHERE length_ms IS NOT NULL",
    ),
    (
        "SELECT count(*) FROM v_parties",
        "SELECT CAST(sum(parties_ours + parties_theirs + parties_unknown) AS BIGINT) FROM v_calls",
    ),
    (
        "SELECT CAST(sum(ours + theirs + unknown) AS BIGINT) FROM v_finding_counts",
        "SELECT count(*) FROM v_findings WHERE detector IN (SELECT detector FROM v_finding_counts)",
    ),
];

/// Six deals with their calls, one of them with an odd title, and a private call.
pub(crate) async fn gong() -> (Deals, SimHandle) {
    let deals = Deals::generate(7, 6, Effect::None);
    let world = deals.world().expect("a world");
    let odd = world.calls().next().expect("a call").id().to_owned();
    let started: Timestamp = "2025-03-03T10:00:00Z".parse().expect("an instant");
    let private = WorldCall::plain("4242", started).private(true);
    let world = world
        .with_edited(&odd, |call| {
            let titled = call.edited(|call| call["metaData"]["title"] = json!(FORMULA));
            titled.expect("a call")
        })
        .and_then(|world| world.with_call(private?))
        .expect("a world");
    let sim = Sim::builder().world(world).limits(Limits::off());
    (deals, sim.start().await.expect("it starts"))
}

/// Syncs, imports the deals, and exports every table in every form: how many rows each file has.
pub(crate) async fn exported(home: &Home, deals: &Deals) -> BTreeMap<&'static str, [i64; 4]> {
    home.ok(&["sync"]).await;
    fs::write(home.path("imported.csv"), deals.csv_as_of(date(2025, 6, 1))).expect("written");
    home.ok(&["deals", "import", "imported.csv"]).await;
    let mut rows = BTreeMap::new();
    for (table, _) in COUNTS {
        let mut counted = [0; 4];
        let forms = ["jsonl", "csv", "parquet", "markdown"];
        for (count, form) in counted.iter_mut().zip(forms) {
            let file = format!("{table}.{form}");
            home.ok(&["export", table, "--format", form, "--out", &file])
                .await;
            *count = rows_in(home, &file, form);
        }
        rows.insert(table, counted);
    }
    rows
}

/// How many rows a program finds that reads the file.
fn rows_in(home: &Home, file: &str, form: &str) -> i64 {
    let path = home.path(file);
    if form == "parquet" {
        let file = File::open(path).expect("the file");
        let reader = SerializedFileReader::new(file).expect("a footer");
        return reader.metadata().file_metadata().num_rows();
    }
    let text = fs::read_to_string(path).expect("the file");
    let count = match form {
        "jsonl" => text.lines().count(),
        "csv" => csv::Reader::from_reader(text.as_bytes()).records().count(),
        _ if text.starts_with("| ") => text.lines().count() - 2,
        _ => text.lines().filter(|line| line.starts_with("- ")).count(),
    };
    i64::try_from(count).expect("small")
}

/// The rows of a file of JSON lines.
pub(crate) fn objects(home: &Home, file: &str) -> Vec<Value> {
    let text = fs::read_to_string(home.path(file)).expect("the file");
    let lines = text.lines().map(serde_json::from_str);
    lines.collect::<Result<_, _>>().expect("objects")
}

#[tokio::test(flavor = "multi_thread")]
async fn views_exports_and_archive_count_the_same() {
    let (deals, sim) = gong().await;
    let home = Home::new().at(&sim);

    let exported = exported(&home, &deals).await;

    let on = Connection::open_with_flags(
        home.data().join("archive.sqlite"),
        OpenFlags::SQLITE_OPEN_READ_ONLY,
    );
    let on = on.expect("the archive");
    let number = |sql: &str| on.query_row(sql, [], |row| row.get::<_, i64>(0));
    for (table, sql) in COUNTS {
        let rows = number(sql).expect(sql);
        assert!(rows > 0, "{table}");
        assert_eq!(exported[table], [rows; 4], "{table}");
    }
    for (one, other) in EQUAL {
        let (one, other) = (number(one).expect(one), number(other).expect(other));
        assert!(one > 0);
        assert_eq!(one, other);
    }
    let private = "SELECT calls FROM v_call_states WHERE state = 'private'";
    assert_eq!(number(private).expect(private), 1);
    let counts = home.json(&["db", "counts"]).await;
    let whole = number("SELECT CAST(sum(calls) AS BIGINT) FROM v_call_states");
    assert_eq!(counts["calls"], whole.expect("counted"), "{counts}");
    sim.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deal_stands_in_its_view_as_in_the_export_and_no_cell_is_run() {
    let (deals, sim) = gong().await;
    let home = Home::new().at(&sim);

    exported(&home, &deals).await;

    let on = Connection::open(home.data().join("archive.sqlite")).expect("the archive");
    let shown = objects(&home, "deals.jsonl");
    assert_eq!(shown.len(), 6);
    for deal in shown {
        let id = deal["deal_id"].as_str().expect("an id");
        let sql = "SELECT json_array(stage, printf('%.2f', amount_hundredths / 100.0), currency,
                     close_date, created, closed_on, owner_user_id)
                   FROM v_deals WHERE deal_id = ?1";
        let row: String = on.query_row(sql, [id], |row| row.get(0)).expect("its row");
        let row: Value = serde_json::from_str(&row).expect("a list");
        let names = [
            "stage",
            "amount",
            "currency",
            "close_date",
            "created",
            "closed_on",
            "owner_user_id",
        ];
        let mut told = names.map(|name| deal[name].clone());
        let amount = told[1].as_str().and_then(|text| text.parse::<f64>().ok());
        told[1] = json!(format!("{:.2}", amount.expect("an amount")));
        assert_eq!(row, json!(told), "{id}");
    }
    let mut calls = csv::Reader::from_path(home.path("calls.csv")).expect("a file");
    let titles: Vec<String> = calls
        .records()
        .flatten()
        .map(|row| row[1].to_owned())
        .collect();
    assert!(titles.contains(&format!("'{FORMULA}")), "{titles:?}");
    sim.shutdown().await;
}
