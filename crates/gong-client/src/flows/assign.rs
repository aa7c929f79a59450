//! `POST /v2/flows/prospects/assign`: putting prospects into a flow at once.
use serde::Deserialize;
use serde_json::Value;

use super::AssignedFlow;
use crate::{
    CrmId, Element, FlowId, Method, NotFound, One, Operation, Request,
    wire::{ToJson as _, list, payload, word},
};

payload! {
    /// Which prospects to put into which flow, and how.
    Assignment {
        /// the contacts or leads, at most 100;
        crm_prospects_ids: [CrmId],
        /// the flow;
        flow_id: FlowId,
        /// the e-mail address of who has the tasks to do.
        flow_instance_owner_email: String,
    } with {
        /// What is to be different from the flow.
        overrides: Overrides,
        /// What it is for.
        flow_instance_description: String,
    }

    /// What is to be different from a flow.
    Overrides with {
        /// Other words for steps.
        steps: [StepOverride],
        /// Other values for variables.
        flow_instance_variables: [VariableOverride],
        /// Whether prospects who were in a flow lately are put in, too.
        cool_off_override: bool,
    }

    /// Other words for a step of a flow.
    StepOverride {
        /// the step's place, from 1.
        number: u32,
    } with {
        /// The subject.
        subject: String,
        /// The words.
        body: String,
    }

    /// Another value for a variable of a flow.
    VariableOverride {
        /// the variable;
        name: String,
        /// the value.
        value: String,
    } with {
    }
}

/// Puts prospects into a flow. A flow that is not there is an error of kind `NotFound`. Scope
/// `api:flows:write`.
#[derive(Clone, Debug)]
pub struct AssignProspects {
    assignment: Assignment,
}

impl AssignProspects {
    /// As the assignment says.
    pub fn new(assignment: Assignment) -> Self {
        Self { assignment }
    }
}

impl Request for AssignProspects {
    type Answer = One<Assignments>;
    const OPERATION: Operation = Operation {
        id: "assignProspects",
        method: Method::Post,
        scope: "api:flows:write",
        is_idempotent: false,
        not_found: NotFound::IsError,
    };

    fn path(&self) -> Vec<&str> {
        vec!["v2", "flows", "prospects", "assign"]
    }

    fn body(&self) -> Option<Value> {
        Some(self.assignment.to_json())
    }
}

/// Puts prospects into a flow, also those who were in one lately. A flow that is not there is an
/// error of kind `NotFound`. Scope `api:flows:write`.
#[derive(Clone, Debug)]
pub struct AssignDespiteCoolOff {
    assignment: Assignment,
}

impl AssignDespiteCoolOff {
    /// As the assignment says.
    pub fn new(assignment: Assignment) -> Self {
        Self { assignment }
    }
}

impl Request for AssignDespiteCoolOff {
    type Answer = One<Assignments>;
    const OPERATION: Operation = Operation {
        id: "assignProspectsCoolOffOverrides",
        method: Method::Post,
        scope: "api:flows:write",
        is_idempotent: false,
        not_found: NotFound::IsError,
    };

    fn path(&self) -> Vec<&str> {
        vec!["v2", "flows", "prospects", "assign", "cool-off-override"]
    }

    fn body(&self) -> Option<Value> {
        Some(self.assignment.to_json())
    }
}

/// Who was put into a flow and who was not.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct Assignments {
    /// Who was.
    #[serde(deserialize_with = "list")]
    pub prospects_assigned: Vec<AssignedFlow>,
    /// Who was not.
    #[serde(deserialize_with = "list")]
    pub prospects_not_assigned: Vec<AssignFailure>,
}

impl Element for Assignments {
    const LIST: &'static str = "";
    const ONE: &'static str = "";
    const HAS_ID: bool = false;

    fn identity(&self) -> Option<&str> {
        None
    }
}

/// A prospect who was not put into a flow.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct AssignFailure {
    /// The flow.
    pub flow_id: Option<FlowId>,
    /// The prospect.
    pub crm_prospect_id: Option<CrmId>,
    /// Why, in a word.
    pub error_code: Option<AssignmentFailure>,
    /// Why.
    pub error_message: Option<String>,
}

word! {
    /// Why a prospect was not put into a flow.
    AssignmentFailure { InvalidArgument InvalidState UnexpectedError }
}
