//! From a request to an answer: who may ask, what is asked, and what fails on purpose.

use jiff::SignedDuration;
use serde_json::Value;

use crate::objects::{self, Query};
use crate::portal::Portal;
use crate::reply::Reply;
use crate::{associations, batch, schema, search};

/// The version that every path carries.
const VERSION: &str = "2026-09";

/// A request, read.
#[derive(Debug)]
pub(crate) struct Read {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: Query,
    pub(crate) body: Value,
}

/// Answers a request; time passes by a second.
pub(crate) fn answer(portal: &mut Portal, read: &Read) -> Reply {
    portal.now += SignedDuration::from_secs(1);
    portal.request += 1;
    let segments: Vec<&str> = read.path.split('/').filter(|one| !one.is_empty()).collect();
    let body = &read.body;
    match (read.method.as_str(), segments.as_slice()) {
        (method, ["crm", "objects", VERSION, kind, rest @ ..]) => {
            if let Some(refused) = closed(portal, kind) {
                return refused;
            }
            match (method, rest) {
                ("GET", []) => objects::list(portal, kind, &read.query),
                ("POST", []) => objects::create(portal, kind, body),
                ("POST", ["search"]) => search::answer(portal, kind, body),
                ("POST", ["batch", operation]) => batch::answer(portal, kind, operation, body),
                ("GET", [id]) => objects::read(portal, kind, id, &read.query),
                ("PATCH", [id]) => objects::change(portal, kind, id, body),
                ("DELETE", [id]) => objects::archive(portal, kind, id),
                ("PUT", [id, "associations", "default", to, other]) => {
                    let pair = serde_json::json!({
                        "inputs": [{ "from": { "id": id }, "to": { "id": other } }],
                    });
                    associations::answer(portal, (kind, to), "associate/default", &pair)
                }
                _ => Reply::missing(),
            }
        }
        (
            "POST",
            [
                "crm",
                "associations",
                VERSION,
                from,
                to,
                "batch",
                operation @ ..,
            ],
        ) => closed(portal, from).unwrap_or_else(|| {
            associations::answer(portal, (from, to), &operation.join("/"), body)
        }),
        (method, ["crm", "properties", VERSION, kind, rest @ ..]) => {
            if let Some(refused) = closed(portal, kind) {
                return refused;
            }
            match (method, rest) {
                ("GET", []) => schema::properties(portal, kind),
                ("POST", []) => schema::add_property(portal, kind, body),
                ("GET", ["groups"]) => schema::groups(portal, kind),
                ("POST", ["groups"]) => schema::add_group(portal, kind, body),
                _ => Reply::missing(),
            }
        }
        ("GET", ["crm", "owners", VERSION]) => schema::owners(portal, &read.query),
        ("GET", ["crm", "pipelines", VERSION, _]) => schema::pipelines(portal),
        _ => Reply::missing(),
    }
}

/// The refusal where a kind does not exist, or the token does not open it.
fn closed(portal: &Portal, kind: &str) -> Option<Reply> {
    if !portal.properties.contains_key(kind) {
        return Some(Reply::bad(format!("there is no kind \"{kind}\"")));
    }
    let is_open = portal
        .scopes
        .as_ref()
        .is_none_or(|open| open.contains(kind));
    (!is_open).then(|| Reply::error(403, "MISSING_SCOPES", "the token lacks a scope for this"))
}
