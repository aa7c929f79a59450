//! What is particular to single resources.
use std::collections::BTreeSet;

use futures::TryStreamExt as _;
use gong_client::{
    ErrorKind, Request as _,
    crm::{EntityType, FieldType, GetEntities, SchemaField, UpdateSchema},
    flows::ListFlows,
    library::ListFolderCalls,
    permissions::{GetProfile, PermissionLevel, UpdateProfile},
    settings::{ListScorecards, ListTrackers},
    stats::{ActivityFilter, AggregateActivity, StatsPeriod},
};
use jiff::civil::date;
use serde_json::json;

use crate::fixture::{Server, gong_error, ok};

fn activity() -> AggregateActivity {
    AggregateActivity::new(ActivityFilter::new(date(2026, 10, 1), date(2026, 11, 1)))
}

#[tokio::test]
async fn statistics_go_by_days_and_tell_which_time_gong_made_of_them() {
    let page = |user, cursor: Option<&str>| {
        json!({
            "requestId": "r", "records": { "cursor": cursor },
            "usersAggregateActivityStats": [{
                "userId": user, "userAggregateActivityStats": { "callsAsHost": 3 },
            }],
            "fromDateTime": "2026-10-01T00:00:00-07:00", "toDateTime": null,
            "timeZone": "America/Los_Angeles",
        })
        .to_string()
    };
    let server = Server::start([ok(page(1, Some("next"))), ok(page(2, None))]).await;

    let pages: Vec<_> = server
        .client()
        .list(activity())
        .pages()
        .try_collect()
        .await
        .unwrap();

    let period = StatsPeriod::of(&pages[0]);
    assert_eq!(period.time_zone.as_deref(), Some("America/Los_Angeles"));
    let from = period.from.unwrap().at().to_string();
    assert_eq!(from, "2026-10-01T07:00:00Z");
    assert!(period.to.is_none());
    let second = &pages[1].elements[0].value;
    let counts = second.user_aggregate_activity_stats.as_ref().unwrap();
    assert_eq!(counts.calls_as_host, Some(3));
    let filter = json!({ "fromDate": "2026-10-01", "toDate": "2026-11-01" });
    assert_eq!(
        server.asked()[1].body,
        json!({ "filter": filter, "cursor": "next" })
    );
}

#[tokio::test]
async fn a_404_is_no_folder_and_no_scorecards_but_an_unknown_workspace_is_an_error() {
    let nothing = || gong_error(404, "No folders found");
    let server = Server::start([nothing(), nothing(), nothing(), nothing()]).await;
    let client = server.client();

    let folder = client
        .send(&ListFolderCalls::new("1".parse().unwrap()))
        .await;
    let scorecards = client.send(&ListScorecards::new()).await;
    let trackers = client
        .send(&ListTrackers::new().workspace("1".parse().unwrap()))
        .await;
    let activity = client.send(&activity()).await;

    let folder = folder.unwrap();
    assert!(folder.folder.is_none() && folder.calls.elements.is_empty());
    assert!(scorecards.unwrap().elements.is_empty());
    assert_eq!(*trackers.unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(*activity.unwrap_err().kind(), ErrorKind::NotFound);
}

#[tokio::test]
async fn an_object_that_gong_does_not_have_is_told_apart_from_one_without_fields() {
    let body = json!({
        "requestId": "r",
        "crmObjectsMap": { "1": { "amount": 12_345_678_901_234_567_890_u64 }, "2": null, "3": {} },
    });
    let server = Server::start([ok(body.to_string())]).await;
    let ids = ["1", "2", "3"].map(|id| id.parse().unwrap());
    let request = GetEntities::of_ids("9".parse().unwrap(), EntityType::Deal, ids).unwrap();

    let stored = server.client().send(&request).await.unwrap();

    let objects = stored.element.value.crm_objects_map;
    let amount = &objects["1"].as_ref().unwrap()["amount"];
    assert_eq!(amount.json(), "12345678901234567890");
    assert!(objects["2"].is_none());
    assert!(objects["3"].as_ref().unwrap().is_empty());
    assert_eq!(
        server.asked()[0].target,
        "/v2/crm/entities?integrationId=9&objectType=DEAL\
         &objectsCrmIds=1&objectsCrmIds=2&objectsCrmIds=3"
    );
}

#[test]
fn a_schema_goes_as_a_list_and_its_times_without_a_fraction() {
    let changed: jiff::Timestamp = "2026-10-14T09:00:00.987Z".parse().unwrap();
    let field = SchemaField::new("stage", "Stage")
        .r#type(FieldType::String)
        .last_modified(changed);

    let request = UpdateSchema::new("9".parse().unwrap(), EntityType::Deal, [field]);

    let field = json!({
        "uniqueName": "stage", "label": "Stage", "type": "STRING",
        "lastModified": "2026-10-14T09:00:00Z",
    });
    assert_eq!(request.body(), Some(json!([field])));
}

#[tokio::test]
async fn a_profile_goes_back_as_it_came_but_for_what_was_changed() {
    let profile = json!({
        "id": "5", "name": "Managers", "scoreCalls": true, "deleteCalls": false,
        "callsAccess": { "permissionLevel": "managers-team", "teamLeadIds": ["7"] },
    });
    let answer = json!({ "requestId": "r", "profile": profile });
    let server = Server::start([ok(answer.to_string()), ok(answer.to_string())]).await;
    let client = server.client();
    let id = || "5".parse().unwrap();
    let mut read = client
        .send(&GetProfile::new(id()))
        .await
        .unwrap()
        .element
        .value;

    read.score_calls = Some(false);
    read.calls_access.as_mut().unwrap().permission_level = Some(PermissionLevel::Own);
    client.send(&UpdateProfile::new(id(), read)).await.unwrap();

    let asked = &server.asked()[1];
    let mut expected = profile;
    expected["scoreCalls"] = false.into();
    expected["callsAccess"]["permissionLevel"] = "own".into();
    assert_eq!(asked.body, expected);
    assert_eq!(asked.target, "/v2/permission-profile?profileId=5");
}

#[tokio::test]
async fn a_list_by_get_other_than_that_of_calls_goes_on_too() {
    let page = |id: u64, cursor: Option<&str>| {
        let records = json!({ "cursor": cursor });
        ok(json!({ "requestId": "r", "records": records, "flows": [{ "id": id }] }).to_string())
    };
    let server = Server::start([page(1, Some("a")), page(2, None)]).await;

    let flows = server
        .client()
        .list(ListFlows::new("a@example.com"))
        .collect()
        .await
        .unwrap();

    let ids: BTreeSet<_> = flows
        .iter()
        .map(|flow| flow.value.id.as_ref().unwrap().as_str())
        .collect();
    assert_eq!(ids, BTreeSet::from(["1", "2"]));
    let target = "/v2/flows?flowOwnerEmail=a%40example.com&cursor=a";
    assert_eq!(server.asked()[1].target, target);
}
