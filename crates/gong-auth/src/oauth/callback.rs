//! What the browser brings back, judged: a code for this login, a refusal, or nothing of ours.
use std::borrow::Cow;

use secrecy::{ExposeSecret as _, SecretString};
use url::form_urlencoded;

use super::{Login, OAuthError};
use crate::same;

/// A code that Gong gave for a login; it buys tokens once, within ten minutes.
#[derive(Clone, Debug)]
pub struct AuthorizationCode(SecretString);

impl AuthorizationCode {
    pub(crate) fn secret(&self) -> &SecretString {
        &self.0
    }
}

/// What a request to the redirect address means.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Callback {
    /// The user agreed.
    Code(AuthorizationCode),
    /// The user or Gong refused; the login is over.
    Refused(OAuthError),
    /// Not the callback of this login; wait on.
    NotOurs,
}

impl Login {
    /// Judges the target of a request (`/callback?code=…&state=…`).
    ///
    /// Without the right state, which is compared in constant time, nothing is of this login: no
    /// code is taken and no refusal is believed, so a page that guesses the address can neither
    /// log somebody else in nor end the login.
    pub fn judge(&self, target: &str) -> Callback {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        if path != self.redirect().path() {
            return Callback::NotOurs;
        }
        let (Ok(state), Ok(code), Ok(error)) = (
            only(query, "state"),
            only(query, "code"),
            only(query, "error"),
        ) else {
            return Callback::NotOurs;
        };
        if !state.is_some_and(|state| same(&state, self.state())) {
            return Callback::NotOurs;
        }
        match (code, error) {
            (_, Some(error)) => Callback::Refused(OAuthError::LoginFailed {
                problem: refusal(error.expose_secret()),
            }),
            (Some(code), None) if !code.expose_secret().is_empty() => {
                Callback::Code(AuthorizationCode(code))
            }
            _ => Callback::NotOurs,
        }
    }
}

struct Repeated;

/// The only value of a parameter; one that is given twice could be read in two ways.
fn only(query: &str, name: &str) -> Result<Option<SecretString>, Repeated> {
    let mut values = form_urlencoded::parse(query.as_bytes())
        .filter(|(found, _)| found == name)
        .map(|(_, value)| SecretString::from(Cow::into_owned(value)));
    let first = values.next();
    values.next().map_or(Ok(first), |_| Err(Repeated))
}

/// The refusals of RFC 6749 §4.1.2.1 in words; what came in is not repeated.
fn refusal(error: &str) -> &'static str {
    match error {
        "access_denied" => "access was denied in gong",
        "invalid_scope" => "gong does not give this app one of the scopes it asks for",
        "unauthorized_client" => "gong does not allow this app to log in",
        "server_error" | "temporarily_unavailable" => "gong has a problem; try again",
        _ => "gong refused it",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oauth::{DEFAULT_REDIRECT, OAuthApp, Redirect, Scopes};

    fn judged(target: &str) -> String {
        let app = OAuthApp::new("app", "secret".to_owned().into()).unwrap();
        let redirect = Redirect::parse(DEFAULT_REDIRECT).unwrap();
        let login = Login::new(&app, &redirect, &Scopes::default(), &[7; 64]);
        let target = target.replace("STATE", login.state().expose_secret());
        match login.judge(&target) {
            Callback::Code(code) => code.secret().expose_secret().to_owned(),
            Callback::Refused(error) => error.to_string(),
            Callback::NotOurs => "not ours".to_owned(),
        }
    }

    #[test]
    fn only_the_callback_with_the_right_state_gives_its_code() {
        for (target, expected) in [
            ("/callback?code=a%2Fb&state=STATE", "a/b"),
            ("/callback?state=STATE&code=abc&session=1", "abc"),
            ("/callback?code=abc&state=STATEx", "not ours"),
            ("/callback?code=abc&state=", "not ours"),
            ("/callback?code=abc", "not ours"),
            ("/callback?code=&state=STATE", "not ours"),
            ("/callback?state=STATE", "not ours"),
            ("/callback?code=abc&code=def&state=STATE", "not ours"),
            ("/callback?code=abc&state=STATE&state=x", "not ours"),
            ("/callback/?code=abc&state=STATE", "not ours"),
            ("/callbac?code=abc&state=STATE", "not ours"),
            ("/favicon.ico", "not ours"),
            ("", "not ours"),
        ] {
            assert_eq!(judged(target), expected, "{target}");
        }
    }

    #[test]
    fn a_refusal_is_believed_with_the_right_state_only_and_is_not_quoted() {
        for (target, expected) in [
            (
                "/callback?error=access_denied&state=STATE",
                "the login did not succeed: access was denied in gong",
            ),
            (
                "/callback?error=canary&error_description=canary&code=abc&state=STATE",
                "the login did not succeed: gong refused it",
            ),
            ("/callback?error=access_denied", "not ours"),
            ("/callback?error=access_denied&state=other", "not ours"),
        ] {
            assert_eq!(judged(target), expected, "{target}");
        }
    }

    #[test]
    fn a_code_does_not_print() {
        let code = AuthorizationCode("canary".to_owned().into());

        let shown = format!("{code:?} {:?}", Callback::Code(code.clone()));

        assert!(!shown.contains("canary"), "{shown}");
    }
}
