//! Connections that only read, each on a snapshot.

use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::Connection;
use tokio::sync::Semaphore;
use tokio::task;

use crate::Error;
use crate::stored::stopped;

use super::writer::Opener;

pub(super) struct Readers {
    permits: Arc<Semaphore>,
    idle: Arc<Mutex<Vec<Connection>>>,
    opener: Opener,
}

impl Readers {
    /// At most `most` connections, each opened when it is first needed.
    pub(super) fn new(most: usize, opener: Opener) -> Self {
        Self {
            permits: Arc::new(Semaphore::new(most)),
            idle: Arc::default(),
            opener,
        }
    }

    /// Runs work on a thread that may block, in one read transaction.
    pub(super) async fn with<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let permit = Arc::clone(&self.permits).acquire_owned().await;
        let permit = permit.map_err(|_| stopped())?;
        let idle = Arc::clone(&self.idle);
        let opener = Arc::clone(&self.opener);
        let done = task::spawn_blocking(move || {
            let result = on_one(&idle, &opener, work);
            drop(permit);
            result
        });
        done.await.map_err(|error| stopped().caused_by(error))?
    }
}

fn on_one<T>(
    idle: &Mutex<Vec<Connection>>,
    opener: &Opener,
    work: impl FnOnce(&Connection) -> Result<T, Error>,
) -> Result<T, Error> {
    let kept = idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
    let connection = match kept {
        Some(connection) => connection,
        None => opener()?,
    };
    connection.execute_batch("BEGIN")?;
    let result = work(&connection)?;
    // A connection that failed is not used again.
    connection.execute_batch("COMMIT")?;
    idle.lock()
        .unwrap_or_else(PoisonError::into_inner)
        .push(connection);
    Ok(result)
}
