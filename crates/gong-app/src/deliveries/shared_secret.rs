//! `GONG_WEBHOOK_SECRET`: a name that people have from elsewhere, for what Gong does not have.
//!
//! Gong signs with a key of its own and shows the public half; nothing that is shared is mixed into
//! a body. What somebody puts under this name is therefore one of the two things that Gong's rule
//! does offer, and which of them can be seen: a public key, or the text that ends the address. What
//! could be mistaken is refused: a public key that was cut off must not become a token that
//! everybody can read in Gong's rule.

use gong_auth::WebhookKey;
use secrecy::SecretString;

use crate::{Error, ErrorKind};

/// The shortest token of an address: what is shorter can be guessed.
const SHORTEST_TOKEN: usize = 16;
/// How the DER form of every RSA key begins in base64: a sequence of more than 255 bytes.
const BEGIN_OF_DER: &str = "MII";

/// What a secret turned out to be.
#[derive(Debug)]
pub(super) enum SharedSecret {
    /// Public keys of Gong's rules.
    Keys(Vec<WebhookKey>),
    /// The text that ends the address.
    UrlToken(SecretString),
}

/// Tells what stands under the name. An error quotes nothing of it.
pub(super) fn told_apart(text: &str) -> Result<SharedSecret, Error> {
    let text = text.trim();
    let refused = |problem: &str, hint: &str| {
        let what = format!("webhook.secret (GONG_WEBHOOK_SECRET) {problem}");
        Err(Error::new(ErrorKind::NotConfigured, what).hint(hint))
    };
    if text.contains("PRIVATE KEY") {
        return refused(
            "is a private key, which belongs to whoever sends",
            "take what \"Show public key\" shows in Gong's rule, and make a new key pair in place of \
             this one",
        );
    }
    match WebhookKey::parse_all(text) {
        Ok(keys) => return Ok(SharedSecret::Keys(keys)),
        Err(_) if text.contains("-----") || text.starts_with(BEGIN_OF_DER) => {
            return refused(
                "looks like a public key and is none that is whole: RSA, 2048 bits or more",
                "copy all of what \"Show public key\" shows in Gong's rule",
            );
        }
        Err(_) => {}
    }
    if is_url_token(text) {
        return Ok(SharedSecret::UrlToken(text.to_owned().into()));
    }
    refused(
        "is neither a public key nor a text that can end an address",
        "Gong has no secret for webhooks: give the public key of its rule (webhook.public_keys), or \
         sixteen or more letters and digits at random that end the rule's address \
         (webhook.url_token): `openssl rand -hex 24`",
    )
}

/// Whether a text can end an address, and cannot be guessed.
pub(super) fn is_url_token(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
    text.len() >= SHORTEST_TOKEN && text.bytes().all(is_plain)
}

#[cfg(test)]
mod tests {
    use gong_auth::WebhookSigner;
    use secrecy::ExposeSecret as _;

    use super::*;

    fn kind(text: &str) -> String {
        match told_apart(text) {
            Ok(SharedSecret::Keys(keys)) => format!("{} keys", keys.len()),
            Ok(SharedSecret::UrlToken(token)) => format!("token {}", token.expose_secret()),
            Err(error) => {
                assert!(error.hint_text().is_some(), "{error}");
                let is_quoted = !text.is_empty() && error.chain().contains(text);
                assert!(!is_quoted, "{error}");
                "refused".to_owned()
            }
        }
    }

    #[test]
    fn a_key_is_a_key_a_token_is_a_token_and_what_could_be_either_is_refused() {
        let key = WebhookSigner::generate().expect("a key");
        let bare = key.public_text().expect("written");
        let (first, second) = bare.split_at(64);
        let pem =
            format!("-----BEGIN PUBLIC KEY-----\n{first}\n{second}\n-----END PUBLIC KEY-----\n");
        let private = key.to_text().expect("written");

        assert_eq!(kind(&bare), "1 keys");
        assert_eq!(kind(&pem), "1 keys");
        assert_eq!(kind(&format!("{pem}{bare}")), "1 keys");
        assert_eq!(
            kind(" 4c0f5a7be2d94a6f8b31\n"),
            "token 4c0f5a7be2d94a6f8b31"
        );
        assert_eq!(
            kind("a-text.that~ends_an-address"),
            "token a-text.that~ends_an-address"
        );

        for bad in [
            &bare[..bare.len() - 4],
            &bare[..40],
            &pem[..pem.len() - 40],
            private.expose_secret(),
            "-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----",
            "too-short",
            "with/slashes/that/lead/elsewhere",
            "what a person would write",
            "",
        ] {
            assert_eq!(kind(bad), "refused", "{bad}");
        }
    }
}
