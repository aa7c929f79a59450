//! Trains the small models that are shipped, from data that is not.

mod answers;
mod corpus;
mod logistic;
mod questions;
mod sales;
mod salience;

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

pub use corpus::{Example, Recorded, gold, recorded};
pub use logistic::{Penalty, fit};

/// Trains a model, writes it into the crate that ships it, and gives the figures of its
/// cross-validation.
pub fn run(what: &str) -> Result<String> {
    let shared = shared();
    match what {
        "answers" => answers::train(&root(), &shared),
        "questions" => questions::train(&shared),
        "sales" => sales::train_all(&root(), &shared),
        "salience" => salience::train(&shared),
        "salience-left-out" => salience::leave_out(&shared, &root().join("target/train-salience")),
        _ => bail!("there is no model {what}"),
    }
}

/// Where the data lies.
fn shared() -> PathBuf {
    std::env::var_os("GONGKIT_SHARED").map_or_else(|| root().join("../shared"), PathBuf::from)
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .map_or_else(PathBuf::new, Path::to_owned)
}

/// Where a model is shipped.
fn shipped(name: &str) -> PathBuf {
    root().join("crates/insights/src/models").join(name)
}
