//! Gong's webhooks in an axum app that is there already: one `merge`.
//!
//! A delivery is answered with 200 once it is on the disk with the job that fetches its call; a
//! worker (`App::work`, `gongkit worker`) does the rest. Here the address ends with a token; with
//! signatures set `GONG_WEBHOOK_PUBLIC_KEYS` and `GONG_WEBHOOK_PUBLIC_URL` instead.
use anyhow::Result;
use axum::{Router, routing::get};
use gongkit_examples::sample_app;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// Yours is random: `openssl rand -hex 24`.
const TOKEN: &str = "4f1c9d7be2a8603571c4d9e0";

#[tokio::main]
async fn main() -> Result<()> {
    let (app, _home) = sample_app(&[("GONG_WEBHOOK_URL_TOKEN", TOKEN)]).await?;
    let (receiver, intake) = app.receiver().await?;

    // Your app, and one line for Gong.
    let routes = Router::new()
        .route(
            "/hello",
            get(async || "hello from the app that was here before"),
        )
        .merge(gong_webhook::router(receiver));

    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let stop = CancellationToken::new();
    let stopped = stop.clone().cancelled_owned();
    let serving = axum::serve(listener, routes).with_graceful_shutdown(stopped);
    // What was taken in is written beside the server, and to the end after it.
    let running =
        tokio::spawn(async move { tokio::join!(serving.into_future(), intake.keep_deliveries()) });

    let client = reqwest::Client::new();
    let hello = client.get(format!("http://{address}/hello")).send().await?;
    println!("{}", hello.text().await?);

    let delivery = r#"{"callData": {"metaData": {"id": "7782342274025937895"}}, "isTest": false}"#;
    let mut answers = Vec::new();
    for token in [TOKEN, TOKEN, "somebody-elses-guess-of-it"] {
        let url = format!("http://{address}/webhooks/gong/{token}");
        let answer = client.post(url).body(delivery).send().await?;
        answers.push(answer.status().as_u16());
        println!("a delivery to …/{}…: {}", &token[..4], answer.status());
    }
    assert_eq!(
        answers,
        [200, 200, 401],
        "twice is once, a stranger is nobody"
    );

    let waiting = app
        .status()
        .await?
        .company
        .map(|company| company.jobs_waiting);
    println!(
        "jobs that wait for a worker: {}",
        waiting.unwrap_or_default()
    );
    assert_eq!(waiting, Some(1));
    drop(client);
    stop.cancel();
    let (served, ()) = running.await?;
    Ok(served?)
}
