//! `/v2/flows/prospects`, `…/unassign-…`: which flows prospects are in, and taking them out.
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    CrmId, DeletesUpstream, Element, FlowId, FlowInstanceId, Method, NotFound, One, Operation,
    Page, Request, When, WorkspaceId,
    wire::{ToJson as _, ids, word},
};

/// Lists which flows prospects are in, which Gong does not page. Scope `api:flows:read`.
#[derive(Clone, Debug)]
pub struct ListAssignedFlows {
    wanted: Value,
}

impl ListAssignedFlows {
    /// The flows that these prospects are in now; `None` when there is no id.
    pub fn of_prospects(ids: impl IntoIterator<Item = CrmId>) -> Option<Self> {
        let ids: Vec<_> = ids.into_iter().collect();
        let wanted = json!({ "crmProspectsIds": ids.to_json() });
        (!ids.is_empty()).then_some(Self { wanted })
    }

    /// These ways through flows, also those that have ended; `None` when there is no id.
    pub fn of_instances(ids: impl IntoIterator<Item = FlowInstanceId>) -> Option<Self> {
        let ids: Vec<_> = ids.into_iter().collect();
        let wanted = json!({ "flowInstanceIds": ids.to_json() });
        (!ids.is_empty()).then_some(Self { wanted })
    }
}

impl Request for ListAssignedFlows {
    type Answer = Page<AssignedFlow>;
    const OPERATION: Operation = Operation {
        id: "getProspectsAssignedFlows",
        method: Method::Post,
        scope: "api:flows:read",
        is_idempotent: true,
        not_found: NotFound::IsError,
    };

    fn path(&self) -> Vec<&str> {
        vec!["v2", "flows", "prospects"]
    }

    fn body(&self) -> Option<Value> {
        Some(self.wanted.clone())
    }
}

/// A prospect's way through a flow.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct AssignedFlow {
    /// The flow.
    pub flow_id: Option<FlowId>,
    /// Its name.
    pub flow_name: Option<String>,
    /// The prospect.
    pub crm_prospect_id: Option<CrmId>,
    /// This way through the flow.
    pub flow_instance_id: Option<FlowInstanceId>,
    /// The e-mail address of who has the tasks to do.
    pub flow_instance_owner_email: Option<String>,
    /// The name of who has the tasks to do.
    pub flow_instance_owner_full_name: Option<String>,
    /// When the prospect was put in.
    pub flow_instance_create_date: Option<When>,
    /// How far it is.
    pub flow_instance_status: Option<FlowInstanceStatus>,
    /// The workspace.
    pub workspace_id: Option<WorkspaceId>,
    /// Whether the prospect can be in no other flow.
    pub exclusive: Option<bool>,
}

impl Element for AssignedFlow {
    const LIST: &'static str = "prospectsAssigned";
    const ONE: &'static str = "";

    fn identity(&self) -> Option<&str> {
        self.flow_instance_id.as_ref().map(FlowInstanceId::as_str)
    }
}

word! {
    /// How far a prospect's way through a flow is.
    FlowInstanceStatus { Pending Running Paused FinishedNoReply FinishedResponse Finished }
}

/// Ends ways through flows, at most 200, and with them what was planned. Scope `api:flows:write`.
#[derive(Clone, Debug)]
pub struct UnassignInstances {
    instances: Vec<FlowInstanceId>,
    on_behalf_of: Option<String>,
}

impl UnassignInstances {
    /// These ways through flows.
    pub fn new(instances: impl Into<Vec<FlowInstanceId>>, _confirmed: DeletesUpstream) -> Self {
        Self {
            instances: instances.into(),
            on_behalf_of: None,
        }
    }

    /// Names the user who wants it, by e-mail address.
    #[must_use = "the request is returned, not changed in place"]
    pub fn on_behalf_of(mut self, on_behalf_of: impl Into<String>) -> Self {
        self.on_behalf_of = Some(on_behalf_of.into());
        self
    }
}

impl Request for UnassignInstances {
    type Answer = One<Unassigned>;
    const OPERATION: Operation = Operation {
        id: "unassignFlows",
        method: Method::Post,
        scope: "api:flows:write",
        is_idempotent: false,
        not_found: NotFound::IsError,
    };

    fn path(&self) -> Vec<&str> {
        vec!["v2", "flows", "prospects", "unassign-flows-by-instance-id"]
    }

    fn body(&self) -> Option<Value> {
        let mut body = json!({ "flowInstanceIds": self.instances.to_json() });
        name_user(&mut body, self.on_behalf_of.as_deref());
        Some(body)
    }
}

/// Takes a prospect out of all flows, or out of one, and ends what was planned. Scope
/// `api:flows:write`.
#[derive(Clone, Debug)]
pub struct UnassignProspect {
    prospect: CrmId,
    flow: Option<FlowId>,
    on_behalf_of: Option<String>,
}

impl UnassignProspect {
    /// This prospect, out of all flows.
    pub fn new(prospect: CrmId, _confirmed: DeletesUpstream) -> Self {
        Self {
            prospect,
            flow: None,
            on_behalf_of: None,
        }
    }

    /// Only out of this flow.
    #[must_use = "the request is returned, not changed in place"]
    pub fn flow(mut self, flow: FlowId) -> Self {
        self.flow = Some(flow);
        self
    }

    /// Names the user who wants it, by e-mail address.
    #[must_use = "the request is returned, not changed in place"]
    pub fn on_behalf_of(mut self, on_behalf_of: impl Into<String>) -> Self {
        self.on_behalf_of = Some(on_behalf_of.into());
        self
    }
}

impl Request for UnassignProspect {
    type Answer = One<Unassigned>;
    const OPERATION: Operation = Operation {
        id: "unassignProspectFlows",
        method: Method::Post,
        scope: "api:flows:write",
        is_idempotent: false,
        not_found: NotFound::IsError,
    };

    fn path(&self) -> Vec<&str> {
        vec!["v2", "flows", "prospects", "unassign-flows-by-crm-id"]
    }

    fn body(&self) -> Option<Value> {
        let mut body = json!({ "crmProspectId": self.prospect.to_json() });
        if let Some(flow) = &self.flow {
            body["flowId"] = flow.to_json();
        }
        name_user(&mut body, self.on_behalf_of.as_deref());
        Some(body)
    }
}

fn name_user(body: &mut Value, email: Option<&str>) {
    if let Some(email) = email {
        body["unassignedByUserEmail"] = email.into();
    }
}

/// What was ended.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct Unassigned {
    /// The ways through flows.
    #[serde(deserialize_with = "ids")]
    pub unassigned_flow_instance_ids: Vec<FlowInstanceId>,
}

impl Element for Unassigned {
    const LIST: &'static str = "";
    const ONE: &'static str = "";
    const HAS_ID: bool = false;

    fn identity(&self) -> Option<&str> {
        None
    }
}
