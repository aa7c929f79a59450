//! `GET /v2/logs`: who did what in Gong.
use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Deserialize;

use crate::{
    CompanyId, Element, FieldValue, ListRequest, Method, NotFound, Operation, Page, Request,
    UserId, When,
    wire::{map, word},
};

/// Lists the entries of one log. Gong keeps the access log for 14 days. Scope `api:logs:read`.
#[derive(Clone, Debug)]
pub struct ListLogs {
    log: LogType,
    from: Timestamp,
    until: Option<Timestamp>,
}

impl ListLogs {
    /// The entries from an instant (included) on.
    pub fn new(log: LogType, from: Timestamp) -> Self {
        Self {
            log,
            from,
            until: None,
        }
    }

    /// Only entries before this instant.
    #[must_use = "the request is returned, not changed in place"]
    pub fn until(mut self, until: Timestamp) -> Self {
        self.until = Some(until);
        self
    }
}

impl Request for ListLogs {
    type Answer = Page<LogEntry>;
    const OPERATION: Operation = Operation {
        id: "listLogs",
        method: Method::Get,
        scope: "api:logs:read",
        is_idempotent: true,
        not_found: NotFound::MeansEmpty,
    };

    fn path(&self) -> Vec<&str> {
        vec!["v2", "logs"]
    }

    fn query(&self) -> Vec<(&'static str, String)> {
        let mut query = vec![
            ("logType", self.log.to_string()),
            ("fromDateTime", self.from.to_string()),
        ];
        if let Some(until) = &self.until {
            query.push(("toDateTime", until.to_string()));
        }
        query
    }
}

impl ListRequest for ListLogs {
    type Element = LogEntry;
}

word! {
    /// A log of Gong's.
    LogType { AccessLog UserActivityLog UserCallPlay ExternallySharedCallAccess ExternallySharedCallPlay }
}

/// Something that somebody did.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct LogEntry {
    /// Who did it.
    pub user_id: Option<UserId>,
    /// Their e-mail address.
    pub user_email_address: Option<String>,
    /// Their name.
    pub user_full_name: Option<String>,
    /// Who acted in their name.
    pub impersonator_user_id: Option<UserId>,
    /// The impersonator's e-mail address.
    pub impersonator_email_address: Option<String>,
    /// The impersonator's name.
    pub impersonator_full_name: Option<String>,
    /// The impersonator's company.
    pub impersonator_company_id: Option<CompanyId>,
    /// When it was done.
    pub event_time: Option<When>,
    /// What was done; the names differ by log.
    #[serde(deserialize_with = "map")]
    pub log_record: BTreeMap<String, FieldValue>,
}

impl Element for LogEntry {
    const LIST: &'static str = "logEntries";
    const ONE: &'static str = "";
    const HAS_ID: bool = false;

    fn identity(&self) -> Option<&str> {
        None
    }
}
