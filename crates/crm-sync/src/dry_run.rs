//! A CRM that is only read.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use jiff::Timestamp;

use crate::{
    ChangedPage, Crm, CrmError, Find, Prepare, Record, RecordId, RecordKind, Setup, Write, Written,
};

/// Reads through another CRM, and notes what would be written instead of writing it.
///
/// What is put or changed is answered as done without an id; links that would need the id of a new
/// record can therefore not be noted before it is there.
#[derive(Debug)]
pub struct DryRun<C> {
    crm: C,
    noted: Mutex<Vec<Write>>,
}

impl<C> DryRun<C> {
    /// Reads through this one.
    pub fn over(crm: C) -> Self {
        Self {
            crm,
            noted: Mutex::default(),
        }
    }

    /// What would have been written so far, in order.
    pub fn noted(&self) -> Vec<Write> {
        let noted = self.noted.lock().unwrap_or_else(PoisonError::into_inner);
        noted.clone()
    }
}

#[async_trait]
impl<C: Crm> Crm for DryRun<C> {
    async fn prepare(&self, _how: Prepare) -> Result<Setup, CrmError> {
        self.crm.prepare(Prepare::Look).await
    }

    async fn find(&self, find: &Find) -> Result<Vec<Record>, CrmError> {
        self.crm.find(find).await
    }

    async fn linked(
        &self,
        from: RecordKind,
        ids: &[RecordId],
        to: RecordKind,
    ) -> Result<BTreeMap<RecordId, Vec<RecordId>>, CrmError> {
        self.crm.linked(from, ids, to).await
    }

    async fn write(&self, writes: &[Write]) -> Result<Vec<Written>, CrmError> {
        let mut noted = self.noted.lock().unwrap_or_else(PoisonError::into_inner);
        noted.extend_from_slice(writes);
        let done = |write: &Write| match write {
            Write::Put { id, values, .. } => Written::Done {
                id: id.clone(),
                is_new: id.is_none(),
                held: values.to_held(),
            },
            Write::Change { id, values, .. } => Written::Done {
                id: Some(id.clone()),
                is_new: false,
                held: values.to_held(),
            },
            Write::Link { .. } | Write::Remove { .. } => Written::Done {
                id: None,
                is_new: false,
                held: BTreeMap::new(),
            },
        };
        Ok(writes.iter().map(done).collect())
    }

    async fn changed(
        &self,
        kind: RecordKind,
        since: Timestamp,
        after: Option<&str>,
    ) -> Result<ChangedPage, CrmError> {
        self.crm.changed(kind, since, after).await
    }
}
