//! One request for one answer: paced, with a deadline, and clear about what may have happened.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue, RETRY_AFTER};
use reqwest::redirect::Policy;
use reqwest::{Method, Response};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;
use tokio::time::{Instant, sleep, sleep_until, timeout};
use url::{Host, Url};

use super::pace::{Book, Limits};
use crate::{CrmError, CrmRequest, Held, Witness};

/// The largest answer that is read: a hundred records with their bodies.
const LARGEST: usize = 32 * 1024 * 1024;
/// The longest message of HubSpot's that is passed on.
const LONGEST_MESSAGE: usize = 500;
/// How often a request is sent at most.
const ATTEMPTS: u32 = 5;
/// The longest wait that HubSpot may demand of one request.
const LONGEST_WAIT: Duration = Duration::from_secs(30);
/// HubSpot's own host.
const HOST: &str = "api.hubapi.com";

/// A request.
#[derive(Debug)]
pub(super) struct Ask {
    method: Method,
    path: Vec<String>,
    query: Vec<(&'static str, String)>,
    body: Option<Value>,
    is_read: bool,
    is_search: bool,
}

impl Ask {
    pub(super) fn get(path: &[&str]) -> Self {
        Self::new(Method::GET, path, None, true)
    }

    /// A POST that reads.
    pub(super) fn read(path: &[&str], body: Value) -> Self {
        Self::new(Method::POST, path, Some(body), true)
    }

    pub(super) fn search(path: &[&str], body: Value) -> Self {
        let mut ask = Self::read(path, body);
        ask.is_search = true;
        ask
    }

    /// A POST that writes.
    pub(super) fn write(path: &[&str], body: Value) -> Self {
        Self::new(Method::POST, path, Some(body), false)
    }

    fn new(method: Method, path: &[&str], body: Option<Value>, is_read: bool) -> Self {
        Self {
            method,
            path: path.iter().map(|part| (*part).to_owned()).collect(),
            query: Vec::new(),
            body,
            is_read,
            is_search: false,
        }
    }

    pub(super) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.query.push((name, value.into()));
        self
    }
}

/// How a request failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// Nothing was sent.
    NotSent,
    /// Whoever must hear of it first could not be told; nothing was sent.
    Held,
    /// Our share of the day, or HubSpot's day, is spent; nothing was done.
    Day,
    /// Too much was asked, again and again; nothing was done.
    Busy(Option<Duration>),
    Unauthorised,
    MissingScope,
    /// HubSpot would refuse it again.
    Refused {
        status: u16,
        message: String,
        is_missing: bool,
    },
    /// It was sent; what became of it is not known.
    Unknown,
}

impl Failure {
    /// The same for whoever only read.
    pub(super) fn into_error(self) -> CrmError {
        match self {
            Self::NotSent => CrmError::Unreachable,
            Self::Held => CrmError::HeldBack,
            Self::Day => CrmError::DayIsSpent,
            Self::Busy(_) => CrmError::Busy,
            Self::Unauthorised => CrmError::Unauthorised,
            Self::MissingScope => CrmError::MissingScope,
            Self::Refused { status, .. } => CrmError::Refused { status },
            Self::Unknown => CrmError::Failed,
        }
    }
}

#[derive(Debug)]
pub(super) struct Transport {
    http: reqwest::Client,
    base: Url,
    limits: Limits,
    book: Mutex<Book>,
    pub(super) witness: Option<Arc<dyn Witness>>,
}

impl Transport {
    pub(super) fn new(
        base_url: &str,
        token: &SecretString,
        limits: Limits,
    ) -> Result<Self, CrmError> {
        let base: Url = base_url
            .parse()
            .map_err(|_| CrmError::Setup("its address is no URL"))?;
        let is_here = is_loopback(&base);
        let is_hubspot = base.scheme() == "https" && base.host_str() == Some(HOST);
        if !is_hubspot && !is_here {
            return Err(CrmError::Setup(
                "its address is neither https://api.hubapi.com nor on this machine",
            ));
        }
        let shown = format!("Bearer {}", token.expose_secret());
        let mut shown = HeaderValue::from_str(&shown)
            .map_err(|_| CrmError::Setup("the token cannot be sent in a header"))?;
        shown.set_sensitive(true);
        let builder = reqwest::Client::builder()
            .redirect(Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .connect_timeout(limits.deadline.min(Duration::from_secs(10)))
            .default_headers(HeaderMap::from_iter([(AUTHORIZATION, shown)]));
        // Loopback needs no proxy and no certificates of the machine.
        let builder = if is_here {
            builder.no_proxy().tls_certs_only(Vec::new())
        } else {
            builder
        };
        let http = builder
            .build()
            .map_err(|_| CrmError::Setup("no HTTP client could be made"))?;
        Ok(Self {
            http,
            base,
            limits,
            book: Mutex::new(Book::new(limits)),
            witness: None,
        })
    }

    pub(super) fn spent(&self) -> u32 {
        let mut book = self.book.lock().unwrap_or_else(PoisonError::into_inner);
        book.spent(Instant::now())
    }

    /// Asks until there is an answer, as often as that is safe.
    pub(super) async fn ask(&self, ask: &Ask) -> Result<Value, Failure> {
        let mut attempt = 1;
        loop {
            let failure = match self.once(ask).await {
                Ok(answer) => return Ok(answer),
                Err(failure) => failure,
            };
            let wait = wait_before_next(&failure, ask.is_read, attempt, self.limits.wait);
            let Some(wait) = wait else {
                return Err(failure);
            };
            sleep(wait).await;
            attempt += 1;
        }
    }

    async fn once(&self, ask: &Ask) -> Result<Value, Failure> {
        let place = {
            let mut book = self.book.lock().unwrap_or_else(PoisonError::into_inner);
            book.take(ask.is_search, Instant::now())
        };
        sleep_until(place.ok_or(Failure::Day)?).await;
        let Some(witness) = &self.witness else {
            return self.sent(ask).await.1;
        };
        let path = ask.path.join("/");
        let body = ask.body.as_ref().map(Value::to_string);
        let seen = CrmRequest::new(ask.method.as_str(), &path, body.as_deref());
        witness
            .about_to_send(&seen)
            .await
            .map_err(|held| match held {
                Held::Day => Failure::Day,
                Held::Unrecorded => Failure::Held,
            })?;
        let (status, answer) = self.sent(ask).await;
        witness.answered(&seen, status).await;
        answer
    }

    /// The status that came back, and what it means.
    async fn sent(&self, ask: &Ask) -> (Option<u16>, Result<Value, Failure>) {
        let exchange = timeout(self.limits.deadline, self.exchange(ask));
        exchange.await.unwrap_or((None, Err(Failure::Unknown)))
    }

    async fn exchange(&self, ask: &Ask) -> (Option<u16>, Result<Value, Failure>) {
        let mut url = self.base.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(&ask.path);
        }
        if !ask.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&ask.query);
        }
        let mut request = self.http.request(ask.method.clone(), url);
        if let Some(body) = &ask.body {
            request = request.json(body);
        }
        match request.send().await {
            Ok(response) => (Some(response.status().as_u16()), answered(response).await),
            Err(error) if error.is_connect() => (None, Err(Failure::NotSent)),
            Err(_) => (None, Err(Failure::Unknown)),
        }
    }
}

async fn answered(response: Response) -> Result<Value, Failure> {
    let status = response.status().as_u16();
    let retry_after = response.headers().get(RETRY_AFTER);
    let retry_after = retry_after.and_then(|value| value.to_str().ok()?.trim().parse().ok());
    let retry_after = retry_after.map(Duration::from_secs);
    match status {
        204 => return Ok(Value::Null),
        401 => return Err(Failure::Unauthorised),
        403 => return Err(Failure::MissingScope),
        500.. => return Err(Failure::Unknown),
        _ => {}
    }
    // An answer of success that breaks off says that it was done, and not what came of it.
    let body = body(response).await;
    match status {
        200..=299 => body.ok_or(Failure::Unknown),
        429 => {
            let policy = body.unwrap_or_default();
            let is_day = policy["policyName"].as_str() == Some("DAILY");
            Err(if is_day {
                Failure::Day
            } else {
                Failure::Busy(retry_after)
            })
        }
        _ => {
            let body = body.unwrap_or_default();
            let message = body["message"].as_str().unwrap_or("no message");
            let is_missing = status == 404 || body["category"].as_str() == Some("OBJECT_NOT_FOUND");
            Err(Failure::Refused {
                status,
                message: message.chars().take(LONGEST_MESSAGE).collect(),
                is_missing,
            })
        }
    }
}

async fn body(mut response: Response) -> Option<Value> {
    let mut bytes = Vec::new();
    while let Some(piece) = response.chunk().await.ok()? {
        if bytes.len() + piece.len() > LARGEST {
            return None;
        }
        bytes.extend_from_slice(&piece);
    }
    serde_json::from_slice(&bytes).ok()
}

/// How long to wait before the request is sent again; none when it is not.
fn wait_before_next(
    failure: &Failure,
    is_read: bool,
    attempt: u32,
    unit: Duration,
) -> Option<Duration> {
    if attempt >= ATTEMPTS {
        return None;
    }
    match failure {
        Failure::Busy(told) => {
            told.map_or(Some(unit), |told| (told <= LONGEST_WAIT).then_some(told))
        }
        Failure::NotSent => Some(unit * attempt),
        Failure::Unknown if is_read => Some(unit * attempt),
        _ => None,
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(host)) => host == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_write_that_was_sent_is_not_sent_again() {
        let unit = Duration::from_secs(2);
        let wait = |failure: Failure, is_read| wait_before_next(&failure, is_read, 1, unit);
        assert_eq!(wait(Failure::Unknown, false), None);
        assert_eq!(wait(Failure::Unknown, true), Some(unit));
        assert_eq!(wait(Failure::NotSent, false), Some(unit));
        assert_eq!(wait(Failure::Busy(None), false), Some(unit));
        assert_eq!(wait(Failure::Day, true), None);
        let hour = Some(Duration::from_hours(1));
        assert_eq!(
            wait(Failure::Busy(hour), true),
            None,
            "longer than a request may take"
        );
        let told = Some(Duration::from_secs(7));
        assert_eq!(wait_before_next(&Failure::Busy(told), false, 4, unit), told);
        assert_eq!(wait_before_next(&Failure::Busy(told), false, 5, unit), None);
    }

    #[test]
    fn a_token_goes_to_hubspot_or_stays_here() {
        let made = |base: &str| {
            Transport::new(base, &"canary".to_owned().into(), Limits::default()).is_ok()
        };
        assert!(made("https://api.hubapi.com"));
        assert!(made("http://127.0.0.1:4010"));
        for bad in [
            "http://api.hubapi.com",
            "https://api.hubapi.com.bad.example",
            "https://bad.example",
            "api.hubapi.com",
        ] {
            assert!(!made(bad), "{bad}");
        }
    }
}
