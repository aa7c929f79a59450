//! Where values come from, and where they must not.

use std::fs;

use crate::gongkit::Home;

#[tokio::test]
async fn every_value_has_its_origin_and_secrets_are_not_shown() {
    let home = Home::new()
        .set("GONG_ACCESS_KEY", "CANARYKEY1")
        .set("GONG_ACCESS_KEY_SECRET", "canarysecret1");
    fs::create_dir_all(home.path(".config/gongkit")).expect("made");
    fs::write(
        home.path(".config/gongkit/config.toml"),
        "[search]\nlimit = 3\n",
    )
    .expect("written");

    for arguments in [
        &["config", "show", "--origin"][..],
        &["config", "show", "--origin", "--json"],
    ] {
        let ran = home.ok(arguments).await;
        assert!(
            ran.stdout.contains("variable GONG_ACCESS_KEY"),
            "{}",
            ran.stdout
        );
        assert!(
            ran.stdout.contains(".config/gongkit/config.toml"),
            "{}",
            ran.stdout
        );
        assert!(ran.stdout.contains("(set, not shown)"), "{}", ran.stdout);
        let all = format!("{}{}", ran.stdout, ran.stderr).to_lowercase();
        assert!(!all.contains("canary"), "{all}");
    }
}

#[tokio::test]
async fn nothing_is_read_from_the_working_directory() {
    let home = Home::new();
    let trap = "[gong]\nbase_url = 'https://evil.example'\n";
    for name in [
        "config.toml",
        "gongkit.toml",
        "Gongkit.toml",
        ".gongkit.toml",
        ".env",
    ] {
        fs::write(home.path(name), trap).expect("written");
    }
    fs::create_dir_all(home.path("gongkit")).expect("made");
    fs::write(home.path("gongkit/config.toml"), trap).expect("written");

    let ran = home
        .set("XDG_CONFIG_HOME", ".")
        .ok(&["config", "show", "--origin"])
        .await;

    assert!(ran.stdout.contains("https://api.gong.io"), "{}", ran.stdout);
    assert!(!ran.stdout.contains("evil"), "{}", ran.stdout);
}

#[tokio::test]
async fn a_misspelt_setting_ends_with_3_and_what_was_meant() {
    let home = Home::new();
    fs::write(home.path("mine.toml"), "[gong]\nbaseurl = 'x'\n").expect("written");

    let ran = home.run(&["doctor", "--config", "mine.toml"]).await;

    assert_eq!(ran.code, 3);
    assert!(
        ran.stderr.contains("did you mean gong.base_url?"),
        "{}",
        ran.stderr
    );
}

#[tokio::test]
async fn wrong_arguments_end_with_2() {
    let home = Home::new();
    for arguments in [
        &["serch", "x"][..],
        &["search"],
        &["search", "x", "--side", "both"],
        &["search", "x", "--from", "yesterday"],
        &["search", "x", "--limit", "0"],
        &["eval", "summary", "--calls", ".", "--out", "x"],
        &["eval", "nonsense", "--calls", ".", "--out", "x"],
        &["eval", "search", "--calls", ".", "--out", "x"],
    ] {
        let ran = home.run(arguments).await;
        assert_eq!(ran.code, 2, "{arguments:?}: {}", ran.stderr);
        assert!(ran.stdout.is_empty(), "{arguments:?}");
    }
}

#[tokio::test]
async fn completions_are_printed_for_every_shell() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let ran = Home::new().ok(&["completions", shell]).await;
        assert!(ran.stdout.contains("reindex"), "{shell}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_file_with_a_secret_that_others_can_read_is_a_warning() {
    use std::os::unix::fs::PermissionsExt as _;
    let home = Home::new();
    let file = home.path("mine.toml");
    fs::write(&file, "[gong]\naccess_key_secret = 'canary'\n").expect("written");

    for (mode, status) in [(0o644, "warn"), (0o600, "ok")] {
        fs::set_permissions(&file, fs::Permissions::from_mode(mode)).expect("changed");
        let ran = home
            .run(&["doctor", "--config", "mine.toml", "--json"])
            .await;
        assert_eq!(ran.json()["checks"][0]["status"], status, "{}", ran.stdout);
        assert!(!ran.stdout.contains("canary"));
    }
}
