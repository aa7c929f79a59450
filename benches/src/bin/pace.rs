//! How much of the allowed 2.5 requests a second a long backfill uses, counted by the simulator.
//!
//! `cargo run --release -p gongkit-benches --bin pace -- --calls 10000`. With `--private` the
//! calls are private, so that next to nothing is stored of them: then what is measured is the pace
//! and not the time that a sync takes to store what it was given.
use std::io::Write as _;
use std::sync::Arc;

use anyhow::Result;
use clap::Parser;
use gong_app::{App, Config, Environment, Flags, Quiet, SyncReach};
use gong_sim::{Limits, Sim, World};
use tokio_util::sync::CancellationToken;

/// What is allowed: one request per 400 ms.
const ALLOWED: f64 = 2.5;

#[derive(Parser)]
struct Arguments {
    /// Calls in the simulated Gong; each hundred needs two requests
    #[arg(long, default_value_t = 10_000)]
    calls: usize,
    /// All calls are private, and only that they exist is stored
    #[arg(long)]
    private: bool,
}

#[tokio::main]
async fn main() -> Result<()> {
    let Arguments { calls, private } = Arguments::parse();
    let world = World::generate(1, calls);
    let ids: Vec<String> = world.calls().map(|call| call.id().to_owned()).collect();
    let sim = Sim::builder().world(world).limits(Limits::gong());
    let sim = sim.start().await?;
    for id in ids.iter().filter(|_| private) {
        sim.set_private(id, true)?;
    }
    let home = tempfile::tempdir()?;
    let variables = [
        ("HOME", home.path().display().to_string()),
        ("GONG_BASE_URL", sim.base_url().to_owned()),
        ("GONG_ACCESS_KEY", sim.access_key().to_owned()),
        ("GONG_ACCESS_KEY_SECRET", sim.access_secret().to_owned()),
        ("GONGKIT__MODEL__NAME", "hash".to_owned()),
    ];
    let variables = variables.map(|(name, value)| (name.to_owned(), value));
    let environment = Environment::new(variables, jiff::Timestamp::now);
    let config = Config::load(&environment, &Flags::default())?;
    let app = App::new(
        config,
        &environment,
        Arc::new(Quiet),
        CancellationToken::new(),
    );

    let done = app.sync(SyncReach::New).await?;

    if let Some(problem) = done.problem {
        anyhow::bail!("the sync did not end well: {}", problem.chain());
    }
    let stats = sim.shutdown().await;
    let mean = stats.mean_per_second();
    writeln!(
        std::io::stdout(),
        "{calls} calls, {} requests in {:.1} s: {mean:.3} a second, {:.1} % of {ALLOWED}; at most \
         {} in any second, {} refused",
        stats.total,
        stats.span.as_secs_f64(),
        100.0 * mean / ALLOWED,
        stats.max_in_any_second,
        stats.rejected_429
    )?;
    Ok(())
}
