//! One login: the address that the user opens, and the secrets that prove the way back.
use std::fmt;

use aws_lc_rs::digest;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use super::{OAuthApp, Scopes};
use crate::Error;

/// The redirect that is to be registered with the OAuth app in Gong.
pub const DEFAULT_REDIRECT: &str = "http://127.0.0.1:9005/callback";

/// An address on this machine to which Gong sends the browser back.
///
/// It must be, letter for letter, one that is registered with the OAuth app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redirect {
    url: Url,
    text: String,
}

impl Redirect {
    /// Reads an address like [`DEFAULT_REDIRECT`]: http, the host `127.0.0.1` or `localhost`,
    /// a port (0 for any free one) and a path.
    ///
    /// # Errors
    /// [`Error::BadRedirect`] for any other address.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let bad = |problem| Error::BadRedirect { problem };
        let url = Url::parse(text).map_err(|_ignored| {
            bad("is not a URL; write it like http://127.0.0.1:9005/callback")
        })?;
        if url.scheme() != "http" || !matches!(url.host_str(), Some("127.0.0.1" | "localhost")) {
            return Err(bad("must be http on 127.0.0.1 or localhost"));
        }
        if url.port().is_none() {
            return Err(bad("must name a port"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(bad("must not hold a user or a password"));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(bad("must not hold a query or a fragment"));
        }
        Ok(Self {
            url,
            text: text.to_owned(),
        })
    }

    /// The address as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    pub(crate) fn port(&self) -> u16 {
        self.url.port_or_known_default().unwrap_or_default()
    }

    pub(crate) fn path(&self) -> &str {
        self.url.path()
    }

    /// The same address with the port that the system gave in place of 0.
    pub(crate) fn with_port(mut self, port: u16) -> Self {
        if self.port() != port && self.url.set_port(Some(port)).is_ok() {
            self.text = self.url.to_string();
        }
        self
    }
}

/// A login that has been begun: it makes the authorize address and later knows its callback.
///
/// The address holds a state and the hash (S256) of a verifier. Only this program knows the
/// verifier, so a code that somebody else catches is of no use to them (PKCE); and a callback
/// without the state is not taken, so nobody can slip in a code of their own.
pub struct Login {
    redirect: Redirect,
    scopes: Scopes,
    state: SecretString,
    verifier: SecretString,
    url: Url,
}

impl Login {
    /// Begins a login that asks for these scopes.
    ///
    /// `randomness` must come from a cryptographic source and be used for this login only.
    pub fn new(
        app: &OAuthApp,
        redirect: &Redirect,
        scopes: &Scopes,
        randomness: &[u8; 64],
    ) -> Self {
        let (for_state, for_verifier) = randomness.split_at(32);
        let state = SecretString::from(URL_SAFE_NO_PAD.encode(for_state));
        let verifier = SecretString::from(URL_SAFE_NO_PAD.encode(for_verifier));
        let mut url = app.authorize_url();
        url.query_pairs_mut()
            .append_pair("client_id", app.id())
            .append_pair("response_type", "code")
            .append_pair("redirect_uri", redirect.as_str())
            .append_pair("scope", &scopes.to_string())
            .append_pair("state", state.expose_secret())
            .append_pair("code_challenge", &challenge_of(verifier.expose_secret()))
            .append_pair("code_challenge_method", "S256");
        // `+` means a space in forms only; `%20` means one everywhere.
        let query = url.query().map(|query| query.replace('+', "%20"));
        url.set_query(query.as_deref());
        Self {
            redirect: redirect.clone(),
            scopes: scopes.clone(),
            state,
            verifier,
            url,
        }
    }

    /// The address to open in a browser. It is for this user's eyes: it holds the state.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// Where Gong sends the browser back.
    pub fn redirect(&self) -> &Redirect {
        &self.redirect
    }

    /// What was asked for; the user may grant less.
    pub fn scopes(&self) -> &Scopes {
        &self.scopes
    }

    pub(crate) fn state(&self) -> &SecretString {
        &self.state
    }

    pub(crate) fn verifier(&self) -> &SecretString {
        &self.verifier
    }
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Login")
            .field("redirect", &self.redirect)
            .field("scopes", &self.scopes)
            .finish_non_exhaustive()
    }
}

/// The S256 challenge of RFC 7636.
pub(crate) fn challenge_of(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, verifier.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn login() -> Login {
        let app = OAuthApp::new("an app+id", "secret".to_owned().into());
        assert!(app.is_err(), "white space is refused");
        let app = OAuthApp::new("app+id", "canary-secret".to_owned().into()).unwrap();
        let redirect = Redirect::parse(DEFAULT_REDIRECT).unwrap();
        let scopes = Scopes::parse("api:users:read api:calls:read:basic");
        Login::new(&app, &redirect, &scopes, &[7; 64])
    }

    #[test]
    fn the_address_asks_for_a_code_with_state_and_challenge() {
        let login = login();

        let text = login.url().as_str();

        let bytes = "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc";
        let expected = format!(
            "https://app.gong.io/oauth2/authorize?client_id=app%2Bid&response_type=code\
             &redirect_uri=http%3A%2F%2F127.0.0.1%3A9005%2Fcallback\
             &scope=api%3Acalls%3Aread%3Abasic%20api%3Ausers%3Aread\
             &state={bytes}&code_challenge={}&code_challenge_method=S256",
            challenge_of(bytes)
        );
        assert_eq!(text, expected);
    }

    #[test]
    fn the_challenge_is_that_of_the_example_in_rfc_7636() {
        assert_eq!(
            challenge_of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
        );
    }

    #[test]
    fn state_and_verifier_come_from_different_randomness_and_do_not_print() {
        let app = OAuthApp::new("app", "canary-secret".to_owned().into()).unwrap();
        let redirect = Redirect::parse(DEFAULT_REDIRECT).unwrap();
        let mut randomness = [1; 64];
        randomness[40] = 2;

        let login = Login::new(&app, &redirect, &Scopes::default(), &randomness);

        let (state, verifier) = (login.state.expose_secret(), login.verifier.expose_secret());
        assert_ne!(state, verifier);
        assert_eq!(verifier.len(), 43);
        let shown = format!("{login:?} {login:#?} {app:?}");
        for canary in [state, verifier, "canary-secret"] {
            assert!(!shown.contains(canary), "{shown}");
        }
        assert!(!login.url().as_str().contains(verifier));
        assert!(!login.url().as_str().contains("canary-secret"));
    }

    #[test]
    fn a_redirect_stays_on_this_machine() {
        for text in [
            DEFAULT_REDIRECT,
            "http://localhost:1/",
            "http://127.0.0.1:0/a/b",
        ] {
            assert_eq!(Redirect::parse(text).unwrap().as_str(), text);
        }
        for text in [
            "callback",
            "https://127.0.0.1:1/",
            "http://127.0.0.2:1/",
            "http://[::1]:1/",
            "http://0.0.0.0:1/",
            "http://gong.example:1/",
            "http://127.0.0.1.example:1/",
            "http://127.0.0.1/",
            "http://me@127.0.0.1:1/",
            "http://127.0.0.1:1/?a",
            "http://127.0.0.1:1/#a",
        ] {
            let error = Redirect::parse(text).unwrap_err();

            assert!(
                matches!(error, Error::BadRedirect { .. }),
                "{text}: {error}"
            );
        }
    }
}
