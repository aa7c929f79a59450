//! What sealing costs, and what committing together gains: the archive beside plain SQLite.
//!
//! `cargo run --release -p gongkit-benches --bin archive_speed`. Both sides store the same invented
//! calls in turn, in one run, with the same durability (a write is on the disk before it is
//! answered). The plain side is the least that could be done: three tables in the clear, no
//! comparison with what was there, no hashes, no jobs. So the ratio is the price of everything that
//! the archive does, of which sealing is a part. How large a part is told in processor time: the
//! values that were sealed are sealed and opened once more, alone, and taken out of the comparison.
use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use access::{PrivateCalls, Scope};
use anyhow::{Context as _, Result};
use call_archive::{
    Calls as _, Checkpoint, Ledger as _, OpenOptions, Put, PutOutcome, Source, SqliteArchive,
};
use clap::Parser;
use conversation::{Call, CallId, Party, PartyId, Sentence, Span, Transcript, Utterance};
use gongkit_benches::{Sealed, processor_time, sealed_lengths};
use jiff::Timestamp;
use rusqlite::{Connection, params};
use tokio::task::JoinSet;

const WORDS: [&str; 12] = [
    "the", "price", "of", "our", "plan", "depends", "on", "how", "many", "people", "use", "it",
];
const UTTERANCES: usize = 80;
const SENTENCES: usize = 4;
const TOGETHER: usize = 64;
/// How often all is sealed and opened alone; the quickest counts, the others were disturbed.
const ROUNDS: usize = 50;

#[derive(Parser)]
struct Arguments {
    /// Calls that each side stores and reads
    #[arg(long, default_value_t = 640)]
    calls: usize,
    /// How long each number of waiters writes
    #[arg(long, default_value_t = 5)]
    seconds: u64,
}

#[tokio::main]
async fn main() -> Result<()> {
    let Arguments { calls, seconds } = Arguments::parse();
    let folder = tempfile::tempdir()?;
    let archive = SqliteArchive::open(OpenOptions::new(folder.path(), Timestamp::now())).await?;
    let plain = plain_database(&folder.path().join("plain.sqlite"))?;

    for (name, first, size) in [("one by one", 0, 1), ("by 64", calls, TOGETHER)] {
        let mut sealed_time = Duration::ZERO;
        let mut plain_time = Duration::ZERO;
        let numbers: Vec<usize> = (first..first + calls).collect();
        // In turn, so that whatever else the machine does falls on both.
        for batch in numbers.chunks(size) {
            let puts = batch
                .iter()
                .map(|number| put(*number))
                .collect::<Result<_>>()?;
            let begun = Instant::now();
            let outcomes = archive.put(puts, None, Timestamp::now()).await?;
            sealed_time += begun.elapsed();
            let all_stored = outcomes
                .iter()
                .all(|outcome| matches!(outcome, PutOutcome::Stored { .. }));
            anyhow::ensure!(all_stored, "a call was not stored");
            let begun = Instant::now();
            store_plain(&plain, batch)?;
            plain_time += begun.elapsed();
        }
        told(&format!("write {name}"), calls, sealed_time, plain_time)?;
    }

    let scope = Scope::everything(PrivateCalls::Included);
    let mut sealed_time = Duration::ZERO;
    let mut plain_time = Duration::ZERO;
    for number in 0..calls {
        let id = CallId::new(name_of(number))?;
        let begun = Instant::now();
        let read = archive.read(&scope, std::slice::from_ref(&id)).await?;
        sealed_time += begun.elapsed();
        anyhow::ensure!(read.iter().all(|call| call.text.is_some()) && read.len() == 1);
        let begun = Instant::now();
        let sentences = read_plain(&plain, number)?;
        plain_time += begun.elapsed();
        anyhow::ensure!(sentences == UTTERANCES * SENTENCES);
    }
    told("read one by one", calls, sealed_time, plain_time)?;
    price_of_sealing(&archive, folder.path(), 2 * calls, calls).await?;

    let mut alone = None;
    for waiters in [1, 16, 64] {
        let written = commits(&archive, waiters, Duration::from_secs(seconds)).await?;
        let each_second = per_second(written, Duration::from_secs(seconds));
        let alone = *alone.get_or_insert(each_second);
        writeln!(
            std::io::stdout(),
            "commits, {waiters} waiting: {each_second:.0} writes a second, {:.1} times one waiter's",
            each_second / alone
        )?;
    }
    archive.close().await?;
    Ok(())
}

/// The same calls once more in processor time, which waiting for the disk does not change, and what
/// of it sealing and opening take.
async fn price_of_sealing(
    archive: &SqliteArchive,
    folder: &Path,
    first: usize,
    calls: usize,
) -> Result<()> {
    let database = Connection::open(folder.join("archive.sqlite"))?;
    let lengths = sealed_lengths(&database)?;
    let lengths = lengths.get(..calls).context("calls that were stored")?;
    let values: usize = lengths.iter().map(Vec::len).sum();
    let bytes: usize = lengths.iter().flatten().sum();
    let sealing = quickest(|| Sealed::of(lengths).map(drop))?;
    let sealed = Sealed::of(lengths)?;
    let opening = quickest(|| sealed.open())?;

    let puts: Vec<Put> = (first..first + calls).map(put).collect::<Result<_>>()?;
    let writing = processor_time()?;
    for put in puts {
        archive.put(vec![put], None, Timestamp::now()).await?;
    }
    let reading = processor_time()?;
    let scope = Scope::everything(PrivateCalls::Included);
    for number in first..first + calls {
        let id = CallId::new(name_of(number))?;
        let read = archive.read(&scope, std::slice::from_ref(&id)).await?;
        anyhow::ensure!(read.iter().all(|call| call.text.is_some()) && read.len() == 1);
    }
    let read = processor_time()?;
    writeln!(
        std::io::stdout(),
        "sealed in a call: {:.1} values and a key, {:.0} bytes",
        ratio(values, calls),
        ratio(bytes, calls)
    )?;
    for (what, of, whole) in [
        ("write", sealing, reading - writing),
        ("read", opening, read - reading),
    ] {
        let (of, whole) = (usize::try_from(of.as_nanos())?, usize::try_from(whole)?);
        writeln!(
            std::io::stdout(),
            "{what}: {:.3} ms of the processor a call, {:.4} of it for sealing: sealed takes {:.3} \
             times as long as unsealed",
            ratio(whole, calls) / 1e6,
            ratio(of, calls) / 1e6,
            ratio(whole, whole.saturating_sub(of))
        )?;
    }
    Ok(())
}

/// The shortest time that something takes which does nothing but compute. The kernel counts the
/// processor time of a thread only when it is interrupted, which is too coarse for this.
fn quickest(mut work: impl FnMut() -> Result<()>) -> Result<Duration> {
    let mut shortest = Duration::MAX;
    for _ in 0..ROUNDS {
        let begun = Instant::now();
        work()?;
        shortest = shortest.min(begun.elapsed());
    }
    Ok(shortest)
}

#[expect(clippy::cast_precision_loss, reason = "it is printed with few digits")]
fn ratio(one: usize, of: usize) -> f64 {
    one as f64 / of as f64
}

#[expect(clippy::cast_precision_loss, reason = "counts of a few thousand")]
fn per_second(count: usize, time: Duration) -> f64 {
    count as f64 / time.as_secs_f64()
}

fn told(what: &str, calls: usize, sealed: Duration, plain: Duration) -> Result<()> {
    writeln!(
        std::io::stdout(),
        "{what}: archive {:.0} calls a second, plain {:.0}: the archive takes {:.2} times as long",
        per_second(calls, sealed),
        per_second(calls, plain),
        sealed.as_secs_f64() / plain.as_secs_f64()
    )?;
    Ok(())
}

fn name_of(number: usize) -> String {
    format!("call-{number}")
}

/// The sentences of a call: of other words in each.
fn said(number: usize) -> Vec<Vec<String>> {
    let sentence = |at: usize| {
        let words =
            (0..WORDS.len()).map(|word| WORDS[(word * (at % 7 + 1) + number) % WORDS.len()]);
        format!("{} {at}.", words.collect::<Vec<_>>().join(" "))
    };
    let utterance = |at: usize| {
        let sentences = (0..SENTENCES).map(|inside| sentence(at * SENTENCES + inside));
        sentences.collect()
    };
    (0..UTTERANCES).map(utterance).collect()
}

fn put(number: usize) -> Result<Put> {
    let mut call = Call::new(CallId::new(name_of(number))?, Timestamp::now());
    call.title = Some(format!("Call number {number}"));
    let parties = ["p1", "p2"].map(|id| PartyId::new(id).map(Party::new));
    call.parties = parties.into_iter().collect::<Result<_, _>>()?;
    let mut start = 0;
    let mut utterances = Vec::new();
    for sentences in said(number) {
        let sentences = sentences.into_iter().map(|text| {
            start += 3_000;
            Sentence::new(Span::from_millis(start - 3_000, start - 500), text)
        });
        let by = call
            .parties
            .get(utterances.len() % 2)
            .context("two parties")?;
        utterances.push(Utterance::new(sentences.collect()).by(by.id.clone()));
    }
    let mut put = Put::new(call, Source::Import, None);
    put.transcript = Some(Transcript::new(utterances));
    Ok(put)
}

fn plain_database(file: &Path) -> Result<Connection> {
    let connection = Connection::open(file)?;
    connection.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
         CREATE TABLE calls (id TEXT PRIMARY KEY, title TEXT NOT NULL) STRICT;
         CREATE TABLE parties (call TEXT, position INTEGER, party TEXT, PRIMARY KEY (call, position))
           STRICT;
         CREATE TABLE transcripts (call TEXT PRIMARY KEY, text TEXT NOT NULL) STRICT;",
    )?;
    Ok(connection)
}

fn store_plain(connection: &Connection, batch: &[usize]) -> Result<()> {
    connection.execute_batch("BEGIN IMMEDIATE")?;
    for number in batch {
        let (id, title) = (name_of(*number), format!("Call number {number}"));
        let mut calls = connection.prepare_cached("INSERT INTO calls VALUES (?1, ?2)")?;
        calls.execute([&id, &title])?;
        let mut parties = connection.prepare_cached("INSERT INTO parties VALUES (?1, ?2, ?3)")?;
        for (position, party) in (0_i64..).zip(["p1", "p2"]) {
            parties.execute(params![id, position, party])?;
        }
        let text = serde_json::to_string(&said(*number))?;
        let mut texts = connection.prepare_cached("INSERT INTO transcripts VALUES (?1, ?2)")?;
        texts.execute([&id, &text])?;
    }
    connection.execute_batch("COMMIT")?;
    Ok(())
}

/// Reads a call whole; gives how many sentences it has.
fn read_plain(connection: &Connection, number: usize) -> Result<usize> {
    let id = name_of(number);
    let sql = "SELECT c.title, t.text FROM calls c JOIN transcripts t ON t.call = c.id
               WHERE c.id = ?1";
    let (_title, text): (String, String) = connection
        .prepare_cached(sql)?
        .query_row([&id], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let mut parties =
        connection.prepare_cached("SELECT party FROM parties WHERE call = ?1 ORDER BY position")?;
    let parties = parties.query_map([&id], |row| row.get::<_, String>(0))?;
    anyhow::ensure!(parties.count() == 2);
    let text: Vec<Vec<String>> = serde_json::from_str(&text)?;
    Ok(text.iter().map(Vec::len).sum())
}

/// How many small writes were answered while so many callers wrote as fast as they could.
async fn commits(archive: &SqliteArchive, waiters: usize, time: Duration) -> Result<usize> {
    let mut tasks = JoinSet::new();
    let end = Instant::now() + time;
    for waiter in 0..waiters {
        let archive = archive.clone();
        tasks.spawn(async move {
            let mut written = 0_usize;
            while Instant::now() < end {
                let entry = Checkpoint {
                    name: format!("waiter-{waiter}"),
                    value: written.to_string(),
                };
                archive.save(entry).await?;
                written += 1;
            }
            Ok::<_, call_archive::Error>(written)
        });
    }
    let mut written = 0;
    while let Some(done) = tasks.join_next().await {
        written += done??;
    }
    Ok(written)
}
