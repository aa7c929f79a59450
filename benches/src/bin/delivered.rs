//! From a signed delivery to the moment at which search finds its call.
//!
//! ```sh
//! cargo run --release -p gongkit-benches --bin delivered -- --calls 10000 --deliveries 120
//! ```
//!
//! One process receives and works, as `gongkit serve --webhook --worker` does, over an archive in
//! SQLite that holds so many calls already. Deliveries come at a fixed rate, whether or not the ones
//! before are found; the simulated Gong has the words at once, and Gong's limit of requests is kept
//! to. Search goes by words only (the model `hash`): what a model's vectors take comes on top.
#![expect(clippy::print_stdout, reason = "what is measured is the output")]

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use clap::Parser;
use front_door::{Door, DoorOptions, Guard, Protection};
use gong_app::{App, Config, Environment, Flags, Quiet, SearchRequest, SyncReach};
use gong_auth::WebhookSigner;
use gong_sim::{Limits, Sim, SimHandle, World, WorldCall};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

const ADDRESS: &str = "https://calls.example/webhooks/gong";
/// How often it is looked whether a call is found.
const LOOK_EVERY: Duration = Duration::from_millis(50);
const PATIENCE: Duration = Duration::from_mins(2);

#[derive(Parser)]
struct Arguments {
    /// Calls that the archive holds before
    #[arg(long, default_value_t = 10_000)]
    calls: usize,
    /// Deliveries
    #[arg(long, default_value_t = 120)]
    deliveries: usize,
    /// Milliseconds from one to the next
    #[arg(long, default_value_t = 1_000)]
    every: u64,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let folder = tempfile::tempdir()?;
    let world = World::generate(7, arguments.calls);
    let sim = Sim::builder().world(world).limits(Limits::gong());
    let sim = sim.start().await?;
    let signer = WebhookSigner::generate()?;
    let home = folder.path().to_str().context("a path")?;
    let key = signer.public_text()?;
    let variables = [
        ("HOME", home),
        ("GONG_BASE_URL", sim.base_url()),
        ("GONG_ACCESS_KEY", sim.access_key()),
        ("GONG_ACCESS_KEY_SECRET", sim.access_secret()),
        ("GONGKIT__MODEL__NAME", "hash"),
        ("GONGKIT__WEBHOOK__PUBLIC_KEYS", &key),
        ("GONGKIT__WEBHOOK__PUBLIC_URLS", ADDRESS),
    ];
    let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let environment = Environment::new(variables, Timestamp::now);
    let config = Config::load(&environment, &Flags::default())?;
    let stop = CancellationToken::new();
    let nobody = App::serving(config, &environment, Arc::new(Quiet), stop.clone());
    let app = nobody.acting_as(nobody.person_at_this_machine());

    let begun = Instant::now();
    app.sync(SyncReach::New).await?;
    println!(
        "{} calls brought in {:.0} s",
        arguments.calls,
        begun.elapsed().as_secs_f64()
    );

    let door = DoorOptions::new(
        "127.0.0.1:0".parse()?,
        Protection::PlainText,
        Guard::Authenticated,
    );
    let door = Door::open(door).await?;
    let url = format!("http://{}/webhooks/gong", door.local_addr());
    let (receiver, intake) = nobody.receiver().await?;
    let mut serving = JoinSet::new();
    let closing = stop.clone();
    serving.spawn(async move {
        gong_webhook::serve(door, receiver, intake, closing).await;
    });
    let working = app.clone();
    serving.spawn(async move {
        if let Err(error) = working.work().await {
            println!("the worker ended: {}", error.chain());
        }
    });

    let mut took = deliver(&arguments, &sim, &signer, &app, &url).await?;
    stop.cancel();
    while serving.join_next().await.is_some() {}
    took.sort();
    // The nearest rank.
    let at = |percent: usize| {
        let rank = (took.len() * percent).div_ceil(100);
        let found = rank.checked_sub(1).and_then(|place| took.get(place));
        found.map_or(0.0, Duration::as_secs_f64)
    };
    println!(
        "{} deliveries, one each {} ms: found after p50 {:.2} s, p90 {:.2} s, p99 {:.2} s, at the most {:.2} s",
        took.len(),
        arguments.every,
        at(50),
        at(90),
        at(99),
        at(100)
    );
    Ok(())
}

/// Delivers at a fixed rate; gives how long each call took to be found.
async fn deliver(
    arguments: &Arguments,
    sim: &SimHandle,
    signer: &WebhookSigner,
    app: &App,
    url: &str,
) -> anyhow::Result<Vec<Duration>> {
    let client = reqwest::Client::new();
    let mut ticks = tokio::time::interval(Duration::from_millis(arguments.every));
    let mut finding = JoinSet::new();
    for number in 0..arguments.deliveries {
        ticks.tick().await;
        let id = format!("77{number:08}");
        let word = format!("zebu{number}x");
        let started = Timestamp::now() - SignedDuration::from_mins(30);
        let call = WorldCall::plain(&id, started).transcript(json!({
            "callId": id, "transcript": [{"speakerId": "1", "sentences": [
                {"start": 0, "end": 4000, "text": format!("We want the {word} by spring.")}]}]
        }))?;
        let body = json!({"callData": call.call_json(), "isTest": false}).to_string();
        sim.add_call(call)?;
        let until = Timestamp::now() + SignedDuration::from_mins(5);
        let token = signer.sign(ADDRESS, body.as_bytes(), until)?;
        let begun = Instant::now();
        let answer = client
            .post(url)
            .header("Authorization", token)
            .header("Content-Type", "application/json")
            .body(body)
            .send()
            .await?;
        anyhow::ensure!(answer.status().is_success(), "{}", answer.status());
        let app = app.clone();
        finding.spawn(async move { found(&app, &id, &word, begun).await });
    }
    let mut took = Vec::new();
    while let Some(found) = finding.join_next().await {
        took.push(found??);
    }
    Ok(took)
}

async fn found(app: &App, id: &str, word: &str, begun: Instant) -> anyhow::Result<Duration> {
    while begun.elapsed() < PATIENCE {
        let mut request = SearchRequest::new(word);
        request.limit = std::num::NonZeroUsize::new(3);
        let answer = app.search(&request).await?;
        if answer.hits.iter().any(|hit| hit.call_id == id) {
            return Ok(begun.elapsed());
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
    anyhow::bail!("call {id} was not found in time")
}
