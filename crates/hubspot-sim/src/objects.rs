//! One record at a time: list, create, read, change, delete.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::portal::Portal;
use crate::property;
use crate::reply::Reply;

/// The values of one input, checked against what the kind can hold.
pub(crate) type Values = BTreeMap<String, Option<String>>;

/// Reads and checks the properties of an input.
pub(crate) fn values(portal: &Portal, kind: &str, input: &Value) -> Result<Values, String> {
    let Some(given) = input["properties"].as_object() else {
        return Err("properties are required".to_owned());
    };
    let mut values = Values::new();
    for (name, value) in given {
        if portal.property(kind, name).is_none() {
            return Err(format!("property \"{name}\" does not exist"));
        }
        let value = match value {
            Value::Null => None,
            Value::String(text) => Some(text.clone()),
            _ => return Err(format!("property \"{name}\" is no text")),
        };
        if value
            .as_deref()
            .is_some_and(|value| portal.is_refused(name, value))
        {
            return Err(format!("property \"{name}\" breaks a rule of this account"));
        }
        values.insert(name.clone(), value);
    }
    Ok(values)
}

/// Whether a new record has what it must have, and nothing that must be its own alone.
pub(crate) fn new_values(
    portal: &Portal,
    kind: &str,
    values: Values,
) -> Result<BTreeMap<String, String>, String> {
    let values: BTreeMap<String, String> = values
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
        .collect();
    if let Some(needed) = property::required(kind)
        && !values.contains_key(needed)
    {
        return Err(format!("property \"{needed}\" is required"));
    }
    for (name, value) in &values {
        let is_unique = portal.property(kind, name).is_some_and(|of| of.is_unique);
        if is_unique && portal.by_value(kind, name, value).is_some() {
            return Err(format!("another record has this value of \"{name}\""));
        }
    }
    Ok(values)
}

pub(crate) fn create(portal: &mut Portal, kind: &str, body: &Value) -> Reply {
    let made = values(portal, kind, body).and_then(|given| new_values(portal, kind, given));
    match made {
        Err(why) if why.starts_with("another record") => Reply::clash(why),
        Err(why) => Reply::bad(why),
        Ok(values) => {
            let id = portal.insert(kind, values);
            attach(portal, kind, id, &body["associations"]);
            Reply::created(shown(portal, kind, id, &[]))
        }
    }
}

/// Links a new record as its input asks.
pub(crate) fn attach(portal: &mut Portal, kind: &str, id: u64, wanted: &Value) {
    for link in wanted.as_array().into_iter().flatten() {
        let to = link["to"]["id"].as_str().unwrap_or_default();
        // The type's number says which kind; every kind here is tried, ids are not repeated.
        let kinds: Vec<String> = portal.properties.keys().cloned().collect();
        let ends = kinds.iter().filter_map(|kind| portal.living(kind, to));
        if let Some(end) = ends.collect::<Vec<_>>().pop() {
            portal.tie((kind.to_owned(), id), end);
        }
    }
}

pub(crate) fn read(portal: &Portal, kind: &str, id: &str, query: &Query) -> Reply {
    let at = match query.one("idProperty") {
        Some(property) => portal.by_value(kind, property, id),
        None => portal.living(kind, id),
    };
    match at.and_then(|at| portal.objects.get(&at)) {
        Some(object) => Reply::ok(object.shown(&query.list("properties"))),
        None => Reply::missing(),
    }
}

pub(crate) fn change(portal: &mut Portal, kind: &str, id: &str, body: &Value) -> Reply {
    let Some(at) = portal.living(kind, id) else {
        return Reply::missing();
    };
    match values(portal, kind, body) {
        Err(why) => Reply::bad(why),
        Ok(values) => {
            let names: Vec<String> = values.keys().cloned().collect();
            portal.change(&at, values);
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            Reply::ok(shown(portal, kind, at.1, &names))
        }
    }
}

/// Deletes; what is deleted already is no error.
pub(crate) fn archive(portal: &mut Portal, kind: &str, id: &str) -> Reply {
    portal.delete(kind, id);
    Reply::nothing()
}

pub(crate) fn list(portal: &Portal, kind: &str, query: &Query) -> Reply {
    let after: u64 = query
        .one("after")
        .and_then(|id| id.parse().ok())
        .unwrap_or(0);
    let limit: usize = query
        .one("limit")
        .and_then(|n| n.parse().ok())
        .unwrap_or(10);
    if limit > 100 {
        return Reply::bad("limit is at most 100");
    }
    let is_wanted = query.one("archived") == Some("true");
    let of_kind = portal
        .objects
        .iter()
        .filter(|((of, id), object)| of == kind && *id > after && object.is_archived == is_wanted);
    let mut page: Vec<_> = of_kind.map(|(_, object)| object).take(limit + 1).collect();
    let has_more = page.len() > limit;
    page.truncate(limit);
    let asked = query.list("properties");
    let results: Vec<Value> = page.iter().map(|object| object.shown(&asked)).collect();
    let mut body = json!({ "results": results });
    if has_more && let Some(last) = page.last() {
        body["paging"] = json!({ "next": { "after": last.id() } });
    }
    Reply::ok(body)
}

pub(crate) fn shown(portal: &Portal, kind: &str, id: u64, asked: &[&str]) -> Value {
    let object = portal.objects.get(&(kind.to_owned(), id));
    let all = || object.map(|object| object.values.keys().map(String::as_str).collect());
    let asked: Vec<&str> = if asked.is_empty() {
        all().unwrap_or_default()
    } else {
        asked.to_vec()
    };
    object.map_or(Value::Null, |object| object.shown(&asked))
}

/// What comes after the question mark.
#[derive(Clone, Debug, Default)]
pub(crate) struct Query(pub(crate) Vec<(String, String)>);

impl Query {
    pub(crate) fn one(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    }

    fn list(&self, name: &str) -> Vec<&str> {
        let text = self.one(name).unwrap_or_default();
        text.split(',').filter(|name| !name.is_empty()).collect()
    }
}
