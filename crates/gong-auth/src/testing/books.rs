//! What the fake has given out and what it still takes.
use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use jiff::Timestamp;
use serde_json::{Value, json};
use url::{Url, form_urlencoded};

use crate::{BaseUrl, Scopes, Tokens, loopback_http::Asked, oauth::challenge_of};

pub(super) const APP_ID: &str = "fake-app";
pub(super) const APP_SECRET: &str = "fake-app-secret";
/// The scopes of tokens that no login asked for.
const SCOPES: &str = "api:calls:read:basic api:users:read";

pub(super) struct Books {
    pub(super) lifetime: Duration,
    pub(super) refreshes: usize,
    pub(super) refusals: usize,
    base: String,
    given: usize,
    codes: HashMap<String, Allowed>,
    refresh_tokens: HashSet<String>,
}

/// What a code was given for.
struct Allowed {
    challenge: String,
    redirect: String,
    scope: String,
}

type Answer = (&'static str, Value);

impl Books {
    pub(super) fn new(base: String) -> Self {
        Self {
            lifetime: Duration::from_hours(24),
            refreshes: 0,
            refusals: 0,
            base,
            given: 0,
            codes: HashMap::new(),
            refresh_tokens: HashSet::new(),
        }
    }

    pub(super) fn tokens(&mut self, now: Timestamp) -> Tokens {
        let (access, refresh) = self.give();
        let base = BaseUrl::parse(&self.base).expect("the fake listens on loopback");
        let (access, refresh) = (access.into(), refresh.into());
        let scopes = Scopes::parse(SCOPES);
        Tokens::new(access, refresh, now, self.lifetime, scopes, base)
            .expect("the fake's tokens are tokens")
    }

    pub(super) fn revoke(&mut self) {
        self.refresh_tokens.clear();
    }

    pub(super) fn allow(&mut self, login: &Url) -> Option<Url> {
        let fields: HashMap<_, _> = login.query_pairs().into_owned().collect();
        let field = |name: &str| fields.get(name).filter(|value| !value.is_empty()).cloned();
        let is_login = login.path() == "/oauth2/authorize"
            && field("client_id").as_deref() == Some(APP_ID)
            && field("response_type").as_deref() == Some("code")
            && field("code_challenge_method").as_deref() == Some("S256");
        if !is_login {
            return None;
        }
        let redirect = field("redirect_uri")?;
        let mut callback = Url::parse(&redirect).ok()?;
        let allowed = Allowed {
            challenge: field("code_challenge")?,
            redirect,
            scope: field("scope")?,
        };
        self.given += 1;
        let code = format!("code/{}", self.given);
        callback
            .query_pairs_mut()
            .append_pair("code", &code)
            .append_pair("state", &field("state")?);
        self.codes.insert(code, allowed);
        Some(callback)
    }

    pub(super) fn judge(&mut self, asked: &Asked) -> Answer {
        let basic = STANDARD.encode(format!("{APP_ID}:{APP_SECRET}"));
        if asked.header("authorization") != Some(&format!("Basic {basic}")) {
            return ("401 Unauthorized", json!({"error": "invalid_client"}));
        }
        let is_form = asked.header("content-type") == Some("application/x-www-form-urlencoded");
        let is_token_request =
            asked.method == "POST" && asked.target == "/oauth2/generate-customer-token";
        if !(is_token_request && is_form) {
            return ("404 Not Found", json!({}));
        }
        let form: HashMap<_, _> = form_urlencoded::parse(asked.body.as_bytes())
            .into_owned()
            .collect();
        let field = |name: &str| form.get(name).map_or("", String::as_str);
        let scope = match field("grant_type") {
            "authorization_code" => self
                .codes
                .remove(field("code"))
                .filter(|allowed| {
                    allowed.challenge == challenge_of(field("code_verifier"))
                        && allowed.redirect == field("redirect_uri")
                        && field("client_id") == APP_ID
                })
                .map(|allowed| allowed.scope),
            "refresh_token" => {
                let is_live = self.refresh_tokens.remove(field("refresh_token"));
                self.refreshes += usize::from(is_live);
                is_live.then(|| SCOPES.to_owned())
            }
            _ => return ("400 Bad Request", json!({"error": "invalid_request"})),
        };
        let Some(scope) = scope else {
            self.refusals += 1;
            return ("400 Bad Request", json!({"error": "invalid_grant"}));
        };
        let (access, refresh) = self.give();
        let body = json!({
            "access_token": access, "refresh_token": refresh, "token_type": "bearer",
            "expires_in": self.lifetime.as_secs(), "scope": scope,
            "api_base_url_for_customer": self.base,
        });
        ("200 OK", body)
    }

    fn give(&mut self) -> (String, String) {
        self.given += 1;
        let refresh = format!("fake-refresh-{}", self.given);
        self.refresh_tokens.insert(refresh.clone());
        (format!("fake-access-{}", self.given), refresh)
    }
}
