//! The figures of calls: worked out once for each call, read by every aggregate.
//!
//! What an aggregate sums are rows of the archive without a word in them. A call is read again only
//! when it changed, or when what works its figures out did.

mod makers;
mod making;
mod opening;

use std::sync::Arc;

use access::Scope;
use call_archive::{Archive, CallNumbers, NumbersQuery};
use conversation::CallId;
use futures::stream::{self, StreamExt as _, TryStreamExt as _};
use jiff::Timestamp;

use crate::app::App;
use crate::progress::{Stage, Step};
use crate::syncing::Done;
use crate::{Error, ErrorKind};

pub(crate) use makers::Makers;
pub(crate) use opening::{person_key, rep_call};

/// How many calls are looked at at the same time.
const AT_ONCE: usize = 4;

/// How many calls' figures are kept in one transaction.
const BATCH: usize = 32;

/// The sort of a call of which no stage is known.
pub(crate) const NO_STAGE: &str = "no deal known";

/// A call with its figures.
pub(crate) struct Figured {
    pub(crate) started: Timestamp,
    pub(crate) numbers: CallNumbers,
}

impl App {
    /// The figures of every call that the scope reaches, private calls apart, whoever asks. Those
    /// that are not there, or are of other detectors or settings, are worked out and kept.
    pub(crate) async fn figures(
        &self,
        archive: &Arc<dyn Archive>,
        scope: &Scope,
        makers: &Makers,
    ) -> Result<Arc<Vec<Figured>>, Error> {
        let scope = scope.clone().without_private();
        let read = self.read_figures(archive, &scope, makers);
        match &self.once {
            Some(once) => {
                let key = (scope.clone(), makers.made_by.clone());
                once.figures.get(key, read).await
            }
            None => read.await.map(Arc::new),
        }
    }

    /// The same, read now.
    async fn read_figures(
        &self,
        archive: &Arc<dyn Archive>,
        scope: &Scope,
        makers: &Makers,
    ) -> Result<Vec<Figured>, Error> {
        let mut figures = Vec::new();
        let mut missing = Vec::new();
        let mut query = NumbersQuery::default();
        loop {
            let page = archive.numbers(scope, &query).await?;
            let is_last = page.len() < query.limit;
            query.after = page.last().map(|last| last.call.clone());
            for one in page {
                match one.numbers.filter(|numbers| makers.made(numbers)) {
                    Some(numbers) => figures.push(Figured {
                        started: one.started,
                        numbers,
                    }),
                    None => missing.push((one.call, one.started)),
                }
            }
            if is_last {
                break;
            }
        }
        let total = missing.len() as u64;
        for (done, batch) in (0..).step_by(BATCH).zip(missing.chunks(BATCH)) {
            self.tell_of_figures(done, total);
            let calls: Vec<CallId> = batch.iter().map(|(call, _)| call.clone()).collect();
            let made = self.figure_batch(archive, scope, makers, calls).await?;
            for ((_, started), numbers) in batch.iter().zip(made) {
                let started = *started;
                figures.extend(numbers.map(|numbers| Figured { started, numbers }));
            }
        }
        if total > 0 {
            self.tell_of_figures(total, total);
        }
        Ok(figures)
    }

    /// Works out what is missing after calls were brought, so that no later question has to. What
    /// hinders that is told like what hinders bringing them; what was worked out stays.
    pub(crate) async fn figures_after<T>(&self, done: &mut Done<T>) -> Result<(), Error> {
        if done.problem.is_some() {
            return Ok(());
        }
        let archive = Arc::clone(self.archive().await?);
        let made = async {
            let makers = self.makers(archive.as_ref()).await?;
            let everything = Scope::internal();
            Box::pin(self.figures(&archive, &everything, &makers)).await
        };
        done.problem = made.await.err();
        Ok(())
    }

    /// Works out the figures of calls that were just looked at; none of private ones.
    pub(crate) async fn keep_figures(
        &self,
        archive: &Arc<dyn Archive>,
        calls: Vec<CallId>,
    ) -> Result<(), Error> {
        let makers = self.makers(archive.as_ref()).await?;
        let scope = Scope::internal().without_private();
        self.figure_batch(archive, &scope, &makers, calls).await?;
        Ok(())
    }

    /// The figures of each of these calls, kept where they last.
    async fn figure_batch(
        &self,
        archive: &Arc<dyn Archive>,
        scope: &Scope,
        makers: &Makers,
        calls: Vec<CallId>,
    ) -> Result<Vec<Option<CallNumbers>>, Error> {
        if self.shared.stop.is_cancelled() {
            return Err(Error::new(ErrorKind::Cancelled, "stopped on request"));
        }
        let look_at = async |call: CallId| self.figures_of(archive, scope, makers, &call).await;
        let made = stream::iter(calls).map(look_at).buffered(AT_ONCE);
        let made: Vec<_> = made.try_collect().await?;
        let lasting = made.iter().flatten().filter(|made| made.is_lasting);
        let lasting: Vec<CallNumbers> = lasting.map(|made| made.numbers.clone()).collect();
        archive.put_numbers(&lasting).await?;
        Ok(made.into_iter().map(|made| Some(made?.numbers)).collect())
    }

    fn tell_of_figures(&self, done: u64, total: u64) {
        self.listener().step(Step {
            stage: Stage::Figures,
            done,
            total: Some(total),
        });
    }
}
