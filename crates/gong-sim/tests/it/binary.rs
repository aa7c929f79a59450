//! The program `gong-sim`.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

/// The program, killed when the test ends.
struct Program(Child);

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn start(arguments: &[&str]) -> (Program, Vec<String>) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_gong-sim"))
        .arg("serve")
        .args(arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let out = BufReader::new(child.stdout.take().unwrap());
    let values = out.lines().take(3).map(|line| {
        let line = line.unwrap();
        let (name, value) = line.split_once('=').unwrap();
        assert!(name.starts_with("GONG_"));
        value.to_owned()
    });
    let values = values.collect();
    (Program(child), values)
}

#[tokio::test]
async fn the_program_prints_what_a_client_needs_and_writes_its_counts_on_sigterm() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("stats.json");
    let stats_file = ["--stats-file", file.to_str().unwrap()];
    let arguments = [
        ["--generate", "5"],
        ["--seed", "3"],
        ["--fault", "nulls=0.2"],
        stats_file,
    ]
    .concat();
    let (mut program, environment) = start(&arguments);

    let url = format!("{}/v2/workspaces", environment[0]);
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let answer = http
        .get(url)
        .basic_auth(&environment[1], Some(&environment[2]))
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 200);
    let pid = program.0.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-TERM", &pid])
            .status()
            .unwrap()
            .success()
    );
    assert!(program.0.wait().unwrap().success());

    let stats: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    assert_eq!(stats["requests"]["listWorkspaces"], 1);
}

#[tokio::test]
async fn the_program_takes_a_key_and_speaks_tls() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ca.pem");
    let key = ["--key", "mine", "--secret", "word"];
    let tls = ["--tls", "--ca-file", file.to_str().unwrap()];
    let (_program, environment) = start(&[&["--sample"], &key[..], &tls[..]].concat());

    assert_eq!(environment[1..], ["mine", "word"]);
    let authority = reqwest::Certificate::from_pem(&std::fs::read(file).unwrap()).unwrap();
    let http = reqwest::Client::builder()
        .no_proxy()
        .tls_certs_only([authority])
        .build()
        .unwrap();
    let url = format!("{}/v2/users", environment[0]);
    let answer = http
        .get(url)
        .basic_auth("mine", Some("word"))
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 200);
}

#[test]
fn a_wrong_fault_or_no_world_ends_the_program_at_once() {
    let fails = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_gong-sim"))
            .args(arguments)
            .output()
            .unwrap();
        assert!(!output.status.success());
        String::from_utf8(output.stderr).unwrap()
    };

    assert!(fails(&["serve", "--sample", "--fault", "sloow=1"]).contains("no fault has this name"));
    assert!(fails(&["serve"]).contains("--sample"));
    assert!(fails(&["serve", "--sample", "--generate", "3"]).contains("cannot be used with"));
}
