//! Taking out of the CRM what was erased here: our words first, then the record, where it is ours.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{CrmSync, SyncError, is_settled};
use crate::kept::{ArchiveOutbox, LeftInCrm};
use crate::{By, Field, Find, Prepare, RecordId, RecordKind, Values, Write, Written};

/// How many records are blanked at once.
const BATCH: usize = 100;
/// How many are looked at in one go; more are there with the next.
const MOST: usize = 10_000;

/// A record, and what in the archive it stands for.
type Lying = ((RecordKind, RecordId), Vec<String>);

/// What became of records that hold what was erased here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Blanked {
    /// The CRM holds nothing of these any more, by [`LeftInCrm::id`].
    pub gone: Vec<String>,
    /// These are tried again: what became of them is not known yet, or the CRM was not reached.
    pub open: Vec<String>,
    /// The CRM refused these, with its message.
    pub refused: BTreeMap<String, String>,
}

impl CrmSync {
    /// Blanks whatever the archive says is left in the CRM of what was erased, and notes there what
    /// is gone. Stopped anywhere, the next time goes on.
    ///
    /// # Errors
    /// [`SyncError`] where the CRM or the archive cannot be reached; what was blanked before is
    /// noted.
    pub async fn blank_erased(
        &self,
        outbox: &ArchiveOutbox,
        now: Timestamp,
    ) -> Result<Blanked, SyncError> {
        let mut all = Blanked::default();
        for left in outbox.left(MOST).await?.chunks(BATCH) {
            let Blanked {
                gone,
                open,
                refused,
            } = self.blank(left, now).await?;
            outbox.end(&gone).await?;
            all.gone.extend(gone);
            all.open.extend(open);
            all.refused.extend(refused);
        }
        Ok(all)
    }

    async fn blank(&self, left: &[LeftInCrm], now: Timestamp) -> Result<Blanked, SyncError> {
        let mut blanked = Blanked::default();
        let mut known: BTreeMap<(RecordKind, RecordId), Vec<String>> = BTreeMap::new();
        let by_key = self.by_key(left).await?;
        for one in left {
            let found = one.record.clone().or_else(|| {
                let key = one.key.clone()?;
                by_key.get(&(one.kind, key)).cloned()
            });
            match found {
                Some(record) => {
                    let ids = known.entry((one.kind, record)).or_default();
                    ids.push(one.id.clone());
                }
                // What was just sent may turn up yet.
                None if is_settled(one.sent, now) => blanked.gone.push(one.id.clone()),
                None => blanked.open.push(one.id.clone()),
            }
        }
        let emptied = known.keys();
        let emptied = emptied.map(|(kind, id)| Write::change(*kind, id.clone(), empty(*kind)));
        let emptied = emptied.collect();
        let known = self
            .told(known.into_iter().collect(), emptied, &mut blanked)
            .await?;
        // A deal is people's own: only our words go.
        let is_of_people = |((kind, _), _): &Lying| *kind == RecordKind::Deal;
        let (of_people, ours): (Vec<Lying>, Vec<Lying>) = known.into_iter().partition(is_of_people);
        let removed = ours.iter();
        let removed = removed.map(|((kind, id), _)| Write::remove(*kind, id.clone()));
        let removed = removed.collect();
        let removed = self.told(ours, removed, &mut blanked).await?;
        let gone = of_people.into_iter().chain(removed);
        blanked.gone.extend(gone.flat_map(|(_, ids)| ids));
        Ok(blanked)
    }

    /// Writes one for each; gives those that are done. What is not there any more is gone.
    async fn told(
        &self,
        records: Vec<Lying>,
        writes: Vec<Write>,
        blanked: &mut Blanked,
    ) -> Result<Vec<Lying>, SyncError> {
        if writes.is_empty() {
            return Ok(Vec::new());
        }
        let mut done = Vec::new();
        let outcomes = self.crm.write(&writes).await?;
        for ((record, ids), outcome) in records.into_iter().zip(outcomes) {
            match outcome {
                Written::Done { .. } => done.push((record, ids)),
                Written::Missing => blanked.gone.extend(ids),
                Written::Refused(message) => {
                    let refused = ids.into_iter().map(|id| (id, message.clone()));
                    blanked.refused.extend(refused);
                }
                Written::Unknown | Written::NotSent(_) => blanked.open.extend(ids),
            }
        }
        Ok(done)
    }

    /// The records that carry our keys, of those whose id is not known.
    async fn by_key(
        &self,
        left: &[LeftInCrm],
    ) -> Result<BTreeMap<(RecordKind, String), RecordId>, SyncError> {
        let mut asked: BTreeMap<RecordKind, Vec<&LeftInCrm>> = BTreeMap::new();
        for one in left.iter().filter(|one| one.record.is_none()) {
            asked.entry(one.kind).or_default().push(one);
        }
        let mut found = BTreeMap::new();
        if asked.is_empty() {
            return Ok(found);
        }
        let unique = self.crm.prepare(Prepare::Look).await?.unique;
        for (kind, left) in asked {
            if unique.contains(&kind) {
                let keys = left.iter().filter_map(|one| one.key.clone());
                for record in self.crm.find(&Find::new(kind, By::Key, keys)).await? {
                    if let Some(key) = record.get(Field::Key) {
                        found.insert((kind, key.to_owned()), record.id);
                    }
                }
                continue;
            }
            for one in left {
                let Some(key) = &one.key else { continue };
                if let Some(record) = self.look_for(kind, key, one.sent).await? {
                    found.insert((kind, key.clone()), record.id);
                }
            }
        }
        Ok(found)
    }
}

/// Nothing in every field that could hold a word. When a call was and which it is stays, so that the
/// record is found again until it is gone.
fn empty(kind: RecordKind) -> Values {
    let stays = [
        Field::Started,
        Field::Duration,
        Field::Direction,
        Field::Key,
    ];
    let mut values = Values::of(kind);
    for field in Field::ALL {
        let is_blanked = field.is_writable(kind) && !stays.contains(&field);
        if let Some(more) = is_blanked.then(|| values.clone().with(field, "")) {
            values = more.unwrap_or(values);
        }
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_of_ours_is_emptied_and_nothing_of_people_s() {
        let emptied = |kind| -> Vec<Field> { empty(kind).iter().map(|(field, _)| field).collect() };
        for field in [Field::Title, Field::Body, Field::NextSteps, Field::Evidence] {
            assert!(emptied(RecordKind::Call).contains(&field), "{field:?}");
        }
        assert!(!emptied(RecordKind::Call).contains(&Field::Key));
        assert_eq!(
            emptied(RecordKind::Deal),
            [
                Field::Competitors,
                Field::Warnings,
                Field::Score,
                Field::Reasons,
                Field::LastCall
            ]
        );
        for (_, value) in empty(RecordKind::Task).iter() {
            assert_eq!(value, "");
        }
    }
}
