//! Laws of purging: begun as a whole, refused from then on, and accounted for without content.

use conversation::{AccountId, Call, Side, WorkspaceId};
use jiff::Timestamp;

use crate::{
    Archive, Erasure, Finish, JobKind, Keep, PersonName, Purge, PurgeReason, PurgeTarget, Purged,
    Put, PutOutcome, Receipt, Remnant, User,
};

use super::fixture::{
    NOW, at, bare, claim, finish, full, full_put, id, known, ours, put, read, store, stored,
    theirs, user, with_words, words,
};

pub(super) async fn check<A: Archive>(make: &impl AsyncFn() -> A) {
    calls_are_purged_known_or_not(&make().await).await;
    a_purge_is_counted_before_it_begins(&make().await).await;
    a_person_goes_under_every_name(&make().await).await;
    a_purged_person_is_no_user_until_a_later_call(&make().await).await;
    a_person_refuses_what_started_before(&make().await).await;
    an_older_call_that_comes_to_show_the_person_is_erased(&make().await).await;
    an_account_is_reached_by_link_and_by_domain(&make().await).await;
    a_floor_refuses_what_started_before(&make().await).await;
    a_floor_may_be_of_one_workspace(&make().await).await;
    retention_says_nothing_where_nothing_is_new(&make().await).await;
    a_receipt_is_finished_when_nothing_is_left(&make().await).await;
    a_purge_can_be_begun_again(&make().await).await;
}

pub(super) fn asked(target: PurgeTarget) -> Purge {
    Purge {
        target,
        reason: PurgeReason::Asked,
        actor: "conformance".to_owned(),
    }
}

pub(super) async fn begin<A: Archive>(archive: &A, target: PurgeTarget, at: Timestamp) -> Receipt {
    receipt_of(archive.begin_purge(&asked(target), at).await)
}

/// The receipt of a purge that must have begun.
pub(super) fn receipt_of(purged: Result<Purged, crate::Error>) -> Receipt {
    let receipt = match purged {
        Ok(Purged::Begun(receipt)) => Some(*receipt),
        _ => None,
    };
    receipt.expect("the purge begins")
}

/// Does every erase job that is due.
pub(super) async fn erase_all<A: Archive>(archive: &A, now: Timestamp) {
    for job in claim(archive, JobKind::Erase, now).await {
        archive.erase(&job.call, now).await.expect("erased");
        finish(archive, &job, Finish::Done, now).await;
    }
}

async fn outcome<A: Archive>(archive: &A, call: Call) -> PutOutcome {
    let mut put = put(call, None);
    put.transcript = Some(words("Back."));
    store(archive, put, at(500)).await
}

fn email(text: &str) -> PurgeTarget {
    PurgeTarget::Person(PersonName::Email(text.to_owned()))
}

fn before(start: Timestamp) -> PurgeTarget {
    PurgeTarget::Before {
        start,
        workspace: None,
    }
}

async fn calls_are_purged_known_or_not<A: Archive>(archive: &A) {
    with_words(archive, "1").await;
    with_words(archive, "2").await;
    let target = PurgeTarget::Calls(vec![id("1"), id("9"), id("1")]);
    let receipt = begin(archive, target, at(10)).await;

    assert_eq!((receipt.calls, receipt.with_text, receipt.left), (1, 1, 1));
    assert_eq!(
        (receipt.kind.as_str(), receipt.actor.as_str()),
        ("call", "conformance")
    );
    assert!(known(archive, "1").await.is_none(), "hidden at once");
    assert!(known(archive, "2").await.is_some(), "no other call goes");
    let ids = [id("1"), id("2"), id("9")];
    let erased = archive.erased(&ids).await.expect("known");
    assert_eq!(erased, [id("1"), id("9")]);
    erase_all(archive, at(11)).await;
    assert_eq!(outcome(archive, bare("1")).await, PutOutcome::Erased);
    assert_eq!(outcome(archive, bare("9")).await, PutOutcome::Erased);
}

async fn a_purge_is_counted_before_it_begins<A: Archive>(archive: &A) {
    with_words(archive, "1").await;
    stored(archive, put(bare("2"), None)).await;
    let target = PurgeTarget::Calls(vec![id("1"), id("2"), id("3")]);

    let preview = archive.preview(&target, at(10)).await.expect("counted");

    assert_eq!((preview.calls, preview.unknown), (2, 1));
    assert_eq!((preview.with_text, preview.sentences), (1, 2));
    assert_eq!((preview.oldest, preview.newest), (Some(NOW), Some(NOW)));
    assert!(preview.held.is_empty());
    assert!(
        known(archive, "1").await.is_some(),
        "counting changes nothing"
    );
}

/// A call with one person of ours and one of theirs.
fn between(name: &str, our_user: &str, our_email: &str, their_email: &str) -> Put {
    let mut call = bare(name);
    let mut one = ours("p1", our_user);
    one.email = Some(our_email.to_owned());
    let mut other = theirs("p2");
    other.email = Some(their_email.to_owned());
    call.parties = vec![one, other];
    put(call, None)
}

async fn a_person_goes_under_every_name<A: Archive>(archive: &A) {
    stored(
        archive,
        between("1", "u7", "ada@ours.example", "a@x.example"),
    )
    .await;
    let mut by_id_only = bare("2");
    by_id_only.primary_user = Some(user("u7"));
    stored(archive, put(by_id_only.clone(), None)).await;
    stored(
        archive,
        between("3", "u8", "bob@ours.example", "a@x.example"),
    )
    .await;

    let receipt = begin(archive, email("ADA@ours.example"), at(10)).await;

    assert_eq!(
        receipt.calls, 2,
        "by address, and by the id that goes with it"
    );
    // With the sign: three letters of a name can stand in any hash.
    assert!(receipt.target.is_some_and(|hash| !hash.contains("ada@")));
    assert!(known(archive, "3").await.is_some());
    erase_all(archive, at(11)).await;
    by_id_only.id = id("4");
    assert_eq!(outcome(archive, by_id_only).await, PutOutcome::Refused);
}

async fn a_purged_person_is_no_user_until_a_later_call<A: Archive>(archive: &A) {
    let mut ada = User::new(user("u7"));
    ada.email = Some("ada@ours.example".to_owned());
    let bob = User::new(user("u8"));
    let users = [ada, bob];
    archive.put_users(&users).await.expect("stored");
    begin(archive, email("ada@OURS.example"), at(100)).await;
    let ids = || async {
        let users = archive.users().await.expect("read");
        users.into_iter().map(|user| user.id).collect::<Vec<_>>()
    };

    assert_eq!(ids().await, [user("u8")]);
    archive.put_users(&users).await.expect("answered");
    assert_eq!(
        ids().await,
        [user("u8")],
        "a list of users brings nobody back"
    );

    let mut later = bare("1");
    later.started = at(200);
    later.primary_user = Some(user("u7"));
    stored(archive, put(later, None)).await;
    archive.put_users(&users).await.expect("stored");
    assert_eq!(ids().await, [user("u7"), user("u8")]);
}

async fn a_person_refuses_what_started_before<A: Archive>(archive: &A) {
    let target = PurgeTarget::Person(PersonName::User(user("u1")));
    begin(archive, target, at(100)).await;

    let mut earlier = full("1");
    earlier.started = at(99);
    let mut later = full("2");
    later.started = at(100);
    let mut without = bare("3");
    without.started = at(99);
    assert_eq!(outcome(archive, earlier.clone()).await, PutOutcome::Refused);
    assert_eq!(
        outcome(archive, earlier).await,
        PutOutcome::Refused,
        "for good"
    );
    let later = outcome(archive, later).await;
    assert!(matches!(later, PutOutcome::Stored { .. }), "{later:?}");
    let without = outcome(archive, without).await;
    assert!(matches!(without, PutOutcome::Stored { .. }), "{without:?}");
}

async fn an_older_call_that_comes_to_show_the_person_is_erased<A: Archive>(archive: &A) {
    let first = stored(archive, put(bare("1"), None)).await;
    begin(archive, email("bob@example.com"), at(100)).await;
    assert!(
        known(archive, "1").await.is_some(),
        "nobody is known of it yet"
    );

    let shown = full_put("1", "Hello.", Some(first));
    assert_eq!(store(archive, shown, at(101)).await, PutOutcome::Refused);

    assert!(read(archive, "1").await.is_none(), "hidden at once");
    assert_eq!(claim(archive, JobKind::Erase, at(102)).await.len(), 1);
}

async fn an_account_is_reached_by_link_and_by_domain<A: Archive>(archive: &A) {
    let mut by_link = bare("1");
    by_link.accounts = vec![AccountId::new("domain:acme.example").expect("valid")];
    stored(archive, put(by_link, None)).await;
    stored(
        archive,
        between("2", "u1", "a@ours.example", "b@Acme.example"),
    )
    .await;
    let mut of_ours = bare("3");
    of_ours.parties = vec![ours("p1", "u1")];
    of_ours.parties[0].email = Some("a@acme.example".to_owned());
    of_ours.parties[0].side = Side::Ours;
    stored(archive, put(of_ours, None)).await;
    let mut by_crm = bare("4");
    by_crm.accounts = vec![AccountId::new("001A").expect("valid")];
    stored(archive, put(by_crm, None)).await;

    let account = |name: &str| PurgeTarget::Account(AccountId::new(name).expect("valid"));
    assert_eq!(
        begin(archive, account("acme.example"), at(10)).await.calls,
        2
    );
    assert!(known(archive, "3").await.is_some(), "ours is no account");
    assert_eq!(begin(archive, account("001A"), at(10)).await.calls, 1);
    assert!(known(archive, "4").await.is_none());
}

async fn a_floor_refuses_what_started_before<A: Archive>(archive: &A) {
    let mut old = bare("1");
    old.started = at(-10);
    stored(archive, put(old.clone(), None)).await;
    let kept = stored(archive, put(bare("2"), None)).await;

    let receipt = begin(archive, before(NOW), at(10)).await;

    assert_eq!((receipt.calls, receipt.before), (1, Some(NOW)));
    assert!(known(archive, "1").await.is_none() && known(archive, "2").await.is_some());
    old.id = id("3");
    assert_eq!(outcome(archive, old).await, PutOutcome::Refused);
    begin(archive, before(at(-50)), at(11)).await;
    let mut between = bare("4");
    between.started = at(-20);
    assert_eq!(
        outcome(archive, between).await,
        PutOutcome::Refused,
        "floors only rise"
    );
    let mut moved = bare("2");
    moved.started = at(-1);
    let moved = store(archive, put(moved, Some(kept)), at(12)).await;
    assert_eq!(moved, PutOutcome::Refused);
    assert!(
        known(archive, "2").await.is_none(),
        "it turned out to be older"
    );
}

async fn a_floor_may_be_of_one_workspace<A: Archive>(archive: &A) {
    let of = |name: &str, workspace: Option<&str>| {
        let mut call = bare(name);
        call.workspace = workspace.map(|id| WorkspaceId::new(id).expect("valid"));
        call
    };
    stored(archive, put(of("1", Some("w1")), None)).await;
    stored(archive, put(of("2", Some("w2")), None)).await;
    let target = PurgeTarget::Before {
        start: at(1),
        workspace: Some(WorkspaceId::new("w1").expect("valid")),
    };

    assert_eq!(begin(archive, target, at(10)).await.calls, 1);

    assert!(known(archive, "2").await.is_some());
    assert_eq!(
        outcome(archive, of("3", Some("w1"))).await,
        PutOutcome::Refused
    );
    for (name, workspace) in [("4", Some("w2")), ("5", None)] {
        let stored = outcome(archive, of(name, workspace)).await;
        assert!(matches!(stored, PutOutcome::Stored { .. }), "{name}");
    }
}

async fn retention_says_nothing_where_nothing_is_new<A: Archive>(archive: &A) {
    stored(archive, put(bare("1"), None)).await;
    let purge = |start| Purge {
        reason: PurgeReason::Retention,
        ..asked(before(start))
    };
    let begun = archive.begin_purge(&purge(at(1)), at(10)).await;
    assert!(matches!(begun, Ok(Purged::Begun(_))));
    let again = archive
        .begin_purge(&purge(at(1)), at(10))
        .await
        .expect("answered");
    assert!(
        matches!(again, Purged::Begun(_)),
        "the call is not destroyed yet"
    );
    erase_all(archive, at(11)).await;
    let again = archive
        .begin_purge(&purge(at(1)), at(12))
        .await
        .expect("answered");
    assert_eq!(again, Purged::Nothing);
}

async fn a_receipt_is_finished_when_nothing_is_left<A: Archive>(archive: &A) {
    with_words(archive, "1").await;
    begin(archive, PurgeTarget::Calls(vec![id("1")]), at(10)).await;
    let open = archive.settle(&[], at(11)).await.expect("settled").open;
    assert_eq!((open.len(), open.first().map(|it| it.left)), (1, Some(1)));

    erase_all(archive, at(12)).await;
    let open = archive
        .settle(&[Remnant::Index], at(13))
        .await
        .expect("settled")
        .open;
    let left = open.first().map(|open| open.unreached.clone());
    assert_eq!(left, Some(vec![Remnant::Index]), "it says what is left");
    assert!(
        archive
            .settle(&[], at(14))
            .await
            .expect("settled")
            .open
            .is_empty()
    );

    let receipts = archive.receipts().await.expect("read");
    let receipt = receipts.first().expect("one receipt");
    assert_eq!((receipt.finished, receipt.left), (Some(at(14)), 0));
    assert!(receipt.unreached.is_empty());
    assert_eq!(
        (receipt.calls, receipt.sentences),
        (1, 2),
        "the numbers stay"
    );
}

async fn a_purge_can_be_begun_again<A: Archive>(archive: &A) {
    with_words(archive, "1").await;
    let shell = Erasure::MayReturn(Keep::PrivateShell);
    archive
        .begin_erase(&id("1"), shell, at(9))
        .await
        .expect("begun");
    for _ in 0..2 {
        begin(archive, email("bob@example.com"), at(10)).await;
    }
    assert_eq!(
        claim(archive, JobKind::Erase, at(11)).await.len(),
        1,
        "one job"
    );
    archive.erase(&id("1"), at(11)).await.expect("erased");

    assert!(
        known(archive, "1").await.is_none(),
        "no shell stays of a purged call"
    );
    assert!(
        archive
            .settle(&[], at(12))
            .await
            .expect("settled")
            .open
            .is_empty()
    );
    assert_eq!(archive.receipts().await.expect("read").len(), 2);
}
