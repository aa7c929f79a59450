//! The source files of the workspace and their length.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

/// A file of Rust source.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// Its path from the root of the workspace.
    pub path: PathBuf,
    /// Its text.
    pub text: String,
}

impl SourceFile {
    /// The number of lines above the unit tests.
    pub fn lines_above_tests(&self) -> usize {
        self.text
            .lines()
            .take_while(|line| line.trim() != "#[cfg(test)]")
            .count()
    }
}

/// Reads every Rust file below `crates/*/src`.
pub fn source_files(root: &Path) -> Result<Vec<SourceFile>> {
    let mut files = Vec::new();
    for member in sorted_entries(&root.join("crates"))? {
        collect(root, &member.join("src"), &mut files)?;
    }
    Ok(files)
}

fn collect(root: &Path, folder: &Path, files: &mut Vec<SourceFile>) -> Result<()> {
    for entry in sorted_entries(folder)? {
        if entry.is_dir() {
            collect(root, &entry, files)?;
        } else if entry.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&entry).context("a source file cannot be read")?;
            let path = entry.strip_prefix(root).unwrap_or(&entry).to_owned();
            files.push(SourceFile { path, text });
        }
    }
    Ok(())
}

fn sorted_entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries =
        fs::read_dir(folder).with_context(|| format!("{} is not a folder", folder.display()))?;
    let mut paths = entries
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<Vec<_>>>()?;
    paths.sort();
    Ok(paths)
}
