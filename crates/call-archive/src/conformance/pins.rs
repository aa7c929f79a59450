//! Laws of pins: they win over every link, stay whatever comes, go with the call and the deal.

use access::{PrivateCalls, Scope};
use conversation::{AccountId, DealId, DealSnapshot, DealSource};

use crate::{
    Archive, DealLink, DealNews, DealQuery, Erasure, FoundLinks, Keep, LinkQuery, LinkedBy, Pinned,
    Purge, PurgeReason, PurgeTarget,
};

use super::fixture::{NOW, at, full_put, id, private, store, stored, user, with_words};

pub(super) async fn check<A: Archive>(make: &impl AsyncFn() -> A) {
    pins_win_over_links_and_leave_them(&make().await).await;
    pins_stay_whatever_a_put_brings(&make().await).await;
    only_what_is_reached_is_pinned(&make().await).await;
    a_pin_opens_the_deal_to_who_reaches_the_call(&make().await).await;
    pins_go_with_the_call_and_with_the_deal(&make().await).await;
}

fn deal(name: &str) -> DealId {
    DealId::new("crm", name).expect("valid")
}

/// Deals of one account.
async fn tell<A: Archive>(archive: &A, names: &[&str]) {
    let told = |name: &&str| {
        let mut snapshot = DealSnapshot::new(deal(name), DealSource::Csv, at(0));
        snapshot.account = AccountId::new("a1").ok();
        snapshot
    };
    let news = DealNews {
        snapshots: names.iter().map(told).collect(),
        accounts: Vec::new(),
    };
    archive.put_deals(&news).await.expect("told");
}

async fn about<A: Archive>(archive: &A, call: &str) -> Vec<(String, LinkedBy)> {
    let query = LinkQuery::default();
    let links = archive.links(&Scope::internal(), &query).await;
    let links = links.expect("read");
    let of_call = links.into_iter().filter(|links| links.call == id(call));
    let deals = of_call.flat_map(|links| links.deals);
    deals.map(|link| (link.deal.to_string(), link.by)).collect()
}

/// The calls that are found to be about a deal.
async fn calls_about<A: Archive>(archive: &A, name: &str) -> usize {
    let query = LinkQuery {
        deals: Some(vec![deal(name)]),
        ..LinkQuery::default()
    };
    let links = archive.links(&Scope::internal(), &query).await;
    links.expect("read").len()
}

async fn pin<A: Archive>(archive: &A, call: &str, name: &str) -> Pinned {
    let done = archive
        .pin(&Scope::internal(), &id(call), &deal(name))
        .await;
    done.expect("asked")
}

async fn unpin<A: Archive>(archive: &A, call: &str, name: &str) -> Pinned {
    let done = archive
        .unpin(&Scope::internal(), &id(call), &deal(name))
        .await;
    done.expect("asked")
}

/// A call whose context names a deal, and that was found to be about another.
async fn linked<A: Archive>(archive: &A) {
    tell(archive, &["1", "2", "3"]).await;
    let mut put = full_put("7", "Hello.", None);
    put.deals = Some(vec![deal("1")]);
    stored(archive, put).await;
    let found = FoundLinks {
        call: id("7"),
        deals: vec![DealLink {
            deal: deal("2"),
            by: LinkedBy::Domain,
        }],
    };
    archive.link_deals(&[found]).await.expect("linked");
}

async fn pins_win_over_links_and_leave_them<A: Archive>(archive: &A) {
    linked(archive).await;
    let found = [
        ("crm:1".to_owned(), LinkedBy::Context),
        ("crm:2".to_owned(), LinkedBy::Domain),
    ];
    assert_eq!(about(archive, "7").await, found);

    assert_eq!(pin(archive, "7", "3").await, Pinned::Changed);
    assert_eq!(pin(archive, "7", "3").await, Pinned::Same);

    let pinned = [("crm:3".to_owned(), LinkedBy::Pin)];
    assert_eq!(about(archive, "7").await, pinned);
    assert_eq!(calls_about(archive, "3").await, 1);
    assert_eq!(calls_about(archive, "1").await, 0);
    assert_eq!(pin(archive, "7", "1").await, Pinned::Changed);
    assert_eq!(calls_about(archive, "1").await, 1);

    for name in ["1", "3"] {
        assert_eq!(unpin(archive, "7", name).await, Pinned::Changed);
    }
    assert_eq!(unpin(archive, "7", "3").await, Pinned::Same);
    assert_eq!(about(archive, "7").await, found);
}

async fn pins_stay_whatever_a_put_brings<A: Archive>(archive: &A) {
    linked(archive).await;
    pin(archive, "7", "3").await;
    let known = archive.known(&[id("7")]).await.expect("known");
    let revision = known.first().expect("it is there").revision;

    let mut put = full_put("7", "Other words.", Some(revision));
    put.deals = Some(vec![deal("2")]);
    store(archive, put, NOW).await;
    let nothing = FoundLinks {
        call: id("7"),
        deals: Vec::new(),
    };
    archive.link_deals(&[nothing]).await.expect("linked");

    let pinned = [("crm:3".to_owned(), LinkedBy::Pin)];
    assert_eq!(about(archive, "7").await, pinned);
    unpin(archive, "7", "3").await;
    let told = [("crm:2".to_owned(), LinkedBy::Context)];
    assert_eq!(about(archive, "7").await, told);
}

async fn only_what_is_reached_is_pinned<A: Archive>(archive: &A) {
    tell(archive, &["1"]).await;
    with_words(archive, "7").await;
    let mut hidden = full_put("8", "Between us.", None);
    hidden.call = private(hidden.call);
    stored(archive, hidden).await;

    assert_eq!(pin(archive, "9", "1").await, Pinned::NotThere);
    assert_eq!(pin(archive, "8", "1").await, Pinned::NotThere);
    assert_eq!(pin(archive, "7", "9").await, Pinned::NotThere);
    let stranger = Scope::calls_of([user("u9")]);
    let done = archive.pin(&stranger, &id("7"), &deal("1")).await;
    assert_eq!(done.expect("asked"), Pinned::NotThere);
    pin(archive, "7", "1").await;
    let done = archive.unpin(&stranger, &id("7"), &deal("1")).await;
    assert_eq!(done.expect("asked"), Pinned::NotThere);
}

async fn a_pin_opens_the_deal_to_who_reaches_the_call<A: Archive>(archive: &A) {
    linked(archive).await;
    let rep = Scope::calls_of([user("u1")]);
    let names = async || {
        let page = archive.deals(&rep, &DealQuery::as_of(at(1))).await;
        let deals = page.expect("read").deals;
        deals
            .iter()
            .map(|deal| deal.deal().to_string())
            .collect::<Vec<_>>()
    };
    assert_eq!(names().await, ["crm:1", "crm:2"]);

    pin(archive, "7", "3").await;

    assert_eq!(names().await, ["crm:3"]);
    let everything = Scope::everything(PrivateCalls::Withheld);
    let page = archive.deals(&everything, &DealQuery::as_of(at(1))).await;
    assert_eq!(page.expect("read").deals.len(), 3);
}

async fn pins_go_with_the_call_and_with_the_deal<A: Archive>(archive: &A) {
    tell(archive, &["1"]).await;
    with_words(archive, "7").await;
    pin(archive, "7", "1").await;
    let how = Erasure::MayReturn(Keep::Nothing);
    archive
        .begin_erase(&id("7"), how, NOW)
        .await
        .expect("begun");
    assert_eq!(pin(archive, "7", "1").await, Pinned::NotThere);
    archive.erase(&id("7"), NOW).await.expect("erased");
    with_words(archive, "7").await;
    assert_eq!(about(archive, "7").await, []);

    pin(archive, "7", "1").await;
    let target = PurgeTarget::Account(AccountId::new("a1").expect("valid"));
    let purge = Purge {
        target,
        reason: PurgeReason::Asked,
        actor: "test".to_owned(),
    };
    archive.begin_purge(&purge, NOW).await.expect("begun");
    assert_eq!(about(archive, "7").await, []);
}
