//! The laws of ARCHITECTURE.md that can be read from the sources, and what xtask makes.

mod architecture;
mod bundle;
mod sbom;
