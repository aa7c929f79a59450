//! What an operator asks: which keys are known, and a test that is signed by our own.

use std::time::{Duration, Instant};

use access::Operation;
use jiff::SignedDuration;
use serde_json::json;
use url::Url;

use crate::views::{WebhookKeyView, WebhookKeysView, WebhookTestView};
use crate::{App, Error, ErrorKind};

use super::setting_up::unusable;

/// How long the signature of a test holds.
const HOLDS: SignedDuration = SignedDuration::from_mins(5);

/// How long the receiver has for its answer.
const DEADLINE: Duration = Duration::from_secs(15);
/// The most characters of an answer that are shown.
const LONGEST: usize = 80;

impl App {
    /// Which keys deliveries may be signed with, and what else is asked of them.
    pub async fn webhook_keys(&self) -> Result<WebhookKeysView, Error> {
        let work = async {
            let verifier = self.webhook_verifier()?;
            let keys = verifier.known_keys().iter();
            let settings = &self.config().settings.webhook;
            Ok(WebhookKeysView {
                keys: keys
                    .map(|key| WebhookKeyView {
                        sha256: key.fingerprint().to_owned(),
                    })
                    .collect(),
                // To be compared with Gong's rule letter by letter; it is the operator's own text.
                public_urls: crate::config::list(&settings.public_urls),
                has_url_token: verifier.wants_url_token(),
            })
        };
        self.reading(Operation::CONFIG, "webhook keys", work, |_| Vec::new())
            .await
    }

    /// Sends a test delivery to an address, signed with the archive's own key: receivers over the
    /// same archive believe it, because it says that it is a test.
    pub async fn webhook_test(&self, url: &str) -> Result<WebhookTestView, Error> {
        self.permit(Operation::CONFIG).await?;
        self.existing_archive().await?;
        let url: Option<Url> = url.parse().ok();
        let url = url.filter(|url| matches!(url.scheme(), "http" | "https"));
        let url = url.ok_or_else(|| {
            Error::new(ErrorKind::Usage, "this is no whole address")
                .hint("write it as in Gong's rule: https://calls.example/webhooks/gong")
        })?;
        let work = async {
            let secrets = &self.opened().await?.secrets;
            let signer = self.test_key(secrets.as_ref()).await?;
            let body = json!({ "callData": { "metaData": { "id": "0" } }, "isTest": true });
            let body = body.to_string().into_bytes();
            let until = self.now() + HOLDS;
            let token = signer.sign(url.as_str(), &body, until).map_err(unusable)?;
            send(&url, &token, body).await
        };
        self.doing(Operation::CONFIG, "webhook test", work, |_| "ok")
            .await
    }
}

async fn send(url: &Url, token: &str, body: Vec<u8>) -> Result<WebhookTestView, Error> {
    let failed = |error: reqwest::Error| {
        // The address may hold a token.
        Error::new(ErrorKind::TryLater, "the receiver does not answer")
            .caused_by(error.without_url())
            .hint("check the address, and whether `gongkit serve` runs behind it")
    };
    let client = reqwest::Client::builder()
        .timeout(DEADLINE)
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .map_err(failed)?;
    let begun = Instant::now();
    let sent = client.post(url.clone()).header("authorization", token);
    let sent = sent.header("content-type", "application/json").body(body);
    let mut answer = sent.send().await.map_err(failed)?;
    let took = begun.elapsed().as_millis();
    let said = answer.chunk().await.map_err(failed)?.unwrap_or_default();
    let said: String = String::from_utf8_lossy(&said)
        .chars()
        .take(LONGEST)
        .collect();
    let status = answer.status();
    Ok(WebhookTestView {
        status: status.as_u16(),
        is_accepted: status.is_success(),
        said: crate::views::neutral(&said),
        took_ms: u64::try_from(took).unwrap_or(u64::MAX),
    })
}
