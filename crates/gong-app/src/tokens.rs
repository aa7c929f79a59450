//! The tokens of a login as a sealed row of the archive, replaced by one process at a time.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use call_archive::{Claimed, ErrorKind, Finished, LONGEST_CLAIM, Secrets};
use gong_auth::{LOCK_DEADLINE, LockedTokens, OAuthError, TokenStore, Tokens};
use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret as _, SecretString};
use tokio::runtime::Handle;
use tokio::time::{Instant, sleep};

const NAME: &str = "gong.oauth";
/// Longer than one renewal may take, shorter than others wait: a process that died with the lock
/// keeps nobody out.
const CLAIM: Duration = Duration::from_secs(25);
const _: () = assert!(CLAIM.as_secs() < LOCK_DEADLINE.as_secs());
const _: () = assert!(CLAIM.as_secs() < LONGEST_CLAIM.as_secs());
/// How often a waiting process tries for the lock.
const PAUSE: Duration = Duration::from_millis(50);

/// A store in the archive, for all processes that open it, on one machine or on several.
#[derive(Clone)]
pub(crate) struct ArchiveTokens {
    secrets: Arc<dyn Secrets>,
    now: fn() -> Timestamp,
}

impl ArchiveTokens {
    pub(crate) fn new(secrets: Arc<dyn Secrets>, now: fn() -> Timestamp) -> Self {
        Self { secrets, now }
    }

    /// Removes the tokens; gives whether there were any.
    pub(crate) async fn remove(&self) -> Result<bool, OAuthError> {
        let locked = self.claim().await?;
        let had_tokens = locked.text.is_some();
        locked.put(None).await?;
        Ok(had_tokens)
    }

    async fn claim(&self) -> Result<Locked, OAuthError> {
        let start = Instant::now();
        loop {
            // Made before the claim is: dropping this future gives up what it may have got.
            let claim = Claim {
                secrets: Arc::clone(&self.secrets),
                holder: format!("{:032x}", rand::random::<u128>()),
                is_over: false,
            };
            let now = (self.now)();
            let until = SignedDuration::try_from(CLAIM).unwrap_or_default();
            let until = now.checked_add(until).unwrap_or(now);
            let claimed = self
                .secrets
                .claim_secret(NAME, &claim.holder, until, now)
                .await
                .map_err(failed("cannot be locked"))?;
            match claimed {
                Claimed::Held(text) => {
                    let text = text.map(|text| SecretString::from(text.as_str()));
                    // What is damaged can only be replaced, by a new login; `load` tells of it.
                    let stored = text
                        .as_ref()
                        .and_then(|text| Tokens::from_record(text).ok());
                    return Ok(Locked {
                        claim,
                        text,
                        stored,
                    });
                }
                Claimed::Busy(_) if start.elapsed() > LOCK_DEADLINE => {
                    return Err(OAuthError::StoreBusy);
                }
                Claimed::Busy(_) => sleep(PAUSE).await,
            }
        }
    }
}

#[async_trait]
impl TokenStore for ArchiveTokens {
    async fn load(&self) -> Result<Option<Tokens>, OAuthError> {
        let text = self.secrets.secret(NAME).await;
        let text = text.map_err(failed("cannot be read"))?;
        text.map(|text| Tokens::from_record(&SecretString::from(text.as_str())))
            .transpose()
    }

    async fn lock(&self) -> Result<Box<dyn LockedTokens>, OAuthError> {
        Ok(Box::new(self.claim().await?))
    }
}

impl fmt::Debug for ArchiveTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ArchiveTokens").finish_non_exhaustive()
    }
}

struct Locked {
    claim: Claim,
    text: Option<SecretString>,
    stored: Option<Tokens>,
}

impl Locked {
    async fn put(mut self, record: Option<SecretString>) -> Result<(), OAuthError> {
        let value = record.map(|record| record.expose_secret().to_owned().into());
        let Claim {
            secrets, holder, ..
        } = &self.claim;
        let replaced = secrets.replace_secret(NAME, holder, value).await;
        match replaced.map_err(failed("cannot be written"))? {
            Finished::Held => {
                self.claim.is_over = true;
                Ok(())
            }
            Finished::Lost => Err(OAuthError::store(
                "was taken over by another process meanwhile",
            )),
        }
    }
}

#[async_trait]
impl LockedTokens for Locked {
    fn stored(&self) -> Option<&Tokens> {
        self.stored.as_ref()
    }

    async fn replace(self: Box<Self>, tokens: &Tokens) -> Result<(), OAuthError> {
        self.put(Some(tokens.to_record())).await
    }
}

impl fmt::Debug for Locked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Locked").finish_non_exhaustive()
    }
}

/// A claim that ends when it is dropped.
struct Claim {
    secrets: Arc<dyn Secrets>,
    holder: String,
    is_over: bool,
}

impl Drop for Claim {
    fn drop(&mut self) {
        if self.is_over {
            return;
        }
        // Without a runtime, or if it stops first, the claim ends with its time.
        if let Ok(runtime) = Handle::try_current() {
            let secrets = Arc::clone(&self.secrets);
            let holder = std::mem::take(&mut self.holder);
            runtime.spawn(async move {
                if let Err(error) = secrets.release_secret(NAME, &holder).await {
                    tracing::debug!(%error, "the lock of the tokens ends with its time");
                }
            });
        }
    }
}

fn failed(problem: &'static str) -> impl FnOnce(call_archive::Error) -> OAuthError {
    move |error| match error.kind() {
        ErrorKind::Busy => OAuthError::StoreBusy,
        _ => OAuthError::store(problem).caused_by(error),
    }
}

#[cfg(test)]
mod tests {
    use call_archive::{MemoryArchive, OpenOptions, SqliteArchive};
    use gong_auth::{OAuth, TokenEndpoint, conformance, testing::FakeLogin};

    use super::*;

    fn tokens_of(secrets: impl Secrets + 'static) -> ArchiveTokens {
        ArchiveTokens::new(Arc::new(secrets), Timestamp::now)
    }

    async fn open(folder: &std::path::Path) -> SqliteArchive {
        let options = OpenOptions::new(folder, Timestamp::UNIX_EPOCH);
        SqliteArchive::open(options).await.expect("opened")
    }

    #[tokio::test]
    async fn the_row_in_memory_keeps_the_laws_of_a_token_store() {
        conformance::check(async || {
            let archive = MemoryArchive::new();
            (tokens_of(archive.clone()), tokens_of(archive))
        })
        .await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn the_sealed_row_keeps_the_laws_of_a_token_store_over_two_openings() {
        let folders = std::cell::RefCell::new(Vec::new());
        conformance::check(async || {
            let folder = tempfile::tempdir().expect("a folder");
            let two = (
                tokens_of(open(folder.path()).await),
                tokens_of(open(folder.path()).await),
            );
            folders.borrow_mut().push(folder);
            two
        })
        .await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn many_processes_that_need_a_token_at_once_spend_one_refresh_token() {
        let gong = FakeLogin::start().await.expect("started");
        let folder = tempfile::tempdir().expect("a folder");
        let store = tokens_of(open(folder.path()).await);
        let day_ago = Timestamp::now() - SignedDuration::from_hours(24);
        let locked = store.lock().await.expect("locked");
        locked.replace(&gong.tokens(day_ago)).await.expect("stored");

        let mut processes = tokio::task::JoinSet::new();
        for _ in 0..6 {
            let store = tokens_of(open(folder.path()).await);
            let endpoint = TokenEndpoint::new(gong.app()).expect("an endpoint");
            let oauth = OAuth::new(endpoint, Arc::new(store), Timestamp::now);
            processes.spawn(async move { oauth.tokens().await.expect("tokens") });
        }
        let held = processes.join_all().await;

        assert_eq!((gong.refreshes(), gong.refusals()), (1, 0));
        assert!(held.iter().all(|tokens| **tokens == *held[0]));
        let stored = store.load().await.expect("readable");
        assert_eq!(stored.as_ref(), Some(&*held[0]));
    }

    #[tokio::test]
    async fn what_is_removed_is_gone_and_removing_nothing_is_no_error() {
        let gong = FakeLogin::start().await.expect("started");
        let store = tokens_of(MemoryArchive::new());
        let locked = store.lock().await.expect("locked");
        let tokens = gong.tokens(Timestamp::now());
        locked.replace(&tokens).await.expect("stored");

        assert!(store.remove().await.expect("removed"));
        assert_eq!(store.load().await.expect("readable"), None);
        assert!(!store.remove().await.expect("nothing"));
    }
}
