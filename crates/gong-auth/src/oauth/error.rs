//! What can go wrong with tokens, named by what the user can do about it.
use std::{error, sync::Arc};

type Cause = Arc<dyn error::Error + Send + Sync>;

/// What went wrong with a login, a token or the place where tokens are kept.
///
/// It can be cloned, because one renewal answers everybody who waits for it. No variant holds a
/// token, a code or a text that Gong or a file gave.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OAuthError {
    /// There is nothing to renew: only a person in a browser can help.
    #[error("not logged in to gong: {reason}; log in with `gongkit login`")]
    NotLoggedIn {
        /// Why there is nothing to renew.
        reason: &'static str,
    },
    /// A login was begun and did not come to its end; it can be begun again.
    #[error("the login did not succeed: {problem}")]
    LoginFailed {
        /// Why it did not.
        problem: &'static str,
    },
    /// Gong does not accept the id and the secret of the OAuth app.
    #[error("gong refused the OAuth app's own id and secret with status {status}")]
    AppRefused {
        /// The status of Gong's answer.
        status: u16,
    },
    /// The token endpoint could not be asked; asking again may help.
    #[error("gong's token endpoint {problem}")]
    Unreachable {
        /// What happened.
        problem: &'static str,
        /// What the network said.
        source: Cause,
    },
    /// The token endpoint answered with something that is no token.
    #[error("gong's token endpoint answered {status}: {problem}")]
    BadAnswer {
        /// The status of the answer.
        status: u16,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// Another process renews the tokens and takes longer than it may; asking again may help.
    #[error("the tokens are being renewed by another process that takes too long")]
    StoreBusy,
    /// The tokens could not be read or made durable.
    #[error("the token store {problem}")]
    Store {
        /// What could not be done.
        problem: &'static str,
        /// Why it could not be done.
        source: Option<Cause>,
    },
    /// The renewal ended before its end, because the program is stopping.
    #[error("the renewal of the tokens was interrupted")]
    Interrupted,
}

impl OAuthError {
    /// What a store could not do; for implementations of [`crate::TokenStore`].
    pub fn store(problem: &'static str) -> Self {
        Self::Store {
            problem,
            source: None,
        }
    }

    /// Keeps the reason why a store could not do it. It must not hold a token.
    #[must_use = "the error is returned, not changed in place"]
    pub fn caused_by(self, cause: impl error::Error + Send + Sync + 'static) -> Self {
        match self {
            Self::Store { problem, .. } => Self::Store {
                problem,
                source: Some(Arc::new(cause)),
            },
            other => other,
        }
    }

    /// Tells whether the same thing may succeed a little later.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Unreachable { .. } | Self::StoreBusy => true,
            Self::BadAnswer { status, .. } => *status == 429 || *status >= 500,
            _ => false,
        }
    }

    /// Tells whether only a new login helps.
    pub fn needs_login(&self) -> bool {
        matches!(self, Self::NotLoggedIn { .. } | Self::LoginFailed { .. })
    }
}
