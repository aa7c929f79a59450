//! Brings a call from Gong into archive and memory, exactly once in effect.
//!
//! A [`Sync`] stands between four parts: a client of Gong's API, an archive, an index of passages
//! and an embedder. It has one way in, [`Sync::store`]; a run, a webhook and an import are three
//! ways to feed it.
//!
//! - **Nothing is lost.** Calls appear late and Gong goes by two clocks, so runs overlap by three
//!   days or more, and a [`Run::Reconcile`] reads the past again. What was fetched is stored with
//!   the checkpoint that says so; a run that is killed anywhere is completed by the next one, and
//!   ends with the same archive and the same index.
//! - **Few requests.** A backfill needs ⌈calls/100⌉ + ⌈transcripts/100⌉ requests at the least. Runs
//!   read windows of start times that grow and shrink with the number of calls in them, and ask for
//!   the words of a hundred calls at a time, gathered over pages and windows. [`Requests`] tells
//!   both numbers. A thousand calls take exactly the least; more take half a page more for each
//!   window of a thousand, and one look at everything.
//! - **The past is read again**: 30 days daily, 180 days weekly, everything monthly, as far as the
//!   day's requests go. [`Sync::plan`] says what is due and what it costs, [`Sync::carry_out`] does it.
//! - **What a key may not do** stops that one operation ([`Refusal`]); nothing is concluded from what
//!   was not told.
//! - **Words that come later** are asked for after 2, 5, 15 and 60 minutes, then with each reconcile.
//! - **A process that keeps running** takes jobs instead of making runs: [`Sync::due_fetches`] for
//!   calls that were told of, [`Sync::due_transcripts`], and [`Sync::drain_some`] where it holds the
//!   index. Its runs then leave the draining to that ([`Draining::Elsewhere`]).
//! - **Private calls** are withheld by default: id, times and that they are private is all that is
//!   kept ([`PrivatePolicy`]). One that turns private is taken out of archive and index.
//! - **Missing upstream is marked, not erased**, and only when few are gone, others of the same
//!   workspace are there, and Gong says so of the very call. Who turns [`DeletedInGong::Erase`] on
//!   has it erased after Gong said so a second time, a day later.
//! - **What was purged stays away**: whatever the archive refuses for good is never stored again,
//!   and its words are not even asked for. [`Sync::erase`] completes a purge without a model.
//! - **A tenant is bound to its company.** A key that was not seen before must see one of the five
//!   newest known calls, or the run stops with [`Error::WrongCompany`].
//! - **The index follows the archive.** [`Sync::drain`] takes the jobs that stored calls left (also
//!   those of a killed process), splits, embeds by the hundreds and writes, and acknowledges only
//!   what is durable. Where only facts are new nothing is embedded.
//!
//! Nothing here reads a clock or the environment: both come in through [`Parts`].
//!
//! ```
//! use std::sync::Arc;
//!
//! use call_archive::{Indexes, Ledger, MemoryArchive};
//! use conversation::SPLITTER_VERSION;
//! use embeddings::{Embedder, HashEmbedder, Space};
//! use gong_auth::{BaseUrl, KeyPair};
//! use gong_client::GongClient;
//! use gong_sim::{Limits, Sim, World};
//! use gong_sync::{IndexWriter, Outcome, Parts, Reconcile, Sync};
//! use jiff::Timestamp;
//! use memory_store::{MemoryStore, TermKey};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // Gong, pretended.
//! let world = World::sample();
//! let calls = world.len() as u64;
//! let gong = Sim::builder().world(world).limits(Limits::off()).start().await?;
//! let key = KeyPair::new(gong.access_key(), gong.access_secret().to_owned().into())?;
//! let client = GongClient::new(BaseUrl::parse(gong.base_url())?, Arc::new(key))?;
//!
//! // An archive, and an index of it.
//! let archive = Arc::new(MemoryArchive::new());
//! let embedder = Arc::new(HashEmbedder::default());
//! let key = archive.hash_key().await?;
//! let space = Space::new(embedder.model().clone(), SPLITTER_VERSION, key.id);
//! let id = archive.add_index(&space.to_record(), Timestamp::now()).await?;
//! let store = Arc::new(MemoryStore::new(space, TermKey::new(key.bytes)));
//!
//! let parts = Parts::new(archive, Arc::new(Timestamp::now))
//!     .client(client)
//!     .index(IndexWriter::new(store, id, embedder));
//! let sync = Sync::new(parts);
//! let plan = sync.plan(Reconcile::WhenDue, None).await?;
//! let report = sync.carry_out(&plan).await;
//!
//! assert!(report.is_complete());
//! assert_eq!(report.outcomes.of(Outcome::Indexing), calls);
//! assert_eq!(report.index.indexed, calls);
//! // One request more than the calls need: the company's users are listed.
//! assert_eq!(report.requests.made(), report.requests.minimum() + 1);
//! # Ok(())
//! # }
//! ```

mod sync;

mod fetched;
mod map;
mod options;
mod parts;

mod outcome;
mod progress;
mod report;

mod cadence;
mod routine;
mod users;

mod company;
mod due;
mod fetch;
mod index;
mod pending;
mod refusals;
mod run;
mod store;
mod told;

mod error;

pub use cadence::{Cost, Plan, PlannedRun, Postponed, Reconcile};
pub use error::Error;
pub use fetched::Fetched;
pub use map::is_free_mail;
pub use options::{DeletedInGong, LEAST_OVERLAP, PrivatePolicy, SyncOptions, WindowRules};
pub use outcome::{Failure, Outcome, Outcomes};
pub use parts::{Clock, Draining, IndexWriter, Parts};
pub use progress::{Progress, Silent, Stage, Step};
pub use refusals::Refusal;
pub use report::{DrainReport, Requests, RunReport, SyncReport, UsersReport};
pub use run::{Reach, Run};
pub use sync::Sync;
