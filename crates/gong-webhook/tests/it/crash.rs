//! The server is killed at any moment, and its disk fails: what was answered with 200 is kept once.
//!
//! The judge stands outside: clients note each id that was acknowledged in a file of their own,
//! synced before the next is sent, and at the end SQLite itself is asked what is there. Then a worker
//! does what was promised: each call is fetched, or its job is a dead letter and says why.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use front_door::{Door, DoorOptions, Guard, Protection};
use gong_sim::{Limits, Sim, World, WorldCall};
use jiff::{SignedDuration, Timestamp};
use rusqlite::Connection;
use tokio_util::sync::CancellationToken;

use crate::office::{Office, about};

const FOLDER: &str = "GONG_WEBHOOK_CRASH_FOLDER";
/// Says how often to kill: `just crash` asks for 200.
const ROUNDS: &str = "GONG_WEBHOOK_CRASH_ROUNDS";
const USUAL_ROUNDS: usize = 6;
const CLIENTS: usize = 8;
const PATIENCE: Duration = Duration::from_mins(2);

/// What the clients saw.
struct Ledger {
    file: Mutex<File>,
    acknowledged: AtomicUsize,
    refused: AtomicUsize,
}

impl Ledger {
    fn at(folder: &Path) -> Self {
        let options = File::options()
            .append(true)
            .create(true)
            .open(folder.join("ledger"));
        Self {
            file: Mutex::new(options.expect("a ledger")),
            acknowledged: AtomicUsize::new(0),
            refused: AtomicUsize::new(0),
        }
    }

    fn note(&self, id: &str) {
        let mut file = self.file.lock().expect("nobody panicked");
        file.write_all(format!("{id}\n").as_bytes()).expect("noted");
        file.sync_data().expect("noted durably");
        self.acknowledged.fetch_add(1, Ordering::SeqCst);
    }
}

/// The child: serves until it is killed, and says where.
fn be_the_server(folder: &Path) -> ! {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let office = Office::at(folder);
        let (receiver, intake) = office.receiver().await.expect("a receiver");
        let here = "127.0.0.1:0".parse().expect("an address");
        let options = DoorOptions::new(here, Protection::PlainText, Guard::Authenticated);
        let door = Door::open(options).await.expect("it opens");
        let draft = folder.join("address.part");
        fs::write(&draft, door.local_addr().to_string()).expect("written");
        fs::rename(draft, folder.join("address")).expect("named");
        gong_webhook::serve(door, receiver, intake, CancellationToken::new()).await;
    });
    unreachable!("it serves until it is killed");
}

/// This very test as a child, perhaps beneath a program that makes its disk fail.
fn start(test: &str, folder: &Path, beneath: &[&str]) -> (Child, SocketAddr) {
    let _ = fs::remove_file(folder.join("address"));
    let this = std::env::current_exe().expect("this test");
    let mut words = beneath
        .iter()
        .map(std::ffi::OsString::from)
        .collect::<Vec<_>>();
    words.push(this.into());
    let (program, arguments) = words.split_first().expect("a program");
    let mut child = Command::new(program)
        .args(arguments)
        .args([test, "--exact", "--nocapture"])
        .env(FOLDER, folder)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("a child");
    let began = Instant::now();
    loop {
        if let Ok(text) = fs::read_to_string(folder.join("address")) {
            return (child, text.parse().expect("an address"));
        }
        let ended = child.try_wait().expect("a child");
        assert!(ended.is_none(), "the server ended by itself: {ended:?}");
        assert!(began.elapsed() < PATIENCE, "the server does not start");
        thread::sleep(Duration::from_millis(5));
    }
}

fn end(mut child: Child, is_traced: bool) {
    if is_traced {
        // Killing the tracer would let the traced go on.
        let tasks = format!("/proc/{0}/task/{0}/children", child.id());
        let below = fs::read_to_string(tasks).unwrap_or_default();
        for process in below.split_whitespace() {
            let killed = Command::new("kill").args(["-9", process]).status();
            assert!(killed.expect("run").success());
        }
    } else {
        child.kill().expect("killed");
    }
    child.wait().expect("gone");
}

/// Delivers until told to stop, or until the server is gone.
fn deliver(office: &Office, ledger: &Ledger, address: SocketAddr, name: &str, stop: &AtomicBool) {
    for n in 0.. {
        let id = format!("{name}{n:05}");
        let body = about(&id);
        let token = office.sign(&body);
        match post(address, &token, &body) {
            Some(200) => ledger.note(&id),
            Some(503) => {
                ledger.refused.fetch_add(1, Ordering::SeqCst);
            }
            Some(other) => panic!("{id} was answered with {other}"),
            None => return,
        }
        if stop.load(Ordering::SeqCst) {
            return;
        }
    }
}

/// The status of the answer; none if the server went away.
fn post(address: SocketAddr, token: &str, body: &str) -> Option<u16> {
    let mut stream = TcpStream::connect(address).ok()?;
    stream.set_read_timeout(Some(PATIENCE)).ok()?;
    let length = body.len();
    let request = format!(
        "POST /webhooks/gong HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\
         Authorization: {token}\r\nContent-Length: {length}\r\n\r\n{body}"
    );
    stream.write_all(request.as_bytes()).ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    answer.split(' ').nth(1)?.parse().ok()
}

/// Lets clients deliver for a while.
fn crowd(folder: &Path, ledger: &Ledger, address: SocketAddr, round: usize, then: impl FnOnce()) {
    let stop = AtomicBool::new(false);
    thread::scope(|scope| {
        for client in 0..CLIENTS {
            // As Gong's ids are: digits.
            let (stop, name) = (&stop, format!("9{round:03}{client}"));
            let office = Office::at(folder);
            scope.spawn(move || deliver(&office, ledger, address, &name, stop));
        }
        then();
        stop.store(true, Ordering::SeqCst);
    });
}

fn database(folder: &Path) -> Connection {
    let file = folder.join(".local/share/gongkit/archive.sqlite");
    let database = Connection::open(file).expect("a database");
    database.busy_timeout(PATIENCE).expect("set");
    database
}

/// What was acknowledged, by the clients' own book.
fn noted(folder: &Path) -> BTreeSet<String> {
    let ledger = fs::read_to_string(folder.join("ledger")).expect("the ledger");
    ledger.lines().map(str::to_owned).collect()
}

/// Every acknowledged id stands in the inbox once, and every delivery that waits has its one job.
fn judge(folder: &Path) -> usize {
    let database = database(folder);
    let whole: String = database
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .expect("checked");
    assert_eq!(whole, "ok");
    let once = noted(folder);
    let ledger = fs::read_to_string(folder.join("ledger")).expect("the ledger");
    assert_eq!(ledger.lines().count(), once.len(), "each was sent once");
    let count = |sql: &str, id: &str| -> i64 {
        database
            .query_row(sql, [id], |row| row.get(0))
            .expect("counted")
    };
    for id in &once {
        let kept = count("SELECT count(*) FROM inbox WHERE call = ?1", id);
        assert_eq!(kept, 1, "{id} was acknowledged");
        let jobs = count(
            "SELECT count(*) FROM jobs WHERE kind = 'fetch' AND call = ?1",
            id,
        );
        assert_eq!(jobs, 1, "{id} has a job");
    }
    let astray: i64 = database
        .query_row(
            "SELECT count(*) FROM inbox i WHERE ended IS NULL AND NOT EXISTS
               (SELECT 1 FROM jobs j WHERE j.kind = 'fetch' AND j.call = i.call)",
            [],
            |row| row.get(0),
        )
        .expect("counted");
    assert_eq!(astray, 0, "what waits has a job");
    once.len()
}

/// So many calls are unknown to Gong and can never be fetched; each is asked for by itself, eight
/// times.
const UNKNOWN: usize = 3;
/// How far the worker's clock is ahead, in hours: a call that Gong does not know is given up after
/// half a day.
static AHEAD: AtomicI64 = AtomicI64::new(0);

fn later() -> Timestamp {
    Timestamp::now() + SignedDuration::from_hours(AHEAD.load(Ordering::SeqCst))
}

/// A worker does what was promised. In the end every call was fetched, or its job is a dead letter
/// and the delivery waits with it; nothing else is left. Gives how many of each.
async fn worked_off(folder: &Path) -> (usize, usize) {
    let acknowledged = noted(folder);
    let database = database(folder);
    let texts = |sql: &str| -> Vec<String> {
        let mut rows = database.prepare(sql).expect("prepared");
        let rows = rows.query_map([], |row| row.get(0)).expect("asked");
        rows.collect::<Result<_, _>>().expect("read")
    };
    // What was kept in the moment of a kill was not acknowledged, and has its job as well.
    let kept = texts("SELECT DISTINCT call FROM inbox");
    let apart = acknowledged.len() / UNKNOWN;
    let unknown = acknowledged.iter().step_by(apart.max(1)).take(UNKNOWN);
    let unknown: BTreeSet<String> = unknown.cloned().collect();
    let started = Timestamp::now() - SignedDuration::from_hours(2);
    let mut world = World::empty();
    for id in kept.iter().filter(|id| !unknown.contains(*id)) {
        let call = WorldCall::plain(id, started);
        world = world.with_call(call).expect("a call");
    }
    let sim = Sim::builder().world(world).limits(Limits::off());
    let sim = sim.start().await.expect("started");
    let office = Office::at(folder).at_gong(&sim).by(later);

    let left = |which: &str| texts(&format!("SELECT call FROM jobs WHERE {which}"));
    // Waiting between attempts is by the clock, so each turn of it is one attempt.
    let due = "state = 'leased' OR (state = 'waiting' AND (failed = 0 OR not_before < ";
    let patience = PATIENCE + Duration::from_millis(50) * u32::try_from(kept.len()).expect("few");
    let began = Instant::now();
    while !left("state <> 'dead'").is_empty() {
        let stop = CancellationToken::new();
        let app = office.stopped_by(stop.clone());
        let working = tokio::spawn(async move { app.work().await });
        loop {
            let now = later().as_microsecond();
            if left(&format!("{due}{now}))")).is_empty() {
                break;
            }
            assert!(
                began.elapsed() < patience,
                "not in time: {:?}",
                texts(
                    "SELECT kind || ' ' || state || ' ' || count(*) || ' ' || min(failed) FROM jobs
                     GROUP BY kind, state"
                )
            );
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        stop.cancel();
        working.await.expect("joined").expect("it worked");
        AHEAD.fetch_add(7, Ordering::SeqCst);
    }

    let dead: BTreeSet<String> = left("state = 'dead'").into_iter().collect();
    assert_eq!(dead, unknown, "only what Gong does not know is given up");
    let count = |sql: &str, id: &str| -> i64 {
        database
            .query_row(sql, [id], |row| row.get(0))
            .expect("counted")
    };
    for id in &acknowledged {
        let kept = count("SELECT count(*) FROM inbox WHERE call = ?1", id);
        assert_eq!(kept, 1, "{id} was delivered once");
        let stored = count(
            "SELECT count(*) FROM calls WHERE id = ?1 AND is_shell = 0",
            id,
        );
        let ended = count(
            "SELECT count(*) FROM inbox WHERE call = ?1 AND ended IS NOT NULL AND body IS NULL",
            id,
        );
        let fetched = i64::from(!unknown.contains(id));
        assert_eq!((stored, ended), (fetched, fetched), "{id}");
    }
    (acknowledged.len() - dead.len(), dead.len())
}

/// Milliseconds from 50 to 500, in a row that a seed determines.
fn moments(seed: u64) -> impl Iterator<Item = Duration> {
    let mut state = seed;
    std::iter::repeat_with(move || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        Duration::from_millis(50 + (state >> 33) % 450)
    })
}

#[test]
fn what_was_acknowledged_survives_being_killed() {
    const THIS: &str = "crash::what_was_acknowledged_survives_being_killed";
    if let Ok(folder) = std::env::var(FOLDER) {
        be_the_server(Path::new(&folder));
    }
    let rounds = std::env::var(ROUNDS).map_or(USUAL_ROUNDS, |told| told.parse().expect("a number"));
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let seed = now.expect("after 1970").as_secs();
    let folder = tempfile::tempdir().expect("a folder");
    let ledger = Ledger::at(folder.path());

    for (round, moment) in moments(seed).take(rounds).enumerate() {
        let (child, address) = start(THIS, folder.path(), &[]);
        let before = ledger.acknowledged.load(Ordering::SeqCst);
        crowd(folder.path(), &ledger, address, round, || {
            let began = Instant::now();
            // A slow machine must have answered something before it is killed.
            while ledger.acknowledged.load(Ordering::SeqCst) == before {
                assert!(began.elapsed() < PATIENCE, "nothing is acknowledged");
                thread::sleep(Duration::from_millis(1));
            }
            thread::sleep(moment);
            end(child, false);
        });
    }

    let kept = judge(folder.path());
    println!("{kept} acknowledged over {rounds} kills, all kept once (seed {seed})");
    assert!(kept >= rounds);
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let (fetched, dead) = runtime.block_on(worked_off(folder.path()));
    println!("{fetched} fetched by a worker afterwards, {dead} dead letters, nothing else is left");
    assert!(fetched > 0 && dead > 0);
}

/// What the disk answers, by a tracer between the server and the kernel.
fn a_disk_that_fails(this: &str, injected: &str) {
    if let Ok(folder) = std::env::var(FOLDER) {
        be_the_server(Path::new(&folder));
    }
    if Command::new("strace").arg("-V").output().is_err() {
        eprintln!("NOT RUN: {this} needs strace");
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let ledger = Ledger::at(folder.path());
    // The archive is made before its disk fails.
    let (child, _) = start(this, folder.path(), &[]);
    end(child, false);
    let inject = format!("inject={injected}");
    let traced = injected.split(':').next().expect("names");
    let trace = format!("trace={traced}");
    let wal = folder
        .path()
        .join(".local/share/gongkit/archive.sqlite-wal");
    let wal = wal.to_str().expect("a text");
    let beneath = [
        "strace",
        "-f",
        "-qq",
        "-o",
        "/dev/null",
        "-P",
        wal,
        "-e",
        &trace,
        "-e",
        &inject,
    ];

    let (child, address) = start(this, folder.path(), &beneath);
    crowd(folder.path(), &ledger, address, 0, || {
        let began = Instant::now();
        let count = |of: &AtomicUsize| of.load(Ordering::SeqCst);
        // It fails, and then it works again.
        while count(&ledger.refused) == 0 {
            assert!(began.elapsed() < PATIENCE, "nothing was ever refused");
            thread::sleep(Duration::from_millis(5));
        }
        let before = count(&ledger.acknowledged);
        while count(&ledger.acknowledged) < before + CLIENTS {
            assert!(began.elapsed() < PATIENCE, "it never works again");
            thread::sleep(Duration::from_millis(5));
        }
        end(child, true);
    });

    let kept = judge(folder.path());
    let refused = ledger.refused.load(Ordering::SeqCst);
    println!("{kept} acknowledged, {refused} refused under {injected}, nothing promised and lost");
}

#[test]
fn nothing_is_promised_while_the_disk_cannot_be_synced() {
    let this = "crash::nothing_is_promised_while_the_disk_cannot_be_synced";
    a_disk_that_fails(this, "fdatasync,fsync:error=EIO:when=12..14");
}

#[test]
fn nothing_is_promised_while_the_disk_is_full() {
    let this = "crash::nothing_is_promised_while_the_disk_is_full";
    a_disk_that_fails(this, "pwrite64:error=ENOSPC:when=40..60");
}
