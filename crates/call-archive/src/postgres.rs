//! The archive of a company: one PostgreSQL database, sealed, for any number of processes.

mod answers;
mod api_keys;
mod audit;
mod backup;
mod budget;
mod calls;
mod connect;
mod crm_outbox;
mod customers;
mod dead;
mod deal_links;
mod deals;
mod duties;
mod erasing;
mod fault;
mod fence;
mod findings;
mod holding;
mod inbox;
mod indexes;
mod jobs;
mod key_care;
mod keyring;
mod labels;
mod ledger;
mod listening;
mod listing;
mod migrate;
mod numbers;
mod older;
mod open;
mod people;
mod pins;
mod purging;
mod put;
mod query;
mod receipts;
mod receiving;
mod refusals;
mod row;
mod secrets;
mod selecting;
mod session;
mod tables;
mod unconfirmed;
mod unite;
mod verify;

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, Weak};

use access::Scope;
use deadpool_postgres::{Client, Pool, Transaction};
use tokio::time::{sleep, timeout};
use tokio_postgres::IsolationLevel;

use crate::stored::{Context, DATA, Entry, EraseLog, stopped};
use crate::{Duty, Error, ErrorKind};

use connect::{Connector, DEADLINE};
use fault::{decide, state_of};
use fence::Fence;
use listening::Listening;

pub use connect::{PlainText, PostgresOptions};
pub(crate) use receiving::{Found, Target};

/// An archive in PostgreSQL.
///
/// Writers take turns by the row of the one counter, so that revisions and fences are committed in
/// the order in which they were drawn; readers see a snapshot and wait for nobody. Any number of
/// processes may open one database; clones of a handle share one pool.
///
/// The key is never made on the way: every process is given it.
#[derive(Clone)]
pub struct PostgresArchive {
    parts: Arc<Parts>,
    /// What this handle may write for, if it may not always.
    duty: Option<Arc<Duty>>,
}

struct Parts {
    pool: Pool,
    erase_log: Option<Arc<EraseLog>>,
    context: Arc<Context>,
    connector: Connector,
    /// What brings notices of jobs, while somebody waits for them.
    listening: Mutex<Weak<Listening>>,
    /// The schema that the archive stands in.
    schema: String,
}

/// Work inside a transaction.
type Doing<'a, T> = Pin<Box<dyn Future<Output = Result<T, Error>> + Send + 'a>>;

impl PostgresArchive {
    /// Takes no more work; what runs is finished.
    pub fn close(&self) {
        self.parts.pool.close();
    }

    async fn client(&self) -> Result<Client, Error> {
        self.parts.pool.get().await.map_err(fault::no_connection)
    }

    /// Runs work in a transaction that is this archive's only writing one, and commits it.
    ///
    /// What the server took back as a whole is done again, a few times. A commit whose answer was
    /// lost is never done again and never called a success.
    async fn write<T, W>(&self, work: W) -> Result<T, Error>
    where
        T: Send,
        W: for<'a> Fn(&'a Context, &'a Transaction<'a>) -> Doing<'a, T> + Send + Sync,
    {
        let mut attempt = 0;
        loop {
            attempt += 1;
            let done = timeout(DEADLINE, self.write_once(&work)).await;
            let failure = match done.unwrap_or_else(|_| Err(fault::too_late())) {
                Ok(value) => return Ok(value),
                Err(failure) => failure,
            };
            match decide(state_of(&failure), attempt) {
                Some(pause) => sleep(pause).await,
                None => return Err(failure),
            }
        }
    }

    async fn write_once<T, W>(&self, work: &W) -> Result<T, Error>
    where
        W: for<'a> Fn(&'a Context, &'a Transaction<'a>) -> Doing<'a, T> + Send + Sync,
    {
        let mut client = self.client().await?;
        let transaction = client.transaction().await?;
        query::take_turn(&transaction).await?;
        self.keep_up(&transaction, &Fence::open()).await?;
        if let Some(duty) = &self.duty {
            duties::check(&self.parts.context, &transaction, duty).await?;
        }
        let done = work(&self.parts.context, &transaction).await;
        match done {
            Ok(value) => {
                transaction.commit().await?;
                Ok(value)
            }
            Err(failure) => {
                // A rollback that fails leaves a connection that the pool finds out to be bad.
                let _ = transaction.rollback().await;
                Err(failure)
            }
        }
    }

    /// Raises the fence, refuses what a newer process took away, and takes in data keys that another
    /// process made since.
    async fn keep_up(&self, on: &Transaction<'_>, fence: &Fence) -> Result<(), Error> {
        let Context { tenant, keys, .. } = &*self.parts.context;
        let (newest, since) = fence.raise_and_ask(on, tenant.as_str(), DATA).await?;
        migrate::refuse_newer(since)?;
        if newest > keys.newest_dek()?.0 {
            keys.learn(&keyring::held(on, tenant).await?)?;
        }
        Ok(())
    }

    /// Runs work on a snapshot.
    async fn read_with<T, W>(&self, work: W) -> Result<T, Error>
    where
        T: Send,
        W: for<'a> Fn(&'a Context, &'a Transaction<'a>) -> Doing<'a, T> + Send + Sync,
    {
        self.read_behind(Fence::open(), work).await
    }

    /// Runs work on a snapshot of the calls that a scope reaches.
    async fn read_within<T, W>(&self, scope: &Scope, work: W) -> Result<T, Error>
    where
        T: Send,
        W: for<'a> Fn(&'a Context, &'a Transaction<'a>) -> Doing<'a, T> + Send + Sync,
    {
        self.read_behind(Fence::of(scope), work).await
    }

    async fn read_behind<T, W>(&self, fence: Fence, work: W) -> Result<T, Error>
    where
        T: Send,
        W: for<'a> Fn(&'a Context, &'a Transaction<'a>) -> Doing<'a, T> + Send + Sync,
    {
        let reading = async {
            let mut client = self.client().await?;
            let transaction = client
                .build_transaction()
                .isolation_level(IsolationLevel::RepeatableRead)
                .read_only(true)
                .start()
                .await?;
            self.keep_up(&transaction, &fence).await?;
            let value = work(&self.parts.context, &transaction).await?;
            transaction.commit().await?;
            Ok(value)
        };
        timeout(DEADLINE, reading)
            .await
            .unwrap_or_else(|_| Err(fault::too_late()))
    }

    /// Where an erasure is noted outside of the database.
    fn erase_log(&self) -> Result<Arc<EraseLog>, Error> {
        self.parts.erase_log.clone().ok_or_else(|| {
            Error::new(
                ErrorKind::Invalid,
                "this process holds no erase log, so it cannot erase for good",
            )
        })
    }

    /// Runs work that may block on a thread that may.
    async fn aside<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Context) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let context = Arc::clone(&self.parts.context);
        tokio::task::spawn_blocking(move || work(&context))
            .await
            .map_err(|error| stopped().caused_by(error))?
    }
}

/// Adds entries to the erase log, durably.
async fn append(
    context: &Context,
    log: &Arc<EraseLog>,
    entries: &[Entry<'_>],
) -> Result<(), Error> {
    if entries.is_empty() {
        return Ok(());
    }
    let lines = EraseLog::lines(&context.tenant, entries);
    let log = Arc::clone(log);
    tokio::task::spawn_blocking(move || log.append_lines(&lines))
        .await
        .map_err(|error| stopped().caused_by(error))?
}

impl fmt::Debug for PostgresArchive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresArchive")
            .field("pool", &self.parts.pool.status())
            .finish_non_exhaustive()
    }
}
