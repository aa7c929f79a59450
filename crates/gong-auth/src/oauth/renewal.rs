//! Tokens that are renewed in time: once, whoever asks and however many processes they are in.
use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret as _, SecretString};
use tokio::sync::watch;

use super::{AuthorizationCode, Login, OAuthError, TokenEndpoint, TokenStore, Tokens};
use crate::{Authorize, Error};

/// How long before its end an access token is renewed.
pub const EXPIRY_SKEW: Duration = Duration::from_mins(5);
/// How long a renewal that failed is not tried again while the old access token still works.
const RETRY_PAUSE: SignedDuration = SignedDuration::from_secs(30);

/// Authorises requests with the access token of a [`TokenStore`], and renews it in time.
///
/// Cheap to clone; clones share everything. Gong takes a refresh token once, so a renewal runs
/// once for all callers of a process, under the store's lock for all processes, and as a task of
/// its own, which a caller that gives up does not stop half-way. The new tokens are durable before
/// the new access token is used. Whoever loses the race for the lock finds the winner's tokens.
///
/// What a crash can cost:
/// - Before Gong has the request, or after the new tokens are stored: nothing.
/// - Between the two (one round trip and one small write) Gong may have taken the old refresh
///   token while the new one is nowhere. No order of steps can save that one, because only Gong
///   knew it. The old access token is used until it ends, then [`OAuthError::NotLoggedIn`] asks
///   for a new login.
/// - A store that fails to take new tokens: they stay in memory, unused, and are stored by the
///   next call, or by [`OAuth::settle`], which a program calls before it ends.
///
/// While a renewal fails and the old access token still works, callers get the old one;
/// [`OAuth::trouble`] tells.
#[derive(Clone)]
pub struct OAuth {
    shared: Arc<Shared>,
}

struct Shared {
    endpoint: TokenEndpoint,
    store: Arc<dyn TokenStore>,
    now: Box<dyn Fn() -> Timestamp + Send + Sync>,
    state: Mutex<State>,
}

type Outcome = Option<Result<Arc<Tokens>, OAuthError>>;

#[derive(Default)]
struct State {
    /// What the store held when it was last read.
    held: Option<Arc<Tokens>>,
    /// Bought but not stored.
    unsaved: Option<Unsaved>,
    /// Gong does not take the refresh token of these; asking again would not help.
    refused: Option<Tokens>,
    /// Why the last renewal failed.
    trouble: Option<OAuthError>,
    /// No renewal before this while the old access token works.
    not_before: Option<Timestamp>,
    /// The renewal under way.
    flight: Option<watch::Receiver<Outcome>>,
}

#[derive(Clone)]
struct Unsaved {
    spent: Tokens,
    bought: Tokens,
}

impl OAuth {
    /// Renews at this endpoint what this store holds, by this clock.
    pub fn new(
        endpoint: TokenEndpoint,
        store: Arc<dyn TokenStore>,
        now: impl Fn() -> Timestamp + Send + Sync + 'static,
    ) -> Self {
        let shared = Shared {
            endpoint,
            store,
            now: Box::new(now),
            state: Mutex::default(),
        };
        Self {
            shared: Arc::new(shared),
        }
    }

    /// Ends a login: buys tokens for its code and stores them, in place of any others.
    ///
    /// The store is locked first, so one that cannot be written costs no code.
    ///
    /// # Errors
    /// [`OAuthError::LoginFailed`] when Gong does not accept the code; the store's own errors.
    pub async fn log_in(
        &self,
        login: &Login,
        code: AuthorizationCode,
    ) -> Result<Arc<Tokens>, Error> {
        let shared = &self.shared;
        let locked = shared.store.lock().await?;
        let now = (shared.now)();
        let tokens = shared.endpoint.exchange(login, code, now).await?;
        locked.replace(&tokens).await?;
        let tokens = Arc::new(tokens);
        let mut state = shared.state();
        *state = State {
            held: Some(Arc::clone(&tokens)),
            flight: state.flight.take(),
            ..State::default()
        };
        Ok(tokens)
    }

    /// Tokens whose access token can be used now, renewed if need be.
    ///
    /// # Errors
    /// [`OAuthError::NotLoggedIn`] when only a person can help.
    pub async fn tokens(&self) -> Result<Arc<Tokens>, Error> {
        let mut outcome = match self.shared.ready_or_renewing() {
            Ready::Tokens(tokens) => return Ok(tokens),
            Ready::Renewing(outcome) => outcome,
        };
        let outcome = match outcome.wait_for(Option::is_some).await {
            Ok(outcome) => (*outcome).clone(),
            Err(_gone) => None,
        };
        Ok(outcome.unwrap_or(Err(OAuthError::Interrupted))?)
    }

    /// What the store holds, without renewing it; `None` before the first login. For
    /// the company's base URL and the scopes held, which outlive an access token.
    ///
    /// # Errors
    /// The store's own.
    pub async fn stored(&self) -> Result<Option<Tokens>, Error> {
        Ok(self.shared.store.load().await?)
    }

    /// Why the last renewal failed, if it did and the old access token is used meanwhile.
    pub fn trouble(&self) -> Option<OAuthError> {
        self.shared.state().trouble.clone()
    }

    /// Waits for a renewal under way and stores what could not be stored before.
    ///
    /// To be called before a program ends, so that it does not end between Gong and the store.
    ///
    /// # Errors
    /// When tokens were bought that still cannot be stored: the next run will need a login.
    pub async fn settle(&self) -> Result<(), Error> {
        let under_way = self.shared.state().flight.clone();
        if let Some(mut outcome) = under_way {
            // Whichever way it ended, what counts is whether something is left to store.
            drop(outcome.wait_for(Option::is_some).await);
        }
        let is_all_stored = self.shared.state().unsaved.is_none();
        if !is_all_stored {
            let locked = self.shared.store.lock().await?;
            self.shared.save(locked).await?;
        }
        Ok(())
    }
}

#[async_trait]
impl Authorize for OAuth {
    async fn authorization(&self) -> Result<SecretString, Error> {
        let tokens = self.tokens().await?;
        Ok(format!("Bearer {}", tokens.access().expose_secret()).into())
    }
}

impl fmt::Debug for OAuth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OAuth")
            .field("endpoint", &self.shared.endpoint)
            .field("store", &self.shared.store)
            .finish_non_exhaustive()
    }
}

enum Ready {
    Tokens(Arc<Tokens>),
    Renewing(watch::Receiver<Outcome>),
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        // Every change of the state is one assignment: a panic leaves nothing half done.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tokens that need nothing, or the one renewal under way, begun if there is none.
    fn ready_or_renewing(self: &Arc<Self>) -> Ready {
        let now = (self.now)();
        let mut state = self.state();
        if let Some(held) = &state.held {
            let is_pausing = state.not_before.is_some_and(|end| now < end);
            if held.is_fresh(now) || (is_pausing && held.is_alive(now)) {
                return Ready::Tokens(Arc::clone(held));
            }
        }
        // A renewal whose task was dropped with its runtime never ends; its sender is gone.
        let is_running = |flight: &&watch::Receiver<Outcome>| flight.has_changed().is_ok();
        if let Some(outcome) = state.flight.as_ref().filter(is_running) {
            return Ready::Renewing(outcome.clone());
        }
        let (done, outcome) = watch::channel(None);
        state.flight = Some(outcome.clone());
        let shared = Arc::clone(self);
        // Not detached: `flight` stands for it, `settle` waits for it, and its waits have ends.
        tokio::spawn(async move {
            let ended = shared.renewed_or_alive().await;
            let mut state = shared.state();
            state.flight = None;
            drop(state);
            done.send_replace(Some(ended));
        });
        Ready::Renewing(outcome)
    }

    async fn renewed_or_alive(&self) -> Result<Arc<Tokens>, OAuthError> {
        let outcome = self.renew().await;
        let now = (self.now)();
        let mut state = self.state();
        match outcome {
            Ok(tokens) => {
                let tokens = Arc::new(tokens);
                state.held = Some(Arc::clone(&tokens));
                (state.refused, state.trouble, state.not_before) = (None, None, None);
                Ok(tokens)
            }
            Err(trouble) => {
                state.trouble = Some(trouble.clone());
                state.not_before = now.checked_add(RETRY_PAUSE).ok();
                let alive = state.held.as_ref().filter(|held| held.is_alive(now));
                alive.map(Arc::clone).ok_or(trouble)
            }
        }
    }

    async fn renew(&self) -> Result<Tokens, OAuthError> {
        let has_unsaved = self.state().unsaved.is_some();
        if has_unsaved {
            let locked = self.store.lock().await?;
            self.save(locked).await?;
        }
        let not_logged_in = || OAuthError::NotLoggedIn {
            reason: "no tokens are stored",
        };
        let stored = self
            .remember(self.store.load().await?)
            .ok_or_else(not_logged_in)?;
        if stored.is_fresh((self.now)()) {
            return Ok(stored);
        }
        let locked = self.store.lock().await?;
        let stored = self
            .remember(locked.stored().cloned())
            .ok_or_else(not_logged_in)?;
        if stored.is_fresh((self.now)()) {
            return Ok(stored);
        }
        let was_refused = self.state().refused.as_ref() == Some(&stored);
        if was_refused {
            return Err(OAuthError::NotLoggedIn {
                reason: "gong no longer accepts the refresh token",
            });
        }
        let bought = match self.endpoint.refresh(&stored, (self.now)()).await {
            Ok(bought) => bought,
            Err(error) => {
                if matches!(error, OAuthError::NotLoggedIn { .. }) {
                    self.state().refused = Some(stored);
                }
                return Err(error);
            }
        };
        // From here on only this process knows the refresh token that Gong will take.
        self.state().unsaved = Some(Unsaved {
            spent: stored,
            bought: bought.clone(),
        });
        locked.replace(&bought).await?;
        self.no_longer_unsaved(&bought);
        Ok(bought)
    }

    /// Stores what was bought, unless the store holds something else by now: then somebody has
    /// logged in anew, and that counts.
    async fn save(&self, locked: Box<dyn super::LockedTokens>) -> Result<(), OAuthError> {
        let Some(unsaved) = self.state().unsaved.clone() else {
            return Ok(());
        };
        if locked.stored() == Some(&unsaved.spent) {
            locked.replace(&unsaved.bought).await?;
        }
        self.no_longer_unsaved(&unsaved.bought);
        Ok(())
    }

    /// The lock is given up by now: something newer may wait to be stored, and must go on waiting.
    fn no_longer_unsaved(&self, bought: &Tokens) {
        let mut state = self.state();
        state.unsaved.take_if(|unsaved| unsaved.bought == *bought);
    }

    fn remember(&self, stored: Option<Tokens>) -> Option<Tokens> {
        self.state().held = stored.clone().map(Arc::new);
        stored
    }
}
