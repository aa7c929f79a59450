//! Laws of legal holds: they refuse by name, they keep what retention would take, they end.

use conversation::{AccountId, WorkspaceId};

use crate::{
    Archive, HoldName, HoldOn, PersonName, Purge, PurgeReason, PurgeTarget, Purged, PutOutcome,
};

use super::fixture::{at, bare, full_put, id, known, put, store, stored, user, with_words};
use super::purging::{asked, begin, receipt_of};

pub(super) async fn check<A: Archive>(make: &impl AsyncFn() -> A) {
    a_hold_refuses_by_name_until_it_is_lifted(&make().await).await;
    a_hold_reaches_what_it_is_on(&make().await).await;
    a_name_is_used_once(&make().await).await;
    retention_goes_around_what_is_held(&make().await).await;
    what_is_held_is_not_erased_by_a_put(&make().await).await;
}

fn name(text: &str) -> HoldName {
    HoldName::new(text).expect("a name")
}

async fn hold<A: Archive>(archive: &A, called: &str, on: HoldOn) {
    archive.hold(&name(called), &on, at(1)).await.expect("held");
}

async fn a_hold_refuses_by_name_until_it_is_lifted<A: Archive>(archive: &A) {
    with_words(archive, "1").await;
    with_words(archive, "2").await;
    hold(archive, "case-7", HoldOn::Call(id("1"))).await;
    let both = PurgeTarget::Calls(vec![id("1"), id("2")]);

    let preview = archive.preview(&both, at(10)).await.expect("counted");
    assert_eq!(preview.held, [(name("case-7"), 1)]);
    let refused = archive.begin_purge(&asked(both.clone()), at(10)).await;
    assert_eq!(refused.ok(), Some(Purged::Held(vec![(name("case-7"), 1)])));
    assert!(
        known(archive, "2").await.is_some(),
        "nothing at all was changed"
    );
    let erased = archive.erased(&[id("1"), id("2")]).await.expect("known");
    assert!(erased.is_empty() && archive.receipts().await.expect("read").is_empty());

    assert_eq!(
        archive.release(&name("case-7"), at(11)).await.ok(),
        Some(true)
    );
    assert_eq!(
        archive.release(&name("case-7"), at(12)).await.ok(),
        Some(false)
    );
    assert_eq!(begin(archive, both, at(13)).await.calls, 2);
    let holds = archive.holds().await.expect("read");
    assert_eq!(holds.first().and_then(|hold| hold.released), Some(at(11)));
}

async fn a_hold_reaches_what_it_is_on<A: Archive>(archive: &A) {
    with_words(archive, "1").await;
    stored(archive, put(bare("2"), None)).await;
    let on = [
        ("a", HoldOn::Call(id("1"))),
        (
            "b",
            HoldOn::Person(PersonName::Email("BOB@example.com".to_owned())),
        ),
        ("c", HoldOn::Person(PersonName::User(user("u1")))),
        (
            "d",
            HoldOn::Account(AccountId::new("example.com").expect("valid")),
        ),
        (
            "e",
            HoldOn::Workspace(WorkspaceId::new("w1").expect("valid")),
        ),
    ];
    for (called, on) in on {
        hold(archive, called, on).await;
        let held = archive.held(&[id("1"), id("2")]).await.expect("known");
        assert_eq!(held, [(id("1"), name(called))]);
        archive.release(&name(called), at(2)).await.expect("lifted");
    }
    hold(archive, "all", HoldOn::Everything).await;
    let held = archive.held(&[id("2"), id("1")]).await.expect("known");
    assert_eq!(held.len(), 2);
    let holds = archive.holds().await.expect("read");
    assert!(
        holds.iter().all(|hold| !hold.value.contains("bob@")),
        "no address is kept"
    );
}

async fn a_name_is_used_once<A: Archive>(archive: &A) {
    hold(archive, "x", HoldOn::Everything).await;
    archive.release(&name("x"), at(2)).await.expect("lifted");
    let again = archive.hold(&name("x"), &HoldOn::Everything, at(3)).await;
    assert!(again.is_err());
}

async fn retention_goes_around_what_is_held<A: Archive>(archive: &A) {
    stored(archive, put(bare("1"), None)).await;
    stored(archive, put(bare("2"), None)).await;
    hold(archive, "case", HoldOn::Call(id("1"))).await;
    let purge = Purge {
        reason: PurgeReason::Retention,
        ..asked(PurgeTarget::Before {
            start: at(1),
            workspace: None,
        })
    };

    let begun = archive.begin_purge(&purge, at(10)).await;
    let receipt = receipt_of(begun);

    assert_eq!((receipt.calls, receipt.kept_by_hold), (1, 1));
    assert!(known(archive, "1").await.is_some() && known(archive, "2").await.is_none());
}

async fn what_is_held_is_not_erased_by_a_put<A: Archive>(archive: &A) {
    let first = stored(archive, put(bare("1"), None)).await;
    hold(archive, "case", HoldOn::Call(id("1"))).await;
    let target = PurgeTarget::Person(PersonName::Email("bob@example.com".to_owned()));
    begin(archive, target, at(100)).await;

    let shown = full_put("1", "Hello.", Some(first));
    assert_eq!(store(archive, shown, at(101)).await, PutOutcome::Refused);

    assert!(
        known(archive, "1").await.is_some(),
        "what was held stays as it was"
    );
}
