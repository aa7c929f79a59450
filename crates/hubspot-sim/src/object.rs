//! One record of the portal.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Value, json};

/// A record: a call, a deal, a company, a contact, a task, a note.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object {
    pub(crate) id: u64,
    pub(crate) values: BTreeMap<String, String>,
    pub(crate) created: Timestamp,
    pub(crate) updated: Timestamp,
    pub(crate) is_archived: bool,
    /// The request from which on a search finds it as it is.
    pub(crate) found_from: u64,
}

impl Object {
    /// Its id.
    pub fn id(&self) -> String {
        self.id.to_string()
    }

    /// The value of a property; an empty text where it has none.
    pub fn get(&self, property: &str) -> &str {
        self.values.get(property).map_or("", String::as_str)
    }

    /// Whether it was deleted.
    pub fn is_archived(&self) -> bool {
        self.is_archived
    }

    /// As an answer shows it, with the properties that were asked for.
    pub(crate) fn shown(&self, asked: &[&str]) -> Value {
        let properties: BTreeMap<&str, Option<&str>> = asked
            .iter()
            .map(|name| (*name, self.values.get(*name).map(String::as_str)))
            .collect();
        let mut shown = json!({
            "id": self.id(),
            "properties": properties,
            "createdAt": self.created.to_string(),
            "updatedAt": self.updated.to_string(),
            "archived": self.is_archived,
        });
        if self.is_archived {
            shown["archivedAt"] = json!(self.updated.to_string());
        }
        shown
    }
}
