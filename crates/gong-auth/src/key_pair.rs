//! An access key and its secret, which never print.
use std::fmt;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use secrecy::{ExposeSecret as _, SecretString};

use crate::Error;

/// Both halves are far shorter in practice; more is a pasted file.
pub(crate) const LONGEST: usize = 4096;

/// Gong's API key: an access key and its secret, checked once and never printed.
///
/// `Debug` shows neither half. [`KeyPair::access_key`] lends the first half, which identifies the
/// key, to whoever must tell keys apart; treat it as confidential, too.
#[derive(Clone)]
pub struct KeyPair {
    access_key: SecretString,
    secret: SecretString,
}

impl KeyPair {
    /// Makes a pair of two values that can go into a Basic `Authorization` header.
    ///
    /// # Errors
    /// [`Error::Malformed`] when a half is empty, too long, or holds white space, control or
    /// non-ASCII characters; and when the access key holds a colon, which Basic authentication
    /// uses to part the two.
    pub fn new(access_key: &str, secret: SecretString) -> Result<Self, Error> {
        check("access key", access_key, LONGEST)?;
        check("access key secret", secret.expose_secret(), LONGEST)?;
        if access_key.contains(':') {
            return Err(Error::Malformed {
                what: "access key",
                problem: "contains a colon",
            });
        }
        Ok(Self {
            access_key: access_key.to_owned().into(),
            secret,
        })
    }

    /// Lends the access key, the half that identifies the pair.
    pub fn access_key(&self) -> &str {
        self.access_key.expose_secret()
    }

    /// Tells whether the two halves look exchanged: Gong's secrets are signed tokens and start
    /// with `eyJ`, its access keys do not.
    pub fn looks_swapped(&self) -> bool {
        let is_token = |text: &SecretString| text.expose_secret().starts_with("eyJ");
        is_token(&self.access_key) && !is_token(&self.secret)
    }

    pub(crate) fn basic(&self) -> SecretString {
        basic(self.access_key(), &self.secret)
    }
}

impl fmt::Debug for KeyPair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyPair(redacted)")
    }
}

/// The value of a Basic `Authorization` header.
pub(crate) fn basic(user: &str, secret: &SecretString) -> SecretString {
    let mut both = format!("{user}:{}", secret.expose_secret());
    let header = format!("Basic {}", STANDARD.encode(&both));
    secrecy::zeroize::Zeroize::zeroize(&mut both);
    header.into()
}

/// What cannot go into a header, or is a pasted file, is no credential.
pub(crate) fn check(what: &'static str, value: &str, longest: usize) -> Result<(), Error> {
    let problem = if value.is_empty() {
        "is empty"
    } else if value.len() > longest {
        "is too long to be one"
    } else if value.chars().any(char::is_whitespace) {
        "contains white space"
    } else if !value.chars().all(|c| c.is_ascii_graphic()) {
        "contains a control or non-ASCII character"
    } else {
        return Ok(());
    };
    Err(Error::Malformed { what, problem })
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "CANARYACCESSKEY";
    const SECRET: &str = "canary-secret-value";

    fn problem(key: &str, secret: &str) -> String {
        KeyPair::new(key, secret.to_owned().into())
            .unwrap_err()
            .to_string()
    }

    #[test]
    fn what_cannot_be_a_key_is_refused_without_being_quoted() {
        assert_eq!(problem("", SECRET), "the access key is empty");
        assert_eq!(problem(KEY, ""), "the access key secret is empty");
        assert_eq!(
            problem("CANARY KEY", SECRET),
            "the access key contains white space"
        );
        assert_eq!(
            problem(KEY, "canary\n"),
            "the access key secret contains white space"
        );
        assert_eq!(
            problem("CANARY:KEY", SECRET),
            "the access key contains a colon"
        );
        assert_eq!(
            problem(KEY, "canary\u{7}"),
            "the access key secret contains a control or non-ASCII character"
        );
        assert_eq!(
            problem(KEY, "canary\u{200b}"),
            "the access key secret contains a control or non-ASCII character"
        );
        assert_eq!(
            problem(KEY, &"x".repeat(5000)),
            "the access key secret is too long to be one"
        );
    }

    #[test]
    fn neither_half_nor_its_base64_prints() {
        let pair = KeyPair::new(KEY, SECRET.to_owned().into()).unwrap();
        let header = pair.basic();

        let shown = format!("{pair:?} {pair:#?} {header:?}");

        for canary in [KEY, SECRET, &STANDARD.encode(format!("{KEY}:{SECRET}"))] {
            assert!(!shown.contains(canary), "{shown}");
        }
    }

    #[test]
    fn the_header_is_basic_base64_of_key_colon_secret() {
        let pair = KeyPair::new("key", "secret:with:colons".to_owned().into()).unwrap();

        assert_eq!(
            pair.basic().expose_secret(),
            "Basic a2V5OnNlY3JldDp3aXRoOmNvbG9ucw=="
        );
    }

    #[test]
    fn exchanged_halves_are_noticed() {
        let swapped = |key: &str, secret: &str| {
            KeyPair::new(key, secret.to_owned().into())
                .unwrap()
                .looks_swapped()
        };

        assert!(swapped("eyJhbGciOi", "UQ4SK2LP"));
        assert!(!swapped("UQ4SK2LP", "eyJhbGciOi"));
        assert!(!swapped("key", "secret"));
    }
}
