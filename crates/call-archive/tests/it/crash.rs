//! A process that is killed at any moment loses nothing that it had acknowledged.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use call_archive::{Archive, Erasure, OpenOptions, SqliteArchive};
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
    if let Some(folder) = to_be_killed_in() {
        let folder = Path::new(&folder);
        be_killed(folder, async || open(&folder.join("archive")).await);
    }
    let folder = tempfile::tempdir().expect("a folder");
    for (round, target) in targets().enumerate() {
        kill_after(
            child(THIS_TEST, folder.path(), round),
            folder.path(),
            target,
        );
    }
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(compare_sqlite(folder.path()));
}

async fn compare_sqlite(folder: &Path) {
    let options = OpenOptions::new(folder.join("archive"), NOW).existing();
    let archive = SqliteArchive::open(options).await.expect("it opens");
    let count = counter(&folder.join("archive"));
    let notes = acknowledged(folder);
    compare(&archive, &notes, async |rows, call| count(rows, call)).await;
    assert!(notes.len() >= targets().sum());
}

/// The folder in which this process is the child; none if it is the test.
pub(crate) fn to_be_killed_in() -> Option<String> {
    std::env::var(FOLDER).ok()
}

/// After how many acknowledgements each round is killed: sixteen rounds unless told.
pub(crate) fn targets() -> impl Iterator<Item = usize> {
    let told = std::env::var(ROUNDS).ok();
    let rounds = told.map_or(KILLED_AFTER.len(), |told| told.parse().expect("a number"));
    KILLED_AFTER.into_iter().cycle().take(rounds)
}

/// The child: puts and erases with four hands, and notes durably what was acknowledged.
pub(crate) fn be_killed<A>(folder: &Path, open: impl AsyncFnOnce() -> A) -> !
where
    A: Archive + Clone + 'static,
{
    let round = std::env::var(ROUND).expect("a round");
    let notes = File::options()
        .append(true)
        .create(true)
        .open(folder.join(ACKNOWLEDGED));
    let notes = Arc::new(Mutex::new(notes.expect("notes")));
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let archive = open().await;
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

async fn work(archive: &impl Archive, notes: &Mutex<File>, round: &str, hand: u32) {
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

/// The child of a round: this very test, told that it is one.
pub(crate) fn child(test: &str, folder: &Path, round: usize) -> Command {
    let mut child = Command::new(std::env::current_exe().expect("this test"));
    child
        .args([test, "--exact", "--nocapture"])
        .env(FOLDER, folder)
        .env(ROUND, round.to_string())
        .stdout(Stdio::null());
    child
}

pub(crate) fn kill_after(mut child: Command, folder: &Path, target: usize) {
    let before = acknowledged(folder).len();
    let mut child = child.spawn().expect("a child");
    let began = Instant::now();
    while acknowledged(folder).len() < before + target {
        let ended = child.try_wait().expect("a child");
        assert!(ended.is_none(), "a child ended by itself");
        assert!(began.elapsed() < PATIENCE, "a round is stuck");
        std::thread::sleep(Duration::from_millis(1));
    }
    child.kill().expect("killed");
    child.wait().expect("gone");
}

/// The whole lines of the notes.
pub(crate) fn acknowledged(folder: &Path) -> Vec<String> {
    let notes = fs::read_to_string(folder.join(ACKNOWLEDGED)).unwrap_or_default();
    let whole = notes.rfind('\n').map_or("", |end| &notes[..end]);
    whole.lines().map(str::to_owned).collect()
}

/// What was acknowledged is there, once and whole; `count` counts rows past the archive.
pub(crate) async fn compare(
    archive: &impl Archive,
    notes: &[String],
    count: impl AsyncFn(&str, &str) -> i64,
) {
    let gone: BTreeSet<&str> = notes
        .iter()
        .filter_map(|it| it.strip_prefix("gone "))
        .collect();
    for line in notes {
        let (what, name) = line.split_once(' ').expect("a note");
        let ids = [id(name)];
        if what == "gone" {
            assert_eq!(archive.erased(&ids).await.expect("known"), ids, "{line}");
            let jobs = count("jobs WHERE kind = 'erase' AND call", name).await;
            assert_eq!(jobs, 1, "{line}");
        } else if gone.contains(name) {
            // Its erasure was acknowledged later.
        } else if archive.erased(&ids).await.expect("known").is_empty() {
            let read = archive.read(&access::Scope::internal(), &ids).await;
            assert!(read.expect("read")[0].text.is_some(), "{line}");
            assert_eq!(count("calls WHERE id", name).await, 1, "{line}");
            let jobs = count("jobs WHERE kind = 'index' AND call", name).await;
            assert_eq!(jobs, 1, "{line}");
        }
    }
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
