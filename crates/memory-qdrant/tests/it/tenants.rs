//! Tenants share a collection and nothing else.

use access::Scope;
use conversation::{CallId, Tenant};
use memory_qdrant::QdrantStore;
use memory_store::testing::{SampleCall, all_holdings, call};
use memory_store::{Candidates, Filter, Forget, PassageStore, Question};

use crate::server::{Server, embedder, in_time, key, space};

async fn write(store: &QdrantStore, samples: &[SampleCall]) {
    let batch = samples.iter().map(|sample| sample.points(&embedder()));
    store.write(batch.collect()).await.expect("written");
}

async fn ask(store: &QdrantStore, words: &str) -> Candidates {
    let question = Question::new(Filter::new(Scope::internal()))
        .meaning(embedder().vector(words))
        .words(words);
    store.recall(&question).await.expect("an answer")
}

#[tokio::test]
async fn tenants_never_mix() {
    let Some(server) = Server::new() else {
        return;
    };
    in_time(async {
        let name = server.collection();
        let tenant = |id| Tenant::new(id).expect("a valid id");
        let ann = server
            .open_for(&name, &tenant("ann"), space("key-a"), key(1))
            .await;
        let bob = server
            .open_for(&name, &tenant("bob"), space("key-b"), key(2))
            .await;
        // Even with one key, which no two tenants have.
        let cid = server
            .open_for(&name, &tenant("cid"), space("key-a"), key(1))
            .await;
        let samples = [
            call("1")
                .says("the price is high")
                .says("see you on monday"),
            call("2").says("a discount on the price"),
        ];
        write(&ann, &samples).await;
        let before = ask(&ann, "price discount").await;

        // The same calls, and many more that make the word a common one.
        write(&bob, &samples).await;
        let more: Vec<_> = (10..60)
            .map(|n| call(&n.to_string()).says("price price discount"))
            .collect();
        write(&bob, &more).await;
        write(&cid, &more).await;

        let after = ask(&ann, "price discount").await;
        assert_eq!(
            after, before,
            "neither results nor weights of words changed"
        );
        assert_eq!(ask(&bob, "price").await.meaning.len(), 53);
        assert_eq!(ask(&cid, "monday").await.words, []);
        let held =
            |store: QdrantStore| async move { all_holdings(&store).await.expect("held").len() };
        assert_eq!(
            (
                held(ann.clone()).await,
                held(bob.clone()).await,
                held(cid.clone()).await
            ),
            (2, 52, 50)
        );

        let one = CallId::new("1").expect("an id");
        assert_eq!(bob.forget(Forget::Call(one)).await.expect("gone"), 2);
        assert_eq!(cid.forget(Forget::All).await.expect("gone"), 50);
        assert_eq!(ask(&ann, "price discount").await, before);
        assert_eq!(held(bob.clone()).await, 51);
        assert_eq!(bob.forget(Forget::All).await.expect("gone"), 51);
        assert_eq!(ask(&ann, "price discount").await, before);
    })
    .await;
    server.leave().await;
}
