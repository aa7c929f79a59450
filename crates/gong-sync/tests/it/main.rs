//! Everything below speaks to the sync through its public door, against the simulated Gong.
#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod backfill;
mod company;
mod crashes;
mod deleted;
mod doubles;
mod durable;
mod fixture;
mod import;
mod indexing;
mod mapping;
mod missing;
mod model;
mod private;
mod purge;
mod roles;
mod shaky;
mod shared;
mod traces;
mod transcripts;
mod weather;
