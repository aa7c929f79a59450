//! The handle to Gong's API, and how it is made.
use std::{fmt, sync::Arc, time::Duration};

use gong_auth::{Authorize, BaseUrl};
use jiff::Timestamp;

use crate::{
    CONNECT_DEADLINE, Error, List, ListRequest, LocalPace, MAX_BODY, Observe, Pace,
    REQUEST_DEADLINE, Request, RetryBudget, RetryRules, Unobserved, send,
    transport::{Limits, Transport},
};

/// A handle to Gong's API; cheap to clone, and all clones share pace, retries and connections.
#[derive(Clone)]
pub struct GongClient {
    shared: Arc<Shared>,
}

pub(crate) struct Shared {
    pub(crate) base: BaseUrl,
    pub(crate) authorize: Arc<dyn Authorize>,
    pub(crate) pace: Arc<dyn Pace>,
    pub(crate) observe: Arc<dyn Observe>,
    pub(crate) rules: RetryRules,
    pub(crate) retry_budget: RetryBudget,
    pub(crate) jitter: fn() -> f64,
    pub(crate) transport: Transport,
}

impl GongClient {
    /// A client with all defaults: [`LocalPace`], nobody observing.
    ///
    /// # Errors
    /// When the machine has no certificates to check Gong's by.
    pub fn new(base: BaseUrl, authorize: Arc<dyn Authorize>) -> Result<Self, Error> {
        Self::builder(base, authorize).build()
    }

    /// A client that differs from the defaults.
    pub fn builder(base: BaseUrl, authorize: Arc<dyn Authorize>) -> ClientBuilder {
        ClientBuilder {
            base,
            authorize,
            pace: None,
            observe: Arc::new(Unobserved),
            rules: RetryRules::default(),
            jitter: rand::random::<f64>,
            limits: Limits {
                connect: CONNECT_DEADLINE,
                request: REQUEST_DEADLINE,
                max_body: MAX_BODY,
            },
            user_agent: concat!("gongkit/", env!("CARGO_PKG_VERSION")).to_owned(),
            root_certificate: None,
        }
    }

    /// Where requests go.
    pub fn base_url(&self) -> &BaseUrl {
        &self.shared.base
    }

    /// Sends one request and reads its answer; of a list, its first page.
    ///
    /// # Errors
    /// After as many attempts as [`crate::decide`] allows.
    pub async fn send<R: Request>(&self, request: &R) -> Result<R::Answer, Error> {
        send::send(&self.shared, request, None).await
    }

    /// A list, to be read page by page or element by element.
    pub fn list<R: ListRequest + 'static>(&self, request: R) -> List<R> {
        List::new(self.clone(), request)
    }

    pub(crate) async fn send_page<R: ListRequest>(
        &self,
        request: &R,
        cursor: Option<&str>,
    ) -> Result<R::Answer, Error> {
        send::send(&self.shared, request, cursor).await
    }
}

impl fmt::Debug for GongClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GongClient")
            .field("base", &self.shared.base)
            .finish_non_exhaustive()
    }
}

/// What differs from a client's defaults.
#[derive(Debug)]
pub struct ClientBuilder {
    base: BaseUrl,
    authorize: Arc<dyn Authorize>,
    pace: Option<Arc<dyn Pace>>,
    observe: Arc<dyn Observe>,
    rules: RetryRules,
    jitter: fn() -> f64,
    limits: Limits,
    user_agent: String,
    root_certificate: Option<Vec<u8>>,
}

impl ClientBuilder {
    /// Asks this pace for leave to send, instead of a [`LocalPace`] of the client's own.
    #[must_use = "the builder is returned, not changed in place"]
    pub fn pace(mut self, pace: Arc<dyn Pace>) -> Self {
        self.pace = Some(pace);
        self
    }

    /// Tells this observer of every attempt.
    #[must_use = "the builder is returned, not changed in place"]
    pub fn observe(mut self, observe: Arc<dyn Observe>) -> Self {
        self.observe = observe;
        self
    }

    /// Decides by these numbers whether to ask again.
    #[must_use = "the builder is returned, not changed in place"]
    pub fn retry_rules(mut self, rules: RetryRules) -> Self {
        self.rules = rules;
        self
    }

    /// Draws waits by this instead of at random: a function to a number from 0 to 1.
    #[must_use = "the builder is returned, not changed in place"]
    pub fn jitter(mut self, jitter: fn() -> f64) -> Self {
        self.jitter = jitter;
        self
    }

    /// Allows this long for making a connection, instead of [`CONNECT_DEADLINE`].
    #[must_use = "the builder is returned, not changed in place"]
    pub fn connect_deadline(mut self, deadline: Duration) -> Self {
        self.limits.connect = deadline;
        self
    }

    /// Allows this long for one attempt, instead of [`REQUEST_DEADLINE`].
    #[must_use = "the builder is returned, not changed in place"]
    pub fn request_deadline(mut self, deadline: Duration) -> Self {
        self.limits.request = deadline;
        self
    }

    /// Reads at most this many bytes of an answer, instead of [`MAX_BODY`].
    #[must_use = "the builder is returned, not changed in place"]
    pub fn max_body(mut self, bytes: usize) -> Self {
        self.limits.max_body = bytes;
        self
    }

    /// Calls itself this to Gong.
    #[must_use = "the builder is returned, not changed in place"]
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.user_agent = user_agent.into();
        self
    }

    /// Also trusts this certificate (PEM): a simulator's, or that of a company's own gateway.
    #[must_use = "the builder is returned, not changed in place"]
    pub fn root_certificate(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.root_certificate = Some(pem.into());
        self
    }

    /// Makes the client.
    ///
    /// # Errors
    /// Kind [`crate::ErrorKind::Setup`]: the certificate or the user agent is none, or the
    /// machine has no certificates to check Gong's by.
    pub fn build(self) -> Result<GongClient, Error> {
        let certificate = self.root_certificate.as_deref();
        let transport = Transport::new(&self.base, self.limits, &self.user_agent, certificate)?;
        let shared = Shared {
            base: self.base,
            authorize: self.authorize,
            pace: self
                .pace
                .unwrap_or_else(|| Arc::new(LocalPace::new(Timestamp::now))),
            observe: self.observe,
            rules: self.rules,
            retry_budget: RetryBudget::new(),
            jitter: self.jitter,
            transport,
        };
        Ok(GongClient {
            shared: Arc::new(shared),
        })
    }
}
