//! A refresh token is used once, whoever asks, gives up, fails or comes late.
use std::time::Duration;

use gong_auth::{
    EXPIRY_SKEW, Error, FileTokenStore, MemoryTokenStore, OAuth, OAuthError, TokenEndpoint,
    TokenStore as _,
    testing::{FakeLogin, Fault},
};
use tokio::task::JoinSet;

use crate::fixture::{Clock, DAY, Plan, PlannedStore, bearer, header, oauth};

/// When a token of a day is not fresh any more, but alive.
const STALE: i64 = DAY - 200;
const DEAD: i64 = DAY + 1;

struct World {
    gong: FakeLogin,
    clock: Clock,
    store: MemoryTokenStore,
    oauth: OAuth,
    /// The header of the first access token.
    first: String,
}

impl World {
    async fn new() -> Self {
        let gong = FakeLogin::start().await.unwrap();
        let clock = Clock::new();
        let tokens = gong.tokens(clock.now());
        let first = bearer(&tokens);
        let store = MemoryTokenStore::with(tokens);
        let oauth = oauth(&gong, store.clone(), &clock);
        Self {
            gong,
            clock,
            store,
            oauth,
            first,
        }
    }

    async fn stored(&self) -> String {
        bearer(&self.store.load().await.unwrap().unwrap())
    }
}

fn is_not_logged_in(error: &Error) -> bool {
    matches!(error, Error::OAuth(OAuthError::NotLoggedIn { .. })) && error.needs_login()
}

#[tokio::test]
async fn a_token_is_used_until_shortly_before_its_end_and_then_renewed() {
    let world = World::new().await;
    let skew = i64::try_from(EXPIRY_SKEW.as_secs()).unwrap();

    world.clock.set(DAY - skew - 1);
    let last = header(&world.oauth).await.unwrap();
    world.clock.set(DAY - skew);
    let renewed = header(&world.oauth).await.unwrap();
    world.clock.set(DAY);
    let still = header(&world.oauth).await.unwrap();

    assert_eq!(last, world.first);
    assert_ne!(renewed, world.first);
    assert_eq!(still, renewed);
    assert_eq!(world.stored().await, renewed);
    assert_eq!(world.gong.requests(), 1);
}

#[tokio::test]
async fn fifty_callers_at_once_cause_one_renewal() {
    let world = World::new().await;
    world.clock.set(DEAD);
    world.gong.plan(Fault::HoldRequest);
    let mut callers = JoinSet::new();
    for _ in 0..50 {
        let oauth = world.oauth.clone();
        callers.spawn(async move { header(&oauth).await.unwrap() });
    }

    world.gong.wait_for_requests(1).await;
    world.gong.release();
    let mut headers = callers.join_all().await;

    headers.dedup();
    assert_eq!(headers, [world.stored().await]);
    assert_ne!(headers, [world.first]);
    assert_eq!((world.gong.requests(), world.gong.refreshes()), (1, 1));
}

#[tokio::test]
async fn fifty_callers_at_once_share_one_failure() {
    let world = World::new().await;
    world.clock.set(DEAD);
    world.gong.revoke();
    world.gong.plan(Fault::HoldRequest);
    let mut callers = JoinSet::new();
    for _ in 0..50 {
        let oauth = world.oauth.clone();
        callers.spawn(async move { header(&oauth).await.unwrap_err() });
    }

    world.gong.wait_for_requests(1).await;
    world.gong.release();
    let errors = callers.join_all().await;

    assert!(errors.iter().all(is_not_logged_in));
    assert_eq!(world.gong.requests(), 1);
}

#[tokio::test]
async fn whoever_loses_the_race_for_the_store_takes_the_winners_token() {
    let world = World::new().await;
    world.clock.set(DEAD);
    world.gong.plan(Fault::HoldRequest);
    let mut callers = JoinSet::new();
    for _ in 0..8 {
        // Nothing but the store is shared, as between processes.
        let oauth = oauth(&world.gong, world.store.clone(), &world.clock);
        callers.spawn(async move { header(&oauth).await.unwrap() });
    }

    world.gong.wait_for_requests(1).await;
    world.gong.release();
    let mut headers = callers.join_all().await;

    headers.dedup();
    assert_eq!(headers, [world.stored().await]);
    assert_eq!((world.gong.requests(), world.gong.refreshes()), (1, 1));
}

#[tokio::test]
async fn a_caller_that_gives_up_does_not_stop_the_renewal_half_way() {
    let world = World::new().await;
    world.clock.set(DEAD);
    world.gong.plan(Fault::HoldAnswer);
    let oauth = world.oauth.clone();
    let caller = tokio::spawn(async move { header(&oauth).await });
    world.gong.wait_for_requests(1).await;
    caller.abort();
    assert!(caller.await.unwrap_err().is_cancelled());

    world.gong.release();
    world.oauth.settle().await.unwrap();

    assert_ne!(world.stored().await, world.first);
    assert_eq!(header(&world.oauth).await.unwrap(), world.stored().await);
    assert_eq!(world.gong.requests(), 1);
}

#[test]
fn a_renewal_that_went_down_with_its_runtime_is_begun_anew() {
    let runtime = || tokio::runtime::Runtime::new().unwrap();
    let (fakes, first, second) = (runtime(), runtime(), runtime());
    let world = fakes.block_on(World::new());
    world.clock.set(DEAD);
    world.gong.plan(Fault::HoldRequest);
    let oauth = world.oauth.clone();
    first.spawn(async move { header(&oauth).await });
    fakes.block_on(world.gong.wait_for_requests(1));
    drop(first);

    let renewed = second.block_on(header(&world.oauth)).unwrap();

    assert_eq!(renewed, second.block_on(world.stored()));
    assert_eq!(world.gong.refreshes(), 1);
}

#[tokio::test]
async fn a_request_that_gong_never_saw_is_made_again_with_the_same_token() {
    let world = World::new().await;
    world.clock.set(DEAD);
    world.gong.plan(Fault::LoseRequest);

    let lost = header(&world.oauth).await.unwrap_err();
    let renewed = header(&world.oauth).await.unwrap();

    assert!(lost.is_transient() && !lost.needs_login(), "{lost}");
    assert_eq!(lost.to_string(), "gong's token endpoint broke off");
    assert_eq!(renewed, world.stored().await);
    assert_eq!((world.gong.requests(), world.gong.refreshes()), (2, 1));
}

#[tokio::test]
async fn after_a_lost_answer_the_old_access_token_serves_to_its_end_and_then_a_login_is_asked_for()
{
    let world = World::new().await;
    world.clock.set(STALE);
    world.gong.plan(Fault::LoseAnswer);

    let (one, two) = (header(&world.oauth).await, header(&world.oauth).await);

    assert_eq!(
        (one.unwrap(), two.unwrap()),
        (world.first.clone(), world.first.clone())
    );
    assert_eq!(world.gong.requests(), 1, "a failure is followed by a pause");
    assert!(world.oauth.trouble().unwrap().is_transient());

    world.clock.set(STALE + 31);
    let refused = header(&world.oauth).await.unwrap();

    assert_eq!(refused, world.first);
    assert_eq!((world.gong.requests(), world.gong.refusals()), (2, 1));
    assert!(world.oauth.trouble().unwrap().needs_login());

    world.clock.set(DEAD);
    for _ in 0..3 {
        let error = header(&world.oauth).await.unwrap_err();

        assert!(is_not_logged_in(&error));
        assert!(error.to_string().ends_with("log in with `gongkit login`"));
    }
    assert_eq!(world.gong.requests(), 2, "a dead token is not sent again");
}

#[tokio::test]
async fn a_login_by_somebody_else_ends_a_refusal() {
    let world = World::new().await;
    world.clock.set(DEAD);
    world.gong.revoke();
    assert!(is_not_logged_in(&header(&world.oauth).await.unwrap_err()));

    let anew = world.gong.tokens(world.clock.now());
    let locked = world.store.lock().await.unwrap();
    locked.replace(&anew).await.unwrap();

    assert_eq!(header(&world.oauth).await.unwrap(), bearer(&anew));
    assert!(world.oauth.trouble().is_none());
}

#[tokio::test]
async fn without_a_login_gong_is_not_asked() {
    let gong = FakeLogin::start().await.unwrap();
    let oauth = oauth(&gong, MemoryTokenStore::new(), &Clock::new());

    let error = header(&oauth).await.unwrap_err();

    assert!(is_not_logged_in(&error));
    assert_eq!(oauth.stored().await.unwrap(), None);
    assert_eq!(gong.requests(), 0);
}

#[tokio::test]
async fn what_could_not_be_stored_is_not_used_and_not_bought_again() {
    let world = World::new().await;
    let store = PlannedStore::new(world.store.clone(), Plan::FailToReplace);
    let oauth = oauth(&world.gong, store.clone(), &world.clock);

    world.clock.set(STALE);
    let alive = header(&oauth).await.unwrap();
    world.clock.set(DEAD);
    let dead = header(&oauth).await.unwrap_err();

    assert_eq!(
        alive, world.first,
        "the new token is not used before it is durable"
    );
    assert!(matches!(dead, Error::OAuth(OAuthError::Store { .. })));
    assert_eq!(
        world.stored().await,
        world.first,
        "the old token is not given up"
    );

    store.plan(Plan::Work);
    let renewed = header(&oauth).await.unwrap();

    assert_ne!(renewed, world.first);
    assert_eq!(world.stored().await, renewed);
    assert_eq!((world.gong.requests(), world.gong.refreshes()), (1, 1));
}

#[tokio::test]
async fn what_could_not_be_stored_is_stored_before_the_program_ends() {
    let world = World::new().await;
    let store = PlannedStore::new(world.store.clone(), Plan::FailToReplace);
    let oauth = oauth(&world.gong, store.clone(), &world.clock);
    world.clock.set(DEAD);
    header(&oauth).await.unwrap_err();

    let early = oauth.settle().await;
    store.plan(Plan::Work);
    let late = oauth.settle().await;

    assert!(early.is_err(), "what is lost is said");
    late.unwrap();
    assert_ne!(world.stored().await, world.first);
    assert_eq!(header(&oauth).await.unwrap(), world.stored().await);
    assert_eq!(world.gong.requests(), 1);
}

#[tokio::test]
async fn a_login_counts_more_than_what_could_not_be_stored() {
    let world = World::new().await;
    let store = PlannedStore::new(world.store.clone(), Plan::FailToReplace);
    let oauth = oauth(&world.gong, store.clone(), &world.clock);
    world.clock.set(DEAD);
    header(&oauth).await.unwrap_err();

    store.plan(Plan::Work);
    let anew = world.gong.tokens(world.clock.now());
    let locked = world.store.lock().await.unwrap();
    locked.replace(&anew).await.unwrap();
    let used = header(&oauth).await.unwrap();

    assert_eq!(used, bearer(&anew));
    assert_eq!(world.stored().await, bearer(&anew));
}

#[tokio::test]
async fn a_store_that_cannot_be_written_costs_no_refresh_token() {
    let world = World::new().await;
    let store = PlannedStore::new(world.store.clone(), Plan::FailToLock);
    let oauth = oauth(&world.gong, store.clone(), &world.clock);
    world.clock.set(DEAD);

    let refused = header(&oauth).await.unwrap_err();
    let asked = world.gong.requests();
    store.plan(Plan::Work);
    let renewed = header(&oauth).await.unwrap();

    assert!(matches!(refused, Error::OAuth(OAuthError::Store { .. })));
    assert_eq!(asked, 0, "gong is not asked while nothing could be stored");
    assert_eq!(renewed, world.stored().await);
}

#[tokio::test]
async fn refusals_and_redirects_are_told_apart_and_spend_nothing() {
    let world = World::new().await;
    world.clock.set(DEAD);
    for (status, message, is_transient) in [
        (
            302,
            "gong's token endpoint answered 302: a redirect, which is not followed",
            false,
        ),
        (
            401,
            "gong refused the OAuth app's own id and secret with status 401",
            false,
        ),
        (
            429,
            "gong's token endpoint answered 429: too many requests",
            true,
        ),
        (
            503,
            "gong's token endpoint answered 503: gong has a problem",
            true,
        ),
    ] {
        world.gong.plan(Fault::Status(status));

        let error = header(&world.oauth).await.unwrap_err();

        assert_eq!(error.to_string(), message);
        assert_eq!(error.is_transient(), is_transient);
        assert!(!error.needs_login());
    }
    assert_eq!(header(&world.oauth).await.unwrap(), world.stored().await);
    assert_eq!(world.gong.refreshes(), 1);
}

#[tokio::test]
async fn a_token_of_a_very_short_life_is_renewed_and_used() {
    let world = World::new().await;
    world.gong.set_lifetime(Duration::ZERO);
    world.clock.set(DEAD);

    let (one, two) = (header(&world.oauth).await, header(&world.oauth).await);

    assert_ne!(one.unwrap(), two.unwrap());
    assert_eq!(world.gong.refreshes(), 2);
}

#[tokio::test]
async fn an_app_with_a_wrong_secret_is_told_from_a_spent_token() {
    let world = World::new().await;
    world.clock.set(DEAD);
    let app = gong_auth::OAuthApp::new("fake-app", "wrong".to_owned().into()).unwrap();
    let endpoint = TokenEndpoint::new(app.at(world.gong.base_url())).unwrap();
    let clock = world.clock.clone();
    let store = std::sync::Arc::new(world.store.clone());
    let oauth = OAuth::new(endpoint, store, move || clock.now());

    let error = header(&oauth).await.unwrap_err();

    assert!(matches!(
        error,
        Error::OAuth(OAuthError::AppRefused { status: 401 })
    ));
    assert_eq!(world.gong.refreshes(), 0);
}

#[tokio::test]
async fn a_file_serves_as_well_as_memory() {
    let world = World::new().await;
    let folder = tempfile::tempdir().unwrap();
    let store = FileTokenStore::new(folder.path().join("oauth.json"));
    let tokens = world.gong.tokens(world.clock.now());
    store.lock().await.unwrap().replace(&tokens).await.unwrap();
    let oauth = oauth(&world.gong, store.clone(), &world.clock);
    world.clock.set(DEAD);

    let renewed = header(&oauth).await.unwrap();

    assert_eq!(bearer(&store.load().await.unwrap().unwrap()), renewed);
    assert_ne!(renewed, bearer(&tokens));
}
