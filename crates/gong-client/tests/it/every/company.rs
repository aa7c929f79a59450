//! Figures, settings, and what else is the company's.
use gong_client::{
    ErasesPerson, ListWorkspaces, SpendsCredits,
    coaching::ListCoaching,
    crm::EntityType,
    data_privacy::{
        EraseByEmailAddress, EraseByPhoneNumber, FindByEmailAddress, FindByPhoneNumber,
    },
    entities::{AskEntity, Entity, GenerateBrief, TimeRange},
    library::{ListFolderCalls, ListFolders},
    logs::{ListLogs, LogType},
    outcomes::ListCallOutcomes,
    permissions::{
        CreateProfile, GetProfile, ListProfileUsers, ListProfiles, PermissionProfile, UpdateProfile,
    },
    settings::{ListBriefs, ListScorecards, ListTrackers},
    stats::{
        ActivityByPeriod, ActivityFilter, AggregateActivity, AggregationPeriod, AnsweredFilter,
        DailyActivity, InteractionStats, ListAnsweredScorecards, ReviewMethod,
    },
    targets::{ListTargets, UploadAssignments},
};

use super::{AnyRequest, at, day, email, file, id, list, one, text};

pub(super) fn stats() -> Vec<Box<dyn AnyRequest>> {
    let filter = || {
        ActivityFilter::new(day(), day())
            .created_from_date_time(at())
            .created_to_date_time(at())
            .user_ids([id()])
    };
    let answered = AnsweredFilter::new()
        .call_from_date(day())
        .call_to_date(day())
        .review_from_date(day())
        .review_to_date(day())
        .review_method(ReviewMethod::Both)
        .reviewed_user_ids([id()])
        .scorecard_ids([id()]);
    vec![
        list(InteractionStats::new(filter())),
        list(ListAnsweredScorecards::new(answered)),
        list(DailyActivity::new(filter())),
        list(AggregateActivity::new(filter())),
        list(ActivityByPeriod::new(filter(), AggregationPeriod::Quarter)),
    ]
}

pub(super) fn settings() -> Vec<Box<dyn AnyRequest>> {
    vec![
        one(ListTrackers::new().workspace(id())),
        one(ListScorecards::new()),
        one(ListBriefs::new().workspace(id())),
    ]
}

pub(super) fn lists_of_the_company() -> Vec<Box<dyn AnyRequest>> {
    vec![
        one(ListWorkspaces::new()),
        one(ListFolders::new().workspace(id())),
        one(ListFolderCalls::new(id())),
        one(ListCoaching::new(id(), id(), at(), at())),
        list(ListLogs::new(LogType::UserCallPlay, at()).until(at())),
        one(ListCallOutcomes::new()),
    ]
}

pub(super) fn privacy_and_permissions() -> Vec<Box<dyn AnyRequest>> {
    let consent = ErasesPerson::confirmed();
    vec![
        one(FindByEmailAddress::new(email())),
        one(FindByPhoneNumber::new("+14255552671")),
        one(EraseByEmailAddress::new(email(), consent)),
        one(EraseByPhoneNumber::new("+14255552671", consent)),
        one(ListProfiles::new(id())),
        one(GetProfile::new(id())),
        one(CreateProfile::new(id(), profile())),
        one(UpdateProfile::new(id(), profile())),
        one(ListProfileUsers::new(id())),
    ]
}

pub(super) fn entities_and_targets() -> Vec<Box<dyn AnyRequest>> {
    let consent = SpendsCredits::confirmed();
    let between = TimeRange::Between {
        from: at(),
        to: Some(at()),
    };
    let entity = || Entity::new(id(), EntityType::Account, id(), between);
    let lately = Entity::new(id(), EntityType::Deal, id(), TimeRange::Last7Days);
    vec![
        one(AskEntity::new(entity(), text(), consent)),
        one(AskEntity::new(lately, text(), consent)),
        one(GenerateBrief::new(entity(), text(), consent)),
        one(ListTargets::new(id())),
        one(UploadAssignments::new(id(), id(), file()).only_validate()),
    ]
}

/// A profile in which everything is set: read from JSON, since its fields are its interface.
fn profile() -> PermissionProfile {
    let team = serde_json::json!({ "permissionLevel": "managers-team", "teamLeadIds": ["1"] });
    let mut json = serde_json::json!({
        "id": "1", "name": "a", "description": "b",
        "forecastPermissions": {
            "forecastAccess": team, "forecastEditSubmissions": team, "forecastEditTargets": team,
        },
        "libraryFolderAccess": {
            "permissionLevel": "specific-folders", "libraryFolderIds": ["1"],
            "managePublicFolder": true, "manageStreams": true, "manageFolderCalls": true,
            "shareFoldersAndStreams": true,
        },
    });
    for area in ["calls", "deals", "coaching", "insights", "usage", "emails"] {
        json[format!("{area}Access")] = team.clone();
    }
    for right in RIGHTS {
        json[right] = true.into();
    }
    let read = gong_client::Raw::<PermissionProfile>::read(&json.to_string()).unwrap();
    assert_eq!(read.dropped, [""; 0]);
    read.value
}

const RIGHTS: [&str; 44] = [
    "scoreCalls",
    "overrideScore",
    "downloadCallMedia",
    "shareCallsWithCustomers",
    "manuallyScheduleAndUploadCalls",
    "privateCalls",
    "deleteCalls",
    "trimCalls",
    "listenInCalls",
    "deleteEmails",
    "callsAndSearch",
    "library",
    "deals",
    "createEditAndDeleteDealsBoards",
    "dealsInlineEditing",
    "account",
    "coaching",
    "usage",
    "teamStats",
    "initiatives",
    "market",
    "activity",
    "forecast",
    "forecastManage",
    "engageManageCompanyTemplates",
    "engageManageCompanySequences",
    "engageCreateAndManageRulesets",
    "engageSnoozeFlowToDosForOthers",
    "engageAllowCrmFieldsViewChange",
    "viewEngageAnalyticsActivity",
    "viewEngageAnalyticsPerformance",
    "viewEngageAnalyticsFlows",
    "manageGeneralBusinessSettings",
    "manageScorecards",
    "exportCallsAndCoachingDataToCSV",
    "crmDataInlineEditing",
    "crmDataImport",
    "viewRevenueAnalytics",
    "manageRevenueAnalytics",
    "engageReassignFlowToDosToOthers",
    "engageAssignFlowToDosToOthers",
    "dealsDataExport",
    "aiBuilder",
    "orchestrateCreateAndManagePlays",
];
