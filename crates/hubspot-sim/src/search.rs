//! Searches: filters, order, pages, and that what is new is found late.

use serde_json::{Value, json};

use crate::Object;
use crate::portal::Portal;
use crate::reply::Reply;

const MOST: u64 = 200;
const MOST_IN_ALL: usize = 10_000;
const MOST_GROUPS: usize = 5;
const MOST_FILTERS: usize = 10;

pub(crate) fn answer(portal: &Portal, kind: &str, body: &Value) -> Reply {
    let limit = body["limit"].as_u64().unwrap_or(10);
    if limit > MOST {
        return Reply::bad(format!("limit is at most {MOST}"));
    }
    let none = Vec::new();
    let groups = body["filterGroups"].as_array().unwrap_or(&none);
    let filters = |group: &Value| group["filters"].as_array().map_or(0, Vec::len);
    if groups.len() > MOST_GROUPS || groups.iter().any(|group| filters(group) > MOST_FILTERS) {
        return Reply::bad("too many filters");
    }
    let after = body["after"].as_str().unwrap_or("0");
    let Ok(after) = after.parse::<usize>() else {
        return Reply::bad("after is none of ours");
    };
    if after + usize::try_from(limit).unwrap_or(usize::MAX) > MOST_IN_ALL {
        return Reply::bad(format!("only {MOST_IN_ALL} can be paged through"));
    }
    let of_kind = portal.objects.iter().filter(|((of, _), _)| of == kind);
    let mut found: Vec<&Object> = of_kind
        .map(|(_, object)| object)
        .filter(|object| !object.is_archived && object.found_from <= portal.request)
        .filter(|object| groups.is_empty() || groups.iter().any(|group| fits(object, group)))
        .collect();
    order(&mut found, &body["sorts"]);
    let total = found.len();
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let page = found.iter().skip(after).take(limit);
    let names = body["properties"].as_array().unwrap_or(&none);
    let asked: Vec<&str> = names.iter().filter_map(Value::as_str).collect();
    let results: Vec<Value> = page.map(|object| object.shown(&asked)).collect();
    let next = after + results.len();
    let mut answer = json!({ "total": total, "results": results });
    if next < total {
        answer["paging"] = json!({ "next": { "after": next.to_string() } });
    }
    Reply::ok(answer)
}

fn fits(object: &Object, group: &Value) -> bool {
    let filters = group["filters"].as_array();
    filters
        .into_iter()
        .flatten()
        .all(|filter| passes(object, filter))
}

fn passes(object: &Object, filter: &Value) -> bool {
    let held = object.get(filter["propertyName"].as_str().unwrap_or_default());
    let value = filter["value"].as_str().unwrap_or_default();
    let is_one_of = || {
        let values = filter["values"].as_array();
        values
            .into_iter()
            .flatten()
            .any(|one| one.as_str() == Some(held))
    };
    match filter["operator"].as_str().unwrap_or_default() {
        "EQ" => held == value,
        "NEQ" => held != value,
        "IN" => is_one_of(),
        "NOT_IN" => !is_one_of(),
        "HAS_PROPERTY" => !held.is_empty(),
        "NOT_HAS_PROPERTY" => held.is_empty(),
        "GTE" => !held.is_empty() && rank(held) >= rank(value),
        "GT" => !held.is_empty() && rank(held) > rank(value),
        "LTE" => !held.is_empty() && rank(held) <= rank(value),
        "LT" => !held.is_empty() && rank(held) < rank(value),
        "BETWEEN" => {
            let high = filter["highValue"].as_str().unwrap_or_default();
            !held.is_empty() && (rank(value)..=rank(high)).contains(&rank(held))
        }
        _ => false,
    }
}

/// A value as it is compared: an instant (also as milliseconds), or a number.
fn rank(value: &str) -> i64 {
    let instant = value.parse::<jiff::Timestamp>();
    let instant = instant.map(jiff::Timestamp::as_millisecond);
    instant.or_else(|_| value.parse()).unwrap_or(i64::MIN)
}

fn order(found: &mut [&Object], sorts: &Value) {
    let Some(sort) = sorts.as_array().and_then(|sorts| sorts.first()) else {
        return;
    };
    let by = sort["propertyName"].as_str().unwrap_or_default();
    found.sort_by_key(|object| (rank(object.get(by)), object.id));
    if sort["direction"].as_str() == Some("DESCENDING") {
        found.reverse();
    }
}
