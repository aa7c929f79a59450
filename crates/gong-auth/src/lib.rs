//! Gong credentials into authorised requests, and the rule for where they may be sent.
//!
//! A Gong key opens every recorded call of a company, so this crate is small and strict:
//!
//! - [`KeyPair`] holds an access key and its secret. It never prints either of them.
//! - [`KeySources`] finds a pair in the environment, in files (`GONG_ACCESS_KEY_FILE` beside
//!   `GONG_ACCESS_KEY`) or in configuration, and tells where each half came from. It reads
//!   nothing by itself: the environment and the files are passed in.
//! - [`Authorize`] is the seam through which a client asks for the value of its `Authorization`
//!   header. It is async because an OAuth token may have to be refreshed first.
//! - [`OAuth`] is the other way to authorise: a person logs in once, in a browser ([`Login`],
//!   [`LoginListener`]), and the tokens are renewed from then on. Gong takes a refresh token
//!   once, so they live in a [`TokenStore`], which one process at a time may replace.
//! - [`BaseUrl`] is the only kind of address that a client sends credentials to: https under
//!   `gong.io`, or loopback. Anything else needs [`BaseUrl::allow_foreign`], which says so.
//!
//! - [`WebhookVerifier`] is the other direction: whether a delivery came from Gong, by its signature
//!   (RS256 and nothing else) or by the token of its address.
//!
//! With a key pair:
//!
//! ```
//! use gong_auth::{BaseUrl, KeySources, Origin};
//!
//! // `main` passes `|name| std::env::var(name).ok()` here.
//! let environment = |name: &str| match name {
//!     "GONG_ACCESS_KEY" => Some("AN-ACCESS-KEY".to_owned()),
//!     "GONG_ACCESS_KEY_SECRET_FILE" => Some("/run/secrets/gong".to_owned()),
//!     _ => None,
//! };
//! let files = |_: &std::path::Path| Ok("the-secret\n".to_owned().into());
//!
//! let found = KeySources::new(&environment, &files).find()?;
//!
//! assert_eq!(found.secret_from.to_string(), "file /run/secrets/gong (GONG_ACCESS_KEY_SECRET_FILE)");
//! assert!(!format!("{found:?}").contains("the-secret"));
//! assert_eq!(BaseUrl::default().to_string(), "https://api.gong.io");
//! assert!(BaseUrl::parse("https://gong.example").is_err());
//! # assert!(matches!(found.access_key_from, Origin::Environment { .. }));
//! # Ok::<(), gong_auth::Error>(())
//! ```
//!
//! With a login, here against the fake of [`testing`]:
//!
//! ```
//! use std::sync::Arc;
//!
//! use gong_auth::{
//!     Authorize, DEFAULT_REDIRECT, LOGIN_DEADLINE, Login, LoginListener, MemoryTokenStore, OAuth,
//!     Redirect, Scopes, TokenEndpoint, testing::FakeLogin,
//! };
//! use jiff::Timestamp;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let gong = FakeLogin::start().await?;
//! let app = gong.app(); // `KeySources::find_app` finds the real one.
//! let store = MemoryTokenStore::new(); // `FileTokenStore` for all processes of a machine.
//! let oauth = OAuth::new(TokenEndpoint::new(app.clone())?, Arc::new(store), Timestamp::now);
//!
//! // Once, with a person. The redirect is the one registered in Gong; port 0 takes a free one.
//! let redirect = Redirect::parse("http://127.0.0.1:0/callback")?;
//! # assert!(Redirect::parse(DEFAULT_REDIRECT).is_ok());
//! let listener = LoginListener::bind(redirect).await?;
//! let scopes = Scopes::parse("api:calls:read:basic api:users:read");
//! let randomness = [7; 64]; // From a cryptographic source, for this login only.
//! let login = Login::new(&app, listener.redirect(), &scopes, &randomness);
//! let (page, code) = tokio::join!(
//!     gong.browse(login.url()), // Really: print the address, and the user opens it.
//!     listener.receive(&login, LOGIN_DEADLINE),
//! );
//! let tokens = oauth.log_in(&login, code?).await?;
//!
//! assert!(page?.contains("Close this page"));
//! assert!(tokens.scopes().missing(&["api:users:read"]).is_empty());
//! assert_eq!(tokens.base_url(), &gong.base_url());
//!
//! // From then on, without one.
//! let header = oauth.authorization().await?;
//! assert!(!format!("{header:?} {oauth:?} {tokens:?}").contains("fake-access"));
//! oauth.settle().await?;
//! # Ok(())
//! # }
//! ```

mod authorize;
mod base_url;
pub mod conformance;
mod constant_time;
mod error;
mod key_pair;
mod loopback_http;
mod oauth;
mod sources;
pub mod testing;
mod webhook;

pub use authorize::Authorize;
pub use base_url::BaseUrl;
pub use error::Error;
pub use key_pair::KeyPair;
pub use oauth::{
    AuthorizationCode, Callback, DEFAULT_REDIRECT, EXPIRY_SKEW, FileTokenStore, FoundApp,
    LOCK_DEADLINE, LOGIN_DEADLINE, LockedTokens, Login, LoginListener, MemoryTokenStore, OAuth,
    OAuthApp, OAuthError, Redirect, Scopes, TOKEN_DEADLINE, TokenEndpoint, TokenStore, Tokens,
};
pub use sources::{FoundKeyPair, KeySettings, KeySources, Origin, read_secret_file};
pub use webhook::{
    ShownByWebhook, VerifiedWebhook, WebhookKey, WebhookRefusal, WebhookSigner, WebhookVerifier,
};

pub(crate) use constant_time::same;

/// The environment variable of the access key.
pub const ACCESS_KEY: &str = "GONG_ACCESS_KEY";
/// The environment variable of the access key's secret.
pub const ACCESS_KEY_SECRET: &str = "GONG_ACCESS_KEY_SECRET";
/// The environment variable of the base URL.
pub const BASE_URL: &str = "GONG_BASE_URL";
/// The environment variable of the OAuth app's id.
pub const CLIENT_ACCESS_KEY: &str = "GONG_CLIENT_ACCESS_KEY";
/// The environment variable of the OAuth app's secret.
pub const CLIENT_SECRET: &str = "GONG_CLIENT_SECRET";
