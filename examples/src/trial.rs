//! Somebody unknown, a viewer and an admin ask the front end of the guide for the same.

use std::net::SocketAddr;

use anyhow::{Result, ensure};
use gong_app::{ApiKeyRequest, App};
use tokio_util::sync::CancellationToken;

/// Asks a front end over the sample, prints what it answers, and stops it.
///
/// # Errors
/// Where an answer has another status than its asker should get.
pub async fn front_end_trial(app: &App, at: SocketAddr, stop: &CancellationToken) -> Result<()> {
    let _stop = stop.drop_guard_ref();
    let mut keys = vec!["nobody's key".to_owned()];
    for role in ["viewer", "admin"] {
        let key = app.create_api_key(&ApiKeyRequest::new(role, role)).await?;
        keys.push(key.secret);
    }
    let client = reqwest::Client::new();
    for (who, path, expected) in [
        (0, "ask", 401),
        (1, "ask", 403),
        (2, "ask", 200),
        (2, "search", 200),
        (2, "calls/7", 404),
    ] {
        let request = client.get(format!("http://{at}/{path}?q=who+has+to+sign+the+contract"));
        let answer = request.bearer_auth(&keys[who]).send().await?;
        let status = answer.status();
        let text: String = answer.text().await?.chars().take(240).collect();
        println!("{path}: {status} {text}");
        ensure!(
            status == expected,
            "{path} should be answered with {expected}"
        );
    }
    Ok(())
}
