//! Making a receiver from what the configuration says.

use std::path::Path;
use std::sync::Arc;

use call_archive::{Claimed, Secret, Secrets};
use gong_auth::{WebhookKey, WebhookSigner, WebhookVerifier, read_secret_file};
use jiff::SignedDuration;
use secrecy::{ExposeSecret as _, SecretString};
use tokio::sync::mpsc;
use tokio::task::spawn_blocking;

use crate::{App, Error, ErrorKind, Intake};

use super::intake::{QUEUE, Waiting};
use super::shared_secret::{SharedSecret, is_url_token, told_apart};

/// Under which name the archive keeps the key of tests.
const TEST_KEY: &str = "webhook.test_key";
/// How long making that key may take.
const MAKING: SignedDuration = SignedDuration::from_secs(20);

/// Takes deliveries in. Cheap to clone.
#[derive(Clone)]
pub struct Receiver {
    pub(super) app: App,
    pub(super) verifier: Arc<WebhookVerifier>,
    pub(super) waiting: mpsc::Sender<Waiting>,
}

impl App {
    /// A receiver as the configuration says, and what writes down what it took in: that must
    /// [keep them](Intake::keep_deliveries) for as long as there are receivers.
    ///
    /// Refuses to make one that could not tell Gong from anybody else.
    pub async fn receiver(&self) -> Result<(Receiver, Intake), Error> {
        let verifier = self.webhook_verifier()?;
        if !verifier.can_verify() {
            return Err(Error::new(
                ErrorKind::NotConfigured,
                "nothing says how a delivery of Gong is told from one of anybody else",
            )
            .hint(
                "set webhook.public_keys to what \"Show public key\" shows in Gong's rule, or \
                 webhook.url_token to a long random text that ends the address in the rule",
            ));
        }
        if verifier.wants_signatures() && !verifier.has_public_url() {
            return Err(Error::new(
                ErrorKind::NotConfigured,
                "a signed delivery names the address that it is for, and none is configured",
            )
            .hint("set webhook.public_urls to the address in Gong's rule, as it stands there"));
        }
        let settings = &self.config().settings.webhook;
        if settings.secret.is_some() || settings.secret_file.is_some() {
            let read_as = if verifier.wants_signatures() {
                "a public key: webhook.public_keys is the name for it"
            } else {
                "what ends the address: webhook.url_token is the name for it"
            };
            self.listener().note(&format!(
                "GONG_WEBHOOK_SECRET is read as {read_as}. Gong has no secret of that kind."
            ));
        }
        let opened = self.opened().await?;
        let verifier = match self.test_key(opened.secrets.as_ref()).await {
            Ok(signer) => verifier.test_key(signer.public_key().map_err(unusable)?),
            Err(error) => {
                tracing::warn!(%error, "`gongkit webhook test` will not be believed");
                verifier
            }
        };
        let (sender, waiting) = mpsc::channel(QUEUE);
        let receiver = Receiver {
            app: self.clone(),
            verifier: Arc::new(verifier),
            waiting: sender,
        };
        Ok((receiver, Intake::new(self.clone(), waiting)))
    }

    /// Who is believed, as the configuration says.
    pub(super) fn webhook_verifier(&self) -> Result<WebhookVerifier, Error> {
        let settings = &self.config().settings.webhook;
        let mut verifier = WebhookVerifier::new();
        for url in crate::config::list(&settings.public_urls) {
            verifier = verifier.public_url(&url).map_err(unusable)?;
        }
        let keys = match &settings.public_keys_file {
            Some(file) => text_of(file, "webhook.public_keys_file")?
                .expose_secret()
                .to_owned(),
            None => settings.public_keys.clone(),
        };
        let token = match &settings.url_token_file {
            Some(file) => Some(text_of(file, "webhook.url_token_file")?),
            None => settings.url_token.clone(),
        };
        let secret = match &settings.secret_file {
            Some(file) => Some(text_of(file, "webhook.secret_file")?),
            None => settings.secret.clone(),
        };
        if !keys.trim().is_empty() {
            verifier = verifier.keys(WebhookKey::parse_all(&keys).map_err(unusable)?);
        }
        if let Some(token) = &token {
            if !is_url_token(token.expose_secret()) {
                let what = "webhook.url_token can be guessed, or does not fit into an address";
                return Err(Error::new(ErrorKind::NotConfigured, what).hint(
                    "take sixteen or more letters and digits at random: `openssl rand -hex 24`",
                ));
            }
            verifier = verifier.url_token(token.clone());
        }
        let Some(secret) = secret else {
            return Ok(verifier);
        };
        match told_apart(secret.expose_secret())? {
            SharedSecret::Keys(_) if verifier.wants_signatures() => Err(twice("public_keys")),
            SharedSecret::UrlToken(_) if token.is_some() => Err(twice("url_token")),
            SharedSecret::Keys(keys) => Ok(verifier.keys(keys)),
            SharedSecret::UrlToken(token) => Ok(verifier.url_token(token)),
        }
    }

    /// The key that tests are signed with, made if there is none. It lies in the archive, so that
    /// whoever opens the archive can try its receivers, and nobody else.
    pub(super) async fn test_key(&self, secrets: &dyn Secrets) -> Result<WebhookSigner, Error> {
        if let Some(kept) = secrets.secret(TEST_KEY).await? {
            return WebhookSigner::parse(kept.as_str()).map_err(unusable);
        }
        let holder = format!("{:032x}", rand::random::<u128>());
        let now = self.now();
        let claimed = secrets
            .claim_secret(TEST_KEY, &holder, now + MAKING, now)
            .await?;
        match claimed {
            Claimed::Held(Some(kept)) => {
                secrets.release_secret(TEST_KEY, &holder).await?;
                WebhookSigner::parse(kept.as_str()).map_err(unusable)
            }
            Claimed::Held(None) => {
                let made = spawn_blocking(WebhookSigner::generate).await;
                let made = made.map_err(|error| {
                    Error::new(ErrorKind::Failed, "the key for tests was not made").caused_by(error)
                })?;
                let made = made.map_err(unusable)?;
                let text = made.to_text().map_err(unusable)?;
                let kept = Secret::from(text.expose_secret().to_owned());
                secrets
                    .replace_secret(TEST_KEY, &holder, Some(kept))
                    .await?;
                Ok(made)
            }
            Claimed::Busy(_) => Err(Error::new(
                ErrorKind::TryLater,
                "another process is making the key for tests",
            )),
        }
    }
}

fn twice(setting: &'static str) -> Error {
    let what = format!("webhook.secret and webhook.{setting} say the same thing twice");
    Error::new(ErrorKind::NotConfigured, what)
        .hint(format!("keep webhook.{setting}, which says what it is"))
}

fn text_of(file: &Path, setting: &'static str) -> Result<SecretString, Error> {
    let text = read_secret_file(file).map_err(|error| {
        let what = format!("{} cannot be read", file.display());
        Error::new(ErrorKind::NotConfigured, what)
            .caused_by(error)
            .hint(format!("check {setting}"))
    })?;
    Ok(text.expose_secret().trim().to_owned().into())
}

pub(super) fn unusable(error: gong_auth::Error) -> Error {
    Error::new(
        ErrorKind::NotConfigured,
        "the configuration of the webhook cannot be used",
    )
    .caused_by(error)
    .hint("`gongkit webhook keys` shows what is read of it")
}
