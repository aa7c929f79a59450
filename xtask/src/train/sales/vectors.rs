//! Sentence vectors of the training text, kept under `target/` so that they are made once.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;
use embeddings::{Bert, BertOptions, Embedder, Event, Purpose, WeightsRequest, find_weights};

/// The vectors of texts.
pub(in crate::train) struct Vectors {
    pub(super) dimensions: usize,
    of: BTreeMap<String, Vec<f32>>,
}

impl Vectors {
    /// The vector of a text that was asked for.
    pub(in crate::train) fn of(&self, text: &str) -> &[f32] {
        self.of.get(text).map(Vec::as_slice).unwrap_or_default()
    }
}

/// Embeds texts with all-MiniLM-L6-v2.
pub(in crate::train) fn embed(root: &Path, texts: &[&str]) -> anyhow::Result<Vectors> {
    let folder = root.join("target").join("train-sales");
    fs::create_dir_all(&folder)?;
    let mut texts: Vec<String> = texts.iter().map(|&text| text.to_owned()).collect();
    texts.sort();
    texts.dedup();

    let mut of = read(&folder);
    texts.retain(|text| !of.contains_key(text));
    if !texts.is_empty() {
        let runtime = tokio::runtime::Runtime::new()?;
        let made = runtime.block_on(fresh(&texts))?;
        of.extend(texts.into_iter().zip(made));
        write(&folder, &of)?;
    }
    let dimensions = of.values().next().map_or(0, Vec::len);
    Ok(Vectors { dimensions, of })
}

async fn fresh(texts: &[String]) -> anyhow::Result<Vec<Vec<f32>>> {
    let home = std::env::var("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .or_else(|_| std::env::var("HOME").map(|home| PathBuf::from(home).join(".cache")));
    let cache = home
        .context("HOME names a folder")?
        .join("gongkit")
        .join("models");
    let request = WeightsRequest::all_minilm_l6_v2(cache);
    let weights = find_weights(&request, Arc::new(|_: &Event<'_>| {})).await?;
    let model = Bert::open(&weights, &BertOptions::default())?;
    let mut vectors = Vec::with_capacity(texts.len());
    for some in texts.chunks(512) {
        let made = model.embed(Purpose::Passage, some).await?;
        vectors.extend(made.iter().map(|vector| vector.as_slice().to_vec()));
    }
    Ok(vectors)
}

fn read(folder: &Path) -> BTreeMap<String, Vec<f32>> {
    let parts = (
        fs::read_to_string(folder.join("texts")),
        fs::read(folder.join("vectors.f32")),
    );
    let (Ok(texts), Ok(bytes)) = parts else {
        return BTreeMap::new();
    };
    let texts: Vec<&str> = texts.lines().collect();
    let length = bytes.len() / 4 / texts.len().max(1);
    let numbers: Vec<f32> = bytes
        .chunks_exact(4)
        .map(|four| f32::from_le_bytes([four[0], four[1], four[2], four[3]]))
        .collect();
    let rows = numbers.chunks_exact(length.max(1)).map(<[f32]>::to_vec);
    texts.into_iter().map(str::to_owned).zip(rows).collect()
}

fn write(folder: &Path, of: &BTreeMap<String, Vec<f32>>) -> anyhow::Result<()> {
    let texts: Vec<&str> = of.keys().map(String::as_str).collect();
    fs::write(folder.join("texts"), texts.join("\n"))?;
    let bytes: Vec<u8> = of
        .values()
        .flatten()
        .flat_map(|n| n.to_le_bytes())
        .collect();
    fs::write(folder.join("vectors.f32"), bytes)?;
    Ok(())
}
