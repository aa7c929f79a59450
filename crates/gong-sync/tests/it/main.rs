//! Everything below speaks to the sync through its public door, against the simulated Gong.
#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod backfill;
mod cadence;
mod company;
mod crashes;
mod deleted;
mod doubles;
mod durable;
mod figures;
mod fixture;
mod import;
mod indexing;
mod large;
mod mapping;
mod missing;
mod model;
mod private;
mod purge;
mod refused;
mod roles;
mod shaky;
mod shared;
mod told;
mod told_of;
mod traces;
mod transcripts;
mod users;
mod weather;
mod workspaces;
