//! The one thread that writes: what waits together is committed together.
//!
//! A commit costs one fsync however many requests it carries, so durability is nearly free when
//! many callers wait. Each request runs in a savepoint of its own: one that fails takes only
//! itself back. After a commit that failed nobody knows what reached the disk, and a second fsync
//! would lie; so the connection is dropped, every caller is told, and a new connection reads what
//! is really there.

use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

use crate::stored::stopped;
use crate::{Error, ErrorKind};

/// The most requests of one commit.
const MOST_PER_COMMIT: usize = 512;
/// The most requests that wait; more wait at the door.
const QUEUE: usize = 1024;

/// Makes a connection that is ready to write.
pub(super) type Opener = Arc<dyn Fn() -> Result<Connection, Error> + Send + Sync>;

/// What a request wants done after its commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum After {
    Nothing,
    /// Empty the write-ahead log, so that nothing of what was erased stays there.
    TruncateLog,
}

pub(super) struct Writer {
    sender: Mutex<Option<mpsc::Sender<Box<dyn Request>>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Writer {
    pub(super) fn start(first: Connection, opener: Opener) -> Result<Self, Error> {
        let (sender, receiver) = mpsc::channel(QUEUE);
        let thread = thread::Builder::new()
            .name("archive-writer".to_owned())
            .spawn(move || Loop::new(first, opener).run(receiver))
            .map_err(|error| {
                Error::new(ErrorKind::Storage, "the writing thread did not start").caused_by(error)
            })?;
        Ok(Self {
            sender: Mutex::new(Some(sender)),
            thread: Mutex::new(Some(thread)),
        })
    }

    /// Runs work in the next commit; answers after it.
    pub(super) async fn submit<T: Send + 'static>(
        &self,
        after: After,
        work: impl FnOnce(&Connection) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let (reply, answer) = oneshot::channel();
        let request = Box::new(Waiting {
            after,
            work: Some(work),
            result: None,
            reply,
        });
        let sender = self.sender().ok_or_else(stopped)?;
        sender.send(request).await.map_err(|_| stopped())?;
        drop(sender);
        answer.await.map_err(|_| stopped())?
    }

    fn sender(&self) -> Option<mpsc::Sender<Box<dyn Request>>> {
        self.sender
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Takes no more, finishes what waits, stops.
    pub(super) fn close(&self) {
        drop(
            self.sender
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .take(),
        );
        let thread = self
            .thread
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(thread) = thread
            && thread.join().is_err()
        {
            tracing::error!("the archive's writing thread had panicked");
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.close();
    }
}

trait Request: Send {
    fn after(&self) -> After;
    /// Does the work and says whether it is to be kept.
    fn run(&mut self, connection: &Connection) -> bool;
    /// Answers the caller: with the result of the work, or with the failure of what came after.
    fn answer(self: Box<Self>, failure: Option<Error>);
}

struct Waiting<T, W> {
    after: After,
    work: Option<W>,
    result: Option<Result<T, Error>>,
    reply: oneshot::Sender<Result<T, Error>>,
}

impl<T, W> Request for Waiting<T, W>
where
    T: Send,
    W: FnOnce(&Connection) -> Result<T, Error> + Send,
{
    fn after(&self) -> After {
        self.after
    }

    fn run(&mut self, connection: &Connection) -> bool {
        self.result = self.work.take().map(|work| work(connection));
        matches!(self.result, Some(Ok(_)))
    }

    fn answer(self: Box<Self>, failure: Option<Error>) {
        let answer = match (self.result, failure) {
            (Some(Err(own)), _) => Err(own),
            (_, Some(failure)) => Err(failure),
            (Some(result), None) => result,
            (None, None) => Err(stopped()),
        };
        // A caller that went away needs no answer.
        let _ = self.reply.send(answer);
    }
}

struct Loop {
    connection: Option<Connection>,
    opener: Opener,
}

impl Loop {
    fn new(first: Connection, opener: Opener) -> Self {
        Self {
            connection: Some(first),
            opener,
        }
    }

    fn run(mut self, mut receiver: mpsc::Receiver<Box<dyn Request>>) {
        while let Some(first) = receiver.blocking_recv() {
            let mut batch = vec![first];
            while batch.len() < MOST_PER_COMMIT
                && let Ok(next) = receiver.try_recv()
            {
                batch.push(next);
            }
            self.serve(batch);
        }
    }

    fn serve(&mut self, mut batch: Vec<Box<dyn Request>>) {
        let committed = self.commit(&mut batch);
        let truncated = match (&committed, &self.connection) {
            (Ok(()), Some(connection)) if batch.iter().any(|r| r.after() != After::Nothing) => {
                truncate_log(connection)
            }
            _ => Ok(()),
        };
        let committed = committed.map_err(Shared::from);
        let truncated = truncated.map_err(Shared::from);
        for request in batch {
            let failure = match (&committed, &truncated, request.after()) {
                (Err(failure), ..) => Some(failure.copy("what was asked for was not stored")),
                (Ok(()), Err(failure), After::TruncateLog) => {
                    Some(failure.copy("what was erased may still stand in the archive's log"))
                }
                _ => None,
            };
            request.answer(failure);
        }
    }

    /// Runs the batch in one transaction. Whatever fails outside of a request ends the connection,
    /// but for a database that is only busy.
    fn commit(&mut self, batch: &mut [Box<dyn Request>]) -> Result<(), Error> {
        let connection = match self.connection.take() {
            Some(connection) => connection,
            None => (self.opener)()?,
        };
        let done = transact(&connection, batch);
        let is_sound = match &done {
            Ok(()) => true,
            Err(error) => error.kind() == ErrorKind::Busy && connection.is_autocommit(),
        };
        if is_sound {
            self.connection = Some(connection);
        } else {
            tracing::error!("a commit of the archive failed; its connection is opened again");
        }
        done
    }
}

fn transact(connection: &Connection, batch: &mut [Box<dyn Request>]) -> Result<(), Error> {
    connection.execute_batch("BEGIN IMMEDIATE")?;
    for request in batch {
        connection.execute_batch("SAVEPOINT request")?;
        let is_kept = request.run(connection);
        // A full disk or a failed read may have ended the whole transaction beneath the request.
        if connection.is_autocommit() {
            return Err(Error::new(
                ErrorKind::Storage,
                "the database gave a transaction up",
            ));
        }
        if !is_kept {
            connection.execute_batch("ROLLBACK TO request")?;
        }
        connection.execute_batch("RELEASE request")?;
    }
    connection.execute_batch("COMMIT")?;
    Ok(())
}

/// How long the log may wait for readers that still stand in it.
const TRUNCATE_PATIENCE: Duration = Duration::from_secs(2);

pub(super) fn truncate_log(connection: &Connection) -> Result<(), Error> {
    let usual: i64 = connection.query_row("PRAGMA busy_timeout", [], |row| row.get(0))?;
    connection.busy_timeout(TRUNCATE_PATIENCE)?;
    let is_blocked = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| {
        row.get::<_, i64>(0)
    });
    let usual = Duration::from_millis(u64::try_from(usual).unwrap_or(0));
    connection.busy_timeout(usual)?;
    if is_blocked? != 0 {
        return Err(Error::new(
            ErrorKind::Busy,
            "a reader keeps the archive's log from being emptied",
        ));
    }
    Ok(())
}

/// One failure for many callers.
struct Shared(Arc<Error>);

impl From<Error> for Shared {
    fn from(error: Error) -> Self {
        Self(Arc::new(error))
    }
}

impl Shared {
    fn copy(&self, what: &'static str) -> Error {
        Error::new(self.0.kind(), what).caused_by(Arc::clone(&self.0))
    }
}

#[cfg(test)]
mod tests;
