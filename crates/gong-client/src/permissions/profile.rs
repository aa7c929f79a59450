//! A permission profile: read from Gong, changed, and sent back as a whole.
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::{
    Element, FolderId, ProfileId, UserId,
    wire::{ToJson, ids, word},
};

/// Makes a type that is both read and sent: what is not set is not sent.
macro_rules! both_ways {
    ($(
        $(#[doc = $doc:literal])*
        $name:ident {
            $($(#[doc = $field_doc:literal])* $field:ident: $type:ty = $json:literal,)*
        } lists {
            $($(#[doc = $list_doc:literal])* $list:ident: $element:ty = $list_json:literal,)*
        } rights {
            $($(#[doc = $right_doc:literal])* $right:ident = $right_json:literal,)*
        }
    )*) => {$(
        $(#[doc = $doc])*
        #[derive(Clone, Debug, Default, PartialEq, Deserialize)]
        #[serde(default)]
        #[non_exhaustive]
        pub struct $name {
            $($(#[doc = $field_doc])* #[serde(rename = $json)] pub $field: Option<$type>,)*
            $(
                $(#[doc = $list_doc])*
                #[serde(rename = $list_json, deserialize_with = "ids")]
                pub $list: Vec<$element>,
            )*
            $($(#[doc = $right_doc])* #[serde(rename = $right_json)] pub $right: Option<bool>,)*
        }

        impl ToJson for $name {
            fn to_json(&self) -> Value {
                let mut json = Map::new();
                $(json.extend(self.$field.as_ref().map(|field| ($json.into(), field.to_json())));)*
                $(if !self.$list.is_empty() {
                    json.insert($list_json.into(), self.$list.to_json());
                })*
                $(json.extend(self.$right.map(|right| ($right_json.into(), right.into())));)*
                Value::Object(json)
            }
        }
    )*};
}

both_ways! {
    /// What users may see and do.
    PermissionProfile {
        /// The profile; absent from one that is to be made.
        id: ProfileId = "id",
        /// Its name.
        name: String = "name",
        /// What it is for.
        description: String = "description",
        /// Whose calls are open.
        calls_access: TeamAccess = "callsAccess",
        /// Which folders of the library are open.
        library_folder_access: LibraryAccess = "libraryFolderAccess",
        /// Whose deals are open.
        deals_access: TeamAccess = "dealsAccess",
        /// Whose forecasts are open, and for what.
        forecast_permissions: ForecastPermissions = "forecastPermissions",
        /// Whose coaching is open.
        coaching_access: TeamAccess = "coachingAccess",
        /// Whose insights are open.
        insights_access: TeamAccess = "insightsAccess",
        /// Whose usage is open.
        usage_access: TeamAccess = "usageAccess",
        /// Whose e-mails are open.
        emails_access: TeamAccess = "emailsAccess",
    } lists {
    } rights {
        /// May judge calls.
        score_calls = "scoreCalls",
        /// May change how others judged.
        override_score = "overrideScore",
        /// May download recordings.
        download_call_media = "downloadCallMedia",
        /// May share calls with customers.
        share_calls_with_customers = "shareCallsWithCustomers",
        /// May schedule and upload calls by hand.
        manually_schedule_and_upload_calls = "manuallyScheduleAndUploadCalls",
        /// May make their own calls private.
        private_calls = "privateCalls",
        /// May delete calls.
        delete_calls = "deleteCalls",
        /// May cut calls.
        trim_calls = "trimCalls",
        /// May listen in to calls.
        listen_in_calls = "listenInCalls",
        /// May delete e-mails.
        delete_emails = "deleteEmails",
        /// May see and search calls.
        calls_and_search = "callsAndSearch",
        /// May see the library.
        library = "library",
        /// May see deals.
        deals = "deals",
        /// May make, change and delete boards of deals.
        create_edit_and_delete_deals_boards = "createEditAndDeleteDealsBoards",
        /// May change deals.
        deals_inline_editing = "dealsInlineEditing",
        /// May see accounts.
        account = "account",
        /// May see coaching.
        coaching = "coaching",
        /// May see how Gong is used.
        usage = "usage",
        /// May see the team's figures.
        team_stats = "teamStats",
        /// May see initiatives.
        initiatives = "initiatives",
        /// May see the market.
        market = "market",
        /// May see activity.
        activity = "activity",
        /// May see forecasts.
        forecast = "forecast",
        /// May manage boards of forecasts and upload targets.
        forecast_manage = "forecastManage",
        /// May manage the company's templates.
        engage_manage_company_templates = "engageManageCompanyTemplates",
        /// May manage the company's flows.
        engage_manage_company_sequences = "engageManageCompanySequences",
        /// May make and manage sets of rules.
        engage_create_and_manage_rulesets = "engageCreateAndManageRulesets",
        /// May put off others' to-dos.
        engage_snooze_flow_to_dos_for_others = "engageSnoozeFlowToDosForOthers",
        /// May change which fields of the CRM are shown.
        engage_allow_crm_fields_view_change = "engageAllowCrmFieldsViewChange",
        /// May see figures about activity in Engage.
        view_engage_analytics_activity = "viewEngageAnalyticsActivity",
        /// May see figures about performance in Engage.
        view_engage_analytics_performance = "viewEngageAnalyticsPerformance",
        /// May see figures about flows.
        view_engage_analytics_flows = "viewEngageAnalyticsFlows",
        /// May manage general settings.
        manage_general_business_settings = "manageGeneralBusinessSettings",
        /// May manage scorecards.
        manage_scorecards = "manageScorecards",
        /// May export calls and coaching figures.
        export_calls_and_coaching_data_to_csv = "exportCallsAndCoachingDataToCSV",
        /// May change data of the CRM.
        crm_data_inline_editing = "crmDataInlineEditing",
        /// May import data of the CRM.
        crm_data_import = "crmDataImport",
        /// May see dashboards.
        view_revenue_analytics = "viewRevenueAnalytics",
        /// May manage dashboards.
        manage_revenue_analytics = "manageRevenueAnalytics",
        /// May give to-dos of flows to others again.
        engage_reassign_flow_to_dos_to_others = "engageReassignFlowToDosToOthers",
        /// May give to-dos of flows to others.
        engage_assign_flow_to_dos_to_others = "engageAssignFlowToDosToOthers",
        /// May export deals.
        deals_data_export = "dealsDataExport",
        /// May use the AI builder.
        ai_builder = "aiBuilder",
        /// May make and manage plays.
        orchestrate_create_and_manage_plays = "orchestrateCreateAndManagePlays",
    }

    /// Whose things are open.
    TeamAccess {
        /// Whose.
        permission_level: PermissionLevel = "permissionLevel",
    } lists {
        /// The managers whose teams' things are open, at that level.
        team_lead_ids: UserId = "teamLeadIds",
    } rights {
    }

    /// Which folders of the library are open, and for what.
    LibraryAccess {
        /// Which.
        permission_level: LibraryLevel = "permissionLevel",
    } lists {
        /// The folders, at that level.
        library_folder_ids: FolderId = "libraryFolderIds",
    } rights {
        /// May manage public folders.
        manage_public_folder = "managePublicFolder",
        /// May manage streams.
        manage_streams = "manageStreams",
        /// May add calls to folders and archive them.
        manage_folder_calls = "manageFolderCalls",
        /// May share folders and streams.
        share_folders_and_streams = "shareFoldersAndStreams",
    }

    /// Whose forecasts are open, and for what.
    ForecastPermissions {
        /// Whose can be seen.
        forecast_access: TeamAccess = "forecastAccess",
        /// Whose submissions can be changed.
        forecast_edit_submissions: TeamAccess = "forecastEditSubmissions",
        /// Whose targets can be changed.
        forecast_edit_targets: TeamAccess = "forecastEditTargets",
    } lists {
    } rights {
    }
}

word! {
    /// Whose things are open.
    PermissionLevel {
        All = "all"
        ManagersTeam = "managers-team"
        ReportToThem = "report-to-them"
        Own = "own"
        None = "none"
    }
    /// Which folders of the library are open.
    LibraryLevel { All = "all" SpecificFolders = "specific-folders" None = "none" }
}

impl Element for PermissionProfile {
    const LIST: &'static str = "profiles";
    const ONE: &'static str = "profile";

    fn identity(&self) -> Option<&str> {
        self.id.as_ref().map(ProfileId::as_str)
    }
}
