//! The decision: what was shown, what is known, now.

use std::fmt;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use secrecy::SecretString;
use url::Url;

use crate::{Error, same};

use super::claims::{Claims, Head};
use super::{WebhookKey, WebhookRefusal};

/// How far the clocks of sender and receiver may differ, in seconds.
const LEEWAY: f64 = 60.0;
/// A longer token is none of Gong's.
const LONGEST_TOKEN: usize = 8 * 1024;

/// What a delivery shows.
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::exhaustive_structs, reason = "what is shown is the meaning")]
pub struct ShownByWebhook<'a> {
    /// The value of `Authorization`, if there is exactly one.
    pub authorization: Option<&'a str>,
    /// The last part of the path, where the address has a token.
    pub url_token: Option<&'a str>,
    /// The body, byte by byte as it came.
    pub body: &'a [u8],
}

/// How a delivery was verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum VerifiedWebhook {
    /// One of Gong's keys has signed it.
    Signature,
    /// It came to the address that only Gong knows.
    UrlToken,
    /// Our own key for tests has signed it: it is believed only if it says that it is a test.
    TestKey,
}

impl VerifiedWebhook {
    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Signature => "signature",
            Self::UrlToken => "url-token",
            Self::TestKey => "test-key",
        }
    }
}

/// Verifies deliveries by what was configured, never by what they say of themselves.
///
/// With keys, a delivery must be signed; an address with a token does not replace that. With a
/// token and no key, the token is enough, as Gong offers it.
///
/// ```
/// use gong_auth::{ShownByWebhook, WebhookKey, WebhookRefusal, WebhookSigner, WebhookVerifier};
/// use jiff::{Timestamp, ToSpan};
///
/// let gong = WebhookSigner::generate()?; // Really: the key that Gong's rule shows.
/// let url = "https://hooks.example.com/webhooks/gong";
/// let verifier = WebhookVerifier::new().keys(vec![gong.public_key()?]).public_url(url)?;
///
/// let now: Timestamp = "2026-03-02T10:00:00Z".parse()?;
/// let (body, until) = (br#"{"callData":{}}"#, now + 5.minutes());
/// let token = gong.sign(url, body, until)?;
/// let shown = ShownByWebhook { authorization: Some(&token), body, ..Default::default() };
///
/// assert!(verifier.verify(shown, now).is_ok());
/// let changed = ShownByWebhook { body: b"{}", ..shown };
/// assert_eq!(verifier.verify(changed, now), Err(WebhookRefusal::BodyHash));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Default)]
#[must_use = "a verifier does nothing until it is asked"]
pub struct WebhookVerifier {
    keys: Vec<WebhookKey>,
    test_key: Option<WebhookKey>,
    public_urls: Vec<Url>,
    url_token: Option<SecretString>,
}

impl WebhookVerifier {
    /// One that believes nobody.
    pub fn new() -> Self {
        Self::default()
    }

    /// Believes what one of these keys has signed.
    pub fn keys(mut self, keys: Vec<WebhookKey>) -> Self {
        self.keys = keys;
        self
    }

    /// Believes this key of our own, for tests only.
    pub fn test_key(mut self, key: WebhookKey) -> Self {
        self.test_key = Some(key);
        self
    }

    /// Adds an address under which Gong reaches us, as it stands in Gong's rule.
    pub fn public_url(mut self, url: &str) -> Result<Self, Error> {
        let url = Url::parse(url).ok().filter(Url::has_host);
        let url = url.ok_or(Error::Malformed {
            what: "webhook's public address",
            problem: "is no whole address; write it as in Gong's rule, https://… included",
        })?;
        self.public_urls.push(url);
        Ok(self)
    }

    /// Believes whoever knows this part of the address.
    pub fn url_token(mut self, token: SecretString) -> Self {
        self.url_token = Some(token);
        self
    }

    /// The keys of Gong.
    pub fn known_keys(&self) -> &[WebhookKey] {
        &self.keys
    }

    /// Whether deliveries must be signed.
    pub fn wants_signatures(&self) -> bool {
        !self.keys.is_empty()
    }

    /// Whether the address must end with a token.
    pub fn wants_url_token(&self) -> bool {
        self.url_token.is_some()
    }

    /// Whether there is an address to compare with.
    pub fn has_public_url(&self) -> bool {
        !self.public_urls.is_empty()
    }

    /// Whether anybody can be believed at all.
    pub fn can_verify(&self) -> bool {
        self.wants_signatures() || self.wants_url_token()
    }

    /// Judges a delivery.
    pub fn verify(
        &self,
        shown: ShownByWebhook<'_>,
        now: Timestamp,
    ) -> Result<VerifiedWebhook, WebhookRefusal> {
        // Whoever agreed on a token must show it in either mode.
        if let Some(known) = &self.url_token {
            let shown = shown.url_token.ok_or(WebhookRefusal::UrlToken)?;
            if !same(known, &SecretString::from(shown)) {
                return Err(WebhookRefusal::UrlToken);
            }
            if !self.wants_signatures() {
                return Ok(VerifiedWebhook::UrlToken);
            }
        }
        let authorization = shown.authorization.ok_or(WebhookRefusal::NothingShown)?;
        self.verify_signed(authorization, shown.body, now)
    }

    fn verify_signed(
        &self,
        authorization: &str,
        body: &[u8],
        now: Timestamp,
    ) -> Result<VerifiedWebhook, WebhookRefusal> {
        let token = Token::split(without_bearer(authorization))?;
        let head: Head = token.head()?;
        if head.alg != "RS256" {
            return Err(WebhookRefusal::Algorithm);
        }
        if head.crit.is_some() {
            return Err(WebhookRefusal::Critical);
        }
        let signature = decoded(token.signature)?;
        let has_signed = |key: &WebhookKey| key.has_signed(token.signed.as_bytes(), &signature);
        let verified = if self.keys.iter().any(has_signed) {
            VerifiedWebhook::Signature
        } else if self.test_key.as_ref().is_some_and(has_signed) {
            VerifiedWebhook::TestKey
        } else {
            return Err(WebhookRefusal::Signature);
        };
        self.judge(&token.claims()?, body, now)?;
        Ok(verified)
    }

    /// What a signed token says, against what is here.
    fn judge(&self, claims: &Claims, body: &[u8], now: Timestamp) -> Result<(), WebhookRefusal> {
        let now = now.as_duration().as_secs_f64();
        let until = claims.exp.ok_or(WebhookRefusal::NoExpiry)?;
        if until + LEEWAY <= now {
            return Err(WebhookRefusal::Expired);
        }
        if claims.nbf.is_some_and(|from| from - LEEWAY > now) {
            return Err(WebhookRefusal::TooEarly);
        }
        let url = claims.webhook_url.as_deref().map(Url::parse);
        let is_ours = |url: &Url| self.public_urls.contains(url);
        if !matches!(url, Some(Ok(url)) if is_ours(&url)) {
            return Err(WebhookRefusal::Url);
        }
        let named = claims.body_sha256.as_deref();
        let named = named.ok_or(WebhookRefusal::NoBodyHash)?;
        let named = hex::decode(named).map_err(|_| WebhookRefusal::BodyHash)?;
        verify_slices_are_equal(&named, digest(&SHA256, body).as_ref())
            .map_err(|_| WebhookRefusal::BodyHash)
    }
}

impl fmt::Debug for WebhookVerifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebhookVerifier")
            .field("keys", &self.keys)
            .field("public_urls", &self.public_urls.len())
            .field("has_url_token", &self.url_token.is_some())
            .finish_non_exhaustive()
    }
}

/// The three parts of a token.
struct Token<'a> {
    signed: &'a str,
    head: &'a str,
    claims: &'a str,
    signature: &'a str,
}

impl<'a> Token<'a> {
    fn split(text: &'a str) -> Result<Self, WebhookRefusal> {
        if text.len() > LONGEST_TOKEN {
            return Err(WebhookRefusal::Malformed);
        }
        let (signed, signature) = text.rsplit_once('.').ok_or(WebhookRefusal::Malformed)?;
        let (head, claims) = signed.split_once('.').ok_or(WebhookRefusal::Malformed)?;
        Ok(Self {
            signed,
            head,
            claims,
            signature,
        })
    }

    fn head(&self) -> Result<Head, WebhookRefusal> {
        serde_json::from_slice(&decoded(self.head)?).map_err(|_| WebhookRefusal::Malformed)
    }

    fn claims(&self) -> Result<Claims, WebhookRefusal> {
        serde_json::from_slice(&decoded(self.claims)?).map_err(|_| WebhookRefusal::Malformed)
    }
}

fn decoded(text: &str) -> Result<Vec<u8>, WebhookRefusal> {
    URL_SAFE_NO_PAD
        .decode(text)
        .map_err(|_| WebhookRefusal::Malformed)
}

/// Gong writes the token alone; proxies and tests like to write `Bearer` before it.
fn without_bearer(value: &str) -> &str {
    match value.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => token.trim(),
        _ => value,
    }
}
