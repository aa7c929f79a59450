//! What a key may not do: a 403 stops one operation, and the run goes on where that is possible.
//!
//! Without transcripts, calls are still stored; without the plain list, calls are still read by
//! their start; without users, calls need none. Nothing is concluded from what was not told: a
//! refused list marks no call as missing and no user as gone, and a call whose words were refused
//! is not a call without words.

use access::Scope;
use call_archive::{CallQuery, Checkpoint, JobKind, JobRequest, TextState};
use gong_client::{ErrorKind, PAGE_SIZE, Request};
use jiff::{SignedDuration, Timestamp};

use crate::sync::Sync;
use crate::{Error, SyncReport};

/// An operation that Gong refused with 403 while the rest of a run went on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Refusal {
    /// The operation, by Gong's `operationId`.
    pub operation: &'static str,
    /// The scope that a key needs for it.
    pub scope: &'static str,
}

impl SyncReport {
    /// Whether this run was refused the operation before: it is not asked again.
    pub(crate) fn is_refused<R: Request>(&self) -> bool {
        let operation = R::OPERATION.id;
        self.refused.iter().any(|one| one.operation == operation)
    }

    /// `None` for an answer that Gong refused, which is noted; other errors stay errors.
    pub(crate) fn unless_refused<R: Request, T>(
        &mut self,
        answer: Result<T, Error>,
    ) -> Result<Option<T>, Error> {
        match answer {
            Ok(answer) => Ok(Some(answer)),
            Err(Error::Gong(error)) if *error.kind() == ErrorKind::Forbidden => {
                if !self.is_refused::<R>() {
                    self.refused.push(Refusal {
                        operation: R::OPERATION.id,
                        scope: R::OPERATION.scope,
                    });
                }
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }
}

/// Where it is written when words were refused.
const WORDS_REFUSED: &str = "gong-sync/words-refused";

/// How many stretches are remembered; before these, time counts as waited.
const REMEMBERED: usize = 8;

/// How many calls are looked through at once for words that are missing.
const LISTED_AT_ONCE: usize = 500;

/// The stretches of time in which transcripts were refused, oldest first. The clock of words that
/// are waited for stands still in them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct WordsRefused(Vec<(Timestamp, Option<Timestamp>)>);

impl WordsRefused {
    fn read(text: Option<&str>) -> Self {
        let stretch = |line: &str| {
            let (from, to) = line.split_once(' ')?;
            Some((from.parse().ok()?, to.parse().ok()))
        };
        Self(text.unwrap_or("").lines().filter_map(stretch).collect())
    }

    fn write(&self) -> String {
        let line = |(from, to): &(Timestamp, Option<Timestamp>)| match to {
            Some(to) => format!("{from} {to}\n"),
            None => format!("{from} -\n"),
        };
        self.0.iter().map(line).collect()
    }

    fn stands(&self) -> bool {
        self.0.last().is_some_and(|(_, to)| to.is_none())
    }

    /// Refused from now on.
    fn begin(&mut self, now: Timestamp) {
        self.0.push((now, None));
        let too_many = self.0.len().saturating_sub(REMEMBERED);
        self.0.drain(..too_many);
    }

    /// Answered again.
    fn end(&mut self, now: Timestamp) {
        if let Some((_, to)) = self.0.last_mut() {
            *to = Some(now);
        }
    }

    /// How much of the time since then nobody could ask for words.
    pub(crate) fn since(&self, since: Timestamp, now: Timestamp) -> SignedDuration {
        let within = |(from, to): &(Timestamp, Option<Timestamp>)| {
            let from = (*from).max(since);
            let to = to.unwrap_or(now).min(now);
            from.duration_until(to).max(SignedDuration::ZERO)
        };
        let add = |sum: SignedDuration, more| sum.saturating_add(more);
        self.0.iter().map(within).fold(SignedDuration::ZERO, add)
    }
}

impl Sync {
    pub(crate) async fn words_refused(&self) -> Result<WordsRefused, Error> {
        let stored = self.parts().archive.load(WORDS_REFUSED).await?;
        Ok(WordsRefused::read(stored.as_deref()))
    }

    /// Remembers whether transcripts are refused. When they are answered again, the words of calls
    /// that were stored without them are asked for by jobs.
    pub(crate) async fn note_words(&self, are_refused: bool) -> Result<(), Error> {
        let mut refused = self.words_refused().await?;
        if refused.stands() == are_refused {
            return Ok(());
        }
        let now = self.now();
        if are_refused {
            refused.begin(now);
        } else {
            refused.end(now);
            // Before the mark: if this process dies in between, they are asked for twice, not never.
            self.ask_for_pending(usize::MAX, now).await?;
        }
        let entry = Checkpoint {
            name: WORDS_REFUSED.to_owned(),
            value: refused.write(),
        };
        Ok(self.parts().archive.save(entry).await?)
    }

    /// While words are refused, every run tries once for the newest calls that wait for them: in a
    /// quiet company no other call would show that the right is back.
    pub(crate) async fn try_words_again(&self) -> Result<(), Error> {
        if self.words_refused().await?.stands() {
            self.ask_for_pending(PAGE_SIZE, self.now()).await?;
        }
        Ok(())
    }

    /// Asks for the words of the newest calls that wait for them, so many at the most.
    async fn ask_for_pending(&self, mut most: usize, now: Timestamp) -> Result<(), Error> {
        let archive = &self.parts().archive;
        let mut query = CallQuery::default();
        query.limit = LISTED_AT_ONCE;
        loop {
            let page = archive.list(&Scope::internal(), &query).await?;
            let pending = page
                .calls
                .into_iter()
                .filter(|(_, text)| matches!(text, TextState::Pending { .. }));
            let jobs: Vec<JobRequest> = pending
                .take(most)
                .map(|(call, _)| JobRequest::new(JobKind::Transcript, call.id, now))
                .collect();
            archive.enqueue(&jobs, now).await?;
            most -= jobs.len();
            query.after = page.next;
            if most == 0 || query.after.is_none() {
                return Ok(());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hour: i64) -> Timestamp {
        Timestamp::from_second(hour * 3_600).unwrap()
    }

    #[test]
    fn time_in_which_words_were_refused_does_not_count_as_waited() {
        let mut refused = WordsRefused::default();
        refused.begin(at(10));
        assert!(refused.stands());
        refused.end(at(14));
        refused.begin(at(20));
        let hours = |since, now| refused.since(at(since), at(now)).as_hours();

        assert_eq!(hours(0, 9), 0);
        assert_eq!(hours(0, 12), 2);
        assert_eq!(hours(12, 19), 2);
        assert_eq!(hours(0, 25), 4 + 5);
        assert_eq!(hours(22, 25), 3);
        assert_eq!(hours(22, 3), 0, "a clock that was set back");
    }

    #[test]
    fn stretches_are_read_back_as_written_and_the_oldest_are_forgotten() {
        let mut refused = WordsRefused::default();
        for hour in 0..20 {
            refused.begin(at(2 * hour));
            if hour < 19 {
                refused.end(at(2 * hour + 1));
            }
        }

        let read = WordsRefused::read(Some(&refused.write()));

        assert_eq!(read, refused);
        assert_eq!(read.0.len(), REMEMBERED);
        assert!(read.stands());
        assert_eq!(WordsRefused::read(None), WordsRefused::default());
    }
}
