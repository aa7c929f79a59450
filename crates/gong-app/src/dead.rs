//! Jobs that were given up: seen, tried again, forgotten.

use access::Operation;
use call_archive::DeadJob;

use crate::views::{DeadJobView, DeadView};
use crate::{App, Error, ErrorKind};

/// More than this are not shown or tried again at once.
const MOST: usize = 10_000;

impl App {
    /// The jobs that were given up.
    pub async fn dead(&self) -> Result<DeadView, Error> {
        self.asked(Operation::STATUS, &[]).await?;
        Ok(view(self.dead_jobs().await?))
    }

    /// One of them.
    pub async fn dead_job(&self, id: i64) -> Result<DeadView, Error> {
        self.asked(Operation::STATUS, &[]).await?;
        let mut dead = self.dead_jobs().await?;
        dead.retain(|job| job.id == id);
        if dead.is_empty() {
            return Err(no_such_job(id));
        }
        Ok(view(dead))
    }

    /// Gives one of them, or all of them, another life. Gives those that have it; the next sync
    /// does them.
    pub async fn retry_dead(&self, id: Option<i64>) -> Result<DeadView, Error> {
        self.asked(Operation::DEAD_RETRY, &[]).await?;
        let mut revived = Vec::new();
        for job in self.dead_jobs().await? {
            if id.is_none_or(|id| id == job.id)
                && self.opened().await?.dead.revive(job.id, self.now()).await?
            {
                revived.push(job);
            }
        }
        match id {
            Some(id) if revived.is_empty() => Err(no_such_job(id)),
            _ => Ok(view(revived)),
        }
    }

    /// Forgets one of them.
    pub async fn drop_dead(&self, id: i64) -> Result<DeadView, Error> {
        self.asked(Operation::DEAD_DROP, &[]).await?;
        let shown = self.dead_job(id).await?;
        if self.opened().await?.dead.bury(id).await? {
            Ok(shown)
        } else {
            Err(no_such_job(id))
        }
    }

    async fn dead_jobs(&self) -> Result<Vec<DeadJob>, Error> {
        self.existing_archive().await?;
        Ok(self.opened().await?.dead.dead(MOST).await?)
    }
}

fn view(jobs: Vec<DeadJob>) -> DeadView {
    let row = |job: DeadJob| DeadJobView {
        id: job.id,
        kind: job.kind.as_str(),
        call_id: job.call.to_string(),
        index_id: job.index.map(|index| index.to_string()),
        failed: job.failed,
        abandoned: job.abandoned,
        class: job.class,
    };
    DeadView {
        jobs: jobs.into_iter().map(row).collect(),
    }
}

fn no_such_job(id: i64) -> Error {
    Error::new(ErrorKind::NotFound, format!("no dead job has the id {id}"))
        .hint("`gongkit dead list` shows them")
}
