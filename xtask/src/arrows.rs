//! Which of our crates depend on which, as cargo sees it and as ARCHITECTURE.md allows it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::{Context as _, Result};
use cargo_metadata::{DependencyKind, MetadataCommand};

/// A dependency of one of our crates on another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Arrow {
    /// Who depends.
    pub from: String,
    /// On whom.
    pub to: String,
    /// Whether only for its tests.
    pub is_dev: bool,
}

/// Reads the arrows between the members of the workspace in `root`.
pub fn arrows(root: &Path) -> Result<BTreeSet<Arrow>> {
    let metadata = MetadataCommand::new()
        .manifest_path(root.join("Cargo.toml"))
        .no_deps()
        .other_options(["--offline".to_owned()])
        .exec()
        .context("`cargo metadata` failed")?;
    let ours: BTreeSet<_> = metadata
        .packages
        .iter()
        .map(|p| p.name.to_string())
        .collect();
    let arrow_of = |from: &str, dependency: &cargo_metadata::Dependency| Arrow {
        from: from.to_owned(),
        to: dependency.name.clone(),
        is_dev: dependency.kind == DependencyKind::Development,
    };
    let all = metadata
        .packages
        .iter()
        .flat_map(|package| {
            package
                .dependencies
                .iter()
                .map(|d| arrow_of(&package.name, d))
        })
        .filter(|arrow| ours.contains(&arrow.to));
    Ok(all.collect())
}

/// Reads the table of allowed arrows from the text of ARCHITECTURE.md.
///
/// A row is ``| `crate` | `other`, `third` |``; a row that allows nothing says *nothing*. The table
/// stands between the lines `<!-- arrows -->` and `<!-- /arrows -->`.
pub fn table(architecture: &str) -> Result<BTreeMap<String, BTreeSet<String>>> {
    let (_, rest) = architecture
        .split_once("<!-- arrows -->")
        .context("no `<!-- arrows -->`")?;
    let (rows, _) = rest
        .split_once("<!-- /arrows -->")
        .context("no `<!-- /arrows -->`")?;
    let names = |cell: &str| -> BTreeSet<String> {
        cell.split('`')
            .skip(1)
            .step_by(2)
            .map(str::to_owned)
            .collect()
    };
    let mut table = BTreeMap::new();
    for row in rows.lines().filter(|line| line.starts_with("| `")) {
        let mut cells = row.split('|').skip(1);
        let (from, to) = (
            cells.next().unwrap_or_default(),
            cells.next().unwrap_or_default(),
        );
        for from in names(from) {
            table.insert(from, names(to));
        }
    }
    Ok(table)
}
