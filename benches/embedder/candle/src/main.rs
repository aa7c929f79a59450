//! candle's own `BertModel` as a process that works when it is told to, as `rival.py` does.
//!
//! `candle-rival MODEL_DIR PASSAGES naive|sorted BATCH`: naive takes texts as they come, sorted those
//! of like length; both pad each batch to its longest. Threads are set by `RAYON_NUM_THREADS`.

use std::error::Error;
use std::fs;
use std::io::{self, BufRead as _, Write as _};
use std::path::Path;
use std::time::Instant;

use candle_core::{D, DType, Device, Tensor};
use candle_nn::VarBuilder;
use candle_transformers::models::bert::{BertModel, Config};
use serde_json::{Value, json};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

struct Rival {
    model: BertModel,
    is_sorted: bool,
    batch: usize,
}

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, passages, order, batch] = arguments.as_slice() else {
        return Err("usage: candle-rival MODEL_DIR PASSAGES naive|sorted BATCH".into());
    };
    let folder = Path::new(folder);
    let config: Config = serde_json::from_slice(&fs::read(folder.join("config.json"))?)?;
    let weights = fs::read(folder.join("model.safetensors"))?;
    let weights = VarBuilder::from_buffered_safetensors(weights, DType::F32, &Device::Cpu)?;
    let rival = Rival {
        model: BertModel::load(weights, &config)?,
        is_sorted: order == "sorted",
        batch: batch.parse()?,
    };
    let texts = texts(Path::new(passages))?;
    rival.embed(&texts[..8.min(texts.len())])?;
    answer(json!({"ready": "candle"}))?;

    for order in io::stdin().lock().lines() {
        let order = order?;
        let mut words = order.split_whitespace();
        let made = match (words.next(), words.next()) {
            (Some("run"), _) => {
                let (cpu, wall) = (cpu_seconds()?, Instant::now());
                rival.embed(&texts)?;
                json!({"cpu": cpu_seconds()? - cpu, "wall": wall.elapsed().as_secs_f64()})
            }
            (Some("queries"), Some(file)) => {
                let (mut cpu, mut wall) = (Vec::new(), Vec::new());
                for query in self::texts(Path::new(file))? {
                    let (before, begun) = (cpu_seconds()?, Instant::now());
                    rival.embed(&[query])?;
                    cpu.push(cpu_seconds()? - before);
                    wall.push(begun.elapsed().as_secs_f64());
                }
                json!({"cpu": cpu, "wall": wall})
            }
            (Some("vectors"), Some(file)) => {
                let vectors = rival.embed(&texts)?;
                let values = vectors.iter().flatten();
                let bytes: Vec<u8> = values.flat_map(|value| value.to_le_bytes()).collect();
                fs::write(file, bytes)?;
                json!({})
            }
            _ => return Err(format!("no such order: {order}").into()),
        };
        answer(made)?;
    }
    Ok(())
}

impl Rival {
    fn embed(&self, texts: &[Vec<u32>]) -> Result<Vec<Vec<f32>>> {
        let mut places: Vec<usize> = (0..texts.len()).collect();
        if self.is_sorted {
            places.sort_by_key(|&place| texts[place].len());
        }
        let mut vectors = vec![Vec::new(); texts.len()];
        for places in places.chunks(self.batch) {
            let of_batch = self.batch_of(texts, places)?;
            for (&place, vector) in places.iter().zip(of_batch) {
                vectors[place] = vector;
            }
        }
        Ok(vectors)
    }

    /// Means over the tokens that are there, of length one.
    fn batch_of(&self, texts: &[Vec<u32>], places: &[usize]) -> Result<Vec<Vec<f32>>> {
        let longest = places.iter().map(|&place| texts[place].len()).max();
        let longest = longest.unwrap_or_default();
        let (mut ids, mut mask) = (Vec::new(), Vec::new());
        for &place in places {
            let text = &texts[place];
            ids.extend(
                text.iter()
                    .copied()
                    .chain(std::iter::repeat_n(0, longest - text.len())),
            );
            mask.extend((0..longest).map(|at| u32::from(at < text.len())));
        }
        let shape = (places.len(), longest);
        let ids = Tensor::from_vec(ids, shape, &Device::Cpu)?;
        let mask = Tensor::from_vec(mask, shape, &Device::Cpu)?;
        let rows = self.model.forward(&ids, &ids.zeros_like()?, Some(&mask))?;
        let mask = mask.to_dtype(DType::F32)?.unsqueeze(D::Minus1)?;
        let means = rows
            .broadcast_mul(&mask)?
            .sum(1)?
            .broadcast_div(&mask.sum(1)?)?;
        let lengths = means.sqr()?.sum_keepdim(1)?.sqrt()?;
        Ok(means.broadcast_div(&lengths)?.to_vec2()?)
    }
}

fn texts(file: &Path) -> Result<Vec<Vec<u32>>> {
    let lines = fs::read_to_string(file)?;
    let ids = |line: &str| -> Result<Vec<u32>> {
        let mut line: Value = serde_json::from_str(line)?;
        Ok(serde_json::from_value(line["ids"].take())?)
    };
    lines.lines().map(ids).collect()
}

fn answer(mut line: Value) -> Result<()> {
    let status = fs::read_to_string("/proc/self/status")?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let peak: f64 = peak
        .and_then(|line| line.split_whitespace().next())
        .ok_or("no VmHWM")?
        .parse()?;
    line["peak_mb"] = json!(peak / 1024.0);
    let mut out = io::stdout().lock();
    writeln!(out, "{line}")?;
    Ok(out.flush()?)
}

/// What all threads of this process have computed; those of the pool stay to the end.
fn cpu_seconds() -> Result<f64> {
    let mut nanoseconds = 0.0;
    for task in fs::read_dir("/proc/self/task")? {
        let spent = fs::read_to_string(task?.path().join("schedstat"))?;
        let first = spent.split(' ').next().ok_or("no schedstat")?;
        nanoseconds += first.parse::<f64>()?;
    }
    Ok(nanoseconds / 1e9)
}
