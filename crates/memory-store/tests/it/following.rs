//! Followers see the newest commit, whole, whatever the writer is doing.

use conversation::CallId;
use memory_store::testing::{self, all_holdings};
use memory_store::{EmbeddedStore, Forget, PassageStore};

use crate::opening::{ask, folder, key, open, space, write};

#[tokio::test]
async fn a_follower_sees_each_commit_with_the_next_question() {
    let folder = folder();
    let writer = open(folder.path()).await.expect("a new index");
    let follower = EmbeddedStore::follow(folder.path(), space(), key())
        .await
        .expect("there");
    assert!(ask(&follower, "alpha").await.meaning.is_empty());
    for n in 1..=5_usize {
        write(&writer, &[testing::call(&n.to_string()).says("alpha")]).await;
        assert_eq!(ask(&follower, "alpha").await.meaning.len(), n);
        assert_eq!(all_holdings(&follower).await.expect("held").len(), n);
    }
    let call = CallId::new("3").expect("a valid id");
    writer.forget(Forget::Call(call)).await.expect("forgotten");
    assert_eq!(ask(&follower, "alpha").await, ask(&writer, "alpha").await);
    writer.compact().await.expect("compacted");
    assert_eq!(ask(&follower, "alpha").await, ask(&writer, "alpha").await);
    assert_eq!(ask(&follower, "alpha").await.meaning.len(), 4);
}

/// How often the call is replaced.
const TURNS: usize = 18;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_follower_sees_calls_whole_while_they_are_replaced_and_compacted() {
    let folder = folder();
    let writer = open(folder.path()).await.expect("a new index");
    let of_turn = |turn: usize| {
        // As many passages as the turn says, modulo 3, each naming the turn.
        (0..=turn % 3).fold(testing::call("1"), |call, part| {
            call.says(format!("alpha turn{turn} part{part}"))
        })
    };
    write(&writer, &[of_turn(0)]).await;
    let follower = EmbeddedStore::follow(folder.path(), space(), key())
        .await
        .expect("there");

    let writing = tokio::spawn(async move {
        for turn in 1..TURNS {
            write(&writer, &[of_turn(turn)]).await;
        }
    });
    let mut seen = 0;
    while !writing.is_finished() {
        let found = ask(&follower, "alpha").await;
        assert!(matches!(found.words.len(), 1..=3), "{found:?}");
        let mut ordinals: Vec<_> = found.words.iter().map(|c| c.place.ordinal).collect();
        ordinals.sort_unstable();
        let expected: Vec<u32> = (0..).take(found.words.len()).collect();
        assert_eq!(ordinals, expected, "one state of the call, and all of it");
        seen += 1;
    }
    writing.await.expect("the writer did not fail");
    assert!(seen > 0);
    let last = ask(&follower, &format!("turn{}", TURNS - 1)).await;
    assert_eq!(last.words.len(), 1 + (TURNS - 1) % 3);
}
