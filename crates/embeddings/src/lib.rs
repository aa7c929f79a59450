//! Text in, unit vectors of a named space out.
//!
//! Search by meaning needs a vector for every passage and for every question. This crate holds
//! the seam ([`Embedder`]), the values that cross it ([`Vector`], [`Model`], [`Space`]) and the
//! implementations:
//!
//! - [`HashEmbedder`] needs no weights and is always there: for tests, and for trying things out.
//! - `Bert` (feature `candle`) runs all-MiniLM-L6-v2, or another model of the BERT family from a
//!   folder, by name (`KnownModel`) or as its files say, on its own threads, by the kernels of
//!   `encoder-kernels`; `find_weights` finds or
//!   fetches the files of a published one and trusts none before its sha256 sum is right.
//! - `Remote` (feature `remote`) asks a server, by the `/v1/embeddings` that OpenAI and
//!   text-embeddings-inference offer.
//!
//! Vectors of two models have nothing to say to each other, and neither have vectors of one model
//! read with another prefix or cut at another length. [`Space`] names all of that, is stored with
//! every collection, and is compared before a vector meets another.
//!
//! # Features
//!
//! | feature | what it adds | by default |
//! |---|---|---|
//! | `candle` | models of the BERT family on this machine, and finding their weights | off |
//! | `remote` | a model that a server computes | off |
//! | `cuda`, `metal` | `candle` on a graphics card; compiled by nobody here | off |
//!
//! # Example
//!
//! ```
//! use embeddings::{Embedder, HashEmbedder, Purpose, Space};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), embeddings::Error> {
//! let embedder = HashEmbedder::default();
//! let texts = ["the price is too high", "the price is far too high", "see you on Monday"];
//! let texts = texts.map(String::from);
//!
//! let vectors = embedder.embed(Purpose::Passage, &texts).await?;
//!
//! assert!(vectors[0].dot(&vectors[1]) > vectors[0].dot(&vectors[2]));
//! let space = Space::new(embedder.model().clone(), 1, "key-1");
//! assert_eq!(Space::from_record(&space.to_record())?, space);
//! # Ok(())
//! # }
//! ```

mod embedder;
mod error;
mod hash_embedder;
mod model;
mod space;
mod vector;

#[cfg(feature = "candle")]
mod bert;
#[cfg(feature = "remote")]
mod remote;
#[cfg(feature = "candle")]
mod weights;

pub mod conformance;

pub use embedder::{Embedder, Purpose};
pub use error::Error;
pub use hash_embedder::HashEmbedder;
pub use model::{Model, Pooling};
pub use space::Space;
pub use vector::Vector;

#[cfg(feature = "candle")]
pub use bert::{Bert, BertOptions, Engine, KnownModel};
#[cfg(feature = "candle")]
pub use encoder_kernels::{Level, Precision};
#[cfg(feature = "remote")]
pub use remote::Remote;
#[cfg(feature = "candle")]
pub use weights::{
    Attempt, Event, Hub, Pip, Progress, Source, WeightFile, WeightSet, WeightsRequest, find_weights,
};
