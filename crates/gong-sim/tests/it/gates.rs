//! Keys, limits, redirects, TLS: what stands before the answer.

use gong_sim::{Faults, Limits, Operation, Sim, SimClock, World};
use reqwest::{Certificate, Client};
use serde_json::Value;

use crate::asking::{Asker, answer, error_text, plain, world};

fn builder() -> gong_sim::SimBuilder {
    Sim::builder().world(world([plain("1", "2026-03-02T09:00:00Z")]))
}

#[tokio::test]
async fn a_wrong_key_is_refused_in_gongs_shape() {
    let asker = Asker::start(builder().keys(&[("key", "secret"), ("other", "word")])).await;
    let url = format!("{}/v2/workspaces", asker.sim.base_url());
    let ask = async |key, secret| {
        let (status, body) = answer(asker.http.get(&url).basic_auth(key, Some(secret))).await;
        if status != 200 {
            assert_eq!(error_text(&body), "Access denied");
        }
        status
    };

    assert_eq!(ask("key", "secret").await, 200);
    assert_eq!(ask("other", "word").await, 200);
    assert_eq!(ask("key", "word").await, 401);
    assert_eq!(ask("", "").await, 401);
    assert_eq!(answer(asker.http.get(&url)).await.0, 401);
    assert_eq!(
        answer(asker.http.get(&url).bearer_auth("key:secret"))
            .await
            .0,
        401
    );
    asker.sim.set_keys(&[("new", "secret")]);
    assert_eq!(ask("key", "secret").await, 401);
    assert_eq!(asker.sim.stats().unauthorized, 5);
}

#[tokio::test]
async fn a_burst_is_held_to_three_a_second_and_told_to_wait() {
    let asker = Asker::start(builder().limits(Limits::gong())).await;
    let start = std::time::Instant::now();

    let mut accepted = 0;
    for _ in 0..30 {
        let response = asker.get_request("/v2/workspaces").send().await.unwrap();
        if response.status() == 200 {
            accepted += 1;
        } else {
            assert_eq!(response.status(), 429);
            assert_eq!(response.headers()["retry-after"], "1");
            let body: Value = response.json().await.unwrap();
            assert_eq!(error_text(&body), "API request limit exceeded");
        }
    }

    assert!(accepted >= 3);
    assert!(
        accepted <= 3 * (start.elapsed().as_secs() + 1),
        "{accepted}"
    );
    let stats = asker.sim.stats();
    assert_eq!(stats.total, 30);
    assert_eq!(stats.rejected_429, 30 - accepted);
    assert_eq!(stats.answers.get(&200), Some(&accepted));
    assert!(stats.max_in_any_second >= 3);
}

#[tokio::test]
async fn a_spent_day_ends_at_midnight_of_the_simulators_clock() {
    let clock = SimClock::fixed("2026-03-02T23:50:00Z".parse().unwrap());
    let limits = Limits::off().per_day(2);
    let asker = Asker::start(builder().limits(limits).clock(clock.clone())).await;

    assert_eq!(asker.get("/v2/workspaces").await.0, 200);
    assert_eq!(asker.get("/v2/users").await.0, 200);
    let refused = asker.get_request("/v2/users").send().await.unwrap();
    assert_eq!(
        (refused.status().as_u16(), &refused.headers()["retry-after"]),
        (429, &"600".parse().unwrap())
    );
    clock.advance("10m".parse().unwrap());
    assert_eq!(asker.get("/v2/workspaces").await.0, 200);
    asker.sim.set_limits(Limits::off());
    for _ in 0..5 {
        assert_eq!(asker.get("/v2/workspaces").await.0, 200);
    }
}

#[tokio::test]
async fn a_key_of_another_host_is_redirected_before_anything_else() {
    let mut faults = Faults::none();
    faults.redirect_to = Some("https://us-55616.api.gong.example/".to_owned());
    let asker = Asker::start(builder().faults(faults)).await;

    let url = format!("{}/v2/users?cursor=x", asker.sim.base_url());
    let response = asker.http.get(url).send().await.unwrap();

    assert_eq!(response.status(), 302);
    assert_eq!(
        response.headers()["location"],
        "https://us-55616.api.gong.example/v2/users?cursor=x"
    );
}

#[tokio::test]
async fn a_missing_scope_is_403_for_that_operation_only() {
    let mut faults = Faults::none();
    faults.forbidden.insert(Operation::ListUsers);
    let asker = Asker::start(builder().faults(faults)).await;

    let (status, body) = asker.get("/v2/users").await;

    assert_eq!((status, error_text(&body)), (403, "Access denied"));
    assert_eq!(asker.get("/v2/workspaces").await.0, 200);
}

#[tokio::test]
async fn what_gong_does_not_have_is_not_in_gongs_shape() {
    let asker = Asker::start(builder()).await;

    for path in ["/v2/calls/1/2", "/v3/calls", "/"] {
        assert_eq!(asker.get(path).await, (404, Value::Null), "{path}");
    }
    assert_eq!(asker.sim.stats().requests.get("unknown"), Some(&3));
}

#[tokio::test]
async fn requests_are_counted_by_operation_and_the_count_is_served() {
    let asker = Asker::of(World::sample()).await;

    asker.get("/v2/users").await;
    asker.get("/v2/users").await;
    asker
        .listed("2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z")
        .await;

    let url = format!("{}/_sim/stats", asker.sim.base_url());
    let (_, served) = answer(asker.http.get(url)).await;
    assert_eq!(
        served["requests"],
        serde_json::json!({ "listUsers": 2, "listCalls": 1 })
    );
    assert_eq!(served["total"], 3);
    assert_eq!(served["answers"]["200"], 3);
    let recorded = asker.sim.recorded();
    assert_eq!(recorded[2].operation, "listCalls");
    assert!(recorded[2].target.contains("fromDateTime=2026-01-01"));
    let stats = asker.sim.shutdown().await;
    assert_eq!(stats.of(Operation::ListUsers), 2);
    assert_eq!(stats.max_in_flight, 1);
}

#[tokio::test]
async fn tls_is_trusted_through_its_own_authority_and_not_without() {
    let sim = builder().tls().start().await.unwrap();
    let authority = Certificate::from_pem(sim.ca_pem().unwrap().as_bytes()).unwrap();
    let url = format!("{}/v2/workspaces", sim.base_url());
    let ask = async |http: Client| {
        http.get(&url)
            .basic_auth(sim.access_key(), Some(sim.access_secret()))
            .send()
            .await
    };

    let trusting = Client::builder()
        .no_proxy()
        .tls_certs_only([authority])
        .build()
        .unwrap();
    let suspicious = Client::builder().no_proxy().build().unwrap();

    assert!(url.starts_with("https://127.0.0.1:"));
    assert_eq!(ask(trusting).await.unwrap().status(), 200);
    assert!(ask(suspicious).await.is_err());
}

#[tokio::test]
async fn a_stopped_simulator_lets_its_port_go() {
    let sim = Sim::builder().start().await.unwrap();
    let port = sim.base_url().rsplit(':').next().unwrap().parse().unwrap();

    sim.shutdown().await;

    assert!(Sim::builder().port(port).start().await.is_ok());
}
