//! What a crowd, a slow client and a talkative one cannot do.

use std::num::NonZeroUsize;
use std::time::Duration;

use front_door::{Limits, Protection};
use tokio::io::AsyncWriteExt as _;

use crate::client::{Served, ask, hello, rest};

fn limits(change: impl FnOnce(&mut Limits)) -> Limits {
    let mut limits = Limits::default();
    change(&mut limits);
    limits
}

#[tokio::test]
async fn who_sends_only_the_beginning_of_a_head_is_closed() {
    let limits = limits(|limits| limits.head = Duration::from_millis(100));
    let served = Served::start(Protection::PlainText, limits, hello()).await;
    let mut silent = served.connect().await;
    let mut slow = served.connect().await;

    slow.write_all(b"GET / HTTP/1.1\r\nHost: h")
        .await
        .expect("it is sent");

    assert!(!rest(&mut slow).await.contains("hello"));
    assert!(!rest(&mut silent).await.contains("hello"));
}

#[tokio::test]
async fn a_crowd_that_only_waits_keeps_nobody_out() {
    let limits = limits(|limits| {
        limits.connections = NonZeroUsize::new(4).expect("not zero");
        limits.head = Duration::from_hours(1);
    });
    let served = Served::start(Protection::PlainText, limits, hello()).await;
    let mut crowd = Vec::new();
    for _ in 0..32 {
        let mut one = served.connect().await;
        one.write_all(b"GET / HTTP/1.1\r\n")
            .await
            .expect("it is sent");
        crowd.push(one);
    }

    let answer = ask(&mut served.connect().await).await;

    assert!(answer.ends_with("hello"), "{answer}");
    // Whoever came first was sent away, which nothing else would do within the hour.
    assert_eq!(rest(&mut crowd[0]).await, "");
}

#[tokio::test]
async fn a_head_beyond_the_bound_is_refused() {
    let limits = limits(|limits| limits.head_bytes = 8 * 1024);
    let served = Served::start(Protection::PlainText, limits, hello()).await;
    let mut talkative = served.connect().await;

    let head = format!("GET / HTTP/1.1\r\nX: {}\r\n\r\n", "x".repeat(64 * 1024));
    // The answer may come before all of it is sent.
    let _ = talkative.write_all(head.as_bytes()).await;

    assert!(!rest(&mut talkative).await.contains("hello"));
    assert!(ask(&mut served.connect().await).await.ends_with("hello"));
}
