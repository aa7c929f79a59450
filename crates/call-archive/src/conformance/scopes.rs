//! Laws of scope: what a caller may not see is like what does not exist.

use access::{PrivateCalls, Scope};

use crate::{Archive, CallQuery};

use super::fixture::{
    bare, full_put, id, ours, private, put, stored, theirs, user, with_words, words,
};

pub(super) async fn check<A: Archive>(make: &impl AsyncFn() -> A) {
    let archive = make().await;
    fill(&archive).await;
    for (scope, reached) in [
        (Scope::internal(), &["1", "2", "3", "4"][..]),
        (
            Scope::everything(PrivateCalls::Included),
            &["1", "2", "3", "4"],
        ),
        (Scope::everything(PrivateCalls::Withheld), &["1", "3"]),
        (Scope::calls_of([user("u1")]), &["1", "2"]),
        (Scope::calls_of([user("u2"), user("u9")]), &["3", "4"]),
        (Scope::calls_of([user("u9")]), &[]),
        (Scope::calls_of([]), &[]),
        (Scope::nothing(), &[]),
        (withheld_but_of("u1"), &["1", "2", "3"]),
        (withheld_but_of("u2"), &["1", "3", "4"]),
        (withheld_but_of("u9"), &["1", "3"]),
        (leading("u2", &["u1"]), &["1", "3", "4"]),
        (leading("u1", &["u2"]), &["1", "2", "3"]),
        (leading("u9", &["u2"]), &["3"]),
        (
            Scope::team(user("u9"), [user("u2")], PrivateCalls::Included),
            &["3", "4"],
        ),
        (leading("u2", &["u1"]).without_private(), &["1", "3"]),
    ] {
        every_read_keeps_to(&archive, &scope, reached).await;
    }
}

/// Everything but the private calls of others.
fn withheld_but_of(name: &str) -> Scope {
    Scope::everything(PrivateCalls::Withheld).with_own(Some(user(name)))
}

fn leading(name: &str, team: &[&str]) -> Scope {
    let team = team.iter().map(|name| user(name));
    Scope::team(user(name), team, PrivateCalls::Withheld)
}

/// 1: of u1. 2: of u1, private. 3: of u2 by being the host. 4: of u2, private.
async fn fill<A: Archive>(archive: &A) {
    with_words(archive, "1").await;
    let mut second = full_put("2", "Hello.", None);
    second.call = private(second.call);
    stored(archive, second).await;
    let mut third = full_put("3", "Hello.", None);
    third.call.primary_user = Some(user("u2"));
    third.call.parties = vec![theirs("p1")];
    stored(archive, third).await;
    let mut fourth = put(private(bare("4")), None);
    fourth.call.parties = vec![ours("p1", "u2")];
    fourth.transcript = Some(words("Hello."));
    stored(archive, fourth).await;
}

async fn every_read_keeps_to<A: Archive>(archive: &A, scope: &Scope, reached: &[&str]) {
    let ids: Vec<_> = ["1", "2", "3", "4", "5"].map(id).into();
    let wanted: Vec<_> = reached.iter().map(id).collect();

    let read = archive.read(scope, &ids).await.expect("read");
    let read: Vec<_> = read.into_iter().map(|call| call.call.id).collect();
    assert_eq!(read, wanted, "read within {scope:?}");

    let known = archive.known(&ids).await.expect("known");
    let texts: Vec<_> = known
        .iter()
        .filter_map(|known| Some((known.call.clone(), known.text_revision?)))
        .collect();
    let found = archive.transcripts(scope, &texts).await.expect("read");
    let heard: Vec<_> = texts
        .iter()
        .zip(found)
        .filter_map(|((call, _), text)| text.map(|_| call.clone()))
        .collect();
    assert_eq!(heard, wanted, "words within {scope:?}");

    let query = CallQuery::default();
    let page = archive.list(scope, &query).await.expect("listed");
    let mut listed: Vec<_> = page.calls.into_iter().map(|(call, _)| call.id).collect();
    listed.sort();
    assert_eq!(listed, wanted, "listed within {scope:?}");
    assert_eq!(page.total, wanted.len() as u64, "total within {scope:?}");

    let one = CallQuery {
        limit: 1,
        ..CallQuery::default()
    };
    let page = archive.list(scope, &one).await.expect("listed");
    assert_eq!(page.total, wanted.len() as u64, "total of a short page");
    assert_eq!(page.next.is_some(), wanted.len() > 1);

    for other in ["u1", "u2"] {
        let query = CallQuery {
            user: Some(user(other)),
            ..CallQuery::default()
        };
        let page = archive.list(scope, &query).await.expect("listed");
        assert!(
            page.calls.iter().all(|(call, _)| wanted.contains(&call.id)),
            "a filter reaches no further than {scope:?}"
        );
        assert_eq!(page.total, page.calls.len() as u64);
    }
}
