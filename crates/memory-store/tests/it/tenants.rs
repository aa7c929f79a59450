//! Each tenant has an index of its own, under a key of its own: what one writes or forgets changes
//! neither what another finds nor how rare a word is there, nor any total.

use access::Scope;
use conversation::CallId;
use embeddings::{Embedder, Space};
use memory_store::testing::{all_holdings, call};
use memory_store::{
    EmbeddedStore, ErrorKind, Filter, Forget, MemoryStore, PassageStore, Question, TermKey,
};

use crate::opening::{ask, embedder, folder, write};

/// A tenant's space, which names its key, and the key.
fn of_tenant(number: u8) -> (Space, TermKey) {
    let space = Space::new(embedder().model().clone(), 1, format!("key-{number}"));
    (space, TermKey::new([number; 32]))
}

/// Fills one store, then the other with the same calls and many more in which the same words are
/// common, and forgets there: the first gives what it gave.
async fn never_mix(ann: &dyn PassageStore, bob: &dyn PassageStore) {
    let samples = [
        call("1")
            .says("the price is high")
            .says("see you on monday"),
        call("2").says("a discount on the price"),
    ];
    write(ann, &samples).await;
    let phrase = || {
        let mut filter = Filter::new(Scope::internal());
        filter.phrases = vec!["the price".to_owned()];
        Question::new(filter).words("the price")
    };
    let before = ask(ann, "price discount").await;
    let of_phrase = ann.recall(&phrase()).await.expect("an answer");
    assert_eq!(before.meaning.len(), 3);
    assert_eq!(of_phrase.words.len(), 2);

    write(bob, &samples).await;
    let more: Vec<_> = (10..60)
        .map(|n| call(&n.to_string()).says("the price, the price and a discount"))
        .collect();
    write(bob, &more).await;

    assert_eq!(
        ask(ann, "price discount").await,
        before,
        "neither places nor weights of words changed"
    );
    let again = ann.recall(&phrase()).await.expect("an answer");
    assert_eq!(again, of_phrase);
    assert_eq!(ask(bob, "price").await.meaning.len(), 53);
    assert_ne!(
        ask(bob, "price discount").await.words,
        before.words,
        "there the words are common"
    );
    let held = async |store: &dyn PassageStore| all_holdings(store).await.expect("held").len();
    assert_eq!((held(ann).await, held(bob).await), (2, 52));

    let one = CallId::new("1").expect("an id");
    assert_eq!(bob.forget(Forget::Call(one)).await.expect("gone"), 2);
    assert_eq!(ask(ann, "price discount").await, before);
    bob.forget(Forget::All).await.expect("gone");
    bob.compact().await.expect("compacted");
    assert_eq!((held(ann).await, held(bob).await), (2, 0));
    assert_eq!(ask(ann, "price discount").await, before);
    assert_eq!(ask(bob, "monday").await.words, []);
}

#[tokio::test]
async fn tenants_of_one_process_never_mix() {
    let places = [folder(), folder()];
    let open = async |place: usize, number: u8| {
        let (space, key) = of_tenant(number);
        let opened = EmbeddedStore::open(places[place].path(), space, key).await;
        opened.expect("an index")
    };

    never_mix(&open(0, 1).await, &open(1, 2).await).await;
}

/// Even under one key, which no two tenants have.
#[tokio::test]
async fn tenants_of_one_process_never_mix_in_the_reference_either() {
    let in_memory = |number| {
        let (space, key) = of_tenant(number);
        MemoryStore::new(space, key)
    };

    never_mix(&in_memory(1), &in_memory(1)).await;
}

#[tokio::test]
async fn a_folder_holds_one_tenant_and_refuses_another() {
    let folder = folder();
    let ((ann, key_of_ann), (bob, key_of_bob)) = (of_tenant(1), of_tenant(2));
    let store = EmbeddedStore::open(folder.path(), ann.clone(), key_of_ann.clone()).await;
    let store = store.expect("a new index");
    write(&store, &[call("1").says("the price is high")]).await;
    let found = ask(&store, "price").await;
    drop(store);

    let opened = EmbeddedStore::open(folder.path(), bob.clone(), key_of_bob.clone()).await;
    let followed = EmbeddedStore::follow(folder.path(), bob, key_of_bob.clone()).await;

    let kind = |refused: memory_store::Error| refused.kind();
    assert_eq!(opened.err().map(kind), Some(ErrorKind::ForeignSpace));
    assert_eq!(followed.err().map(kind), Some(ErrorKind::ForeignSpace));
    // Who claims to be the other, without the other's key, reads no word.
    let claimed = EmbeddedStore::follow(folder.path(), ann.clone(), key_of_bob).await;
    let claimed = claimed.expect("the space is the same");
    assert_eq!(ask(&claimed, "price").await.words, []);
    let back = EmbeddedStore::open(folder.path(), ann, key_of_ann).await;
    let back = back.expect("the same index");
    assert_eq!(ask(&back, "price").await, found);
}
