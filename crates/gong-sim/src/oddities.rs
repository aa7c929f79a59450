//! Answers that are right but not what the contract promises: nulls, numbers for ids, fields from the future.

use serde_json::{Value, json};

use crate::{Faults, seeded};

/// Fields that real answers leave null, or that the contract leaves optional. Not among them: ids, times of a call and
/// `isPrivate`, without which no client can act.
const NULLABLE: [&str; 32] = [
    "title",
    "purpose",
    "customData",
    "clientUniqueId",
    "sdrDisposition",
    "calendarEventId",
    "meetingUrl",
    "language",
    "direction",
    "system",
    "scope",
    "media",
    "duration",
    "url",
    "emailAddress",
    "name",
    "speakerId",
    "phoneNumber",
    "affiliation",
    "methods",
    "context",
    "objects",
    "fields",
    "value",
    "topic",
    "brief",
    "keyPoints",
    "speakers",
    "questions",
    "firstName",
    "lastName",
    "emailAliases",
];

/// Fields that hold ids.
const IDS: [&str; 9] = [
    "id",
    "callId",
    "primaryUserId",
    "workspaceId",
    "userId",
    "speakerId",
    "managerId",
    "commenterUserId",
    "inReplyTo",
];

/// Gives one item of a list its share of nulls: the same ones each time it is asked for.
pub(crate) fn with_nulls(item: &mut Value, id: &str, faults: &Faults) {
    if faults.nulls > 0.0 {
        null_fields(item, id, faults);
    }
}

fn null_fields(value: &mut Value, path: &str, faults: &Faults) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                let path = format!("{path}/{name}");
                let is_nullable = NULLABLE.contains(&name.as_str());
                if is_nullable && seeded::happens(faults.seed, &path, faults.nulls) {
                    *value = Value::Null;
                } else {
                    null_fields(value, &path, faults);
                }
            }
        }
        Value::Array(items) => {
            for (number, item) in items.iter_mut().enumerate() {
                null_fields(item, &format!("{path}/{number}"), faults);
            }
        }
        _ => {}
    }
}

/// Applies what concerns a whole answer.
pub(crate) fn apply(body: &mut Value, faults: &Faults) {
    if faults.integer_ids {
        number_ids(body);
    }
    if faults.new_fields {
        add_fields(body);
    }
}

fn number_ids(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                let number: Option<u64> = value.as_str().and_then(|text| text.parse().ok());
                match number {
                    Some(number) if IDS.contains(&name.as_str()) => *value = json!(number),
                    _ => number_ids(value),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(number_ids),
        _ => {}
    }
}

/// Every object gets a field, and some enums a value, that came after all documents.
fn add_fields(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.values_mut().for_each(add_fields);
            if fields.contains_key("media") && fields.contains_key("direction") {
                fields.insert("media".to_owned(), json!("Hologram"));
            }
            if let Some(methods) = fields.get_mut("methods").and_then(Value::as_array_mut) {
                methods.push(json!("Dreamer"));
            }
            fields.insert(
                "addedLater".to_owned(),
                json!({ "since": 2031, "items": [null, "one"] }),
            );
        }
        Value::Array(items) => items.iter_mut().for_each(add_fields),
        _ => {}
    }
}
