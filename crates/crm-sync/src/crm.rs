//! The seam: what a sync needs of any CRM.

use std::collections::BTreeMap;

use async_trait::async_trait;
use jiff::Timestamp;

use crate::{CrmError, Prepare, Record, RecordId, RecordKind, Setup, Write, Written};

/// By what records are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "each CRM has these four ways")]
pub enum By {
    /// The CRM's id.
    Id,
    /// Our key. Sure only where [`Setup::unique`] names the kind.
    Key,
    /// The exact address of a contact.
    Email,
    /// The domain of a company. A new company may be found late.
    Domain,
}

/// What is looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "what, by what, and which")]
pub struct Find {
    /// The kind of records.
    pub kind: RecordKind,
    /// By what.
    pub by: By,
    /// The values; any number.
    pub values: Vec<String>,
}

impl Find {
    /// Looks for records of a kind by these values.
    pub fn new<V: Into<String>>(
        kind: RecordKind,
        by: By,
        values: impl IntoIterator<Item = V>,
    ) -> Self {
        Self {
            kind,
            by,
            values: values.into_iter().map(Into::into).collect(),
        }
    }
}

/// Of each record, those that it is linked to.
pub type Links = BTreeMap<RecordId, Vec<RecordId>>;

/// A page of what changed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ChangedPage {
    /// The records, the longest unchanged first.
    pub records: Vec<Record>,
    /// Where to go on; none when this was the last page.
    pub next: Option<String>,
}

impl ChangedPage {
    /// A page, and where to go on.
    pub fn new(records: Vec<Record>, next: Option<String>) -> Self {
        Self { records, next }
    }
}

/// A CRM.
///
/// Laws, each checked by the tests of its implementations:
/// - Reading changes nothing, and [`Prepare::Look`] is reading.
/// - `write` gives one outcome for each write, in order. The writes of one call are carried out in
///   any order: what needs another's outcome goes into a later call.
/// - [`Written::Done`] is said only of what the CRM said is done; [`Written::Unknown`] of whatever
///   was sent without an answer that says either.
/// - A refused write does not keep the others from being carried out.
#[async_trait]
pub trait Crm: Send + Sync {
    /// What the CRM is set up like; makes our fields if told to.
    async fn prepare(&self, how: Prepare) -> Result<Setup, CrmError>;

    /// The records with these values. What is not there is left out.
    async fn find(&self, find: &Find) -> Result<Vec<Record>, CrmError>;

    /// The records of a kind that these are linked to. Those without any are left out; all of them
    /// are by a CRM that links nothing.
    async fn linked(
        &self,
        from: RecordKind,
        ids: &[RecordId],
        to: RecordKind,
    ) -> Result<Links, CrmError> {
        let _ = (from, ids, to);
        Ok(Links::new())
    }

    /// Writes, and says of each what came of it.
    async fn write(&self, writes: &[Write]) -> Result<Vec<Written>, CrmError>;

    /// The records that were changed since an instant, page by page. A record may come twice. A CRM
    /// that is written only need not tell.
    async fn changed(
        &self,
        kind: RecordKind,
        since: Timestamp,
        after: Option<&str>,
    ) -> Result<ChangedPage, CrmError> {
        let _ = (kind, since, after);
        Err(CrmError::Setup("it does not tell what was changed"))
    }
}
