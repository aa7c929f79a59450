//! Rows into an index: how long it takes, and how big it is.

use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::num::NonZeroUsize;
use std::path::Path;
use std::time::Instant;

use anyhow::{Result, ensure};
use embeddings::{Embedder as _, HashEmbedder, Space};
use gongkit_benches::processor_time;
use memory_store::{CallPoints, EmbeddedStore, PassageStore as _, TermKey};
use serde_json::json;

use super::vectors::{DIMENSIONS, direction, read};
use super::world::{PASSAGES, Rows, call, side};

/// Calls of one write, as a sync brings them.
const CALLS_A_WRITE: usize = 100;

/// A space of the right length; which model it names does not matter to a store.
pub(crate) fn space() -> Space {
    let length = NonZeroUsize::new(DIMENSIONS).expect("not zero");
    Space::new(HashEmbedder::new(length).model().clone(), 1, "bench")
}

/// The key of the words.
pub(crate) fn key() -> TermKey {
    TermKey::new([23; 32])
}

/// Makes an index, and beside it the rows as plain numbers, for whoever compares.
pub(crate) async fn build(vectors: &Path, rows: usize, index: &Path) -> Result<()> {
    ensure!(!index.exists(), "{} is there already", index.display());
    let world = Rows::new(read(vectors, "passages")?)?;
    let store = EmbeddedStore::open(index, space(), key()).await?;
    let mut plain = BufWriter::new(File::create(vectors.join(format!("rows-{rows}.f32")))?);
    let calls = rows / PASSAGES;
    let (mut busy, mut taken) = (0, 0.0);
    for first in (0..calls).step_by(CALLS_A_WRITE) {
        let mut batch = Vec::with_capacity(CALLS_A_WRITE);
        for number in first..calls.min(first + CALLS_A_WRITE) {
            batch.push(points(&world, number, &mut plain)?);
        }
        let (before, from) = (processor_time()?, Instant::now());
        store.write(batch).await?;
        taken += from.elapsed().as_secs_f64();
        busy += processor_time()?.saturating_sub(before);
    }
    plain.flush()?;
    drop(store);
    let line = json!({
        "rows": calls * PASSAGES,
        "write_s": taken,
        "write_cpu_s": busy as f64 / 1e9,
        "disk_mb": size(index)? as f64 / 1e6,
        "vectors_mb": (calls * PASSAGES * DIMENSIONS * 2) as f64 / 1e6,
    });
    println!("{line}");
    Ok(())
}

fn points(world: &Rows, number: usize, plain: &mut impl std::io::Write) -> Result<CallPoints> {
    let mut said = call(number);
    let mut meanings = Vec::with_capacity(PASSAGES);
    for passage in 0..PASSAGES {
        let (text, values) = world.row(number * PASSAGES + passage);
        said = said.side_says(side(passage), text);
        for value in &values {
            plain.write_all(&value.to_le_bytes())?;
        }
        meanings.push(direction(&values)?);
    }
    let mut points = said.points_without_vectors();
    ensure!(points.points.len() == PASSAGES, "an utterance is a passage");
    for (point, meaning) in points.points.iter_mut().zip(meanings) {
        point.vector = Some(meaning);
    }
    Ok(points)
}

fn size(folder: &Path) -> Result<u64> {
    let mut sum = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        sum += if entry.file_type()?.is_dir() {
            size(&entry.path())?
        } else {
            entry.metadata()?.len()
        };
    }
    Ok(sum)
}
