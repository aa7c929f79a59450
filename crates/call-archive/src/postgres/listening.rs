//! Notices of jobs in PostgreSQL: `LISTEN` on a connection of its own, for as long as somebody waits.
//!
//! A trigger of the table tells of every job that waits, so a process of any version does. What
//! comes while the connection is broken is lost; once it is there again, every waiter is told.

use std::sync::{Arc, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use futures::StreamExt as _;
use futures::stream;
use tokio::sync::watch;
use tokio::task::AbortHandle;
use tokio::time::{sleep, timeout};
use tokio_postgres::tls::MakeTlsConnect;
use tokio_postgres::{AsyncMessage, NoTls, Notification, Socket};

use crate::moment::instant;
use crate::stored::{Context, job_kind};
use crate::{Error, JobKind, JobWaiter, JobWatch, PostgresArchive, Queue};

use super::Parts;
use super::connect::CONNECTING;
use super::query::rows;

const LISTEN: &str = "LISTEN gongkit_jobs";
/// How long to wait before a connection that broke is made anew, at first and at last.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

#[async_trait]
impl JobWatch for PostgresArchive {
    /// Returns once the server was asked for notices, or after ten seconds without them.
    async fn watch_jobs(&self, kinds: &[JobKind]) -> JobWaiter {
        let listening = self.listening();
        let mut is_heard = listening.is_heard.clone();
        // Without notices the waiter looks now and then.
        let _ = timeout(CONNECTING, is_heard.wait_for(|heard| *heard)).await;
        self.parts.context.bell.waiter(kinds, Some(listening))
    }

    async fn queues(&self) -> Result<Vec<Queue>, Error> {
        self.read_with(|context, on| {
            Box::pin(async move {
                let sql = "SELECT kind, state, count(*), min(not_before) FROM jobs
                           WHERE tenant = $1 GROUP BY kind, state";
                let mut queues = Queue::none();
                for row in rows(on, sql, &[&context.tenant()]).await? {
                    let kind = job_kind(row.try_get(0)?)?;
                    let (state, jobs): (String, i64) = (row.try_get(1)?, row.try_get(2)?);
                    let jobs = u64::try_from(jobs).unwrap_or(0);
                    let first = instant(row.try_get(3)?)?;
                    let of_kind = queues.iter_mut().filter(|queue| queue.kind == kind);
                    of_kind.for_each(|queue| queue.add(&state, jobs, first));
                }
                Ok(queues)
            })
        })
        .await
    }
}

impl PostgresArchive {
    /// What brings notices, begun if nobody waits yet.
    fn listening(&self) -> Arc<Listening> {
        let kept = &self.parts.listening;
        let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(listening) = kept.upgrade() {
            return listening;
        }
        let listening = Arc::new(Listening::begin(&self.parts));
        *kept = Arc::downgrade(&listening);
        listening
    }
}

/// A task that listens; it ends when nobody waits any more.
pub(super) struct Listening {
    task: AbortHandle,
    is_heard: watch::Receiver<bool>,
}

impl Listening {
    fn begin(parts: &Arc<Parts>) -> Self {
        let (heard, is_heard) = watch::channel(false);
        // The parts own this through a weak handle only, so they may be owned by the task.
        let task = tokio::spawn(listen(Arc::clone(parts), heard)).abort_handle();
        Self { task, is_heard }
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn listen(parts: Arc<Parts>, heard: watch::Sender<bool>) {
    let mut pause = FIRST_PAUSE;
    loop {
        let config = &parts.connector;
        let ended = match &config.tls {
            None => hear(&parts, NoTls, &heard).await,
            Some(tls) => hear(&parts, tls.clone(), &heard).await,
        };
        let was_heard = heard.send_replace(false);
        if was_heard {
            pause = FIRST_PAUSE;
        }
        if let Err(error) = ended {
            let error: &dyn std::error::Error = &error;
            tracing::warn!(error, "notices of jobs do not come; jobs are looked for");
        }
        sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

/// Rings for every notice until the connection ends.
async fn hear<T>(parts: &Parts, tls: T, heard: &watch::Sender<bool>) -> Result<(), Error>
where
    T: MakeTlsConnect<Socket>,
    T::Stream: Unpin,
{
    let (client, mut connection) = parts.connector.config.connect(tls).await?;
    let messages = stream::poll_fn(move |context| connection.poll_message(context));
    let mut messages = std::pin::pin!(messages);
    let mut asking = std::pin::pin!(client.batch_execute(LISTEN));
    let mut is_asked = false;
    loop {
        tokio::select! {
            answer = &mut asking, if !is_asked => {
                answer?;
                is_asked = true;
                parts.context.bell.ring_for_all();
                heard.send_replace(true);
            }
            message = messages.next() => match message {
                None => return Ok(()),
                Some(Err(error)) => return Err(error.into()),
                Some(Ok(AsyncMessage::Notification(notice))) => tell(parts, &notice),
                Some(Ok(_)) => {}
            },
        }
    }
}

/// A notice is "KIND TENANT SCHEMA": one database may hold several archives.
fn tell(parts: &Parts, notice: &Notification) {
    let Context { tenant, bell, .. } = &*parts.context;
    let is_meant =
        |kind: &JobKind| notice.payload() == format!("{} {tenant} {}", kind.as_str(), parts.schema);
    if let Some(kind) = JobKind::ALL.into_iter().find(is_meant) {
        bell.ring(kind);
    }
}
