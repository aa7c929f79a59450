//! Insights into a CRM, as writes that can be read before they are sent; HubSpot first.
//!
//! A CRM is behind the [`Crm`] seam: what it is set up like, finding records, following links,
//! writing, and what changed. [`HubSpot`] speaks its API of version 2026-09; [`DryRun`] reads
//! through another and only notes what would be written.
//!
//! Three rules are in the types. What decides a deal (its stage, amount, close date and owner) is
//! never written: [`Values`] refuses it. What a person changed wins, field by field: [`differences`]
//! writes only what still is as it was last left. And a failure after sending is
//! [`Written::Unknown`], never tried again unseen: whoever asked reads back what became of it.
//!
//! A [`CrmSync`] plans (reads only), applies, resumes and undoes. An [`Outbox`] keeps what was sent
//! before it is sent, so that whoever dies in between finds out what became of it; [`ArchiveOutbox`]
//! keeps it in the archive, where it goes with the calls it holds words of, and says what is then
//! still to be taken out of the CRM ([`CrmSync::blank_erased`]).
//!
//! Text from calls is data: [`RichText`] escapes whatever is put in and keeps no link but those of
//! the recording itself.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use crm_sync::{By, Crm as _, Field, Find, HubSpot, Prepare, RecordKind, Values, Write, Written};
//! use hubspot_sim::{HubSpotSim, Portal};
//!
//! let sim = HubSpotSim::start(Portal::default()).await?;
//! let crm = HubSpot::new(sim.base_url(), &sim.token().to_owned().into())?;
//! crm.prepare(Prepare::Create).await?;
//!
//! let values = Values::of(RecordKind::Call)
//!     .with(Field::Started, "2026-11-02T10:00:00Z")?
//!     .with(Field::Title, "Fox: pricing")?;
//! let write = Write::put(RecordKind::Call, "7782342274025937895", values);
//! assert!(matches!(crm.write(&[write]).await?[0], Written::Done { is_new: true, .. }));
//!
//! let by_key = Find::new(RecordKind::Call, By::Key, ["7782342274025937895"]);
//! assert_eq!(crm.find(&by_key).await?[0].get(Field::Title), Some("Fox: pricing"));
//!
//! // Where a deal stands is for people to say.
//! assert!(Values::of(RecordKind::Deal).with(Field::Stage, "closedwon").is_err());
//! # sim.shutdown().await;
//! # Ok(())
//! # }
//! ```

mod field;
mod record;
mod values;

mod crm;
mod error;
mod setup;
mod witness;
mod write;

mod differences;
mod dry_run;
mod rich_text;

mod hubspot;

mod deal_news;
mod notes;

mod flow;
mod kept;
mod outbox;
mod plan;
mod subject;

pub mod conformance;

pub use crm::{By, ChangedPage, Crm, Find, Links};
pub use deal_news::{DealReading, deal_snapshot};
pub use differences::{Differences, differences};
pub use dry_run::DryRun;
pub use error::CrmError;
pub use field::Field;
pub use flow::{Applied, Blanked, CrmSync, Reached, Resumed, SETTLED, SyncError};
pub use hubspot::{HubSpot, Limits};
pub use kept::{ArchiveOutbox, LeftInCrm};
pub use notes::{CallNotes, Noted};
pub use outbox::{Entry, MemoryOutbox, Outbox, OutboxError, Progress};
pub use plan::{Action, Planned, Wanted};
pub use record::{InvalidRecordId, Record, RecordId, RecordKind};
pub use rich_text::RichText;
pub use setup::{CrmOwner, CrmStage, Prepare, Setup};
pub use subject::{InvalidSubject, Subject};
pub use values::{NotOurs, Values};
pub use witness::{CrmRequest, Held, Witness};
pub use write::{NotSent, Write, Written};
