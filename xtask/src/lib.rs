//! Checks of the workspace itself, run as tests: arrows between crates, file budgets, serde
//! borders. `cargo test -p xtask` runs them. [`train`] makes the small models that are shipped,
//! [`bundle`] the desktop bundle, [`sbom`] the list of what the binary is made of.

mod arrows;
pub mod bundle;
mod files;
pub mod sbom;
mod serde_border;
pub mod train;

pub use arrows::{Arrow, arrows, table};
pub use files::{SourceFile, source_files};
pub use serde_border::{derives_serde, is_border};
