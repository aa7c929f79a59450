//! A question into ranked passages: the one way to ask, for people and for the evaluation.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use call_archive::{Archive, IndexId, IndexedCall};
use conversation::{CallId, Revision};
use embeddings::{Embedder, Purpose, Vector};
use jiff::Timestamp;
use memory_store::{Candidate, Candidates, Filter, FusionRules, Hit, PassageStore, Question, fuse};

use super::understanding::Understood;
use crate::app::App;
use crate::ask::Kept;
use crate::index::OpenIndex;
use crate::{Error, ErrorKind};

/// Longer questions are refused: the model cuts at 256 tokens anyway.
const LONGEST_QUESTION: usize = 4_000;

/// What of a question is compared with what was said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum SearchMode {
    /// Its meaning and its words.
    #[default]
    Hybrid,
    /// Its meaning only.
    Meaning,
    /// Its words only.
    Words,
}

/// Asks one index.
pub(crate) struct Ranker {
    archive: Arc<dyn Archive>,
    embedder: Arc<dyn Embedder>,
    store: Arc<dyn PassageStore>,
    index: IndexId,
    kept: Arc<Kept>,
    now: fn() -> Timestamp,
}

/// Ranked passages, and the question's vector for choosing quotes.
pub(crate) struct Ranked {
    pub(crate) hits: Vec<Hit>,
    pub(crate) meaning: Vector,
}

impl App {
    /// Opens what a question needs.
    pub(crate) async fn ranker(&self) -> Result<Ranker, Error> {
        let archive = Arc::clone(self.existing_archive().await?);
        let embedder = Arc::clone(self.embedder().await?);
        let indexes = self.indexes()?;
        self.check_index_is_here(&indexes).await?;
        let OpenIndex { id, store } = indexes
            .open_for_reading(archive.as_ref(), embedder.as_ref())
            .await?;
        Ok(Ranker {
            archive,
            embedder,
            store,
            index: id,
            kept: Arc::clone(&self.shared.kept),
            now: self.shared.now,
        })
    }
}

impl Ranker {
    /// Ranks every candidate by meaning and words, best first.
    pub(crate) async fn rank(&self, question: &str, filter: Filter) -> Result<Ranked, Error> {
        self.rank_by(SearchMode::Hybrid, question, filter).await
    }

    /// Ranks what a question was understood to ask for; where nothing is found of that side or
    /// time, what is found without them, and says so.
    pub(crate) async fn rank_understood(
        &self,
        mode: SearchMode,
        understood: &mut Understood,
        filter: Filter,
    ) -> Result<Ranked, Error> {
        let mut given = filter;
        given.phrases.clone_from(&understood.phrases);
        let mut read = given.clone();
        read.side = understood.side.or(given.side);
        read.period = understood.period.unwrap_or(given.period);
        let is_read = understood.side.is_some() || understood.period.is_some();
        let ranked = self.rank_by(mode, &understood.subject, read).await?;
        if !is_read || !ranked.hits.is_empty() {
            return Ok(ranked);
        }
        understood.side = None;
        understood.period = None;
        understood.subject.clone_from(&understood.whole);
        let note = "nothing was found so: sides and times of the question were left out";
        understood.said.push(note.to_owned());
        self.rank_by(mode, &understood.subject, given).await
    }

    /// When it is asked.
    pub(crate) fn now(&self) -> Timestamp {
        (self.now)()
    }

    /// Ranks every candidate, best first.
    pub(crate) async fn rank_by(
        &self,
        mode: SearchMode,
        question: &str,
        filter: Filter,
    ) -> Result<Ranked, Error> {
        let question = question.trim();
        if question.is_empty() {
            let what = "a search needs a question";
            return Err(Error::new(ErrorKind::Usage, what));
        }
        if question.len() > LONGEST_QUESTION {
            let what = format!("a question has at most {LONGEST_QUESTION} bytes");
            return Err(Error::new(ErrorKind::Usage, what));
        }
        let meaning = self.meaning(question).await?;
        let asked = Question::new(filter);
        let asked = match mode {
            SearchMode::Hybrid => asked.meaning(meaning.clone()).words(question),
            SearchMode::Meaning => asked.meaning(meaning.clone()),
            SearchMode::Words => asked.words(question),
        };
        // The time is noted before the newest commit is opened: see `held_at`.
        let asked_at = (self.now)();
        let candidates = self.store.recall(&asked).await?;
        let current = self.current(&candidates, asked_at).await?;
        let hits = fuse(&only(candidates, &current), &FusionRules::default());
        Ok(Ranked { hits, meaning })
    }

    pub(crate) fn embedder(&self) -> &dyn Embedder {
        self.embedder.as_ref()
    }

    /// Vectors of sentences that were compared before.
    pub(crate) fn kept(&self) -> &Kept {
        &self.kept
    }

    pub(crate) fn archive(&self) -> &dyn Archive {
        self.archive.as_ref()
    }

    async fn meaning(&self, question: &str) -> Result<Vector, Error> {
        let texts = [question.to_owned()];
        let vectors = self.embedder.embed(Purpose::Query, &texts).await?;
        vectors.into_iter().next().ok_or_else(|| {
            Error::new(
                ErrorKind::Failed,
                "the model gave no vector for the question",
            )
        })
    }

    /// The revision of each candidate's call that the index held when it was asked.
    async fn current(
        &self,
        candidates: &Candidates,
        asked_at: Timestamp,
    ) -> Result<BTreeMap<CallId, Revision>, Error> {
        let both = candidates.meaning.iter().chain(&candidates.words);
        let calls: BTreeSet<CallId> = both.map(|found| found.place.call.clone()).collect();
        let calls: Vec<CallId> = calls.into_iter().collect();
        let rows = self.archive.indexed(&self.index, Some(&calls)).await?;
        Ok(rows
            .into_iter()
            .filter_map(|row| Some((row.call.clone(), held_at(&row, asked_at)?)))
            .collect())
    }
}

/// New points are written before `indexed` moves, and old ones are dropped a minute after: whoever
/// keeps the revision of the moment of asking sees the old words or the new, never both.
fn held_at(row: &IndexedCall, asked_at: Timestamp) -> Option<Revision> {
    if row.moved_at <= asked_at {
        Some(row.now.text_revision)
    } else {
        // Moved since: the commit that was read may not have the new points yet.
        row.previous
    }
}

fn only(candidates: Candidates, current: &BTreeMap<CallId, Revision>) -> Candidates {
    let kept = |list: Vec<Candidate>| {
        list.into_iter()
            .filter(|found| current.get(&found.place.call) == Some(&found.place.text_revision))
            .collect()
    };
    Candidates {
        meaning: kept(candidates.meaning),
        words: kept(candidates.words),
    }
}

#[cfg(test)]
mod tests {
    use call_archive::Indexed;

    use super::*;

    fn row(now: u64, previous: Option<u64>, moved_at: &str) -> IndexedCall {
        IndexedCall {
            call: CallId::new("1").expect("an id"),
            now: Indexed {
                text_revision: Revision::new(now),
                facts_hash: String::new(),
                passages: 1,
            },
            previous: previous.map(Revision::new),
            moved_at: moved_at.parse().expect("an instant"),
        }
    }

    #[test]
    fn a_reader_keeps_the_revision_of_the_moment_it_asked() {
        let asked = "2026-03-02T10:00:00Z".parse().expect("an instant");
        let check = |row: IndexedCall, held: Option<u64>| {
            assert_eq!(held_at(&row, asked), held.map(Revision::new));
        };

        check(row(2, Some(1), "2026-03-02T09:59:59Z"), Some(2));
        check(row(2, Some(1), "2026-03-02T10:00:00Z"), Some(2));
        check(row(2, Some(1), "2026-03-02T10:00:01Z"), Some(1));
        check(row(2, None, "2026-03-02T10:00:01Z"), None);
    }
}
