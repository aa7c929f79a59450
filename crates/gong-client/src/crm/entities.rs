//! `/v2/crm/entities` and `/v2/crm/request-status`: a CRM's objects, sent as a file of lines.
use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Accepted, EntityType};
use crate::{
    ClientRequestId, CrmId, Element, FieldValue, FilePart, FileSource, IntegrationId, Method,
    NotFound, One, Operation, Request,
    wire::{list, map_of_maps, word},
};

/// The largest file that Gong takes.
pub const LARGEST_UPLOAD: u64 = 200_000_000;

/// Adds, changes or deletes objects of one kind: a file with one JSON object a line, read from the
/// disk while it is sent. A line with `isDeleted` deletes its object in Gong.
///
/// Gong works on it for a while: [`GetRequestStatus`] tells. The request's id makes it take effect
/// once, so it may be sent again; a conflict then says that Gong has it already. Scope
/// `api:crm:upload`.
#[derive(Clone, Debug)]
pub struct UploadEntities {
    integration: IntegrationId,
    kind: EntityType,
    request: ClientRequestId,
    lines: FileSource,
}

impl UploadEntities {
    /// These objects of a CRM.
    pub fn new(
        integration: IntegrationId,
        kind: EntityType,
        request: ClientRequestId,
        lines: FileSource,
    ) -> Self {
        Self {
            integration,
            kind,
            request,
            lines,
        }
    }
}

impl Request for UploadEntities {
    type Answer = One<Accepted>;
    const OPERATION: Operation = Operation {
        id: "uploadCrmData",
        method: Method::Post,
        scope: "api:crm:upload",
        is_idempotent: true,
        not_found: NotFound::IsError,
    };

    fn path(&self) -> Vec<&str> {
        vec!["v2", "crm", "entities"]
    }

    fn query(&self) -> Vec<(&'static str, String)> {
        vec![
            ("integrationId", self.integration.to_string()),
            ("objectType", self.kind.to_string()),
            ("clientRequestId", self.request.to_string()),
        ]
    }

    fn file(&self) -> Option<FilePart<'_>> {
        Some(FilePart {
            field: "dataFile",
            content_type: "application/x-ndjson",
            limit: LARGEST_UPLOAD,
            source: &self.lines,
        })
    }
}

/// Tells how far Gong is with a request that it works on for a while. Scope `api:crm:upload`.
#[derive(Clone, Debug)]
pub struct GetRequestStatus {
    integration: IntegrationId,
    request: ClientRequestId,
}

impl GetRequestStatus {
    /// This request about a CRM.
    pub fn new(integration: IntegrationId, request: ClientRequestId) -> Self {
        Self {
            integration,
            request,
        }
    }
}

impl Request for GetRequestStatus {
    type Answer = One<UploadStatus>;
    const OPERATION: Operation = Operation {
        id: "getRequestStatus",
        method: Method::Get,
        scope: "api:crm:upload",
        is_idempotent: true,
        not_found: NotFound::IsError,
    };

    fn path(&self) -> Vec<&str> {
        vec!["v2", "crm", "request-status"]
    }

    fn query(&self) -> Vec<(&'static str, String)> {
        vec![
            ("integrationId", self.integration.to_string()),
            ("clientRequestId", self.request.to_string()),
        ]
    }
}

/// How far a request is.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct UploadStatus {
    /// How far.
    pub status: Option<UploadState>,
    /// The lines that could not be read, or the first of them.
    #[serde(deserialize_with = "list")]
    pub errors: Vec<LineError>,
    /// How many objects could not be read.
    pub total_error_count: Option<u64>,
    /// How many could.
    pub total_success_count: Option<u64>,
}

impl Element for UploadStatus {
    const LIST: &'static str = "";
    const ONE: &'static str = "";
    const HAS_ID: bool = false;

    fn identity(&self) -> Option<&str> {
        None
    }
}

word! {
    /// How far a request is.
    UploadState { Pending = "PENDING" InProgress = "IN_PROGRESS" Done = "DONE" Failed = "FAILED" }
}

/// A line that could not be read.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct LineError {
    /// Its number.
    pub line: Option<u64>,
    /// Why.
    pub description: Option<String>,
}

/// Tells how Gong stores objects, at most 100 of them. Gong wants this for development only.
///
/// Gong's document puts the ids in the query, its prose in the body of a `GET`; the document is
/// followed. Scope `api:crm:get-objects`.
#[derive(Clone, Debug)]
pub struct GetEntities {
    integration: IntegrationId,
    kind: EntityType,
    ids: Vec<CrmId>,
}

impl GetEntities {
    /// These objects of a CRM; `None` when there is no id.
    pub fn of_ids(
        integration: IntegrationId,
        kind: EntityType,
        ids: impl IntoIterator<Item = CrmId>,
    ) -> Option<Self> {
        let ids: Vec<_> = ids.into_iter().collect();
        (!ids.is_empty()).then_some(Self {
            integration,
            kind,
            ids,
        })
    }
}

impl Request for GetEntities {
    type Answer = One<StoredEntities>;
    const OPERATION: Operation = Operation {
        id: "getCrmObjects",
        method: Method::Get,
        scope: "api:crm:get-objects",
        is_idempotent: true,
        not_found: NotFound::IsError,
    };

    fn path(&self) -> Vec<&str> {
        vec!["v2", "crm", "entities"]
    }

    fn query(&self) -> Vec<(&'static str, String)> {
        let ids = self.ids.iter();
        [
            ("integrationId", self.integration.to_string()),
            ("objectType", self.kind.to_string()),
        ]
        .into_iter()
        .chain(ids.map(|id| ("objectsCrmIds", id.to_string())))
        .collect()
    }
}

/// Objects as Gong stores them.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct StoredEntities {
    /// The fields of each object by its id; `None` for an object that is not there.
    #[serde(deserialize_with = "map_of_maps")]
    pub crm_objects_map: BTreeMap<String, Option<BTreeMap<String, FieldValue>>>,
}

impl Element for StoredEntities {
    const LIST: &'static str = "";
    const ONE: &'static str = "";
    const HAS_ID: bool = false;

    fn identity(&self) -> Option<&str> {
        None
    }
}
