//! Laws of the company's own people: one row by id, found by address, never deleted.

use crate::{Archive, HashKey, User};

use super::fixture::user as id;

pub(super) async fn check<A: Archive>(make: &impl AsyncFn() -> A) {
    users_are_listed_by_id_with_everything_that_was_put(&make().await).await;
    a_put_replaces_its_users_and_leaves_the_others(&make().await).await;
    who_changed_address_keeps_the_id_and_leaves_the_old_address(&make().await).await;
    an_address_that_is_listed_twice_finds_both_the_active_one_first(&make().await).await;
    managers_may_stand_in_a_circle_or_be_unknown(&make().await).await;
}

fn user(name: &str) -> User {
    let mut user = User::new(id(name));
    user.name = Some(format!("Ada {name} — Größe"));
    user.email = Some(format!("{name}@ours.example"));
    user.title = Some("Seller".to_owned());
    user
}

async fn put<A: Archive>(archive: &A, users: &[User]) {
    archive.put_users(users).await.expect("stored");
}

async fn listed<A: Archive>(archive: &A) -> Vec<User> {
    archive.users().await.expect("listed")
}

async fn of_address<A: Archive>(archive: &A, address: &str) -> Vec<User> {
    let key: HashKey = archive.hash_key().await.expect("a key");
    let hash = key.email(address).expect("a hash");
    archive.users_by_email(&hash).await.expect("read")
}

async fn users_are_listed_by_id_with_everything_that_was_put<A: Archive>(archive: &A) {
    assert_eq!(listed(archive).await, []);
    let mut second = user("u2");
    second.manager = Some(id("u1"));
    let mut third = User::new(id("u3"));
    third.is_active = false;

    put(archive, &[third.clone(), second.clone(), user("u1")]).await;

    let all = [user("u1"), second.clone(), third.clone()];
    assert_eq!(listed(archive).await, all);
    let asked = [id("u3"), id("u9"), id("u2")];
    let found = archive.users_by_id(&asked).await.expect("read");
    assert_eq!(found, [third, second]);
}

async fn a_put_replaces_its_users_and_leaves_the_others<A: Archive>(archive: &A) {
    put(archive, &[user("u1"), user("u2")]).await;
    let mut changed = User::new(id("u2"));
    changed.name = Some("Bob".to_owned());
    changed.is_active = false;

    put(archive, std::slice::from_ref(&changed)).await;
    put(archive, &[]).await;

    assert_eq!(listed(archive).await, [user("u1"), changed]);
    assert_eq!(of_address(archive, "u2@ours.example").await, []);
}

async fn who_changed_address_keeps_the_id_and_leaves_the_old_address<A: Archive>(archive: &A) {
    put(archive, &[user("u1"), user("u2")]).await;
    let mut moved = user("u1");
    moved.email = Some("Ada@New.example".to_owned());

    put(archive, std::slice::from_ref(&moved)).await;

    assert_eq!(of_address(archive, "u1@ours.example").await, []);
    assert_eq!(of_address(archive, " ada@new.EXAMPLE").await, [moved]);
    assert_eq!(listed(archive).await.len(), 2);
}

async fn an_address_that_is_listed_twice_finds_both_the_active_one_first<A: Archive>(archive: &A) {
    let mut left = user("u1");
    left.is_active = false;
    let mut stays = user("u2");
    stays.email = Some("U1@ours.example".to_owned());

    put(archive, &[left.clone(), stays.clone()]).await;

    assert_eq!(of_address(archive, "u1@ours.example").await, [stays, left]);
}

async fn managers_may_stand_in_a_circle_or_be_unknown<A: Archive>(archive: &A) {
    let led_by = |name: &str, manager: &str| {
        let mut user = user(name);
        user.manager = Some(id(manager));
        user
    };
    let circle = [led_by("u1", "u2"), led_by("u2", "u1"), led_by("u3", "u9")];

    put(archive, &circle).await;

    assert_eq!(listed(archive).await, circle);
}
