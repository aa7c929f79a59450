//! Erasing for good, by the binary: asked first, carried through, and never brought back.

use gong_sim::{Limits, Sim, SimHandle, World};
use serde_json::Value;

use crate::gongkit::Home;

const CALLS: usize = 12;

async fn synced(home: Home) -> (SimHandle, Home, Vec<String>) {
    let world = World::generate(7, CALLS);
    let ids = world.calls().map(|call| call.id().to_owned()).collect();
    let sim = Sim::builder()
        .world(world)
        .limits(Limits::off())
        .start()
        .await
        .expect("started");
    let home = home.at(&sim);
    home.ok(&["sync"]).await;
    (sim, home, ids)
}

async fn calls_left(home: &Home) -> Value {
    home.json(&["search", "anything at all"]).await["coverage"]["calls"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_purge_counts_first_needs_a_yes_and_stays() {
    let (_sim, home, ids) = synced(Home::new()).await;
    let purge = ["purge", "--call", &ids[0], &ids[1]];

    let preview = home
        .json(&["purge", "--call", &ids[0], &ids[1], "--dry-run"])
        .await;
    assert_eq!(
        (preview["calls"].as_u64(), preview["unknown"].as_u64()),
        (Some(2), Some(0))
    );
    let unasked = home.run(&purge).await;
    assert_eq!(unasked.code, 2, "{}", unasked.stderr);
    assert!(unasked.stderr.contains("--yes"));
    assert_eq!(calls_left(&home).await, CALLS);

    let done = home
        .json(&["purge", "--call", &ids[0], &ids[1], "--yes"])
        .await;
    assert_eq!(done["receipt"]["calls"], 2, "{done:#}");
    assert!(done["receipt"]["finished"].is_string(), "{done:#}");
    assert_eq!(calls_left(&home).await, CALLS - 2);
    let again = home.json(&["sync", "--reconcile", "all"]).await;
    assert_eq!(again["outcomes"]["erased"], 2, "{again:#}");
    assert_eq!(calls_left(&home).await, CALLS - 2);
    let receipts = home.json(&["receipts"]).await;
    let line = receipts.to_string();
    assert!(!line.contains(&ids[0]), "a receipt names no call");
    assert_eq!(home.run(&["show", &ids[0]]).await.code, 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_legal_hold_refuses_by_name_and_an_erased_person_is_printed_nowhere() {
    let (_sim, home, ids) = synced(Home::new()).await;
    let shown = home.json(&["show", &ids[2]]).await;
    let parties = shown["parties"].as_array().expect("parties");
    let email = parties.iter().find_map(|party| party["email"].as_str());
    let email = email.expect("an address").to_owned();
    home.ok(&["hold", "add", "case-7", "--call", &ids[2]]).await;

    let refused = home.run(&["purge", "--person", &email, "--yes"]).await;
    assert_eq!(refused.code, 1, "{}", refused.stderr);
    assert!(refused.stderr.contains("case-7"), "{}", refused.stderr);
    assert_eq!(calls_left(&home).await, CALLS);

    home.ok(&["hold", "release", "case-7"]).await;
    let done = home.ok(&["purge", "--person", &email, "--yes"]).await;
    let receipts = home.ok(&["receipts"]).await;
    let holds = home.ok(&["hold", "list"]).await;
    for said in [&done.stdout, &done.stderr, &receipts.stdout, &holds.stdout] {
        assert!(!said.contains(&email), "{said}");
    }
    assert!(calls_left(&home).await.as_u64() < Some(CALLS as u64));
    home.ok(&["sync", "--reconcile", "all"]).await;
    assert_eq!(home.run(&["show", &ids[2]]).await.code, 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn retention_erases_what_is_too_old_and_is_off_by_default() {
    let (_sim, home, _) = synced(Home::new()).await;
    assert_eq!(calls_left(&home).await, CALLS);

    let home = home.set("GONGKIT__RETENTION__DAYS", "1");
    let view = home.json(&["sync"]).await;

    assert_eq!(view["index"]["erased"], CALLS, "{view:#}");
    let receipts = home.json(&["receipts"]).await;
    assert_eq!(
        receipts["receipts"][0]["reason"], "retention",
        "{receipts:#}"
    );
    let home = home.set("GONGKIT__RETENTION__DAYS", "off");
    let view = home.json(&["sync", "--reconcile", "all"]).await;
    assert_eq!(
        view["outcomes"]["erased"], CALLS,
        "a longer retention brings nothing back"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restored_backup_erases_again_what_was_purged_and_shows_the_rest_after_a_sync() {
    let (_sim, home, ids) = synced(Home::new()).await;
    let backup = home.path("backup.sqlite");
    let backup = backup.to_str().expect("a path");
    let written = home.ok(&["db", "backup", backup]).await;
    assert!(written.stderr.contains("The key is not in the backup"));
    home.ok(&["purge", "--call", &ids[0], "--yes"]).await;

    let refused = home.run(&["db", "restore", backup]).await;
    assert_eq!(refused.code, 2, "{}", refused.stderr);
    assert!(refused.stderr.contains("--replace"));
    let unasked = home.run(&["db", "restore", backup, "--replace"]).await;
    assert_eq!(unasked.code, 2, "{}", unasked.stderr);
    let view = home
        .json(&["db", "restore", backup, "--replace", "--yes"])
        .await;

    assert_eq!(view["erased_again"], 1, "{view:#}");
    assert_eq!(view["hidden"], CALLS - 1, "{view:#}");
    assert_eq!(view["is_whole"], true, "{view:#}");
    assert_eq!(
        home.run(&["show", &ids[1]]).await.code,
        4,
        "hidden until it is listed"
    );
    home.ok(&["sync"]).await;
    let status = home.json(&["db", "counts"]).await;
    assert_eq!(
        (&status["hidden"], &status["calls"]),
        (&Value::from(0), &Value::from(CALLS - 1))
    );
    assert_eq!(calls_left(&home).await, CALLS - 1);
    assert_eq!(
        home.run(&["show", &ids[0]]).await.code,
        4,
        "purged for good"
    );
    home.ok(&["db", "verify"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_erase_log_a_backup_is_restored_only_if_that_is_said() {
    let (_sim, home, _) = synced(Home::new()).await;
    let backup = home.path("backup.sqlite");
    let backup = backup.to_str().expect("a path");
    home.ok(&["db", "backup", backup]).await;
    std::fs::remove_file(home.data().join("tombstones")).expect("removed");

    let refused = home
        .run(&["db", "restore", backup, "--replace", "--yes"])
        .await;
    assert_eq!(refused.code, 3, "{}", refused.stderr);
    assert!(refused.stderr.contains("--without-erase-log"));

    home.ok(&[
        "db",
        "restore",
        backup,
        "--replace",
        "--yes",
        "--without-erase-log",
    ])
    .await;
}
