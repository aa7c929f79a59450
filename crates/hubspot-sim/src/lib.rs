//! A stateful fake HubSpot: the CRM endpoints of version 2026-09 that a sync of calls uses.
//!
//! A [`Portal`] holds objects, links, properties and owners, and is changed from two sides: by
//! requests, and by a test that does what a person in HubSpot would do ([`Portal::edit`],
//! [`Portal::delete`]). [`Fault`]s make the next requests fail as HubSpot does: a limit that is
//! reached, a failure before or after the write was kept, an answer that breaks off.
//!
//! What it knows of HubSpot is what `hubspot-sync.openapi.json` and the public documentation say;
//! nobody here has a portal. Its clock goes on by a second with each request, so that nothing
//! depends on the time of day.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use hubspot_sim::{HubSpotSim, Portal};
//!
//! let mut portal = Portal::default();
//! let deal = portal.add("deals", &[("dealname", "Fox"), ("dealstage", "demo")]);
//! let sim = HubSpotSim::start(portal).await?;
//!
//! sim.portal().edit("deals", &deal, "dealstage", "offer"); // as a person would
//!
//! let now = sim.portal().object("deals", &deal).map(|deal| deal.get("dealstage").to_owned());
//! assert_eq!(now.as_deref(), Some("offer"));
//! sim.shutdown().await;
//! # Ok(())
//! # }
//! ```

mod fault;
mod object;
mod portal;
mod property;
mod sim;

mod answer;
mod associations;
mod batch;
mod objects;
mod reply;
mod schema;
mod search;
mod server;

pub use fault::{Asked, Fault, Hold};
pub use object::Object;
pub use portal::Portal;
pub use property::Property;
pub use sim::HubSpotSim;
