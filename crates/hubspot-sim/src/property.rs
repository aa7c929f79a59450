//! What a kind of record can hold.

use std::collections::BTreeMap;

use serde_json::{Value, json};

/// A property of a kind of record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Property {
    pub(crate) name: String,
    pub(crate) label: String,
    pub(crate) group: String,
    pub(crate) kind: String,
    pub(crate) field: String,
    pub(crate) is_unique: bool,
}

impl Property {
    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The group it stands in.
    pub fn group(&self) -> &str {
        &self.group
    }

    /// Whether no two records may have the same value of it.
    pub fn is_unique(&self) -> bool {
        self.is_unique
    }

    /// Reads a request that makes one.
    pub(crate) fn read(body: &Value) -> Option<Self> {
        let text = |name: &str| body[name].as_str().map(str::to_owned);
        Some(Self {
            name: text("name")?,
            label: text("label")?,
            group: text("groupName")?,
            kind: text("type")?,
            field: text("fieldType")?,
            is_unique: body["hasUniqueValue"].as_bool().unwrap_or(false),
        })
    }

    pub(crate) fn shown(&self) -> Value {
        json!({
            "name": self.name, "label": self.label, "groupName": self.group,
            "type": self.kind, "fieldType": self.field, "hasUniqueValue": self.is_unique,
        })
    }

    fn own(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            label: name.to_owned(),
            group: "standard".to_owned(),
            kind: "string".to_owned(),
            field: "text".to_owned(),
            is_unique: false,
        }
    }
}

/// The kinds of records, each with the properties that HubSpot itself brings.
const OWN: [(&str, &[&str]); 8] = [
    (
        "calls",
        &[
            "hs_timestamp",
            "hs_call_title",
            "hs_call_body",
            "hs_call_duration",
            "hs_call_direction",
            "hs_call_status",
            "hs_call_recording_url",
            "hubspot_owner_id",
            "hs_lastmodifieddate",
        ],
    ),
    (
        "deals",
        &[
            "dealname",
            "dealstage",
            "pipeline",
            "amount",
            "deal_currency_code",
            "closedate",
            "createdate",
            "hubspot_owner_id",
            "hs_lastmodifieddate",
        ],
    ),
    (
        "companies",
        &["name", "domain", "hubspot_owner_id", "hs_lastmodifieddate"],
    ),
    (
        "contacts",
        &[
            "email",
            "firstname",
            "lastname",
            "hubspot_owner_id",
            "lastmodifieddate",
        ],
    ),
    (
        "tasks",
        &[
            "hs_timestamp",
            "hs_task_subject",
            "hs_task_body",
            "hs_task_status",
            "hubspot_owner_id",
            "hs_lastmodifieddate",
        ],
    ),
    (
        "notes",
        &[
            "hs_timestamp",
            "hs_note_body",
            "hubspot_owner_id",
            "hs_lastmodifieddate",
        ],
    ),
    (
        "emails",
        &[
            "hs_timestamp",
            "hs_email_direction",
            "hubspot_owner_id",
            "hs_lastmodifieddate",
        ],
    ),
    (
        "meetings",
        &[
            "hs_timestamp",
            "hs_meeting_start_time",
            "hs_meeting_end_time",
            "hs_meeting_outcome",
            "hubspot_owner_id",
            "hs_lastmodifieddate",
        ],
    ),
];

/// What a new portal knows.
pub(crate) fn own() -> BTreeMap<String, BTreeMap<String, Property>> {
    OWN.iter()
        .map(|(kind, names)| {
            let properties = names
                .iter()
                .map(|name| ((*name).to_owned(), Property::own(name)));
            ((*kind).to_owned(), properties.collect())
        })
        .collect()
}

/// The property by which a search knows when a record was changed.
pub(crate) fn modified_by(kind: &str) -> &'static str {
    if kind == "contacts" {
        "lastmodifieddate"
    } else {
        "hs_lastmodifieddate"
    }
}

/// What a record of this kind must have.
pub(crate) fn required(kind: &str) -> Option<&'static str> {
    matches!(kind, "calls" | "tasks" | "notes" | "emails" | "meetings").then_some("hs_timestamp")
}
