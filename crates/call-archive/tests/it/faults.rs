//! A disk that fails or is full: nothing that was acknowledged is lost, what could not be made
//! durable is refused, and the archive goes on when the disk does.
//!
//! The faults are injected into the system calls of a child by strace. Where it is not installed
//! or may not trace, the tests say on standard error that nothing was tested.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use access::Scope;
use call_archive::{Calls, OpenOptions, SqliteArchive};
use rusqlite::Connection;

use crate::fixture::{NOW, call, id, open};

const FOLDER: &str = "CALL_ARCHIVE_FAULTS_FOLDER";
const TOLD: &str = "told";
const PUTS: usize = 40;

/// The child: puts one call after the other, and notes durably what it was told of each.
fn be_hurt(folder: &Path) {
    let notes = File::options()
        .append(true)
        .create(true)
        .open(folder.join(TOLD));
    let mut notes = notes.expect("notes");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let archive = open(&folder.join("archive")).await;
        for n in 0..PUTS {
            let told = match archive.put(vec![call(n, "word")], None, NOW).await {
                Ok(_) => "stored",
                Err(_) => "refused",
            };
            writeln!(notes, "{told} {n}").expect("noted");
            notes.sync_data().expect("noted durably");
        }
    });
}

fn has_strace() -> bool {
    let mut strace = Command::new("strace");
    let tried = strace.args(["-f", "-o", "/dev/null", "true"]).status();
    let works = tried.is_ok_and(|status| status.success());
    if !works {
        // Past the harness, which keeps what a test prints to itself.
        let said = "NOT TESTED: a failing disk, because strace is not there or may not trace";
        writeln!(std::io::stderr(), "{said}").expect("said");
    }
    works
}

/// Runs this test's child with a fault in the archive's log; gives how many faults it met, and
/// what it was told of each call.
fn hurt(test: &str, calls: &str, fault: &str) -> (usize, Vec<(String, String)>) {
    let folder = tempfile::tempdir().expect("a folder");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let archive = open(&folder.path().join("archive")).await;
        archive.close().await.expect("closed");
    });
    let trace = folder.path().join("trace");
    let child = Command::new("strace")
        .args(["-f", "-qq", "-o"])
        .arg(&trace)
        .arg("-P")
        .arg(folder.path().join("archive/archive.sqlite-wal"))
        .args(["-e", &format!("trace={calls}")])
        .args(["-e", &format!("inject={calls}:{fault}")])
        .arg(std::env::current_exe().expect("this test"))
        .args([test, "--exact", "--nocapture"])
        .env(FOLDER, folder.path())
        .stdout(Stdio::null())
        .status();
    assert!(child.expect("strace starts").success());
    let trace = fs::read_to_string(trace).expect("a trace");
    let faults = trace.lines().filter(|line| line.contains("(INJECTED)"));
    let notes = fs::read_to_string(folder.path().join(TOLD)).expect("notes");
    let told: Vec<(String, String)> = notes
        .lines()
        .map(|line| line.split_once(' ').expect("a note"))
        .map(|(told, name)| (told.to_owned(), name.to_owned()))
        .collect();
    runtime.block_on(whole(&folder.path().join("archive"), &told));
    (faults.count(), told)
}

/// What was said to be stored is there with its words, and nothing is torn.
async fn whole(folder: &Path, told: &[(String, String)]) {
    let options = OpenOptions::new(folder, NOW).existing();
    let archive = SqliteArchive::open(options).await.expect("it opens");
    for (_, name) in told.iter().filter(|(told, _)| told == "stored") {
        let read = archive.read(&Scope::internal(), &[id(name)]).await;
        assert!(read.expect("read")[0].text.is_some(), "{name} is lost");
    }
    assert!(archive.verify().await.expect("verified").is_whole());
    let connection = Connection::open(folder.join("archive.sqlite")).expect("a database");
    let state: String = connection
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .expect("checked");
    assert_eq!(state, "ok");
}

fn refused(told: &[(String, String)]) -> usize {
    told.iter().filter(|(told, _)| told == "refused").count()
}

#[test]
fn after_a_sync_that_failed_nothing_is_called_stored_and_the_next_commit_works() {
    if let Ok(folder) = std::env::var(FOLDER) {
        return be_hurt(Path::new(&folder));
    }
    if !has_strace() {
        return;
    }
    let test =
        "faults::after_a_sync_that_failed_nothing_is_called_stored_and_the_next_commit_works";

    let (faults, told) = hurt(test, "fsync,fdatasync", "error=EIO:when=5+6");

    assert_eq!(told.len(), PUTS, "it went on");
    assert!(faults >= 5, "{faults} faults");
    assert_eq!(refused(&told), faults, "{told:?}");
}

#[test]
fn a_full_disk_refuses_what_does_not_fit_and_keeps_what_was_stored() {
    if let Ok(folder) = std::env::var(FOLDER) {
        return be_hurt(Path::new(&folder));
    }
    if !has_strace() {
        return;
    }
    let test = "faults::a_full_disk_refuses_what_does_not_fit_and_keeps_what_was_stored";

    let (faults, told) = hurt(test, "pwrite64", "error=ENOSPC:when=50+97");

    assert_eq!(told.len(), PUTS, "it went on");
    assert!(faults >= 3, "{faults} faults");
    assert!((1..=faults).contains(&refused(&told)), "{faults}: {told:?}");
}
