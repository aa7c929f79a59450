//! A vector never meets a foreign space, and a hash never one of another key.

use std::num::NonZeroUsize;

use conversation::Tenant;
use embeddings::{Embedder, HashEmbedder, Space};
use memory_qdrant::{CollectionOptions, QdrantStore};
use memory_store::ErrorKind;

use crate::server::{Server, embedder, in_time, key, space};

#[tokio::test]
async fn a_collection_of_another_space_is_refused() {
    let Some(server) = Server::new() else {
        return;
    };
    in_time(async {
        let name = server.collection();
        server
            .open_for(&name, &Tenant::default(), space("k"), key(1))
            .await;
        let model = |dimensions| {
            let dimensions = NonZeroUsize::new(dimensions).expect("not zero");
            HashEmbedder::new(dimensions).model().clone()
        };
        let cases = [
            (space("k"), None),
            (Space::new(model(64), 1, "k"), Some(ErrorKind::ForeignSpace)),
            (
                Space::new(embedder().model().clone(), 2, "k"),
                Some(ErrorKind::ForeignSpace),
            ),
            (space("another key"), Some(ErrorKind::ForeignSpace)),
        ];
        for (space, expected) in cases {
            let tenant = Tenant::default();
            let following =
                QdrantStore::follow(&server.connection, &name, &tenant, space.clone(), key(1));
            let kind = following.await.err().map(|error| error.kind());
            assert_eq!(kind, expected, "{space}");
        }
        let absent = server.collection();
        let tenant = Tenant::default();
        let following =
            QdrantStore::follow(&server.connection, &absent, &tenant, space("k"), key(1));
        let kind = following.await.err().map(|error| error.kind());
        assert_eq!(kind, Some(ErrorKind::Absent));
        let stranger = Tenant::new("stranger").expect("an id");
        let following =
            QdrantStore::follow(&server.connection, &name, &stranger, space("k"), key(1));
        let kind = following.await.err().map(|error| error.kind());
        assert_eq!(kind, Some(ErrorKind::Absent), "nothing of this tenant");
    })
    .await;
    server.leave().await;
}

#[tokio::test]
async fn a_name_moves_from_one_collection_to_the_next() {
    let Some(server) = Server::new() else {
        return;
    };
    in_time(async {
        let alias = format!("gongkit-test-{:016x}", rand::random::<u64>());
        let (old, new) = (server.collection(), server.collection());
        for (name, key_id) in [(&old, "one"), (&new, "two")] {
            server
                .open_for(name, &Tenant::default(), space(key_id), key(1))
                .await;
            server.connection.name(&alias, name).await.expect("named");
            let tenant = Tenant::default();
            QdrantStore::follow(&server.connection, &alias, &tenant, space(key_id), key(1))
                .await
                .expect("the name leads to it");
        }
        let tenant = Tenant::default();
        let options = CollectionOptions::default();
        let foreign = Space::new(embedder().model().clone(), 9, "two");
        let opening = QdrantStore::open(
            &server.connection,
            &alias,
            &tenant,
            foreign,
            key(1),
            &options,
        );
        let kind = opening.await.err().map(|error| error.kind());
        assert_eq!(kind, Some(ErrorKind::ForeignSpace));
    })
    .await;
    server.leave().await;
}
