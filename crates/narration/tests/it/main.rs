//! The crate through its public door.

mod adapters;
mod server;
