//! The labelled calls that training reads: the shared dev part, and text written for training.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::Context;

use super::source::{LabelledCall, read};

/// Where the training text of this repository lies.
pub(super) const TRAINING: &str = "crates/insights/training";

/// Dev calls; the letter a file name begins with names the world.
pub(super) fn dev(shared: &Path) -> anyhow::Result<Vec<LabelledCall>> {
    let data = shared.join("data_sales");
    let manifest = fs::read_to_string(data.join("manifest.json"))
        .with_context(|| format!("there is no {}; name it with --shared", data.display()))?;
    let mut calls = Vec::new();
    for (name, text) in files(&data.join("source"))? {
        let world = name.get(..1).unwrap_or_default();
        let competitors = competitors(&manifest, world)?;
        calls.extend(read(&text, &format!("dev {world}"), &competitors)?);
    }
    Ok(calls)
}

/// Calls written for training; every file is a world of its own.
pub(super) fn training(root: &Path) -> anyhow::Result<Vec<LabelledCall>> {
    let mut calls = Vec::new();
    for (name, text) in files(&root.join(TRAINING))? {
        calls.extend(read(&text, &name, &[])?);
    }
    Ok(calls)
}

/// The files of a folder that end in `.txt`, by name.
fn files(folder: &Path) -> anyhow::Result<Vec<(String, String)>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        if path.extension().is_some_and(|end| end == "txt") {
            let name = path.file_stem().unwrap_or_default().to_string_lossy();
            found.push((name.into_owned(), fs::read_to_string(&path)?));
        }
    }
    found.sort();
    Ok(found)
}

/// The competitors that the manifest names for a world.
fn competitors(manifest: &str, world: &str) -> anyhow::Result<Vec<String>> {
    let manifest: serde_json::Value = serde_json::from_str(manifest)?;
    let names = manifest["competitors"][world].as_array();
    let names = names.into_iter().flatten().filter_map(|name| name.as_str());
    Ok(names.map(str::to_owned).collect())
}

/// The ids that dev calls have in the data, by their ids in the labelled text.
pub(super) fn ids(shared: &Path) -> anyhow::Result<BTreeMap<String, String>> {
    let mut ids = BTreeMap::new();
    for entry in fs::read_dir(shared.join("data_sales/calls"))? {
        let call: serde_json::Value = serde_json::from_slice(&fs::read(entry?.path())?)?;
        let facts = &call["call"]["metaData"];
        if let (Some(written), Some(id)) = (facts["clientUniqueId"].as_str(), facts["id"].as_str())
        {
            let written = written.strip_prefix("sales/").unwrap_or(written);
            ids.insert(written.to_owned(), id.to_owned());
        }
    }
    Ok(ids)
}
