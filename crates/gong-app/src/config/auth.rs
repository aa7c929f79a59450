//! The company's identity provider: who is let in by its tokens, and who signs in on its page.

use std::path::PathBuf;

use secrecy::SecretString;
use serde::Deserialize;
use url::Url;

use super::settings::{path, secret};
use crate::{Error, ErrorKind};

/// The path of the pages to which the provider sends the browser back.
const SIGNED_IN: &str = "/signed-in";

/// Who is let in by a token of the company's identity provider. Without an issuer, nobody is.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct AuthSettings {
    /// Who issues tokens, written as the provider writes it.
    pub issuer: String,
    /// What the provider writes into tokens that are meant for gongkit.
    pub audience: String,
    /// Where the provider's keys are; found by the issuer's own document if empty.
    pub jwks_url: String,
    /// How tokens may be signed, with commas between.
    pub algorithms: String,
    /// The claim that holds the role: a name, or a JSON pointer such as `/realm_access/roles`.
    pub role_claim: String,
    /// What stands before a role's word in that claim.
    pub role_prefix: String,
    /// The claim that holds the id of the user in Gong; by verified address if empty.
    pub user_claim: String,
    /// The id under which the provider knows the pages, for people who sign in with a browser; they
    /// show a key if empty.
    pub client_id: String,
    /// The secret of that id; none for a client that proves itself by PKCE alone.
    #[serde(deserialize_with = "secret")]
    pub client_secret: Option<SecretString>,
    /// A file that holds the secret.
    #[serde(deserialize_with = "path")]
    pub client_secret_file: Option<PathBuf>,
    /// Where the provider sends the browser back: an address of the pages with the path `/signed-in`.
    pub redirect: String,
    /// What is asked of the provider, with spaces between.
    pub scopes: String,
}

impl AuthSettings {
    /// Whether people sign in on the provider's page.
    pub fn signs_in(&self) -> bool {
        !self.client_id.is_empty()
    }

    /// Where the provider sends the browser back to; none where nobody signs in there.
    pub fn redirect_url(&self) -> Option<Url> {
        let url: Url = self.redirect.parse().ok()?;
        let is_here = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
        let is_safe = url.scheme() == "https" || (url.scheme() == "http" && is_here);
        let is_bare = url.query().is_none() && url.fragment().is_none();
        let is_nobodys = url.username().is_empty() && url.password().is_none();
        let is_ours = url.path() == SIGNED_IN && is_bare && is_nobodys;
        (self.signs_in() && is_safe && is_ours).then_some(url)
    }

    /// What no setting can be checked for by itself.
    pub(super) fn check(&self) -> Result<(), Error> {
        let wrong = |what: &str, hint: &str| {
            Err(Error::new(ErrorKind::NotConfigured, what.to_owned()).hint(hint.to_owned()))
        };
        if !self.signs_in() {
            return Ok(());
        }
        if self.issuer.is_empty() {
            return wrong(
                "auth.client_id is set without auth.issuer",
                "set auth.issuer to the identity provider, as it writes itself",
            );
        }
        if self.redirect_url().is_none() {
            return wrong(
                "auth.redirect is no address to which a browser can be sent back",
                "write the address of the pages with this path, as registered with the provider: \
                 https://calls.example/signed-in",
            );
        }
        if !self
            .scopes
            .split_whitespace()
            .any(|scope| scope == "openid")
        {
            return wrong(
                "auth.scopes lacks openid",
                "without it the provider says nothing about who signs in",
            );
        }
        Ok(())
    }
}
