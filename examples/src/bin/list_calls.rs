//! `gong-client` alone: every call of an account as a stream, from a simulated Gong.
//!
//! Against the real one, give the base URL and the key of your account; nothing else changes.
use std::sync::Arc;

use anyhow::Result;
use futures::TryStreamExt as _;
use gong_auth::{BaseUrl, KeyPair};
use gong_client::{ContentSelector, ExposedField, GongClient, ListExtensive};
use gong_sim::{Sim, World};

#[tokio::main]
async fn main() -> Result<()> {
    let sim = Sim::builder()
        .world(World::generate(7, 250))
        .start()
        .await?;
    let base = BaseUrl::parse(sim.base_url())?;
    let key = KeyPair::new(sim.access_key(), sim.access_secret().to_owned().into())?;
    let client = GongClient::new(base, Arc::new(key))?;

    let request = ListExtensive::between(
        "2026-01-01T00:00:00Z".parse()?,
        "2027-01-01T00:00:00Z".parse()?,
    )
    .select(ContentSelector::default().with(ExposedField::Parties));
    let mut calls = client.list(request).stream();
    let (mut count, mut parties) = (0, 0);
    while let Some(call) = calls.try_next().await? {
        count += 1;
        parties += call.value.parties.len();
        let facts = call.value.meta_data.unwrap_or_default();
        if count <= 3 {
            println!("{}", facts.title.unwrap_or_default());
        }
    }

    let requests = sim.stats().total;
    println!("… {count} calls with {parties} parties, in {requests} requests");
    assert_eq!(requests, 3, "a hundred calls a page");
    sim.shutdown().await;
    Ok(())
}
