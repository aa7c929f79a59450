//! What a stranger sends to the webhook: a proof that is believed only if it is one, and a body.

use std::sync::LazyLock;

use gong_auth::{ShownByWebhook, VerifiedWebhook, WebhookSigner, WebhookVerifier};
use jiff::{SignedDuration, Timestamp};

const URL: &str = "https://hooks.example.com/webhooks/gong";
const URL_TOKEN: &str = "4c0f5a7be2d94a6f8b31";
const NOW: Timestamp = Timestamp::constant(1_772_000_000, 0);
const BODY: &[u8] = br#"{"callData":{"metaData":{"id":"7"}},"isTest":false}"#;

/// Gong's key, of this process, with a delivery that it has signed.
struct Gong {
    verifier: WebhookVerifier,
    token: String,
}

static GONG: LazyLock<Gong> = LazyLock::new(|| {
    let signer = WebhookSigner::generate().expect("a key");
    let key = signer.public_key().expect("it has one");
    let verifier = WebhookVerifier::new().keys(vec![key]).public_url(URL);
    let until = NOW + SignedDuration::from_mins(5);
    Gong {
        verifier: verifier.expect("an address"),
        token: signer.sign(URL, BODY, until).expect("signed"),
    }
});

fn is_believed(verifier: &WebhookVerifier, shown: ShownByWebhook<'_>) -> bool {
    verifier.verify(shown, NOW).is_ok()
}

/// The header, the end of the address and the body of a delivery, with lines between.
///
/// # Panics
/// When anything is believed but what Gong has signed, or what the agreed token came with.
pub fn webhook_tokens(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let mut lines = text.splitn(3, '\n');
    let mut line = || lines.next().unwrap_or_default();
    let (authorization, url_token, body) = (line(), line(), line());
    let Gong { verifier, token } = &*GONG;

    // Nothing that was made without the key is believed, whatever stands in it.
    let strange = ShownByWebhook {
        authorization: Some(authorization),
        url_token: Some(url_token),
        body: body.as_bytes(),
    };
    assert!(!is_believed(verifier, strange), "a stranger is believed");

    // What was signed holds for its own body, and for no other.
    let signed = ShownByWebhook {
        authorization: Some(token),
        url_token: Some(url_token),
        body: BODY,
    };
    assert_eq!(
        verifier.verify(signed, NOW),
        Ok(VerifiedWebhook::Signature),
        "the end of an address takes nothing from a signature"
    );
    if bytes != BODY {
        let changed = ShownByWebhook {
            body: bytes,
            ..signed
        };
        assert!(!is_believed(verifier, changed), "another body is believed");
    }

    // A token with anything put into its midst is another token.
    if !authorization.is_empty() {
        let at = 1 + bytes.len() % (token.len() - 1);
        let (head, rest) = token.split_at(at);
        let spliced = format!("{head}{authorization}{rest}");
        let spliced = ShownByWebhook {
            authorization: Some(&spliced),
            ..signed
        };
        assert!(
            !is_believed(verifier, spliced),
            "a changed token is believed"
        );
    }

    // Where there is no key the agreed text is believed, and no other.
    let agreed = WebhookVerifier::new().url_token(URL_TOKEN.to_owned().into());
    assert_eq!(is_believed(&agreed, strange), url_token == URL_TOKEN);
}

/// The body of a delivery that is believed: read or refused, and what is read stands in it.
pub fn webhook_bodies(bytes: &[u8]) {
    gong_app::fuzzing::delivery(bytes);
}
