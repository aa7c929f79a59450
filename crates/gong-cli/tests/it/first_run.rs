//! The first minutes: from nothing to a configuration that `doctor` and `sync` use.

use std::fs;

use gong_sim::{Limits, Sim, World};

use crate::gongkit::Home;

#[tokio::test]
async fn what_init_writes_is_all_that_sync_needs() {
    let sim = Sim::builder()
        .world(World::generate(3, 2))
        .limits(Limits::off());
    let sim = sim.start().await.expect("it starts");
    let home = Home::new();
    let secret = home.path("secret");
    fs::write(&secret, format!("{}\n", sim.access_secret())).expect("written");
    let secret = secret.to_str().expect("a path");

    let set_up = [
        "init",
        "--access-key",
        sim.access_key(),
        "--secret-file",
        secret,
        "--base-url",
        sim.base_url(),
        "--since",
        "2020-01-01",
    ];
    let said = home.ok(&set_up).await;
    let synced = home.ok(&["sync"]).await;

    assert!(said.stdout.contains("gongkit doctor"), "{}", said.stdout);
    assert!(!said.stdout.contains(sim.access_secret()));
    assert!(synced.stdout.contains('2'), "{}", synced.stdout);
    let again = home.run(&set_up).await;
    assert_eq!(again.code, 2, "{}", again.stderr);
    assert!(again.stderr.contains("--replace"), "{}", again.stderr);
}

#[tokio::test]
async fn where_nobody_can_be_asked_init_names_the_flag() {
    let ran = Home::new().run(&["init"]).await;

    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("--access-key"), "{}", ran.stderr);
}
