//! The laws of ARCHITECTURE.md that can be read from the sources.

mod architecture;
