//! Bearer tokens of the company's identity provider (OpenID Connect), verified as a pure function of
//! token, keys, rules and time. Fetching the keys is somebody else's work: there is no HTTP in here.

mod claims;
mod keys;

use std::fmt;

use conversation::UserId;
use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::{Validation, decode, decode_header};
use serde_json::{Map, Value};

use crate::{Permission, Role};

pub use keys::{Algorithm, KeySet};

/// How far the clocks of issuer and verifier may differ.
pub const LEEWAY: SignedDuration = SignedDuration::from_secs(60);
/// A longer token is none.
const LONGEST: usize = 16 * 1024;

/// What a token must be. Everything is configured; nothing is taken from the token alone.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct TokenRules {
    /// Who must have issued it.
    pub issuer: String,
    /// For whom it must be meant.
    pub audience: String,
    /// How it may be signed: by a public key only.
    pub algorithms: Vec<Algorithm>,
    /// The claim that holds the role: a name, or a JSON pointer (`/realm_access/roles`).
    pub role_claim: String,
    /// What stands before a role's word in that claim.
    pub role_prefix: String,
    /// The claim that holds the id of the company's user, the same way; without one, the user is
    /// found by a verified address.
    pub user_claim: Option<String>,
}

impl TokenRules {
    /// Rules of an issuer and an audience, with RS256 and ES256 and the claim `gongkit_role`.
    pub fn new(issuer: impl Into<String>, audience: impl Into<String>) -> Self {
        Self {
            issuer: issuer.into(),
            audience: audience.into(),
            algorithms: vec![Algorithm::Rs256, Algorithm::Es256],
            role_claim: "gongkit_role".to_owned(),
            role_prefix: String::new(),
            user_claim: None,
        }
    }
}

/// Whom a token names.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Identity {
    /// The issuer's own name for the person.
    pub subject: String,
    /// The one role that the token gives.
    pub role: Role,
    /// The company's user, if the token names one.
    pub user: Option<UserId>,
    /// The address, if the issuer has verified it.
    pub email: Option<String>,
    /// What the token's scopes limit it to, if they name permissions.
    pub permissions: Option<Vec<Permission>>,
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identity")
            .field("role", &self.role)
            .field("user", &self.user)
            .field("permissions", &self.permissions)
            .finish_non_exhaustive()
    }
}

/// Why a token is not accepted. No variant quotes anything of the token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TokenError {
    /// It is no signed token.
    Malformed,
    /// It wants to be verified in a way that is not configured.
    Algorithm,
    /// It is signed by a key that the issuer does not list now: fetch the keys again.
    UnknownKey,
    /// Its signature does not fit.
    Signature,
    /// Somebody else issued it.
    Issuer,
    /// It is meant for somebody else.
    Audience,
    /// It is over.
    Expired,
    /// It is not valid yet, or was issued in the future.
    NotYet,
    /// It gives no role of ours, or several.
    NoRole,
}

impl fmt::Display for TokenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Malformed => "this is no signed token",
            Self::Algorithm => "the token is signed in a way that is not configured",
            Self::UnknownKey => "the token is signed by a key that its issuer does not list",
            Self::Signature => "the token's signature does not fit",
            Self::Issuer => "the token was issued by somebody else",
            Self::Audience => "the token is meant for somebody else",
            Self::Expired => "the token is over",
            Self::NotYet => "the token is not valid yet",
            Self::NoRole => "the token does not give exactly one role",
        })
    }
}

impl std::error::Error for TokenError {}

/// Verifies a token: first its signature by a key of the issuer, then what it says.
pub fn verify(
    token: &str,
    keys: &KeySet,
    rules: &TokenRules,
    now: Timestamp,
) -> Result<Identity, TokenError> {
    if token.len() > LONGEST {
        return Err(TokenError::Malformed);
    }
    let header = decode_header(token).map_err(|error| header_error(token, &error))?;
    // An extension that must be understood is not understood; where the header says that its key
    // is to be found is not looked at.
    if header.crit.is_some() {
        return Err(TokenError::Malformed);
    }
    let asked = Algorithm::of(header.alg).filter(|asked| rules.algorithms.contains(asked));
    let asked = asked.ok_or(TokenError::Algorithm)?;
    let key = keys.find(header.kid.as_deref(), asked)?;

    // The clock is ours, and so are the claims: the library checks form and signature only.
    let mut validation = Validation::new(asked.library());
    validation.required_spec_claims.clear();
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation.validate_aud = false;
    let verified = decode::<Map<String, Value>>(token, key, &validation);
    let claims = verified.map_err(|error| decode_error(&error))?.claims;

    claims::check(&claims, rules, now)?;
    claims::identity(&claims, rules)
}

/// A header that names no algorithm of the library's, such as `none`, is told apart from no token.
fn header_error(token: &str, error: &jsonwebtoken::errors::Error) -> TokenError {
    use jsonwebtoken::errors::ErrorKind;
    let is_token = token.split('.').count() == 3;
    match error.kind() {
        ErrorKind::Json(_) | ErrorKind::InvalidAlgorithm if is_token => TokenError::Algorithm,
        _ => TokenError::Malformed,
    }
}

fn decode_error(error: &jsonwebtoken::errors::Error) -> TokenError {
    use jsonwebtoken::errors::ErrorKind;
    match error.kind() {
        ErrorKind::InvalidSignature
        | ErrorKind::Provider(_)
        | ErrorKind::InvalidRsaKey(_)
        | ErrorKind::InvalidEcdsaKey
        | ErrorKind::InvalidKeyFormat => TokenError::Signature,
        ErrorKind::InvalidAlgorithm => TokenError::Algorithm,
        _ => TokenError::Malformed,
    }
}
