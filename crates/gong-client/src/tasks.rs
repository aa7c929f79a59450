//! `/v2/tasks`: what people have to do in Gong Engage.
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    CrmId, Element, FlowId, FlowStepId, Method, NotFound, Operation, Page, PriorityId, Request,
    TaskId, UserId, When, WorkspaceId,
    wire::{ToJson as _, list, payload, word},
};

payload! {
    /// Which tasks to list.
    TaskFilter {
        /// the user who has them to do;
        user_id: UserId,
        /// where they come from;
        types: [TaskType],
        /// what is to be done;
        task_action: [TaskAction],
        /// how far they are.
        status: [TaskStatus],
    } with {
        /// Only the tasks of one workspace.
        workspace_id: WorkspaceId,
    }

    /// What to change of a task.
    TaskChange {
        /// the user who has it to do.
        user_id: UserId,
    } with {
        /// How far it is.
        status: TaskStatus,
        /// When it has to be done.
        due_date: Timestamp,
        /// How urgent it is.
        priority: String,
    }
}

word! {
    /// Where a task comes from.
    TaskType { Flow = "FLOW" Manual = "MANUAL" }
    /// What is to be done.
    TaskAction { Call = "CALL" }
    /// How far a task is.
    TaskStatus { Open = "OPEN" Done = "DONE" Dismissed = "DISMISSED" }
    /// What a person is to the CRM.
    ContactType { Contact = "CONTACT" Lead = "LEAD" }
    /// Whether a person belongs to the company that uses Gong.
    ContactAffiliation { Us Them Unknown }
    /// A way in which a person does not want to be reached.
    OptOutChannel { Calls = "CALLS" Emails = "EMAILS" SmsMessages = "SMS_MESSAGES" }
}

/// Lists the tasks of one user, which Gong does not page. The kind of the company's CRM is among
/// [`Page::others`], as `crmType`. Scope `api:tasks:read`.
#[derive(Clone, Debug)]
pub struct ListTasks {
    filter: TaskFilter,
}

impl ListTasks {
    /// The tasks that the filter lets through.
    pub fn new(filter: TaskFilter) -> Self {
        Self { filter }
    }
}

impl Request for ListTasks {
    type Answer = Page<Task>;
    const OPERATION: Operation = Operation {
        id: "listTasks",
        method: Method::Post,
        scope: "api:tasks:read",
        is_idempotent: true,
        not_found: NotFound::IsError,
    };

    fn path(&self) -> Vec<&str> {
        vec!["v2", "tasks"]
    }

    fn body(&self) -> Option<Value> {
        Some(json!({ "filter": self.filter.to_json() }))
    }
}

/// Changes a task; one that is not there is an error of kind `NotFound`. Scope `api:tasks:write`.
#[derive(Clone, Debug)]
pub struct UpdateTask {
    task: TaskId,
    change: TaskChange,
}

impl UpdateTask {
    /// This task, in this way.
    pub fn new(task: TaskId, change: TaskChange) -> Self {
        Self { task, change }
    }
}

impl Request for UpdateTask {
    type Answer = Page<Task>;
    const OPERATION: Operation = Operation {
        id: "updateReminder",
        method: Method::Patch,
        scope: "api:tasks:write",
        is_idempotent: false,
        not_found: NotFound::IsError,
    };

    fn path(&self) -> Vec<&str> {
        vec!["v2", "tasks", self.task.as_str()]
    }

    fn body(&self) -> Option<Value> {
        Some(self.change.to_json())
    }
}

/// Something that a user has to do.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct Task {
    /// The task.
    pub id: Option<TaskId>,
    /// The user.
    pub user_id: Option<UserId>,
    /// When the task was made.
    pub created: Option<When>,
    /// When it was changed last.
    pub updated: Option<When>,
    /// How far it is.
    pub status: Option<TaskStatus>,
    /// Where it comes from.
    #[serde(rename = "type")]
    pub kind: Option<TaskType>,
    /// What is to be done.
    #[serde(deserialize_with = "list")]
    pub actions: Vec<TaskAction>,
    /// The account.
    pub account: Option<TaskAccount>,
    /// The deal.
    pub opportunity: Option<TaskOpportunity>,
    /// When it has to be done.
    pub due_date: Option<When>,
    /// The flow it belongs to.
    pub flow: Option<TaskFlow>,
    /// The person it is about.
    pub contact: Option<TaskContact>,
    /// Other people it is about.
    #[serde(deserialize_with = "list")]
    pub additional_contacts: Vec<TaskContact>,
    /// The title of a task that was made by hand.
    pub title: Option<String>,
    /// How urgent it is.
    pub priority: Option<Priority>,
}

impl Element for Task {
    const LIST: &'static str = "tasks";
    const ONE: &'static str = "";

    fn identity(&self) -> Option<&str> {
        self.id.as_ref().map(TaskId::as_str)
    }
}

/// An account of the CRM.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct TaskAccount {
    /// The account.
    pub crm_id: Option<CrmId>,
    /// Its name.
    pub name: Option<String>,
    /// Its page in the CRM.
    pub crm_url: Option<String>,
}

/// A deal of the CRM.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct TaskOpportunity {
    /// The deal.
    pub crm_id: Option<CrmId>,
    /// Its name.
    pub name: Option<String>,
    /// Its page in the CRM.
    pub crm_url: Option<String>,
    /// Whether it is open.
    pub status: Option<String>,
    /// Its stage.
    pub stage: Option<String>,
    /// Its amount.
    pub amount: Option<String>,
    /// How likely it is.
    pub probability: Option<String>,
    /// When it is to be closed.
    pub close_date: Option<String>,
}

/// The flow that a task belongs to.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct TaskFlow {
    /// The flow.
    pub id: Option<FlowId>,
    /// Its name.
    pub name: Option<String>,
    /// The step.
    pub step: Option<TaskStep>,
}

/// The step of a flow that a task belongs to.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct TaskStep {
    /// The step.
    pub id: Option<FlowStepId>,
    /// Its name.
    pub name: Option<String>,
    /// Its place in the flow.
    pub step_number: Option<i64>,
}

/// How urgent a task is.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct Priority {
    /// The priority.
    pub id: Option<PriorityId>,
    /// Its name.
    pub name: Option<String>,
    /// Its weight: the higher, the more urgent.
    pub weight: Option<i64>,
}

/// A person of the CRM.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct TaskContact {
    /// The person.
    pub crm_id: Option<CrmId>,
    /// Whether it is a contact or a lead.
    #[serde(rename = "type")]
    pub kind: Option<ContactType>,
    /// What the CRM knows.
    pub data: Option<ContactDetails>,
}

/// What the CRM knows about a person.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct ContactDetails {
    /// The first name.
    pub first_name: Option<String>,
    /// The last name.
    pub last_name: Option<String>,
    /// The page in the CRM.
    pub crm_url: Option<String>,
    /// The company.
    pub company_name: Option<String>,
    /// Whether the person belongs to the company that uses Gong.
    pub affiliation: Option<ContactAffiliation>,
    /// The e-mail addresses.
    #[serde(deserialize_with = "list")]
    pub emails: Vec<ContactEmail>,
    /// The job title.
    pub title: Option<String>,
    /// The time zone.
    pub timezone: Option<String>,
    /// The telephone numbers.
    #[serde(deserialize_with = "list")]
    pub phone_numbers: Vec<ContactPhone>,
    /// The city.
    pub city: Option<String>,
    /// The country.
    pub country: Option<String>,
    /// The state.
    pub state: Option<String>,
    /// The postal code.
    pub zipcode: Option<String>,
    /// How the person does not want to be reached.
    #[serde(deserialize_with = "list")]
    pub opt_out_channels: Vec<OptOutChannel>,
    /// The page on LinkedIn.
    pub linkedin_profile: Option<String>,
}

/// An e-mail address of a person.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct ContactEmail {
    /// The address.
    pub email: Option<String>,
}

/// A telephone number of a person.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct ContactPhone {
    /// As the CRM has it.
    pub raw: Option<String>,
    /// The extension.
    pub extension: Option<String>,
    /// The code of the country.
    pub country_code: Option<i64>,
    /// In one form for all.
    pub normalized: Option<String>,
    /// What it is for.
    pub label: Option<String>,
    /// Whether it was checked.
    pub is_verified: Option<bool>,
}
