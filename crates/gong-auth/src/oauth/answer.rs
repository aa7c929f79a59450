//! What the token endpoint's answer means, as a function of status and body.
use std::time::Duration;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use super::{OAuthError, Scopes, Tokens};
use crate::BaseUrl;

/// Assumed when the answer does not say how long the token lives: far less than Gong's one day.
const UNSAID_LIFETIME: Duration = Duration::from_hours(1);

/// What was asked for, which fills in what the answer leaves out.
pub(crate) enum Wanted<'a> {
    /// Tokens for a code, with these scopes.
    First { scopes: &'a Scopes },
    /// Tokens in place of these.
    Next { spent: &'a Tokens },
}

/// Where and when was asked.
pub(crate) struct Asked {
    pub(crate) at: Timestamp,
    pub(crate) is_loopback: bool,
}

pub(crate) fn read(
    status: u16,
    body: &[u8],
    asked: &Asked,
    wanted: &Wanted<'_>,
) -> Result<Tokens, OAuthError> {
    if !(200..300).contains(&status) {
        return Err(refusal(status, body, wanted));
    }
    let bad = |problem| OAuthError::BadAnswer { status, problem };
    // The decoder's own error would quote what it could not decode.
    let answer: Answer =
        serde_json::from_slice(body).map_err(|_ignored| bad("the answer holds no tokens"))?;
    let is_bearer = answer
        .token_type
        .as_str()
        .is_none_or(|kind| kind.eq_ignore_ascii_case("bearer"));
    if !is_bearer {
        return Err(bad("the token is not a bearer token"));
    }
    let stated_base = answer.api_base_url_for_customer.as_str().map(|text| {
        BaseUrl::parse(text)
            .ok()
            .filter(|base| asked.is_loopback || !base.is_loopback())
    });
    let stated_scopes = answer.scope.as_str().map(Scopes::parse);
    let stated_refresh = answer.refresh_token.filter(|text| !text.is_empty());
    let (refresh, scopes, base_url) = match wanted {
        Wanted::First { scopes } => (
            stated_refresh
                .ok_or_else(|| bad("the answer holds no refresh token"))?
                .into(),
            stated_scopes.unwrap_or_else(|| (*scopes).clone()),
            stated_base
                .ok_or_else(|| bad("the answer does not say where the company's API is"))?
                .ok_or_else(|| bad("the company's API would not be https under gong.io"))?,
        ),
        // The old refresh token is spent: nothing here may keep the new one from being stored.
        Wanted::Next { spent } => (
            stated_refresh.map_or_else(|| spent.refresh().clone(), Into::into),
            stated_scopes.unwrap_or_else(|| spent.scopes().clone()),
            stated_base
                .flatten()
                .unwrap_or_else(|| spent.base_url().clone()),
        ),
    };
    Tokens::new(
        answer.access_token.into(),
        refresh,
        asked.at,
        lifetime(&answer.expires_in),
        scopes,
        base_url,
    )
    .map_err(|_ignored| bad("a token could not go into a header"))
}

fn refusal(status: u16, body: &[u8], wanted: &Wanted<'_>) -> OAuthError {
    let problem = match status {
        300..400 => "a redirect, which is not followed",
        429 => "too many requests",
        500.. => "gong has a problem",
        _ => "the request was not understood",
    };
    let code = serde_json::from_slice::<Refusal>(body).map_or(String::new(), |it| it.error);
    match (status, &*code) {
        (400..500, "invalid_client" | "unauthorized_client") | (401 | 403, "") => {
            OAuthError::AppRefused { status }
        }
        // How Gong says it is not documented: without a code, what was sent is taken to be at fault.
        (400..500, "invalid_grant") | (400, "") => match wanted {
            Wanted::First { .. } => OAuthError::LoginFailed {
                problem: "gong no longer accepts the code",
            },
            Wanted::Next { .. } => OAuthError::NotLoggedIn {
                reason: "gong no longer accepts the refresh token",
            },
        },
        _ => OAuthError::BadAnswer { status, problem },
    }
}

/// All but the tokens is read leniently: an odd field must not cost a refresh token.
#[derive(Deserialize)]
struct Answer {
    access_token: String,
    refresh_token: Option<String>,
    #[serde(default)]
    token_type: Value,
    #[serde(default)]
    expires_in: Value,
    #[serde(default)]
    scope: Value,
    #[serde(default)]
    api_base_url_for_customer: Value,
}

#[derive(Deserialize)]
struct Refusal {
    #[serde(default)]
    error: String,
}

fn lifetime(expires_in: &Value) -> Duration {
    let seconds = match expires_in {
        Value::String(text) => text.trim().parse().ok(),
        number => number.as_u64(),
    };
    seconds.map_or(UNSAID_LIFETIME, Duration::from_secs)
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;
    use serde_json::json;

    use super::*;

    fn asked() -> Asked {
        Asked {
            at: Timestamp::UNIX_EPOCH,
            is_loopback: false,
        }
    }

    fn full() -> Value {
        json!({
            "access_token": "canary-access", "refresh_token": "canary-refresh",
            "token_type": "bearer", "expires_in": 86_400, "scope": "api:b api:a",
            "api_base_url_for_customer": "https://company-17.api.gong.io",
        })
    }

    fn first(body: &Value) -> Result<Tokens, OAuthError> {
        let scopes = Scopes::parse("api:asked");
        let wanted = Wanted::First { scopes: &scopes };
        read(200, body.to_string().as_bytes(), &asked(), &wanted)
    }

    fn next(body: &Value) -> Result<Tokens, OAuthError> {
        let spent = first(&full()).unwrap();
        let wanted = Wanted::Next { spent: &spent };
        read(200, body.to_string().as_bytes(), &asked(), &wanted)
    }

    fn with(changes: &Value) -> Value {
        let mut body = full();
        let fields = body.as_object_mut().unwrap();
        for (name, value) in changes.as_object().unwrap() {
            if value == "absent" {
                fields.remove(name);
            } else {
                fields.insert(name.clone(), value.clone());
            }
        }
        body
    }

    #[test]
    fn a_full_answer_gives_tokens_for_the_company_own_host() {
        let tokens = first(&full()).unwrap();

        assert_eq!(tokens.access().expose_secret(), "canary-access");
        assert_eq!(tokens.refresh().expose_secret(), "canary-refresh");
        assert_eq!(tokens.expires_at().as_second(), 86_400);
        assert_eq!(tokens.scopes().to_string(), "api:a api:b");
        assert_eq!(
            tokens.base_url().to_string(),
            "https://company-17.api.gong.io"
        );
    }

    #[test]
    fn a_login_does_without_what_has_a_safe_meaning_only() {
        for (changes, problem) in [
            (json!({"token_type": "absent"}), ""),
            (json!({"token_type": "Bearer"}), ""),
            (json!({"scope": "absent"}), ""),
            (json!({"expires_in": "absent"}), ""),
            (json!({"expires_in": "60", "unknown": [1]}), ""),
            (
                json!({"token_type": "mac"}),
                "the token is not a bearer token",
            ),
            (
                json!({"access_token": "absent"}),
                "the answer holds no tokens",
            ),
            (json!({"access_token": 7}), "the answer holds no tokens"),
            (
                json!({"access_token": "canary\r\nX: y"}),
                "a token could not go into a header",
            ),
            (
                json!({"refresh_token": "absent"}),
                "the answer holds no refresh token",
            ),
            (
                json!({"refresh_token": null}),
                "the answer holds no refresh token",
            ),
            (
                json!({"api_base_url_for_customer": null}),
                "the answer does not say where the company's API is",
            ),
        ] {
            let found = first(&with(&changes));

            let found = found.map_or_else(|error| error.to_string(), |_| String::new());
            assert!(found.ends_with(problem), "{changes}: {found}");
            assert_eq!(found.is_empty(), problem.is_empty(), "{changes}: {found}");
        }
    }

    #[test]
    fn tokens_are_never_meant_for_a_host_outside_gong() {
        for base in [
            "https://gong.io.example",
            "http://api.gong.io",
            "http://127.0.0.1:80",
            "https://localhost",
            "https://api.gong.io/v2",
            "canary",
        ] {
            let body = with(&json!({"api_base_url_for_customer": base}));

            let error = first(&body).unwrap_err();
            let renewed = next(&body).unwrap();

            assert!(error.to_string().ends_with("under gong.io"), "{error}");
            // The new refresh token is worth keeping; the address is not believed.
            assert_eq!(
                renewed.base_url().to_string(),
                "https://company-17.api.gong.io"
            );
        }
    }

    #[test]
    fn an_odd_answer_to_a_renewal_does_not_cost_the_new_refresh_token() {
        let body = with(&json!({
            "access_token": "next", "refresh_token": "next-refresh", "token_type": 1,
            "expires_in": [], "scope": {}, "api_base_url_for_customer": 5,
        }));

        let tokens = next(&body).unwrap();

        assert_eq!(tokens.refresh().expose_secret(), "next-refresh");
        assert_eq!(tokens.expires_at().as_second(), 3600);
        assert_eq!(tokens.scopes().to_string(), "api:a api:b");
    }

    #[test]
    fn without_a_new_refresh_token_the_old_one_stays() {
        for absent in [json!("absent"), json!(null), json!("")] {
            let tokens = next(&with(&json!({"refresh_token": absent}))).unwrap();

            assert_eq!(tokens.refresh().expose_secret(), "canary-refresh");
        }
    }

    #[test]
    fn a_refusal_says_what_to_do_and_quotes_nothing() {
        let spent = first(&full()).unwrap();
        for (status, body, expected) in [
            (
                400,
                r#"{"error":"invalid_grant","error_description":"canary-refresh"}"#,
                "not logged in to gong: gong no longer accepts the refresh token; \
                 log in with `gongkit login`",
            ),
            (
                400,
                "canary-refresh",
                "not logged in to gong: gong no longer accepts the refresh token; \
                 log in with `gongkit login`",
            ),
            (
                401,
                r#"{"error":"invalid_client"}"#,
                "gong refused the OAuth app's own id and secret with status 401",
            ),
            (
                401,
                "",
                "gong refused the OAuth app's own id and secret with status 401",
            ),
            (
                401,
                r#"{"error":"invalid_grant"}"#,
                "not logged in to gong: gong no longer accepts the refresh token; \
                 log in with `gongkit login`",
            ),
            (
                400,
                r#"{"error":"invalid_request"}"#,
                "gong's token endpoint answered 400: the request was not understood",
            ),
            (
                302,
                "",
                "gong's token endpoint answered 302: a redirect, which is not followed",
            ),
            (
                429,
                "{}",
                "gong's token endpoint answered 429: too many requests",
            ),
            (
                503,
                r#"{"error":"invalid_grant"}"#,
                "gong's token endpoint answered 503: gong has a problem",
            ),
        ] {
            let wanted = Wanted::Next { spent: &spent };

            let error = read(status, body.as_bytes(), &asked(), &wanted).unwrap_err();

            assert_eq!(error.to_string(), expected);
            assert!(!format!("{error:?}").contains("canary"));
            assert_eq!(error.is_transient(), matches!(status, 429 | 503));
            assert_eq!(error.needs_login(), expected.contains("gongkit login"));
        }
    }

    #[test]
    fn an_answer_that_is_no_json_is_not_quoted() {
        let wanted = Wanted::First {
            scopes: &Scopes::default(),
        };
        for body in ["", "canary", r#"{"access_token":{"canary":1}}"#, "[]"] {
            let error = read(200, body.as_bytes(), &asked(), &wanted).unwrap_err();

            assert!(!format!("{error} {error:?}").contains("canary"));
        }
    }
}
