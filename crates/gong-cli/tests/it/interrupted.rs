//! Killed, stopped, and two at once.

use std::path::Path;
use std::time::{Duration, Instant};

use gong_sim::{Limits, Sim, SimHandle, World};

use crate::gongkit::Home;

const CALLS: usize = 350;

async fn big_world() -> (SimHandle, Home) {
    let world = World::generate(7, CALLS);
    let sim = Sim::builder()
        .world(world)
        .limits(Limits::off())
        .start()
        .await
        .expect("started");
    let home = Home::new().at(&sim);
    (sim, home)
}

/// Waits until the simulator was asked so many times.
async fn asked(sim: &SimHandle, requests: u64) {
    until("the requests came", || sim.stats().total >= requests).await;
}

/// Waits for something that the binary does.
async fn until(what: &str, is_so: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_mins(1);
    while !is_so() {
        assert!(Instant::now() < deadline, "waited a minute until {what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// Whether an index below this folder holds vectors.
fn has_vectors(indexes: &Path) -> bool {
    let files = |folder: &Path| std::fs::read_dir(folder).into_iter().flatten().flatten();
    files(indexes)
        .flat_map(|index| files(&index.path()))
        .filter(|file| file.file_name().to_string_lossy().ends_with(".f16"))
        .any(|file| file.metadata().is_ok_and(|about| about.len() > 0))
}

#[tokio::test(flavor = "multi_thread")]
async fn after_kill_9_in_the_middle_the_next_sync_completes_and_everything_is_found() {
    let (sim, home) = big_world().await;
    for requests in [2, 4, 6] {
        let already = sim.stats().total;
        let mut child = home.spawn(&["sync"]);
        asked(&sim, already + requests).await;
        child.kill().expect("killed");
        child.wait().expect("reaped");
    }

    // Once more between archive and index: some calls are indexed, others wait.
    let mut child = home.spawn(&["sync"]);
    until("vectors are written", || {
        has_vectors(&home.data().join("index"))
    })
    .await;
    child.kill().expect("killed");
    child.wait().expect("reaped");

    let view = home.json(&["sync"]).await;

    assert!(view["stopped"].is_null(), "{view:#}");
    let found = home.json(&["search", "anything at all"]).await;
    let coverage = &found["coverage"];
    assert_eq!(coverage["calls"], CALLS, "{coverage:#}");
    assert_eq!(coverage["pending_index"], 0, "{coverage:#}");
    assert_eq!(
        coverage["searched"]
            .as_u64()
            .zip(coverage["without_transcript"].as_u64())
            .map(|(a, b)| a + b),
        Some(CALLS as u64),
        "{coverage:#}"
    );
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_signal_finishes_the_item_in_hand_and_ends_with_130() {
    let (sim, home) = big_world().await;
    let mut child = home.spawn(&["sync"]);
    asked(&sim, 2).await;

    let pid = child.id().to_string();
    let signalled = std::process::Command::new("kill")
        .args(["-INT", &pid])
        .status();
    assert!(signalled.expect("kill is there").success());
    let status = tokio::task::spawn_blocking(move || child.wait())
        .await
        .expect("joined");

    assert_eq!(status.expect("ended").code(), Some(130));
    home.ok(&["sync"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn while_another_process_holds_the_index_calls_are_stored_and_it_is_said() {
    let (_sim, home) = big_world().await;
    crate::files::write_calls(&home.path("calls"));
    home.ok(&["import", "calls"]).await;
    let lock = std::fs::File::open(home.data().join("index/lock")).expect("there");
    lock.lock().expect("taken");

    crate::files::write(
        &home.path("more"),
        "3",
        &crate::files::call("3", &["A late giraffe.", "Yes."]),
    );
    let ran = home.ok(&["import", "more", "--json"]).await;

    assert_eq!(ran.json()["index"]["is_held_elsewhere"], true);
    assert!(
        ran.stderr.contains("Another gongkit holds the index"),
        "{}",
        ran.stderr
    );
    let found = home.json(&["search", "giraffe"]).await;
    assert_eq!(
        found["coverage"]["pending_index"], 1,
        "reading goes on beside the writer"
    );
    assert_eq!(home.run(&["reindex"]).await.code, 5);

    drop(lock);
    home.ok(&["import", "calls"]).await;
    let found = home.json(&["search", "giraffe"]).await;
    assert_eq!(found["hits"][0]["call_id"], "3", "the waiting job was done");
}
