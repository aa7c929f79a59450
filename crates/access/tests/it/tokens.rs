//! Tokens of an identity provider, and the ways in which a hostile one is not accepted.

use access::{
    Algorithm, Identity, KeySet, LEEWAY, Permission, Role, TokenError, TokenRules, verify,
};
use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

const NOW: Timestamp = Timestamp::constant(1_772_000_000, 0);
const ISSUER: &str = "https://login.example/realm";
const AUDIENCE: &str = "https://gongkit.example/mcp";

/// An identity provider with an RSA key `r` and a P-256 key `e`.
struct Provider {
    rsa: RsaKeyPair,
    ec: EcdsaKeyPair,
}

fn encoded(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

impl Provider {
    fn new() -> Self {
        Self {
            rsa: RsaKeyPair::generate(KeySize::Rsa2048).expect("a key"),
            ec: EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("a key"),
        }
    }

    fn modulus(&self) -> Vec<u8> {
        self.rsa
            .public_key()
            .modulus()
            .big_endian_without_leading_zero()
            .to_vec()
    }

    fn rsa_key(&self, id: &str) -> Value {
        let exponent = self.rsa.public_key().exponent();
        json!({
            "kty": "RSA", "kid": id, "use": "sig", "alg": "RS256",
            "n": encoded(self.modulus()),
            "e": encoded(exponent.big_endian_without_leading_zero()),
        })
    }

    fn ec_key(&self, id: &str) -> Value {
        let point = self.ec.public_key().as_ref();
        json!({
            "kty": "EC", "kid": id, "crv": "P-256",
            "x": encoded(&point[1..33]), "y": encoded(&point[33..]),
        })
    }

    fn listed(&self) -> KeySet {
        keys(&[self.rsa_key("r"), self.ec_key("e")])
    }

    fn sign(&self, header: &Value, claims: &Value) -> String {
        let body = unsigned(header, claims);
        let code = if header["alg"].as_str() == Some("ES256") {
            let signed = self.ec.sign(&SystemRandom::new(), body.as_bytes());
            signed.expect("signed").as_ref().to_vec()
        } else {
            let mut code = vec![0; self.rsa.public_modulus_len()];
            let random = SystemRandom::new();
            let signed = self
                .rsa
                .sign(&RSA_PKCS1_SHA256, &random, body.as_bytes(), &mut code);
            signed.expect("signed");
            code
        };
        format!("{body}.{}", encoded(code))
    }

    fn token(&self, claims: &Value) -> String {
        self.sign(&json!({"alg": "RS256", "kid": "r", "typ": "JWT"}), claims)
    }
}

fn keys(keys: &[Value]) -> KeySet {
    KeySet::read(&json!({ "keys": keys }).to_string()).expect("a key set")
}

fn unsigned(header: &Value, claims: &Value) -> String {
    format!(
        "{}.{}",
        encoded(header.to_string()),
        encoded(claims.to_string())
    )
}

/// Claims that are accepted, with some changed; `null` takes one away.
fn claims(changed: &Value) -> Value {
    let mut claims = json!({
        "iss": ISSUER, "aud": [AUDIENCE, "other"], "sub": "s-1",
        "exp": NOW.as_second() + 300, "iat": NOW.as_second(), "nbf": NOW.as_second(),
        "gongkit_role": "rep", "email": "ada@us.example", "email_verified": true,
    });
    for (name, value) in changed.as_object().expect("an object") {
        claims[name] = value.clone();
    }
    let claims = claims.as_object().expect("an object").clone();
    claims
        .into_iter()
        .filter(|(_, value)| !value.is_null())
        .collect()
}

fn rules() -> TokenRules {
    TokenRules::new(ISSUER, AUDIENCE)
}

fn accepted(token: &str, keys: &KeySet) -> Result<Identity, TokenError> {
    verify(token, keys, &rules(), NOW)
}

#[test]
fn a_token_of_the_provider_says_who_somebody_is_by_either_key() {
    let provider = Provider::new();
    let keys = provider.listed();
    for header in [
        json!({"alg": "RS256", "kid": "r"}),
        json!({"alg": "ES256", "kid": "e"}),
        json!({"alg": "RS256", "kid": "r", "jku": "https://evil.example/keys", "x5u": "https://evil.example"}),
    ] {
        let token = provider.sign(&header, &claims(&json!({})));

        let identity = accepted(&token, &keys).expect("accepted");

        assert_eq!(identity.role, Role::Rep);
        assert_eq!(identity.subject, "s-1");
        assert_eq!(identity.email.as_deref(), Some("ada@us.example"));
        assert_eq!((identity.user, identity.permissions), (None, None));
    }
}

#[test]
fn what_a_token_says_is_held_to_the_rules() {
    let provider = Provider::new();
    let keys = provider.listed();
    let (now, leeway) = (NOW.as_second(), LEEWAY.as_secs());
    let refused = [
        (
            json!({"iss": "https://login.example/other"}),
            TokenError::Issuer,
        ),
        (json!({"iss": null}), TokenError::Issuer),
        (json!({"iss": [ISSUER]}), TokenError::Issuer),
        (
            json!({"aud": "https://gongkit.example/"}),
            TokenError::Audience,
        ),
        (json!({"aud": []}), TokenError::Audience),
        (json!({"aud": null}), TokenError::Audience),
        (json!({"exp": now - leeway}), TokenError::Expired),
        (json!({"exp": null}), TokenError::Malformed),
        (json!({"exp": "soon"}), TokenError::Malformed),
        (json!({"exp": 1.0e300}), TokenError::Malformed),
        (json!({"nbf": now + leeway + 1}), TokenError::NotYet),
        (json!({"iat": now + leeway + 1}), TokenError::NotYet),
        (json!({"nbf": "later"}), TokenError::Malformed),
        (json!({"sub": null}), TokenError::Malformed),
        (json!({"gongkit_role": null}), TokenError::NoRole),
        (json!({"gongkit_role": "root"}), TokenError::NoRole),
        (json!({"gongkit_role": "Admin"}), TokenError::NoRole),
        (
            json!({"gongkit_role": ["rep", "admin"]}),
            TokenError::NoRole,
        ),
        (json!({"gongkit_role": {"admin": true}}), TokenError::NoRole),
    ];
    for (changed, error) in refused {
        let token = provider.token(&claims(&changed));
        assert_eq!(accepted(&token, &keys).err(), Some(error), "{changed}");
    }
    for changed in [
        json!({"exp": now - leeway + 1}),
        json!({"exp": (now + 5) as f64 + 0.5}),
        json!({"nbf": now + leeway, "iat": now + leeway}),
        json!({"nbf": null, "iat": null}),
        json!({"aud": AUDIENCE}),
        json!({"gongkit_role": ["staff", "rep", "rep"]}),
    ] {
        let token = provider.token(&claims(&changed));
        assert_eq!(accepted(&token, &keys).err(), None, "{changed}");
    }
}

#[test]
fn an_address_counts_only_if_it_is_verified() {
    let provider = Provider::new();
    for changed in [
        json!({"email_verified": false}),
        json!({"email_verified": null}),
        json!({"email_verified": "true"}),
        json!({"email_verified": 1}),
        json!({"email": ["ada@us.example"]}),
    ] {
        let token = provider.token(&claims(&changed));
        let identity = accepted(&token, &provider.listed()).expect("accepted");
        assert_eq!(identity.email, None, "{changed}");
    }
}

#[test]
fn nobody_gets_in_without_the_provider_s_signature() {
    let (provider, stranger) = (Provider::new(), Provider::new());
    let keys = provider.listed();
    let header = json!({"alg": "RS256", "kid": "r"});
    let good = provider.token(&claims(&json!({})));
    let admin = claims(&json!({"gongkit_role": "admin"}));

    // Another key under the provider's id, and another key under its own.
    let forged = stranger.sign(&header, &admin);
    assert_eq!(accepted(&forged, &keys).err(), Some(TokenError::Signature));
    let own = json!({"alg": "RS256", "kid": "mine", "jwk": stranger.rsa_key("mine")});
    let own = stranger.sign(&own, &admin);
    assert_eq!(accepted(&own, &keys).err(), Some(TokenError::UnknownKey));
    // Without an id, where the provider lists several keys.
    let nameless = provider.sign(&json!({"alg": "RS256"}), &admin);
    assert_eq!(
        accepted(&nameless, &keys).err(),
        Some(TokenError::UnknownKey)
    );

    // The signature of one token under the claims of another.
    let (body, _) = forged.rsplit_once('.').expect("a token");
    let (_, code) = good.rsplit_once('.').expect("a token");
    let swapped = format!("{body}.{code}");
    assert_eq!(accepted(&swapped, &keys).err(), Some(TokenError::Signature));
    // Any bit of the signature.
    let mut bytes = URL_SAFE_NO_PAD.decode(code).expect("decoded");
    for at in [0, 100, 255] {
        bytes[at] ^= 1;
        let (body, _) = good.rsplit_once('.').expect("a token");
        let changed = format!("{body}.{}", encoded(&bytes));
        assert_eq!(accepted(&changed, &keys).err(), Some(TokenError::Signature));
        bytes[at] ^= 1;
    }
}

#[test]
fn a_token_does_not_choose_how_it_is_verified() {
    let provider = Provider::new();
    let keys = provider.listed();
    let admin = claims(&json!({"gongkit_role": "admin"}));

    // No signature at all.
    for algorithm in ["none", "None", "nOnE", "HS257", ""] {
        let body = unsigned(&json!({"alg": algorithm, "kid": "r"}), &admin);
        for code in ["", "AA"] {
            let refused = accepted(&format!("{body}.{code}"), &keys).err();
            assert_eq!(refused, Some(TokenError::Algorithm), "{algorithm}");
        }
    }
    // A code with the public key as if it were a shared secret.
    for secret in [
        provider.modulus(),
        provider.rsa_key("r").to_string().into_bytes(),
    ] {
        let body = unsigned(&json!({"alg": "HS256", "kid": "r"}), &admin);
        let code = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &secret), body.as_bytes());
        let token = format!("{body}.{}", encoded(code));
        assert_eq!(accepted(&token, &keys).err(), Some(TokenError::Algorithm));
    }
    // A key for one algorithm under the name of another.
    for (algorithm, key) in [
        ("ES256", "r"),
        ("RS256", "e"),
        ("PS256", "r"),
        ("RS512", "r"),
    ] {
        let token = provider.sign(&json!({"alg": algorithm, "kid": key}), &admin);
        assert_eq!(
            accepted(&token, &keys).err(),
            Some(TokenError::Algorithm),
            "{algorithm}"
        );
    }
    // An algorithm that is sound, but not configured.
    let mut rules = rules();
    rules.algorithms = vec![Algorithm::Es256];
    let token = provider.token(&admin);
    let refused = verify(&token, &keys, &rules, NOW).err();
    assert_eq!(refused, Some(TokenError::Algorithm));
    // An extension that must be understood.
    let critical = json!({"alg": "RS256", "kid": "r", "crit": ["exp"]});
    let refused = accepted(&provider.sign(&critical, &admin), &keys).err();
    assert_eq!(refused, Some(TokenError::Malformed));
}

#[test]
fn what_is_no_token_is_told_as_such() {
    let provider = Provider::new();
    let keys = provider.listed();
    let good = provider.token(&claims(&json!({})));
    let long = format!("{good}{}", "A".repeat(20_000));
    for text in ["", "a.b", "a.b.c", "..", &good[..40], &long] {
        let refused = accepted(text, &keys).expect_err("refused");
        assert!(
            matches!(refused, TokenError::Malformed | TokenError::Algorithm),
            "{text}: {refused}"
        );
    }
    let no_claims = provider.sign(&json!({"alg": "RS256", "kid": "r"}), &json!([1]));
    assert_eq!(
        accepted(&no_claims, &keys).err(),
        Some(TokenError::Malformed)
    );
}

#[test]
fn a_key_set_gives_public_keys_for_signatures_only() {
    let provider = Provider::new();
    let mut for_encryption = provider.rsa_key("enc");
    for_encryption["use"] = "enc".into();
    let mut secret_coded = provider.rsa_key("hs");
    secret_coded["alg"] = "HS256".into();
    let shared = json!({"kty": "oct", "kid": "s", "k": "AAAA", "alg": "HS256"});
    let strange = json!({"kty": "XYZ", "kid": "z"});

    let set = keys(&[
        for_encryption,
        secret_coded,
        shared,
        strange,
        provider.rsa_key("r"),
    ]);

    assert_eq!(set.len(), 1);
    let token = provider.token(&claims(&json!({})));
    assert!(accepted(&token, &set).is_ok());
    let nameless = provider.sign(&json!({"alg": "RS256"}), &claims(&json!({})));
    assert!(
        accepted(&nameless, &set).is_ok(),
        "the only key needs no id"
    );
    assert!(KeySet::read("{}").is_none() && KeySet::read("<html>").is_none());
}

#[test]
fn a_weak_key_is_not_trusted() {
    // 1024 bits, of which nobody needs the other half here.
    let weak = json!({
        "kty": "RSA", "kid": "r", "n": encoded([0xffu8; 128]), "e": "AQAB",
    });
    let token = Provider::new().token(&claims(&json!({})));
    assert_eq!(
        accepted(&token, &keys(&[weak])).err(),
        Some(TokenError::Signature)
    );
}

#[test]
fn role_user_and_limits_come_from_the_configured_claims() {
    let provider = Provider::new();
    let mut rules = rules();
    rules.role_claim = "/realm_access/roles".to_owned();
    rules.role_prefix = "gongkit-".to_owned();
    rules.user_claim = Some("https://login.example/gong_user".to_owned());
    let told = claims(&json!({
        "gongkit_role": "admin",
        "realm_access": {"roles": ["admin", "gongkit-manager"]},
        "https://login.example/gong_user": "7782",
        "scope": "openid calls.read",
        "scp": ["deals.read"],
    }));

    let identity = verify(&provider.token(&told), &provider.listed(), &rules, NOW);

    let identity = identity.expect("accepted");
    assert_eq!(identity.role, Role::Manager);
    assert_eq!(
        identity.user.map(|user| user.to_string()).as_deref(),
        Some("7782")
    );
    let limit = vec![Permission::CallsRead, Permission::DealsRead];
    assert_eq!(identity.permissions, Some(limit));
}

#[test]
fn time_goes_by_the_verifier_s_clock() {
    let provider = Provider::new();
    let token = provider.token(&claims(&json!({})));
    let later = NOW + SignedDuration::from_secs(300) + LEEWAY;
    let refused = verify(&token, &provider.listed(), &rules(), later).err();
    assert_eq!(refused, Some(TokenError::Expired));
    let before = later - SignedDuration::from_secs(1);
    assert!(verify(&token, &provider.listed(), &rules(), before).is_ok());
}
