//! A record as HubSpot writes it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Deserialize;

use super::names::properties;
use crate::{Field, Record, RecordId, RecordKind};

/// A record as HubSpot writes it.
#[derive(Debug, Deserialize)]
pub(super) struct WireRecord {
    id: String,
    #[serde(default)]
    properties: BTreeMap<String, Option<String>>,
    #[serde(rename = "updatedAt")]
    updated: Option<String>,
    /// Whether an upsert made it.
    #[serde(default)]
    pub(super) new: bool,
}

impl WireRecord {
    /// The record in our words; none where its id is none that we could use again.
    pub(super) fn read(self, kind: RecordKind) -> Option<Record> {
        let values = properties(kind).iter().filter_map(|(field, name)| {
            let value = self.properties.get(*name)?.as_deref()?;
            (!value.is_empty()).then(|| (*field, canonical(*field, value)))
        });
        let updated = self.updated.as_deref();
        Some(Record {
            kind,
            values: values.collect(),
            updated: updated
                .and_then(|text| text.parse().ok())
                .unwrap_or_default(),
            id: RecordId::new(self.id).ok()?,
        })
    }
}

/// One form for each value: HubSpot gives instants as text or as milliseconds.
fn canonical(field: Field, value: &str) -> String {
    let is_instant = matches!(
        field,
        Field::Started | Field::Ended | Field::CloseDate | Field::Created | Field::LastCall
    );
    let instant = || {
        let millis = value.parse().ok();
        let instant = millis.and_then(|millis| Timestamp::from_millisecond(millis).ok());
        instant.or_else(|| value.parse().ok())
    };
    match instant().filter(|_| is_instant) {
        Some(instant) => instant.to_string(),
        None => value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_have_one_form() {
        for given in [
            "1793613600000",
            "2026-11-02T10:00:00Z",
            "2026-11-02T10:00:00.000Z",
        ] {
            assert_eq!(canonical(Field::Started, given), "2026-11-02T10:00:00Z");
        }
        assert_eq!(canonical(Field::Amount, "1793613600000"), "1793613600000");
    }
}
