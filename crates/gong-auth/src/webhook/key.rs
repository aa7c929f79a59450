//! A public key as Gong shows it: base64 without lines, or PEM.

use std::fmt;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::signature::{ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::Error;

const BEGIN: &str = "-----BEGIN PUBLIC KEY-----";
const END: &str = "-----END PUBLIC KEY-----";
/// More keys than this are no rotation; each costs a verification.
const MOST_KEYS: usize = 16;

/// A key that deliveries are signed with. It is public and may be shown.
#[derive(Clone)]
pub struct WebhookKey {
    key: ParsedPublicKey,
    fingerprint: String,
}

impl WebhookKey {
    /// Reads one key: the base64 that Gong's rule shows, or PEM.
    pub fn parse(text: &str) -> Result<Self, Error> {
        match Self::parse_all(text)?.as_slice() {
            [one] => Ok(one.clone()),
            _ => Err(bad("is not one key")),
        }
    }

    /// Reads several keys, each as [`WebhookKey::parse`] takes it, with blanks, lines or commas
    /// between them; the same key twice counts once.
    pub fn parse_all(text: &str) -> Result<Vec<Self>, Error> {
        let mut keys: Vec<Self> = Vec::new();
        let mut add = |base64: &str| -> Result<(), Error> {
            let key = Self::from_base64(base64)?;
            if !keys.contains(&key) {
                keys.push(key);
            }
            Ok(())
        };
        let mut rest = text;
        loop {
            let (bare, pem) = rest
                .split_once(BEGIN)
                .map_or((rest, None), |(bare, pem)| (bare, Some(pem)));
            let words = bare.split(|char: char| char.is_whitespace() || char == ',');
            words
                .filter(|word| !word.is_empty())
                .try_for_each(&mut add)?;
            let Some(pem) = pem else { break };
            let (body, after) = pem.split_once(END).ok_or_else(|| bad("has no END line"))?;
            add(&body.split_whitespace().collect::<String>())?;
            rest = after;
        }
        if keys.is_empty() || keys.len() > MOST_KEYS {
            return Err(bad("must be one to sixteen keys"));
        }
        Ok(keys)
    }

    fn from_base64(text: &str) -> Result<Self, Error> {
        let bytes = STANDARD.decode(text).map_err(|_| bad("is not base64"))?;
        Self::from_der(&bytes)
    }

    pub(super) fn from_der(bytes: &[u8]) -> Result<Self, Error> {
        let refused = || bad("is no RSA key of 2048 to 8192 bits");
        let key =
            ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, bytes).map_err(|_| refused())?;
        let der = key.as_der().map_err(|_| refused())?;
        if bits_of(der.as_ref()) < 2048 {
            return Err(refused());
        }
        let fingerprint = hex::encode(digest(&SHA256, der.as_ref()));
        Ok(Self { key, fingerprint })
    }

    /// SHA-256 over the key's DER form, in hex: what `openssl pkey -pubin -outform DER | sha256sum`
    /// says.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    pub(super) fn has_signed(&self, message: &[u8], signature: &[u8]) -> bool {
        self.key.verify_sig(message, signature).is_ok()
    }
}

/// About how many bits the modulus has: its DER form is little more than the modulus.
fn bits_of(der: &[u8]) -> usize {
    const AROUND_THE_MODULUS: usize = 38;
    der.len().saturating_sub(AROUND_THE_MODULUS) * 8
}

impl PartialEq for WebhookKey {
    fn eq(&self, other: &Self) -> bool {
        self.fingerprint == other.fingerprint
    }
}

impl Eq for WebhookKey {}

impl fmt::Debug for WebhookKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("WebhookKey")
            .field(&self.fingerprint)
            .finish()
    }
}

fn bad(problem: &'static str) -> Error {
    Error::Malformed {
        what: "webhook's public key",
        problem,
    }
}
