//! The provider's own document (OpenID Connect Discovery): where it is asked for what.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::Value;
use tokio::sync::Mutex;
use url::Url;

use crate::Error;
use crate::config::AuthSettings;

use super::{FRESH, PAUSE, asking, failed, is_within};

/// What of the document counts.
#[derive(Clone, Debug)]
pub(crate) struct Document {
    /// Its public keys.
    pub(super) keys: String,
    /// Its page for people.
    page: String,
    /// Where a code is taken.
    pub(super) tokens: String,
    /// Whether a client proves itself there by basic authorisation, as it does where nothing is said.
    pub(super) takes_basic: bool,
}

impl Document {
    /// Its page for people: browsers are sent there over https only, or on this machine.
    pub(crate) fn page(&self) -> Result<Url, Error> {
        asking::safe(&self.page)
    }
}

/// The document that was fetched last.
#[derive(Default)]
pub(super) struct Places(Mutex<Held>);

#[derive(Default)]
struct Held {
    document: Option<Arc<Document>>,
    fetched: Option<Timestamp>,
    asked: Option<Timestamp>,
}

impl Places {
    /// The document: fetched if there is none or it is old. An old one is better than none while the
    /// provider does not answer, and a provider that does not is not asked by everybody who waits.
    pub(super) async fn get(
        &self,
        settings: &AuthSettings,
        now: Timestamp,
    ) -> Result<Arc<Document>, Error> {
        let mut held = self.0.lock().await;
        let is_fresh = is_within(held.fetched, FRESH, now);
        let is_asked = is_within(held.asked, PAUSE, now);
        if let Some(document) = &held.document
            && (is_fresh || is_asked)
        {
            return Ok(Arc::clone(document));
        }
        if is_asked {
            return Err(failed());
        }
        held.asked = Some(now);
        match fetch(settings).await {
            Ok(document) => {
                let document = Arc::new(document);
                held.document = Some(Arc::clone(&document));
                held.fetched = Some(now);
                Ok(document)
            }
            Err(error) => match &held.document {
                Some(old) => {
                    tracing::warn!(%error, "the identity provider's document is old");
                    Ok(Arc::clone(old))
                }
                None => Err(error),
            },
        }
    }
}

/// Asks for the document of the issuer that is configured.
pub(super) async fn fetch(settings: &AuthSettings) -> Result<Document, Error> {
    let issuer = settings.issuer.trim_end_matches('/');
    let address = format!("{issuer}/.well-known/openid-configuration");
    let text = asking::get(&asking::safe(&address)?).await?;
    let told: Value = serde_json::from_str(&text).map_err(|error| failed().caused_by(error))?;
    // A document of another issuer would lend us another's keys.
    if told["issuer"].as_str() != Some(settings.issuer.as_str()) {
        return Err(failed().hint("auth.issuer must be written as the provider writes it"));
    }
    let place = |name: &str| told[name].as_str().unwrap_or_default().to_owned();
    let methods = told["token_endpoint_auth_methods_supported"].as_array();
    let takes = |method: &str| methods.is_some_and(|all| all.iter().any(|one| one == method));
    Ok(Document {
        keys: place("jwks_uri"),
        page: place("authorization_endpoint"),
        tokens: place("token_endpoint"),
        takes_basic: takes("client_secret_basic") || !takes("client_secret_post"),
    })
}
