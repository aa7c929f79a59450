//! Signing in on the identity provider's page: OpenID Connect's authorization code flow with PKCE.
//!
//! Whoever serves pages gives each sign-in a secret that only that browser holds. State, nonce and the
//! verifier of PKCE are made of it, each by a word of its own, so nothing needs to be kept here: an
//! answer that was asked for by another browser does not fit the secret, a code that somebody caught is
//! worth nothing without it, and what the provider says answers this very question or is not believed.

use access::Caller;
use aws_lc_rs::{constant_time, digest, hmac};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use gong_auth::read_secret_file;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;
use url::Url;

use crate::app::App;
use crate::authenticating::{holder_of_token, refused};
use crate::config::AuthSettings;
use crate::provider::{Buyer, bought, sign_in_rules};
use crate::{Error, ErrorKind};

/// A longer code is none.
const LONGEST: usize = 4 * 1024;

/// What a browser brings back from the provider's page.
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct SignInAnswer {
    /// Which question it answers.
    pub state: String,
    /// What is taken once for who signed in.
    pub code: String,
    /// Who answers, if he says so (RFC 9207).
    pub issuer: Option<String>,
}

impl std::fmt::Debug for SignInAnswer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignInAnswer").finish_non_exhaustive()
    }
}

impl App {
    /// Where the provider sends browsers back to; none where people show a key or a token.
    pub fn sign_in_redirect(&self) -> Option<Url> {
        self.config().settings.auth.redirect_url()
    }

    /// The address of the provider's page for one sign-in. `secret` has 256 random bits or more, is
    /// used once, and stays with the browser.
    ///
    /// # Errors
    /// Nobody signs in there by the configuration, or the provider does not answer.
    pub async fn sign_in_page(&self, secret: &str) -> Result<Url, Error> {
        let settings = self.signing_in()?;
        let provider = &self.shared.provider;
        let document = provider.document(settings, self.now()).await?;
        let mut page = document.page()?;
        page.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", &settings.client_id)
            .append_pair("redirect_uri", &settings.redirect)
            .append_pair("scope", &settings.scopes)
            .append_pair("state", &made("state", secret))
            .append_pair("nonce", &made("nonce", secret))
            .append_pair("code_challenge", &challenge_of(&made("verifier", secret)))
            .append_pair("code_challenge_method", "S256");
        Ok(page)
    }

    /// Who signed in, by what the browser brought back: he is found as the holder of a token is.
    ///
    /// # Errors
    /// `NotAuthorised` for whatever is not the answer to this sign-in, or names nobody with a role;
    /// `NotConfigured` where the provider does not take us; `TryLater` where it does not answer.
    pub async fn signed_in(&self, secret: &str, answer: &SignInAnswer) -> Result<Caller, Error> {
        let settings = self.signing_in()?;
        let archive = self.existing_archive().await?.as_ref();
        let state = made("state", secret);
        let (asked, shown) = (state.as_bytes(), answer.state.as_bytes());
        if constant_time::verify_slices_are_equal(asked, shown).is_err() {
            return Err(refused("the answer is to another sign-in"));
        }
        let is_foreign = |issuer: &String| *issuer != settings.issuer;
        if answer.issuer.as_ref().is_some_and(is_foreign) {
            return Err(refused("another provider answers"));
        }
        if answer.code.is_empty() || answer.code.len() > LONGEST {
            return Err(refused("the answer has no code"));
        }
        let document = self.shared.provider.document(settings, self.now()).await?;
        let client_secret = client_secret(settings)?;
        let buyer = Buyer {
            client_id: &settings.client_id,
            client_secret: client_secret.as_ref(),
            redirect: &settings.redirect,
        };
        let verifier = made("verifier", secret);
        let token = bought(&document, &buyer, &answer.code, &verifier).await?;
        let rules = sign_in_rules(settings)?;
        let identity = self.identity(&token, &rules).await?;
        if !answers(&token, &made("nonce", secret), &settings.client_id) {
            return Err(refused("the token answers another question"));
        }
        holder_of_token(archive, identity).await
    }

    fn signing_in(&self) -> Result<&AuthSettings, Error> {
        let settings = &self.config().settings.auth;
        if settings.signs_in() {
            Ok(settings)
        } else {
            let what = "nobody signs in on an identity provider's page";
            Err(Error::new(ErrorKind::NotConfigured, what).hint("set auth.client_id"))
        }
    }
}

/// A text of 256 bits for one purpose; nobody makes it, or another of them, without the secret.
fn made(purpose: &str, secret: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    URL_SAFE_NO_PAD.encode(hmac::sign(&key, purpose.as_bytes()))
}

/// Whether a token that was verified brings back what went with the question, and, where several may
/// take it, says that it was asked for by us (OpenID Connect Core, 3.1.3.7).
fn answers(token: &str, nonce: &str, client_id: &str) -> bool {
    let claims = token.split('.').nth(1).unwrap_or_default();
    let claims = URL_SAFE_NO_PAD.decode(claims).unwrap_or_default();
    let claims: Value = serde_json::from_slice(&claims).unwrap_or_default();
    let party = claims.get("azp");
    claims["nonce"] == nonce && party.is_none_or(|party| party == client_id)
}

/// The S256 challenge of a verifier (RFC 7636).
fn challenge_of(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, verifier.as_bytes()))
}

fn client_secret(settings: &AuthSettings) -> Result<Option<SecretString>, Error> {
    let Some(file) = &settings.client_secret_file else {
        return Ok(settings.client_secret.clone());
    };
    let secret = read_secret_file(file).map_err(|error| {
        let what = format!("{} cannot be read", file.display());
        Error::new(ErrorKind::NotConfigured, what)
            .caused_by(error)
            .hint("check auth.client_secret_file")
    })?;
    Ok(Some(secret.expose_secret().trim().to_owned().into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_challenge_is_that_of_the_example_in_rfc_7636() {
        assert_eq!(
            challenge_of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
        );
    }

    #[test]
    fn each_purpose_and_each_secret_has_a_text_of_its_own() {
        let all = [
            made("state", "one"),
            made("nonce", "one"),
            made("verifier", "one"),
            made("state", "other"),
        ];
        for (at, text) in all.iter().enumerate() {
            // As RFC 7636 wants a verifier: 43 letters at least.
            assert_eq!(text.len(), 43);
            assert!(!all[..at].contains(text));
        }
    }
}
