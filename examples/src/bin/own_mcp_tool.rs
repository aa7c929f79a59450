//! A tool of your own in the server for assistants, beside those of gongkit.
//!
//! Here an assistant on the other end of a pipe lists the tools and calls it. Yours is served by
//! `gong_mcp::serve_stdio(server, stop)`, or over HTTP by `gong_mcp::Listening`.
use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use async_trait::async_trait;
use gong_app::{App, Error, ErrorKind, SearchRequest};
use gong_mcp::{OwnTool, Server, serve_streams};
use gongkit_examples::sample_app;
use serde_json::{Map, Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio_util::sync::CancellationToken;

struct WhoSaysIt;

#[async_trait]
impl OwnTool for WhoSaysIt {
    fn name(&self) -> &str {
        "who_says_it"
    }

    fn about(&self) -> &str {
        "Counts by person where something comes up in calls."
    }

    fn input_schema(&self) -> Map<String, Value> {
        let phrase = json!({"phrase": {"type": "string"}});
        let schema = json!({"type": "object", "properties": phrase, "required": ["phrase"]});
        schema.as_object().cloned().unwrap_or_default()
    }

    /// `app` works for whoever asks: nothing else is found than what he may see.
    async fn call(&self, app: &App, given: &Map<String, Value>) -> Result<Value, Error> {
        let phrase = given.get("phrase").and_then(Value::as_str);
        let phrase = phrase.ok_or_else(|| Error::new(ErrorKind::Usage, "there is no phrase"))?;
        let found = app.search(&SearchRequest::new(phrase)).await?;
        let mut people: BTreeMap<String, usize> = BTreeMap::new();
        for quote in found.hits.into_iter().flat_map(|hit| hit.quotes) {
            *people.entry(quote.speaker.unwrap_or_default()).or_default() += 1;
        }
        Ok(json!({"phrase": phrase, "people": people}))
    }

    fn only_reads(&self) -> bool {
        true
    }
}

#[tokio::main]
async fn main() -> Result<()> {
    let (app, _home) = sample_app(&[]).await?;
    let server = Server::new(app, jiff::Timestamp::now).with_tool(Arc::new(WhoSaysIt))?;
    let (here, there) = tokio::io::duplex(64 * 1024);
    let (read, write) = tokio::io::split(there);
    tokio::spawn(serve_streams(server, read, write, CancellationToken::new()));

    let (answers, mut asks) = tokio::io::split(here);
    let mut answers = BufReader::new(answers).lines();
    let who = json!({"name": "example", "version": "1"});
    let hello = json!({"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": who});
    let call = json!({"name": "who_says_it", "arguments": {"phrase": "a discount on the price"}});
    let mut last = Value::Null;
    for (id, method, params) in [(1, "initialize", hello), (2, "tools/call", call)] {
        let line = json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params});
        asks.write_all(format!("{line}\n").as_bytes()).await?;
        last = serde_json::from_str(&answers.next_line().await?.context("an answer")?)?;
    }
    let people = &last["result"]["structuredContent"]["people"];
    println!("{people:#}");
    assert!(people.as_object().is_some_and(|people| !people.is_empty()));
    Ok(())
}
