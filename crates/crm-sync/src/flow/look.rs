//! Planning: what is wanted against what is there, with reads only.

use std::collections::{BTreeMap, BTreeSet};

use super::{CrmSync, SyncError};
use crate::plan::decide;
use crate::{By, Entry, Find, Planned, Prepare, Record, RecordId, RecordKind, Subject, Wanted};

/// The links of records: of each, what it is linked to.
type Links = BTreeMap<RecordId, BTreeSet<(RecordKind, RecordId)>>;

impl CrmSync {
    /// What there is to do, of each subject once. Nothing is written, neither to the CRM nor to the
    /// outbox.
    pub async fn plan(&self, wanted: Vec<Wanted>) -> Result<Vec<Planned>, SyncError> {
        let subjects: Vec<Subject> = wanted.iter().map(|one| one.subject.clone()).collect();
        let latest = self.outbox.latest(&subjects).await?;
        let mut latest: BTreeMap<Subject, Entry> = latest
            .into_iter()
            .map(|entry| (entry.subject.clone(), entry))
            .collect();
        let mut now = self.current(&subjects, &latest).await?;
        let links = self.links(&wanted, &now).await?;
        let none = BTreeSet::new();
        let decided = wanted.into_iter().map(|wanted| {
            let record = now.remove(&wanted.subject);
            let linked = record
                .as_ref()
                .and_then(|record| links.get(&record.id))
                .unwrap_or(&none);
            let last = latest.remove(&wanted.subject);
            decide(wanted, last, record, linked)
        });
        Ok(decided.collect())
    }

    /// The records of subjects as they are now: by our key where the CRM keeps it unique, else by
    /// the id that we know.
    pub(super) async fn current(
        &self,
        subjects: &[Subject],
        latest: &BTreeMap<Subject, Entry>,
    ) -> Result<BTreeMap<Subject, Record>, SyncError> {
        let unique = self.crm.prepare(Prepare::Look).await?.unique;
        let mut by_key: BTreeMap<RecordKind, BTreeMap<String, Subject>> = BTreeMap::new();
        let mut by_id: BTreeMap<RecordKind, BTreeMap<String, Subject>> = BTreeMap::new();
        for subject in subjects {
            let kind = subject.kind();
            let known = latest.get(subject).and_then(|entry| entry.record.clone());
            let known = match subject {
                Subject::Deal(deal) => Some(deal.clone()),
                _ => known,
            };
            match (subject.key().filter(|_| unique.contains(&kind)), known) {
                (Some(key), _) => {
                    by_key.entry(kind).or_default().insert(key, subject.clone());
                }
                (None, Some(id)) => {
                    let of_kind = by_id.entry(kind).or_default();
                    of_kind.insert(id.to_string(), subject.clone());
                }
                (None, None) => {}
            }
        }
        let mut found = BTreeMap::new();
        for (kind, mut subjects) in by_key {
            let find = Find::new(kind, By::Key, subjects.keys().cloned());
            for record in self.crm.find(&find).await? {
                let key = record.get(crate::Field::Key).unwrap_or_default();
                if let Some(subject) = subjects.remove(key) {
                    found.insert(subject, record);
                }
            }
        }
        for (kind, mut subjects) in by_id {
            let find = Find::new(kind, By::Id, subjects.keys().cloned());
            for record in self.crm.find(&find).await? {
                if let Some(subject) = subjects.remove(record.id.as_str()) {
                    found.insert(subject, record);
                }
            }
        }
        Ok(found)
    }

    /// What the records are linked to already, of the kinds that links are wanted to.
    async fn links(
        &self,
        wanted: &[Wanted],
        now: &BTreeMap<Subject, Record>,
    ) -> Result<Links, SyncError> {
        let mut asked: BTreeMap<(RecordKind, RecordKind), Vec<RecordId>> = BTreeMap::new();
        for one in wanted {
            let Some(record) = now.get(&one.subject) else {
                continue;
            };
            let kinds: BTreeSet<RecordKind> = one.links.iter().map(|(kind, _)| *kind).collect();
            for to in kinds {
                let ids = asked.entry((one.subject.kind(), to)).or_default();
                ids.push(record.id.clone());
            }
        }
        let mut links = Links::new();
        for ((from, to), ids) in asked {
            for (id, others) in self.crm.linked(from, &ids, to).await? {
                let of_record = links.entry(id).or_default();
                of_record.extend(others.into_iter().map(|other| (to, other)));
            }
        }
        Ok(links)
    }
}
