//! The embedder as a process that works when it is told to, for `benches/embedder/compare.py`.
//!
//! `embed_worker MODEL_DIR PASSAGES near|exact|candle THREADS`, then a line for each order: `run`
//! embeds all passages, `queries FILE` each question by itself, `vectors FILE` writes the passages'
//! vectors as little-endian f32. Each is answered by a line of JSON.

use std::{
    error::Error,
    fs,
    io::{self, BufRead as _, Write as _},
    path::Path,
    time::Instant,
};

use embeddings::{Bert, BertOptions, Embedder as _, Engine, Precision, Purpose, Vector};
use serde_json::{Value, json};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, passages, engine, threads] = arguments.as_slice() else {
        return Err("usage: embed_worker MODEL_DIR PASSAGES near|exact|candle THREADS".into());
    };
    let options = BertOptions::default().with_threads(threads.parse()?);
    let options = match engine.as_str() {
        "exact" => options.with_precision(Precision::Exact),
        "candle" => options.computed_by(Engine::Candle),
        _ => options.with_precision(Precision::Near),
    };
    let texts = texts(Path::new(passages))?;
    let model = Bert::open(Path::new(folder), &options)?;
    model.embed(Purpose::Passage, &texts[..8]).await?;
    answer(&json!({"ready": model.engine()}))?;

    for order in io::stdin().lock().lines() {
        let order = order?;
        let mut words = order.split_whitespace();
        let made = match (words.next(), words.next()) {
            (Some("run"), _) => {
                let (cpu, wall) = (cpu_seconds()?, Instant::now());
                model.embed(Purpose::Passage, &texts).await?;
                json!({"cpu": cpu_seconds()? - cpu, "wall": wall.elapsed().as_secs_f64()})
            }
            (Some("queries"), Some(file)) => queries(&model, Path::new(file)).await?,
            (Some("vectors"), Some(file)) => {
                let vectors = model.embed(Purpose::Passage, &texts).await?;
                let values = vectors.iter().flat_map(Vector::as_slice);
                let bytes: Vec<u8> = values.flat_map(|value| value.to_le_bytes()).collect();
                fs::write(file, bytes)?;
                json!({})
            }
            _ => return Err(format!("no such order: {order}").into()),
        };
        let mut made = made;
        made["peak_mb"] = json!(peak_mb()?);
        answer(&made)?;
    }
    Ok(())
}

async fn queries(model: &Bert, file: &Path) -> Result<Value> {
    let (mut cpu, mut wall) = (Vec::new(), Vec::new());
    for query in texts(file)? {
        let (before, begun) = (cpu_seconds()?, Instant::now());
        model.embed(Purpose::Query, &[query]).await?;
        cpu.push(cpu_seconds()? - before);
        wall.push(begun.elapsed().as_secs_f64());
    }
    Ok(json!({"cpu": cpu, "wall": wall}))
}

fn texts(file: &Path) -> Result<Vec<String>> {
    let lines = fs::read_to_string(file)?;
    let text = |line: &str| -> Result<String> {
        let line: Value = serde_json::from_str(line)?;
        Ok(line["text"]
            .as_str()
            .ok_or("a line without a text")?
            .to_owned())
    };
    lines.lines().map(text).collect()
}

fn answer(line: &Value) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()
}

/// What all threads of this process have computed, in seconds.
fn cpu_seconds() -> Result<f64> {
    let mut nanoseconds = 0.0;
    for task in fs::read_dir("/proc/self/task")? {
        let spent = fs::read_to_string(task?.path().join("schedstat"))?;
        nanoseconds += spent
            .split(' ')
            .next()
            .ok_or("no schedstat")?
            .parse::<f64>()?;
    }
    Ok(nanoseconds / 1e9)
}

fn peak_mb() -> Result<f64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let peak = peak.and_then(|line| line.split_whitespace().next());
    Ok(peak.ok_or("no VmHWM")?.parse::<f64>()? / 1024.0)
}
