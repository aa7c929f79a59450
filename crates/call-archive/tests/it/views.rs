//! The views are those of docs/sql.md, show what is in the clear and shown, and nothing else.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::time::Duration;

use call_archive::{
    Account, Audit, AuditEntry, Budget, BudgetRules, CallNumbers, Calls, DealNews, Deals, Erasing,
    Erasure, Findings, FoundCount, Inbox, Indexes, Numbers, Priority, SlotRequest, Source,
    TalkNumbers,
};
use conversation::{
    AccountId, Call, Currency, DealId, DealSnapshot, DealSource, Money, Party, PartyId, Privacy,
    Side, UserId,
};
use jiff::SignedDuration;
use rusqlite::Connection;
use rusqlite::types::ValueRef;
use serde_json::{Map, Value, json};

use crate::fixture::{NOW, call, deliver, id, open, store, store_deal, store_finding};

/// Stands in every text that is sealed.
const CANARY: &str = "zqxcanary";
/// The calls of [`fill`] that are shown: one with words, one that waits for them.
const SHOWN: [&str; 2] = ["open", "pending"];

/// The rows of each view, as objects.
pub(crate) type Seen = BTreeMap<String, Vec<Map<String, Value>>>;

/// The page that describes the views.
pub(crate) fn page() -> String {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/sql.md");
    fs::read_to_string(page).expect("the page")
}

/// Each view of the page with its columns in order.
pub(crate) fn documented() -> BTreeMap<String, Vec<String>> {
    let page = page();
    let sections = page.split("\n### ").skip(1);
    let of = |section: &str| {
        let (name, rest) = section.split_once('\n').expect("a heading");
        let section = rest.split("\n## ").next().unwrap_or_default();
        let rows = section.lines().filter_map(|line| line.strip_prefix("| "));
        let columns = rows.filter_map(|row| row.split(" |").next());
        let columns = columns.filter(|column| *column != "column");
        (name.to_owned(), columns.map(str::to_owned).collect())
    };
    sections.map(of).collect()
}

/// The statements of the blocks of SQL below a heading of the page.
pub(crate) fn sql_below(heading: &str) -> Vec<String> {
    let page = page();
    let (_, below) = page.split_once(heading).expect("the heading");
    let below = below.split("\n## ").next().unwrap_or_default();
    let blocks = below.split("```sql\n").skip(1);
    let of = |block: &str| block.split("```").next().unwrap_or_default().to_owned();
    blocks.map(of).collect()
}

/// A call that is shown, one that waits for its words, one that is private and one that is being
/// erased, with what belongs to them.
pub(crate) async fn fill<A>(archive: &A)
where
    A: Calls + Findings + Numbers + Deals + Erasing + Inbox + Indexes + Audit + Budget,
{
    archive.add_index("space", NOW).await.expect("an index");
    for (name, privacy) in [
        ("open", Privacy::Open),
        ("private", Privacy::Private),
        ("erasing", Privacy::Open),
    ] {
        let mut put = call(name, CANARY);
        put.call.privacy = privacy;
        put.call.duration = Some(Duration::from_mins(30));
        let mut theirs = Party::new(PartyId::new("p2").expect("a valid id"));
        theirs.side = Side::Theirs;
        theirs.email = Some(format!("{CANARY}@customer.example"));
        put.call.parties.push(theirs);
        put.deals = Some(vec![deal()]);
        let revision = store(archive, put).await;
        if name == "open" {
            store_finding(archive, name, revision, CANARY).await;
            let mut numbers = CallNumbers::new(id(name), revision, "made");
            numbers.rep = Some(UserId::new("u1").expect("a valid id"));
            numbers.talk = Some(talk());
            assert_eq!(archive.put_numbers(&[numbers]).await.expect("kept"), 1);
        }
    }
    let erasing = id("erasing");
    let begun = archive.begin_erase(&erasing, Erasure::WithTombstone, NOW);
    assert!(begun.await.expect("begun"));

    let mut waiting = Call::new(id("pending"), NOW);
    let mut theirs = Party::new(PartyId::new("p1").expect("a valid id"));
    theirs.side = Side::Theirs;
    theirs.email = Some(format!("{CANARY}@other.example"));
    waiting.parties.push(theirs);
    let mut put = call("pending", CANARY);
    (put.call, put.transcript, put.source) = (waiting, None, Source::Gong);
    store(archive, put).await;

    store_deal(archive, CANARY).await;
    tell_more(archive).await;
    deliver(archive, "open", CANARY).await;
    let read = AuditEntry::new(NOW, "local", "admin", "search", "ok").bytes(7);
    archive.append_audit(&[read]).await.expect("recorded");
    let slot = SlotRequest {
        priority: Priority::Interactive,
        rules: BudgetRules {
            spacing: Duration::from_millis(400),
            daily: 10,
            kept: 0,
        },
        ready_in: Duration::ZERO,
    };
    archive.take_slot(&slot, NOW).await.expect("a slot");
}

fn deal() -> DealId {
    DealId::new("crm", "1").expect("a valid id")
}

fn talk() -> TalkNumbers {
    TalkNumbers {
        length: Duration::from_mins(1),
        ours: Duration::from_secs(20),
        theirs: Duration::from_secs(30),
        counts: vec![FoundCount {
            detector: "objections".to_owned(),
            ours: 0,
            theirs: 2,
            unknown: 1,
        }],
        ..TalkNumbers::default()
    }
}

/// The CRM tells the amount, then another day of closing and, of the stage, nothing.
async fn tell_more(archive: &impl Deals) {
    let euro: Currency = "EUR".parse().expect("a currency");
    let told = [("2026-03-31", Some("Contract")), ("2026-06-30", None)];
    let snapshots = (1..).zip(told).map(|(hours, (day, stage))| {
        let at = NOW + SignedDuration::from_hours(hours);
        let mut snapshot = DealSnapshot::new(deal(), DealSource::Crm, at);
        snapshot.name = Some(format!("{CANARY}deal"));
        snapshot.stage = stage.map(str::to_owned);
        snapshot.close_date = Some(day.parse().expect("a day"));
        snapshot.amount = Some(Money::of_hundredths(1_250_000, euro).expect("an amount"));
        snapshot
    });
    let account = AccountId::new("a1").expect("a valid id");
    let news = DealNews {
        snapshots: snapshots.collect(),
        accounts: vec![Account {
            id: account,
            name: format!("{CANARY}customer"),
        }],
    };
    archive.put_deals(&news).await.expect("kept");
}

/// The views of a database with their columns, and their rows.
pub(crate) fn seen(on: &Connection) -> Seen {
    let sql = "SELECT name FROM sqlite_master WHERE type = 'view' ORDER BY name";
    let names = texts(on, sql);
    names
        .into_iter()
        .map(|name| {
            let rows = rows(on, &format!("SELECT * FROM {name}"));
            (name, rows)
        })
        .collect()
}

fn texts(on: &Connection, sql: &str) -> Vec<String> {
    let mut statement = on.prepare(sql).expect("prepared");
    let rows = statement.query_map([], |row| row.get(0)).expect("asked");
    rows.collect::<Result<_, _>>().expect("read")
}

fn rows(on: &Connection, sql: &str) -> Vec<Map<String, Value>> {
    let mut statement = on.prepare(sql).expect("it can be asked");
    let names: Vec<String> = statement.column_names().map(str::to_owned).collect();
    let mut rows = statement.query([]).expect("asked");
    let mut found = Vec::new();
    while let Some(row) = rows.next().expect("read") {
        let cells = names.iter().enumerate().map(|(place, name)| {
            let cell = match row.get_ref(place).expect("a cell") {
                ValueRef::Null => Value::Null,
                ValueRef::Integer(number) => json!(number),
                ValueRef::Real(number) => json!(number),
                ValueRef::Text(text) => json!(String::from_utf8_lossy(text)),
                ValueRef::Blob(_) => unreachable!("{name} of {sql} is sealed"),
            };
            (name.clone(), cell)
        });
        found.push(cells.collect());
    }
    found
}

/// What must be true of what anybody sees of [`fill`].
pub(crate) fn check(seen: &Seen) {
    let names: Vec<&String> = seen.keys().collect();
    assert_eq!(names, documented().keys().collect::<Vec<_>>());
    let shown: BTreeSet<&str> = SHOWN.into();
    for (view, rows) in seen {
        assert!(!rows.is_empty(), "{view} shows something of it");
        for row in rows {
            let text = Value::Object(row.clone()).to_string();
            assert!(!text.contains(CANARY), "{view} shows {text}");
            if let Some(call) = row.get("call_id") {
                assert!(
                    shown.contains(call.as_str().expect("an id")),
                    "{view} shows {text}"
                );
            }
        }
    }
    assert_eq!(seen["v_calls"].len(), SHOWN.len());
    let whole = &seen["v_calls"].iter().find(|row| row["call_id"] == "open");
    let whole = whole.expect("the call");
    let facts = ["started", "duration_s", "parties_theirs", "sentences"].map(|name| &whole[name]);
    assert_eq!(json!(facts), json!(["2026-02-25T06:13:20Z", 1800, 1, 1]));
    let [known] = &seen["v_deals"][..] else {
        unreachable!("one deal: {seen:?}");
    };
    let told = ["stage", "amount_hundredths", "close_date", "account_id"].map(|name| &known[name]);
    assert_eq!(
        json!(told),
        json!(["Contract", 1_250_000, "2026-06-30", "a1"])
    );
}

#[tokio::test]
async fn each_view_has_the_columns_of_the_page_and_shows_what_may_be_shown() {
    let folder = tempfile::tempdir().expect("a folder");
    fill(&open(folder.path()).await).await;
    let on = Connection::open(folder.path().join("archive.sqlite")).expect("a database");

    let seen = seen(&on);

    check(&seen);
    for (view, columns) in documented() {
        let live = texts(
            &on,
            &format!("SELECT name FROM pragma_table_info('{view}')"),
        );
        assert_eq!(live, columns, "{view}");
    }
    let states = seen["v_call_states"].iter();
    let states = states.map(|row| json!([row["state"], row["calls"], row["with_transcript"]]));
    let mut states: Vec<Value> = states.collect();
    states.sort_by_key(Value::to_string);
    let wanted = json!([["erasing", 1, 1], ["private", 1, 1], ["shown", 2, 1]]);
    assert_eq!(json!(states), wanted);
}

#[tokio::test]
async fn the_examples_of_the_page_find_something() {
    let folder = tempfile::tempdir().expect("a folder");
    fill(&open(folder.path()).await).await;
    let on = Connection::open(folder.path().join("archive.sqlite")).expect("a database");
    let examples = sql_below("\n## Examples\n");

    assert!(examples.len() > 5);
    for example in examples {
        assert!(!rows(&on, &example).is_empty(), "{example}");
    }
}
