//! `/v2/flows/…`: the flows of Gong Engage, and the prospects who are in them.
mod assign;
mod bulk;
mod lists;
mod prospects;

pub use assign::{
    AssignDespiteCoolOff, AssignFailure, AssignProspects, Assignment, AssignmentFailure,
    Assignments, Overrides, StepOverride, VariableOverride,
};
pub use bulk::{
    BulkAssignment, BulkResult, BulkResultStatus, BulkStatus, GetBulkAssignment, NewProspect,
    Prospect, SubmitBulkAssignment,
};
pub use lists::{
    Flow, FlowStep, FlowVisibility, FlowWithSteps, GetFlowSteps, ListFlowFolders, ListFlows,
    StepAction,
};
pub use prospects::{
    AssignedFlow, FlowInstanceStatus, ListAssignedFlows, UnassignInstances, UnassignProspect,
    Unassigned,
};
