//! A process that is killed at any moment loses nothing that it had acknowledged.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use call_archive::{Calls, Erasing, Erasure, Indexes, OpenOptions, SqliteArchive};
use rusqlite::Connection;

use crate::fixture::{NOW, call, id, open, store};

const THIS_TEST: &str = "crash::what_was_acknowledged_survives_being_killed";
const FOLDER: &str = "CALL_ARCHIVE_CRASH_FOLDER";
const ROUND: &str = "CALL_ARCHIVE_CRASH_ROUND";
/// Says how often to kill.
const ROUNDS: &str = "CALL_ARCHIVE_CRASH_ROUNDS";
const ACKNOWLEDGED: &str = "acknowledged";
/// After how many acknowledgements each round is killed; the moment within a commit is chance.
const KILLED_AFTER: [usize; 16] = [1, 40, 7, 23, 2, 61, 11, 30, 5, 17, 52, 3, 36, 9, 26, 14];
const PATIENCE: Duration = Duration::from_mins(1);

#[test]
fn what_was_acknowledged_survives_being_killed() {
    if let Ok(folder) = std::env::var(FOLDER) {
        be_killed(Path::new(&folder));
    }
    let folder = tempfile::tempdir().expect("a folder");
    let targets = KILLED_AFTER.into_iter().cycle();
    for (round, target) in targets.take(rounds()).enumerate() {
        kill_after(folder.path(), round, target);
    }
    compare(folder.path());
}

/// How often it is killed: sixteen times unless told.
fn rounds() -> usize {
    let told = std::env::var(ROUNDS).ok();
    told.map_or(KILLED_AFTER.len(), |told| told.parse().expect("a number"))
}

/// The child: puts and erases with four hands, and notes durably what was acknowledged.
fn be_killed(folder: &Path) -> ! {
    let round = std::env::var(ROUND).expect("a round");
    let notes = File::options()
        .append(true)
        .create(true)
        .open(folder.join(ACKNOWLEDGED));
    let notes = Arc::new(Mutex::new(notes.expect("notes")));
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let archive = open(&folder.join("archive")).await;
        if archive.indexes().await.expect("listed").is_empty() {
            archive.add_index("space", NOW).await.expect("an index");
        }
        let mut hands = tokio::task::JoinSet::new();
        for hand in 0..4 {
            let (archive, notes) = (archive.clone(), Arc::clone(&notes));
            let round = round.clone();
            hands.spawn(async move { work(&archive, &notes, &round, hand).await });
        }
        hands.join_next().await;
    });
    unreachable!("the hands work until they are killed");
}

async fn work(archive: &SqliteArchive, notes: &Mutex<File>, round: &str, hand: u32) {
    let note = |line: String| {
        let mut notes = notes.lock().expect("notes");
        notes.write_all(line.as_bytes()).expect("noted");
        notes.sync_data().expect("noted durably");
    };
    for n in 0_u64.. {
        let name = format!("{round}-{hand}-{n}");
        store(archive, call(&name, "word")).await;
        note(format!("put {name}\n"));
        if n % 5 == 4 {
            let call = id(&name);
            let begun = archive.begin_erase(&call, Erasure::WithTombstone, NOW);
            assert!(begun.await.expect("begun"));
            note(format!("gone {name}\n"));
        }
    }
}

fn kill_after(folder: &Path, round: usize, target: usize) {
    let before = acknowledged(folder).len();
    let mut child = Command::new(std::env::current_exe().expect("this test"))
        .args([THIS_TEST, "--exact", "--nocapture"])
        .env(FOLDER, folder)
        .env(ROUND, round.to_string())
        .stdout(Stdio::null())
        .spawn()
        .expect("a child");
    let began = Instant::now();
    while acknowledged(folder).len() < before + target {
        let ended = child.try_wait().expect("a child");
        assert!(
            ended.is_none(),
            "the child ended by itself in round {round}"
        );
        assert!(began.elapsed() < PATIENCE, "round {round} is stuck");
        std::thread::sleep(Duration::from_millis(1));
    }
    child.kill().expect("killed");
    child.wait().expect("gone");
}

/// The whole lines of the notes.
fn acknowledged(folder: &Path) -> Vec<String> {
    let notes = fs::read_to_string(folder.join(ACKNOWLEDGED)).unwrap_or_default();
    let whole = notes.rfind('\n').map_or("", |end| &notes[..end]);
    whole.lines().map(str::to_owned).collect()
}

fn compare(folder: &Path) {
    let notes = acknowledged(folder);
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let options = OpenOptions::new(folder.join("archive"), NOW).existing();
        let archive = SqliteArchive::open(options).await.expect("it opens");
        let count = counter(&folder.join("archive"));
        for line in &notes {
            let (what, name) = line.split_once(' ').expect("a note");
            let ids = [id(name)];
            if what == "gone" {
                assert_eq!(archive.erased(&ids).await.expect("known"), ids, "{line}");
                assert_eq!(
                    count("jobs WHERE kind = 'erase' AND call", name),
                    1,
                    "{line}"
                );
            } else if notes.contains(&format!("gone {name}")) {
                // Its erasure was acknowledged later.
            } else if archive.erased(&ids).await.expect("known").is_empty() {
                let read = archive.read(&access::Scope::internal(), &ids).await;
                assert!(read.expect("read")[0].text.is_some(), "{line}");
                assert_eq!(count("calls WHERE id", name), 1, "{line}");
                assert_eq!(
                    count("jobs WHERE kind = 'index' AND call", name),
                    1,
                    "{line}"
                );
            }
        }
    });
    let targets = KILLED_AFTER.into_iter().cycle();
    assert!(notes.len() >= targets.take(rounds()).sum());
}

/// Counts rows past the archive, and says first that the database is whole.
fn counter(folder: &Path) -> impl Fn(&str, &str) -> i64 + use<> {
    let connection = Connection::open(folder.join("archive.sqlite")).expect("a database");
    let whole: String = connection
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .expect("checked");
    assert_eq!(whole, "ok");
    move |condition, name| {
        let sql = format!("SELECT count(*) FROM {condition} = ?1");
        connection
            .query_row(&sql, [name], |row| row.get(0))
            .expect("counted")
    }
}
