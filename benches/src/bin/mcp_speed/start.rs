//! From the start of a process to its first list of tools.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};

use super::quantile;

/// What one start took.
struct Started {
    took: Duration,
    resident_kb: u64,
    tools: usize,
}

/// Starts gongkit and the peer in turn, and prints the medians.
pub(crate) fn measure(gongkit: &Path, peer: Option<&str>, runs: usize) -> Result<()> {
    let home = tempfile::tempdir()?;
    let ours = [gongkit.display().to_string(), "mcp".to_owned()].to_vec();
    let theirs = peer.map(|words| words.split(' ').map(str::to_owned).collect::<Vec<_>>());
    let mut all: Vec<(Vec<String>, Vec<Started>)> = vec![(ours, Vec::new())];
    all.extend(theirs.map(|words| (words, Vec::new())));
    for _ in 0..runs {
        for (words, seen) in &mut all {
            seen.push(started(words, home.path())?);
        }
    }
    println!("| server | tools | first list, median ms | slowest ms | resident MB |");
    println!("|---|---|---|---|---|");
    for (words, seen) in &all {
        let mut times: Vec<_> = seen.iter().map(|start| start.took).collect();
        let mut sizes: Vec<_> = seen.iter().map(|start| start.resident_kb).collect();
        let ms = |time: Option<Duration>| time.unwrap_or_default().as_secs_f64() * 1000.0;
        println!(
            "| `{}` | {} | {:.1} | {:.1} | {:.1} |",
            words.join(" "),
            seen.first().map_or(0, |start| start.tools),
            ms(quantile(&mut times, 0.5)),
            ms(quantile(&mut times, 1.0)),
            quantile(&mut sizes, 0.5).unwrap_or_default() as f64 / 1024.0,
        );
    }
    Ok(())
}

fn started(words: &[String], home: &Path) -> Result<Started> {
    let (program, arguments) = words.split_first().context("an empty command")?;
    let began = Instant::now();
    let mut process = Command::new(program)
        .args(arguments)
        .env("HOME", home)
        .env("XDG_DATA_HOME", home)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .with_context(|| format!("{program} cannot be started"))?;
    let mut input = process.stdin.take().context("its input is piped")?;
    let output = process.stdout.take().context("its output is piped")?;
    let mut output = BufReader::new(output);
    let hello = json!({
        "protocolVersion": "2025-06-18", "capabilities": {},
        "clientInfo": {"name": "mcp_speed", "version": "1"}
    });
    writeln!(input, "{}", message(Some(1), "initialize", &hello))?;
    answer(&mut output, 1)?;
    let nothing = json!({});
    writeln!(
        input,
        "{}",
        message(None, "notifications/initialized", &nothing)
    )?;
    writeln!(input, "{}", message(Some(2), "tools/list", &nothing))?;
    let listed = answer(&mut output, 2)?;
    let took = began.elapsed();
    let status = fs::read_to_string(format!("/proc/{}/status", process.id()))?;
    let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let resident = resident.and_then(|line| line.split_whitespace().next());
    let resident_kb = resident.context("no VmRSS")?.parse()?;
    drop(input);
    // A peer may not notice that its client has gone.
    let _ = process.kill();
    process.wait()?;
    let tools = listed["result"]["tools"].as_array();
    Ok(Started {
        took,
        resident_kb,
        tools: tools.context("no tools were listed")?.len(),
    })
}

fn message(id: Option<u32>, method: &str, params: &Value) -> Value {
    let mut message = json!({"jsonrpc": "2.0", "method": method, "params": params});
    if let Some(id) = id {
        message["id"] = id.into();
    }
    message
}

fn answer(output: &mut BufReader<ChildStdout>, id: u32) -> Result<Value> {
    loop {
        let mut line = String::new();
        if output.read_line(&mut line)? == 0 {
            bail!("the server ended without an answer");
        }
        let message: Value = serde_json::from_str(&line)?;
        if message["id"] == id {
            return Ok(message);
        }
    }
}
