//! Tells an operator over HTTP whether a process lives, whether it is ready, and its numbers.
//!
//! - `GET /livez` answers while the process runs; nothing is looked at, so that a slow archive does
//!   not have it restarted.
//! - `GET /readyz` answers 200, or 503 with what is in the way: the archive does not answer, the disk
//!   is full, or the process was told to stop.
//! - `GET /metrics` is Prometheus' text form of [every metric](gong_app::metrics::METRICS).
//!
//! Nothing of any call is in them, so the port asks nobody who he is; what may reach it is for the
//! network to say.
//!
//! ```
//! use gong_admin::Numbers;
//!
//! let numbers = Numbers::default();
//! metrics::with_local_recorder(&numbers, || {
//!     metrics::describe_counter!("calls_total", "Calls that came");
//!     metrics::counter!("calls_total", "outcome" => "new").increment(2);
//! });
//!
//! let text = numbers.text();
//! assert!(text.contains("HELP calls_total Calls that came"));
//! assert_eq!(text.lines().last(), Some("calls_total{outcome=\"new\"} 2"));
//! ```

mod numbers;
mod port;

pub use numbers::Numbers;
pub use port::{open, serve};
