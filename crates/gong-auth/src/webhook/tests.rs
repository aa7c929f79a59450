//! Hostile deliveries, each by its name.

use std::fs;
use std::path::PathBuf;
use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

const URL: &str = "https://hooks.example.com/webhooks/gong";
const BODY: &[u8] = br#"{"callData":{"metaData":{"id":"7"}},"isTest":false}"#;
const NOW: Timestamp = Timestamp::constant(1_772_000_000, 0);
const HEAD: &str = r#"{"alg":"RS256","typ":"JWT"}"#;

static GONG: LazyLock<WebhookSigner> = LazyLock::new(signer);
static OTHER: LazyLock<WebhookSigner> = LazyLock::new(signer);

fn signer() -> WebhookSigner {
    WebhookSigner::generate().expect("a key")
}

fn public(signer: &WebhookSigner) -> WebhookKey {
    signer.public_key().expect("it has one")
}

fn verifier() -> WebhookVerifier {
    WebhookVerifier::new()
        .keys(vec![public(&GONG)])
        .public_url(URL)
        .expect("an address")
}

fn in_seconds(seconds: i64) -> Timestamp {
    NOW + SignedDuration::from_secs(seconds)
}

fn token() -> String {
    GONG.sign(URL, BODY, in_seconds(300)).expect("signed")
}

/// The usual claims, changed.
fn claims(change: impl FnOnce(&mut Value)) -> String {
    let hash = hex::encode(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, BODY));
    let until = in_seconds(300).as_second();
    let mut claims = json!({ "webhook_url": URL, "body_sha256": hash, "exp": until });
    change(&mut claims);
    claims.to_string()
}

fn with_claims(change: impl FnOnce(&mut Value)) -> String {
    GONG.sign_as(HEAD, &claims(change)).expect("signed")
}

fn with_head(head: &str) -> String {
    GONG.sign_as(head, &claims(|_| {})).expect("signed")
}

fn verify(authorization: &str) -> Result<VerifiedWebhook, WebhookRefusal> {
    verify_at(authorization, NOW)
}

fn verify_at(authorization: &str, now: Timestamp) -> Result<VerifiedWebhook, WebhookRefusal> {
    let shown = ShownByWebhook {
        authorization: Some(authorization),
        url_token: None,
        body: BODY,
    };
    verifier().verify(shown, now)
}

#[test]
fn a_signed_delivery_is_believed_with_and_without_bearer() {
    let token = token();
    for shown in [
        &token,
        &format!("Bearer {token}"),
        &format!("bearer  {token}"),
    ] {
        assert_eq!(verify(shown), Ok(VerifiedWebhook::Signature), "{shown}");
    }
    assert_eq!(
        verify(&format!("Basic {token}")),
        Err(WebhookRefusal::Malformed)
    );
}

#[test]
fn every_shared_vector_decides_as_it_is_labelled() {
    let default = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared");
    let shared = std::env::var_os("GONGKIT_SHARED").map_or_else(|| default.into(), PathBuf::from);
    let samples = shared.join("gong/samples");
    let Ok(text) = fs::read_to_string(samples.join("webhook-jwt-vectors.json")) else {
        eprintln!("NOT RUN: {} is not there", samples.display());
        return;
    };
    let all: Value = serde_json::from_str(&text).expect("JSON");
    let of = |name: &str| all[name].as_str().expect("a text");
    let body = fs::read(samples.join(of("body_file"))).expect("the body");
    let by_der = WebhookKey::parse(of("public_key_base64_der")).expect("a key");
    let by_pem = WebhookKey::parse(of("public_key_pem")).expect("a key");
    assert_eq!(by_der, by_pem);
    let verifier = WebhookVerifier::new().keys(vec![by_der]);
    let verifier = verifier.public_url(of("webhook_url")).expect("an address");

    let vectors = all["vectors"].as_array().expect("vectors");
    for vector in vectors {
        let shown = ShownByWebhook {
            authorization: vector["token"].as_str(),
            url_token: None,
            body: &body,
        };
        let decided = verifier.verify(shown, NOW);
        if let Some(accept) = vector["accept"].as_bool() {
            assert_eq!(decided.is_ok(), accept, "{} {decided:?}", vector["name"]);
        }
    }
    assert!(vectors.len() >= 13, "only {} vectors", vectors.len());
}

#[test]
fn an_unsigned_token_is_refused() {
    for alg in ["none", "None", "NONE", ""] {
        let head = URL_SAFE_NO_PAD.encode(json!({ "alg": alg }).to_string());
        let claims = URL_SAFE_NO_PAD.encode(claims(|_| {}));
        let bare = format!("{head}.{claims}.");
        assert_eq!(verify(&bare), Err(WebhookRefusal::Algorithm), "{alg}");
    }
    let (signed, _) = token()
        .rsplit_once('.')
        .map(|(a, b)| (a.to_owned(), b.len()))
        .expect("parts");
    assert_eq!(
        verify(&format!("{signed}.")),
        Err(WebhookRefusal::Signature)
    );
}

#[test]
fn a_token_keyed_with_the_public_key_is_refused() {
    let der = public(&GONG);
    for alg in [
        "HS256", "HS512", "RS512", "PS256", "ES256", "rs256", "RS256 ",
    ] {
        let head = URL_SAFE_NO_PAD.encode(json!({ "alg": alg }).to_string());
        let claims = URL_SAFE_NO_PAD.encode(claims(|_| {}));
        let signed = format!("{head}.{claims}");
        let key =
            aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, der.fingerprint().as_bytes());
        let code = aws_lc_rs::hmac::sign(&key, signed.as_bytes());
        let token = format!("{signed}.{}", URL_SAFE_NO_PAD.encode(code));
        assert_eq!(verify(&token), Err(WebhookRefusal::Algorithm), "{alg}");
    }
}

#[test]
fn a_key_that_the_token_brings_along_is_not_used() {
    for name in ["jku", "jwk", "x5u", "x5c", "kid"] {
        let head = json!({ "alg": "RS256", name: "https://evil.example/keys" }).to_string();
        let strange = OTHER.sign_as(&head, &claims(|_| {})).expect("signed");
        assert_eq!(verify(&strange), Err(WebhookRefusal::Signature), "{name}");
        assert!(verify(&with_head(&head)).is_ok(), "{name} is not looked at");
    }
}

#[test]
fn a_token_that_demands_extensions_is_refused() {
    for crit in [json!(["b64"]), json!([]), json!("exp")] {
        let head = json!({ "alg": "RS256", "crit": crit, "b64": false }).to_string();
        assert_eq!(verify(&with_head(&head)), Err(WebhookRefusal::Critical));
    }
}

#[test]
fn a_short_key_and_a_key_of_another_kind_are_no_keys() {
    const RSA_1024: &str = "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQC3hM6ja5Ro2gQnxVWyGPG7FBkhfqiv6\
        InZcihfyLxQZhTmxS5vUTDL+XfryW5pBeUe4fi18cEZkQ9tpp05ORHGlB/WGYGOurk9WBRojB3K6DldNbx+/cPvyP\
        PhpAkGAZXVDG1Iv+LS7LNLhkbCn1df3HcuBVxOiqDXxBj2MF5zOQIDAQAB";
    const P256: &str = "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEfHmnECoviic91f8EtamXf4w5dXqzAP1bCTDR\
        YyEiDW3jE6ncDqBNPw3GWtd9w/wLan3d/r09gitprUfyeqNIfg==";
    for (text, why) in [
        (RSA_1024, "short"),
        (P256, "another kind"),
        ("AAAA", "nothing"),
        ("", "empty"),
        ("-----BEGIN PUBLIC KEY-----\nAAAA", "cut off"),
    ] {
        assert!(WebhookKey::parse_all(text).is_err(), "{why}");
    }
}

#[test]
fn what_another_key_signed_is_refused() {
    let strange = OTHER.sign(URL, BODY, in_seconds(300)).expect("signed");
    assert_eq!(verify(&strange), Err(WebhookRefusal::Signature));
}

#[test]
fn during_a_rotation_both_keys_are_believed() {
    let (old, new) = (public(&GONG), public(&OTHER));
    let both = verifier().keys(vec![old, new]);
    for signer in [&GONG, &OTHER] {
        let token = signer.sign(URL, BODY, in_seconds(300)).expect("signed");
        let shown = ShownByWebhook {
            authorization: Some(&token),
            url_token: None,
            body: BODY,
        };
        assert!(both.verify(shown, NOW).is_ok());
    }
}

#[test]
fn keys_are_read_as_gong_shows_them_and_as_pem() {
    let pem = |base64: &str| {
        let (first, second) = base64.split_at(64);
        format!("-----BEGIN PUBLIC KEY-----\n{first}\n{second}\n-----END PUBLIC KEY-----\n")
    };
    let der = |signer: &WebhookSigner| signer.public_text().expect("written");
    let (one, other) = (der(&GONG), der(&OTHER));
    let text = format!("{one}, {}\n{other}\n{}", pem(&other), pem(&one));

    let keys = WebhookKey::parse_all(&text).expect("keys");

    assert_eq!(keys, [public(&GONG), public(&OTHER)]);
    assert_eq!(keys[0].fingerprint().len(), 64);
}

#[test]
fn a_token_holds_for_its_time_and_a_minute_more() {
    let token = token();
    assert!(verify_at(&token, in_seconds(300)).is_ok());
    assert!(verify_at(&token, in_seconds(359)).is_ok());
    assert_eq!(
        verify_at(&token, in_seconds(360)),
        Err(WebhookRefusal::Expired)
    );
    let forever = with_claims(|claims| {
        claims.as_object_mut().expect("an object").remove("exp");
    });
    assert_eq!(verify(&forever), Err(WebhookRefusal::NoExpiry));
    let text = with_claims(|claims| claims["exp"] = json!("4102444800"));
    assert_eq!(verify(&text), Err(WebhookRefusal::Malformed));
    let early =
        |seconds: i64| with_claims(|claims| claims["nbf"] = json!(in_seconds(seconds).as_second()));
    assert!(verify(&early(59)).is_ok());
    assert_eq!(verify(&early(61)), Err(WebhookRefusal::TooEarly));
}

#[test]
fn a_token_for_another_address_or_body_is_refused() {
    for url in [
        "https://hooks.example.com/webhooks/gong?tenant=acme",
        "http://hooks.example.com/webhooks/gong",
        "https://evil.example/webhooks/gong",
        "https://hooks.example.com.evil.example/webhooks/gong",
        "https://hooks.example.com@evil.example/webhooks/gong",
        "/webhooks/gong",
        "",
    ] {
        let token = with_claims(|claims| claims["webhook_url"] = json!(url));
        assert_eq!(verify(&token), Err(WebhookRefusal::Url), "{url}");
    }
    let nowhere = with_claims(|claims| claims["webhook_url"] = Value::Null);
    assert_eq!(verify(&nowhere), Err(WebhookRefusal::Url));
    let same = with_claims(|claims| {
        claims["webhook_url"] = json!("https://HOOKS.example.com:443/webhooks/gong");
    });
    assert!(
        verify(&same).is_ok(),
        "one address is written in several ways"
    );

    for hash in ["", "00", "zz", &"0".repeat(64)] {
        let token = with_claims(|claims| claims["body_sha256"] = json!(hash));
        assert_eq!(verify(&token), Err(WebhookRefusal::BodyHash), "{hash}");
    }
    let none = with_claims(|claims| claims["body_sha256"] = Value::Null);
    assert_eq!(verify(&none), Err(WebhookRefusal::NoBodyHash));
}

#[test]
fn a_claim_that_stands_there_twice_is_refused() {
    let once = claims(|_| {});
    let twice = once.replacen('{', r#"{"webhook_url":"https://evil.example","#, 1);
    let token = GONG.sign_as(HEAD, &twice).expect("signed");
    assert_eq!(verify(&token), Err(WebhookRefusal::Malformed));
    let head = r#"{"alg":"none","alg":"RS256"}"#;
    assert_eq!(verify(&with_head(head)), Err(WebhookRefusal::Malformed));
}

#[test]
fn what_is_no_token_is_refused() {
    for text in [
        "", ".", "..", "a.b", "a.b.c.d", "Bearer", "Bearer ", "\u{fffd}",
    ] {
        assert_eq!(verify(text), Err(WebhookRefusal::Malformed), "{text}");
    }
    let long = format!("{}{}", token(), "A".repeat(8 * 1024));
    assert_eq!(verify(&long), Err(WebhookRefusal::Malformed));
}

#[test]
fn the_token_of_an_address_is_enough_where_there_is_no_key() {
    let agreed = WebhookVerifier::new().url_token("f00d-f00d-f00d".to_owned().into());
    let ask = |verifier: &WebhookVerifier, url_token, authorization| {
        let shown = ShownByWebhook {
            authorization,
            url_token,
            body: BODY,
        };
        verifier.verify(shown, NOW)
    };
    assert_eq!(
        ask(&agreed, Some("f00d-f00d-f00d"), None),
        Ok(VerifiedWebhook::UrlToken)
    );
    for other in [
        None,
        Some(""),
        Some("f00d-f00d-f00e"),
        Some("f00d-f00d-f00d0"),
    ] {
        assert_eq!(ask(&agreed, other, None), Err(WebhookRefusal::UrlToken));
    }
    let token = token();
    let both = verifier().url_token("f00d-f00d-f00d".to_owned().into());
    let right = Some("f00d-f00d-f00d");
    assert_eq!(ask(&both, right, None), Err(WebhookRefusal::NothingShown));
    assert_eq!(
        ask(&both, None, Some(&token)),
        Err(WebhookRefusal::UrlToken)
    );
    assert_eq!(
        ask(&both, right, Some(&token)),
        Ok(VerifiedWebhook::Signature)
    );
    let nobody = WebhookVerifier::new();
    assert!(ask(&nobody, right, Some(&token)).is_err() && !nobody.can_verify());
}

#[test]
fn the_key_for_tests_is_told_apart() {
    let verifier = verifier().test_key(public(&OTHER));
    let token = OTHER.sign(URL, BODY, in_seconds(300)).expect("signed");
    let shown = ShownByWebhook {
        authorization: Some(&token),
        url_token: None,
        body: BODY,
    };
    assert_eq!(verifier.verify(shown, NOW), Ok(VerifiedWebhook::TestKey));
}

#[test]
fn a_kept_key_signs_as_before_and_never_prints() {
    let text = GONG.to_text().expect("written");
    let again = WebhookSigner::parse(secrecy::ExposeSecret::expose_secret(&text)).expect("read");
    assert_eq!(public(&again), public(&GONG));
    assert!(!format!("{again:?} {text:?}").contains("MII"));
}

proptest! {
    #[test]
    fn one_flipped_bit_of_token_or_body_is_refused(place in any::<prop::sample::Index>(), bit in 0..8_u8) {
        static TOKEN: LazyLock<String> = LazyLock::new(token);
        let mut bytes = [TOKEN.as_bytes(), BODY].concat();
        let place = place.index(bytes.len());
        bytes[place] ^= 1 << bit;
        let (changed, body) = bytes.split_at(TOKEN.len());
        let changed = String::from_utf8_lossy(changed);
        let shown = ShownByWebhook {
            authorization: Some(&changed),
            url_token: None,
            body,
        };
        prop_assert!(verifier().verify(shown, NOW).is_err());
    }
}
