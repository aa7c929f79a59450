//! OAuth: a login in the browser, and tokens that are renewed once for everybody who needs them.

mod answer;
mod app;
mod callback;
mod endpoint;
mod error;
mod file_store;
mod listener;
mod login;
mod memory_store;
mod renewal;
mod scopes;
mod store;
mod tokens;

pub use app::{FoundApp, OAuthApp};
pub use callback::{AuthorizationCode, Callback};
pub use endpoint::{TOKEN_DEADLINE, TokenEndpoint};
pub use error::OAuthError;
pub use file_store::FileTokenStore;
pub use listener::{LOGIN_DEADLINE, LoginListener};
pub use login::{DEFAULT_REDIRECT, Login, Redirect};
pub use memory_store::MemoryTokenStore;
pub use renewal::{EXPIRY_SKEW, OAuth};
pub use scopes::Scopes;
pub use store::{LOCK_DEADLINE, LockedTokens, TokenStore};
pub use tokens::Tokens;

pub(crate) use login::challenge_of;
