//! The laws of a token store as a suite that every store passes unchanged.
//!
//! A store of your own proves itself with one test:
//!
//! ```
//! use gong_auth::{MemoryTokenStore, conformance};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! conformance::check(async || {
//!     let store = MemoryTokenStore::new();
//!     (store.clone(), store)
//! })
//! .await;
//! # }
//! ```
//!
//! A law that is broken panics with the law's name. What only the store knows how to bring about
//! (a process that dies with the lock, a disk that is full) is for its own tests.

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;
use secrecy::ExposeSecret as _;
use tokio::task::JoinSet;

use crate::{BaseUrl, Scopes, TokenStore, Tokens};

/// Tasks that race for the lock.
const RACERS: usize = 16;

/// Checks every law, each on an empty store. `make` gives two handles to one store, as two
/// processes would have them.
///
/// # Panics
/// When a law is broken, with the law as the message: this is for tests.
pub async fn check<S: TokenStore + 'static>(make: impl AsyncFn() -> (S, S)) {
    what_was_replaced_last_is_loaded(make().await).await;
    the_lock_shows_what_is_stored(make().await).await;
    a_lock_that_is_dropped_changes_nothing(make().await).await;
    loading_waits_for_no_lock(make().await).await;
    one_lock_at_a_time(make().await).await;
    a_lock_given_up_in_waiting_is_not_held(make().await).await;
}

async fn what_was_replaced_last_is_loaded((one, other): (impl TokenStore, impl TokenStore)) {
    assert_eq!(load(&one).await, None, "an empty store holds no tokens");
    let long = "x".repeat(16_000);
    for name in ["first", &long, "last"] {
        let tokens = tokens(name);
        replace(&one, &tokens).await;
        for store in [&one as &dyn TokenStore, &other] {
            let loaded = load(store).await.expect("what was replaced is stored");
            let law = "what was replaced last is loaded, whole, through every handle";
            assert_eq!(loaded, tokens, "{law}");
            assert_eq!(loaded.expires_at(), tokens.expires_at(), "{law}");
            assert_eq!(loaded.issued_at(), tokens.issued_at(), "{law}");
            assert_eq!(loaded.scopes(), tokens.scopes(), "{law}");
            assert_eq!(loaded.base_url(), tokens.base_url(), "{law}");
        }
    }
}

async fn the_lock_shows_what_is_stored((one, other): (impl TokenStore, impl TokenStore)) {
    let locked = one.lock().await.expect("an empty store can be locked");
    assert_eq!(
        locked.stored(),
        None,
        "the lock of an empty store shows nothing"
    );
    drop(locked);
    let tokens = tokens("stored");
    replace(&one, &tokens).await;
    let locked = other.lock().await.expect("a store can be locked again");
    let law = "the lock shows what is stored";
    assert_eq!(locked.stored(), Some(&tokens), "{law}");
}

async fn a_lock_that_is_dropped_changes_nothing((one, other): (impl TokenStore, impl TokenStore)) {
    let tokens = tokens("kept");
    replace(&one, &tokens).await;
    drop(one.lock().await.expect("a store can be locked"));
    let law = "a lock that is dropped changes nothing";
    assert_eq!(load(&other).await, Some(tokens), "{law}");
}

async fn loading_waits_for_no_lock((one, other): (impl TokenStore, impl TokenStore)) {
    let before = tokens("before");
    replace(&one, &before).await;
    let locked = one.lock().await.expect("a store can be locked");
    let law = "loading waits for no lock and shows the old tokens until they are replaced";
    assert_eq!(load(&other).await, Some(before), "{law}");
    let after = tokens("after");
    locked
        .replace(&after)
        .await
        .expect("a locked store takes tokens");
    assert_eq!(load(&other).await, Some(after), "{law}");
}

async fn one_lock_at_a_time((one, other): (impl TokenStore + 'static, impl TokenStore + 'static)) {
    replace(&one, &tokens("0")).await;
    let stores: [Arc<dyn TokenStore>; 2] = [Arc::new(one), Arc::new(other)];
    let mut racers = JoinSet::new();
    for store in stores.iter().cycle().take(RACERS) {
        racers.spawn(add_one(Arc::clone(store)));
    }
    racers.join_all().await;
    let [one, _] = stores;
    let last = load(&*one).await.expect("the store holds tokens");
    let law = "one lock at a time: no replacement is lost";
    assert_eq!(count(&last), RACERS, "{law}");
}

async fn a_lock_given_up_in_waiting_is_not_held((one, other): (impl TokenStore, impl TokenStore)) {
    let locked = one.lock().await.expect("a store can be locked");
    let waiting = tokio::time::timeout(Duration::from_millis(50), other.lock()).await;
    assert!(waiting.is_err(), "a lock that is held is not given");
    drop(locked);
    let again = one.lock().await;
    assert!(again.is_ok(), "a lock given up in waiting is not held");
}

async fn add_one(store: Arc<dyn TokenStore>) {
    let locked = store.lock().await.expect("a store can be locked");
    let found = count(locked.stored().expect("the store holds tokens"));
    // Whoever else believed to hold the lock would read the same now.
    tokio::task::yield_now().await;
    let more = tokens(&(found + 1).to_string());
    locked
        .replace(&more)
        .await
        .expect("a locked store takes tokens");
}

fn count(tokens: &Tokens) -> usize {
    let name = tokens.access().expose_secret();
    let digits = name.trim_start_matches("access-");
    digits.parse().expect("the racers store numbers")
}

async fn load(store: &(impl TokenStore + ?Sized)) -> Option<Tokens> {
    store.load().await.expect("a store can be loaded")
}

async fn replace(store: &impl TokenStore, tokens: &Tokens) {
    let locked = store.lock().await.expect("a store can be locked");
    let replaced = locked.replace(tokens).await;
    replaced.expect("a locked store takes tokens");
}

fn tokens(name: &str) -> Tokens {
    Tokens::new(
        format!("access-{name}").into(),
        format!("refresh-{name}").into(),
        Timestamp::from_second(1_800_000_000).expect("an instant"),
        Duration::from_hours(24),
        Scopes::parse("api:calls:read:basic api:users:read"),
        BaseUrl::parse("https://us-55616.api.gong.io").expect("Gong's own address"),
    )
    .expect("tokens without white space are tokens")
}
