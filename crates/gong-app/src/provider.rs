//! The identity provider: its public keys, fetched with a deadline and kept.

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use access::{Algorithm, KeySet, TokenRules};
use jiff::{SignedDuration, Timestamp};
use url::Url;

use crate::config::AuthSettings;
use crate::{Error, ErrorKind};

const DEADLINE: Duration = Duration::from_secs(5);
/// How long keys are taken for those of the provider.
const FRESH: SignedDuration = SignedDuration::from_hours(1);
/// How often a token with an unknown key may make us ask again, whoever sends it.
const ASKED_AGAIN: SignedDuration = SignedDuration::from_secs(60);
/// How long a provider that did not answer is left alone while we have no keys at all.
const PAUSE: SignedDuration = SignedDuration::from_secs(5);
/// A longer answer is no key set.
const LONGEST: usize = 256 * 1024;

/// The keys that were fetched last.
#[derive(Default)]
pub(crate) struct Provider {
    held: RwLock<Held>,
    /// One asks at a time; whoever waited finds the answer.
    turn: tokio::sync::Mutex<()>,
}

#[derive(Clone, Default)]
struct Held {
    keys: Option<Arc<KeySet>>,
    fetched: Option<Timestamp>,
    asked: Option<Timestamp>,
}

impl Provider {
    /// The keys: fetched if there are none or they are old. Old ones are better than none while
    /// the provider does not answer.
    pub(crate) async fn keys(
        &self,
        settings: &AuthSettings,
        now: Timestamp,
    ) -> Result<Arc<KeySet>, Error> {
        let held = self.held();
        let is_fresh = is_within(held.fetched, FRESH, now);
        match held.keys {
            Some(keys) if is_fresh => Ok(keys),
            old => match (self.fetched(settings, old.as_ref(), now).await, old) {
                (Ok(keys), _) => Ok(keys),
                (Err(error), Some(old)) => {
                    tracing::warn!(%error, "the identity provider's keys are old");
                    Ok(old)
                }
                (Err(error), None) => Err(error),
            },
        }
    }

    /// Keys that are newer than these, if it is not too soon to ask again.
    pub(crate) async fn newer_keys(
        &self,
        settings: &AuthSettings,
        than: &Arc<KeySet>,
        now: Timestamp,
    ) -> Result<Arc<KeySet>, Error> {
        match self.fetched(settings, Some(than), now).await {
            Ok(keys) => Ok(keys),
            Err(error) => {
                tracing::warn!(%error, "the identity provider's keys could not be fetched again");
                Ok(Arc::clone(than))
            }
        }
    }

    async fn fetched(
        &self,
        settings: &AuthSettings,
        than: Option<&Arc<KeySet>>,
        now: Timestamp,
    ) -> Result<Arc<KeySet>, Error> {
        let _turn = self.turn.lock().await;
        let held = self.held();
        if let Some(keys) = held.keys {
            let is_another = than.is_some_and(|than| !Arc::ptr_eq(than, &keys));
            if is_another || is_within(held.asked, ASKED_AGAIN, now) {
                return Ok(keys);
            }
        }
        // A provider that does not answer is not asked by everybody who waits.
        if is_within(held.asked, PAUSE, now) {
            return Err(failed());
        }
        self.change(|held| held.asked = Some(now));
        let keys = Arc::new(fetch(settings).await?);
        self.change(|held| {
            held.keys = Some(Arc::clone(&keys));
            held.fetched = Some(now);
        });
        Ok(keys)
    }

    fn held(&self) -> Held {
        self.held
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn change(&self, change: impl FnOnce(&mut Held)) {
        change(&mut self.held.write().unwrap_or_else(PoisonError::into_inner));
    }
}

impl fmt::Debug for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Provider").finish_non_exhaustive()
    }
}

fn is_within(then: Option<Timestamp>, length: SignedDuration, now: Timestamp) -> bool {
    then.is_some_and(|then| now.duration_since(then) < length)
}

/// The rules that the configuration gives; none if no issuer is configured.
pub(crate) fn token_rules(settings: &AuthSettings) -> Result<Option<TokenRules>, Error> {
    let wrong = |what: &str| Error::new(ErrorKind::NotConfigured, what);
    if settings.issuer.is_empty() {
        return Ok(None);
    }
    if settings.audience.is_empty() {
        return Err(wrong("auth.issuer is set without auth.audience")
            .hint("set auth.audience to what your provider writes into tokens for gongkit"));
    }
    let mut rules = TokenRules::new(&settings.issuer, &settings.audience);
    rules.role_claim.clone_from(&settings.role_claim);
    rules.role_prefix.clone_from(&settings.role_prefix);
    rules.user_claim = (!settings.user_claim.is_empty()).then(|| settings.user_claim.clone());
    rules.algorithms = settings
        .algorithms
        .split([',', ' '])
        .filter(|word| !word.is_empty())
        .map(|word| {
            let mut all = Algorithm::ALL.into_iter();
            all.find(|known| known.as_str() == word).ok_or_else(|| {
                let known = Algorithm::ALL.map(Algorithm::as_str).join(", ");
                wrong("auth.algorithms names one that is not supported").hint(format!(
                    "supported are {known}: tokens signed with a private key"
                ))
            })
        })
        .collect::<Result<_, _>>()?;
    Ok(Some(rules))
}

/// Asks the provider: at the address that is configured, else at the one that its own document
/// names.
async fn fetch(settings: &AuthSettings) -> Result<KeySet, Error> {
    let client = reqwest::Client::builder()
        .timeout(DEADLINE)
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .map_err(|error| failed().caused_by(error))?;
    let address = if settings.jwks_url.is_empty() {
        let issuer = settings.issuer.trim_end_matches('/');
        let document = format!("{issuer}/.well-known/openid-configuration");
        let document = get(&client, &safe(&document)?).await?;
        let document: serde_json::Value =
            serde_json::from_str(&document).map_err(|error| failed().caused_by(error))?;
        // A document of another issuer would lend us another's keys.
        if document["issuer"].as_str() != Some(settings.issuer.as_str()) {
            return Err(failed().hint("auth.issuer must be written as the provider writes it"));
        }
        document["jwks_uri"].as_str().unwrap_or_default().to_owned()
    } else {
        settings.jwks_url.clone()
    };
    let text = get(&client, &safe(&address)?).await?;
    let keys = KeySet::read(&text).filter(|keys| !keys.is_empty());
    keys.ok_or_else(|| failed().hint("its key set holds no public key for signatures"))
}

/// Keys come over https, or from this machine.
fn safe(address: &str) -> Result<Url, Error> {
    let url: Option<Url> = address.parse().ok();
    let is_safe = url.as_ref().is_some_and(|url| {
        let is_here = match url.host() {
            Some(url::Host::Ipv4(host)) => host.is_loopback(),
            Some(url::Host::Ipv6(host)) => host.is_loopback(),
            Some(url::Host::Domain(host)) => host == "localhost",
            None => false,
        };
        url.scheme() == "https" || (url.scheme() == "http" && is_here)
    });
    url.filter(|_| is_safe).ok_or_else(|| {
        let what = "the identity provider's keys must come over https";
        Error::new(ErrorKind::NotConfigured, what).hint("check auth.issuer and auth.jwks_url")
    })
}

async fn get(client: &reqwest::Client, url: &Url) -> Result<String, Error> {
    let broken = |error: reqwest::Error| failed().caused_by(error.without_url());
    let mut answer = client.get(url.clone()).send().await.map_err(broken)?;
    if !answer.status().is_success() {
        return Err(failed());
    }
    let mut bytes = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(broken)? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > LONGEST {
            return Err(failed());
        }
    }
    String::from_utf8(bytes).map_err(|error| failed().caused_by(error))
}

fn failed() -> Error {
    Error::new(
        ErrorKind::TryLater,
        "the identity provider's keys could not be fetched",
    )
}
