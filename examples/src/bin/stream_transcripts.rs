//! `gong-client` alone: the words of every call, one transcript at a time, from a simulated Gong.
//!
//! A transcript names voices (`speakerId`), not people: join them to the parties of the call.
use std::sync::Arc;

use anyhow::Result;
use futures::TryStreamExt as _;
use gong_auth::{BaseUrl, KeyPair};
use gong_client::{GongClient, ListTranscripts};
use gong_sim::{Sim, World};

#[tokio::main]
async fn main() -> Result<()> {
    let sim = Sim::builder().world(World::sample()).start().await?;
    let key = KeyPair::new(sim.access_key(), sim.access_secret().to_owned().into())?;
    let client = GongClient::new(BaseUrl::parse(sim.base_url())?, Arc::new(key))?;

    let request = ListTranscripts::between(
        "2000-01-01T00:00:00Z".parse()?,
        "2100-01-01T00:00:00Z".parse()?,
    );
    let mut transcripts = client.list(request).stream();
    let (mut calls, mut words) = (0, 0);
    while let Some(one) = transcripts.try_next().await? {
        let call = one.value.call_id.map(|id| id.to_string());
        let sentences: Vec<String> = one
            .value
            .transcript
            .into_iter()
            .flat_map(|monologue| monologue.sentences)
            .filter_map(|sentence| sentence.text)
            .collect();
        calls += 1;
        words += sentences
            .iter()
            .map(|text| text.split_whitespace().count())
            .sum::<usize>();
        if calls <= 3 {
            let first = sentences.first().map_or("nothing", String::as_str);
            let call = call.unwrap_or_default();
            println!("{call}: {} sentences, from “{first}”", sentences.len());
        }
    }

    println!("… {words} words in {calls} calls");
    assert_eq!(calls, 34, "as many as the sample has");
    sim.shutdown().await;
    Ok(())
}
