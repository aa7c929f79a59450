//! OAuth: an authorize page that agrees at once, and a token endpoint that takes each token once.

use std::collections::{BTreeMap, BTreeSet};

use axum::extract::Query;
use axum::http::Uri;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::Operation;
use crate::keys::{Keys, scheme_and_value};
use crate::reply::Reply;

const APP_ID: &str = "GONGSIMULATOROAUTHAPP0000000001";
const APP_SECRET: &str = "gong-simulator-oauth-secret-that-opens-nothing-real";
/// Gong's own.
const CODE_LIFE: SignedDuration = SignedDuration::from_mins(10);
const ACCESS_LIFE: SignedDuration = SignedDuration::from_hours(24);

/// What the token endpoint was asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct LoginStats {
    /// Codes that were exchanged for tokens.
    pub logins: u64,
    /// Refresh tokens that were taken.
    pub refreshes: u64,
    /// Codes and refresh tokens that were refused.
    pub refusals: u64,
}

/// What a bearer token may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bearer {
    /// It is no token, or its time is over.
    Unknown,
    /// It lacks the scope of the operation.
    Lacks,
    /// It may.
    May,
}

/// What was given out and is still taken.
#[derive(Debug)]
pub(crate) struct Logins {
    pub(crate) stats: LoginStats,
    /// The scopes that an administrator granted the app; `None` grants whatever is asked for.
    pub(crate) granted: Option<BTreeSet<String>>,
    /// How long an access token is said to be good.
    pub(crate) stated_life: SignedDuration,
    app: Keys,
    given: u64,
    codes: BTreeMap<String, Grant>,
    refresh: BTreeMap<String, String>,
    access: BTreeMap<String, (Timestamp, String)>,
}

/// What a code was given for.
#[derive(Debug)]
struct Grant {
    until: Timestamp,
    redirect: String,
    challenge: String,
    scope: String,
}

impl Logins {
    pub(crate) fn new() -> Self {
        Self {
            stats: LoginStats::default(),
            granted: None,
            stated_life: ACCESS_LIFE,
            app: Keys::of(&[(APP_ID, APP_SECRET)]),
            given: 0,
            codes: BTreeMap::new(),
            refresh: BTreeMap::new(),
            access: BTreeMap::new(),
        }
    }

    /// The id and the secret of the one OAuth app.
    pub(crate) fn app(&self) -> (&str, &str) {
        self.app.first()
    }

    /// Every access token is over; refresh tokens stay.
    pub(crate) fn expire(&mut self) {
        self.access.clear();
    }

    /// An administrator takes the app's access away.
    pub(crate) fn revoke(&mut self) {
        self.access.clear();
        self.refresh.clear();
    }

    /// The authorize page: nobody is asked, the browser is sent back at once.
    pub(crate) fn authorize(&mut self, uri: &Uri, now: Timestamp) -> Reply {
        let Some(fields) = pairs(uri) else {
            return Reply::page(400);
        };
        let field = |name: &str| fields.get(name).map_or("", String::as_str);
        let is_login = field("client_id") == self.app().0
            && field("response_type") == "code"
            && field("code_challenge_method") == "S256"
            && !field("code_challenge").is_empty();
        let redirect = field("redirect_uri");
        let is_loopback = ["http://127.0.0.1:", "http://localhost:"]
            .iter()
            .any(|start| redirect.starts_with(start));
        if !is_login || !is_loopback {
            return Reply::page(400);
        }
        self.given += 1;
        let code = format!("code-{}", self.given);
        let scope = match &self.granted {
            None => field("scope").to_owned(),
            Some(granted) => {
                let asked = field("scope").split_whitespace();
                let both: Vec<_> = asked.filter(|name| granted.contains(*name)).collect();
                both.join(" ")
            }
        };
        let grant = Grant {
            until: now.checked_add(CODE_LIFE).unwrap_or(now),
            redirect: redirect.to_owned(),
            challenge: field("code_challenge").to_owned(),
            scope,
        };
        // A state of our client has no character that an address would have to escape.
        let location = format!("{redirect}?code={code}&state={}", field("state"));
        self.codes.insert(code, grant);
        Reply::redirect(location)
    }

    /// The token endpoint.
    pub(crate) fn token(
        &mut self,
        authorization: Option<&str>,
        form: &str,
        base_url: &str,
        now: Timestamp,
    ) -> Reply {
        if !self.app.admit(authorization) {
            return refused(401, "invalid_client");
        }
        let fields = format!("/?{form}").parse().ok().and_then(|uri| pairs(&uri));
        let Some(fields) = fields else {
            return refused(400, "invalid_request");
        };
        let field = |name: &str| fields.get(name).map_or("", String::as_str);
        let scope = match field("grant_type") {
            "authorization_code" => {
                let fits = |grant: &Grant| {
                    let hash = Sha256::digest(field("code_verifier").as_bytes());
                    grant.challenge == URL_SAFE_NO_PAD.encode(hash)
                        && grant.redirect == field("redirect_uri")
                        && now < grant.until
                };
                let grant = self.codes.remove(field("code")).filter(fits);
                self.stats.logins += u64::from(grant.is_some());
                grant.map(|grant| grant.scope)
            }
            "refresh_token" => {
                let scope = self.refresh.remove(field("refresh_token"));
                self.stats.refreshes += u64::from(scope.is_some());
                scope
            }
            _ => return refused(400, "unsupported_grant_type"),
        };
        let Some(scope) = scope else {
            self.stats.refusals += 1;
            return refused(400, "invalid_grant");
        };
        Reply::ok(self.give(&scope, base_url, now))
    }

    /// Whether this `Authorization` header carries a token for an operation; `None` if it carries
    /// no token at all.
    pub(crate) fn bearer(
        &self,
        authorization: Option<&str>,
        operation: Operation,
        now: Timestamp,
    ) -> Option<Bearer> {
        let (scheme, token) = scheme_and_value(authorization)?;
        if !scheme.eq_ignore_ascii_case("bearer") {
            return None;
        }
        let live = self.access.get(token).filter(|(until, _)| now < *until);
        Some(live.map_or(Bearer::Unknown, |(_, scope)| {
            let mut scopes = scope.split_whitespace();
            if scopes.any(|held| held == operation.scope()) {
                Bearer::May
            } else {
                Bearer::Lacks
            }
        }))
    }

    fn give(&mut self, scope: &str, base_url: &str, now: Timestamp) -> Value {
        self.given += 1;
        let access = format!("simulated-access-{}", self.given);
        let refresh = format!("simulated-refresh-{}", self.given);
        let until = now.checked_add(ACCESS_LIFE).unwrap_or(now);
        self.access
            .insert(access.clone(), (until, scope.to_owned()));
        self.refresh.insert(refresh.clone(), scope.to_owned());
        json!({
            "access_token": access,
            "refresh_token": refresh,
            "token_type": "bearer",
            "expires_in": self.stated_life.as_secs(),
            "scope": scope,
            "api_base_url_for_customer": base_url,
        })
    }
}

fn pairs(uri: &Uri) -> Option<BTreeMap<String, String>> {
    let Query(pairs) = Query::<Vec<(String, String)>>::try_from_uri(uri).ok()?;
    Some(pairs.into_iter().collect())
}

fn refused(status: u16, error: &str) -> Reply {
    Reply {
        status,
        ..Reply::ok(json!({ "error": error }))
    }
}
