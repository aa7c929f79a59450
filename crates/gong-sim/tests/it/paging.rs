//! Pages of 100, and the life of a cursor.

use std::collections::HashSet;

use gong_sim::{Endless, Faults, Limits, Sim, SimClock, World};
use serde_json::{Value, json};

use crate::asking::{Asker, error_text, ids_of, plain};

const PATH: &str = "/v2/calls/extensive";

async fn with(world: World, faults: Faults) -> Asker {
    Asker::start(
        Sim::builder()
            .world(world)
            .limits(Limits::off())
            .faults(faults),
    )
    .await
}

#[tokio::test]
async fn every_call_comes_once_in_pages_of_a_hundred() {
    let asker = Asker::of(World::generate(1, 250)).await;

    let (ids, pages) = asker.all_extensive(json!({})).await;

    assert_eq!((ids.len(), pages), (250, 3));
    assert_eq!(ids.iter().collect::<HashSet<_>>().len(), 250);
}

#[tokio::test]
async fn a_full_last_page_has_no_cursor() {
    let asker = Asker::of(World::generate(1, 200)).await;

    assert_eq!(asker.all_extensive(json!({})).await.1, 2);
}

#[tokio::test]
async fn the_cursor_of_a_get_goes_in_the_query() {
    let asker = Asker::of(World::generate(1, 120)).await;
    let path = "/v2/calls?fromDateTime=2026-01-01T00:00:00Z&toDateTime=2027-01-01T00:00:00Z";

    let (_, first) = asker.get(path).await;
    let cursor = first["records"]["cursor"].as_str().unwrap();
    let (status, second) = asker.get(&format!("{path}&cursor={cursor}")).await;

    assert_eq!(first["records"]["currentPageSize"], 100);
    assert_eq!(status, 200);
    let rest = json!({ "totalRecords": 120, "currentPageSize": 20, "currentPageNumber": 1 });
    assert_eq!(second["records"], rest);
    let seen: HashSet<String> = [first, second]
        .iter()
        .flat_map(|page| ids_of(&page["calls"], "/id"))
        .collect();
    assert_eq!(seen.len(), 120);
}

#[tokio::test]
async fn users_are_paged_too() {
    let user = |id: u32| json!({ "id": (1000 + id).to_string() });
    let world = (0..230).fold(World::empty(), |world, id| world.with_user(user(id)));
    let asker = Asker::of(world).await;

    let mut ids = Vec::new();
    let mut cursor = String::new();
    for expected in [100, 100, 30] {
        let (_, page) = asker.get(&format!("/v2/users?cursor={cursor}")).await;
        assert_eq!(page["records"]["currentPageSize"], expected);
        ids.extend(ids_of(&page["users"], "/id"));
        cursor = page["records"]["cursor"].as_str().unwrap_or("").to_owned();
    }

    assert_eq!(
        (ids.iter().collect::<HashSet<_>>().len(), cursor.as_str()),
        (230, "")
    );
}

#[tokio::test]
async fn a_cursor_belongs_to_the_inputs_that_it_was_given_for() {
    let asker = Asker::of(World::generate(1, 250)).await;
    let (_, first) = asker.post(PATH, json!({ "filter": {} })).await;
    let cursor = &first["records"]["cursor"];
    let check = async |path: &str, mut body: Value, expected: u16| {
        body["cursor"] = cursor.clone();
        let (status, answer) = asker.post(path, body).await;
        assert_eq!(status, expected, "{answer}");
    };

    check(PATH, json!({ "filter": {} }), 200).await;
    check(
        PATH,
        json!({ "filter": { "fromDateTime": "2026-01-01T00:00:00Z" } }),
        400,
    )
    .await;
    check(PATH, json!({ "filter": {}, "contentSelector": {} }), 400).await;
    check("/v2/calls/transcript", json!({ "filter": {} }), 400).await;
    let (status, _) = asker
        .post(PATH, json!({ "filter": {}, "cursor": "made-up" }))
        .await;
    assert_eq!(status, 400);
}

#[tokio::test]
async fn a_chain_of_pages_dies_an_hour_after_its_first_page() {
    let clock = SimClock::fixed("2026-03-02T09:00:00Z".parse().unwrap());
    let builder = Sim::builder()
        .world(World::generate(1, 400))
        .limits(Limits::off())
        .clock(clock.clone());
    let asker = Asker::start(builder).await;
    let mut body = json!({ "filter": {} });
    let mut next = async || {
        let (status, answer) = asker.post(PATH, body.clone()).await;
        if status == 200 {
            body["cursor"] = answer["records"]["cursor"].clone();
        }
        (status, answer)
    };

    assert_eq!(next().await.0, 200);
    clock.advance("40m".parse().unwrap());
    assert_eq!(next().await.0, 200);
    clock.advance("20m".parse().unwrap());
    let (status, answer) = next().await;
    assert_eq!((status, error_text(&answer)), (400, "cursor has expired"));
}

#[tokio::test]
async fn a_test_can_let_all_cursors_expire() {
    let asker = Asker::of(World::generate(1, 150)).await;
    let (_, first) = asker.post(PATH, json!({ "filter": {} })).await;

    asker.sim.expire_cursors();

    let body = json!({ "filter": {}, "cursor": first["records"]["cursor"] });
    let (status, answer) = asker.post(PATH, body).await;
    assert_eq!((status, error_text(&answer)), (400, "cursor has expired"));
    assert_eq!(asker.all_extensive(json!({})).await.0.len(), 150);
}

#[tokio::test]
async fn a_call_that_appears_between_two_pages_shifts_no_other() {
    let asker = Asker::of(World::generate(1, 150)).await;
    let before = asker.all_extensive(json!({})).await.0;
    let (_, first) = asker.post(PATH, json!({ "filter": {} })).await;

    asker
        .sim
        .add_call(plain("5", "2026-01-01T00:00:01Z"))
        .unwrap();
    asker.sim.remove_call(&before[10]).unwrap();

    let body = json!({ "filter": {}, "cursor": first["records"]["cursor"] });
    let (_, second) = asker.post(PATH, body).await;
    assert_eq!(ids_of(&second["calls"], "/metaData/id"), before[100..]);
}

#[tokio::test]
async fn shrinking_pages_hold_an_empty_one_and_lose_nothing() {
    let mut faults = Faults::none();
    faults.shrinking_pages = true;
    let asker = with(World::generate(1, 250), faults).await;

    let (ids, pages) = asker.all_extensive(json!({})).await;

    assert_eq!(pages, 5); // 100, 60, 30, 0 with a cursor, 60
    assert_eq!(ids.iter().collect::<HashSet<_>>().len(), 250);
}

#[tokio::test]
async fn duplicates_repeat_the_last_item_of_the_page_before() {
    let mut faults = Faults::none();
    faults.duplicates = true;
    let asker = with(World::generate(1, 250), faults).await;

    let (ids, pages) = asker.all_extensive(json!({})).await;

    assert_eq!((ids.len(), pages), (252, 3));
    assert_eq!((&ids[99], &ids[199]), (&ids[100], &ids[200]));
    assert_eq!(ids.iter().collect::<HashSet<_>>().len(), 250);
}

#[tokio::test]
async fn an_endless_list_repeats_its_cursor_or_begins_again() {
    let cursors = async |endless| {
        let mut faults = Faults::none();
        faults.endless = Some(endless);
        let asker = with(World::generate(1, 150), faults).await;
        let mut body = json!({ "filter": {} });
        let mut cursors = Vec::new();
        for _ in 0..6 {
            let (_, page) = asker.post(PATH, body.clone()).await;
            body["cursor"] = page["records"]["cursor"].clone();
            cursors.push(page["records"]["cursor"].as_str().unwrap().to_owned());
        }
        cursors.into_iter().collect::<HashSet<_>>().len()
    };

    assert_eq!(cursors(Endless::SameCursor).await, 1);
    assert_eq!(cursors(Endless::FreshCursors).await, 6);
}
