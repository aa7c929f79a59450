//! Links between records.

use serde_json::{Value, json};

use crate::portal::Portal;
use crate::reply::{self, Reply};

/// The most pairs of one request.
const MOST_PAIRS: usize = 2000;
/// The most records whose links one request reads.
const MOST_READ: usize = 1000;

pub(crate) fn answer(
    portal: &mut Portal,
    (from, to): (&str, &str),
    operation: &str,
    body: &Value,
) -> Reply {
    let Some(inputs) = body["inputs"].as_array() else {
        return Reply::bad("inputs are required");
    };
    let most = if operation == "read" {
        MOST_READ
    } else {
        MOST_PAIRS
    };
    if inputs.len() > most {
        return Reply::bad(format!("at most {most} inputs are taken"));
    }
    match operation {
        "read" => read(portal, (from, to), inputs),
        "archive" => {
            for input in inputs {
                let one = portal.end(from, id(&input["from"]));
                for other in input["to"].as_array().into_iter().flatten() {
                    if let (Some(one), Some(other)) = (one.clone(), portal.end(to, id(other))) {
                        portal.links.remove(&(one.clone(), other.clone()));
                        portal.links.remove(&(other, one));
                    }
                }
            }
            Reply::nothing()
        }
        "associate/default" | "create" => tie(portal, (from, to), operation, inputs),
        _ => Reply::missing(),
    }
}

fn id(value: &Value) -> &str {
    value["id"].as_str().unwrap_or_default()
}

fn read(portal: &Portal, (from, to): (&str, &str), inputs: &[Value]) -> Reply {
    let mut results = Vec::new();
    for input in inputs {
        let Some(end) = portal.living(from, id(input)) else {
            continue;
        };
        let tied = portal.tied(&end, to);
        let tied: Vec<Value> = tied.iter().map(|to| json!({ "toObjectId": to })).collect();
        if !tied.is_empty() {
            results.push(json!({ "from": { "id": id(input) }, "to": tied }));
        }
    }
    Reply::ok(complete(portal, &results))
}

fn tie(portal: &mut Portal, (from, to): (&str, &str), operation: &str, inputs: &[Value]) -> Reply {
    let mut errors = Vec::new();
    for input in inputs {
        let one = portal.living(from, id(&input["from"]));
        let other = portal.living(to, id(&input["to"]));
        match (one, other) {
            (Some(one), Some(other)) => portal.tie(one, other),
            _ => errors.push(reply::error("OBJECT_NOT_FOUND", "one end does not exist")),
        }
    }
    let mut body = complete(portal, &[]);
    let status = match (errors.is_empty(), operation) {
        (false, _) => 207,
        (true, "create") => 201,
        (true, _) => 200,
    };
    if !errors.is_empty() {
        body["numErrors"] = json!(errors.len());
        body["errors"] = json!(errors);
    }
    Reply {
        status,
        body: Some(body),
    }
}

fn complete(portal: &Portal, results: &[Value]) -> Value {
    let now = portal.now.to_string();
    json!({ "status": "COMPLETE", "results": results, "startedAt": now, "completedAt": now })
}
