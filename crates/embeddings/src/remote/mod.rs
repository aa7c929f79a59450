//! Vectors from a server: OpenAI's `/v1/embeddings`, which text-embeddings-inference and most
//! others speak as well.
//!
//! Texts of calls leave the machine this way. So the server is named by whoever sets it up, and
//! asked over TLS, unless it is on this machine.

mod retry;
mod wire;

use std::{fmt, num::NonZeroUsize, time::Duration};

use async_trait::async_trait;
use reqwest::{Client, StatusCode, Url, header::RETRY_AFTER};
use secrecy::{ExposeSecret as _, SecretString};
use tokio::time::{sleep, timeout};

use self::retry::{Failure, wait_before_next};
use crate::{Embedder, Error, Model, Purpose, Vector};

/// A model that a server computes.
#[derive(Clone)]
pub struct Remote {
    client: Client,
    server: String,
    key: Option<SecretString>,
    model: Model,
    batch: NonZeroUsize,
    deadline: Duration,
    first_wait: Duration,
}

/// Texts of a request.
const BATCH: NonZeroUsize = NonZeroUsize::new(32).expect("not zero");
/// The longest wait for one answer.
const DEADLINE: Duration = Duration::from_secs(30);
const TRIED_WITH: &str = "hello";
const FIRST_WAIT: Duration = Duration::from_millis(500);
/// Bytes of an answer per value: a float is written in at most 25, and twice that is no answer.
const BYTES_PER_VALUE: usize = 64;
/// A token of ordinary prose is longer; of other text the count is an estimate.
const BYTES_PER_TOKEN: usize = 3;

impl Remote {
    /// A model at the server with this base URL, such as `https://api.openai.com`.
    ///
    /// The model's name is the one that the server knows; its dimensions are checked with each
    /// answer. What stands for its weights cannot be verified from here, so give it a word that is
    /// changed whenever the server's model is.
    pub fn new(server: &str, model: Model) -> Result<Self, Error> {
        Self::at(server, model, PlainText::OnThisMachine)
    }

    /// The same, at a server that is asked without TLS though it is another machine: whoever is on
    /// the way reads the texts and the key.
    pub fn new_in_plain_text(server: &str, model: Model) -> Result<Self, Error> {
        Self::at(server, model, PlainText::Anywhere)
    }

    fn at(server: &str, model: Model, plain_text: PlainText) -> Result<Self, Error> {
        let url = address(server, plain_text)?;
        let server = url.as_str().trim_end_matches('/').to_owned();
        let refused = |what| Error::RemoteSetUp {
            server: server.clone(),
            what,
        };
        let client = Client::builder().redirect(reqwest::redirect::Policy::none());
        let client = client
            .build()
            .map_err(|_| refused("TLS cannot be set up"))?;
        Ok(Self {
            client,
            server,
            key: None,
            model,
            batch: BATCH,
            deadline: DEADLINE,
            first_wait: FIRST_WAIT,
        })
    }

    /// Sends this key as a bearer token.
    #[must_use = "the embedder is returned, not changed in place"]
    pub fn with_key(mut self, key: SecretString) -> Self {
        self.key = Some(key);
        self
    }

    /// Sets how many texts a request has; 32 by default.
    #[must_use = "the embedder is returned, not changed in place"]
    pub fn with_batch(mut self, batch: NonZeroUsize) -> Self {
        self.batch = batch;
        self
    }

    /// Sets how long one answer may take; 30 seconds by default.
    #[must_use = "the embedder is returned, not changed in place"]
    pub fn with_deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// Sets the longest wait before the second attempt; half a second by default, doubled with each
    /// further one.
    #[must_use = "the embedder is returned, not changed in place"]
    pub fn with_first_wait(mut self, wait: Duration) -> Self {
        self.first_wait = wait;
        self
    }

    /// The server, as it may be shown.
    pub fn server(&self) -> &str {
        &self.server
    }

    /// Whether nobody on the way can read what is sent: it is encrypted, or stays on this machine.
    pub fn is_private(&self) -> bool {
        address(&self.server, PlainText::OnThisMachine).is_ok()
    }

    /// Asks once, for one word that is of no call: tells whether server, key and dimensions are as
    /// they were set.
    pub async fn try_out(&self) -> Result<(), Error> {
        let word = [TRIED_WITH.to_owned()];
        match timeout(self.deadline, self.ask(&word)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err((_, error))) => Err(error),
            Err(_) => Err(self.failed("no answer in time")),
        }
    }

    /// A prefix and as much of the text as the model reads. A server may refuse what is longer, and
    /// an empty text: a space stands for it.
    fn input(&self, prefix: &str, text: &str) -> String {
        let most = self.model.max_tokens().get() * BYTES_PER_TOKEN;
        let end = (0..=most.min(text.len()))
            .rev()
            .find(|&end| text.is_char_boundary(end));
        let input = format!(
            "{prefix}{}",
            text.get(..end.unwrap_or(0)).unwrap_or_default()
        );
        if input.trim().is_empty() {
            " ".to_owned()
        } else {
            input
        }
    }

    /// Asks until there is an answer, or asking again is of no use.
    async fn batch(&self, input: &[String]) -> Result<Vec<Vector>, Error> {
        let mut attempt = 1;
        loop {
            let (failure, error) = match timeout(self.deadline, self.ask(input)).await {
                Ok(Ok(vectors)) => return Ok(vectors),
                Ok(Err(failed)) => failed,
                Err(_) => (Failure::Transient, self.failed("no answer in time")),
            };
            let jitter = rand::random_range(0.0..1.0);
            match wait_before_next(attempt, failure, self.first_wait, jitter) {
                Some(wait) => sleep(wait).await,
                None => return Err(error),
            }
            attempt += 1;
        }
    }

    async fn ask(&self, input: &[String]) -> Result<Vec<Vector>, (Failure, Error)> {
        let mut request = self
            .client
            .post(format!("{}/v1/embeddings", self.server))
            .json(&wire::Request::new(self.model.name(), input));
        if let Some(key) = &self.key {
            request = request.bearer_auth(key.expose_secret());
        }
        let unreached = |source: reqwest::Error| {
            let server = self.server.clone();
            let source = source.without_url();
            (Failure::Transient, Error::RemoteBroken { server, source })
        };
        let mut response = request.send().await.map_err(unreached)?;

        let status = response.status();
        if !status.is_success() {
            let seconds = response.headers().get(RETRY_AFTER);
            let seconds = seconds.and_then(|value| value.to_str().ok()?.parse().ok());
            let failure = match status {
                StatusCode::TOO_MANY_REQUESTS => Failure::Limited {
                    retry_after: seconds.map(Duration::from_secs),
                },
                status if status.is_server_error() => Failure::Transient,
                _ => Failure::Final,
            };
            // Its words may repeat the texts: they are not read.
            return Err((failure, self.failed(format!("it answered {status}"))));
        }

        let most = input.len() * self.model.dimensions().get() * BYTES_PER_VALUE + 4_096;
        let mut body = Vec::new();
        while let Some(part) = response.chunk().await.map_err(unreached)? {
            if body.len() + part.len() > most {
                return Err((Failure::Final, self.failed("its answer is too long")));
            }
            body.extend_from_slice(&part);
        }
        self.vectors(&body, input.len())
            .map_err(|error| (Failure::Final, error))
    }

    /// One vector per text, in order, each as long as the model says; anything else is refused.
    fn vectors(&self, body: &[u8], count: usize) -> Result<Vec<Vector>, Error> {
        let answer: wire::Answer =
            serde_json::from_slice(body).map_err(|_| self.failed("its answer is not readable"))?;
        let mut rows = answer.data;
        rows.sort_by_key(|row| row.index);
        let is_complete = rows.iter().map(|row| row.index).eq(0..count);
        if !is_complete {
            return Err(self.failed("its answer has not one vector for each text"));
        }
        let dimensions = self.model.dimensions().get();
        let vector = |row: wire::Row| {
            if row.embedding.len() != dimensions {
                let found = row.embedding.len();
                return Err(
                    self.failed(format!("its vectors have {found} values, not {dimensions}"))
                );
            }
            Vector::normalised(row.embedding)
        };
        rows.into_iter().map(vector).collect()
    }

    fn failed(&self, what: impl Into<String>) -> Error {
        Error::Remote {
            server: self.server.clone(),
            what: what.into(),
        }
    }
}

#[async_trait]
impl Embedder for Remote {
    fn model(&self) -> &Model {
        &self.model
    }

    /// An estimate, since the tokenizer is the server's: a token for each three bytes, which is
    /// more than ordinary prose has.
    fn count_tokens(&self, text: &str) -> usize {
        text.len().div_ceil(BYTES_PER_TOKEN) + 2
    }

    /// Asks for one batch after the other.
    async fn embed(&self, purpose: Purpose, texts: &[String]) -> Result<Vec<Vector>, Error> {
        let prefix = match purpose {
            Purpose::Passage => self.model.passage_prefix(),
            Purpose::Query => self.model.query_prefix(),
        };
        let mut vectors = Vec::with_capacity(texts.len());
        for texts in texts.chunks(self.batch.get()) {
            let input: Vec<String> = texts.iter().map(|text| self.input(prefix, text)).collect();
            vectors.extend(self.batch(&input).await?);
        }
        Ok(vectors)
    }
}

impl fmt::Debug for Remote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Remote")
            .field("server", &self.server)
            .field("model", &self.model.name())
            .finish_non_exhaustive()
    }
}

/// Where texts may go without TLS.
#[derive(Clone, Copy, PartialEq, Eq)]
enum PlainText {
    OnThisMachine,
    Anywhere,
}

/// The base URL, without the `/v1` that some write at its end.
fn address(server: &str, plain_text: PlainText) -> Result<Url, Error> {
    let server = server.trim().trim_end_matches('/');
    let server = server.strip_suffix("/v1").unwrap_or(server);
    let url = Url::parse(server).ok();
    // What cannot be read, or holds a password, is not repeated.
    let refused = |shown: Option<&Url>, what| Error::RemoteSetUp {
        server: shown.map_or_else(
            || "the server".to_owned(),
            |url| url.origin().ascii_serialization(),
        ),
        what,
    };
    let url = url.ok_or_else(|| refused(None, "its address is not a URL"))?;
    let is_here = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
    let is_safe = url.scheme() == "https"
        || (url.scheme() == "http" && (is_here || plain_text == PlainText::Anywhere));
    if !is_safe {
        return Err(refused(Some(&url), "neither https nor on this machine"));
    }
    let is_plain = url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none()
        && url.fragment().is_none();
    if !is_plain {
        return Err(refused(
            Some(&url),
            "its address holds more than scheme, host and path",
        ));
    }
    Ok(url)
}
