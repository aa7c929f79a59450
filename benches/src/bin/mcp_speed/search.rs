//! The search tool over HTTP.

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use reqwest::Client;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::company::{self, Dice};
use super::quantile;

/// How long the server may take to listen, and to open the archive at the first question.
const PATIENCE: Duration = Duration::from_mins(2);

/// A server that ends with this.
struct Served(Child);

impl Drop for Served {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Archives calls, serves them, searches with 1 and with 16 clients, and prints the times.
pub(crate) async fn measure(gongkit: &Path, passages: usize, searches: usize) -> Result<()> {
    let home = tempfile::tempdir()?;
    let folder = home.path().join("calls");
    fs::create_dir(&folder)?;
    let calls = company::write(&folder, passages)?;
    let data = home.path().join("data");
    let command = || {
        let mut command = Command::new(gongkit);
        command
            .args(["-q", "--no-progress", "--data-dir"])
            .arg(&data)
            .env("HOME", home.path())
            .env("GONGKIT__MODEL__NAME", "hash")
            .stdin(Stdio::null());
        command
    };
    let began = Instant::now();
    let imported = command()
        .arg("import")
        .arg(&folder)
        .stdout(Stdio::null())
        .status()?;
    ensure!(imported.success(), "the calls were not imported");
    let took = began.elapsed().as_secs();
    let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    let server = command()
        .args(["mcp", "--http", "--listen", &format!("127.0.0.1:{port}")])
        .spawn()
        .context("the server cannot be started")?;
    let _served = Served(server);
    let client = Client::builder().timeout(PATIENCE).build()?;
    let url = format!("http://127.0.0.1:{port}/mcp");
    let status = first_answer(&client, &url).await?;
    println!("{calls} calls, archived and indexed in {took} s; the index says: {status}");
    println!("| clients | searches | p50 ms | p99 ms | a second |\n|---|---|---|---|---|");
    for clients in [1, 16] {
        let began = Instant::now();
        let mut times = asked(&client, &url, clients, searches / clients).await?;
        let whole = began.elapsed().as_secs_f64();
        let ms = |time: Option<Duration>| time.unwrap_or_default().as_secs_f64() * 1000.0;
        println!(
            "| {clients} | {} | {:.1} | {:.1} | {:.0} |",
            times.len(),
            ms(quantile(&mut times, 0.5)),
            ms(quantile(&mut times, 0.99)),
            times.len() as f64 / whole,
        );
    }
    Ok(())
}

/// What the index says of itself, once the server listens and has opened it by a first search.
async fn first_answer(client: &Client, url: &str) -> Result<Value> {
    let began = Instant::now();
    while tool(client, url, "search_calls", json!({"query": "bababa"}))
        .await
        .is_err()
    {
        ensure!(began.elapsed() < PATIENCE, "the server does not answer");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    let status = tool(client, url, "index_status", json!({})).await?;
    Ok(status["structuredContent"].clone())
}

async fn asked(client: &Client, url: &str, clients: usize, each: usize) -> Result<Vec<Duration>> {
    let mut all = JoinSet::new();
    for number in 0..clients {
        let (client, url) = (client.clone(), url.to_owned());
        all.spawn(async move {
            let mut dice = Dice::new(1_000_000 + number as u64);
            let mut times = Vec::new();
            for _ in 0..each {
                let query = [dice.word(), dice.word(), dice.word()].join(" ");
                let began = Instant::now();
                let found = tool(&client, &url, "search_calls", json!({"query": query})).await?;
                times.push(began.elapsed());
                let returned = &found["structuredContent"]["page"]["returned"];
                ensure!(
                    returned.as_u64().is_some_and(|count| count > 0),
                    "nothing was found"
                );
            }
            Ok(times)
        });
    }
    let mut times = Vec::new();
    while let Some(done) = all.join_next().await {
        times.extend(done??);
    }
    Ok(times)
}

/// What a tool answers; a refusal is an error.
async fn tool(client: &Client, url: &str, name: &str, arguments: Value) -> Result<Value> {
    let body = json!({
        "jsonrpc": "2.0", "id": 1, "method": "tools/call",
        "params": {"name": name, "arguments": arguments}
    });
    let answer = client
        .post(url)
        .header("content-type", "application/json")
        .header("accept", "application/json, text/event-stream")
        .header("mcp-protocol-version", "2025-11-25")
        .body(body.to_string())
        .send()
        .await?;
    let answer: Value = serde_json::from_slice(&answer.bytes().await?)?;
    let result = answer["result"].clone();
    ensure!(
        result.is_object() && result["isError"] != true,
        "{name} was refused: {answer}"
    );
    Ok(result)
}
