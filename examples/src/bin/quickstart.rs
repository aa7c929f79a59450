//! From a simulated Gong to a cited answer, through the facade that every front end uses.
//!
//! Words only, so that no model is fetched; leave out `GONGKIT__MODEL__NAME` to search by meaning.
use std::sync::Arc;

use anyhow::{Context as _, Result};
use gong_app::{App, Config, Environment, Flags, Quiet, SearchRequest, SyncReach};
use gong_sim::{Sim, World};
use tokio_util::sync::CancellationToken;

#[tokio::main]
async fn main() -> Result<()> {
    let sim = Sim::builder().world(World::sample()).start().await?;
    let home = tempfile::tempdir()?;
    let variables = [
        (
            "HOME",
            home.path().to_str().context("a folder with a plain name")?,
        ),
        ("GONG_BASE_URL", sim.base_url()),
        ("GONG_ACCESS_KEY", sim.access_key()),
        ("GONG_ACCESS_KEY_SECRET", sim.access_secret()),
        ("GONGKIT__MODEL__NAME", "hash"),
    ];
    let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let environment = Environment::new(variables, jiff::Timestamp::now);
    let config = Config::load(&environment, &Flags::default())?;
    let app = App::new(
        config,
        &environment,
        Arc::new(Quiet),
        CancellationToken::new(),
    );

    let synced = app.sync(SyncReach::Due).await?.view;
    println!(
        "{} calls indexed in {} requests",
        synced.index.indexed, synced.requests
    );
    let answer = app
        .search(&SearchRequest::new("a discount for renewing early"))
        .await?;
    for hit in &answer.hits {
        let citation = hit.citation.as_ref().context("every hit is cited")?;
        println!("{}", citation.url.as_deref().unwrap_or_default());
        for quote in &hit.quotes {
            println!("  “{}”", quote.text);
        }
    }
    sim.shutdown().await;
    Ok(())
}
