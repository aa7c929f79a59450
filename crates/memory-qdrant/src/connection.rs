//! A connection: every request has a deadline and is made again when that may help.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use memory_store::{Error, ErrorKind};
use qdrant_client::qdrant::CreateAlias;
use qdrant_client::{Qdrant, QdrantError};
use secrecy::{ExposeSecret, SecretString};
use tokio::time::{sleep, timeout};

use crate::Address;
use crate::retry::{self, status};

/// How to reach a server.
#[derive(Clone)]
#[non_exhaustive]
pub struct ConnectOptions {
    /// Where it is.
    pub address: Address,
    /// The key that it asks for.
    pub api_key: Option<SecretString>,
    /// How long one attempt of a request may take.
    pub timeout: Duration,
}

impl ConnectOptions {
    /// Without a key, with ten seconds a request.
    pub fn to(address: Address) -> Self {
        Self {
            address,
            api_key: None,
            timeout: Duration::from_secs(10),
        }
    }
}

/// A connection to a server; cheap to clone, and made when it is first used.
#[derive(Clone)]
pub struct Connection {
    client: Arc<Qdrant>,
    address: Address,
    deadline: Duration,
}

impl Connection {
    /// Prepares a connection; nothing is sent yet.
    pub fn new(options: &ConnectOptions) -> Result<Self, Error> {
        let mut config = Qdrant::from_url(options.address.as_str())
            .timeout(options.timeout)
            .connect_timeout(options.timeout)
            // It would print to standard output, which belongs to whoever called us.
            .skip_compatibility_check();
        if let Some(key) = &options.api_key {
            config = config.api_key(key.expose_secret());
        }
        let client = config
            .build()
            .map_err(|error| failure("be connected to", error))?;
        Ok(Self {
            client: Arc::new(client),
            address: options.address.clone(),
            deadline: options.timeout * retry::ATTEMPTS,
        })
    }

    /// Where it leads.
    pub fn address(&self) -> &Address {
        &self.address
    }

    /// The version of the server.
    pub async fn version(&self) -> Result<String, Error> {
        let ask = |client: Arc<Qdrant>| async move { client.health_check().await };
        Ok(self.call("say its version", ask).await?.version)
    }

    /// The names of all collections: the key must be good for it.
    pub async fn collections(&self) -> Result<Vec<String>, Error> {
        let ask = |client: Arc<Qdrant>| async move { client.list_collections().await };
        let listed = self.call("list collections", ask).await?;
        Ok(listed.collections.into_iter().map(|it| it.name).collect())
    }

    /// Removes a collection with everything in it; one that is not there is removed.
    pub async fn remove(&self, collection: &str) -> Result<(), Error> {
        let ask = |client: Arc<Qdrant>| async move { client.delete_collection(collection).await };
        match self.call("remove a collection", ask).await {
            Err(error) if error.kind() == ErrorKind::Absent => Ok(()),
            other => other.map(|_| ()),
        }
    }

    /// Lets a name stand for a collection, in one step if it stood for another one.
    pub async fn name(&self, alias: &str, collection: &str) -> Result<(), Error> {
        let request = CreateAlias {
            collection_name: collection.to_owned(),
            alias_name: alias.to_owned(),
        };
        let ask = |client: Arc<Qdrant>| {
            let request = request.clone();
            async move { client.create_alias(request).await }
        };
        self.call("move a name", ask).await.map(|_| ())
    }

    /// Asks; again if that may help.
    pub(crate) async fn call<T, Answer>(
        &self,
        what: &'static str,
        ask: impl Fn(Arc<Qdrant>) -> Answer,
    ) -> Result<T, Error>
    where
        Answer: Future<Output = Result<T, QdrantError>>,
    {
        let asking = async {
            let mut attempt = 1;
            loop {
                // On the heap: what the client waits with is large, and held by every caller.
                let error = match Box::pin(ask(Arc::clone(&self.client))).await {
                    Ok(answer) => return Ok(answer),
                    Err(error) => error,
                };
                let (code, told) = reason(&error);
                let Some(wait) = retry::wait(code, attempt, told, rand::random()) else {
                    return Err(failure(what, error));
                };
                tracing::debug!(what, code, attempt, "Qdrant is asked again");
                sleep(wait).await;
                attempt += 1;
            }
        };
        let Ok(answered) = timeout(self.deadline, asking).await else {
            let what = format!("Qdrant did not {what} in time");
            return Err(Error::new(ErrorKind::Storage, what));
        };
        answered
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Connection({})", self.address)
    }
}

/// The status, and the pause that the server asks for.
fn reason(error: &QdrantError) -> (i32, Option<Duration>) {
    match error {
        QdrantError::ResponseError { status } => (i32::from(status.code()), None),
        QdrantError::ResourceExhaustedError {
            retry_after_seconds,
            ..
        } => {
            let told = Duration::from_secs(*retry_after_seconds);
            (status::RESOURCE_EXHAUSTED, Some(told))
        }
        _ => (0, None),
    }
}

/// The message of the server stays out: it may quote what it was sent.
fn failure(what: &'static str, error: QdrantError) -> Error {
    let (code, _) = reason(&error);
    let (kind, what) = match code {
        status::UNAUTHENTICATED | status::PERMISSION_DENIED => (
            ErrorKind::NotAuthorised,
            format!("Qdrant's key is missing or not good enough to {what}"),
        ),
        status::NOT_FOUND => (
            ErrorKind::Absent,
            format!("Qdrant cannot {what}: it is not there"),
        ),
        _ => (
            ErrorKind::Storage,
            format!("Qdrant did not {what} (status {code})"),
        ),
    };
    tracing::debug!(code, "a request to Qdrant failed");
    match error {
        QdrantError::ResponseError { .. } | QdrantError::ResourceExhaustedError { .. } => {
            Error::new(kind, what)
        }
        other => Error::new(kind, what).caused_by(other),
    }
}
