//! Laws of what a CRM tells of customers beside their deals.

use conversation::{AccountId, DealId, DealSnapshot, DealSource, Side};

use crate::{
    Archive, Contact, CustomerNews, Customers, DealEngagement, DealNews, Engagement,
    EngagementKind, HashKey, PersonName, Purge, PurgeReason, PurgeTarget,
};

use super::fixture::{NOW, at};

pub(super) async fn check<A: Archive + Customers>(make: &impl AsyncFn() -> A) {
    what_was_told_again_takes_the_place(&make().await).await;
    a_customer_is_known_where_there_is_one(&make().await).await;
    a_purged_person_is_forgotten_and_refused(&make().await).await;
    a_purged_account_takes_its_own_along(&make().await).await;
}

fn account(id: &str) -> AccountId {
    AccountId::new(id).expect("a valid id")
}

fn deal(id: &str) -> DealId {
    DealId::new("crm", id).expect("a valid id")
}

fn contact(key: &HashKey, id: &str, email: &str, of: &str) -> Contact {
    Contact {
        id: id.to_owned(),
        email_hash: key.email(email),
        person: Some(format!("person of {email}")),
        account: Some(account(of)),
    }
}

fn meeting(id: &str, of: &[&str], with: &[&str]) -> Engagement {
    Engagement {
        id: id.to_owned(),
        kind: EngagementKind::Meeting,
        at: at(100),
        known_since: at(50),
        by: Side::Ours,
        deals: of.iter().map(|id| deal(id)).collect(),
        contacts: with.iter().map(|id| (*id).to_owned()).collect(),
    }
}

async fn tell<A: Customers>(archive: &A, news: CustomerNews) {
    archive.put_customers(news).await.expect("kept");
}

async fn of<A: Customers>(archive: &A, id: &str) -> Vec<DealEngagement> {
    archive.engagements(&[deal(id)]).await.expect("read")
}

async fn purge<A: Archive>(archive: &A, target: PurgeTarget) {
    let purge = Purge {
        target,
        reason: PurgeReason::Asked,
        actor: "me".to_owned(),
    };
    archive.begin_purge(&purge, NOW).await.expect("begun");
}

async fn what_was_told_again_takes_the_place<A: Archive + Customers>(archive: &A) {
    let law = "what was told again takes the place; since when it is known stays";
    let key = archive.hash_key().await.expect("a key");
    let mut email = meeting("e1", &["1", "2"], &["c1", "unknown"]);
    email.kind = EngagementKind::Email;
    email.by = Side::Theirs;
    let news = CustomerNews {
        contacts: vec![contact(&key, "c1", "ada@fox.example", "31")],
        engagements: vec![meeting("m1", &["1"], &["c1"]), email],
        ..CustomerNews::default()
    };
    tell(archive, news).await;
    let found = of(archive, "1").await;
    let mut wanted = DealEngagement {
        deal: deal("1"),
        kind: EngagementKind::Email,
        at: at(100),
        known_since: at(50),
        by: Side::Theirs,
        people: vec!["person of ada@fox.example".to_owned()],
    };
    assert_eq!(found.first(), Some(&wanted), "{law}");
    assert_eq!((found.len(), of(archive, "2").await.len()), (2, 1), "{law}");
    assert_eq!(of(archive, "3").await, [], "{law}");

    let mut moved = meeting("m1", &["2"], &[]);
    (moved.at, moved.known_since) = (at(900), at(70));
    let news = CustomerNews {
        engagements: vec![moved],
        gone: vec!["e1".to_owned(), "e9".to_owned()],
        ..CustomerNews::default()
    };
    tell(archive, news).await;

    assert_eq!(of(archive, "1").await, [], "{law}");
    wanted = DealEngagement {
        deal: deal("2"),
        kind: EngagementKind::Meeting,
        at: at(900),
        known_since: at(50),
        by: Side::Ours,
        people: Vec::new(),
    };
    assert_eq!(of(archive, "2").await, [wanted], "{law}");
}

async fn a_customer_is_known_where_there_is_one<A: Archive + Customers>(archive: &A) {
    let law = "an address and a domain tell whose they are, where that is one customer";
    let key = archive.hash_key().await.expect("a key");
    let domain = |id: &str, name: &str| (account(id), Some(name.to_owned()));
    let news = CustomerNews {
        contacts: vec![
            contact(&key, "c1", "ada@fox.example", "31"),
            contact(&key, "c2", "Bob@twins.example", "32"),
            contact(&key, "c3", "bob@twins.example", "33"),
        ],
        domains: vec![
            domain("31", "fox.example"),
            domain("32", "twins.example"),
            domain("33", "twins.example"),
            domain("34", "old.example"),
        ],
        ..CustomerNews::default()
    };
    tell(archive, news).await;
    let news = CustomerNews {
        domains: vec![(account("34"), None)],
        ..CustomerNews::default()
    };
    tell(archive, news).await;

    let known = archive.known_customers().await.expect("read");

    let ada = key.email("ada@fox.example").expect("a hash");
    assert_eq!(known.emails, [(ada, account("31"))].into(), "{law}");
    let fox = ("fox.example".to_owned(), account("31"));
    assert_eq!(known.domains, [fox].into(), "{law}");
}

async fn a_purged_person_is_forgotten_and_refused<A: Archive + Customers>(archive: &A) {
    let law = "a purged person is forgotten and refused";
    let key = archive.hash_key().await.expect("a key");
    let news = CustomerNews {
        contacts: vec![
            contact(&key, "c1", "ada@fox.example", "31"),
            contact(&key, "c2", "bob@fox.example", "31"),
        ],
        engagements: vec![meeting("m1", &["1"], &["c1", "c2"])],
        ..CustomerNews::default()
    };
    tell(archive, news.clone()).await;

    let person = PersonName::Email("Ada@fox.example".to_owned());
    purge(archive, PurgeTarget::Person(person)).await;

    for _ in 0..2 {
        let people: Vec<String> = of(archive, "1")
            .await
            .into_iter()
            .flat_map(|told| told.people)
            .collect();
        assert_eq!(people, ["person of bob@fox.example"], "{law}");
        let known = archive.known_customers().await.expect("read");
        assert_eq!(known.emails.len(), 1, "{law}");
        tell(archive, news.clone()).await;
    }
}

async fn a_purged_account_takes_its_own_along<A: Archive + Customers>(archive: &A) {
    let law = "a purged account takes its people, its domain and its deals' meetings along";
    let key = archive.hash_key().await.expect("a key");
    let snapshot = |id: &str, of: &str| {
        let mut snapshot = DealSnapshot::new(deal(id), DealSource::Crm, NOW);
        snapshot.account = Some(account(of));
        snapshot
    };
    let deals = DealNews {
        snapshots: vec![snapshot("1", "31"), snapshot("2", "32")],
        accounts: Vec::new(),
    };
    archive.put_deals(&deals).await.expect("kept");
    let news = CustomerNews {
        contacts: vec![contact(&key, "c1", "ada@fox.example", "31")],
        domains: vec![(account("31"), Some("fox.example".to_owned()))],
        engagements: vec![
            meeting("m1", &["1"], &["c1"]),
            meeting("m2", &["1", "2"], &["c1"]),
        ],
        gone: Vec::new(),
    };
    tell(archive, news.clone()).await;

    purge(archive, PurgeTarget::Account(account("31"))).await;

    for _ in 0..2 {
        let known = archive.known_customers().await.expect("read");
        assert!(known.emails.is_empty() && known.domains.is_empty(), "{law}");
        assert_eq!(of(archive, "1").await, [], "{law}");
        let kept = of(archive, "2").await;
        let people: Vec<_> = kept.iter().map(|told| told.people.len()).collect();
        assert_eq!(people, [0], "{law}");
        tell(archive, news.clone()).await;
    }
}
