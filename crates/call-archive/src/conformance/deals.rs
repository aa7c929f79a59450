//! Laws of deals: as of any instant, believed in order, reached like their calls, gone with their
//! account.

use access::{PrivateCalls, Scope};
use conversation::{AccountId, DealId, DealSnapshot, DealSource, Money};
use jiff::Timestamp;
use jiff::civil::date;

use crate::{
    Account, AccountQuery, Archive, CallLinks, DealHistory, DealLink, DealNews, DealOutcome,
    DealQuery, FoundLinks, LinkQuery, LinkedBy, Purge, PurgeReason, PurgeTarget, Purged,
};

use super::fixture::{at, bare, full, id, ours, private, put, store, stored, user};

pub(super) async fn check<A: Archive>(make: &impl AsyncFn() -> A) {
    everything_that_is_told_reads_back(&make().await).await;
    later_instants_change_nothing_earlier(&make().await).await;
    the_same_again_adds_nothing_and_a_correction_takes_the_place(&make().await).await;
    of_one_instant_the_crm_is_believed_most(&make().await).await;
    pages_hold_each_deal_once_and_in_order(&make().await).await;
    a_deal_is_reached_by_its_owner_and_by_who_took_part(&make().await).await;
    what_a_call_tells_comes_with_its_put(&make().await).await;
    links_are_replaced_and_those_by_context_stay(&make().await).await;
    links_show_who_took_part_without_names(&make().await).await;
    links_go_with_their_call(&make().await).await;
    accounts_are_found_by_id_and_by_name(&make().await).await;
    deals_go_with_their_account_and_do_not_come_back(&make().await).await;
}

fn deal(name: &str) -> DealId {
    DealId::new("crm", name).expect("valid")
}

fn account(name: &str) -> AccountId {
    AccountId::new(name).expect("valid")
}

fn told(name: &str, source: DealSource, seconds: i64, stage: &str) -> DealSnapshot {
    let mut snapshot = DealSnapshot::new(deal(name), source, at(seconds));
    snapshot.stage = Some(stage.to_owned());
    snapshot
}

fn everything(name: &str, seconds: i64) -> DealSnapshot {
    let mut snapshot = told(name, DealSource::Csv, seconds, "Proposal");
    snapshot.account = Some(account("a1"));
    snapshot.name = Some("Größe — a deal".to_owned());
    snapshot.owner = Some(user("u1"));
    let euro = "EUR".parse().expect("a currency");
    snapshot.amount = Some(Money::of_hundredths(4_200_050, euro).expect("an amount"));
    snapshot.close_date = Some(date(2026, 3, 31));
    snapshot.created = Some(date(2026, 1, 2));
    snapshot.closed_on = Some(date(2026, 4, 1));
    snapshot
}

async fn tell<A: Archive>(archive: &A, snapshots: &[DealSnapshot]) -> Vec<DealOutcome> {
    let news = DealNews {
        snapshots: snapshots.to_vec(),
        accounts: Vec::new(),
    };
    archive.put_deals(&news).await.expect("told")
}

async fn read<A: Archive>(archive: &A, scope: &Scope, as_of: Timestamp) -> Vec<DealHistory> {
    let page = archive.deals(scope, &DealQuery::as_of(as_of)).await;
    page.expect("read").deals
}

async fn names<A: Archive>(archive: &A, scope: &Scope) -> Vec<String> {
    let deals = read(archive, scope, Timestamp::MAX).await;
    deals.iter().map(|deal| deal.deal().to_string()).collect()
}

async fn stage<A: Archive>(archive: &A, seconds: i64) -> Option<String> {
    let deals = read(archive, &Scope::internal(), at(seconds)).await;
    deals.first()?.latest()?.stage
}

async fn links<A: Archive>(archive: &A, query: &LinkQuery) -> Vec<CallLinks> {
    let links = archive.links(&Scope::internal(), query).await;
    links.expect("read")
}

fn link(name: &str, by: LinkedBy) -> DealLink {
    DealLink {
        deal: deal(name),
        by,
    }
}

async fn everything_that_is_told_reads_back<A: Archive>(archive: &A) {
    let snapshot = everything("1", 0);

    assert_eq!(
        tell(archive, std::slice::from_ref(&snapshot)).await,
        [DealOutcome::Added]
    );

    let deals = read(archive, &Scope::internal(), at(0)).await;
    assert_eq!(deals.len(), 1);
    let deal = deals.first().expect("one deal");
    assert_eq!(deal.snapshots(), std::slice::from_ref(&snapshot));
    assert_eq!(deal.latest(), Some(snapshot));
    assert_eq!(read(archive, &Scope::internal(), at(-1)).await, []);
}

async fn later_instants_change_nothing_earlier<A: Archive>(archive: &A) {
    let csv = DealSource::Csv;
    tell(archive, &[told("1", csv, 30, "Won")]).await;
    let mut first = everything("1", 10);
    first.stage = Some("Discovery".to_owned());
    tell(archive, &[first]).await;
    let before = read(archive, &Scope::internal(), at(20)).await;

    tell(
        archive,
        &[told("1", csv, 25, "Proposal"), told("2", csv, 21, "New")],
    )
    .await;

    assert_eq!(read(archive, &Scope::internal(), at(20)).await, before);
    assert_eq!(stage(archive, 9).await, None);
    assert_eq!(stage(archive, 24).await.as_deref(), Some("Discovery"));
    assert_eq!(stage(archive, 25).await.as_deref(), Some("Proposal"));
    assert_eq!(stage(archive, 30).await.as_deref(), Some("Won"));
    let last = read(archive, &Scope::internal(), at(30)).await;
    let last = last.first().and_then(DealHistory::latest);
    let owner = last.and_then(|deal| deal.owner);
    assert_eq!(owner, Some(user("u1")), "what a statement leaves out stays");
}

async fn the_same_again_adds_nothing_and_a_correction_takes_the_place<A: Archive>(archive: &A) {
    let csv = DealSource::Csv;
    tell(archive, &[told("1", csv, 1, "A")]).await;

    let again = [told("1", csv, 1, "A"), told("1", csv, 5, "A")];
    assert_eq!(tell(archive, &again).await, [DealOutcome::Known; 2]);
    let history = read(archive, &Scope::internal(), at(9)).await;
    assert_eq!(history.first().expect("a deal").snapshots().len(), 1);

    // It said the same until 5, so what it says of 3 does not hold at 5.
    assert_eq!(
        tell(archive, &[told("1", csv, 3, "B")]).await,
        [DealOutcome::Added]
    );
    assert_eq!(stage(archive, 4).await.as_deref(), Some("B"));
    assert_eq!(stage(archive, 5).await.as_deref(), Some("A"));

    tell(archive, &[told("1", csv, 3, "C")]).await;
    assert_eq!(stage(archive, 4).await.as_deref(), Some("C"));
    let history = read(archive, &Scope::internal(), at(9)).await;
    assert_eq!(history.first().expect("a deal").snapshots().len(), 3);
}

async fn of_one_instant_the_crm_is_believed_most<A: Archive>(archive: &A) {
    let at_once = [
        told("1", DealSource::Crm, 1, "of the CRM"),
        told("1", DealSource::Csv, 1, "of a file"),
        told("1", DealSource::Gong, 1, "of the context"),
    ];

    tell(archive, &at_once).await;

    assert_eq!(stage(archive, 1).await.as_deref(), Some("of the CRM"));
    tell(archive, &[told("1", DealSource::Csv, 2, "of a file")]).await;
    assert_eq!(stage(archive, 2).await.as_deref(), Some("of a file"));
}

async fn pages_hold_each_deal_once_and_in_order<A: Archive>(archive: &A) {
    let all = ["a", "b", "c", "d", "e"];
    let snapshots = all.map(|name| {
        let mut snapshot = told(name, DealSource::Csv, i64::from(name == "b") * 9, "New");
        snapshot.account = Some(account(if name < "c" { "a1" } else { "a2" }));
        snapshot
    });
    tell(archive, &snapshots).await;

    let mut query = DealQuery::as_of(at(1));
    query.limit = 2;
    let mut found = Vec::new();
    loop {
        let page = archive
            .deals(&Scope::internal(), &query)
            .await
            .expect("read");
        found.extend(
            page.deals
                .iter()
                .map(|deal| deal.deal().object().to_owned()),
        );
        query.after = page.next;
        if query.after.is_none() {
            break;
        }
    }
    assert_eq!(found, ["a", "c", "d", "e"], "b is told of later");

    let mut query = DealQuery::as_of(at(9));
    query.deals = Some(vec![deal("e"), deal("z"), deal("b")]);
    let page = archive
        .deals(&Scope::internal(), &query)
        .await
        .expect("read");
    assert_eq!(page.deals.len(), 2);
    query.accounts = Some(vec![account("a1"), account("a9")]);
    let page = archive
        .deals(&Scope::internal(), &query)
        .await
        .expect("read");
    assert_eq!(page.deals.first().map(DealHistory::deal), Some(&deal("b")));
    assert_eq!((page.deals.len(), page.next), (1, None));
}

async fn a_deal_is_reached_by_its_owner_and_by_who_took_part<A: Archive>(archive: &A) {
    let mut call = bare("1");
    call.parties = vec![ours("p1", "u2")];
    let mut with_deal = put(call, None);
    with_deal.deals = Some(vec![deal("joined")]);
    stored(archive, with_deal).await;
    let mut hidden = bare("2");
    hidden.parties = vec![ours("p1", "u3")];
    let mut with_deal = put(private(hidden), None);
    with_deal.deals = Some(vec![deal("hidden")]);
    stored(archive, with_deal).await;
    let mut given_on = told("owned", DealSource::Csv, 1, "New");
    given_on.owner = Some(user("u1"));
    let mut to = told("owned", DealSource::Csv, 5, "New");
    to.owner = Some(user("u4"));
    let others = ["joined", "hidden", "nobody"].map(|name| told(name, DealSource::Csv, 0, "New"));
    tell(archive, &[given_on, to]).await;
    tell(archive, &others).await;

    let all = ["crm:hidden", "crm:joined", "crm:nobody", "crm:owned"];
    let of = |name| Scope::calls_of([user(name)]);
    assert_eq!(names(archive, &Scope::internal()).await, all);
    assert_eq!(names(archive, &of("u2")).await, ["crm:joined"]);
    assert_eq!(names(archive, &of("u3")).await, ["crm:hidden"]);
    assert_eq!(names(archive, &of("u3").without_private()).await, [""; 0]);
    assert_eq!(names(archive, &of("u4")).await, ["crm:owned"]);
    assert_eq!(
        names(archive, &of("u1")).await,
        [""; 0],
        "it is not theirs any more"
    );
    let then = read(archive, &of("u1"), at(2)).await;
    assert_eq!(then.len(), 1, "it was theirs then");
    let team = Scope::team(user("u9"), [user("u2"), user("u4")], PrivateCalls::Withheld);
    assert_eq!(names(archive, &team).await, ["crm:joined", "crm:owned"]);
    assert_eq!(names(archive, &Scope::nothing()).await, [""; 0]);
}

async fn what_a_call_tells_comes_with_its_put<A: Archive>(archive: &A) {
    let news = |stage: &str| DealNews {
        snapshots: vec![told("1", DealSource::Gong, 0, stage)],
        accounts: vec![Account {
            id: account("a1"),
            name: "Fox Ltd".to_owned(),
        }],
    };
    let mut first = put(full("1"), None);
    first.news = news("Discovery");
    first.deals = Some(vec![deal("1")]);
    let revision = stored(archive, first).await;

    assert_eq!(stage(archive, 0).await.as_deref(), Some("Discovery"));
    let ids = AccountQuery::Ids(vec![account("a1")]);
    assert_eq!(archive.accounts(&ids).await.expect("read").len(), 1);
    let linked = links(archive, &LinkQuery::default()).await;
    assert_eq!(linked[0].deals, [link("1", LinkedBy::Context)]);

    // A put that lost tells nothing; one that changes nothing of the call does.
    let mut lost = put(full("1"), None);
    lost.news = news("Lost");
    store(archive, lost, at(1)).await;
    assert_eq!(stage(archive, 0).await.as_deref(), Some("Discovery"));
    let mut same = put(full("1"), Some(revision));
    same.news = news("Proposal");
    store(archive, same, at(1)).await;
    assert_eq!(stage(archive, 0).await.as_deref(), Some("Proposal"));
    let linked = links(archive, &LinkQuery::default()).await;
    assert_eq!(
        linked[0].deals.len(),
        1,
        "a put without context keeps the links"
    );
}

async fn links_are_replaced_and_those_by_context_stay<A: Archive>(archive: &A) {
    let mut call = put(bare("1"), None);
    call.deals = Some(vec![deal("1")]);
    stored(archive, call).await;
    let found = |links: &[DealLink]| FoundLinks {
        call: id("1"),
        deals: links.to_vec(),
    };
    let unknown = FoundLinks {
        call: id("9"),
        deals: vec![link("1", LinkedBy::Email)],
    };
    let both = [link("1", LinkedBy::Domain), link("2", LinkedBy::Email)];

    archive
        .link_deals(&[found(&both), unknown])
        .await
        .expect("linked");

    let linked = links(archive, &LinkQuery::default()).await;
    assert_eq!(linked.len(), 1);
    let expected = [link("1", LinkedBy::Context), link("2", LinkedBy::Email)];
    assert_eq!(linked[0].deals, expected);

    let next = [link("3", LinkedBy::Domain)];
    archive.link_deals(&[found(&next)]).await.expect("linked");
    let linked = links(archive, &LinkQuery::default()).await;
    let expected = [link("1", LinkedBy::Context), link("3", LinkedBy::Domain)];
    assert_eq!(linked[0].deals, expected);
}

async fn links_show_who_took_part_without_names<A: Archive>(archive: &A) {
    stored(archive, put(full("1"), None)).await;
    stored(archive, put(bare("2"), None)).await;
    let key = archive.hash_key().await.expect("a key");

    let all = links(archive, &LinkQuery::default()).await;

    assert_eq!(all.len(), 2);
    assert_eq!(all[0].started, full("1").started);
    assert_eq!(all[0].accounts, [account("domain:example.com")]);
    assert_eq!(
        all[0].emails,
        [key.email("bob@example.com").expect("a hash")]
    );
    assert_eq!(all[0].domains, ["example.com"]);
    assert_eq!(all[1].emails, [""; 0]);
    let mut query = LinkQuery {
        account: Some(account("domain:example.com")),
        ..LinkQuery::default()
    };
    assert_eq!(links(archive, &query).await.len(), 1);
    query.account = None;
    query.limit = 1;
    query.after = Some(id("1"));
    assert_eq!(links(archive, &query).await[0].call, id("2"));
    let (nobody, all) = (Scope::nothing(), LinkQuery::default());
    assert_eq!(archive.links(&nobody, &all).await.expect("read"), []);
}

async fn links_go_with_their_call<A: Archive>(archive: &A) {
    for name in ["1", "2"] {
        let mut call = put(bare(name), None);
        call.deals = Some(vec![deal("1")]);
        stored(archive, call).await;
    }
    let purge = asked(PurgeTarget::Calls(vec![id("1")]));

    archive.begin_purge(&purge, at(1)).await.expect("begun");
    archive.erase(&id("1"), at(2)).await.expect("erased");

    let query = LinkQuery {
        deals: Some(vec![deal("1")]),
        ..LinkQuery::default()
    };
    let linked = links(archive, &query).await;
    let calls: Vec<_> = linked.iter().map(|links| links.call.clone()).collect();
    assert_eq!(calls, [id("2")]);
}

fn asked(target: PurgeTarget) -> Purge {
    Purge {
        target,
        reason: PurgeReason::Asked,
        actor: "tester".to_owned(),
    }
}

async fn accounts_are_found_by_id_and_by_name<A: Archive>(archive: &A) {
    let named = |id: &str, name: &str| Account {
        id: account(id),
        name: name.to_owned(),
    };
    let (first, second) = (named("a1", "Fox Ltd"), named("a2", "Größe"));
    let news = |accounts: &[Account]| DealNews {
        snapshots: Vec::new(),
        accounts: accounts.to_vec(),
    };
    let all = news(&[first.clone(), second.clone()]);
    archive.put_deals(&all).await.expect("told");
    let found = async |query: &AccountQuery| archive.accounts(query).await.expect("read");

    let ids = AccountQuery::Ids(vec![account("a2"), account("a9"), account("a1")]);
    assert_eq!(found(&ids).await, [first, second]);
    let name = |name: &str| AccountQuery::Name(name.to_owned());
    assert_eq!(found(&name("  fox   LTD ")).await.len(), 1);

    let renamed = news(&[named("a1", "Foxes")]);
    archive.put_deals(&renamed).await.expect("told");
    assert_eq!(found(&name("fox ltd")).await, []);
    assert_eq!(found(&name("foxes")).await, [named("a1", "Foxes")]);
}

async fn deals_go_with_their_account_and_do_not_come_back<A: Archive>(archive: &A) {
    let mut call = full("1");
    call.accounts = vec![account("a1")];
    let mut with_deal = put(call, None);
    with_deal.deals = Some(vec![deal("1"), deal("other")]);
    stored(archive, with_deal).await;
    stored(archive, put(bare("2"), None)).await;
    let news = DealNews {
        snapshots: vec![everything("1", 0), told("other", DealSource::Csv, 0, "New")],
        accounts: vec![Account {
            id: account("a1"),
            name: "Fox Ltd".to_owned(),
        }],
    };
    archive.put_deals(&news).await.expect("told");
    let target = PurgeTarget::Account(account("a1"));
    let preview = archive.preview(&target, at(1)).await.expect("counted");
    assert_eq!((preview.calls, preview.deals), (1, 1));

    let purged = archive.begin_purge(&asked(target), at(1)).await;

    assert!(matches!(purged.expect("begun"), Purged::Begun(_)));
    let left = names(archive, &Scope::internal()).await;
    assert_eq!(left, ["crm:other"]);
    let ids = AccountQuery::Ids(vec![account("a1")]);
    assert_eq!(archive.accounts(&ids).await.expect("read"), []);

    // Told again, with or without its account; another of the account from before; a later one.
    let mut older = everything("2", 9);
    older.created = None;
    let mut later = everything("3", 9);
    later.created = Some(date(2099, 1, 1));
    let again = [
        everything("1", 9),
        told("1", DealSource::Crm, 9, "New"),
        older,
        later,
    ];
    let refused = DealOutcome::Refused;
    let outcomes = tell(archive, &again).await;
    assert_eq!(outcomes, [refused, refused, refused, DealOutcome::Added]);
    let found = FoundLinks {
        call: id("2"),
        deals: vec![link("1", LinkedBy::Domain)],
    };
    archive.link_deals(&[found]).await.expect("linked");
    let linked = links(archive, &LinkQuery::default()).await;
    assert!(linked.iter().all(|links| links.deals.is_empty()));
    assert_eq!(
        names(archive, &Scope::internal()).await,
        ["crm:3", "crm:other"]
    );
    archive.put_deals(&news).await.expect("told");
    assert_eq!(archive.accounts(&ids).await.expect("read"), []);
}
