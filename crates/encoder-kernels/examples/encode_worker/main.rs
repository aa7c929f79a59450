//! The encoder as a process that works when it is told to, for `benches/embedder/compare.py`.
//!
//! `encode_worker MODEL_DIR PASSAGES near|exact THREADS [LEVEL]`, then a line for each order: `run`
//! encodes all passages, `queries FILE` each question by itself, `vectors FILE` writes the passages'
//! unit vectors as little-endian f32, `roofline` multiplies and adds in registers. Each is answered
//! by a line of JSON. Passages and questions are token ids: tokenising is the same for everybody.

mod roofline;

use std::{
    collections::HashMap,
    error::Error,
    fs,
    io::{self, BufRead as _, Write as _},
    path::Path,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::Instant,
};

use encoder_kernels::{Encoder, Level, Pooling, Precision, Scratch, Shape, Tensor};
use safetensors::SafeTensors;
use serde_json::{Value, json};

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// How often a query is asked to take its CPU time.
const REPEATS: u32 = 20;
/// What one thread made: vectors with their places, and its CPU seconds.
type Share = (Vec<(usize, Vec<f32>)>, f64);

/// Tokens of a group, as in the product.
const GROUP: usize = 512;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, passages, precision, threads, rest @ ..] = arguments.as_slice() else {
        return Err("usage: encode_worker MODEL_DIR PASSAGES near|exact THREADS [LEVEL]".into());
    };
    let precision = if precision == "exact" {
        Precision::Exact
    } else {
        Precision::Near
    };
    let level = match rest.first() {
        Some(name) => *Level::all()
            .iter()
            .find(|level| level.to_string() == *name)
            .ok_or("this processor has no such level")?,
        None => Level::best(),
    };
    let threads: usize = threads.parse()?;
    let encoder = load(Path::new(folder), precision, level)?;
    let texts = texts(Path::new(passages))?;
    encode(&encoder, &texts[..8.min(texts.len())], threads)?;
    answer(&json!({"ready": level.to_string()}))?;

    for order in io::stdin().lock().lines() {
        let order = order?;
        let mut words = order.split_whitespace();
        let mut made = match (words.next(), words.next()) {
            (Some("run"), _) => {
                let begun = Instant::now();
                let (_, cpu) = encode(&encoder, &texts, threads)?;
                json!({"cpu": cpu, "wall": begun.elapsed().as_secs_f64()})
            }
            (Some("queries"), Some(file)) => queries(&encoder, Path::new(file))?,
            (Some("vectors"), Some(file)) => {
                let (vectors, _) = encode(&encoder, &texts, threads)?;
                let bytes: Vec<u8> = vectors
                    .iter()
                    .flatten()
                    .flat_map(|value| value.to_le_bytes())
                    .collect();
                fs::write(file, bytes)?;
                json!({})
            }
            (Some("roofline"), _) => json!({"gflops": roofline::gigaflops(thread_seconds)?}),
            _ => return Err(format!("no such order: {order}").into()),
        };
        made["peak_mb"] = json!(peak_mb()?);
        answer(&made)?;
    }
    Ok(())
}

/// Texts of like length in groups, longest first, taken by threads one after the other. Returns the
/// unit vectors in order and the CPU seconds of all threads.
fn encode(encoder: &Encoder, texts: &[Vec<u32>], threads: usize) -> Result<(Vec<Vec<f32>>, f64)> {
    let mut places: Vec<usize> = (0..texts.len()).collect();
    places.sort_by_key(|&place| std::cmp::Reverse(texts[place].len()));
    let mut groups: Vec<Vec<usize>> = Vec::new();
    let mut room = 0;
    for place in places {
        let length = texts[place].len();
        match groups.last_mut() {
            Some(group) if length <= room => {
                group.push(place);
                room -= length;
            }
            _ => {
                groups.push(vec![place]);
                room = GROUP.saturating_sub(length);
            }
        }
    }

    let next = AtomicUsize::new(0);
    let work = || -> Result<Share> {
        let (before, mut scratch, mut made) = (thread_seconds()?, Scratch::default(), Vec::new());
        while let Some(group) = groups.get(next.fetch_add(1, Ordering::Relaxed)) {
            let given: Vec<&[u32]> = group.iter().map(|&place| &texts[place][..]).collect();
            let vectors = encoder.encode(&given, &mut scratch)?;
            made.extend(group.iter().copied().zip(vectors.into_iter().map(unit)));
        }
        Ok((made, thread_seconds()? - before))
    };
    let (mut vectors, mut cpu) = (vec![Vec::new(); texts.len()], 0.0);
    thread::scope(|scope| -> Result<()> {
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        for thread in running {
            let (made, seconds) = thread.join().map_err(|_| "a thread panicked")??;
            cpu += seconds;
            for (place, vector) in made {
                vectors[place] = vector;
            }
        }
        Ok(())
    })?;
    Ok((vectors, cpu))
}

fn queries(encoder: &Encoder, file: &Path) -> Result<Value> {
    let (mut cpu, mut wall, mut tokens) = (Vec::new(), Vec::new(), Vec::new());
    let mut scratch = Scratch::default();
    for query in texts(file)? {
        let begun = Instant::now();
        encoder.encode(&[&query], &mut scratch)?;
        wall.push(begun.elapsed().as_secs_f64());
        // The clock of a thread moves in steps of milliseconds: one query is within one.
        let before = thread_seconds()?;
        for _ in 0..REPEATS {
            encoder.encode(&[&query], &mut scratch)?;
        }
        cpu.push((thread_seconds()? - before) / f64::from(REPEATS));
        tokens.push(query.len());
    }
    Ok(json!({"cpu": cpu, "wall": wall, "tokens": tokens}))
}

fn load(folder: &Path, precision: Precision, level: Level) -> Result<Encoder> {
    let config: HashMap<String, Value> =
        serde_json::from_slice(&fs::read(folder.join("config.json"))?)?;
    let size = |name: &str| -> Result<usize> {
        Ok(usize::try_from(config[name].as_u64().ok_or("no size")?)?)
    };
    let shape = Shape {
        vocabulary: size("vocab_size")?,
        positions: size("max_position_embeddings")?,
        hidden: size("hidden_size")?,
        heads: size("num_attention_heads")?,
        layers: size("num_hidden_layers")?,
        intermediate: size("intermediate_size")?,
        epsilon: 1e-12,
    };
    let bytes = fs::read(folder.join("model.safetensors"))?;
    let file = SafeTensors::deserialize(&bytes)?;
    let mut read = |name: &str, _: &[usize]| {
        let tensor = file.tensor(name)?;
        let values = tensor.data().as_chunks().0.iter();
        Ok(Tensor {
            dimensions: tensor.shape().to_vec(),
            values: values.map(|bytes| f32::from_le_bytes(*bytes)).collect(),
        })
    };
    Ok(Encoder::pack(
        shape,
        Pooling::Mean,
        precision,
        level,
        &mut read,
    )?)
}

fn texts(file: &Path) -> Result<Vec<Vec<u32>>> {
    let lines = fs::read_to_string(file)?;
    let ids = |line: &str| -> Result<Vec<u32>> {
        Ok(serde_json::from_value(
            serde_json::from_str::<Value>(line)?["ids"].take(),
        )?)
    };
    lines.lines().map(ids).collect()
}

fn unit(mut vector: Vec<f32>) -> Vec<f32> {
    let length = vector.iter().map(|value| value * value).sum::<f32>().sqrt();
    for value in &mut vector {
        *value /= length;
    }
    vector
}

fn answer(line: &Value) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()
}

/// What this thread has computed, in seconds.
fn thread_seconds() -> Result<f64> {
    let spent = fs::read_to_string("/proc/thread-self/schedstat")?;
    let nanoseconds = spent.split(' ').next().ok_or("no schedstat")?;
    Ok(nanoseconds.parse::<f64>()? / 1e9)
}

fn peak_mb() -> Result<f64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let peak = peak.and_then(|line| line.split_whitespace().next());
    Ok(peak.ok_or("no VmHWM")?.parse::<f64>()? / 1024.0)
}
