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
pub(crate) use opening::rep_call;

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
    ) -> Result<Vec<Figured>, Error> {
        let scope = scope.clone().without_private();
        let mut figures = Vec::new();
        let mut missing = Vec::new();
        let mut query = NumbersQuery::default();
        loop {
            let page = archive.numbers(&scope, &query).await?;
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
            figures.extend(self.figure_batch(archive, &scope, makers, batch).await?);
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

    async fn figure_batch(
        &self,
        archive: &Arc<dyn Archive>,
        scope: &Scope,
        makers: &Makers,
        batch: &[(CallId, Timestamp)],
    ) -> Result<Vec<Figured>, Error> {
        if self.shared.stop.is_cancelled() {
            return Err(Error::new(ErrorKind::Cancelled, "stopped on request"));
        }
        let look_at = |(call, started): (CallId, Timestamp)| async move {
            let made = self.figures_of(archive, scope, makers, &call).await?;
            Ok::<_, Error>(made.map(|made| (started, made)))
        };
        let made = stream::iter(batch.to_vec()).map(look_at).buffered(AT_ONCE);
        let made: Vec<_> = made.try_collect().await?;
        let (mut figures, mut lasting) = (Vec::new(), Vec::new());
        for (started, made) in made.into_iter().flatten() {
            if made.is_lasting {
                lasting.push(made.numbers.clone());
            }
            let numbers = made.numbers;
            figures.push(Figured { started, numbers });
        }
        archive.put_numbers(&lasting).await?;
        Ok(figures)
    }

    fn tell_of_figures(&self, done: u64, total: u64) {
        self.shared.listener.step(Step {
            stage: Stage::Figures,
            done,
            total: Some(total),
        });
    }
}
