//! What lies in a server, read by a stranger; and what happens when points of it are lost.

use std::num::NonZeroUsize;

use conversation::{CallId, Side, Tenant};
use memory_store::testing::{SampleCall, all_holdings, call};
use memory_store::{Forget, PassageStore, PersonKey};
use qdrant_client::Qdrant;
use qdrant_client::qdrant::{DeletePointsBuilder, PointsIdsList, ScrollPointsBuilder};

use crate::server::{Server, embedder, in_time, key, named, space};

fn stranger() -> Qdrant {
    let url = named("QDRANT_URL").expect("the test has a server");
    let mut config = Qdrant::from_url(&url).skip_compatibility_check();
    if let Ok(key) = std::env::var("QDRANT_API_KEY") {
        config = config.api_key(key);
    }
    config.build().expect("an address")
}

fn sample() -> SampleCall {
    call("4711")
        .workspace("workspace-7")
        .account("acme-account")
        .user("user-ann")
        .tag("renewal-tag")
        .person("person-hash")
        .says("the confidential price is ninety")
        .side_says(Side::Theirs, "Ann Example said ann@example.com")
}

#[tokio::test]
async fn no_payload_can_be_read_as_text_or_as_a_name() {
    let Some(server) = Server::new() else {
        return;
    };
    in_time(async {
        let name = server.collection();
        let tenant = Tenant::new("acme-corporation").expect("an id");
        let store = server.open_for(&name, &tenant, space("k"), key(1)).await;
        store
            .write(vec![sample().points(&embedder())])
            .await
            .expect("written");

        let request = ScrollPointsBuilder::new(&name)
            .limit(100)
            .with_payload(true)
            .with_vectors(true);
        let found = stranger().scroll(request).await.expect("listed").result;

        assert_eq!(found.len(), 4, "two passages, a head, and the tenant");
        let everything = format!("{found:?}").to_lowercase();
        assert!(everything.contains("4711"), "the call's id is clear");
        for secret in [
            "confidential",
            "price",
            "ninety",
            "ann",
            "example",
            "acme",
            "workspace-7",
            "user-",
            "renewal",
            "person-hash",
        ] {
            assert!(!everything.contains(secret), "{secret} can be read");
        }
    })
    .await;
    server.leave().await;
}

#[tokio::test]
async fn lost_points_show_and_are_written_again() {
    let Some(server) = Server::new() else {
        return;
    };
    in_time(async {
        let name = server.collection();
        let tenant = Tenant::default();
        let store = server.open_for(&name, &tenant, space("k"), key(1)).await;
        let batch = || vec![sample().points(&embedder())];
        store.write(batch()).await.expect("written");
        let held = || async {
            let held = all_holdings(&store).await.expect("held");
            held.first().map_or(0, |held| held.passages)
        };
        assert_eq!(held().await, 2);

        let request = ScrollPointsBuilder::new(&name)
            .limit(100)
            .with_payload(true);
        let found = stranger().scroll(request).await.expect("listed").result;
        let is_passage =
            |point: &&qdrant_client::qdrant::RetrievedPoint| point.payload.contains_key("passage");
        let lost = found.iter().find(is_passage).and_then(|it| it.id.clone());
        let ids = PointsIdsList {
            ids: lost.into_iter().collect(),
        };
        let request = DeletePointsBuilder::new(&name).points(ids).wait(true);
        stranger().delete_points(request).await.expect("deleted");

        assert_eq!(held().await, 1, "what is held is counted, not remembered");
        store.write(batch()).await.expect("written");
        assert_eq!(held().await, 2);
        assert_eq!(store.points().await.expect("counted"), 4);

        // Forgetting by a person reaches what no longer names them, too.
        let person = Forget::Person(PersonKey("person-hash".to_owned()));
        assert_eq!(store.forget(person).await.expect("gone"), 2);
        assert_eq!(
            store.points().await.expect("counted"),
            1,
            "the tenant's own"
        );
    })
    .await;
    server.leave().await;
}

#[tokio::test]
async fn calls_with_ids_that_begin_alike_come_in_order_and_in_pages() {
    let Some(server) = Server::new() else {
        return;
    };
    in_time(async {
        let store = server.open(space("k")).await;
        // Seven characters are what the server orders by: these have nine in common.
        let ids: Vec<String> = (0..70).map(|n| format!("778234227{n:03}")).collect();
        let batch = ids.iter().rev().map(|id| call(id).says("alpha"));
        let batch = batch.map(|sample| sample.points(&embedder()));
        store.write(batch.collect()).await.expect("written");
        store
            .write(vec![call("1").says("alpha").points(&embedder())])
            .await
            .expect("written");

        let mut told = Vec::new();
        let mut after: Option<CallId> = None;
        loop {
            let few = NonZeroUsize::new(9).expect("not zero");
            let page = store.holdings(after.as_ref(), few).await.expect("held");
            told.extend(page.held.into_iter().map(|held| held.call.to_string()));
            after = page.next;
            if after.is_none() {
                break;
            }
        }

        let mut expected = vec!["1".to_owned()];
        expected.extend(ids);
        assert_eq!(told, expected);
    })
    .await;
    server.leave().await;
}
