//! The OAuth app: the id and the secret by which Gong knows the program that asks for tokens.
use std::fmt;

use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use crate::{
    BaseUrl, CLIENT_ACCESS_KEY, CLIENT_SECRET, Error, KeySources, Origin,
    key_pair::{LONGEST, basic, check},
};

/// Where Gong's users log in and where tokens are made; not where its API is.
const GONG: &str = "https://app.gong.io";

/// An app as a Gong administrator registers it, and where it asks for tokens.
///
/// `Debug` shows neither id nor secret.
#[derive(Clone)]
pub struct OAuthApp {
    id: String,
    secret: SecretString,
    base: BaseUrl,
}

/// An app and where each half of its credentials came from.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct FoundApp {
    /// The app.
    pub app: OAuthApp,
    /// Where its id was found.
    pub id_from: Origin,
    /// Where its secret was found.
    pub secret_from: Origin,
}

impl OAuthApp {
    /// An app that asks `https://app.gong.io` for tokens.
    ///
    /// # Errors
    /// [`Error::Malformed`] under the rules of [`crate::KeyPair::new`].
    pub fn new(id: &str, secret: SecretString) -> Result<Self, Error> {
        check("OAuth client id", id, LONGEST)?;
        check("OAuth client secret", secret.expose_secret(), LONGEST)?;
        if id.contains(':') {
            return Err(Error::Malformed {
                what: "OAuth client id",
                problem: "contains a colon",
            });
        }
        Ok(Self {
            id: id.to_owned(),
            secret,
            base: BaseUrl::parse(GONG)?,
        })
    }

    /// Asks this address for tokens instead: a stand-in for Gong, or a gateway of one's own.
    #[must_use = "the app is returned, not changed in place"]
    pub fn at(mut self, base: BaseUrl) -> Self {
        self.base = base;
        self
    }

    /// Where the app asks for tokens.
    pub fn base_url(&self) -> &BaseUrl {
        &self.base
    }

    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    pub(crate) fn basic(&self) -> SecretString {
        basic(&self.id, &self.secret)
    }

    pub(crate) fn authorize_url(&self) -> Url {
        self.base.join(["oauth2", "authorize"])
    }

    pub(crate) fn token_url(&self) -> Url {
        self.base.join(["oauth2", "generate-customer-token"])
    }
}

impl fmt::Debug for OAuthApp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OAuthApp")
            .field("base", &self.base)
            .finish_non_exhaustive()
    }
}

impl KeySources<'_> {
    /// Finds the OAuth app in the environment: [`CLIENT_ACCESS_KEY`] and [`CLIENT_SECRET`], or
    /// the files that the same names with `_FILE` name.
    ///
    /// # Errors
    /// The first thing that is missing, given twice, unreadable or malformed.
    pub fn find_app(&self) -> Result<FoundApp, Error> {
        let (id, id_from) = self.half("OAuth client id", CLIENT_ACCESS_KEY, None)?;
        let (secret, secret_from) = self.half("OAuth client secret", CLIENT_SECRET, None)?;
        Ok(FoundApp {
            app: OAuthApp::new(id.expose_secret(), secret)?,
            id_from,
            secret_from,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_app_is_found_in_the_environment_and_in_files_and_prints_neither_half() {
        let environment = |name: &str| match name {
            "GONG_CLIENT_ACCESS_KEY" => Some("canary-id".to_owned()),
            "GONG_CLIENT_SECRET_FILE" => Some("/secret".to_owned()),
            _ => None,
        };
        let files = |_: &std::path::Path| Ok("canary-secret\n".to_owned().into());

        let found = KeySources::new(&environment, &files).find_app().unwrap();

        assert_eq!(found.app.id(), "canary-id");
        assert_eq!(found.app.secret.expose_secret(), "canary-secret");
        assert!(!format!("{found:?}").contains("canary"));
        assert_eq!(
            found.app.token_url().as_str(),
            "https://app.gong.io/oauth2/generate-customer-token"
        );
    }

    #[test]
    fn half_an_app_is_named_by_what_is_missing() {
        let files = |_: &std::path::Path| Ok(String::new().into());
        let environment = |name: &str| (name == CLIENT_ACCESS_KEY).then(|| "id".to_owned());

        let error = KeySources::new(&environment, &files)
            .find_app()
            .unwrap_err();

        assert_eq!(
            error.to_string(),
            "no OAuth client secret: set GONG_CLIENT_SECRET or GONG_CLIENT_SECRET_FILE"
        );
    }
}
