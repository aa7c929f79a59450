//! Logging in at the simulator: single use, PKCE, scopes.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use gong_sim::{Sim, SimHandle};
use reqwest::header::LOCATION;
use reqwest::{Client, redirect};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::asking::{plain, world};

const VERIFIER: &str = "a-verifier-of-which-only-the-asker-knows";
const REDIRECT: &str = "http://127.0.0.1:9005/callback";

struct Browser {
    sim: SimHandle,
    http: Client,
}

impl Browser {
    async fn start() -> Self {
        let world = world([plain("1", "2026-03-02T09:00:00Z")]);
        let sim = Sim::builder().world(world).start().await.unwrap();
        let http = Client::builder().redirect(redirect::Policy::none());
        let http = http.build().unwrap();
        Self { sim, http }
    }

    /// The query with which the browser is sent back, or the status of a refusal.
    async fn authorize(&self, scope: &str) -> Result<Vec<(String, String)>, u16> {
        let (id, _) = self.sim.oauth_app();
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER));
        let query = [
            ("client_id", id.as_str()),
            ("response_type", "code"),
            ("redirect_uri", REDIRECT),
            ("scope", scope),
            ("state", "a-state"),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ];
        let url = format!("{}/oauth2/authorize", self.sim.base_url());
        let url = reqwest::Url::parse_with_params(&url, query).unwrap();
        let response = self.http.get(url).send().await.unwrap();
        let Some(location) = response.headers().get(LOCATION) else {
            return Err(response.status().as_u16());
        };
        let location = location.to_str().unwrap();
        assert!(location.starts_with(REDIRECT), "{location}");
        let location = reqwest::Url::parse(location).unwrap();
        Ok(location.query_pairs().into_owned().collect())
    }

    async fn code(&self, scope: &str) -> String {
        let pairs = self.authorize(scope).await.unwrap();
        assert_eq!(pairs[1], ("state".to_owned(), "a-state".to_owned()));
        pairs[0].1.clone()
    }

    async fn token(&self, form: &[(&str, &str)]) -> (u16, Value) {
        let (id, secret) = self.sim.oauth_app();
        let url = format!("{}/oauth2/generate-customer-token", self.sim.base_url());
        let body = reqwest::Url::parse_with_params("http://x/", form).unwrap();
        let body = body.query().unwrap().to_owned();
        let request = self.http.post(url).basic_auth(id, Some(secret)).body(body);
        let response = request.send().await.unwrap();
        (response.status().as_u16(), response.json().await.unwrap())
    }

    async fn exchange(&self, code: &str, verifier: &str) -> (u16, Value) {
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", REDIRECT),
            ("code_verifier", verifier),
        ];
        self.token(&form).await
    }

    async fn refresh(&self, token: &Value) -> (u16, Value) {
        let token = token.as_str().unwrap();
        self.token(&[("grant_type", "refresh_token"), ("refresh_token", token)])
            .await
    }

    async fn users(&self, access: &Value) -> u16 {
        let url = format!("{}/v2/users", self.sim.base_url());
        let request = self.http.get(url).bearer_auth(access.as_str().unwrap());
        request.send().await.unwrap().status().as_u16()
    }
}

#[tokio::test]
async fn a_code_and_a_refresh_token_are_good_once() {
    let browser = Browser::start().await;
    let code = browser.code("api:users:read").await;

    let (status, first) = browser.exchange(&code, VERIFIER).await;
    assert_eq!(status, 200, "{first}");
    assert_eq!(first["api_base_url_for_customer"], browser.sim.base_url());
    assert_eq!(first["scope"], "api:users:read");
    assert_eq!(browser.users(&first["access_token"]).await, 200);
    let (status, again) = browser.exchange(&code, VERIFIER).await;
    assert_eq!((status, &again["error"]), (400, &"invalid_grant".into()));

    browser.sim.expire_access_tokens();
    assert_eq!(browser.users(&first["access_token"]).await, 401);
    let (_, second) = browser.refresh(&first["refresh_token"]).await;
    assert_eq!(browser.users(&second["access_token"]).await, 200);
    assert_eq!(browser.refresh(&first["refresh_token"]).await.0, 400);

    browser.sim.revoke_tokens();
    assert_eq!(browser.users(&second["access_token"]).await, 401);
    assert_eq!(browser.refresh(&second["refresh_token"]).await.0, 400);
    let stats = browser.sim.logins();
    assert_eq!((stats.logins, stats.refreshes, stats.refusals), (1, 1, 3));
}

#[tokio::test]
async fn a_code_is_worth_nothing_without_its_verifier() {
    let browser = Browser::start().await;
    let code = browser.code("api:users:read").await;

    assert_eq!(browser.exchange(&code, "another").await.0, 400);
    assert_eq!(
        browser.exchange(&code, VERIFIER).await.0,
        400,
        "it is spent"
    );
}

#[tokio::test]
async fn a_token_opens_what_it_was_granted_and_nothing_else() {
    let browser = Browser::start().await;
    browser.sim.grant_scopes(&["api:workspaces:read"]);
    let code = browser.code("api:users:read api:workspaces:read").await;

    let (_, tokens) = browser.exchange(&code, VERIFIER).await;

    assert_eq!(tokens["scope"], "api:workspaces:read");
    assert_eq!(browser.users(&tokens["access_token"]).await, 403);
}
