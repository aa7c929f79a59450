//! Roles, keys and the audit log at the command line.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::files::{call, write};
use crate::gongkit::Home;

async fn filled() -> Home {
    let home = Home::new();
    write(
        &home.path("calls"),
        "1",
        &call("1", &["The narwhal was discussed.", "Yes."]),
    );
    home.ok(&["import", "calls"]).await;
    home
}

/// Does something to the database that gongkit would never do.
fn tamper(home: &Home, sql: &str) {
    let script = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); \
                  c.executescript(sys.argv[2]); c.commit()";
    let status = Command::new("python3")
        .args(["-c", script])
        .arg(home.data().join("archive.sqlite"))
        .arg(sql)
        .status();
    assert!(status.expect("python3 starts").success(), "{sql}");
}

#[tokio::test]
async fn a_role_is_asked_and_a_no_has_its_exit_code() {
    let home = Home::new();

    let yes = home.ok(&["auth", "can-i", "rep", "search"]).await;
    assert_eq!(yes.stdout.trim(), "own: search needs transcripts.read");
    let no = home
        .run(&["auth", "can-i", "viewer", "transcripts.read"])
        .await;
    assert_eq!((no.code, no.stdout.trim()), (3, "no: transcripts.read"));
    let audit = home
        .run(&["auth", "can-i", "manager", "audit", "verify"])
        .await;
    assert_eq!(audit.code, 3);
    assert_eq!(home.run(&["auth", "can-i", "boss", "search"]).await.code, 2);
    let me = home.json(&["auth", "whoami"]).await;
    assert_eq!(
        (&me["role"], &me["proof"]),
        (&"admin".into(), &"local".into())
    );
    assert!(!home.data().exists(), "asking makes nothing");
}

#[tokio::test]
async fn a_key_is_shown_once_and_kept_as_a_hash() {
    let home = filled().await;

    let made = home
        .json(&[
            "auth",
            "keys",
            "create",
            "nightly-sync",
            "--role",
            "service",
        ])
        .await;

    let secret = made["secret"].as_str().expect("a secret");
    let id = made["key"]["id"].as_str().expect("an id");
    assert!(secret.starts_with(&format!("gongkit_{id}_")));
    let list = home.ok(&["auth", "keys", "list"]).await.stdout;
    assert!(list.contains(id) && list.contains("active") && !list.contains(secret));
    home.ok(&["auth", "keys", "revoke", id]).await;
    let keys = home.json(&["auth", "keys", "list"]).await;
    assert_eq!(keys["keys"][0]["state"], "revoked");
    assert_eq!(
        home.run(&["auth", "keys", "revoke", "nothing"]).await.code,
        4
    );
    let log = fs::read_to_string(home.data().join("tombstones")).expect("the log outside");
    assert!(
        log.contains(&format!("revoke default {id} ")),
        "a restored database will know"
    );
    let bad = home
        .run(&["auth", "keys", "create", "a", "--role", "rep"])
        .await;
    assert_eq!(bad.code, 2, "{}", bad.stderr);
}

/// What the verifier in Python says of an export, given what `audit key` prints.
async fn by_a_stranger(home: &Home, export: &str) -> String {
    let key = home.ok(&["audit", "key"]).await;
    assert!(key.stderr.contains("alone"), "warned: {}", key.stderr);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut child = Command::new("python3")
        .arg(folder.join("../call-archive/tests/it/verify_audit.py"))
        .args([key.stdout.trim(), "default"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("python3 starts");
    let mut input = child.stdin.take().expect("piped");
    input.write_all(export.as_bytes()).expect("read");
    drop(input);
    let output = child.wait_with_output().expect("it ends");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

#[tokio::test]
async fn the_audit_log_tells_what_was_done_and_that_nobody_changed_it() {
    let home = filled().await;
    home.ok(&["search", "narwhal"]).await;
    home.ok(&["show", "1"]).await;
    assert_eq!(home.run(&["show", "2"]).await.code, 4);

    let export = home.ok(&["audit", "export"]).await.stdout;

    let records: Vec<Value> = export
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    let told: Vec<String> = records
        .iter()
        .map(|record| {
            let text = |name: &str| record[name].as_str().unwrap_or_default().to_owned();
            format!("{} {} {}", text("action"), text("outcome"), text("targets"))
        })
        .collect();
    let wanted = [
        "import intent ",
        "import ok ",
        "search ok 1",
        "show ok 1",
        "show not_found ",
    ];
    assert_eq!(told, wanted);
    assert!(!export.contains("narwhal"));
    let ocsf = home
        .ok(&["audit", "export", "--format", "ocsf"])
        .await
        .stdout;
    for line in ocsf.lines() {
        let event: Value = serde_json::from_str(line).expect("JSON");
        assert_eq!(event["class_uid"], 6003);
        let kind = event["activity_id"].as_u64().expect("a number");
        assert_eq!(event["type_uid"], 600_300 + kind);
    }
    assert_eq!(by_a_stranger(&home, &export).await, "5");
    let checkpoint = home.path("checkpoint.json");
    let checkpoint = checkpoint.to_str().expect("text");
    home.ok(&["audit", "checkpoint", "--out", checkpoint]).await;
    home.ok(&["audit", "verify", "--checkpoint", checkpoint])
        .await;

    tamper(&home, "UPDATE audit SET targets = '' WHERE seq = 3");
    let bad = home.run(&["audit", "verify"]).await;
    assert_eq!(bad.code, 6);
    assert!(
        bad.stderr.contains("record 3 of chain main"),
        "{}",
        bad.stderr
    );
}

#[tokio::test]
async fn a_log_whose_end_was_cut_off_is_caught_by_a_checkpoint_only() {
    let home = filled().await;
    home.ok(&["search", "narwhal"]).await;
    let checkpoint = home.path("checkpoint.json");
    let checkpoint = checkpoint.to_str().expect("text");
    home.ok(&["audit", "checkpoint", "--out", checkpoint]).await;

    tamper(&home, "DELETE FROM audit WHERE seq >= 3");

    home.ok(&["audit", "verify"]).await;
    tamper(&home, "DELETE FROM audit WHERE seq >= 3");
    let bad = home
        .run(&["audit", "verify", "--checkpoint", checkpoint])
        .await;
    assert_eq!(bad.code, 6);
    assert!(
        bad.stderr.contains("record 3 of chain main was cut off"),
        "{}",
        bad.stderr
    );
}

#[tokio::test]
async fn what_cannot_be_recorded_is_neither_answered_nor_done() {
    let home = filled().await;
    tamper(
        &home,
        "CREATE TRIGGER full BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'full'); END",
    );

    for arguments in [
        &["search", "narwhal"][..],
        &["show", "1"],
        &["reindex"],
        &["import", "calls"],
        &["auth", "keys", "create", "a", "--role", "viewer"],
        &["audit", "export"],
    ] {
        let ran = home.run(arguments).await;
        assert_eq!(ran.code, 5, "{arguments:?}: {}", ran.stderr);
        assert!(
            ran.stderr.contains("audit log cannot be written"),
            "{}",
            ran.stderr
        );
        let is_export = arguments == ["audit", "export"];
        assert!(
            is_export || ran.stdout.is_empty(),
            "{arguments:?}: {}",
            ran.stdout
        );
    }

    tamper(&home, "DROP TRIGGER full");
    let keys = home.json(&["auth", "keys", "list"]).await;
    assert_eq!(
        keys["keys"],
        serde_json::json!([]),
        "the key went with its record"
    );
}
