//! The end of a listener.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use front_door::{Limits, Protection};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio::sync::Notify;

use crate::client::{Served, hello, rest};

/// An answer that comes when it is let go.
fn held(begun: &Arc<Notify>, go_on: &Arc<Notify>) -> Router {
    let (begun, go_on) = (Arc::clone(begun), Arc::clone(go_on));
    let answer = async move || {
        begun.notify_one();
        go_on.notified().await;
        "at last"
    };
    Router::new().route("/", get(answer))
}

#[tokio::test]
async fn a_request_in_hand_is_answered_and_nothing_new_is_taken() {
    let (begun, go_on) = (Arc::default(), Arc::default());
    let app = held(&begun, &go_on);
    let served = Served::start(Protection::PlainText, Limits::default(), app).await;
    let mut waiting = served.connect().await;
    let mut asking = served.connect().await;
    asking
        .write_all(b"GET / HTTP/1.1\r\nHost: h\r\n\r\n")
        .await
        .expect("it is sent");
    begun.notified().await;

    served.stop.cancel();
    assert_eq!(rest(&mut waiting).await, "", "it had asked nothing");
    let refused = TcpStream::connect(served.address).await;
    go_on.notify_one();

    assert!(rest(&mut asking).await.ends_with("at last"));
    assert!(refused.is_err());
    assert_eq!(served.stop().await.cut_off, 0);
}

#[tokio::test]
async fn what_outlasts_the_grace_is_cut_off_and_counted() {
    let (begun, go_on) = (Arc::default(), Arc::default());
    let mut limits = Limits::default();
    limits.grace = Duration::from_millis(50);
    let app = held(&begun, &go_on);
    let served = Served::start(Protection::PlainText, limits, app).await;
    let mut asking = served.connect().await;
    asking
        .write_all(b"GET / HTTP/1.1\r\nHost: h\r\n\r\n")
        .await
        .expect("it is sent");
    begun.notified().await;

    let drained = served.stop().await;

    assert_eq!(drained.cut_off, 1);
    assert_eq!(rest(&mut asking).await, "");
}

#[tokio::test]
async fn an_idle_listener_stops_at_once() {
    let mut limits = Limits::default();
    limits.grace = Duration::from_hours(1);
    let served = Served::start(Protection::PlainText, limits, hello()).await;
    let mut waiting = served.connect().await;

    let drained = served.stop().await;

    assert_eq!(drained.cut_off, 0);
    assert_eq!(rest(&mut waiting).await, "");
}
