//! What the crate promises, seen through its public door.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on should stop there"
)]

mod hash_embedder;
mod space;
mod vector;

#[cfg(feature = "candle")]
mod bert;
#[cfg(feature = "candle")]
mod folders;
#[cfg(feature = "remote")]
mod remote;
#[cfg(feature = "candle")]
mod sources;
#[cfg(feature = "candle")]
mod weights;
