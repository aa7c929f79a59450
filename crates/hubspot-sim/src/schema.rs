//! Properties, their groups, owners and pipelines.

use serde_json::{Value, json};

use crate::Property;
use crate::objects::Query;
use crate::portal::Portal;
use crate::reply::Reply;

pub(crate) fn properties(portal: &Portal, kind: &str) -> Reply {
    let of_kind = portal.properties.get(kind).into_iter().flatten();
    let shown: Vec<Value> = of_kind.map(|(_, property)| property.shown()).collect();
    Reply::ok(json!({ "results": shown }))
}

pub(crate) fn add_property(portal: &mut Portal, kind: &str, body: &Value) -> Reply {
    let Some(property) = Property::read(body) else {
        return Reply::bad("name, label, groupName, type and fieldType are required");
    };
    if property.is_unique && kind == "calls" && !portal.has_unique_calls {
        return Reply::bad("this kind of object takes no unique properties");
    }
    let group = (kind.to_owned(), property.group.clone());
    if !portal.groups.contains(&group) {
        return Reply::bad("there is no such group");
    }
    let of_kind = portal.properties.entry(kind.to_owned()).or_default();
    if of_kind.contains_key(&property.name) {
        return Reply::clash("a property of this name exists");
    }
    let shown = property.shown();
    of_kind.insert(property.name.clone(), property);
    Reply::created(shown)
}

pub(crate) fn groups(portal: &Portal, kind: &str) -> Reply {
    let of_kind = portal.groups.iter().filter(|(of, _)| of == kind);
    let shown = of_kind.map(|(_, name)| json!({ "name": name, "label": name }));
    Reply::ok(json!({ "results": shown.collect::<Vec<_>>() }))
}

pub(crate) fn add_group(portal: &mut Portal, kind: &str, body: &Value) -> Reply {
    let Some(name) = body["name"].as_str() else {
        return Reply::bad("name is required");
    };
    if !portal.groups.insert((kind.to_owned(), name.to_owned())) {
        return Reply::clash("a group of this name exists");
    }
    Reply::created(json!({ "name": name, "label": body["label"] }))
}

pub(crate) fn owners(portal: &Portal, query: &Query) -> Reply {
    let limit = query
        .one("limit")
        .and_then(|n| n.parse().ok())
        .unwrap_or(100);
    let after = query.one("after").and_then(|n| n.parse().ok()).unwrap_or(0);
    let page: Vec<&Value> = portal.owners.iter().skip(after).take(limit).collect();
    let next = after + page.len();
    let mut body = json!({ "results": page });
    if next < portal.owners.len() {
        body["paging"] = json!({ "next": { "after": next.to_string() } });
    }
    Reply::ok(body)
}

pub(crate) fn pipelines(portal: &Portal) -> Reply {
    Reply::ok(json!({ "results": portal.pipelines }))
}
