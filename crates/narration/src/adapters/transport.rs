//! One POST of JSON for one answer in JSON, with deadlines and a limit of size.

use std::time::Duration;

use reqwest::header::{HeaderName, HeaderValue, RETRY_AFTER};
use reqwest::redirect::Policy;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;

use crate::{Endpoint, LlmError};

/// The largest answer that is read. An answer is a few thousand tokens.
const MAX_BODY: usize = 4 * 1024 * 1024;

/// How long to wait for a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "any two waits are fine")]
pub struct Deadlines {
    /// For a connection.
    pub connect: Duration,
    /// For the whole answer.
    pub answer: Duration,
}

impl Default for Deadlines {
    /// Ten seconds to connect, five minutes to answer: a local model is slow.
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            answer: Duration::from_mins(5),
        }
    }
}

#[derive(Debug)]
pub(super) struct Transport {
    http: reqwest::Client,
    endpoint: Endpoint,
    path: &'static [&'static str],
    headers: Vec<(HeaderName, HeaderValue)>,
    deadlines: Deadlines,
}

impl Transport {
    pub(super) fn new(
        endpoint: Endpoint,
        path: &'static [&'static str],
        deadlines: Deadlines,
    ) -> Result<Self, LlmError> {
        // Loopback needs no proxy and no certificates of the machine.
        let builder = reqwest::Client::builder()
            .redirect(Policy::none())
            .retry(reqwest::retry::never())
            .no_proxy()
            .referer(false)
            .connect_timeout(deadlines.connect);
        let builder = if endpoint.is_loopback() {
            builder.tls_certs_only(Vec::new())
        } else {
            builder
        };
        let http = builder.build().map_err(|_| LlmError::Setup {
            problem: "no HTTP client could be made",
        })?;
        Ok(Self {
            http,
            endpoint,
            path,
            headers: Vec::new(),
            deadlines,
        })
    }

    /// Sends a secret with every request; the one place where keys are exposed.
    pub(super) fn set_secret(
        &mut self,
        name: HeaderName,
        prefix: &str,
        key: &SecretString,
    ) -> Result<(), LlmError> {
        let text = format!("{prefix}{}", key.expose_secret());
        let mut value = HeaderValue::from_str(&text).map_err(|_| LlmError::Setup {
            problem: "the key cannot be sent in a header",
        })?;
        value.set_sensitive(true);
        self.headers.push((name, value));
        Ok(())
    }

    pub(super) fn set_header(&mut self, name: HeaderName, value: HeaderValue) {
        self.headers.push((name, value));
    }

    pub(super) fn wait_for(&mut self, deadlines: Deadlines) {
        self.deadlines = deadlines;
    }

    pub(super) async fn post(&self, body: &Value) -> Result<Value, LlmError> {
        let exchange = self.exchange(body);
        tokio::time::timeout(self.deadlines.answer, exchange)
            .await
            .unwrap_or(Err(LlmError::TimedOut))
    }

    async fn exchange(&self, body: &Value) -> Result<Value, LlmError> {
        let mut request = self.http.post(self.endpoint.join(self.path)).json(body);
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let mut response = request.send().await.map_err(|error| failed(&error))?;
        let status = response.status().as_u16();
        let retry_after = response
            .headers()
            .get(RETRY_AFTER)
            .and_then(|value| value.to_str().ok()?.trim().parse().ok())
            .map(Duration::from_secs);
        match status {
            200 => {}
            300..=399 => return Err(LlmError::Redirected { status }),
            401 | 403 => return Err(LlmError::Unauthorized { status }),
            429 => return Err(LlmError::RateLimited { retry_after }),
            500.. => {
                return Err(LlmError::Server {
                    status,
                    retry_after,
                });
            }
            _ => return Err(LlmError::NotAccepted { status }),
        }
        let mut bytes = Vec::new();
        while let Some(piece) = response.chunk().await.map_err(|error| failed(&error))? {
            if bytes.len() + piece.len() > MAX_BODY {
                return Err(LlmError::BadAnswer {
                    problem: "is larger than any answer can be",
                });
            }
            bytes.extend_from_slice(&piece);
        }
        serde_json::from_slice(&bytes).map_err(|_| LlmError::BadAnswer {
            problem: "came in no JSON",
        })
    }
}

fn failed(error: &reqwest::Error) -> LlmError {
    if error.is_connect() {
        LlmError::Unreachable
    } else if error.is_timeout() {
        LlmError::TimedOut
    } else {
        LlmError::Interrupted
    }
}
