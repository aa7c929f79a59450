//! Every command with its index in Qdrant, against the server that QDRANT_URL names.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use gong_sim::{Limits, Sim, SimHandle, World};
use serde_json::{Value, json};

use crate::files::{call, write};
use crate::gongkit::Home;
use crate::process::Process;

/// The server, or a loud word that the test did not run.
#[expect(clippy::print_stderr, reason = "a test that did not run says so")]
fn server() -> Option<String> {
    let url = std::env::var("QDRANT_URL").ok();
    if url.is_none() {
        eprintln!("NOT RUN: QDRANT_URL names no server; .ci/qdrant starts one");
    }
    url
}

/// A home that may reach the server, with collections of its own.
fn near(url: &str) -> Home {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("later");
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let name = format!("gongkit-test-{}-{number}", now.as_nanos());
    let home = Home::new()
        .set("GONGKIT__MEMORY__URL", url)
        .set("GONGKIT__MEMORY__COLLECTIONS", &name);
    match std::env::var("QDRANT_API_KEY") {
        Ok(key) => home.set("GONGKIT__MEMORY__API_KEY", &key),
        Err(_) => home,
    }
}

fn in_qdrant(home: Home) -> Home {
    home.set("GONGKIT__MEMORY__STORE", "qdrant")
}

async fn account(calls: usize) -> (SimHandle, Vec<String>) {
    let world = World::generate(7, calls);
    let ids = world.calls().map(|call| call.id().to_owned()).collect();
    let sim = Sim::builder().world(world).limits(Limits::off());
    (sim.start().await.expect("started"), ids)
}

/// Ids and places of what a search finds.
async fn found(home: &Home, question: &str) -> Vec<Value> {
    let view = home.json(&["search", question]).await;
    let hits = view["hits"].as_array().expect("hits").iter();
    hits.map(|hit| {
        let citation = &hit["citation"];
        json!([
            citation["call_id"],
            citation["sentence"],
            hit["quotes"][0]["text"]
        ])
    })
    .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_command_works_with_an_index_in_qdrant() {
    let Some(url) = server() else {
        return;
    };
    let (sim, ids) = account(12).await;
    let home = in_qdrant(near(&url)).at(&sim);

    let synced = home.json(&["sync"]).await;
    assert_eq!(synced["index"]["indexed"], 12, "{synced:#}");
    assert!(!home.data().join("index").join("words").exists());
    let same = Home::new().at(&sim);
    same.ok(&["sync"]).await;
    for question in ["price", "what is the next step", "security review"] {
        assert_eq!(
            found(&home, question).await,
            found(&same, question).await,
            "{question}: the same answers as from the folder"
        );
    }
    let doctor = home.run(&["doctor", "--json"]).await.json();
    let checks = doctor["checks"].as_array().expect("checks");
    let of_server = checks.iter().find(|check| check["id"] == "index.server");
    assert_eq!(of_server.expect("looked at")["status"], "ok", "{doctor:#}");
    let memory = home.json(&["memory", "status"]).await;
    let index = &memory["indexes"][0];
    assert_eq!(
        (&memory["store"], &index["calls"]),
        (&"qdrant".into(), &12.into())
    );
    assert!(index["server"].is_string() && index["is_answering"] == true);
    let recall = home
        .json(&["memory", "recall-check", "--questions", "5"])
        .await;
    assert_eq!(recall["questions"], 5, "{recall:#}");
    assert_eq!(
        recall["recall"], 1.0,
        "at this size all is compared: {recall:#}"
    );

    let reindexed = home.json(&["reindex"]).await;
    assert_eq!(
        (&reindexed["dropped"], &reindexed["index"]["indexed"]),
        (&1.into(), &12.into())
    );
    home.ok(&["sync", "--reconcile", "all"]).await;
    let before = found(&home, "price").await;
    assert_eq!(before, found(&same, "price").await);

    let purged = home.json(&["purge", "--call", &ids[0], "--yes"]).await;
    assert!(purged["receipt"]["finished"].is_string(), "{purged:#}");
    for view in [&purged, &home.json(&["receipts"]).await] {
        let remarks = view["remarks"].to_string();
        assert!(
            remarks.contains("optimiser") && remarks.contains("Snapshots"),
            "{view:#}"
        );
    }
    let coverage = &home.json(&["search", "anything"]).await["coverage"];
    assert_eq!(coverage["calls"], 11);
    assert_eq!(
        home.json(&["memory", "status"]).await["indexes"][0]["calls"],
        11
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_and_an_assistant_use_the_index_in_qdrant() {
    let Some(url) = server() else {
        return;
    };
    let (sim, _) = account(8).await;
    let home = in_qdrant(near(&url)).at(&sim);
    let worker = Process::start(&home, &["worker"]);
    worker
        .until("the first sync", |worker| {
            worker.number("gongkit_calls_indexed_total") >= 8.0
        })
        .await;
    let done = worker.told_to_stop();
    assert_eq!(
        (&done["indexed"], &done["failures"]),
        (&8.into(), &0.into()),
        "{done:#}"
    );

    let mut assistant = home.command(&["mcp"]);
    let answers = tokio::task::spawn_blocking(move || speak(&mut assistant));
    let answers = answers.await.expect("joined");
    let found = &answers[1]["result"]["structuredContent"];
    let calls = found["calls"].as_array().map_or(0, Vec::len);
    assert!(calls > 0, "{answers:#?}");
    assert_eq!(found["coverage"]["source"], "index", "{answers:#?}");
}

/// What an assistant is answered: every line of it a message.
fn speak(command: &mut Command) -> Vec<Value> {
    let said = [
        json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
            "protocolVersion": "2025-11-25", "capabilities": {},
            "clientInfo": {"name": "test", "version": "1"}}}),
        json!({"jsonrpc": "2.0", "method": "notifications/initialized"}),
        json!({"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": {
            "name": "search_calls", "arguments": {"query": "price"}}}),
    ];
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the binary starts");
    let mut input = child.stdin.take().expect("piped");
    for message in said {
        writeln!(input, "{message}").expect("sent");
    }
    let lines = BufReader::new(child.stdout.take().expect("piped")).lines();
    let answers = lines.take(2).map(|line| {
        let line = line.expect("text");
        serde_json::from_str(&line).expect("every line of standard output is a message")
    });
    let answers = answers.collect();
    drop(input);
    child.wait().expect("it ends with its input");
    answers
}

#[tokio::test(flavor = "multi_thread")]
async fn an_index_is_moved_to_qdrant_while_both_are_written() {
    let Some(url) = server() else {
        return;
    };
    let home = near(&url);
    let bring = async |home: &Home, id: &str, said: &str| {
        write(&home.path(id), id, &call(id, &[said, "I see."]));
        home.ok(&["import", id]).await;
    };
    bring(&home, "1", "The elevator price is high.").await;
    bring(&home, "2", "We need a security review of the elevator.").await;

    // A server that is not there moves nothing, and spoils nothing.
    let nowhere = home
        .run(&["memory", "migrate", "--to", "http://127.0.0.1:9"])
        .await;
    assert_ne!(nowhere.code, 0);
    assert_eq!(found(&home, "elevator").await.len(), 2);

    let moved = home.json(&["memory", "migrate", "--to", &url]).await;
    assert_eq!(
        (&moved["verified"], &moved["left"]),
        (&2.into(), &0.into()),
        "{moved:#}"
    );
    let status = home.json(&["memory", "status"]).await;
    assert_eq!(status["store"], "embedded");
    assert_eq!(status["indexes"][1]["is_target"], true, "{status:#}");

    // What comes and goes from now on comes and goes in both.
    bring(&home, "3", "An elevator in another tower.").await;
    home.ok(&["purge", "--call", "1", "--yes"]).await;
    let status = home.json(&["memory", "status"]).await;
    for index in status["indexes"].as_array().expect("two") {
        assert_eq!(index["calls"], 2, "{status:#}");
    }
    let again = home.json(&["memory", "migrate", "--to", &url]).await;
    assert_eq!(
        (&again["verified"], &again["index"]["indexed"]),
        (&2.into(), &0.into())
    );

    let before = found(&home, "elevator").await;
    let folders = || std::fs::read_dir(home.data().join("index")).expect("there");
    assert_eq!(folders().filter(is_folder).count(), 1);
    let home = in_qdrant(home);
    assert_eq!(found(&home, "elevator").await, before);
    bring(&home, "4", "Nothing about towers.").await;
    let status = home.json(&["memory", "status"]).await;
    assert_eq!(
        status["indexes"].as_array().map(Vec::len),
        Some(1),
        "{status:#}"
    );
    let folders = std::fs::read_dir(home.data().join("index")).expect("there");
    assert_eq!(
        folders.filter(is_folder).count(),
        0,
        "the folder's index was dropped"
    );

    // And back: the folder is made again, the collection is dropped.
    let home = home.set("GONGKIT__MEMORY__STORE", "embedded");
    bring(&home, "5", "Nothing at all.").await;
    let after = found(&home, "elevator").await;
    assert!(after.starts_with(&before), "{after:?}");
}

fn is_folder(entry: &std::io::Result<std::fs::DirEntry>) -> bool {
    let kind = entry.as_ref().ok().and_then(|entry| entry.file_type().ok());
    kind.is_some_and(|kind| kind.is_dir())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_settings_of_qdrant_are_checked_before_anything_is_sent() {
    let plain = "http://10.0.0.7:6334";
    let home = in_qdrant(Home::new());
    let missing = home.run(&["config", "show"]).await;
    assert_eq!(missing.code, 3, "{}", missing.stderr);
    assert!(missing.stderr.contains("memory.url"), "{}", missing.stderr);

    let home = home.set("GONGKIT__MEMORY__URL", plain);
    let refused = home.run(&["search", "x"]).await;
    assert_eq!(refused.code, 3, "{}", refused.stderr);
    assert!(
        refused.stderr.contains("allow_plain_text_to_other_hosts"),
        "{}",
        refused.stderr
    );
    let home = home.set("GONGKIT__MEMORY__ALLOW_PLAIN_TEXT_TO_OTHER_HOSTS", "yes");
    home.ok(&["config", "show"]).await;

    let home = home
        .set("GONGKIT__MEMORY__URL", "https://q.example.com")
        .set("GONGKIT__MEMORY__API_KEY", "hunter2hunter2");
    let shown = home.ok(&["config", "show"]).await;
    assert!(!shown.stdout.contains("hunter2"), "{}", shown.stdout);
    let home = home.set("GONGKIT__MEMORY__WRITE_CONSISTENCY", "2");
    let refused = home.run(&["config", "show"]).await;
    assert!(
        refused.stderr.contains("memory.replicas"),
        "{}",
        refused.stderr
    );
}
