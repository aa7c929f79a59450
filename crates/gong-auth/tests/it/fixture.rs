//! A clock that is set by hand, a store that fails on demand, and what tests ask often.
use std::{
    error::Error as _,
    fmt::Write as _,
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, Ordering},
    },
};

use async_trait::async_trait;
use gong_auth::{
    Authorize as _, Error, LockedTokens, OAuth, OAuthError, TokenEndpoint, TokenStore, Tokens,
    testing::FakeLogin,
};
use jiff::Timestamp;
use secrecy::ExposeSecret as _;

pub(crate) const START: i64 = 1_800_000_000;
pub(crate) const DAY: i64 = 86_400;

#[derive(Clone)]
pub(crate) struct Clock(Arc<AtomicI64>);

impl Clock {
    pub(crate) fn new() -> Self {
        Self(Arc::new(AtomicI64::new(START)))
    }

    /// Sets the clock to so many seconds after the start.
    pub(crate) fn set(&self, second: i64) {
        self.0.store(START + second, Ordering::SeqCst);
    }

    pub(crate) fn now(&self) -> Timestamp {
        Timestamp::from_second(self.0.load(Ordering::SeqCst)).unwrap()
    }
}

pub(crate) fn oauth(gong: &FakeLogin, store: impl TokenStore + 'static, clock: &Clock) -> OAuth {
    let clock = clock.clone();
    let endpoint = TokenEndpoint::new(gong.app()).unwrap();
    OAuth::new(endpoint, Arc::new(store), move || clock.now())
}

pub(crate) async fn header(oauth: &OAuth) -> Result<String, Error> {
    let header = oauth.authorization().await?;
    Ok(header.expose_secret().to_owned())
}

pub(crate) fn bearer(tokens: &Tokens) -> String {
    format!("Bearer {}", tokens.access().expose_secret())
}

/// An error with all that lies under it, in both ways of printing.
pub(crate) fn whole(error: &Error) -> String {
    let mut text = format!("{error} {error:?}");
    let mut source = error.source();
    while let Some(cause) = source {
        write!(text, " | {cause} {cause:?}").unwrap();
        source = cause.source();
    }
    text
}

/// Tells the process that started this one; on a line of its own, whatever the harness writes.
#[expect(
    clippy::print_stdout,
    reason = "standard output is the way to the parent"
)]
pub(crate) fn say(text: &str) {
    println!("\nchild: {text}");
}

/// What happens to the next replacements.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Plan {
    Work,
    FailToLock,
    FailToReplace,
    /// Says so on standard output and never comes back.
    StopBefore,
    StopAfter,
}

#[derive(Clone, Debug)]
pub(crate) struct PlannedStore<S> {
    pub(crate) inner: S,
    plan: Arc<Mutex<Plan>>,
}

impl<S> PlannedStore<S> {
    pub(crate) fn new(inner: S, plan: Plan) -> Self {
        Self {
            inner,
            plan: Arc::new(Mutex::new(plan)),
        }
    }

    pub(crate) fn plan(&self, plan: Plan) {
        *self.plan.lock().unwrap() = plan;
    }
}

#[derive(Debug)]
struct PlannedLock {
    inner: Box<dyn LockedTokens>,
    plan: Arc<Mutex<Plan>>,
}

#[async_trait]
impl<S: TokenStore> TokenStore for PlannedStore<S> {
    async fn load(&self) -> Result<Option<Tokens>, OAuthError> {
        self.inner.load().await
    }

    async fn lock(&self) -> Result<Box<dyn LockedTokens>, OAuthError> {
        if matches!(*self.plan.lock().unwrap(), Plan::FailToLock) {
            return Err(OAuthError::store("is planned to fail"));
        }
        Ok(Box::new(PlannedLock {
            inner: self.inner.lock().await?,
            plan: Arc::clone(&self.plan),
        }))
    }
}

#[async_trait]
impl LockedTokens for PlannedLock {
    fn stored(&self) -> Option<&Tokens> {
        self.inner.stored()
    }

    async fn replace(self: Box<Self>, tokens: &Tokens) -> Result<(), OAuthError> {
        let plan = *self.plan.lock().unwrap();
        match plan {
            Plan::Work | Plan::FailToLock => self.inner.replace(tokens).await,
            Plan::FailToReplace => Err(OAuthError::store("is planned to fail")),
            Plan::StopBefore => {
                say("bought");
                std::future::pending().await
            }
            Plan::StopAfter => {
                self.inner.replace(tokens).await?;
                say("stored");
                std::future::pending().await
            }
        }
    }
}
