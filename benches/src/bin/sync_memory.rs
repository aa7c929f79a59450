//! Resident memory of a sync of many simulated calls, on disk, without a model.
//!
//! ```sh
//! cargo run --release -p gongkit-benches --bin sync_memory -- --calls 100000
//! ```
//!
//! The simulated Gong runs in a process of its own (this program, started once more), so that its
//! memory is not counted. `RssAnon` is what the process allocated; the rest of `VmRSS` are pages of
//! mapped files, which the kernel takes back when it needs them.
#![expect(clippy::print_stdout, reason = "what is measured is the output")]

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use anyhow::Context as _;
use call_archive::{Archive, Indexes as _, Ledger as _, OpenOptions, SqliteArchive};
use clap::Parser;
use conversation::SPLITTER_VERSION;
use embeddings::{Embedder as _, HashEmbedder, Space};
use gong_auth::{BaseUrl, KeyPair};
use gong_client::{GongClient, Unpaced};
use gong_sim::{Limits, Sim, World};
use gong_sync::{IndexWriter, Parts, Run, Stage, Step, Sync};
use jiff::Timestamp;
use memory_store::{EmbeddedStore, PassageStore, TermKey};

#[derive(Parser)]
struct Cli {
    /// How many calls the simulated company has.
    #[arg(long, default_value_t = 100_000)]
    calls: usize,
    /// Be the simulated Gong until standard input ends.
    #[arg(long, hide = true)]
    serve: bool,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let cli = Cli::parse();
    if cli.serve {
        serve(cli.calls).await
    } else {
        measure(cli.calls).await
    }
}

async fn serve(calls: usize) -> anyhow::Result<()> {
    let sim = Sim::builder()
        .world(World::generate(7, calls))
        .limits(Limits::off())
        .start()
        .await?;
    println!(
        "{}\n{}\n{}",
        sim.base_url(),
        sim.access_key(),
        sim.access_secret()
    );
    std::io::stdout().flush()?;
    tokio::task::spawn_blocking(|| std::io::stdin().lines().count()).await?;
    Ok(())
}

/// The simulated Gong in a process of its own; it ends with this one.
struct Gong {
    process: Child,
    lines: Vec<String>,
}

impl Gong {
    fn start(calls: usize) -> anyhow::Result<Self> {
        let mut process = Command::new(std::env::current_exe()?)
            .args(["--serve", "--calls", &calls.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let out = process.stdout.take().context("its output is piped")?;
        let lines = BufReader::new(out).lines().take(3);
        let lines = lines.collect::<Result<Vec<_>, _>>()?;
        Ok(Self { process, lines })
    }

    fn client(&self) -> anyhow::Result<GongClient> {
        let [url, key, secret] = &self.lines[..] else {
            anyhow::bail!("the simulated Gong did not say where it is");
        };
        let pair = KeyPair::new(key, secret.clone().into())?;
        let client = GongClient::builder(BaseUrl::parse(url)?, Arc::new(pair));
        Ok(client.pace(Arc::new(Unpaced)).build()?)
    }
}

impl Drop for Gong {
    fn drop(&mut self) {
        // Its input ends with the handle.
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}

async fn measure(calls: usize) -> anyhow::Result<()> {
    let gong = Gong::start(calls)?;
    let folder = tempfile::tempdir()?;
    let now = Timestamp::now();
    let options = OpenOptions::new(folder.path().join("archive"), now);
    let archive = Arc::new(SqliteArchive::open(options).await?);
    let embedder = Arc::new(HashEmbedder::default());
    let key = archive.hash_key().await?;
    let space = Space::new(embedder.model().clone(), SPLITTER_VERSION, key.id);
    let id = archive.add_index(&space.to_record(), now).await?;
    let index = folder.path().join("index");
    let store = EmbeddedStore::open(&index, space, TermKey::new(key.bytes)).await?;
    let store: Arc<dyn PassageStore> = Arc::new(store);

    let table = Arc::new(Table::new(calls as u64 / 10));
    let heard = Arc::clone(&table);
    let parts = Parts::new(
        Arc::clone(&archive) as Arc<dyn Archive>,
        Arc::new(Timestamp::now),
    )
    .client(gong.client()?)
    .index(IndexWriter::new(store, id, embedder))
    .progress(Arc::new(move |step: Step| heard.hear(step)));
    let sync = Sync::new(parts);
    // The second one finds everything in place: it compares the whole index with the archive.
    for which in ["first", "second"] {
        table.row(&format!("{which} sync begins"), 0);
        let report = sync.run(Run::Update).await;
        if let Some(error) = report.stopped {
            return Err(error.into());
        }
        table.row(&format!("{which} sync ended"), report.index.indexed);
    }
    let status = archive.status().await?;
    anyhow::ensure!(status.indexed == calls as u64, "all calls are indexed");
    println!("\nhighest: {} MB", megabytes("VmHWM"));
    Ok(())
}

/// A line whenever a stage has gone on by some calls.
struct Table {
    every: u64,
    begun: Instant,
    last: Mutex<Option<(Stage, u64)>>,
}

impl Table {
    fn new(every: u64) -> Self {
        println!("| stage | calls | VmRSS MB | RssAnon MB | seconds |\n|---|---|---|---|---|");
        Self {
            every: every.max(1),
            begun: Instant::now(),
            last: Mutex::new(None),
        }
    }

    fn hear(&self, step: Step) {
        let Ok(mut last) = self.last.lock() else {
            return;
        };
        let tenth = step.done / self.every;
        let is_new = last.is_none_or(|(stage, before)| stage != step.stage || before < tenth);
        if is_new {
            *last = Some((step.stage, tenth));
            self.row(&format!("{:?}", step.stage), step.done);
        }
    }

    fn row(&self, stage: &str, calls: u64) {
        let (all, own) = (megabytes("VmRSS"), megabytes("RssAnon"));
        let seconds = self.begun.elapsed().as_secs();
        println!("| {stage} | {calls} | {all} | {own} | {seconds} |");
    }
}

/// A line of `/proc/self/status`, in megabytes (of 1,000,000 bytes).
fn megabytes(name: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let value = status
        .lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
    let kibibytes = value.and_then(|value| value.split_whitespace().next()?.parse::<u64>().ok());
    kibibytes.unwrap_or(0) * 1024 / 1_000_000
}
