//! The first minutes: from nothing to a configuration that `doctor` and `sync` use.

use std::fs;
use std::process::Command;

use gong_sim::{Limits, Sim, World};

use crate::gongkit::{Home, Ran};

const KEY: &str = "Access key (Gong:";
const SECRET: &str = "The key's secret (it is not shown):";
const ADDRESS: &str = "Address shown beside the key";

/// Runs `init` at a terminal, and types each answer once its question was shown.
fn typing(home: &Home, typed: &[(&str, &str)]) -> Ran {
    let gongkit = home.command(&["init"]);
    let mut python = Command::new("python3");
    python.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/typed.py"));
    for (prompt, answer) in typed {
        python.args([prompt, answer]);
    }
    python
        .arg("--")
        .arg(gongkit.get_program())
        .args(gongkit.get_args());
    python.env_clear();
    let variables = gongkit.get_envs();
    python.envs(variables.filter_map(|(name, value)| Some((name, value?))));
    Ran::of(python.output().expect("python3 runs"))
}

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

#[cfg(unix)]
#[tokio::test]
async fn at_a_terminal_it_asks_for_three_things_and_shows_no_secret() {
    let home = Home::new();
    let said = typing(
        &home,
        &[
            (KEY, "AKEY\\r"),
            (SECRET, "hidden-words\\r"),
            (ADDRESS, "https://api.gong.io\\r"),
        ],
    );

    assert_eq!(said.code, 0, "{}", said.stdout);
    assert!(said.stdout.contains("gongkit doctor"), "{}", said.stdout);
    assert!(!said.stdout.contains("hidden-words"), "{}", said.stdout);
    let secret = home.path(".config/gongkit/gong-access-key-secret");
    assert_eq!(fs::read_to_string(secret).expect("written"), "hidden-words");

    let again = typing(&home, &[(KEY, "AKEY\\r")]);
    assert_eq!(again.code, 2, "{}", again.stdout);
    assert!(
        again.stdout.contains("is there already"),
        "{}",
        again.stdout
    );
    assert!(!again.stdout.contains(KEY), "nobody types for nothing");
}

#[cfg(unix)]
#[tokio::test]
async fn who_types_nothing_or_ends_or_stops_it_leaves_nothing_behind() {
    for (typed, code, said) in [
        (vec![(KEY, "\\r")], 2, "nothing was typed"),
        (vec![(KEY, "\\x04")], 2, "the input ended"),
        (vec![(KEY, "\\x03")], 130, "stopped on request"),
        (
            vec![(KEY, "AKEY\\r"), (SECRET, "\\x03")],
            130,
            "stopped on request",
        ),
        (
            vec![
                (KEY, "AKEY\\r"),
                (SECRET, "hidden-words\\r"),
                (ADDRESS, "nonsense\\r"),
            ],
            3,
            "the base URL is not a URL",
        ),
    ] {
        let home = Home::new();
        let ran = typing(&home, &typed);
        assert_eq!(ran.code, code, "{typed:?}: {}", ran.stdout);
        assert!(ran.stdout.contains(said), "{typed:?}: {}", ran.stdout);
        assert!(!home.path(".config/gongkit/config.toml").exists());
    }
}

#[tokio::test]
async fn gongkit_alone_says_where_to_begin() {
    let ran = Home::new().run::<&str>(&[]).await;

    assert_eq!(ran.code, 2);
    assert!(
        ran.stderr.contains("New here? `gongkit demo`"),
        "{}",
        ran.stderr
    );
}
