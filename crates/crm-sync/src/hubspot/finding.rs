//! Finding records and following their links.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::VERSION;
use super::names::{kind_name, property, property_names};
use super::transport::{Ask, Failure, Transport};
use super::wire::WireRecord;
use crate::{By, CrmError, Field, Find, Record, RecordId, RecordKind};

/// The most records that one request reads.
const MOST: usize = 100;
/// The most records whose links one request reads.
const MOST_LINKED: usize = 1000;
/// The most results of one page of a search.
const MOST_FOUND: usize = 200;

pub(super) async fn find(transport: &Transport, find: &Find) -> Result<Vec<Record>, CrmError> {
    let kind = find.kind;
    let by = match (find.by, kind) {
        (By::Id, _) => None,
        (By::Key, _) => {
            let key = property(kind, Field::Key);
            Some(key.ok_or(CrmError::NoSuchWay { kind })?)
        }
        (By::Email, RecordKind::Contact) => property(kind, Field::Email),
        (By::Domain, RecordKind::Company) => return by_domain(transport, &find.values).await,
        _ => return Err(CrmError::NoSuchWay { kind }),
    };
    let mut records = Vec::new();
    for values in find.values.chunks(MOST) {
        let inputs: Vec<Value> = values.iter().map(|value| json!({ "id": value })).collect();
        let mut body = json!({ "inputs": inputs, "properties": property_names(kind) });
        if let Some(by) = by {
            body["idProperty"] = json!(by);
        }
        let path = ["crm", "objects", VERSION, kind_name(kind), "batch", "read"];
        match transport.ask(&Ask::read(&path, body)).await {
            Ok(answer) => records.extend(read(answer, kind)?),
            // None of them is there.
            Err(Failure::Refused {
                is_missing: true, ..
            }) => {}
            Err(failure) => return Err(failure.into_error()),
        }
    }
    Ok(records)
}

/// The records that an answer lists.
pub(super) fn read(mut answer: Value, kind: RecordKind) -> Result<Vec<Record>, CrmError> {
    let results: Vec<WireRecord> = serde_json::from_value(answer["results"].take())
        .map_err(|_| CrmError::BadAnswer("lists no records"))?;
    let records = results.into_iter().filter_map(|record| record.read(kind));
    Ok(records.collect())
}

async fn by_domain(transport: &Transport, domains: &[String]) -> Result<Vec<Record>, CrmError> {
    let kind = RecordKind::Company;
    let mut records = Vec::new();
    for values in domains.chunks(MOST) {
        let filter = json!({
            "propertyName": property(kind, Field::Domain), "operator": "IN", "values": values,
        });
        let mut after = None;
        loop {
            let mut body = json!({
                "filterGroups": [{ "filters": [filter] }], "properties": property_names(kind),
                "limit": MOST_FOUND,
            });
            if let Some(after) = after.take() {
                body["after"] = json!(after);
            }
            let path = ["crm", "objects", VERSION, kind_name(kind), "search"];
            let answer = transport.ask(&Ask::search(&path, body)).await;
            let answer = answer.map_err(Failure::into_error)?;
            after = next(&answer);
            let page = read(answer, kind)?;
            let is_empty = page.is_empty();
            records.extend(page);
            if after.is_none() || is_empty {
                break;
            }
        }
    }
    Ok(records)
}

/// Where a list goes on.
pub(super) fn next(answer: &Value) -> Option<String> {
    answer["paging"]["next"]["after"]
        .as_str()
        .map(str::to_owned)
}

pub(super) async fn linked(
    transport: &Transport,
    from: RecordKind,
    ids: &[RecordId],
    to: RecordKind,
) -> Result<BTreeMap<RecordId, Vec<RecordId>>, CrmError> {
    let mut linked: BTreeMap<RecordId, Vec<RecordId>> = BTreeMap::new();
    for ids in ids.chunks(MOST_LINKED) {
        let inputs: Vec<Value> = ids.iter().map(|id| json!({ "id": id.as_str() })).collect();
        let (from, to) = (kind_name(from), kind_name(to));
        let path = ["crm", "associations", VERSION, from, to, "batch", "read"];
        let ask = Ask::read(&path, json!({ "inputs": inputs }));
        let answer = match transport.ask(&ask).await {
            Ok(answer) => answer,
            Err(Failure::Refused {
                is_missing: true, ..
            }) => continue,
            Err(failure) => return Err(failure.into_error()),
        };
        let results = answer["results"].as_array();
        let results = results.ok_or(CrmError::BadAnswer("lists no links"))?;
        for result in results {
            let Some(one) = id(&result["from"]["id"]) else {
                continue;
            };
            let others = result["to"].as_array().into_iter().flatten();
            let others =
                others.filter_map(|other| id(&other["toObjectId"]).or_else(|| id(&other["id"])));
            linked.entry(one).or_default().extend(others);
        }
    }
    Ok(linked)
}

/// An id, which HubSpot writes as text in some places and as a number in others.
fn id(value: &Value) -> Option<RecordId> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.as_u64()?.to_string(),
        _ => return None,
    };
    RecordId::new(text).ok()
}
