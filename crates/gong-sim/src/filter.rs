//! The filters of the list operations, with Gong's rules about them.

use std::collections::HashSet;

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::asked::Asked;
use crate::book::{Dates, Wanted};
use crate::reply::Reply;

impl Wanted {
    /// `GET /v2/calls`: both dates are required, and mean the scheduled time of web conferences.
    pub(crate) fn by_query(asked: &Asked) -> Result<Self, Reply> {
        let date = |name: &str| {
            let text = asked
                .parameter(name)
                .ok_or_else(|| bad(name, "is required"))?;
            instant(name, text)
        };
        let (from, to) = (date("fromDateTime")?, date("toDateTime")?);
        if from >= to {
            return Err(bad("fromDateTime", "must be before toDateTime"));
        }
        Ok(Self {
            dates: Dates::Listed,
            from: Some(from),
            to: Some(to),
            workspace: asked.parameter("workspaceId").map(str::to_owned),
            ..Self::default()
        })
    }

    /// `POST` of extensive and transcript: a filter is required, though it may be empty; dates mean the start.
    pub(crate) fn by_body(body: Option<&Value>) -> Result<Self, Reply> {
        let filter = body
            .and_then(|body| body.get("filter"))
            .and_then(Value::as_object);
        let filter = filter.ok_or_else(Reply::malformed)?;
        let date = |name: &str| match text(filter, name)? {
            Some(text) => instant(&format!("filter.{name}"), text).map(Some),
            None => Ok(None),
        };
        let (from, to) = (date("fromDateTime")?, date("toDateTime")?);
        if from.zip(to).is_some_and(|(from, to)| from >= to) {
            return Err(bad("filter.fromDateTime", "must be before toDateTime"));
        }
        Ok(Self {
            dates: Dates::Started,
            from,
            to,
            workspace: text(filter, "workspaceId")?.map(str::to_owned),
            ids: ids(filter, "callIds")?,
            primary_users: ids(filter, "primaryUserIds")?,
        })
    }
}

fn text<'f>(filter: &'f Map<String, Value>, name: &str) -> Result<Option<&'f str>, Reply> {
    match filter.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(Reply::malformed()),
    }
}

/// A list of ids. An empty one is refused: Gong does not read it as "all".
fn ids(filter: &Map<String, Value>, name: &str) -> Result<Option<HashSet<String>>, Reply> {
    let list = match filter.get(name) {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::Array(list)) => list,
        Some(_) => return Err(Reply::malformed()),
    };
    if list.is_empty() {
        return Err(bad(&format!("filter.{name}"), "must not be empty"));
    }
    let ids: Option<HashSet<String>> = list
        .iter()
        .map(|id| id.as_str().map(str::to_owned))
        .collect();
    ids.map(Some).ok_or_else(Reply::malformed)
}

fn instant(name: &str, text: &str) -> Result<Timestamp, Reply> {
    text.parse().map_err(|_| {
        bad(
            name,
            "must be a date and time in ISO-8601 format with an offset",
        )
    })
}

fn bad(name: &str, rule: &str) -> Reply {
    Reply::error(400, &format!("{name}: {rule}"))
}
