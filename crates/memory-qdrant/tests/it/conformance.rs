//! The store keeps every law that the others keep.

use memory_store::{PassageStore, conformance};

use crate::server::{Server, in_time};

#[tokio::test]
async fn the_store_in_qdrant_keeps_every_law() {
    let Some(server) = Server::new() else {
        return;
    };
    in_time(conformance::check(|space| async {
        Box::new(server.open(space).await) as Box<dyn PassageStore>
    }))
    .await;
    server.leave().await;
}
