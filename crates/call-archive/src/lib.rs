//! The durable record of calls: sealed, revised, and the one truth of an installation.
//!
//! What a search index holds can be made again from here; what is here can be made again from
//! nowhere. So everything that must survive goes through an [`Archive`]: calls with their words and
//! the vendor's own JSON, the work that is still to be done on them, and what was erased.
//!
//! # The seam
//!
//! [`Archive`] is twelve small traits by concern, each with its laws:
//!
//! - [`Calls`]: a put is compare-and-swap, merges instead of forgetting, and commits together with
//!   the index jobs that it makes necessary. Reads take a [`Scope`](access::Scope).
//! - [`Erasing`]: a call is hidden at once, taken out of every index by a job, then its key and its
//!   rows are destroyed; a tombstone refuses it from then on.
//! - [`Purging`]: whole persons, accounts and years at once, with what they refuse from then on,
//!   and a receipt without content. [`Holds`]: legal holds, which refuse a purge by name.
//! - [`Jobs`]: leases with fences. An attempt counts when its holder says that it failed (the
//!   [`MAX_ATTEMPTS`]th makes the job dead); a holder that vanishes counts separately, up to
//!   [`MAX_ABANDONED`], because one job that kills its process must not bury its neighbours.
//! - [`Indexes`]: which index holds which revision, and the sweep that makes both sides the same.
//! - [`Ledger`]: checkpoints, the hash key, counts.
//! - [`People`]: the company's own people, by id and by the hash of an address.
//! - [`Deals`]: what was told of deals, as of any instant, and which calls are about them.
//! - [`Audit`]: who did what, each record chained to the one before.
//! - [`ApiKeys`]: keys by the hash of their secret; each change commits with its audit record.
//!
//! More stand beside it, because not every archive of calls needs them: [`Inbox`], what a vendor
//! delivered and was told to be safe; [`Budget`], the one
//! budget of requests that all processes of a company share; [`Secrets`], sealed values by name
//! that one holder at a time may replace; [`JobWatch`], by which a worker sleeps until there may be
//! a job; [`Duties`], what exactly one process does, fenced; [`CrmOutbox`], what was
//! written to a CRM; and [`Customers`], what a CRM tells of customers beside their deals.
//!
//! [`SqliteArchive`] keeps everything in a folder of this machine; [`MemoryArchive`] is the
//! reference, for tests and examples. Both pass [`conformance`] unchanged.
//!
//! # What is sealed
//!
//! Whatever can hold words of a call, a title or a name is sealed with a key of that call, which
//! the data key of its tenant wraps, which the key file wraps. Ids, times, numbers and states are
//! clear; e-mail addresses and phone numbers can be compared as keyed hashes only. [`classes`]
//! names every column. Erasing a call destroys its key.
//!
//! # Features
//!
//! | feature | what it adds | by default |
//! |---|---|---|
//! | `postgres` | the archive in PostgreSQL, moving to it, and TLS to reach it | off |
//!
//! # Example
//!
//! ```
//! use access::Scope;
//! use call_archive::{Calls, Finish, Indexed, Indexes, JobKind, Jobs, MemoryArchive, Put, Source};
//! use conversation::{Call, CallId, Sentence, Span, Transcript, Utterance};
//! use jiff::{SignedDuration, Timestamp};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let archive = MemoryArchive::new();
//! let now: Timestamp = "2026-03-02T10:00:00Z".parse()?;
//! let index = archive.add_index("the record of a space", now).await?;
//!
//! // A call comes in: its index job comes with it.
//! let id = CallId::new("7")?;
//! let mut put = Put::new(Call::new(id.clone(), now), Source::Import, None);
//! let said = Sentence::new(Span::from_millis(0, 900), "Shall we start?");
//! put.transcript = Some(Transcript::new(vec![Utterance::new(vec![said])]));
//! archive.put(vec![put], None, now).await?;
//!
//! // A worker takes the job, reads what is there now, and says what it brought.
//! let until = now + SignedDuration::from_mins(5);
//! for lease in archive.claim(&[JobKind::Index], 16, until, now).await? {
//!     let calls = archive.read(&Scope::internal(), &[lease.call.clone()]).await?;
//!     let call = calls.first().expect("it was put");
//!     let text = call.text.as_ref().expect("it has words");
//!     let brought = Indexed {
//!         text_revision: text.revision,
//!         facts_hash: call.facts_hash.clone(),
//!         passages: 1,
//!     };
//!     archive.finish(&lease, Finish::Indexed(brought), now).await?;
//! }
//!
//! assert_eq!(archive.indexed(&index, None).await?.len(), 1);
//! # Ok(())
//! # }
//! ```

mod answers;
mod api_keys;
mod archive;
mod audit;
mod backups;
mod budget;
mod calls;
mod crm_outbox;
mod customers;
mod dead;
mod deals;
mod duties;
mod error;
mod holds;
mod inbox;
mod indexes;
mod jobs;
mod key_care;
mod key_store;
mod numbers;
mod people;
mod pins;
mod purge;
mod secrets;
mod waiting;

pub mod conformance;
#[doc(hidden)]
pub mod fuzzing;

mod cursor;
mod findings;
mod following;
mod hashes;
mod keyed_hash;
mod memory;
mod merge;
mod moment;
#[cfg(feature = "postgres")]
mod moving;
#[cfg(feature = "postgres")]
mod postgres;
mod queue;
mod restored;
mod selection;
mod shell;
mod sqlite;
mod stored;
mod sweeping;

pub use answers::{ANSWERS_KEPT, AnswerId, Answers, KeptAnswer};
pub use api_keys::{ApiKey, ApiKeys};
pub use archive::{Archive, Calls, Erasing, Holds, Indexes, Jobs, Ledger, Purging};
pub use audit::{Audit, AuditCheck, AuditEntry, AuditHead, AuditKey, AuditRecord, BadRecord};
pub use backups::{Backups, Erasures, Existing, Verified};
pub use budget::{
    Budget, BudgetBook, BudgetLeft, BudgetRules, FURTHEST_SLOT, LONGEST_PUSH_BACK, LONGEST_READY,
    Priority, Slot, SlotRequest, Taken,
};
pub use calls::{
    CallPage, CallQuery, Checkpoint, Erasure, Keep, Known, Put, PutOutcome, Raw, Source,
    StoredCall, StoredText, TextState,
};
pub use crm_outbox::{
    CrmOutbox, CrmRemnant, CrmRequests, KeptWrite, WriteRun, WriteState, WritesOf,
};
pub use customers::{
    Contact, CustomerNews, Customers, DealEngagement, Engagement, EngagementKind, KnownCustomers,
};
pub use dead::{DeadJob, DeadLetters};
pub use deals::{
    Account, AccountQuery, CallLinks, DealHistory, DealLink, DealNews, DealOutcome, DealPage,
    DealQuery, Deals, FoundLinks, LinkQuery, LinkedBy,
};
pub use duties::{Appointed, Duties, Duty, LONGEST_DUTY};
pub use error::{Error, ErrorKind};
pub use findings::{
    About, CallFindings, DetectorRun, EXAMPLE, Example, FindingId, Findings, FoundRow, Label,
    Verdict,
};
pub use holds::{Hold, HoldName, HoldOn};
pub use inbox::{Delivery, DeliveryOutcome, Inbox, InboxStatus, REPLAYS_KNOWN_FOR, Received};
pub use indexes::{
    HashKey, IndexId, IndexInfo, Indexed, IndexedCall, PointsHeld, Status, Sweep, SweepPart,
};
pub use jobs::{Finish, Finished, JobKind, JobRequest, Lease};
pub use key_care::{DekStatus, KekStatus, KeyCare, KeyStatus, Rewrapped, VerifiedKeys};
pub use key_store::{GivenKeys, Kek, KeyStore};
pub use memory::{MemoryArchive, MemoryBackup};
pub use merge::PENDING_FOR;
#[cfg(feature = "postgres")]
pub use moving::{Move, MovePlan, MoveStage, MoveStep, MoveWatch, Moved};
pub use numbers::{
    CallNumbers, FigureNumbers, FoundCount, Numbered, Numbers, NumbersQuery, PersonNumbers,
    PlaceNumbers, Rank, RemarkNumbers, TalkNumbers,
};
pub use people::{People, User};
pub use pins::{Pinned, Pins};
#[cfg(feature = "postgres")]
pub use postgres::{PlainText, PostgresArchive, PostgresOptions};
pub use purge::{
    PersonName, Preview, Purge, PurgeReason, PurgeTarget, Purged, Receipt, Remnant, Settled,
};
pub use queue::{MAX_ABANDONED, MAX_ATTEMPTS};
pub use secrets::{Claimed, LONGEST_CLAIM, Secret, Secrets};
pub use sqlite::{OpenOptions, Opening, SqliteArchive};
pub use stored::{Class, ClassedColumn, FileKeys, SchemaStatus, classes, classes_as_markdown};
pub use waiting::{JobWaiter, JobWatch, LOOK_EVERY, Queue, Woken};
