//! Deals that the CRM context of calls tells of.
use std::sync::Arc;

use access::Scope;
use call_archive::{
    AccountQuery, Calls as _, DealQuery, Deals as _, LinkQuery, MemoryArchive, People as _, Put,
    Source, User,
};
use conversation::{AccountId, Call, DealSnapshot, DealSource, UserId};
use futures::stream;
use gong_sync::{Fetched, Parts, Sync, SyncOptions};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::fixture::{at, id};

const STARTED: &str = "2026-03-01T09:00:00Z";
const FETCHED: &str = "2026-07-02T12:00:00Z";

fn object(kind: &str, id: &str, timing: &str, fields: &Value) -> Value {
    let fields = fields.as_object().unwrap().iter();
    let fields: Vec<Value> = fields
        .map(|(name, value)| json!({ "name": name, "value": value }))
        .collect();
    json!({ "objectType": kind, "objectId": id, "timing": timing, "fields": fields })
}

fn context(system: &str, objects: &[Value]) -> Value {
    json!([{ "system": system, "objects": objects }])
}

fn file(is_private: bool, context: &Value) -> Fetched {
    let file = json!({ "call": {
        "metaData": { "id": "1", "started": STARTED, "isPrivate": is_private },
        "context": context,
    } });
    Fetched::from_json(file.to_string().as_bytes()).unwrap()
}

fn sync(archive: &Arc<MemoryArchive>) -> Sync {
    let mut options = SyncOptions::default();
    options.currency = "USD".parse().ok();
    let archive = Arc::clone(archive);
    Sync::new(Parts::new(archive, Arc::new(|| at(FETCHED))).options(options))
}

async fn imported(archive: &Arc<MemoryArchive>, calls: Vec<Fetched>) {
    let calls = calls.into_iter().map(Ok);
    let report = sync(archive).import(stream::iter(calls)).await;
    assert!(report.is_complete(), "{:?}", report.stopped);
}

async fn told(archive: &MemoryArchive) -> Vec<DealSnapshot> {
    let query = DealQuery::as_of(Timestamp::MAX);
    let page = archive.deals(&Scope::internal(), &query).await.unwrap();
    let deals = page.deals.iter();
    deals.flat_map(|deal| deal.snapshots().to_vec()).collect()
}

fn fox(stage: &str) -> Value {
    let deal = json!({ "Name": "Fox rollout", "StageName": stage, "Amount": 84000.5,
        "CloseDate": "2026-04-30", "CreatedDate": "2026-01-02T10:00:00Z", "OwnerId": "u9" });
    context(
        "Salesforce",
        &[
            object("Account", "a1", "TimeOfCall", &json!({ "Name": "Fox Ltd" })),
            object("Opportunity", "006A", "TimeOfCall", &deal),
            object(
                "User",
                "u9",
                "TimeOfCall",
                &json!({ "Email": "Ada@ours.example" }),
            ),
        ],
    )
}

#[tokio::test]
async fn a_deal_is_told_as_of_the_call_with_its_account_owner_and_link() {
    let archive = Arc::new(MemoryArchive::new());
    let mut seller = User::new(UserId::new("7").unwrap());
    seller.email = Some("ada@ours.example".to_owned());
    archive.put_users(&[seller]).await.unwrap();

    imported(&archive, vec![file(false, &fox("Proposal"))]).await;

    let deals = told(&archive).await;
    assert_eq!(deals.len(), 1);
    let deal = &deals[0];
    assert_eq!(deal.deal.to_string(), "salesforce:006A");
    assert_eq!((deal.as_of, deal.source), (at(STARTED), DealSource::Gong));
    assert_eq!(deal.stage.as_deref(), Some("Proposal"));
    assert_eq!(deal.amount.unwrap().to_string(), "84000.50 USD");
    let days = [deal.close_date, deal.created].map(|day| day.unwrap().to_string());
    assert_eq!(days, ["2026-04-30", "2026-01-02"]);
    assert_eq!(deal.account.as_ref().unwrap().as_str(), "a1");
    assert_eq!(deal.owner.as_ref().unwrap().as_str(), "7");
    let which = AccountQuery::Ids(vec![AccountId::new("a1").unwrap()]);
    assert_eq!(archive.accounts(&which).await.unwrap()[0].name, "Fox Ltd");
    let links = archive
        .links(&Scope::internal(), &LinkQuery::default())
        .await;
    assert_eq!(links.unwrap()[0].deals[0].by.as_str(), "context");

    imported(&archive, vec![file(false, &fox("Proposal"))]).await;
    assert_eq!(told(&archive).await.len(), 1, "the same again adds nothing");
}

#[tokio::test]
async fn what_the_context_shows_as_now_is_so_as_of_the_fetch() {
    let archive = Arc::new(MemoryArchive::new());
    let then = json!({ "dealname": "Fox", "dealstage": "proposal", "amount": "10",
        "deal_currency_code": "EUR", "closedate": "1775001600000" });
    let now = json!({ "dealname": "Fox", "dealstage": "closedwon", "amount": "1.2e1",
        "deal_currency_code": "EUR", "closedate": "2026-04-02T00:00:00Z" });
    let objects = [
        object("Deal", "7", "TimeOfCall", &then),
        object("Deal", "7", "Now", &now),
        object("Ticket", "8", "Now", &json!({ "subject": "no deal" })),
    ];

    imported(&archive, vec![file(false, &context("HubSpot", &objects))]).await;

    let deals = told(&archive).await;
    let shown: Vec<(String, Timestamp, &str, String, String)> = deals
        .iter()
        .map(|deal| {
            let close = deal.close_date.unwrap().to_string();
            let stage = deal.stage.as_deref().unwrap();
            let amount = deal.amount.unwrap().to_string();
            (deal.deal.to_string(), deal.as_of, stage, amount, close)
        })
        .collect();
    let row = |at: Timestamp, stage, amount: &str, close: &str| {
        let deal = "hubspot:7".to_owned();
        (deal, at, stage, amount.to_owned(), close.to_owned())
    };
    let expected = [
        row(at(STARTED), "proposal", "10.00 EUR", "2026-04-01"),
        row(at(FETCHED), "closedwon", "12.00 EUR", "2026-04-02"),
    ];
    assert_eq!(shown, expected);
}

#[tokio::test]
async fn calls_that_were_stored_before_tell_once_and_private_ones_never() {
    let archive = Arc::new(MemoryArchive::new());
    let mut before = Put::new(Call::new(id("5"), at(STARTED)), Source::Import, None);
    let block = fox("Discovery").to_string();
    before.raw.blocks.insert("context".to_owned(), block);
    let id_block = r#"{"id":"5"}"#.to_owned();
    before.raw.blocks.insert("metaData".to_owned(), id_block);
    archive.put(vec![before], None, at(STARTED)).await.unwrap();
    assert_eq!(told(&archive).await, []);

    imported(&archive, vec![file(true, &fox("Secret"))]).await;

    let deals = told(&archive).await;
    assert_eq!(deals.len(), 1);
    assert_eq!(deals[0].stage.as_deref(), Some("Discovery"));
    let links = archive
        .links(&Scope::internal(), &LinkQuery::default())
        .await;
    let links = links.unwrap();
    let linked: Vec<&str> = links
        .iter()
        .filter(|call| !call.deals.is_empty())
        .map(|call| call.call.as_str())
        .collect();
    assert_eq!(linked, ["5"]);
}
