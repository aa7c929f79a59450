//! A worker that was paused past its lease changes nothing: a really stopped process.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use access::Scope;
use call_archive::{Archive, Finish, Indexed, JobKind, Lease};
use jiff::{SignedDuration, Timestamp};

use crate::fixture::{NOW, call, id, open};

const SQLITE: &str = "paused::a_worker_paused_past_its_lease_changes_nothing_in_sqlite";
pub(crate) const FOLDER: &str = "CALL_ARCHIVE_PAUSED_FOLDER";
const PATIENCE: Duration = Duration::from_mins(1);

pub(crate) fn at(seconds: i64) -> Timestamp {
    NOW + SignedDuration::from_secs(seconds)
}

#[tokio::test]
async fn a_worker_paused_past_its_lease_changes_nothing_in_sqlite() {
    if let Ok(folder) = std::env::var(FOLDER) {
        let folder = Path::new(&folder);
        return be_paused(&open(&folder.join("archive")).await, folder).await;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let archive = open(&folder.path().join("archive")).await;
    pause_a_worker(&archive, folder.path(), &mut child(SQLITE, folder.path())).await;
}

#[cfg(feature = "postgres")]
#[tokio::test]
async fn a_worker_paused_past_its_lease_changes_nothing_in_postgres() {
    use crate::postgres::server::{Place, options, server};
    use call_archive::PostgresArchive;
    const THIS: &str = "paused::a_worker_paused_past_its_lease_changes_nothing_in_postgres";
    const SCHEMA: &str = "CALL_ARCHIVE_PAUSED_SCHEMA";

    if let (Ok(folder), Ok(schema)) = (std::env::var(FOLDER), std::env::var(SCHEMA)) {
        let url = server().expect("the parent has one");
        let folder = Path::new(&folder);
        let opened = PostgresArchive::open(options(&url, &schema, folder)).await;
        return be_paused(&opened.expect("opened"), folder).await;
    }
    let Some(place) = Place::new().await else {
        return;
    };
    let mut child = child(THIS, place.folder.path());
    child.env(SCHEMA, &place.schema);
    pause_a_worker(&place.open().await, place.folder.path(), &mut child).await;
}

/// This test again, told that it is the child.
pub(crate) fn child(test: &str, folder: &Path) -> Command {
    let mut child = Command::new(std::env::current_exe().expect("this test"));
    child
        .args([test, "--exact", "--nocapture"])
        .env(FOLDER, folder)
        .stdout(Stdio::null());
    child
}

/// What an index job brings whose worker counts this many passages.
async fn brought<A: Archive>(archive: &A, passages: u64) -> Indexed {
    let read = archive.read(&Scope::internal(), &[id("1")]).await;
    let call = read.expect("read").pop().expect("it is there");
    Indexed {
        text_revision: call.text.expect("it has words").revision,
        facts_hash: call.facts_hash,
        passages,
    }
}

async fn claim<A: Archive>(archive: &A, now: Timestamp) -> Lease {
    let until = now + SignedDuration::from_secs(60);
    let leases = archive.claim(&[JobKind::Index], 9, until, now).await;
    leases.expect("claimed").pop().expect("one job is due")
}

/// The child: claims, is stopped, and tries to end what it does not hold any more.
async fn be_paused<A: Archive>(archive: &A, folder: &Path) {
    let lease = claim(archive, NOW).await;
    let stale = brought(archive, 99).await;
    fs::write(folder.join("claimed"), "").expect("noted");
    wait_for(|| folder.join("go").exists(), "the word to go on");
    let extended = archive.extend(&lease, at(9_999)).await;
    let finished = archive.finish(&lease, Finish::Indexed(stale), at(62)).await;
    let told = format!(
        "{:?} {:?}",
        extended.expect("told"),
        finished.expect("told")
    );
    fs::write(folder.join("draft"), told).expect("noted");
    fs::rename(folder.join("draft"), folder.join("told")).expect("noted");
}

async fn pause_a_worker<A: Archive>(archive: &A, folder: &Path, child: &mut Command) {
    let index = archive.add_index("space", NOW).await.expect("an index");
    archive
        .put(vec![call("1", "word")], None, NOW)
        .await
        .expect("stored");
    let mut child = child.spawn().expect("a child");
    wait_for(|| folder.join("claimed").exists(), "a claim");

    signal("STOP", &child);
    wait_for(|| is_stopped(&child), "a stopped process");
    let ours = claim(archive, at(61)).await;
    assert_eq!(ours.attempt, 2, "the paused one counts as vanished");
    fs::write(folder.join("go"), "").expect("noted");
    signal("CONT", &child);
    wait_for(|| folder.join("told").exists(), "what it was told");
    assert!(child.wait().expect("ended").success());

    let told = fs::read_to_string(folder.join("told")).expect("noted");
    assert_eq!(told, "Lost Lost");
    assert!(
        archive
            .indexed(&index, None)
            .await
            .expect("rows")
            .is_empty()
    );
    let real = brought(archive, 3).await;
    let done = archive.finish(&ours, Finish::Indexed(real), at(63)).await;
    assert_eq!(format!("{:?}", done.expect("done")), "Held");
    let rows = archive.indexed(&index, None).await.expect("rows");
    assert_eq!(rows[0].now.passages, 3);
}

pub(crate) fn signal(name: &str, child: &Child) {
    let sent = Command::new("kill")
        .args([format!("-{name}"), child.id().to_string()])
        .status();
    assert!(sent.expect("sent").success());
}

pub(crate) fn is_stopped(child: &Child) -> bool {
    let state = fs::read_to_string(format!("/proc/{}/stat", child.id())).unwrap_or_default();
    let state = state.rsplit(')').next().unwrap_or_default();
    state.trim_start().starts_with('T')
}

pub(crate) fn wait_for(is_there: impl Fn() -> bool, what: &str) {
    let began = Instant::now();
    while !is_there() {
        assert!(began.elapsed() < PATIENCE, "{what} never came");
        std::thread::sleep(Duration::from_millis(2));
    }
}
