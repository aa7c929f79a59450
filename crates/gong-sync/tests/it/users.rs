//! The company's own people: listed once a day, and nobody lost by an accident of the list.
use conversation::UserId;
use gong_sim::{Faults, Operation, World};
use gong_sync::{Reach, Reconcile};
use serde_json::{Value, json};

use crate::fixture::Bench;

fn user(number: usize) -> Value {
    json!({
        "id": format!("90000000000000000{number:03}"),
        "emailAddress": format!("user{number}@ours.example"),
        "firstName": "Ada",
        "lastName": format!("Number {number}"),
        "active": true,
        "managerId": (number > 0).then(|| format!("90000000000000000{:03}", number / 2)),
    })
}

fn world(users: usize) -> World {
    (0..users).fold(World::generate(7, 3), |world, number| {
        world.with_user(user(number))
    })
}

fn id(number: usize) -> UserId {
    UserId::new(format!("90000000000000000{number:03}")).unwrap()
}

async fn active(bench: &Bench) -> usize {
    let users = bench.archive.users().await.unwrap();
    users.iter().filter(|user| user.is_active).count()
}

#[tokio::test]
async fn users_are_listed_page_by_page_once_a_day_and_with_every_reconcile() {
    let bench = Bench::new(world(230)).await;
    let listed = || bench.sim.stats().of(Operation::ListUsers);

    let first = bench.routine().await;
    // Those of the three calls come on top.
    assert!(first.users.listed >= 230 && first.users.listed <= 233);
    assert_eq!((first.requests.users, listed()), (3, 3));
    let stored = bench.archive.users_by_id(&[id(5)]).await.unwrap();
    assert_eq!(stored[0].manager, Some(id(2)));
    assert_eq!(stored[0].name.as_deref(), Some("Ada Number 5"));

    bench.routine().await;
    assert_eq!(listed(), 3, "they were listed today");
    let plan = bench.sync().plan(Reconcile::Now(Reach::Month), None).await;
    let plan = plan.unwrap();
    assert_eq!(plan.users, Some(3));
    assert!(bench.sync().carry_out(&plan).await.is_complete());
    assert_eq!(listed(), 6);
    bench.advance("24h");
    let plan = bench.sync().plan(Reconcile::Never, None).await.unwrap();
    assert_eq!(plan.users, Some(3), "a day has passed");
}

#[tokio::test]
async fn a_user_who_changed_address_keeps_the_id_and_the_old_address_finds_nobody() {
    let bench = Bench::new(world(3)).await;
    bench.routine().await;
    let key = bench.archive.hash_key().await.unwrap();
    let of = async |address: &str| {
        let hash = key.email(address).unwrap();
        let users = bench.archive.users_by_email(&hash).await.unwrap();
        users.into_iter().map(|user| user.id).collect::<Vec<_>>()
    };
    assert_eq!(of("user1@ours.example").await, [id(1)]);

    let edit = |user: &mut Value| user["emailAddress"] = "ada@renamed.example".into();
    bench.sim.edit_user(id(1).as_str(), edit).unwrap();
    bench.advance("24h");
    bench.routine().await;

    assert_eq!(of("ada@renamed.example").await, [id(1)]);
    assert_eq!(of("user1@ours.example").await, []);
}

#[tokio::test]
async fn who_has_left_is_no_longer_active_and_a_short_list_makes_nobody_leave() {
    let bench = Bench::new(world(20)).await;
    bench.routine().await;
    let all = active(&bench).await;

    let left = |user: &mut Value| user["active"] = false.into();
    bench.sim.edit_user(id(3).as_str(), left).unwrap();
    bench.advance("24h");
    bench.routine().await;
    assert_eq!(active(&bench).await, all - 1);

    bench.sim.replace_world(world(18));
    bench.advance("24h");
    let report = bench.routine().await;
    assert_eq!((report.users.left, active(&bench).await), (2, all - 2));

    bench.sim.replace_world(world(4));
    bench.advance("24h");
    let report = bench.routine().await;
    assert_eq!(report.users.left, 0, "so many do not leave in a day");
    assert_eq!(active(&bench).await, all - 2);
}

#[tokio::test]
async fn nulls_in_the_list_of_users_take_no_address_away_and_bring_nobody_back() {
    let bench = Bench::new(world(10)).await;
    bench.routine().await;
    let left = |user: &mut Value| user["active"] = false.into();
    bench.sim.edit_user(id(3).as_str(), left).unwrap();
    bench.advance("24h");
    bench.routine().await;
    let before = bench.archive.users_by_id(&[id(3), id(4)]).await.unwrap();

    for number in [3, 4] {
        let edit = |user: &mut Value| {
            for field in ["emailAddress", "firstName", "lastName", "active"] {
                user[field] = Value::Null;
            }
        };
        bench.sim.edit_user(id(number).as_str(), edit).unwrap();
    }
    bench.advance("24h");
    bench.routine().await;

    let after = bench.archive.users_by_id(&[id(3), id(4)]).await.unwrap();
    assert_eq!(after, before);
}

#[tokio::test]
async fn a_list_of_users_that_is_refused_is_named_and_the_calls_go_on() {
    let bench = Bench::new(world(5)).await;
    let mut faults = Faults::none();
    faults.forbidden.insert(Operation::ListUsers);
    bench.sim.set_faults(faults);

    let report = bench.routine().await;

    let refused: Vec<_> = report.refused.iter().map(|one| one.scope).collect();
    assert_eq!(refused, ["api:users:read"]);
    assert_eq!((report.outcomes.total(), active(&bench).await), (3, 0));
    bench.sim.set_faults(Faults::none());
    assert!(bench.routine().await.users.listed >= 5, "asked for again");
}
