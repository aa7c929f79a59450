//! Laws of what was written to a CRM: kept whole, gone with any call and deal, and not forgotten
//! before the CRM was told.

use conversation::{AccountId, DealId, DealSnapshot, DealSource};
use jiff::SignedDuration;

use crate::{
    Archive, CrmOutbox, CrmRemnant, CrmRequests, DealLink, DealNews, Erasure, FoundLinks, Keep,
    KeptWrite, LinkedBy, Purge, PurgeReason, PurgeTarget, Remnant, WriteState, WritesOf,
};

use super::fixture::{NOW, at, bare, id, put, stored};

pub(super) async fn check<A: Archive + CrmOutbox + CrmRequests>(make: &impl AsyncFn() -> A) {
    what_was_kept_is_given_whole(&make().await).await;
    the_latest_of_a_subject_counts(&make().await).await;
    what_is_not_there_is_refused(&make().await).await;
    writes_go_with_a_call_of_theirs(&make().await).await;
    a_write_about_a_deal_goes_with_its_calls(&make().await).await;
    a_write_that_sums_up_goes_with_the_calls_that_are_linked_there(&make().await).await;
    a_write_about_a_deal_goes_with_its_account(&make().await).await;
    a_receipt_waits_for_the_crm(&make().await).await;
    requests_are_counted_for_a_day(&make().await).await;
}

fn write(run: &str, subject: &str, calls: &[&str]) -> KeptWrite {
    KeptWrite {
        run: run.to_owned(),
        subject: subject.to_owned(),
        state: WriteState::Done,
        at: NOW,
        place: format!("the place of {subject}"),
        payload: "Größe\0 \u{202e}".repeat(300),
        calls: calls.iter().map(id).collect(),
        deals: Vec::new(),
        sums_up: None,
        linked: Vec::new(),
    }
}

fn deal() -> DealId {
    DealId::new("crm", "9").expect("a valid id")
}

fn about_deal(run: &str) -> KeptWrite {
    KeptWrite {
        sums_up: Some(deal()),
        ..write(run, "deal/9", &[])
    }
}

async fn keep<A: CrmOutbox>(archive: &A, write: KeptWrite) -> bool {
    let kept = archive.keep_writes(vec![write]).await.expect("answered");
    assert_eq!(kept.len(), 1, "one answer for each write");
    kept.first() == Some(&true)
}

async fn all<A: CrmOutbox>(archive: &A, which: &WritesOf) -> Vec<KeptWrite> {
    archive.writes(which).await.expect("read")
}

async fn latest<A: CrmOutbox>(archive: &A, subject: &str) -> Option<KeptWrite> {
    let mut found = all(archive, &WritesOf::Subjects(vec![subject.to_owned()])).await;
    assert!(found.len() <= 1, "one of each subject");
    found.pop()
}

async fn left<A: CrmOutbox>(archive: &A) -> Vec<CrmRemnant> {
    archive.remnants(100).await.expect("read")
}

/// The places of what is still to be blanked, in order.
async fn places<A: CrmOutbox>(archive: &A) -> Vec<String> {
    let mut places: Vec<String> = left(archive).await.into_iter().map(|it| it.place).collect();
    places.sort();
    places
}

async fn begin<A: Archive>(archive: &A, call: &str, how: Erasure) {
    let begun = archive.begin_erase(&id(call), how, NOW).await;
    assert!(begun.expect("begun"));
}

async fn what_was_kept_is_given_whole<A: Archive + CrmOutbox>(archive: &A) {
    let law = "what was kept is given, whole";
    for name in ["1", "2"] {
        stored(archive, put(bare(name), None)).await;
    }
    let one = write("first", "call/1", &["1"]);
    let mut other = write("first", "call/2", &["2"]);
    other.state = WriteState::Sent;
    let both = vec![one.clone(), other.clone()];
    let kept = archive.keep_writes(both.clone()).await;
    assert_eq!(kept.ok(), Some(vec![true, true]), "{law}");

    let run = all(archive, &WritesOf::Run("first".to_owned())).await;
    assert_eq!(run, both, "{law}");
    let open = all(archive, &WritesOf::State(WriteState::Sent)).await;
    assert_eq!(open, [other], "{law}");
    assert_eq!(latest(archive, "call/1").await, Some(one), "{law}");
    assert_eq!(latest(archive, "call/3").await, None, "{law}");
    let none = all(archive, &WritesOf::Run("other".to_owned())).await;
    assert_eq!(none, [], "{law}");
}

async fn the_latest_of_a_subject_counts<A: Archive + CrmOutbox>(archive: &A) {
    let law = "the same run's write takes the place, a later run's is the latest";
    stored(archive, put(bare("1"), None)).await;
    let mut first = write("first", "call/1", &["1"]);
    first.state = WriteState::Sent;
    assert!(keep(archive, first.clone()).await);
    first.state = WriteState::Failed;
    "x".clone_into(&mut first.payload);
    assert!(keep(archive, first.clone()).await);
    let run = all(archive, &WritesOf::Run("first".to_owned())).await;
    assert_eq!(run, [first.clone()], "{law}");

    let mut second = write("second", "call/1", &["1"]);
    second.at = at(5);
    assert!(keep(archive, second.clone()).await);
    assert!(keep(archive, first).await);

    assert_eq!(latest(archive, "call/1").await, Some(second), "{law}");
    let runs = archive.write_runs().await.expect("listed");
    let runs: Vec<_> = runs
        .iter()
        .map(|run| (run.run.as_str(), run.began, run.writes.clone()))
        .collect();
    let counted = |state| [(state, 1)].into_iter().collect();
    assert_eq!(
        runs,
        [
            ("second", at(5), counted(WriteState::Done)),
            ("first", NOW, counted(WriteState::Failed)),
        ],
        "{law}"
    );
}

async fn what_is_not_there_is_refused<A: Archive + CrmOutbox>(archive: &A) {
    let law = "a write about a call that is not there is refused";
    stored(archive, put(bare("1"), None)).await;
    let mut about_none = write("run", "call/9", &["9"]);
    about_none.state = WriteState::Sent;
    let both = vec![about_none.clone(), write("run", "call/1", &["1"])];
    let kept = archive.keep_writes(both).await;
    assert_eq!(kept.ok(), Some(vec![false, true]), "{law}");
    assert_eq!(latest(archive, "call/9").await, None, "{law}");
    assert_eq!(left(archive).await, [], "nothing was written");

    about_none.state = WriteState::Done;
    assert!(!keep(archive, about_none).await, "{law}");

    let law = "what was carried out all the same is still to be blanked";
    assert_eq!(places(archive).await, ["the place of call/9"], "{law}");
}

async fn writes_go_with_a_call_of_theirs<A: Archive + CrmOutbox>(archive: &A) {
    let law = "every write of a subject goes with each call it holds words of";
    for name in ["1", "2", "3"] {
        stored(archive, put(bare(name), None)).await;
    }
    assert!(keep(archive, write("first", "deal/7", &["2"])).await);
    assert!(keep(archive, write("second", "deal/7", &["1"])).await);
    assert!(keep(archive, write("first", "call/1", &["1"])).await);
    assert!(keep(archive, write("first", "call/3", &["3"])).await);
    let mut undone = write("second", "call/1", &["1"]);
    undone.state = WriteState::Undone;
    assert!(keep(archive, undone).await);

    begin(archive, "1", Erasure::MayReturn(Keep::Nothing)).await;

    assert_eq!(latest(archive, "deal/7").await, None, "{law}");
    assert_eq!(latest(archive, "call/1").await, None, "{law}");
    assert!(latest(archive, "call/3").await.is_some(), "{law}");
    let run = all(archive, &WritesOf::Run("first".to_owned())).await;
    assert_eq!(run.len(), 1, "{law}");
    let law = "what was undone is not in the CRM any more";
    assert_eq!(places(archive).await, ["the place of deal/7"], "{law}");

    let law = "a remnant stays until it is ended";
    let first = left(archive).await;
    assert!(!keep(archive, write("third", "call/1", &["1"])).await);
    assert_eq!(first.first().map(|left| left.sent), Some(NOW), "{law}");
    archive.erase(&id("1"), NOW).await.expect("erased");
    assert_eq!(left(archive).await.len(), 2, "{law}");
    let ids: Vec<String> = first.into_iter().map(|left| left.id).collect();
    archive.end_remnants(&ids).await.expect("ended");
    assert_eq!(places(archive).await, ["the place of call/1"], "{law}");
}

async fn tell_of_deal<A: Archive>(archive: &A) {
    let mut snapshot = DealSnapshot::new(deal(), DealSource::Crm, NOW);
    snapshot.account = AccountId::new("a1").ok();
    let news = DealNews {
        snapshots: vec![snapshot],
        accounts: Vec::new(),
    };
    archive.put_deals(&news).await.expect("kept");
}

async fn link<A: Archive>(archive: &A, call: &str) {
    let link = DealLink {
        deal: deal(),
        by: LinkedBy::Account,
    };
    let found = FoundLinks {
        call: id(call),
        deals: vec![link],
    };
    archive.link_deals(&[found]).await.expect("linked");
}

async fn a_write_about_a_deal_goes_with_its_calls<A: Archive + CrmOutbox>(archive: &A) {
    let law = "a write about a deal goes with every call that was about the deal";
    for name in ["1", "2"] {
        stored(archive, put(bare(name), None)).await;
    }
    tell_of_deal(archive).await;
    link(archive, "1").await;
    assert!(keep(archive, about_deal("first")).await);
    let kept = latest(archive, "deal/9").await.expect("kept");
    assert_eq!(kept.calls, [id("1")], "{law}");
    begin(archive, "2", Erasure::MayReturn(Keep::PrivateShell)).await;
    assert!(latest(archive, "deal/9").await.is_some(), "{law}");

    begin(archive, "1", Erasure::MayReturn(Keep::PrivateShell)).await;

    assert_eq!(latest(archive, "deal/9").await, None, "{law}");
    assert_eq!(places(archive).await, ["the place of deal/9"], "{law}");
    assert!(keep(archive, about_deal("second")).await, "made again");
}

async fn a_write_that_sums_up_goes_with_the_calls_that_are_linked_there<A>(archive: &A)
where
    A: Archive + CrmOutbox,
{
    let law = "what sums up a deal goes with every call whose writes are linked to the deal";
    for name in ["1", "2"] {
        stored(archive, put(bare(name), None)).await;
    }
    let linked = KeptWrite {
        linked: vec![deal()],
        ..write("first", "call/1", &["1"])
    };
    let proposal = KeptWrite {
        deals: vec![deal()],
        ..write("first", "proposal/9/2/stage", &["2"])
    };
    for kept in [linked.clone(), proposal.clone(), about_deal("first")] {
        assert!(keep(archive, kept).await);
    }
    assert_eq!(latest(archive, "call/1").await, Some(linked), "whole");

    begin(archive, "1", Erasure::MayReturn(Keep::Nothing)).await;

    assert_eq!(latest(archive, "deal/9").await, None, "{law}");
    let kept = latest(archive, "proposal/9/2/stage").await;
    assert_eq!(kept, Some(proposal), "what another call proposes stays");
}

async fn a_write_about_a_deal_goes_with_its_account<A: Archive + CrmOutbox>(archive: &A) {
    let law = "a write about a deal goes with its account, and is refused from then on";
    tell_of_deal(archive).await;
    assert!(keep(archive, about_deal("first")).await);
    let purge = Purge {
        target: PurgeTarget::Account(AccountId::new("a1").expect("a valid id")),
        reason: PurgeReason::Asked,
        actor: "me".to_owned(),
    };
    archive.begin_purge(&purge, NOW).await.expect("begun");

    assert_eq!(latest(archive, "deal/9").await, None, "{law}");
    assert_eq!(left(archive).await.len(), 1, "{law}");
    let mut again = about_deal("second");
    again.state = WriteState::Sent;
    assert!(!keep(archive, again).await, "{law}");
}

async fn a_receipt_waits_for_the_crm<A: Archive + CrmOutbox>(archive: &A) {
    let law = "no receipt is finished while the CRM holds something";
    stored(archive, put(bare("1"), None)).await;
    assert!(keep(archive, write("first", "call/1", &["1"])).await);
    let purge = Purge {
        target: PurgeTarget::Calls(vec![id("1")]),
        reason: PurgeReason::Asked,
        actor: "me".to_owned(),
    };
    archive.begin_purge(&purge, NOW).await.expect("begun");
    archive.erase(&id("1"), NOW).await.expect("erased");

    let settled = archive.settle(&[], at(1)).await.expect("settled");
    let open: Vec<_> = settled.open.iter().map(|open| &open.unreached).collect();
    assert_eq!(settled.unreached, [Remnant::Crm], "{law}");
    assert_eq!(open, [&[Remnant::Crm]], "{law}");

    let ids: Vec<String> = left(archive).await.into_iter().map(|it| it.id).collect();
    archive.end_remnants(&ids).await.expect("ended");
    let settled = archive.settle(&[], at(2)).await.expect("settled");
    assert_eq!(settled.open, [], "{law}");
}

async fn requests_are_counted_for_a_day<A: CrmRequests>(archive: &A) {
    let law = "requests are counted together, for a day";
    let spend = async |many, hours| {
        let now = NOW + SignedDuration::from_hours(hours);
        archive.spend_requests(many, now).await.expect("counted")
    };
    assert_eq!(spend(0, 0).await, 0, "{law}");
    assert_eq!(spend(5, 0).await, 5, "{law}");
    assert_eq!(spend(2, 23).await, 7, "{law}");
    assert_eq!(spend(0, 26).await, 2, "{law}");
    assert_eq!(spend(1, 26).await, 3, "{law}");
}
