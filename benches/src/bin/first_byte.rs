//! How soon the overview begins to come, and how soon it is whole, with few calls and with many.
//!
//! `cargo run --release -p gongkit-benches --bin first_byte -- --calls 1000 --calls 10000`
//!
//! Calls and deals are invented; each archive is synced from a simulated Gong before anything is
//! timed, so the figures of all calls are there. The quickest of several rounds counts.

#![expect(clippy::print_stdout, reason = "a program that prints its figures")]

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use clap::Parser;
use gong_app::{App, Config, DealsImport, Environment, Flags, Listener, Quiet, SyncReach};
use gong_dashboard::{DashboardOptions, Listening, Live};
use gong_sim::{Deals, Effect, Limits, Signal, Sim};
use jiff::Timestamp;
use jiff::civil::{Date, date};
use reqwest::{Client, header, redirect};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

const PAGE: &str = "/?period=2025-Q1&as_of=2025-02-15";
/// Days on which the CRM's deals were taken.
const TAKEN: [Date; 9] = [
    date(2024, 2, 15),
    date(2024, 3, 31),
    date(2024, 5, 15),
    date(2024, 6, 30),
    date(2024, 8, 15),
    date(2024, 9, 30),
    date(2024, 11, 15),
    date(2024, 12, 31),
    date(2025, 2, 15),
];
const CALLS_OF_A_DEAL: usize = 4;
const LONGEST: Duration = Duration::from_mins(10);

#[derive(Parser)]
struct Arguments {
    /// How many calls an archive has; several are measured one after the other
    #[arg(long, default_values_t = [1_000, 10_000])]
    calls: Vec<usize>,
    /// How often each is asked for
    #[arg(long, default_value_t = 5)]
    rounds: usize,
}

#[tokio::main]
async fn main() -> Result<()> {
    let Arguments { calls, rounds } = Arguments::parse();
    let mut first: Option<[f64; 2]> = None;
    for calls in calls {
        let [byte, whole] = measured(calls, rounds).await?;
        let base = *first.get_or_insert([byte, whole]);
        println!(
            "{calls:>6} calls: first byte {byte:>8.1} ms ({:.2}x), whole page {whole:>8.1} ms ({:.2}x)",
            byte / base[0],
            whole / base[1],
        );
    }
    Ok(())
}

async fn measured(calls: usize, rounds: usize) -> Result<[f64; 2]> {
    let folder = tempfile::tempdir()?;
    let deals = Deals::generate(1, calls / CALLS_OF_A_DEAL, Effect::Of(Signal::Pricing, 0.3));
    let sim = Sim::builder()
        .world(deals.world()?)
        .limits(Limits::off())
        .start()
        .await?;
    let home = folder.path().display().to_string();
    let variables = [
        ("HOME", home.as_str()),
        ("GONG_BASE_URL", sim.base_url()),
        ("GONG_ACCESS_KEY", sim.access_key()),
        ("GONG_ACCESS_KEY_SECRET", sim.access_secret()),
        ("GONGKIT__MODEL__NAME", "hash"),
        ("GONGKIT__FORECAST__TARGET", "9000000 EUR"),
    ];
    let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let environment = Environment::new(variables, Timestamp::now);
    let config = Config::load(&environment, &Flags::default())?;
    let stop = CancellationToken::new();
    let app = App::new(config, &environment, Arc::new(Quiet), stop.clone());
    let done = app.sync(SyncReach::New).await?;
    ensure!(done.problem.is_none(), "the sync failed");
    sim.shutdown().await;
    for day in TAKEN {
        let file = folder.path().join("deals.csv");
        std::fs::write(&file, deals.csv_as_of(day))?;
        let mut request = DealsImport::new(&file);
        request.as_of = Some(format!("{day}T20:00:00Z").parse()?);
        app.import_deals(&request).await?;
    }

    let config = Config::load(&environment, &Flags::default())?;
    let live = Live::new();
    let listener = Arc::clone(&live) as Arc<dyn Listener>;
    let app = App::serving(config, &environment, listener, stop.clone());
    let links = Arc::new(Mutex::new(None));
    let mut options = DashboardOptions::new("127.0.0.1:0".parse()?);
    let told = Arc::clone(&links);
    options.tell = Some(Arc::new(move |link: &str| {
        *told.lock().unwrap_or_else(PoisonError::into_inner) = Some(link.to_owned());
    }));
    let listening = Listening::open(options).await?;
    let url = listening.url();
    let served = tokio::spawn(listening.serve(app, live, stop.clone()));
    let times = timeout(LONGEST, asked(&url, &links, rounds)).await??;
    stop.cancel();
    served.await??;
    Ok(times)
}

/// The quickest first byte and the quickest whole page, in milliseconds.
async fn asked(url: &str, links: &Mutex<Option<String>>, rounds: usize) -> Result<[f64; 2]> {
    let client = Client::builder()
        .redirect(redirect::Policy::none())
        .build()?;
    let link = loop {
        let told = links.lock().unwrap_or_else(PoisonError::into_inner).take();
        match told {
            Some(link) => break link,
            None => tokio::task::yield_now().await,
        }
    };
    let let_in = client.get(link).send().await?;
    let set = let_in.headers().get(header::SET_COOKIE);
    let cookie = set.and_then(|set| set.to_str().ok()).context("a cookie")?;
    let cookie = cookie.split(';').next().unwrap_or_default().to_owned();
    let mut best = [f64::INFINITY; 2];
    for _ in 0..rounds {
        let begun = Instant::now();
        let asked = client
            .get(format!("{url}{PAGE}"))
            .header(header::COOKIE, &cookie);
        let mut page = asked.send().await?.error_for_status()?;
        let mut text = page.chunk().await?.context("a first piece")?.to_vec();
        let first = begun.elapsed().as_secs_f64() * 1e3;
        while let Some(piece) = page.chunk().await? {
            text.extend_from_slice(&piece);
        }
        let whole = begun.elapsed().as_secs_f64() * 1e3;
        let text = String::from_utf8(text)?;
        ensure!(
            text.contains("80 % interval") && text.ends_with("</html>"),
            "{text}"
        );
        best = [best[0].min(first), best[1].min(whole)];
    }
    Ok(best)
}
