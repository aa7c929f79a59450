//! Opens and serves HTTP listeners: who may be let in from where, TLS, bounds, draining.
//!
//! Every listener of a process goes through here, so that each is held by the same rule and each
//! survives the same abuse:
//!
//! - **The rule.** On this machine's own addresses anything goes. Beyond them a listener needs
//!   [`Protection`] (TLS of its own, or a proxy that ends it) *and* a [`Guard`] that asks who is
//!   there. Else [`Door::open`] refuses, with a [hint](Error::hint). Only what
//!   [shows nothing of anybody](Guard::NothingToGuard) is exempt.
//! - **TLS.** Certificate and key are read again when they change; a pair that does not fit
//!   together is not taken, the one before stays.
//! - **Bounds.** Connections are counted. When all places are taken, the connection that has
//!   waited longest without a request makes room for the newest, so a crowd that only sits there
//!   keeps nobody out. Handshake, head of a request and a stalled reader have deadlines;
//!   [`read_body`] is the same for bodies.
//! - **Draining.** At the end nothing new is taken, requests in hand are answered, and what is
//!   still open after the grace is cut off and counted.
//!
//! ```
//! use axum::{Router, routing::get};
//! use front_door::{Door, DoorOptions, Guard, Protection};
//! use tokio_util::sync::CancellationToken;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let here = "127.0.0.1:0".parse()?;
//! let door = Door::open(DoorOptions::new(here, Protection::PlainText, Guard::Open)).await?;
//! println!("listening on {}", door.local_addr());
//!
//! let stop = CancellationToken::new();
//! # stop.cancel();
//! let app = Router::new().route("/", get(async || "hello"));
//! let drained = door.serve(app, stop).await;
//! assert_eq!(drained.cut_off, 0);
//!
//! // Everybody's address, and nothing that protects: refused.
//! let everywhere = DoorOptions::new("0.0.0.0:0".parse()?, Protection::PlainText, Guard::Open);
//! let refused = Door::open(everywhere).await.err().expect("refused");
//! assert!(refused.hint().is_some());
//! # Ok(())
//! # }
//! ```

mod body;
mod certificate;
mod connection;
mod crowd;
mod door;
mod error;
mod patience;
mod rule;

pub use body::{BodyRefusal, BodyRules, read_body};
pub use certificate::TlsFiles;
pub use door::{Door, DoorOptions, Drained, Limits};
pub use error::Error;
pub use rule::{Guard, Protection, allowed};
