//! Logging in at Gong in a browser, logging out, and what the login is then good for.

use access::Operation;
use std::time::Duration;

use call_archive::Checkpoint;
use gong_auth::{DEFAULT_REDIRECT, LOGIN_DEADLINE, Login, LoginListener, OAuth, Redirect, Scopes};
use gong_client::{GetCall, ListCalls, ListExtensive, ListTranscripts, Request as _};

use crate::app::App;
use crate::gong::{LOGIN, names_key_pair, oauth_app};
use crate::views::{LoginView, LogoutView};
use crate::{Error, ErrorKind};

/// What a feature needs.
pub(crate) struct Feature {
    /// The stable name of its check.
    pub(crate) check: &'static str,
    /// The command.
    pub(crate) name: &'static str,
    /// The scopes, by Gong's document.
    pub(crate) scopes: &'static [&'static str],
}

/// Every feature that asks Gong for something.
pub(crate) const FEATURES: [Feature; 2] = [
    Feature {
        check: "gong.scopes.sync",
        name: "sync",
        scopes: &[
            ListExtensive::OPERATION.scope,
            ListTranscripts::OPERATION.scope,
            GetCall::OPERATION.scope,
        ],
    },
    Feature {
        check: "gong.scopes.reconcile",
        name: "sync --reconcile",
        scopes: &[
            ListCalls::OPERATION.scope,
            ListExtensive::OPERATION.scope,
            ListTranscripts::OPERATION.scope,
        ],
    },
];

/// How to log in.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct LoginRequest {
    /// The scopes to ask for, separated by white space; none asks for what every feature needs.
    pub scopes: Option<String>,
    /// How long a person may take.
    pub deadline: Duration,
}

impl Default for LoginRequest {
    fn default() -> Self {
        Self {
            scopes: None,
            deadline: LOGIN_DEADLINE,
        }
    }
}

/// A login that has been begun: a person must open its address in a browser.
#[derive(Debug)]
pub struct PendingLogin {
    login: Login,
    listener: LoginListener,
    oauth: OAuth,
    deadline: Duration,
    is_shadowed: bool,
}

impl PendingLogin {
    /// The address to open. It is for this person's eyes.
    pub fn url(&self) -> &str {
        self.login.url().as_str()
    }

    /// Where the browser will be sent back to, as it must be registered in Gong.
    pub fn redirect(&self) -> &str {
        self.login.redirect().as_str()
    }

    /// Waits for the browser, buys the tokens, and keeps them sealed in the archive.
    pub async fn finish(self) -> Result<LoginView, Error> {
        let code = self.listener.receive(&self.login, self.deadline).await?;
        let tokens = self.oauth.log_in(&self.login, code).await?;
        let held: Vec<_> = tokens.scopes().iter().map(str::to_owned).collect();
        let lacking = lacking(tokens.scopes());
        let lacking = lacking
            .iter()
            .map(|(feature, missing)| format!("{} lacks {}", feature.name, missing.join(", ")));
        Ok(LoginView {
            base_url: tokens.base_url().to_string(),
            scopes: held,
            lacking: lacking.collect(),
            expires: tokens.expires_at().to_string(),
            key_pair_wins: self.is_shadowed,
        })
    }
}

impl App {
    /// Begins a login; the archive, which will keep the tokens, is made if it is not there.
    pub async fn begin_login(&self, request: &LoginRequest) -> Result<PendingLogin, Error> {
        self.permit(Operation::LOGIN).await?;
        let app = oauth_app(self.config())?;
        let redirect = Redirect::parse(&self.config().settings.gong.redirect)?;
        let scopes = match &request.scopes {
            Some(text) => Scopes::parse(text),
            None => FEATURES
                .iter()
                .flat_map(|feature| feature.scopes.iter().copied())
                .collect(),
        };
        if scopes.is_empty() {
            return Err(Error::new(ErrorKind::Usage, "no scopes to ask for"));
        }
        let oauth = self.oauth().await?;
        self.record(self.entry(Operation::LOGIN, "begun")).await?;
        // Written first: whatever becomes of this login, the company is made sure of once more.
        let value = format!("{:016x}", rand::random::<u64>());
        let name = LOGIN.to_owned();
        self.archive()
            .await?
            .save(Checkpoint { name, value })
            .await?;
        let listener = LoginListener::bind(redirect).await?;
        let randomness: [u8; 64] = rand::random();
        Ok(PendingLogin {
            login: Login::new(&app, listener.redirect(), &scopes, &randomness),
            listener,
            oauth,
            deadline: request.deadline,
            is_shadowed: names_key_pair(self.config()),
        })
    }

    /// Forgets the tokens of the login. Gong goes on to hold the app for authorised until an
    /// administrator removes it there.
    pub async fn logout(&self) -> Result<LogoutView, Error> {
        self.permit(Operation::LOGIN).await?;
        if !self.has_archive().await? {
            return Ok(LogoutView {
                was_logged_in: false,
            });
        }
        let work = async {
            let removed = self.tokens().await?.remove().await;
            let was_logged_in = removed.map_err(gong_auth::Error::from)?;
            Ok(LogoutView { was_logged_in })
        };
        self.doing(Operation::LOGIN, "logout", work, |_| "logged out")
            .await
    }
}

/// The features that these scopes are not enough for, each with what is missing.
pub(crate) fn lacking(held: &Scopes) -> Vec<(&'static Feature, Vec<&'static str>)> {
    FEATURES
        .iter()
        .map(|feature| (feature, held.missing(feature.scopes)))
        .filter(|(_, missing)| !missing.is_empty())
        .collect()
}

/// The default of `gong.redirect`.
pub(crate) const REDIRECT: &str = DEFAULT_REDIRECT;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_feature_that_lacks_a_scope_is_named_with_it() {
        let all: Scopes = FEATURES
            .iter()
            .flat_map(|feature| feature.scopes.iter().copied())
            .collect();
        assert!(lacking(&all).is_empty());

        let some = Scopes::parse("api:calls:read:extensive api:calls:read:basic");
        let found: Vec<_> = lacking(&some)
            .into_iter()
            .map(|(feature, missing)| (feature.name, missing))
            .collect();

        let transcripts = vec!["api:calls:read:transcript"];
        assert_eq!(
            found,
            [
                ("sync", transcripts.clone()),
                ("sync --reconcile", transcripts)
            ]
        );
    }
}
