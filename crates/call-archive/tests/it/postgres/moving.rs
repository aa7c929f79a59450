//! Moving an archive from a folder into a database: stopped anywhere, refused where it must be.

use std::collections::BTreeMap;
use std::fs;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicUsize, Ordering};

use access::Scope;
use call_archive::{
    Audit, AuditEntry, CallQuery, Calls, Erasing, Erasure, ErrorKind, Finished, HoldName, HoldOn,
    Holds, Indexes, Move, MoveStage, MoveStep, OpenOptions, People, PostgresArchive, PutOutcome,
    Secrets, SqliteArchive,
};
use conversation::{CallId, Revision, Tenant};
use jiff::SignedDuration;
use tempfile::TempDir;

use crate::fixture::{NOW, call, deliver, id, open, store, store_finding, store_user};

use super::server::{Place, a_key};

/// More than two batches of rows.
const CALLS: usize = 600;

fn on(_: MoveStep) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

/// Another company in the same archive.
fn other() -> Tenant {
    Tenant::new("other").expect("a valid id")
}

/// Lets so many steps pass.
fn only(most: usize) -> impl Fn(MoveStep) -> ControlFlow<()> + Send + Sync {
    let heard = AtomicUsize::new(0);
    move |_| {
        if heard.fetch_add(1, Ordering::SeqCst) + 1 >= most {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    }
}

/// A folder with an archive, a database for it with the same key, and what is in the archive.
struct Stage {
    folder: TempDir,
    place: Place,
    highest: Revision,
}

impl Stage {
    async fn new(calls: usize) -> Option<Self> {
        let place = Place::new().await?;
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("key"), a_key(7)).expect("written");
        let archive = open(folder.path()).await;
        let puts = (1..=calls).map(|n| call(n, "word")).collect();
        archive.put(puts, None, NOW).await.expect("stored");
        archive.add_index("space", NOW).await.expect("an index");
        store_user(&archive, "u1", "word").await;
        let highest = store(&archive, call("last", "word")).await;
        store_finding(&archive, "last", highest, "word").await;
        deliver(&archive, "last", "word").await;
        archive
            .begin_erase(&id("1"), Erasure::WithTombstone, NOW)
            .await
            .expect("begun");
        let case = HoldName::new("case-7").expect("a name");
        let held = archive.hold(&case, &HoldOn::Call(id("2")), NOW).await;
        held.expect("held");
        let until = NOW + SignedDuration::from_secs(20);
        archive
            .claim_secret("tokens", "me", until, NOW)
            .await
            .expect("claimed");
        let value = Some("hush".to_owned().into());
        let kept = archive.replace_secret("tokens", "me", value).await;
        assert_eq!(kept.expect("kept"), Finished::Held);
        let entry = AuditEntry::new(NOW, "local", "admin", "sync", "ok");
        archive.append_audit(&[entry]).await.expect("appended");
        archive.close().await.expect("closed");
        let other = OpenOptions::new(folder.path(), NOW).tenant(other());
        let theirs = SqliteArchive::open(other).await.expect("opened");
        store(&theirs, call("theirs", "word")).await;
        theirs.close().await.expect("closed");
        Some(Self {
            folder,
            place,
            highest,
        })
    }

    fn from(&self) -> OpenOptions {
        OpenOptions::new(self.folder.path(), NOW)
    }

    fn a_move(&self) -> Move {
        Move::new(self.from(), self.place.options())
    }

    async fn opens_here(&self) -> Option<ErrorKind> {
        let opened = SqliteArchive::open(self.from()).await;
        opened.err().map(|error| error.kind())
    }

    async fn opens_there(&self) -> Option<ErrorKind> {
        let opened = PostgresArchive::open(self.place.options()).await;
        opened.err().map(|error| error.kind())
    }
}

async fn listed<A: Calls>(archive: &A) -> u64 {
    let page = archive
        .list(&Scope::internal(), &CallQuery::default())
        .await;
    page.expect("listed").total
}

#[tokio::test]
async fn a_move_that_is_stopped_at_every_step_goes_on_and_brings_everything() {
    let Some(stage) = Stage::new(CALLS).await else {
        return;
    };
    let before = open(stage.folder.path()).await;
    let calls = listed(&before).await;
    let records = before.audit_records(None, 10).await.expect("read");
    before.close().await.expect("closed");
    drop(before);

    let mut steps = 0;
    let mut seen = BTreeMap::new();
    let moved = loop {
        steps += 1;
        let stop = only(steps);
        let last = std::sync::Mutex::new(MoveStage::Drained);
        let watch = |step: MoveStep| {
            *last.lock().expect("no panic") = step.stage;
            stop(step)
        };
        match stage.a_move().run(&watch).await {
            Ok(moved) => break moved,
            Err(error) => assert_eq!(error.kind(), ErrorKind::Stopped, "{error}"),
        }
        let last = *last.lock().expect("no panic");
        *seen.entry(format!("{last:?}")).or_insert(0) += 1;
        // At no time do both open.
        let here = match last {
            MoveStage::Marked => ErrorKind::Moved,
            _ => ErrorKind::Moving,
        };
        assert_eq!(stage.opens_here().await, Some(here), "after {last:?}");
        if last != MoveStage::Drained {
            let there = stage.opens_there().await;
            assert_eq!(there, Some(ErrorKind::Moving), "after {last:?}");
        }
    };

    assert!(seen.len() == 5 && steps > 55, "{steps} steps: {seen:?}");
    let rows: BTreeMap<_, _> = moved.tables.iter().map(|(t, n, _)| (*t, *n)).collect();
    assert_eq!((rows["calls"], rows["deks"]), (CALLS as u64 + 2, 4));
    assert_eq!(stage.opens_here().await, Some(ErrorKind::Moved));
    let error = SqliteArchive::open(stage.from()).await.expect_err("gone");
    assert!(error.to_string().contains(&moved.place), "{error}");
    let again = stage.a_move().run(&on).await.expect_err("it has moved");
    assert_eq!(again.kind(), ErrorKind::Moved);

    let archive = stage.place.open().await;
    assert_eq!(listed(&archive).await, calls);
    let theirs = PostgresArchive::open(stage.place.options().tenant(other())).await;
    assert_eq!(listed(&theirs.expect("opened")).await, 1);
    let read = archive.read(&Scope::internal(), &[id("last")]).await;
    let read = read.expect("read");
    assert_eq!(read[0].call.title.as_deref(), Some("wordtitle"));
    assert!(read[0].text.is_some());
    let secret = archive.secret("tokens").await.expect("read");
    assert_eq!(secret.as_deref().map(String::as_str), Some("hush"));
    assert_eq!(archive.users().await.expect("read").len(), 1);
    assert_eq!(archive.holds().await.expect("read").len(), 1);
    assert_eq!(archive.indexes().await.expect("read").len(), 1);
    let there = archive.audit_records(None, 10).await.expect("read");
    assert_eq!(there, records);
    // It goes on where it was: erased stays erased, no number is drawn twice.
    let puts = vec![call("1", "word"), call("new", "word")];
    let outcomes = archive.put(puts, None, NOW).await.expect("stored");
    assert_eq!(outcomes[0], PutOutcome::Erased);
    assert!(
        matches!(outcomes[1], PutOutcome::Stored { revision, .. } if revision > stage.highest),
        "{outcomes:?}"
    );
    let log = fs::read_to_string(stage.place.log()).expect("an erase log");
    let hash = fs::read_to_string(stage.folder.path().join("tombstones")).expect("an erase log");
    assert!(
        hash.lines().all(|line| log.contains(line)),
        "the log of the database knows what was erased"
    );
}

#[tokio::test]
async fn what_comes_while_an_archive_moves_is_refused_and_reading_goes_on() {
    let Some(stage) = Stage::new(3).await else {
        return;
    };
    let archive = open(stage.folder.path()).await;
    let calls = listed(&archive).await;

    let stopped = stage.a_move().run(&only(2)).await.expect_err("stopped");

    assert_eq!(stopped.kind(), ErrorKind::Stopped);
    let refused = archive.put(vec![call("new", "word")], None, NOW).await;
    let refused = refused.expect_err("nothing new");
    assert_eq!(refused.kind(), ErrorKind::Moving);
    assert!(refused.is_transient(), "a webhook is asked to come again");
    assert_eq!(listed(&archive).await, calls);
    stage.a_move().run(&on).await.expect("moved");
    let refused = archive.put(vec![call("new", "word")], None, NOW).await;
    assert_eq!(refused.expect_err("gone").kind(), ErrorKind::Moved);
    let there = stage.place.open().await;
    assert_eq!(listed(&there).await, calls);
}

#[tokio::test]
async fn a_database_with_another_archive_or_another_key_is_refused_before_anything_is_touched() {
    let Some(stage) = Stage::new(3).await else {
        return;
    };
    let Some(other) = Place::new().await else {
        return;
    };
    drop(other.open().await);
    let into_other = Move::new(stage.from(), other.options());
    let refused = into_other.run(&on).await.expect_err("it holds another");
    assert_eq!(refused.kind(), ErrorKind::Invalid);
    assert_eq!(
        into_other.plan().await.expect_err("the same").kind(),
        ErrorKind::Invalid
    );

    fs::write(stage.place.key(), a_key(8)).expect("written");
    let refused = stage.a_move().run(&on).await.expect_err("another key");
    assert_eq!(refused.kind(), ErrorKind::WrongKey);

    assert_eq!(stage.opens_here().await, None, "and the archive goes on");
}

#[tokio::test]
async fn looking_at_a_move_counts_and_changes_nothing() {
    let Some(stage) = Stage::new(3).await else {
        return;
    };
    let count = |plan: &call_archive::MovePlan, name: &str| {
        let found = plan.tables.iter().find(|(table, ..)| *table == name);
        found.map(|(_, rows, copied)| (*rows, *copied))
    };

    let plan = stage.a_move().plan().await.expect("counted");
    assert_eq!(count(&plan, "calls"), Some((5, 0)));
    assert!(!plan.has_begun && !plan.place.contains('@'), "{plan:?}");
    assert_eq!(stage.opens_here().await, None);
    let status = PostgresArchive::schema_status(&stage.place.options()).await;
    assert!(status.expect("looked at").applied.is_empty());

    stage
        .a_move()
        .run(&only(5))
        .await
        .map(drop)
        .expect_err("stopped");
    let plan = stage.a_move().plan().await.expect("counted");
    assert!(plan.has_begun);
    assert_eq!(count(&plan, "calls"), Some((5, 5)));
}

#[tokio::test]
async fn a_value_that_changed_on_the_way_is_found_and_a_move_given_up_begins_anew() {
    let Some(stage) = Stage::new(3).await else {
        return;
    };
    let compared = |step: MoveStep| match step.stage {
        MoveStage::Comparing => ControlFlow::Break(()),
        _ => ControlFlow::Continue(()),
    };
    let stopped = stage.a_move().run(&compared).await;
    stopped.map(drop).expect_err("stopped");
    let changed = "UPDATE parties SET person = person || '\\x00'::bytea WHERE call = '2'";
    let client = stage.place.client().await;
    client.execute(changed, &[]).await.expect("changed");

    let refused = stage.a_move().run(&on).await.expect_err("not as it is");
    assert_eq!(refused.kind(), ErrorKind::Integrity);
    assert!(refused.to_string().contains("parties"), "{refused}");

    SqliteArchive::abandon_move(&stage.from())
        .await
        .expect("given up");
    let archive = open(stage.folder.path()).await;
    store(&archive, call("meanwhile", "word")).await;
    archive.close().await.expect("closed");
    assert_eq!(stage.opens_there().await, Some(ErrorKind::Moving));
    let later = OpenOptions::new(stage.folder.path(), NOW + SignedDuration::from_secs(1));
    let again = Move::new(later, stage.place.options()).run(&on).await;
    again.expect("moved");
    let known = stage.place.open().await.known(&[id("meanwhile")]).await;
    let known: Vec<CallId> = known
        .expect("known")
        .into_iter()
        .map(|known| known.call)
        .collect();
    assert_eq!(known, [id("meanwhile")]);
    let given_up = SqliteArchive::abandon_move(&stage.from()).await;
    assert_eq!(given_up.expect_err("too late").kind(), ErrorKind::Moved);
}
