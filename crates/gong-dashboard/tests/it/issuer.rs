//! An identity provider of the test: its document, its keys, and codes that it takes once.

use std::collections::HashMap;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aws_lc_rs::digest;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jiff::Timestamp;
use serde_json::{Value, json};
use url::Url;

pub(crate) const CLIENT: &str = "pages of gongkit";
pub(crate) const SECRET: &str = "a secret: of the pages";

/// An identity provider on this machine.
#[derive(Clone)]
pub(crate) struct Issuer(Arc<Shared>);

struct Shared {
    address: String,
    key: EcdsaKeyPair,
    codes: Mutex<HashMap<String, Grant>>,
    /// Requests for tokens.
    asked: Mutex<usize>,
}

/// What somebody agreed to on its page.
struct Grant {
    redirect: String,
    challenge: String,
    claims: Value,
}

impl Issuer {
    /// Serves until the test ends.
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = format!("http://{}", listener.local_addr().expect("bound"));
        let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("a key");
        let issuer = Self(Arc::new(Shared {
            address,
            key,
            codes: Mutex::default(),
            asked: Mutex::default(),
        }));
        let serving = issuer.clone();
        std::thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                // A client that went away needs no answer.
                let _ = serving.answer(connection);
            }
        });
        issuer
    }

    pub(crate) fn address(&self) -> &str {
        &self.0.address
    }

    /// How often a token was asked for.
    pub(crate) fn asked(&self) -> usize {
        *held(&self.0.asked)
    }

    /// Somebody signs in on the page to which the browser was sent: where he is sent back to. Claims
    /// that are changed are those of what is said about him.
    pub(crate) fn agree(&self, page: &str, changed: &Value) -> String {
        let page: Url = page.parse().expect("an address");
        assert!(
            page.as_str()
                .starts_with(&format!("{}/page?", self.0.address))
        );
        let fields: HashMap<String, String> = page.query_pairs().into_owned().collect();
        assert_eq!(fields["response_type"], "code");
        assert_eq!(fields["client_id"], CLIENT);
        assert_eq!(fields["code_challenge_method"], "S256");
        assert_eq!(fields["scope"], "openid email");
        let now = Timestamp::now().as_second();
        let mut claims = json!({
            "iss": self.0.address, "aud": CLIENT, "sub": "ada@idp.example", "iat": now,
            "exp": now + 300, "nonce": fields["nonce"], "gongkit_role": "rep", "gong_user": "7",
        });
        for (name, value) in changed.as_object().expect("an object") {
            claims[name] = value.clone();
        }
        let mut codes = held(&self.0.codes);
        let code = format!("code {}", codes.len() + self.asked());
        let grant = Grant {
            redirect: fields["redirect_uri"].clone(),
            challenge: fields["code_challenge"].clone(),
            claims,
        };
        codes.insert(code.clone(), grant);
        let mut back: Url = fields["redirect_uri"].parse().expect("an address");
        back.query_pairs_mut()
            .append_pair("code", &code)
            .append_pair("state", &fields["state"]);
        format!("{}?{}", back.path(), back.query().expect("fields"))
    }

    fn answer(&self, mut connection: TcpStream) -> std::io::Result<()> {
        let request = read(&mut connection)?;
        let (head, body) = request.split_once("\r\n\r\n").unwrap_or((&request, ""));
        let address = &self.0.address;
        let (status, answer) = match head.split(' ').nth(1) {
            Some("/.well-known/openid-configuration") => {
                let document = json!({
                    "issuer": address, "jwks_uri": format!("{address}/keys"),
                    "authorization_endpoint": format!("{address}/page"),
                    "token_endpoint": format!("{address}/tokens"),
                });
                ("200 OK", document)
            }
            Some("/keys") => {
                let point = self.0.key.public_key().as_ref();
                let keys = json!({"keys": [{
                    "kty": "EC", "kid": "e", "crv": "P-256",
                    "x": encoded(&point[1..33]), "y": encoded(&point[33..]),
                }]});
                ("200 OK", keys)
            }
            Some("/tokens") => self.tokens(head, body),
            _ => ("404 Not Found", json!({})),
        };
        let answer = answer.to_string();
        let length = answer.len();
        let head = format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close");
        connection.write_all(format!("{head}\r\n\r\n{answer}").as_bytes())
    }

    /// Takes a code once, of the client that it was given to, with the text behind its challenge.
    fn tokens(&self, head: &str, body: &str) -> (&'static str, Value) {
        *held(&self.0.asked) += 1;
        let pairs = url::form_urlencoded::parse(body.as_bytes());
        let fields: HashMap<String, String> = pairs.into_owned().collect();
        let form = |text: &str| -> String {
            url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
        };
        let proof = STANDARD.encode(format!("{}:{}", form(CLIENT), form(SECRET)));
        let is_client = head.lines().any(|line| {
            let (name, value) = line.split_once(": ").unwrap_or_default();
            name.eq_ignore_ascii_case("authorization") && value == format!("Basic {proof}")
        });
        if !is_client {
            return ("401 Unauthorized", json!({"error": "invalid_client"}));
        }
        let grant = held(&self.0.codes).remove(&fields["code"]);
        let hash = digest::digest(&digest::SHA256, fields["code_verifier"].as_bytes());
        let challenge = encoded(hash);
        let grant = grant.filter(|grant| {
            grant.challenge == challenge && grant.redirect == fields["redirect_uri"]
        });
        match grant {
            Some(grant) => {
                let token = self.signed(&grant.claims);
                ("200 OK", json!({"id_token": token, "token_type": "Bearer"}))
            }
            None => ("400 Bad Request", json!({"error": "invalid_grant"})),
        }
    }

    fn signed(&self, claims: &Value) -> String {
        let header = json!({"alg": "ES256", "kid": "e"}).to_string();
        let body = format!("{}.{}", encoded(header), encoded(claims.to_string()));
        let code = self.0.key.sign(&SystemRandom::new(), body.as_bytes());
        format!("{body}.{}", encoded(code.expect("signed")))
    }
}

fn encoded(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Reads a request whole.
fn read(connection: &mut TcpStream) -> std::io::Result<String> {
    let mut request = Vec::new();
    let mut piece = [0; 2048];
    loop {
        let length = connection.read(&mut piece)?;
        request.extend_from_slice(&piece[..length]);
        let text = String::from_utf8_lossy(&request);
        let whole = text.split_once("\r\n\r\n").is_some_and(|(head, body)| {
            let lengths = head.lines().filter_map(|line| line.split_once(": "));
            let mut lengths =
                lengths.filter(|(name, _)| name.eq_ignore_ascii_case("content-length"));
            let wanted = lengths.next().and_then(|(_, length)| length.parse().ok());
            body.len() >= wanted.unwrap_or(0)
        });
        if whole || length == 0 {
            return Ok(text.into_owned());
        }
    }
}
