//! The admin port over a real socket.

use std::sync::Arc;
use std::time::Duration;

use gong_admin::Numbers;
use gong_app::{App, Config, Environment, Flags, Quiet};
use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

/// Far longer than an answer takes.
const PATIENCE: Duration = Duration::from_secs(30);

async fn page(address: &str, path: &str) -> (u16, String) {
    let answer = reqwest::Client::new()
        .get(format!("http://{address}{path}"))
        .timeout(PATIENCE)
        .send()
        .await
        .expect("answered");
    let status = answer.status().as_u16();
    (status, answer.text().await.expect("text"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_was_told_to_stop_lives_and_is_not_ready() {
    let folder = tempfile::tempdir().expect("a folder");
    let home = folder.path().to_str().expect("text").to_owned();
    let variables = [("HOME".to_owned(), home)];
    let environment = Environment::new(variables, Timestamp::now).system_config("/nowhere");
    let config = Config::load(&environment, &Flags::default()).expect("a configuration");
    let stop = CancellationToken::new();
    let app = App::serving(config, &environment, Arc::new(Quiet), stop.clone());
    let door = gong_admin::open("127.0.0.1:0".parse().expect("an address"));
    let door = door.await.expect("opened");
    let address = door.local_addr().to_string();
    let ended = CancellationToken::new();
    let serving = gong_admin::serve(door, app, Numbers::default(), ended.clone());
    let serving = tokio::spawn(serving);

    assert_eq!(page(&address, "/readyz").await.0, 200);
    stop.cancel();

    let (status, body) = page(&address, "/readyz").await;
    assert_eq!(
        (status, body.as_str()),
        (503, r#"{"in_the_way":["stopping"],"ready":false}"#)
    );
    assert_eq!(page(&address, "/livez").await, (200, "alive\n".to_owned()));
    assert_eq!(page(&address, "/metrics").await.0, 200);
    ended.cancel();
    let done = tokio::time::timeout(PATIENCE, serving).await;
    done.expect("in time").expect("joined");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_port_that_is_taken_is_said_with_the_flag_that_helps() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("known");

    let refused = gong_admin::open(address).await.expect_err("refused");

    assert!(refused.hint_text().expect("a hint").contains("--admin"));
}
