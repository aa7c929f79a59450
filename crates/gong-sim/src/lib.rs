//! A stateful fake Gong for tests and demos that shares no type with the client.
//!
//! Code that talks to Gong is only as good as the worst Gong it has met: calls that appear days late, transcripts
//! that come after (or before) their call, cursors that expire, limits, nulls where the contract promises none. This
//! crate is a server that does all of it on purpose, by seed, and counts what it was asked. It knows Gong by its JSON
//! alone: a mistake in the client's types cannot hide in here.
//!
//! A [`World`] is what the pretended company has; a [`Sim`] serves it; the [`SimHandle`] changes it while it runs.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use gong_sim::{Limits, Sim, World};
//!
//! let sim = Sim::builder().world(World::sample()).limits(Limits::off()).start().await?;
//! // Point a Gong client at sim.base_url(), with sim.access_key() and sim.access_secret().
//! assert!(sim.base_url().starts_with("http://127.0.0.1:"));
//!
//! let stats = sim.shutdown().await;
//! assert_eq!(stats.total, 0);
//! # Ok(())
//! # }
//! ```

mod world;

mod availability;
mod deals;
mod generated;
mod sample;
mod seeded;
mod world_call;

mod clock;
mod failure;
mod faults;
mod limits;
mod operation;
mod stats;

mod handle;
mod sim;

mod server;
mod tls;
mod wire;

mod asked;
mod company;
mod filter;
mod keys;
mod logins;
mod pages;
mod reply;
mod selection;

mod book;
mod cursor;
mod oddities;
mod people;

mod error;

pub use availability::Lateness;
pub use clock::SimClock;
pub use deals::{Deals, Effect, PlannedCall, PlannedDeal, Planted, Signal};
pub use error::{Error, Result};
pub use failure::Failure;
pub use faults::{Endless, Faults, Outage};
pub use handle::SimHandle;
pub use limits::Limits;
pub use logins::LoginStats;
pub use operation::Operation;
pub use sim::{Sim, SimBuilder};
pub use stats::{Recorded, SimStats};
pub use world::World;
pub use world_call::WorldCall;
