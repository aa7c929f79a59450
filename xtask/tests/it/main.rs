//! The laws of ARCHITECTURE.md that can be read from the sources, what the docs promise of crates and
//! examples, and what xtask makes.

mod alone;
mod architecture;
mod bundle;
mod examples;
mod sbom;
mod weight;

use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("xtask lies in the root")
        .to_owned()
}

fn page(name: &str) -> String {
    fs::read_to_string(root().join(name)).expect("the page is there")
}
