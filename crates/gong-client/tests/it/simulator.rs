//! The client against a Gong that remembers: real paging, limits, expiry, storms of faults, TLS.
use std::{collections::BTreeSet, sync::Arc, time::Duration};

use futures::{StreamExt as _, TryStreamExt as _};
use gong_auth::{BaseUrl, KeyPair};
use gong_client::{
    CallId, ClientBuilder, ContentSelector, ErrorKind, GetCall, GongClient, ListCalls,
    ListExtensive, ListTranscripts, ListUsers, ListWorkspaces, PAGE_SIZE, RetryRules, Unpaced,
};
use gong_sim::{Endless, Faults, Limits, Sim, SimBuilder, SimHandle, World};
use jiff::Timestamp;

fn sim(calls: usize) -> SimBuilder {
    Sim::builder()
        .world(World::generate(7, calls))
        .limits(Limits::off())
}

fn builder(sim: &SimHandle) -> ClientBuilder {
    let key = KeyPair::new(sim.access_key(), sim.access_secret().to_owned().into()).unwrap();
    let rules = RetryRules {
        base: Duration::from_millis(1),
        ..RetryRules::default()
    };
    GongClient::builder(BaseUrl::parse(sim.base_url()).unwrap(), Arc::new(key))
        .pace(Arc::new(Unpaced))
        .retry_rules(rules)
}

fn client(sim: &SimHandle) -> GongClient {
    builder(sim).build().unwrap()
}

fn ever() -> (Timestamp, Timestamp) {
    (
        "2000-01-01T00:00:00Z".parse().unwrap(),
        "2100-01-01T00:00:00Z".parse().unwrap(),
    )
}

fn all_calls() -> ListCalls {
    let (from, to) = ever();
    ListCalls::between(from, to)
}

fn everything() -> ListExtensive {
    let (from, to) = ever();
    ListExtensive::between(from, to).select(ContentSelector::all_but_media())
}

async fn extensive_ids(client: &GongClient) -> BTreeSet<CallId> {
    let calls = client.list(everything()).collect().await.unwrap();
    calls
        .into_iter()
        .map(|call| call.value.meta_data.unwrap().id.unwrap())
        .collect()
}

#[tokio::test]
async fn every_call_comes_through_every_list() {
    let sim = sim(250).start().await.unwrap();
    let client = client(&sim);
    let (from, to) = ever();

    let listed = client.list(all_calls()).collect().await.unwrap();
    let extensive = extensive_ids(&client).await;
    let transcripts = client
        .list(ListTranscripts::between(from, to))
        .collect()
        .await
        .unwrap();
    let some = listed
        .iter()
        .take(PAGE_SIZE)
        .map(|call| call.value.id.clone().unwrap());
    let some = ListTranscripts::of_calls(some).unwrap();
    let some = client.list(some).collect().await.unwrap();

    assert_eq!((listed.len(), extensive.len(), some.len()), (250, 250, 100));
    assert_eq!(transcripts.len(), 250);
    assert!(
        transcripts
            .iter()
            .all(|t| !t.value.transcript.is_empty() && t.dropped.is_empty())
    );
    assert_eq!(sim.stats().total, 3 + 3 + 3 + 1);
    let id = listed[0].value.id.clone().unwrap();
    let one = client.send(&GetCall::new(id)).await.unwrap();
    assert_eq!(one.element.value, listed[0].value);
    assert!(
        !client
            .list(ListUsers::new())
            .collect()
            .await
            .unwrap()
            .is_empty()
    );
    assert!(
        !client
            .send(&ListWorkspaces::new())
            .await
            .unwrap()
            .elements
            .is_empty()
    );
}

#[tokio::test]
async fn a_storm_of_faults_loses_no_call() {
    for seed in 0..3 {
        let mut faults = Faults::storm(seed);
        faults.retry_after = 0;
        faults.slow_by = Duration::from_millis(1);
        let sim = sim(300).faults(faults).start().await.unwrap();
        let rules = RetryRules {
            attempts: 20,
            base: Duration::ZERO,
            ..RetryRules::default()
        };
        let client = builder(&sim).retry_rules(rules).build().unwrap();

        let ids = extensive_ids(&client).await;

        assert_eq!(ids.len(), 300, "seed {seed}");
    }
}

#[tokio::test]
async fn an_empty_period_is_an_empty_list_and_an_unknown_call_an_error() {
    let sim = sim(3).start().await.unwrap();
    let client = client(&sim);
    let then = "1990-01-01T00:00:00Z".parse().unwrap();
    let nothing = ListCalls::between("1989-01-01T00:00:00Z".parse().unwrap(), then);

    let empty = client.list(nothing).collect().await.unwrap();
    let unknown = client
        .send(&GetCall::new(CallId::new("1").unwrap()))
        .await
        .unwrap_err();

    assert!(empty.is_empty());
    assert_eq!(*unknown.kind(), ErrorKind::NotFound);
}

#[tokio::test]
async fn a_cursor_that_expires_on_the_way_has_its_own_kind() {
    let sim = sim(250).start().await.unwrap();
    let mut pages = client(&sim).list(all_calls()).pages();
    pages.next().await.unwrap().unwrap();

    sim.expire_cursors();

    let error = pages.next().await.unwrap().unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::CursorExpired);
    assert!(pages.next().await.is_none());
}

#[tokio::test]
async fn a_list_that_never_ends_is_ended() {
    for endless in [Endless::SameCursor, Endless::FreshCursors] {
        let mut faults = Faults::none();
        faults.endless = Some(endless);
        let sim = sim(250).faults(faults).start().await.unwrap();
        let mut pages = client(&sim).list(all_calls()).pages();

        let error = loop {
            if let Err(error) = pages.try_next().await {
                break error;
            }
        };

        assert_eq!(*error.kind(), ErrorKind::EndlessList);
        assert!(sim.stats().total < 200, "{}", sim.stats().total);
    }
}

#[tokio::test]
async fn limits_are_kept_by_the_default_pace_and_obeyed_when_others_spend_them() {
    let sim = sim(5).limits(Limits::gong()).start().await.unwrap();
    let key = KeyPair::new(sim.access_key(), sim.access_secret().to_owned().into()).unwrap();
    let paced = GongClient::new(BaseUrl::parse(sim.base_url()).unwrap(), Arc::new(key)).unwrap();
    for _ in 0..3 {
        paced.send(&all_calls()).await.unwrap();
    }
    assert_eq!(sim.stats().rejected_429, 0);

    let greedy = client(&sim);
    let sent = futures::future::join_all((0..4).map(|_| {
        let greedy = greedy.clone();
        async move { greedy.send(&all_calls()).await }
    }))
    .await;

    assert!(sent.iter().all(Result::is_ok));
    assert!(sim.stats().rejected_429 > 0);
}

#[tokio::test]
async fn a_spent_day_is_told_at_once() {
    let sim = sim(5)
        .limits(Limits::off().per_day(1))
        .start()
        .await
        .unwrap();
    let client = client(&sim);
    client.send(&all_calls()).await.unwrap();

    let error = client.send(&all_calls()).await.unwrap_err();

    assert!(
        matches!(
            error.kind(),
            ErrorKind::RateLimited {
                retry_after: Some(_)
            }
        ),
        "{error:?}"
    );
    assert_eq!(sim.stats().total, 2);
}

#[tokio::test]
async fn a_wrong_key_and_a_wrong_host_are_told_apart() {
    let sim = sim(1).start().await.unwrap();
    let key = KeyPair::new("wrong", "key".to_owned().into()).unwrap();
    let base = BaseUrl::parse(sim.base_url()).unwrap();
    let wrong = GongClient::builder(base, Arc::new(key))
        .pace(Arc::new(Unpaced))
        .build()
        .unwrap();

    let unauthorized = wrong.send(&all_calls()).await.unwrap_err();
    let mut faults = Faults::none();
    faults.redirect_to = Some("https://us-1.api.gong.io".into());
    sim.set_faults(faults);
    let redirected = client(&sim).send(&all_calls()).await.unwrap_err();

    assert_eq!(*unauthorized.kind(), ErrorKind::Unauthorized);
    let base_url = "https://us-1.api.gong.io".to_owned();
    assert_eq!(*redirected.kind(), ErrorKind::WrongHost { base_url });
}

#[tokio::test]
async fn tls_is_checked_by_the_certificate_that_was_given() {
    let sim = sim(3).tls().start().await.unwrap();
    let trusting = builder(&sim)
        .root_certificate(sim.ca_pem().unwrap())
        .build()
        .unwrap();
    let strict = client(&sim);

    assert_eq!(trusting.list(all_calls()).collect().await.unwrap().len(), 3);
    let error = strict.send(&all_calls()).await.unwrap_err();

    assert_eq!(*error.kind(), ErrorKind::Untrusted);
    assert_eq!(error.attempts(), 1);
}
