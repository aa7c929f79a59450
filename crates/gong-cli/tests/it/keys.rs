//! `keys`: the master key is made, given, rotated and forgotten, and calls stay readable.

use std::fs;

use gong_sim::{Limits, Sim, SimHandle, World};
use serde_json::Value;

use crate::gongkit::Home;

async fn sim() -> SimHandle {
    let sim = Sim::builder()
        .world(World::generate(3, 12))
        .limits(Limits::off());
    sim.start().await.expect("started")
}

fn ids(view: &Value, list: &str) -> Vec<String> {
    let keys = view[list].as_array().expect("keys").iter();
    keys.map(|key| key["id"].as_str().expect("an id").to_owned())
        .collect()
}

async fn finds_its_calls(home: &Home) -> bool {
    let view = home.json(&["search", "the", "rollout", "plan"]).await;
    view["coverage"]["searched"] == 12 && !view["hits"].as_array().expect("hits").is_empty()
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_are_rotated_and_forgotten_and_every_call_stays_readable() {
    let sim = sim().await;
    let home = Home::new().at(&sim);
    home.ok(&["sync"]).await;
    let before = home.json(&["keys", "status"]).await;
    let backup = fs::read(home.data().join("archive.sqlite")).expect("a database");
    let old = ids(&before, "keks").remove(0);

    let rotated = home.json(&["keys", "rotate-kek"]).await;
    let rewrapped = home.json(&["keys", "rotate-dek", "--verify"]).await;

    assert_eq!(rewrapped["left"], 0);
    assert!(rewrapped["rewrapped"].as_u64() >= Some(12), "{rewrapped:#}");
    assert!(rewrapped["opened"].as_u64() >= Some(12), "{rewrapped:#}");
    assert_eq!(ids(&rotated, "keks").len(), 2);
    assert_eq!(rotated["hash_key_id"], before["hash_key_id"]);
    assert!(finds_its_calls(&home).await);
    let words = home.ok(&["keys", "status"]).await.stdout;
    assert!(words.contains("former: opens backups"), "{words}");
    let key = fs::read_to_string(home.data().join("key")).expect("a key");
    let secrets = key.lines().filter_map(|line| line.strip_prefix("key = "));
    for secret in secrets {
        assert!(!words.contains(secret), "a key was printed");
    }

    let new = ids(&rotated, "keks").remove(0);
    let in_use = home.run(&["keys", "forget", &new]).await;
    assert_eq!(in_use.code, 1, "{}", in_use.stderr);
    assert!(in_use.stderr.contains("in use"), "{}", in_use.stderr);
    home.ok(&["keys", "forget", &old]).await;
    assert!(finds_its_calls(&home).await);
    for file in ["archive.sqlite-wal", "archive.sqlite-shm"] {
        fs::remove_file(home.data().join(file)).unwrap_or_default();
    }
    fs::write(home.data().join("archive.sqlite"), backup).expect("an old backup");
    let ran = home.run(&["search", "price"]).await;
    assert_eq!(ran.code, 3, "its key was forgotten: {}", ran.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_from_the_environment_opens_and_another_one_touches_nothing() {
    let sim = sim().await;
    let digits = "0f".repeat(32);
    let home = Home::new().at(&sim).set("GONGKIT__KEYS__KEK", &digits);
    home.ok(&["sync"]).await;
    assert!(!home.data().join("key").exists(), "no key lies beside it");
    assert!(finds_its_calls(&home).await);
    let rotated = home.run(&["keys", "rotate-kek"]).await;
    assert_eq!(rotated.code, 1);
    assert!(
        rotated.stderr.contains("put a new key first"),
        "{}",
        rotated.stderr
    );
    let shown = home.ok(&["config", "show"]).await.stdout;
    assert!(!shown.contains(&digits), "a key was printed");

    let before = fs::read(home.data().join("archive.sqlite")).expect("a database");
    let home = home.set("GONGKIT__KEYS__KEK", &"0e".repeat(32));
    for arguments in [&["search", "price"][..], &["sync"], &["keys", "status"]] {
        let ran = home.run(arguments).await;
        assert_eq!(ran.code, 3, "{arguments:?}: {}", ran.stderr);
    }
    let after = fs::read(home.data().join("archive.sqlite")).expect("a database");
    assert!(before == after, "nothing is written");

    // The new one first, the former after it: that is how a given key is rotated.
    let both = format!("id = k-new\nkey = {}\n", "0e".repeat(32));
    let status = home.set("GONGKIT__KEYS__KEK", &digits);
    let old = ids(&status.json(&["keys", "status"]).await, "keks").remove(0);
    let file = status.path("keks");
    fs::write(&file, format!("{both}id = {old}\nkey = {digits}\n")).expect("written");
    let home = status.set("GONGKIT__KEYS__KEK", "");
    let home = home.set("GONGKIT__KEYS__KEK_FILE", file.to_str().expect("text"));
    let rotated = home.json(&["keys", "rotate-kek"]).await;
    assert_eq!(ids(&rotated, "keks"), ["k-new", &old]);
    assert!(finds_its_calls(&home).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_made_beforehand_and_never_over_another() {
    let sim = sim().await;
    let home = Home::new().at(&sim);
    let made = home.json(&["keys", "init"]).await;

    home.ok(&["sync"]).await;
    let status = home.json(&["keys", "status"]).await;
    assert_eq!(ids(&status, "keks"), ids(&made, "keks"));
    let again = home.run(&["keys", "init"]).await;
    assert_eq!(again.code, 3, "{}", again.stderr);
    fs::remove_file(home.data().join("key")).expect("removed");
    let over = home.run(&["keys", "init"]).await;
    assert_eq!(over.code, 3, "{}", over.stderr);
    assert!(over.stderr.contains("put it back"), "{}", over.stderr);
    assert!(!home.data().join("key").exists());
}
