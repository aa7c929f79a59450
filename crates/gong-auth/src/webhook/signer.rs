//! Signing as Gong does: for tests of a receiver, our own and its operator's.

use std::fmt;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jiff::Timestamp;
use secrecy::SecretString;
use serde_json::json;

use crate::Error;

use super::WebhookKey;

/// A private key that signs deliveries.
pub struct WebhookSigner(RsaKeyPair);

impl WebhookSigner {
    /// A new key.
    pub fn generate() -> Result<Self, Error> {
        RsaKeyPair::generate(KeySize::Rsa2048)
            .map(Self)
            .map_err(|_| bad("could not be made"))
    }

    /// Reads a key as [`WebhookSigner::to_text`] writes it.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let bytes = STANDARD.decode(text.trim());
        let bytes = bytes.map_err(|_| bad("is not base64"))?;
        RsaKeyPair::from_pkcs8(&bytes)
            .map(Self)
            .map_err(|_| bad("is no RSA key of 2048 bits or more"))
    }

    /// The key, to be kept: PKCS #8 in base64.
    pub fn to_text(&self) -> Result<SecretString, Error> {
        let der = self.0.as_der().map_err(|_| bad("cannot be written"))?;
        Ok(STANDARD.encode(der.as_ref()).into())
    }

    /// What it is verified with.
    pub fn public_key(&self) -> Result<WebhookKey, Error> {
        let key = self.0.public_key().as_der();
        WebhookKey::from_der(key.map_err(|_| bad("cannot be written"))?.as_ref())
    }

    /// What it is verified with, as Gong's rule shows it.
    pub fn public_text(&self) -> Result<String, Error> {
        let key = self.0.public_key().as_der();
        let key = key.map_err(|_| bad("cannot be written"))?;
        Ok(STANDARD.encode(key.as_ref()))
    }

    /// The token for a body that is sent to an address.
    pub fn sign(&self, url: &str, body: &[u8], until: Timestamp) -> Result<String, Error> {
        let claims = json!({
            "webhook_url": url,
            "body_sha256": hex::encode(digest(&SHA256, body)),
            "exp": until.as_second(),
        });
        self.sign_as(r#"{"alg":"RS256","typ":"JWT"}"#, &claims.to_string())
    }

    /// A token with any head and any claims.
    pub(super) fn sign_as(&self, head: &str, claims: &str) -> Result<String, Error> {
        let parts = [head, claims].map(|part| URL_SAFE_NO_PAD.encode(part));
        let signed = parts.join(".");
        let mut signature = vec![0; self.0.public_modulus_len()];
        self.0
            .sign(
                &RSA_PKCS1_SHA256,
                &SystemRandom::new(),
                signed.as_bytes(),
                &mut signature,
            )
            .map_err(|_| bad("does not sign"))?;
        Ok(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }
}

impl fmt::Debug for WebhookSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebhookSigner").finish_non_exhaustive()
    }
}

fn bad(problem: &'static str) -> Error {
    Error::Malformed {
        what: "webhook's private key",
        problem,
    }
}
