//! An identity provider for the tests.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::App;

use super::{noon, serving};

/// An identity provider on this machine: one key, and a count of who asked for it.
pub(super) struct Issuer {
    address: String,
    key: EcdsaKeyPair,
    pub(super) asked: Arc<AtomicUsize>,
}

fn encoded(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

impl Issuer {
    /// Serves its document and its keys until the test ends.
    pub(super) fn start() -> Self {
        let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("a key");
        let point = key.public_key().as_ref().to_vec();
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = format!("http://{}", listener.local_addr().expect("bound"));
        let keys = json!({"keys": [{
            "kty": "EC", "kid": "e", "crv": "P-256",
            "x": encoded(&point[1..33]), "y": encoded(&point[33..]),
        }]});
        let document = json!({"issuer": address, "jwks_uri": format!("{address}/keys")});
        let asked = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&asked);
        std::thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                let mut connection = connection;
                let mut request = [0; 2048];
                let length = connection.read(&mut request).unwrap_or(0);
                let is_keys = request[..length].starts_with(b"GET /keys ");
                count.fetch_add(usize::from(is_keys), Ordering::SeqCst);
                let body = if is_keys { &keys } else { &document }.to_string();
                let answer = format!(
                    "HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
                    body.len()
                );
                // A client that went away needs no answer.
                let _ = connection.write_all(answer.as_bytes());
            }
        });
        Self {
            address,
            key,
            asked,
        }
    }

    pub(super) fn token(&self, kid: &str, changed: &Value) -> String {
        let mut claims = json!({
            "iss": self.address, "aud": "gongkit", "sub": "ada@idp.example",
            "exp": noon().as_second() + 300, "gongkit_role": "rep",
        });
        for (name, value) in changed.as_object().expect("an object") {
            claims[name] = value.clone();
        }
        let header = json!({"alg": "ES256", "kid": kid}).to_string();
        let body = format!("{}.{}", encoded(header), encoded(claims.to_string()));
        let code = self.key.sign(&SystemRandom::new(), body.as_bytes());
        format!("{body}.{}", encoded(code.expect("signed")))
    }

    pub(super) fn server(&self, home: &Path) -> App {
        let settings = [
            ("GONGKIT__AUTH__ISSUER", self.address.as_str()),
            ("GONGKIT__AUTH__AUDIENCE", "gongkit"),
        ];
        serving(home, &settings, noon)
    }
}
