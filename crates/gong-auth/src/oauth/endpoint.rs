//! Asks Gong for tokens: once, with a deadline, and never again by itself.
use std::{fmt, sync::Arc, time::Duration};

use jiff::Timestamp;
use reqwest::{Certificate, header, redirect::Policy, retry};
use secrecy::{ExposeSecret as _, zeroize::Zeroize as _};
use url::form_urlencoded::Serializer;

use super::{
    AuthorizationCode, Login, OAuthApp, OAuthError, Tokens,
    answer::{self, Asked, Wanted},
};
use crate::Error;

/// The longest that asking for tokens may take, from connecting to the last byte.
pub const TOKEN_DEADLINE: Duration = Duration::from_secs(20);
/// The longest that making a connection may take.
const CONNECT_DEADLINE: Duration = Duration::from_secs(10);
/// The largest answer that is read; a real one has a few kilobytes.
const LONGEST_ANSWER: usize = 256 * 1024;

/// Gong's token endpoint, asked as one OAuth app.
///
/// The app's id and secret go into a Basic header and everything else into the body, so that no
/// secret is in an address, where proxies and logs would keep it. Redirects are not followed, and
/// nothing is sent twice: a refresh token is taken once, and only a caller that has looked into
/// its store knows whether to try again.
#[derive(Clone)]
pub struct TokenEndpoint {
    app: OAuthApp,
    http: reqwest::Client,
}

impl TokenEndpoint {
    /// The endpoint of the app's address.
    ///
    /// # Errors
    /// [`OAuthError::Unreachable`] when the machine has no certificates to check Gong's by.
    pub fn new(app: OAuthApp) -> Result<Self, Error> {
        Self::build(app, None)
    }

    /// The same, trusting this certificate (PEM), too: a simulator's, or that of one's own gateway.
    ///
    /// # Errors
    /// As [`TokenEndpoint::new`], and when it is no certificate.
    pub fn trusting(app: OAuthApp, root_certificate: &[u8]) -> Result<Self, Error> {
        Self::build(app, Some(root_certificate))
    }

    fn build(app: OAuthApp, root_certificate: Option<&[u8]>) -> Result<Self, Error> {
        let setup = |error| unreachable("cannot be asked from here", error);
        let own = root_certificate
            .map(Certificate::from_pem)
            .transpose()
            .map_err(setup)?;
        let builder = reqwest::Client::builder()
            .user_agent(concat!("gongkit/", env!("CARGO_PKG_VERSION")))
            .redirect(Policy::none())
            .retry(retry::never())
            .no_proxy()
            .referer(false)
            .connect_timeout(CONNECT_DEADLINE)
            // A request on a connection that Gong is closing might or might not have arrived.
            .pool_max_idle_per_host(0);
        // On loopback only the given certificate counts, and the machine needs none installed.
        let builder = if app.base_url().is_loopback() {
            builder.tls_certs_only(own)
        } else {
            builder.tls_certs_merge(own)
        };
        let http = builder.build().map_err(setup)?;
        Ok(Self { app, http })
    }

    /// The app that asks.
    pub fn app(&self) -> &OAuthApp {
        &self.app
    }

    /// Buys tokens for the code of this login. The code is spent, whatever comes back.
    ///
    /// # Errors
    /// [`OAuthError::LoginFailed`] when Gong does not accept the code.
    pub async fn exchange(
        &self,
        login: &Login,
        code: AuthorizationCode,
        now: Timestamp,
    ) -> Result<Tokens, Error> {
        let form = Serializer::new(String::new())
            .append_pair("grant_type", "authorization_code")
            .append_pair("client_id", self.app.id())
            .append_pair("code", code.secret().expose_secret())
            .append_pair("redirect_uri", login.redirect().as_str())
            .append_pair("code_verifier", login.verifier().expose_secret())
            .finish();
        let scopes = login.scopes();
        Ok(self.ask(form, now, &Wanted::First { scopes }).await?)
    }

    /// Buys the next tokens for the refresh token of these, which is spent by that.
    ///
    /// Use [`super::OAuth`], which locks a store around this: two processes that call it with the
    /// same tokens lose the login.
    pub(crate) async fn refresh(
        &self,
        spent: &Tokens,
        now: Timestamp,
    ) -> Result<Tokens, OAuthError> {
        let form = Serializer::new(String::new())
            .append_pair("grant_type", "refresh_token")
            .append_pair("refresh_token", spent.refresh().expose_secret())
            .finish();
        self.ask(form, now, &Wanted::Next { spent }).await
    }

    async fn ask(
        &self,
        form: String,
        at: Timestamp,
        wanted: &Wanted<'_>,
    ) -> Result<Tokens, OAuthError> {
        let exchanged = tokio::time::timeout(TOKEN_DEADLINE, self.exchange_once(form)).await;
        let (status, mut body) = exchanged.map_err(|late| OAuthError::Unreachable {
            problem: "did not answer in time",
            source: Arc::new(late),
        })??;
        let is_loopback = self.app.base_url().is_loopback();
        let tokens = answer::read(status, &body, &Asked { at, is_loopback }, wanted);
        body.zeroize();
        tokens
    }

    async fn exchange_once(&self, form: String) -> Result<(u16, Vec<u8>), OAuthError> {
        let failed = |error: reqwest::Error| {
            let problem = if error.is_connect() {
                "cannot be reached"
            } else {
                "broke off"
            };
            unreachable(problem, error)
        };
        let basic = self.app.basic();
        let mut authorization = header::HeaderValue::from_str(basic.expose_secret())
            .expect("the app's halves were checked for what a header can hold");
        authorization.set_sensitive(true);
        let mut response = self
            .http
            .post(self.app.token_url())
            .header(header::AUTHORIZATION, authorization)
            .header(header::ACCEPT, "application/json")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(form)
            .send()
            .await
            .map_err(failed)?;
        let status = response.status().as_u16();
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(failed)? {
            if body.len() + chunk.len() > LONGEST_ANSWER {
                let problem = "the answer is too large";
                return Err(OAuthError::BadAnswer { status, problem });
            }
            body.extend_from_slice(&chunk);
        }
        Ok((status, body))
    }
}

impl fmt::Debug for TokenEndpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("TokenEndpoint").field(&self.app).finish()
    }
}

fn unreachable(problem: &'static str, error: reqwest::Error) -> OAuthError {
    OAuthError::Unreachable {
        problem,
        source: Arc::new(error.without_url()),
    }
}
