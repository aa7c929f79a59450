//! Readers that go away, and streams that are no terminal.

use std::process::Stdio;

use crate::files::write_calls;
use crate::gongkit::{Home, Ran};

#[tokio::test]
async fn a_reader_that_goes_away_is_no_failure_and_makes_no_noise() {
    let home = Home::new();
    write_calls(&home.path("calls"));
    home.ok(&["import", "calls"]).await;

    for arguments in [
        &["show", "1001"][..],
        &["completions", "bash"],
        &["--help"],
        &["search", "discount", "--json"],
    ] {
        let mut child = home
            .command(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("started");
        drop(child.stdout.take());
        let ran = Ran::of(child.wait_with_output().expect("ended"));
        assert_eq!(ran.code, 0, "{arguments:?}: {}", ran.stderr);
        assert!(
            !ran.stderr.contains("panicked") && !ran.stderr.contains("error"),
            "{}",
            ran.stderr
        );
    }
}

#[tokio::test]
async fn off_a_terminal_a_stage_is_one_plain_line_and_quiet_is_silent() {
    let home = Home::new();
    write_calls(&home.path("calls"));

    let ran = home.ok(&["import", "calls"]).await;
    assert!(ran.stderr.contains("indexing …"), "{}", ran.stderr);
    assert!(
        !ran.stderr.contains('\u{1b}') && !ran.stderr.contains('\r'),
        "{:?}",
        ran.stderr
    );
    assert!(!ran.stdout.contains("indexing …"), "chatter is not data");

    let without = home.ok(&["import", "calls", "--no-progress"]).await;
    assert!(!without.stderr.contains('…'), "{}", without.stderr);
    let silent = Home::new();
    write_calls(&silent.path("calls"));
    assert_eq!(silent.ok(&["-q", "import", "calls"]).await.stderr, "");
}
