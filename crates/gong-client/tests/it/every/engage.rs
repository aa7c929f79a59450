//! Tasks, flows and meetings.
use gong_client::{
    DeletesUpstream,
    flows::{
        AssignDespiteCoolOff, AssignProspects, Assignment, GetBulkAssignment, GetFlowSteps,
        ListAssignedFlows, ListFlowFolders, ListFlows, NewProspect, Overrides, StepOverride,
        SubmitBulkAssignment, UnassignInstances, UnassignProspect, VariableOverride,
    },
    integration_settings::{AllowedOrigin, IntegrationType, SetIntegrationOrigins},
    meetings::{AddMeeting, CheckIntegration, DeleteMeeting, Invitee, MeetingPlan, UpdateMeeting},
    tasks::{ListTasks, TaskAction, TaskChange, TaskFilter, TaskStatus, TaskType, UpdateTask},
};

use super::{AnyRequest, at, email, id, list, one, text};

pub(super) fn tasks_and_flows() -> Vec<Box<dyn AnyRequest>> {
    let consent = DeletesUpstream::confirmed();
    let filter = TaskFilter::new(
        id::<gong_client::UserId>(),
        [TaskType::Flow],
        [TaskAction::Call],
        [TaskStatus::Open],
    );
    let change = TaskChange::new(id::<gong_client::UserId>())
        .status(TaskStatus::Done)
        .due_date(at())
        .priority(text());
    let step = StepOverride::new(1_u32).subject(text()).body(text());
    let overrides = Overrides::new()
        .steps([step])
        .flow_instance_variables([VariableOverride::new(text(), text())])
        .cool_off_override(true);
    let assignment = Assignment::new([id()], id::<gong_client::FlowId>(), email())
        .overrides(overrides)
        .flow_instance_description(text());
    let prospect = NewProspect::new()
        .first_name(text())
        .last_name(text())
        .email(email())
        .job_title(text())
        .linked_in_url("https://example.com")
        .crm_id(id::<gong_client::CrmId>())
        .account_crm_id(id::<gong_client::CrmId>())
        .company_name(text());
    vec![
        one(ListTasks::new(
            filter.workspace_id(id::<gong_client::WorkspaceId>()),
        )),
        one(UpdateTask::new(id(), change)),
        list(
            ListFlows::new(email())
                .workspace(id())
                .folder(id())
                .most_recently_assigned(),
        ),
        list(ListFlowFolders::new(email()).parent(id()).workspace(id())),
        one(GetFlowSteps::of_flows([id()]).unwrap()),
        one(ListAssignedFlows::of_prospects([id()]).unwrap()),
        one(ListAssignedFlows::of_instances([id()]).unwrap()),
        one(UnassignInstances::new([id()], consent).on_behalf_of(email())),
        one(UnassignProspect::new(id(), consent)
            .flow(id())
            .on_behalf_of(email())),
        one(SubmitBulkAssignment::new(
            email(),
            id::<gong_client::FlowId>(),
            [prospect],
        )),
        one(GetBulkAssignment::new(id())),
        one(AssignProspects::new(assignment.clone())),
        one(AssignDespiteCoolOff::new(assignment)),
    ]
}

pub(super) fn meetings() -> Vec<Box<dyn AnyRequest>> {
    let invitee = Invitee::new()
        .email(email())
        .display_name(text())
        .first_name(text())
        .last_name(text());
    let plan = MeetingPlan::new(at(), at(), [invitee], email())
        .title(text())
        .external_id(text())
        .provider("zoom");
    let origin = AllowedOrigin::new(IntegrationType::Dialer, "https://app.example.com");
    vec![
        one(AddMeeting::new(plan.clone())),
        one(UpdateMeeting::new(id(), plan)),
        one(DeleteMeeting::new(
            id(),
            email(),
            DeletesUpstream::confirmed(),
        )),
        one(CheckIntegration::new([email()])),
        one(SetIntegrationOrigins::new([origin])),
    ]
}
