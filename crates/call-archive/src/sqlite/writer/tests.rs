use std::path::PathBuf;
use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{self, Waker};

use tempfile::TempDir;

use super::*;

struct Bench {
    writer: Writer,
    opened: Arc<AtomicUsize>,
    path: PathBuf,
    _folder: TempDir,
}

fn bench() -> Bench {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("db");
    let opened = Arc::new(AtomicUsize::new(0));
    let opener: Opener = {
        let (path, opened) = (path.clone(), Arc::clone(&opened));
        Arc::new(move || {
            opened.fetch_add(1, Ordering::SeqCst);
            let connection = Connection::open(&path)?;
            connection.execute_batch("PRAGMA journal_mode = WAL; PRAGMA foreign_keys = ON")?;
            Ok(connection)
        })
    };
    let first = opener().expect("opened");
    first
        .execute_batch(
            "CREATE TABLE t (n INTEGER PRIMARY KEY);
             CREATE TABLE child (n INTEGER REFERENCES t (n) DEFERRABLE INITIALLY DEFERRED)",
        )
        .expect("made");
    Bench {
        writer: Writer::start(first, opener).expect("started"),
        opened,
        path,
        _folder: folder,
    }
}

fn insert(n: i64) -> impl FnOnce(&Connection) -> Result<(), Error> + Send + 'static {
    move |connection| {
        connection.execute("INSERT INTO t (n) VALUES (?1)", [n])?;
        Ok(())
    }
}

fn stored(bench: &Bench) -> Vec<i64> {
    let connection = Connection::open(&bench.path).expect("opened");
    let mut statement = connection
        .prepare("SELECT n FROM t ORDER BY n")
        .expect("prepared");
    let rows = statement.query_map([], |row| row.get(0)).expect("read");
    rows.collect::<Result<_, _>>().expect("numbers")
}

/// How large the log is: each commit adds at least the page that it changed.
fn log_frames(bench: &Bench) -> u64 {
    let log = bench.path.with_extension("");
    let log = PathBuf::from(format!("{}-wal", log.display()));
    std::fs::metadata(log).expect("a log").len() / 4096
}

#[tokio::test]
async fn what_waits_together_is_committed_together() {
    let bench = bench();
    let (open_gate, gate) = std::sync::mpsc::channel::<()>();
    let (inside, is_inside) = oneshot::channel();
    let mut held = pin!(bench.writer.submit(After::Nothing, move |_| {
        let _ = inside.send(());
        let _ = gate.recv();
        Ok(())
    }));
    let mut idle = task::Context::from_waker(Waker::noop());
    assert!(held.as_mut().poll(&mut idle).is_pending());
    is_inside.await.expect("the writer is busy");
    let before = log_frames(&bench);

    let mut waiting: Vec<_> = (0..100)
        .map(|n| Box::pin(bench.writer.submit(After::Nothing, insert(n))))
        .collect();
    for request in &mut waiting {
        // Polling once puts the request into the queue.
        assert!(request.as_mut().poll(&mut idle).is_pending());
    }
    open_gate.send(()).expect("the writer waits");
    held.await.expect("done");
    for request in waiting {
        request.await.expect("stored");
    }

    assert_eq!(stored(&bench).len(), 100);
    let written = log_frames(&bench) - before;
    assert!(written < 10, "{written} pages for one commit");
}

#[tokio::test]
async fn a_request_that_fails_takes_only_itself_back() {
    let bench = bench();
    let good = bench.writer.submit(After::Nothing, insert(1));
    let bad = bench.writer.submit(After::Nothing, |connection| {
        connection.execute("INSERT INTO t (n) VALUES (2)", [])?;
        Err::<(), _>(Error::new(ErrorKind::Invalid, "no"))
    });
    let other = bench.writer.submit(After::Nothing, insert(3));
    let (good, bad, other) = tokio::join!(good, bad, other);

    good.expect("stored");
    assert_eq!(bad.map_err(|error| error.kind()), Err(ErrorKind::Invalid));
    other.expect("stored");
    assert_eq!(stored(&bench), [1, 3]);
}

#[tokio::test]
async fn after_a_failed_commit_everybody_is_told_and_a_new_connection_goes_on() {
    let bench = bench();
    let orphan = bench.writer.submit(After::Nothing, |connection| {
        // The parent is looked for at the commit, which fails.
        connection.execute("INSERT INTO child (n) VALUES (99)", [])?;
        Ok(())
    });

    let failed = orphan.await.map_err(|error| error.kind());
    assert_eq!(failed, Err(ErrorKind::Storage));
    let next = bench.writer.submit(After::Nothing, insert(1));
    next.await.expect("stored");

    assert_eq!(bench.opened.load(Ordering::SeqCst), 2);
    assert_eq!(stored(&bench), [1]);
}

#[tokio::test]
async fn a_closed_writer_says_so() {
    let bench = bench();
    bench.writer.close();

    let refused = bench.writer.submit(After::Nothing, insert(1)).await;
    let kind = refused.map_err(|error| error.kind());
    assert_eq!(kind, Err(ErrorKind::Closed));
}
