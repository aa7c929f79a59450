//! What there is to write, and what a person changed: a decision from values.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::{Field, Values};

/// What there is to do about a record.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Differences {
    /// What is to be written; empty when nothing is.
    pub write: Values,
    /// The fields that a person changed since, or filled before us: they stay.
    pub kept: Vec<Field>,
}

/// Compares what is wanted with what a record holds and with what it held when we last left it.
///
/// A field is written when it is empty, or still as it was left; where it is neither, a person wrote
/// it, and it stays. What is as wanted already is not written again. `left` is what
/// [`Written::Done`](crate::Written::Done) said the record held, which is the CRM's own form of what
/// was written.
///
/// ```
/// use std::collections::BTreeMap;
///
/// use crm_sync::{Field, RecordKind, Values, differences};
///
/// let wanted = Values::of(RecordKind::Call)
///     .with(Field::NextSteps, "send the offer")?
///     .with(Field::Competitors, "Owl")?;
/// let held = |steps: &str| BTreeMap::from([(Field::NextSteps, steps.to_owned())]);
///
/// let found = differences(&wanted, &held("call Ada first"), &held("send a draft"));
///
/// assert_eq!(found.kept, [Field::NextSteps]); // a person's words stay
/// assert_eq!(found.write.get(Field::Competitors), Some("Owl"));
/// # Ok::<(), crm_sync::NotOurs>(())
/// ```
pub fn differences(
    wanted: &Values,
    held: &BTreeMap<Field, String>,
    left: &BTreeMap<Field, String>,
) -> Differences {
    let value = |values: &BTreeMap<Field, String>, field: Field| {
        values.get(&field).cloned().unwrap_or_default()
    };
    let mut kept = Vec::new();
    let mut changed = Vec::new();
    for (field, text) in wanted.iter() {
        let now = value(held, field);
        if is_same(&now, text) {
            continue;
        }
        if now.is_empty() && !left.contains_key(&field) || now == value(left, field) {
            changed.push(field);
        } else {
            kept.push(field);
        }
    }
    Differences {
        write: wanted.only(|field| changed.contains(&field)),
        kept,
    }
}

/// Whether two texts say the same: a CRM writes instants and numbers in a form of its own.
fn is_same(one: &str, other: &str) -> bool {
    if one == other {
        return true;
    }
    let instants = one.parse::<Timestamp>().ok().zip(other.parse().ok());
    let numbers = one.parse::<f64>().ok().zip(other.parse().ok());
    let is_instant = instants.is_some_and(|(one, other): (_, Timestamp)| one == other);
    let is_number = numbers.is_some_and(|(one, other): (f64, f64)| one.total_cmp(&other).is_eq());
    is_instant || is_number
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::RecordKind;
    use proptest::prelude::*;

    fn check(wanted: &str, held: &str, left: Option<&str>, is_written: bool, is_kept: bool) {
        let wanted = Values::of(RecordKind::Call)
            .with(Field::NextSteps, wanted)
            .expect("ours");
        let of = |text: &str| BTreeMap::from([(Field::NextSteps, text.to_owned())]);
        let held = if held.is_empty() {
            BTreeMap::new()
        } else {
            of(held)
        };
        let left = left.map(of).unwrap_or_default();

        let found = differences(&wanted, &held, &left);

        assert_eq!(!found.write.is_empty(), is_written, "{held:?} {left:?}");
        assert_eq!(!found.kept.is_empty(), is_kept, "{held:?} {left:?}");
    }

    #[test]
    fn a_field_is_written_when_it_is_still_as_we_left_it() {
        check("new", "", None, true, false);
        check("new", "old", Some("old"), true, false);
        check("same", "same", Some("same"), false, false);
        check("same", "same", None, false, false);
    }

    #[test]
    fn an_instant_and_a_number_are_the_same_in_whatever_form() {
        let at = "2026-03-02T10:00:00Z";
        check(at, "2026-03-02T10:00:00.000Z", Some(at), false, false);
        check("0.40", "0.4", None, false, false);
        check("0.40", "0.5", Some("0.5"), true, false);
    }

    #[test]
    fn what_a_person_wrote_or_emptied_stays() {
        check("new", "a person's", Some("old"), false, true);
        check("new", "a person's", None, false, true);
        check("new", "", Some("old"), false, true);
    }

    proptest! {
        #[test]
        fn once_written_there_is_nothing_more_to_write(text in "[a-z]{0,6}", held in "[a-z]{0,6}") {
            let wanted = Values::of(RecordKind::Call).with(Field::Objections, &text).expect("ours");
            let before = BTreeMap::from([(Field::Objections, held)]);
            let first = differences(&wanted, &before, &before);
            let mut after = before;
            for (field, value) in first.write.iter() {
                after.insert(field, value.to_owned());
            }
            let second = differences(&wanted, &after, &after);
            prop_assert!(second.write.is_empty());
        }
    }
}
