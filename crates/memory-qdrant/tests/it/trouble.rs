//! Servers that fail, refuse or are not there.

use std::time::Duration;

use access::Scope;
use conversation::Tenant;
use memory_qdrant::{
    Address, CollectionOptions, ConnectOptions, Connection, Plaintext, QdrantStore,
};
use memory_store::testing::{all_holdings, call};
use memory_store::{ErrorKind, Filter, Forget, PassageStore, Question};

use crate::server::{Server, embedder, in_time, key, named, space};

/// A stand-in that fails every tenth request or so, half of them after it has done them.
#[tokio::test]
async fn faults_that_pass_are_not_seen() {
    let Some(url) = named("GONGKIT_QDRANT_FAULTY") else {
        return;
    };
    let server = Server::at(&url);
    in_time(async {
        let store = server.open(space("k")).await;
        for n in 0..6 {
            let sample = call(&n.to_string()).says(format!("alpha number{n}"));
            let written = store.write(vec![sample.points(&embedder())]).await;
            assert_eq!(written.expect("written").points, 1);
        }
        let question = Question::new(Filter::new(Scope::internal()))
            .meaning(embedder().vector("alpha"))
            .words("alpha");
        let found = store.recall(&question).await.expect("an answer");
        assert_eq!((found.meaning.len(), found.words.len()), (6, 6));
        assert_eq!(all_holdings(&store).await.expect("held").len(), 6);
        store.forget(Forget::All).await.expect("forgotten");
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
async fn a_server_with_a_key_wants_it() {
    let Some(url) = named("GONGKIT_QDRANT_KEYED") else {
        return;
    };
    in_time(async {
        let open = async |key_of_server: Option<&str>| {
            let address = Address::parse(&url, Plaintext::OnLoopback).expect("an address");
            let mut options = ConnectOptions::to(address);
            options.api_key = key_of_server.map(Into::into);
            let connection = Connection::new(&options).expect("nothing is sent yet");
            assert!(connection.version().await.is_ok(), "that is open to all");
            let name = format!("gongkit-test-{:016x}", rand::random::<u64>());
            let made = CollectionOptions::default();
            let tenant = Tenant::default();
            let opening = QdrantStore::open(&connection, &name, &tenant, space("k"), key(1), &made);
            opening.await.map(|_| ()).map_err(|error| error.kind())
        };
        assert_eq!(open(None).await, Err(ErrorKind::NotAuthorised));
        assert_eq!(open(Some("wrong")).await, Err(ErrorKind::NotAuthorised));
        assert_eq!(open(Some("a key for tests")).await, Ok(()));
    })
    .await;
}

#[tokio::test]
async fn a_server_that_is_not_there_is_given_up_in_time() {
    // A port that was free a moment ago.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    drop(listener);
    let address = Address::parse(&url, Plaintext::OnLoopback).expect("an address");
    let mut options = ConnectOptions::to(address);
    options.timeout = Duration::from_secs(1);
    let connection = Connection::new(&options).expect("nothing is sent yet");

    let failed = in_time(connection.version()).await;

    let error = failed.expect_err("nobody is there");
    assert_eq!(error.kind(), ErrorKind::Storage);
    assert!(error.is_transient());
    assert!(!format!("{error:?} {connection:?}").contains("api"));
}
