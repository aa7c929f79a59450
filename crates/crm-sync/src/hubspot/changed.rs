//! What changed since an instant, page by page.

use jiff::Timestamp;
use serde_json::json;

use super::VERSION;
use super::finding::{next, read};
use super::names::{kind_name, property_names};
use super::transport::{Ask, Failure, Transport};
use crate::{ChangedPage, CrmError, RecordKind};

const MOST: usize = 200;
/// A search pages through so many results and no more.
const MOST_IN_ALL: usize = 10_000;

/// Where to go on: from this instant, after so many of what changed since.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place {
    since: Timestamp,
    after: usize,
}

impl Place {
    fn read(text: &str) -> Option<Self> {
        let (since, after) = text.split_once('~')?;
        Some(Self {
            since: Timestamp::from_millisecond(since.parse().ok()?).ok()?,
            after: after.parse().ok()?,
        })
    }

    fn written(self) -> String {
        format!("{}~{}", self.since.as_millisecond(), self.after)
    }

    /// The place behind a page that ends with a record changed at `last`. A search ends after ten
    /// thousand results; before that it begins anew where it stands, and what changed at that very
    /// instant comes twice.
    fn behind(self, last: Timestamp, after: usize) -> Option<Self> {
        if after + MOST <= MOST_IN_ALL {
            return Some(Self { after, ..self });
        }
        (last > self.since).then_some(Self {
            since: last,
            after: 0,
        })
    }
}

pub(super) async fn changed(
    transport: &Transport,
    kind: RecordKind,
    since: Timestamp,
    after: Option<&str>,
) -> Result<ChangedPage, CrmError> {
    let start = Place { since, after: 0 };
    let place = match after {
        Some(text) => Place::read(text).ok_or(CrmError::BadAnswer("goes on nowhere"))?,
        None => start,
    };
    // Contacts have their own name for it.
    let by = if kind == RecordKind::Contact {
        "lastmodifieddate"
    } else {
        "hs_lastmodifieddate"
    };
    let filter = json!({
        "propertyName": by, "operator": "GTE",
        "value": place.since.as_millisecond().to_string(),
    });
    let mut body = json!({
        "filterGroups": [{ "filters": [filter] }], "properties": property_names(kind),
        "sorts": [{ "propertyName": by, "direction": "ASCENDING" }], "limit": MOST,
    });
    if place.after > 0 {
        body["after"] = json!(place.after.to_string());
    }
    let path = ["crm", "objects", VERSION, kind_name(kind), "search"];
    let answer = transport.ask(&Ask::search(&path, body)).await;
    let answer = answer.map_err(Failure::into_error)?;
    let after = next(&answer).and_then(|after| after.parse().ok());
    let records = read(answer, kind)?;
    let next = match (after, records.last()) {
        (Some(after), Some(last)) => {
            let behind = place.behind(last.updated, after);
            let behind = behind.ok_or(CrmError::BadAnswer(
                "has more records of one instant than can be paged through",
            ))?;
            Some(behind.written())
        }
        _ => None,
    };
    Ok(ChangedPage { records, next })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_list_begins_anew_before_the_search_ends() {
        let since: Timestamp = "2026-11-01T00:00:00Z".parse().expect("an instant");
        let later: Timestamp = "2026-11-02T00:00:00Z".parse().expect("an instant");
        let place = Place { since, after: 0 };

        let near = place.behind(later, 200).expect("goes on");
        let far = place.behind(later, 9_900).expect("goes on");

        assert_eq!((near.since, near.after), (since, 200));
        assert_eq!((far.since, far.after), (later, 0));
        assert_eq!(Place::read(&near.written()), Some(near));
        assert_eq!(
            place.behind(since, 9_900),
            None,
            "it would go round for ever"
        );
        assert_eq!(Place::read("x~1"), None);
    }
}
