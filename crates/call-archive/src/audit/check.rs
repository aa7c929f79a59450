//! Checking a chain: the first record that is not what it was.

use std::collections::BTreeMap;
use std::fmt;

use aws_lc_rs::constant_time::verify_slices_are_equal;

use crate::{AuditHead, AuditKey, AuditRecord};

/// Checks records as they come: of each chain from its first, in order.
#[derive(Debug)]
pub struct AuditCheck {
    key: AuditKey,
    ends: BTreeMap<String, AuditHead>,
    checkpoint: Vec<AuditHead>,
    records: u64,
}

/// The first record that is not what it was.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BadRecord {
    /// Its chain.
    pub chain: String,
    /// Its number.
    pub seq: u64,
    /// What is wrong with it.
    pub what: &'static str,
}

impl fmt::Display for BadRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "record {} of chain {} {}",
            self.seq, self.chain, self.what
        )
    }
}

impl std::error::Error for BadRecord {}

impl AuditCheck {
    /// A check that also holds the chains to where they were when the checkpoint was taken.
    pub fn new(key: AuditKey, checkpoint: Vec<AuditHead>) -> Self {
        Self {
            key,
            ends: BTreeMap::new(),
            checkpoint,
            records: 0,
        }
    }

    /// Checks the next record.
    pub fn take(&mut self, record: &AuditRecord) -> Result<(), BadRecord> {
        let bad = |seq, what| {
            Err(BadRecord {
                chain: record.chain.clone(),
                seq,
                what,
            })
        };
        let before = self.ends.get(&record.chain);
        let expected = before.map_or(0, |before| before.seq) + 1;
        if record.seq != expected {
            return bad(expected, "is missing");
        }
        let is_linked = record.prev == before.map(|before| before.mac.as_str()).unwrap_or_default();
        let mac = self.key.mac(record);
        if !is_linked || verify_slices_are_equal(mac.as_bytes(), record.mac.as_bytes()).is_err() {
            return bad(record.seq, "is not what was written");
        }
        let is_another = |head: &AuditHead| {
            head.chain == record.chain && head.seq == record.seq && head.mac != record.mac
        };
        if self.checkpoint.iter().any(is_another) {
            return bad(record.seq, "is not the one of the checkpoint");
        }
        self.ends.insert(record.chain.clone(), record.head());
        self.records += 1;
        Ok(())
    }

    /// The number of records and the ends of their chains, if none that the checkpoint names is
    /// missing.
    pub fn finish(self) -> Result<(u64, Vec<AuditHead>), BadRecord> {
        for head in &self.checkpoint {
            let reached = self.ends.get(&head.chain).map_or(0, |end| end.seq);
            if reached < head.seq {
                return Err(BadRecord {
                    chain: head.chain.clone(),
                    seq: reached + 1,
                    what: "was cut off: the checkpoint names a later one",
                });
            }
        }
        Ok((self.records, self.ends.into_values().collect()))
    }
}

#[cfg(test)]
pub(super) mod tests {
    use conversation::Tenant;
    use jiff::Timestamp;

    use super::*;
    use crate::AuditEntry;

    pub(in crate::audit) fn key() -> AuditKey {
        AuditKey::from_bytes(b"a key of this test", &Tenant::default())
    }

    pub(in crate::audit) fn entry(number: u64) -> AuditEntry {
        let at = Timestamp::from_second(1_772_000_000).expect("in range");
        AuditEntry::new(at, "local", "admin", "search", "ok")
            .concerning(["c1", "c2"])
            .bytes(number)
            .params(key().params(["a question"]))
    }

    const LENGTH: usize = 8;

    fn chain() -> Vec<AuditRecord> {
        let mut records: Vec<AuditRecord> = Vec::new();
        for number in 1..=LENGTH as u64 {
            let before = records.last().map(AuditRecord::head);
            records.push(key().chained("main", before.as_ref(), &entry(number)));
        }
        records
    }

    fn verdict(records: &[AuditRecord], checkpoint: Vec<AuditHead>) -> Result<u64, BadRecord> {
        let mut check = AuditCheck::new(key(), checkpoint);
        for record in records {
            check.take(record)?;
        }
        check.finish().map(|(records, _)| records)
    }

    /// The record that a check names.
    fn named(records: &[AuditRecord], checkpoint: Vec<AuditHead>) -> u64 {
        verdict(records, checkpoint).expect_err("caught").seq
    }

    type Change = (&'static str, fn(&mut AuditRecord));

    /// Every field of a record, changed.
    const CHANGES: [Change; 13] = [
        ("chain", |record| record.chain.push('x')),
        ("seq", |record| record.seq += 1),
        ("at", |record| {
            record.entry.at += jiff::SignedDuration::from_micros(1);
        }),
        ("actor", |record| record.entry.actor = "key:1".to_owned()),
        ("role", |record| record.entry.role = "rep".to_owned()),
        ("action", |record| record.entry.action = "show".to_owned()),
        ("targets", |record| record.entry.targets = "c1".to_owned()),
        ("targets and outcome", |record| {
            // The same characters on the other side of a border.
            record.entry.targets.push('o');
            record.entry.outcome = "k".to_owned();
        }),
        ("outcome", |record| {
            record.entry.outcome = "denied".to_owned();
        }),
        ("bytes", |record| record.entry.bytes += 1),
        ("params", |record| record.entry.params.clear()),
        ("prev", |record| record.prev = flipped(&record.prev)),
        ("mac", |record| record.mac = flipped(&record.mac)),
    ];

    fn flipped(code: &str) -> String {
        match code.strip_prefix('0') {
            Some(rest) => format!("1{rest}"),
            None => format!("0{}", code.get(1..).unwrap_or_default()),
        }
    }

    #[test]
    fn a_whole_chain_is_sound() {
        assert_eq!(verdict(&chain(), Vec::new()), Ok(LENGTH as u64));
        let middle = chain().remove(3).head();
        assert_eq!(verdict(&chain(), vec![middle]), Ok(LENGTH as u64));
    }

    #[test]
    fn every_field_that_is_changed_at_any_place_is_caught_there() {
        for at in 0..LENGTH {
            for (what, change) in CHANGES {
                let mut records = chain();
                change(&mut records[at]);
                let bad = verdict(&records, Vec::new()).expect_err("caught");
                // A record under the name of another chain is one that lacks its first.
                let seq = if what == "chain" { 1 } else { at as u64 + 1 };
                assert_eq!(bad.seq, seq, "{what} of record {}", at + 1);
            }
        }
    }

    #[test]
    fn every_record_that_is_dropped_is_caught_but_the_last_which_a_checkpoint_catches() {
        let head = chain().pop().expect("a last one").head();
        for at in 0..LENGTH {
            let mut records = chain();
            records.remove(at);
            if at + 1 < LENGTH {
                assert_eq!(named(&records, Vec::new()), at as u64 + 1);
            } else {
                assert_eq!(verdict(&records, Vec::new()), Ok(LENGTH as u64 - 1));
            }
            assert_eq!(named(&records, vec![head.clone()]), at as u64 + 1);
        }
    }

    #[test]
    fn every_two_records_that_are_swapped_are_caught_even_with_their_numbers() {
        for first in 0..LENGTH {
            for second in first + 1..LENGTH {
                let mut records = chain();
                records.swap(first, second);
                assert_eq!(named(&records, Vec::new()), first as u64 + 1);
                for (record, seq) in records.iter_mut().zip(1..) {
                    record.seq = seq;
                }
                assert_eq!(named(&records, Vec::new()), first as u64 + 1);
            }
        }
    }

    #[test]
    fn a_tail_cut_off_at_any_place_is_caught_by_a_checkpoint() {
        let head = chain().pop().expect("a last one").head();
        for length in 0..LENGTH {
            let records = &chain()[..length];
            assert_eq!(verdict(records, Vec::new()), Ok(length as u64));
            assert_eq!(named(records, vec![head.clone()]), length as u64 + 1);
        }
    }

    #[test]
    fn a_record_that_is_told_twice_is_caught() {
        for at in 0..LENGTH {
            let mut records = chain();
            records.insert(at, records[at].clone());
            assert_eq!(named(&records, Vec::new()), at as u64 + 2);
        }
    }

    #[test]
    fn whoever_holds_the_key_and_writes_the_chain_anew_is_caught_by_a_checkpoint() {
        let head = chain().pop().expect("a last one").head();
        let mut forged: Vec<AuditRecord> = Vec::new();
        for number in 1..=LENGTH as u64 {
            let before = forged.last().map(AuditRecord::head);
            let mut entry = entry(number);
            entry.actor = "somebody".to_owned();
            forged.push(key().chained("main", before.as_ref(), &entry));
        }

        assert_eq!(verdict(&forged, Vec::new()), Ok(LENGTH as u64));
        assert_eq!(named(&forged, vec![head]), LENGTH as u64);
    }

    #[test]
    fn chains_of_several_processes_are_checked_each_for_itself() {
        let mut records = chain();
        let other = key().chained("other", None, &entry(1));
        records.push(other.clone());
        assert_eq!(verdict(&records, vec![other.head()]), Ok(LENGTH as u64 + 1));

        records.pop();
        let bad = verdict(&records, vec![other.head()]).expect_err("caught");
        assert_eq!((bad.chain.as_str(), bad.seq), ("other", 1));
    }
}
