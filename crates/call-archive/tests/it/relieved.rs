//! Who was stopped past the end of a duty changes nothing in its name: a really stopped process.

use std::fs;
use std::path::Path;
use std::process::Command;

use call_archive::{Appointed, Archive, Checkpoint, Duties, Duty, Error, ErrorKind};

use crate::fixture::{NOW, call, id, open};
use crate::paused::{FOLDER, at, child, is_stopped, signal, wait_for};

const SQLITE: &str = "relieved::who_was_stopped_past_its_duty_changes_nothing_in_sqlite";

#[tokio::test]
async fn who_was_stopped_past_its_duty_changes_nothing_in_sqlite() {
    if let Ok(folder) = std::env::var(FOLDER) {
        let folder = Path::new(&folder);
        return be_relieved(&open(&folder.join("archive")).await, folder).await;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let archive = open(&folder.path().join("archive")).await;
    relieve(&archive, folder.path(), &mut child(SQLITE, folder.path())).await;
}

#[cfg(feature = "postgres")]
#[tokio::test]
async fn who_was_stopped_past_its_duty_changes_nothing_in_postgres() {
    use crate::postgres::server::{Place, options};
    use call_archive::PostgresArchive;
    const THIS: &str = "relieved::who_was_stopped_past_its_duty_changes_nothing_in_postgres";
    const URL: &str = "CALL_ARCHIVE_RELIEVED_URL";
    const SCHEMA: &str = "CALL_ARCHIVE_RELIEVED_SCHEMA";

    let told = |name| std::env::var(name).ok();
    if let (Some(folder), Some(url), Some(schema)) = (told(FOLDER), told(URL), told(SCHEMA)) {
        let folder = Path::new(&folder);
        let opened = PostgresArchive::open(options(&url, &schema, folder)).await;
        return be_relieved(&opened.expect("opened"), folder).await;
    }
    let Some(place) = Place::new().await else {
        return;
    };
    let mut child = child(THIS, place.folder.path());
    child.env(URL, &place.url).env(SCHEMA, &place.schema);
    relieve(&place.open().await, place.folder.path(), &mut child).await;
}

async fn take(archive: &impl Duties, holder: &str, second: i64) -> Duty {
    let taken = archive.take_duty("sync", holder, at(second + 60), at(second));
    match taken.await.expect("answered") {
        Appointed::Held(duty) => duty,
        Appointed::Busy(held) => unreachable!("{held:?} has it"),
    }
}

fn window(value: &str) -> Checkpoint {
    Checkpoint {
        name: "window".to_owned(),
        value: value.to_owned(),
    }
}

/// The child: takes the duty, writes, is stopped, and tries to go on.
async fn be_relieved(archive: &impl Duties, folder: &Path) {
    let duty = take(archive, "the child", 0).await;
    let own = archive.on_duty(&duty);
    own.save(window("the child's"))
        .await
        .expect("it has the duty");
    fs::write(folder.join("claimed"), "").expect("noted");
    wait_for(|| folder.join("go").exists(), "the word to go on");
    let stored = own
        .put(vec![call("late", "word")], Some(window("late")), NOW)
        .await;
    let saved = own.save(window("late")).await;
    let renewed = archive.renew_duty(&duty, at(9_999)).await.expect("told");
    let told = format!("{:?} {:?} {renewed:?}", kind(stored), kind(saved));
    fs::write(folder.join("draft"), told).expect("noted");
    fs::rename(folder.join("draft"), folder.join("told")).expect("noted");
}

async fn relieve<A: Archive + Duties>(archive: &A, folder: &Path, child: &mut Command) {
    let mut child = child.spawn().expect("a child");
    wait_for(|| folder.join("claimed").exists(), "a duty taken");

    signal("STOP", &child);
    wait_for(|| is_stopped(&child), "a stopped process");
    let ours = take(archive, "the parent", 61).await;
    let saved = archive.on_duty(&ours).save(window("the parent's")).await;
    saved.expect("we have the duty");
    fs::write(folder.join("go"), "").expect("noted");
    signal("CONT", &child);
    wait_for(|| folder.join("told").exists(), "what it was told");
    assert!(child.wait().expect("ended").success());

    let told = fs::read_to_string(folder.join("told")).expect("noted");
    assert_eq!(told, "Err(OffDuty) Err(OffDuty) Lost");
    assert_eq!(archive.known(&[id("late")]).await.expect("known"), []);
    let kept = archive.load("window").await.expect("loaded");
    assert_eq!(kept.as_deref(), Some("the parent's"));
    assert_eq!(archive.duty("sync").await.expect("read"), Some(ours));
}

fn kind<T>(answer: Result<T, Error>) -> Result<(), ErrorKind> {
    answer.map(drop).map_err(|error| error.kind())
}
