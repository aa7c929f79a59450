//! Why a delivery is not believed, in words that can be counted.

/// Why a delivery is not believed.
///
/// None of them quotes anything that was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum WebhookRefusal {
    /// There is neither a signature nor a token that could be looked at.
    #[error("nothing was shown")]
    NothingShown,
    /// What was shown is no signed token.
    #[error("the token is malformed")]
    Malformed,
    /// It is signed by another algorithm than RS256, or by none.
    #[error("the token is not signed by RS256")]
    Algorithm,
    /// It demands extensions that are not known here.
    #[error("the token demands extensions")]
    Critical,
    /// None of the known keys has signed it.
    #[error("the signature is of no known key")]
    Signature,
    /// It does not say how long it holds.
    #[error("the token has no end")]
    NoExpiry,
    /// Its time has passed.
    #[error("the token has expired")]
    Expired,
    /// Its time has not come.
    #[error("the token does not hold yet")]
    TooEarly,
    /// It does not say which body it is about.
    #[error("the token names no body")]
    NoBodyHash,
    /// It is about another body.
    #[error("the token is about another body")]
    BodyHash,
    /// It was meant for another address.
    #[error("the token is for another address")]
    Url,
    /// The token in the address is not the one that was agreed.
    #[error("the address holds another token")]
    UrlToken,
    /// It is signed by the key for tests, and is none.
    #[error("the key for tests signs tests only")]
    TestKey,
}

impl WebhookRefusal {
    /// Every refusal.
    pub const ALL: [Self; 13] = [
        Self::NothingShown,
        Self::Malformed,
        Self::Algorithm,
        Self::Critical,
        Self::Signature,
        Self::NoExpiry,
        Self::Expired,
        Self::TooEarly,
        Self::NoBodyHash,
        Self::BodyHash,
        Self::Url,
        Self::UrlToken,
        Self::TestKey,
    ];

    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NothingShown => "nothing-shown",
            Self::Malformed => "malformed",
            Self::Algorithm => "algorithm",
            Self::Critical => "critical",
            Self::Signature => "signature",
            Self::NoExpiry => "no-expiry",
            Self::Expired => "expired",
            Self::TooEarly => "too-early",
            Self::NoBodyHash => "no-body-hash",
            Self::BodyHash => "body-hash",
            Self::Url => "url",
            Self::UrlToken => "url-token",
            Self::TestKey => "test-key",
        }
    }
}
