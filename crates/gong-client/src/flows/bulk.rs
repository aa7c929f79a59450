//! `/v2/flows/prospects/bulk-assignments`: putting many prospects into a flow, in the background.
use serde::Deserialize;
use serde_json::Value;

use crate::{
    BulkAssignmentId, CrmId, Element, FlowId, FlowInstanceId, Method, NotFound, One, Operation,
    Request,
    wire::{ToJson as _, list, payload, word},
};

payload! {
    /// Has Gong put prospects into a flow in the background: [`GetBulkAssignment`] tells how far
    /// it is. A flow that is not there is an error of kind `NotFound`. Scope `api:flows:write`.
    SubmitBulkAssignment {
        /// the e-mail address of who has the tasks to do;
        flow_instance_owner_email: String,
        /// the flow;
        flow_id: FlowId,
        /// the prospects, at most 50.
        prospects: [NewProspect],
    } with {
    }

    /// A prospect: one of the CRM's, by `crm_id`, or a new one.
    NewProspect with {
        /// The first name.
        first_name: String,
        /// The last name.
        last_name: String,
        /// The e-mail address.
        email: String,
        /// The job title.
        job_title: String,
        /// The page on LinkedIn.
        linked_in_url: String,
        /// The id in the CRM.
        crm_id: CrmId,
        /// The account's id in the CRM.
        account_crm_id: CrmId,
        /// The company.
        company_name: String,
    }
}

impl Request for SubmitBulkAssignment {
    type Answer = One<BulkAssignment>;
    const OPERATION: Operation = Operation {
        id: "submitFlowProspectsBulkAssignment",
        method: Method::Post,
        scope: "api:flows:write",
        is_idempotent: false,
        not_found: NotFound::IsError,
    };

    fn path(&self) -> Vec<&str> {
        vec!["v2", "flows", "prospects", "bulk-assignments"]
    }

    fn body(&self) -> Option<Value> {
        Some(self.to_json())
    }
}

/// Tells how far an assignment in the background is; one that is not there is an error of kind
/// `NotFound`. Scope `api:flows:read`.
#[derive(Clone, Debug)]
pub struct GetBulkAssignment {
    id: BulkAssignmentId,
}

impl GetBulkAssignment {
    /// This assignment.
    pub fn new(id: BulkAssignmentId) -> Self {
        Self { id }
    }
}

impl Request for GetBulkAssignment {
    type Answer = One<BulkAssignment>;
    const OPERATION: Operation = Operation {
        id: "getFlowProspectsBulkAssignment",
        method: Method::Get,
        scope: "api:flows:read",
        is_idempotent: true,
        not_found: NotFound::IsError,
    };

    fn path(&self) -> Vec<&str> {
        vec![
            "v2",
            "flows",
            "prospects",
            "bulk-assignments",
            self.id.as_str(),
        ]
    }
}

/// An assignment of many prospects to a flow.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct BulkAssignment {
    /// The assignment.
    pub id: Option<BulkAssignmentId>,
    /// How far it is.
    pub status: Option<BulkStatus>,
    /// How many prospects there are.
    pub total_count: Option<u64>,
    /// How many are done with.
    pub processed_count: Option<u64>,
    /// How many of these are in the flow.
    pub success_count: Option<u64>,
    /// How many of these are not.
    pub failed_count: Option<u64>,
    /// What became of each.
    #[serde(deserialize_with = "list")]
    pub results: Vec<BulkResult>,
}

impl Element for BulkAssignment {
    const LIST: &'static str = "";
    const ONE: &'static str = "";

    fn identity(&self) -> Option<&str> {
        self.id.as_ref().map(BulkAssignmentId::as_str)
    }
}

/// What became of a prospect.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct BulkResult {
    /// The prospect.
    pub prospect: Option<Prospect>,
    /// Whether it is in the flow.
    pub status: Option<BulkResultStatus>,
    /// The id in the CRM.
    pub crm_id: Option<CrmId>,
    /// The way through the flow.
    pub flow_instance_id: Option<FlowInstanceId>,
    /// Why it is not, in a word.
    pub error_code: Option<String>,
    /// Why it is not.
    pub error_message: Option<String>,
}

/// A prospect as it was given.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct Prospect {
    /// The first name.
    pub first_name: Option<String>,
    /// The last name.
    pub last_name: Option<String>,
    /// The e-mail address.
    pub email: Option<String>,
    /// The job title.
    pub job_title: Option<String>,
    /// The page on LinkedIn.
    pub linked_in_url: Option<String>,
    /// The id in the CRM.
    pub crm_id: Option<CrmId>,
    /// The account's id in the CRM.
    pub account_crm_id: Option<CrmId>,
    /// The company.
    pub company_name: Option<String>,
}

word! {
    /// How far an assignment in the background is.
    BulkStatus { Pending = "PENDING" InProgress = "IN_PROGRESS" Completed = "COMPLETED" Failed = "FAILED" }
    /// What became of a prospect.
    BulkResultStatus {
        CrmOperationFailed = "CRM_OPERATION_FAILED"
        FlowAssignmentFailed = "FLOW_ASSIGNMENT_FAILED"
        Assigned = "ASSIGNED"
    }
}
