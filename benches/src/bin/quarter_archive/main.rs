//! How long each view of the quarter takes over an archive on disk, and what a new call makes anew.
//!
//! ```sh
//! cargo run --release -p gongkit-benches --bin quarter_archive -- --deals 10000
//! ```
//!
//! A temporary SQLite archive is filled through the doors of `call-archive` with the deals of
//! `gong-sim` (each with four short calls and all that the CRM showed of it), then the use cases of
//! `gong-app` are asked as the commands ask them: from sealed rows to the view, without printing it.
//! The first of them works out the figures of every call, as `gongkit sync` does beforehand; how long
//! that takes is told by itself. Then one call is added, and each view is asked again.
#![expect(clippy::print_stdout, reason = "what is measured is the output")]

mod filling;
mod views;

#[path = "../../../../crates/insights/tests/it/world.rs"]
mod world;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use anyhow::Result;
use call_archive::{Numbers as _, NumbersQuery, OpenOptions, SqliteArchive};
use clap::Parser;
use gong_app::{App, Config, Environment, Flags, Listener, Stage, Step};
use gong_sim::{Deals, Effect, Signal};
use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

use views::View;

#[derive(Parser)]
struct Arguments {
    /// Deals; each has four calls
    #[arg(long, default_value_t = 10_000)]
    deals: usize,
    /// How often each view is asked; the median is told
    #[arg(long, default_value_t = 5)]
    runs: usize,
    /// Also what stood against every deal at each of its calls
    #[arg(long)]
    each_call: bool,
}

/// Hears how many calls had their figures worked out.
#[derive(Default)]
struct Worked(AtomicU64);

impl Worked {
    fn take(&self) -> u64 {
        self.0.swap(0, Ordering::Relaxed)
    }
}

impl Listener for Worked {
    fn step(&self, step: Step) {
        // The last step of a run tells of all of it.
        if step.stage == Stage::Figures && step.total == Some(step.done) {
            self.0.fetch_add(step.done, Ordering::Relaxed);
        }
    }

    fn note(&self, _note: &str) {}
}

#[tokio::main]
async fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let home = tempfile::tempdir()?;
    let deals = Deals::generate(1, arguments.deals, Effect::Of(Signal::Pricing, 0.3));

    let begun = Instant::now();
    let archive = open(home.path()).await?;
    let told = filling::fill(&archive, &deals).await?;
    archive.close().await?;
    let filled = begun.elapsed().as_secs_f64();
    println!(
        "{} deals, {} calls, {told} statements about deals: filled in {filled:.1} s",
        arguments.deals,
        4 * arguments.deals
    );

    let worked = Arc::new(Worked::default());
    let app = app(home.path(), &worked)?;
    let rivals = home.path().join("rivals.jsonl");
    std::fs::write(&rivals, r#"{"name":"Northbeam","aliases":[]}"#)?;
    app.watch_competitors(&rivals).await?;
    let begun = Instant::now();
    View::Competitors.ask(&app).await?;
    println!(
        "the first view: {:.1} s, {} calls had their figures worked out\n",
        begun.elapsed().as_secs_f64(),
        worked.take()
    );

    println!(
        "{:<24} {:>10} {:>12}  answer",
        "view", "median", "worked out"
    );
    for view in View::all(arguments.each_call) {
        ask(*view, &app, &worked, arguments.runs).await?;
    }
    app.finish().await?;

    let archive = open(home.path()).await?;
    filling::one_more(&archive, &deals).await?;
    let rows = rows(&archive).await?;
    archive.close().await?;
    println!("\nafter one more call ({rows} rows of figures, one a call)");
    let app = self::app(home.path(), &worked)?;
    for view in View::all(arguments.each_call) {
        ask(*view, &app, &worked, 1).await?;
    }
    app.finish().await.map_err(Into::into)
}

/// Asks a view so often and tells the median.
async fn ask(view: View, app: &App, worked: &Worked, runs: usize) -> Result<()> {
    let mut times = Vec::new();
    let mut said = 0;
    for _ in 0..runs.max(1) {
        let begun = Instant::now();
        said = view.ask(app).await?;
        times.push(begun.elapsed());
    }
    times.sort_unstable();
    let median = times.get(times.len() / 2).copied().unwrap_or_default();
    println!(
        "{:<24} {:>7.0} ms {:>12}  {said} {}",
        view.name(),
        median.as_secs_f64() * 1e3,
        worked.take(),
        view.says()
    );
    Ok(())
}

async fn open(folder: &Path) -> Result<SqliteArchive> {
    Ok(SqliteArchive::open(OpenOptions::new(folder, Timestamp::now())).await?)
}

/// How many rows of figures the archive has.
async fn rows(archive: &SqliteArchive) -> Result<usize> {
    let scope = access::Scope::everything(access::PrivateCalls::Withheld);
    let mut query = NumbersQuery::default();
    let mut rows = 0;
    loop {
        let page = archive.numbers(&scope, &query).await?;
        rows += page.len();
        query.after = page.last().map(|last| last.call.clone());
        if page.len() < query.limit {
            return Ok(rows);
        }
    }
}

/// An app over the archive in a folder, as the commands make it.
fn app(folder: &Path, worked: &Arc<Worked>) -> Result<App> {
    let home = folder.display().to_string();
    let stages = "Discovery,Evaluation,Proposal,Negotiation";
    let variables = [
        ("HOME", home.as_str()),
        ("GONGKIT__MODEL__NAME", "hash"),
        ("GONGKIT__PIPELINE__STAGES", stages),
        ("GONGKIT__PIPELINE__CURRENCY", "EUR"),
    ];
    let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let environment =
        Environment::new(variables, Timestamp::now).system_config(folder.join("none.toml"));
    let mut flags = Flags::default();
    flags.data_dir = Some(folder.to_owned());
    let config = Config::load(&environment, &flags)?;
    let listener: Arc<dyn Listener> = Arc::clone(worked) as _;
    Ok(App::new(
        config,
        &environment,
        listener,
        CancellationToken::new(),
    ))
}
