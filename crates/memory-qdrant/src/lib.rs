//! The store of passages that lives in a Qdrant server or cluster.
//!
//! [`QdrantStore`] keeps the laws of [`memory_store::PassageStore`] where no transaction spans two
//! points:
//!
//! - Every write of a call's text revision has a *generation* of its own. Its points are written
//!   beside those of the one before; then a small point, the *head*, is moved to it, conditionally
//!   on what it was; then the former points are deleted. Readers keep the points that the head
//!   names, and look at the head before and after: they see one state of a call, and all of it. A
//!   writer that was overtaken moves nothing.
//! - Nothing in a payload can be read as text, as a name or as an e-mail address: words, pairs,
//!   accounts, users, tags and people are hashes under the tenant's key.
//! - The tenant is the first condition of every filter, of reads and deletes alike, and word
//!   statistics are of one tenant.
//! - Two raw lists come back; [`memory_store::fuse`] ranks them as it does for every store.
//!
//! An address is told before anything is sent there; the rest needs a server:
//!
//! ```
//! use memory_qdrant::{Address, AddressError, Plaintext};
//!
//! assert!(Address::parse("http://127.0.0.1:6334", Plaintext::OnLoopback).is_ok());
//! assert!(Address::parse("https://qdrant.example", Plaintext::OnLoopback).is_ok());
//! let refused = Address::parse("http://qdrant.example", Plaintext::OnLoopback);
//! assert_eq!(refused, Err(AddressError::Plaintext));
//! ```
//!
//! ```no_run
//! use conversation::Tenant;
//! use embeddings::{Embedder, HashEmbedder, Space};
//! use memory_qdrant::{Address, CollectionOptions, Connection, ConnectOptions, Plaintext, QdrantStore};
//! use memory_store::TermKey;
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let address = Address::parse("http://127.0.0.1:6334", Plaintext::OnLoopback)?;
//! let connection = Connection::new(&ConnectOptions::to(address))?;
//! let embedder = HashEmbedder::default();
//! let space = Space::new(embedder.model().clone(), conversation::SPLITTER_VERSION, "key-1");
//! let store = QdrantStore::open(
//!     &connection,
//!     "gongkit-1",
//!     &Tenant::default(),
//!     space,
//!     TermKey::new([7; 32]),
//!     &CollectionOptions::default(),
//! )
//! .await?;
//! # let _ = store;
//! # Ok(())
//! # }
//! ```

mod store;

mod address;
mod collection;
mod connection;
mod schema;

mod forget;
mod holdings;
mod recall;
mod write;

mod filter;
mod heads;
mod names;
mod payload;
mod retry;

pub use address::{Address, AddressError, Plaintext};
pub use connection::{ConnectOptions, Connection};
pub use schema::CollectionOptions;
pub use store::QdrantStore;
