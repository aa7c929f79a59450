//! `gong-sim`: a fake Gong on this machine, for trying out anything that talks to Gong.

use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;

use anyhow::Context;
use clap::{Args, Parser, Subcommand};
use gong_sim::{
    Deals, Effect, Faults, Lateness, Limits, Sim, SimBuilder, SimClock, SimHandle, SimStats, World,
};
use jiff::Timestamp;
use jiff::civil::Date;
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

/// A stateful fake Gong.
#[derive(Debug, Parser)]
#[command(version, about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve calls on 127.0.0.1 until Ctrl-C.
    ///
    /// Standard output gets the three environment variables that a client needs; standard error tells what is served
    /// and, at the end, what was asked.
    Serve(Box<Serve>),
    /// Print the made-up deals of `serve --deals` as CSV, as a CRM showed them at the end of a day.
    Deals(DealsArgs),
}

#[derive(Debug, Args)]
struct DealsArgs {
    /// How many deals
    #[arg(long, value_name = "N", default_value_t = 1000)]
    count: usize,
    /// Decides everything about them
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// The day, such as 2025-03-31
    #[arg(long, value_name = "DATE")]
    as_of: Date,
}

#[derive(Debug, Args)]
struct Serve {
    #[command(flatten)]
    world: WorldArgs,
    /// Decides generated calls, faults and lateness
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Port of 127.0.0.1; 0 takes any free one
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// Access key that is let in
    #[arg(long, requires = "secret")]
    key: Option<String>,
    /// Its secret
    #[arg(long, requires = "key")]
    secret: Option<String>,
    /// No limit of 3 requests a second and 10,000 a day
    #[arg(long, conflicts_with_all = ["per_second", "per_day"])]
    no_limits: bool,
    /// Another limit of requests a second
    #[arg(long)]
    per_second: Option<u32>,
    /// Another limit of requests a day
    #[arg(long)]
    per_day: Option<u32>,
    /// Let some calls, transcripts and details come late, by the seed
    #[arg(long)]
    late: bool,
    /// Serve HTTPS with a throw-away certificate authority
    #[arg(long)]
    tls: bool,
    /// Where to write that authority's certificate
    #[arg(long, requires = "tls", value_name = "FILE")]
    ca_file: Option<PathBuf>,
    /// Let the simulator's time stand still at this instant
    #[arg(long, value_name = "INSTANT")]
    clock: Option<Timestamp>,
    /// Something that goes wrong, such as server-errors=0.05, slow=0.1:2000, nulls=0.5, endless=same, outage=empty
    /// (all of them: documentation of `gong_sim::Faults`); may be repeated
    #[arg(long = "fault", value_name = "FAULT")]
    faults: Vec<String>,
    /// Where to write the counts as JSON at the end
    #[arg(long, value_name = "FILE")]
    stats_file: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct WorldArgs {
    /// A folder of files of the form {"call": …, "callTranscript": …}
    #[arg(long, value_name = "DIR")]
    calls: Option<PathBuf>,
    /// The invented sales calls that come with this program
    #[arg(long)]
    sample: bool,
    /// This many plain made-up calls
    #[arg(long, value_name = "N")]
    generate: Option<usize>,
    /// The calls of this many made-up deals, four each, with the deals in their CRM context
    #[arg(long, value_name = "N")]
    deals: Option<usize>,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::from_default_env())
        .with_writer(io::stderr)
        .init();
    match Cli::parse().command {
        Command::Serve(serve) => serve.run().await,
        Command::Deals(asked) => {
            let deals = Deals::generate(asked.seed, asked.count, Effect::None);
            let csv = deals.csv_as_of(asked.as_of);
            Ok(io::stdout().lock().write_all(csv.as_bytes())?)
        }
    }
}

impl Serve {
    async fn run(self) -> anyhow::Result<()> {
        // Before anything is printed: whoever reads the address may send the signal at once.
        let mut terminate = signal(SignalKind::terminate()).context("cannot listen for SIGTERM")?;
        let world = self.world()?;
        let counts = format!("{} calls, {} transcripts", world.len(), world.transcripts());
        let sim = self.builder(world)?.start().await?;
        if let (Some(file), Some(pem)) = (&self.ca_file, sim.ca_pem()) {
            fs::write(file, pem).with_context(|| format!("cannot write {}", file.display()))?;
        }
        announce(&sim, &counts, self.seed)?;

        tokio::select! {
            ended = tokio::signal::ctrl_c() => ended.context("cannot listen for Ctrl-C")?,
            _ = terminate.recv() => {}
        }
        let stats = sim.shutdown().await;
        if let Some(file) = &self.stats_file {
            let json = format!("{:#}\n", stats.to_json());
            fs::write(file, json).with_context(|| format!("cannot write {}", file.display()))?;
        }
        summarise(&stats)?;
        Ok(())
    }

    fn world(&self) -> anyhow::Result<World> {
        let world = match &self.world {
            WorldArgs {
                calls: Some(folder),
                ..
            } => World::from_dir(folder)?,
            WorldArgs {
                generate: Some(calls),
                ..
            } => World::generate(self.seed, *calls),
            WorldArgs {
                deals: Some(count), ..
            } => Deals::generate(self.seed, *count, Effect::None).world()?,
            _ => World::sample(),
        };
        Ok(if self.late {
            world.late(&Lateness::seeded(self.seed))
        } else {
            world
        })
    }

    fn builder(&self, world: World) -> anyhow::Result<SimBuilder> {
        let mut faults = Faults::none();
        faults.seed = self.seed;
        for fault in &self.faults {
            faults.set(fault)?;
        }
        let mut limits = if self.no_limits {
            Limits::off()
        } else {
            Limits::gong()
        };
        limits.per_second = self.per_second.or(limits.per_second);
        limits.per_day = self.per_day.or(limits.per_day);
        let mut builder = Sim::builder()
            .world(world)
            .faults(faults)
            .limits(limits)
            .port(self.port);
        if let Some((key, secret)) = self.key.as_deref().zip(self.secret.as_deref()) {
            builder = builder.keys(&[(key, secret)]);
        }
        if let Some(instant) = self.clock {
            builder = builder.clock(SimClock::fixed(instant));
        }
        Ok(if self.tls { builder.tls() } else { builder })
    }
}

fn announce(sim: &SimHandle, counts: &str, seed: u64) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "GONG_BASE_URL={}", sim.base_url())?;
    writeln!(out, "GONG_ACCESS_KEY={}", sim.access_key())?;
    writeln!(out, "GONG_ACCESS_KEY_SECRET={}", sim.access_secret())?;
    out.flush()?;
    writeln!(
        io::stderr(),
        "serving {counts} (seed {seed}) on {}; Ctrl-C ends it",
        sim.base_url()
    )
}

fn summarise(stats: &SimStats) -> io::Result<()> {
    let mut err = io::stderr().lock();
    writeln!(err, "{} requests", stats.total)?;
    for (operation, count) in &stats.requests {
        writeln!(err, "  {count:>7} {operation}")?;
    }
    for (status, count) in &stats.answers {
        writeln!(err, "  {count:>7} answered {status}")?;
    }
    for (fault, count) in &stats.faults {
        writeln!(err, "  {count:>7} faults: {fault}")?;
    }
    let (most, mean) = (stats.max_in_any_second, stats.mean_per_second());
    writeln!(
        err,
        "at most {most} in any second, {mean:.2} a second on the mean"
    )
}
