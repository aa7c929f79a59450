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
        let work = async { Ok(view(self.dead_jobs().await?)) };
        self.reading(Operation::STATUS, "dead", Box::pin(work), calls)
            .await
    }

    /// One of them.
    pub async fn dead_job(&self, id: i64) -> Result<DeadView, Error> {
        let work = async { Ok(view(self.the_dead_job(id).await?)) };
        self.reading(
            Operation::STATUS,
            &format!("dead {id}"),
            Box::pin(work),
            calls,
        )
        .await
    }

    /// Gives one of them, or all of them, another life. Gives those that have it; the next sync
    /// does them.
    pub async fn retry_dead(&self, id: Option<i64>) -> Result<DeadView, Error> {
        self.permit(Operation::DEAD_RETRY).await?;
        self.existing_archive().await?;
        let work = async {
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
        };
        self.doing(
            Operation::DEAD_RETRY,
            &format!("{id:?}"),
            Box::pin(work),
            |_: &DeadView| "ok",
        )
        .await
    }

    /// Forgets one of them.
    pub async fn drop_dead(&self, id: i64) -> Result<DeadView, Error> {
        self.permit(Operation::DEAD_DROP).await?;
        self.existing_archive().await?;
        let work = async {
            let shown = view(self.the_dead_job(id).await?);
            if self.opened().await?.dead.bury(id, self.now()).await? {
                Ok(shown)
            } else {
                Err(no_such_job(id))
            }
        };
        self.doing(
            Operation::DEAD_DROP,
            &id.to_string(),
            Box::pin(work),
            |_: &DeadView| "ok",
        )
        .await
    }

    async fn the_dead_job(&self, id: i64) -> Result<Vec<DeadJob>, Error> {
        let mut dead = self.dead_jobs().await?;
        dead.retain(|job| job.id == id);
        if dead.is_empty() {
            return Err(no_such_job(id));
        }
        Ok(dead)
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

fn calls(view: &DeadView) -> Vec<String> {
    view.jobs.iter().map(|job| job.call_id.clone()).collect()
}

fn no_such_job(id: i64) -> Error {
    Error::new(ErrorKind::NotFound, format!("no dead job has the id {id}"))
        .hint("`gongkit dead list` shows them")
}
