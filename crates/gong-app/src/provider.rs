//! The identity provider: its public keys, fetched with a deadline and kept, and where it answers.

mod asking;
mod document;

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use access::{Algorithm, KeySet, TokenRules};
use jiff::{SignedDuration, Timestamp};

use crate::config::AuthSettings;
use crate::{Error, ErrorKind};

use asking::failed;
pub(crate) use asking::{Buyer, bought};
pub(crate) use document::Document;

/// How long keys are taken for those of the provider.
const FRESH: SignedDuration = SignedDuration::from_hours(1);
/// How often a token with an unknown key may make us ask again, whoever sends it.
const ASKED_AGAIN: SignedDuration = SignedDuration::from_secs(60);
/// How long a provider that did not answer is left alone while we have no keys at all.
const PAUSE: SignedDuration = SignedDuration::from_secs(5);

/// What was fetched last.
#[derive(Default)]
pub(crate) struct Provider {
    held: RwLock<Held>,
    /// Where it answers, for people who sign in on its page.
    places: document::Places,
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

    /// Where it answers, by its own document.
    pub(crate) async fn document(
        &self,
        settings: &AuthSettings,
        now: Timestamp,
    ) -> Result<Arc<Document>, Error> {
        self.places.get(settings, now).await
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

/// The rules for tokens that programs show; none if no issuer is configured, or if it is configured for
/// people who sign in on its page only.
pub(crate) fn token_rules(settings: &AuthSettings) -> Result<Option<TokenRules>, Error> {
    if settings.issuer.is_empty() || (settings.audience.is_empty() && settings.signs_in()) {
        return Ok(None);
    }
    if settings.audience.is_empty() {
        return Err(wrong("auth.issuer is set without auth.audience")
            .hint("set auth.audience to what your provider writes into tokens for gongkit"));
    }
    rules_for(settings, &settings.audience).map(Some)
}

/// The rules for what the provider says about who signed in on its page.
pub(crate) fn sign_in_rules(settings: &AuthSettings) -> Result<TokenRules, Error> {
    rules_for(settings, &settings.client_id)
}

fn rules_for(settings: &AuthSettings, audience: &str) -> Result<TokenRules, Error> {
    let mut rules = TokenRules::new(&settings.issuer, audience);
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
    Ok(rules)
}

fn wrong(what: &str) -> Error {
    Error::new(ErrorKind::NotConfigured, what)
}

/// Asks the provider: at the address that is configured, else at the one that its own document
/// names.
async fn fetch(settings: &AuthSettings) -> Result<KeySet, Error> {
    let address = if settings.jwks_url.is_empty() {
        document::fetch(settings).await?.keys
    } else {
        settings.jwks_url.clone()
    };
    let text = asking::get(&asking::safe(&address)?).await?;
    let keys = KeySet::read(&text).filter(|keys| !keys.is_empty());
    keys.ok_or_else(|| failed().hint("its key set holds no public key for signatures"))
}
