//! Processes that go on until they are stopped: told to, stopped in their tracks, or killed.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use gong_sim::{Limits, Sim, SimHandle, World, WorldCall};
use serde_json::{Value, json};

use crate::files::{call, write};
use crate::gongkit::Home;
use crate::process::{PATIENCE, Process};

async fn account(world: World) -> (SimHandle, Home) {
    let sim = Sim::builder().world(world).limits(Limits::off());
    let sim = sim.start().await.expect("started");
    let home = Home::new().at(&sim);
    (sim, home)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_syncs_answers_probes_records_itself_and_stops_when_it_is_told() {
    let (_sim, home) = account(World::sample()).await;
    let worker = Process::start(&home, &["worker"]);

    worker
        .until("the first sync", |worker| {
            worker.number("gongkit_calls_indexed_total") >= 34.0
        })
        .await;
    worker
        .until("its end", |worker| {
            worker.number("gongkit_sync_lag_seconds") > 0.0
        })
        .await;

    assert_eq!(worker.page("/livez"), (200, "alive\n".to_owned()));
    let (status, body) = worker.page("/readyz");
    assert_eq!(
        (status, body.as_str()),
        (200, r#"{"in_the_way":[],"ready":true}"#)
    );
    assert!(worker.number("gongkit_gong_requests_total{status=\"2xx\"}") > 0.0);
    assert!((worker.number("gongkit_holds_sync_duty") - 1.0).abs() < f64::EPSILON);
    assert_eq!(worker.page("/calls").0, 404);
    let done = worker.told_to_stop();
    assert_eq!(
        (&done["syncs"], &done["indexed"], &done["failures"]),
        (&1.into(), &34.into(), &0.into())
    );
    let log = home.ok(&["audit", "export"]).await.stdout;
    let said: Vec<String> = log
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).expect("JSON"))
        .filter(|record| {
            ["worker", "sync"]
                .iter()
                .any(|action| record["action"] == *action)
        })
        .map(|record| {
            format!(
                "{} {} {}",
                record["actor"], record["action"], record["outcome"]
            )
        })
        .collect();
    let wanted = [
        ("worker", "intent"),
        ("sync", "intent"),
        ("sync", "ok"),
        ("worker", "ok"),
    ];
    let wanted = wanted.map(|(action, outcome)| format!("\"local\" \"{action}\" \"{outcome}\""));
    assert_eq!(said, wanted);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_killed_worker_left_is_completed_by_the_next_and_comes_once() {
    let (_sim, home) = account(World::generate(7, 120)).await;
    let first = Process::start(&home, &["worker"]);
    first
        .until("something is indexed", |worker| {
            worker.number("gongkit_calls_indexed_total") >= 1.0
        })
        .await;
    first.signal("KILL");
    drop(first);

    let second = Process::start(&home, &["worker"]);
    // The first may have indexed all that it had stored, or left some: the second leaves none.
    second
        .until("no index job is left", |worker| {
            let (_, metrics) = worker.page("/metrics");
            ["waiting", "leased"].iter().all(|state| {
                let row = format!("gongkit_queue_jobs{{kind=\"index\",state=\"{state}\"}} 0");
                metrics.lines().any(|line| line == row)
            })
        })
        .await;
    second.told_to_stop();

    // The duty of the killed one has not ended; whoever asks by name is not held up by it.
    home.ok(&["sync"]).await;
    let again = home.json(&["sync", "--reconcile", "all"]).await;
    assert_eq!(again["index"]["indexed"], 0, "{again:#}");
    let words = home.json(&["search", "price"]).await;
    assert!(words["coverage"]["searched"].as_u64().expect("a number") > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn while_a_stopped_worker_holds_the_index_nothing_is_indexed_and_after_its_death_it_is() {
    let (_sim, home) = account(World::sample()).await;
    let stopped = Process::start(&home, &["worker"]);
    stopped
        .until("the first sync", |worker| {
            worker.number("gongkit_calls_indexed_total") >= 34.0
        })
        .await;
    let calls = home.path("calls");
    write(&calls, "9", &call("9", &["The narwhal swims alone."]));
    let import = ["import", calls.to_str().expect("text"), "--json"];
    let brought = loop {
        stopped.signal("STOP");
        let ran = home.run(&import).await;
        if ran.code == 0 {
            break ran.json();
        }
        // It was stopped in the middle of a write, and nobody else can write then.
        assert_eq!(ran.code, 5, "{}", ran.stderr);
        stopped.signal("CONT");
    };
    assert_eq!(brought["index"]["is_held_elsewhere"], true, "{brought:#}");
    let next = Process::start(&home, &["worker"]);
    next.until("it answers", |worker| worker.page("/readyz").0 == 200)
        .await;
    let waiting = "gongkit_queue_jobs{kind=\"index\",state=\"waiting\"}";
    assert!((next.number(waiting) - 1.0).abs() < f64::EPSILON);

    stopped.signal("KILL");
    drop(stopped);

    next.until("the index", |worker| {
        worker.number("gongkit_calls_indexed_total") >= 1.0
    })
    .await;
    let found = home.json(&["search", "narwhal"]).await;
    let hits = found["hits"].as_array().expect("hits");
    let of_call = hits.iter().filter(|hit| hit["call_id"] == "9");
    assert_eq!(of_call.count(), 1, "{found:#}");
    next.told_to_stop();
}

/// A port that nobody listens at now.
fn free_port() -> String {
    let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    free.local_addr().expect("known").to_string()
}

fn post(address: &str, path: &str, body: &str) -> u16 {
    let mut stream = TcpStream::connect(address).expect("it listens");
    stream.set_read_timeout(Some(PATIENCE)).expect("set");
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).expect("sent");
    stream.write_all(body.as_bytes()).expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("answered");
    let status = answer.split(' ').nth(1).expect("a status");
    status.parse().expect("a number")
}

#[tokio::test(flavor = "multi_thread")]
async fn one_process_takes_a_delivery_in_fetches_its_call_and_has_it_found() {
    const TOKEN: &str = "4c0f5a7be2d94a6f8b31";
    let (sim, home) = account(World::sample()).await;
    let home = home.set("GONGKIT__WEBHOOK__URL_TOKEN", TOKEN);
    let (webhook, mcp) = (free_port(), free_port());
    let mut arguments = vec![
        "serve",
        "--worker",
        "--webhook",
        "--webhook-listen",
        &webhook,
    ];
    arguments.extend(["--mcp", "--mcp-listen", &mcp]);
    let serving = Process::start(&home, &arguments);
    serving
        .until("the first sync", |serving| {
            serving.number("gongkit_calls_indexed_total") >= 34.0
        })
        .await;
    let started = "2026-03-02T10:00:00Z".parse().expect("an instant");
    let words = json!({"callId": "771", "transcript": [{"speakerId": "1", "sentences": [
        {"start": 0, "end": 900, "text": "The narwhal swims alone."}]}]});
    let call = WorldCall::plain("771", started).transcript(words);
    let call = call.expect("a transcript");
    let body = json!({"callData": call.call_json(), "isTest": false}).to_string();
    sim.add_call(call).expect("added");

    for _ in 0..3 {
        let status = post(&webhook, &format!("/webhooks/gong/{TOKEN}"), &body);
        assert_eq!(status, 200);
    }
    assert_eq!(
        post(&webhook, "/webhooks/gong/another-token-0123456", &body),
        401
    );

    serving
        .until("the call", |serving| {
            serving.number("gongkit_calls_indexed_total") >= 35.0
        })
        .await;
    let found = home.json(&["search", "narwhal"]).await;
    let hits = found["hits"].as_array().expect("hits");
    let of_call = hits.iter().filter(|hit| hit["call_id"] == "771");
    assert_eq!(of_call.count(), 1, "{found:#}");
    let row = |outcome| format!("gongkit_webhook_received_total{{outcome=\"{outcome}\"}}");
    assert!((serving.number(&row("new")) - 1.0).abs() < f64::EPSILON);
    assert!((serving.number(&row("duplicate")) - 2.0).abs() < f64::EPSILON);
    assert!(serving.number("gongkit_calls_indexed_total") < 35.5, "once");
    assert!(
        TcpStream::connect(&mcp).is_ok(),
        "assistants are served, too"
    );
    serving.told_to_stop();
    let nothing = home.run(&["serve"]).await;
    assert_eq!(nothing.code, 2, "{}", nothing.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_taken_port_and_missing_credentials_are_said_at_once() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("known").to_string();
    let home = Home::new();

    let refused = home.run(&["worker", "--admin", &address]).await;
    assert_eq!(refused.code, 1, "{}", refused.stderr);
    assert!(refused.stderr.contains("--admin"), "{}", refused.stderr);
    let refused = home.run(&["worker", "--admin", "127.0.0.1:0"]).await;
    assert_eq!(refused.code, 3, "{}", refused.stderr);
}
