//! Up to a hundred records in one request.

use serde_json::{Value, json};

use crate::objects::{attach, new_values, shown, values};
use crate::portal::{End, Portal};
use crate::reply::{self, Reply};

/// The most inputs of one request.
const MOST: usize = 100;

/// What came of one input: the record as answered, or HubSpot's error.
type Done = Result<Value, Value>;

pub(crate) fn answer(portal: &mut Portal, kind: &str, operation: &str, body: &Value) -> Reply {
    let Some(inputs) = body["inputs"].as_array() else {
        return Reply::bad("inputs are required");
    };
    if inputs.is_empty() || inputs.len() > MOST {
        return Reply::bad(format!("between 1 and {MOST} inputs are taken"));
    }
    if operation == "read" {
        let read = inputs.iter().map(|input| read(portal, kind, body, input));
        return finished(portal, read.collect(), 200);
    }
    if operation == "archive" {
        for input in inputs {
            portal.delete(kind, input["id"].as_str().unwrap_or_default());
        }
        return Reply::nothing();
    }
    // Nothing is kept of a batch that is refused, so it is tried on a copy.
    let mut tried = portal.clone();
    let mut done = Vec::new();
    for input in inputs {
        done.push(match operation {
            "create" => create(&mut tried, kind, input),
            "update" => update(&mut tried, kind, input),
            "upsert" => upsert(&mut tried, kind, input),
            _ => return Reply::missing(),
        });
    }
    let first_bad = done.iter().find_map(|one| one.as_ref().err());
    if let Some(bad) = first_bad
        && !portal.is_partial
    {
        return Reply {
            status: 400,
            body: Some(bad.clone()),
        };
    }
    *portal = tried;
    let status = if operation == "create" { 201 } else { 200 };
    finished(portal, done, status)
}

fn finished(portal: &Portal, done: Vec<Done>, status: u16) -> Reply {
    let (mut results, mut errors) = (Vec::new(), Vec::new());
    for one in done {
        match one {
            Ok(result) => results.push(result),
            Err(error) => errors.push(error),
        }
    }
    let now = portal.now.to_string();
    let mut body = json!({
        "status": "COMPLETE", "results": results, "startedAt": now, "completedAt": now,
    });
    let status = if errors.is_empty() { status } else { 207 };
    if !errors.is_empty() {
        body["numErrors"] = json!(errors.len());
        body["errors"] = json!(errors);
    }
    Reply {
        status,
        body: Some(body),
    }
}

fn bad(why: &str) -> Value {
    reply::error("VALIDATION_ERROR", why)
}

fn missing(id: &str) -> Value {
    let mut error = reply::error("OBJECT_NOT_FOUND", "Could not get some objects");
    error["context"] = json!({ "ids": [id] });
    error
}

fn read(portal: &Portal, kind: &str, body: &Value, input: &Value) -> Done {
    let id = input["id"].as_str().unwrap_or_default();
    let at = match body["idProperty"].as_str() {
        Some(property) => portal.by_value(kind, property, id),
        None => portal.living(kind, id),
    };
    let asked: Vec<&str> = body["properties"]
        .as_array()
        .map(|names| names.iter().filter_map(Value::as_str).collect())
        .unwrap_or_default();
    let object = at.and_then(|at| portal.objects.get(&at));
    object
        .map(|object| object.shown(&asked))
        .ok_or_else(|| missing(id))
}

fn create(portal: &mut Portal, kind: &str, input: &Value) -> Done {
    let given = values(portal, kind, input).and_then(|given| new_values(portal, kind, given));
    let id = portal.insert(kind, given.map_err(|why| bad(&why))?);
    attach(portal, kind, id, &input["associations"]);
    Ok(shown(portal, kind, id, &[]))
}

fn update(portal: &mut Portal, kind: &str, input: &Value) -> Done {
    let id = input["id"].as_str().unwrap_or_default();
    let at = portal.living(kind, id).ok_or_else(|| missing(id))?;
    changed(portal, kind, &at, input)
}

fn changed(portal: &mut Portal, kind: &str, at: &End, input: &Value) -> Done {
    let given = values(portal, kind, input).map_err(|why| bad(&why))?;
    portal.change(at, given);
    Ok(shown(portal, kind, at.1, &[]))
}

fn upsert(portal: &mut Portal, kind: &str, input: &Value) -> Done {
    let id = input["id"].as_str().unwrap_or_default();
    let Some(by) = input["idProperty"].as_str() else {
        return update(portal, kind, input);
    };
    if !portal.property(kind, by).is_some_and(|of| of.is_unique) {
        return Err(bad(&format!("\"{by}\" is no unique property")));
    }
    let (mut done, is_new) = if let Some(at) = portal.by_value(kind, by, id) {
        (changed(portal, kind, &at, input)?, false)
    } else {
        let mut input = input.clone();
        input["properties"][by] = json!(id);
        (create(portal, kind, &input)?, true)
    };
    done["new"] = json!(is_new);
    Ok(done)
}
