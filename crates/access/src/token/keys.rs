//! The keys that an issuer lists, each with the one algorithm that it is for.

use jsonwebtoken::DecodingKey;
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyAlgorithm, PublicKeyUse};
use serde_json::Value;

use super::TokenError;

/// How a token may be signed: with a private key, so that whoever verifies cannot sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Algorithm {
    /// RSA, PKCS 1.5, SHA-256; keys of at least 2048 bits.
    Rs256,
    /// RSA-PSS, SHA-256.
    Ps256,
    /// P-256, SHA-256.
    Es256,
    /// P-384, SHA-384.
    Es384,
}

impl Algorithm {
    /// Every one.
    pub const ALL: [Self; 4] = [Self::Rs256, Self::Ps256, Self::Es256, Self::Es384];

    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Ps256 => "PS256",
            Self::Es256 => "ES256",
            Self::Es384 => "ES384",
        }
    }

    pub(super) fn library(self) -> jsonwebtoken::Algorithm {
        match self {
            Self::Rs256 => jsonwebtoken::Algorithm::RS256,
            Self::Ps256 => jsonwebtoken::Algorithm::PS256,
            Self::Es256 => jsonwebtoken::Algorithm::ES256,
            Self::Es384 => jsonwebtoken::Algorithm::ES384,
        }
    }

    pub(super) fn of(algorithm: jsonwebtoken::Algorithm) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|known| known.library() == algorithm)
    }
}

/// A key of an issuer.
struct Listed {
    id: Option<String>,
    algorithms: Vec<Algorithm>,
    verifier: DecodingKey,
}

/// The public keys of an issuer.
#[derive(Default)]
pub struct KeySet {
    keys: Vec<Listed>,
}

impl KeySet {
    /// Reads a JSON Web Key Set. What is no public key for signatures is left out; none at all is
    /// an empty set. `None` if the text is no key set.
    pub fn read(text: &str) -> Option<Self> {
        let set: Value = serde_json::from_str(text).ok()?;
        let keys = set.get("keys")?.as_array()?.iter();
        let jwks = keys.filter_map(|key| serde_json::from_value::<Jwk>(key.clone()).ok());
        Some(Self {
            keys: jwks.filter_map(|jwk| key(&jwk)).collect(),
        })
    }

    /// How many keys there are.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// The key of this id, if it is for this algorithm. A token without an id needs an issuer with
    /// one key.
    pub(super) fn find(
        &self,
        id: Option<&str>,
        algorithm: Algorithm,
    ) -> Result<&DecodingKey, TokenError> {
        let found = match (id, self.keys.as_slice()) {
            (Some(id), keys) => keys.iter().find(|key| key.id.as_deref() == Some(id)),
            (None, [only]) => Some(only),
            (None, _) => None,
        };
        let found = found.ok_or(TokenError::UnknownKey)?;
        if !found.algorithms.contains(&algorithm) {
            return Err(TokenError::Algorithm);
        }
        Ok(&found.verifier)
    }
}

impl std::fmt::Debug for KeySet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KeySet")
            .field("keys", &self.keys.len())
            .finish()
    }
}

fn key(jwk: &Jwk) -> Option<Listed> {
    if matches!(jwk.common.public_key_use, Some(PublicKeyUse::Encryption)) {
        return None;
    }
    let fits: Vec<Algorithm> = match &jwk.algorithm {
        AlgorithmParameters::RSA(_) => vec![Algorithm::Rs256, Algorithm::Ps256],
        AlgorithmParameters::EllipticCurve(curve) => match curve.curve {
            EllipticCurve::P256 => vec![Algorithm::Es256],
            EllipticCurve::P384 => vec![Algorithm::Es384],
            _ => return None,
        },
        // A secret that both sides know is no public key.
        _ => return None,
    };
    let is_said = |fit: &Algorithm| match jwk.common.key_algorithm {
        None => true,
        Some(KeyAlgorithm::RS256) => *fit == Algorithm::Rs256,
        Some(KeyAlgorithm::PS256) => *fit == Algorithm::Ps256,
        Some(KeyAlgorithm::ES256) => *fit == Algorithm::Es256,
        Some(KeyAlgorithm::ES384) => *fit == Algorithm::Es384,
        Some(_) => false,
    };
    let algorithms: Vec<Algorithm> = fits.into_iter().filter(is_said).collect();
    if algorithms.is_empty() {
        return None;
    }
    Some(Listed {
        id: jwk.common.key_id.clone(),
        algorithms,
        verifier: DecodingKey::from_jwk(jwk).ok()?,
    })
}
