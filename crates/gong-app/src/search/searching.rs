//! The use case: a question in, places with quotes out.

use std::collections::BTreeMap;

use access::{Operation, Scope};
use call_archive::{Archive, CallQuery, StoredCall};
use conversation::{CallId, Revision, Transcript};
use memory_store::Parts;

use super::SearchRequest;
use super::filters::Narrowed;
use super::phrases::{MOST_CALLS, confirmed};
use super::quotes::{Read, quotes};
use super::ranges::{Range, ranges};
use super::ranking::{Ranked, Ranker};
use super::understanding::Understood;
use crate::Error;
use crate::app::App;
use crate::views::{CoverageView, HitView, QuoteView, SearchView, WhyView, neutral};

impl App {
    /// Answers a question with places in calls, each with quotes that can be checked.
    pub async fn search(&self, request: &SearchRequest) -> Result<SearchView, Error> {
        let work = async {
            let scope = self.scope_of(Operation::SEARCH, request.filters.include_private)?;
            if !request.filters.deals.is_empty() {
                self.permit(Operation::DEALS).await?;
            }
            let ranker = self.ranker().await?;
            let limit = request.limit.unwrap_or(self.config().settings.search.limit);
            answer(&ranker, request, scope, limit.get()).await
        };
        let asked = format!("{request:?}");
        let seen = |view: &SearchView| view.hits.iter().map(|hit| hit.call_id.clone()).collect();
        self.reading(Operation::SEARCH, &asked, work, seen).await
    }
}

async fn answer(
    ranker: &Ranker,
    request: &SearchRequest,
    scope: Scope,
    limit: usize,
) -> Result<SearchView, Error> {
    let archive = ranker.archive();
    let Narrowed {
        scope,
        side,
        filter,
        view: mut filters,
    } = request.filters.narrowed(archive, scope).await?;
    let mut understood = Understood::of(&request.question, &request.filters, ranker.now());
    let Ranked { mut hits, meaning } = ranker
        .rank_understood(request.mode, &mut understood, filter)
        .await?;
    if !understood.phrases.is_empty() {
        let confirmed = confirmed(archive, &scope, &understood.phrases, hits).await?;
        hits = confirmed.hits;
        if confirmed.stopped {
            let note = format!("phrases were looked for in the {MOST_CALLS} best calls only");
            understood.said.push(note);
        }
    }
    let side = side.or(understood.side);
    filters.understood = understood.said.iter().map(|said| neutral(said)).collect();
    let places = ranges(&hits, limit);
    let (calls, words) = read(archive, &scope, &places).await?;
    let readable: Vec<Read<'_>> = places
        .iter()
        .filter_map(|range| {
            Some(Read {
                range,
                call: &calls.get(&range.call)?.call,
                transcript: words.get(&(range.call.clone(), range.text_revision))?,
            })
        })
        .collect();
    let quoted = quotes(
        &readable,
        side,
        &understood.subject,
        &meaning,
        ranker.embedder(),
    )
    .await?;
    let hits = readable
        .iter()
        .zip(quoted)
        .filter(|(_, quotes)| !quotes.is_empty())
        .zip(1..)
        .map(|((place, quotes), rank)| hit(place, quotes, rank, request.explain))
        .collect();
    Ok(SearchView {
        question: neutral(&request.question),
        filters,
        hits,
        coverage: coverage(archive, &scope).await?,
    })
}

pub(crate) type Calls = BTreeMap<CallId, StoredCall>;
pub(crate) type Words = BTreeMap<(CallId, Revision), Transcript>;

/// The calls of the places, and their words in the revision that was found.
pub(crate) async fn read(
    archive: &dyn Archive,
    scope: &Scope,
    places: &[Range],
) -> Result<(Calls, Words), Error> {
    let mut which: Vec<(CallId, Revision)> = places
        .iter()
        .map(|range| (range.call.clone(), range.text_revision))
        .collect();
    which.sort();
    which.dedup();
    let mut ids: Vec<CallId> = which.iter().map(|(call, _)| call.clone()).collect();
    ids.dedup();
    let calls = archive.read(scope, &ids).await?;
    let words = archive.transcripts(scope, &which).await?;
    Ok((
        calls
            .into_iter()
            .map(|stored| (stored.call.id.clone(), stored))
            .collect(),
        which
            .into_iter()
            .zip(words)
            .filter_map(|(which, words)| Some((which, words?)))
            .collect(),
    ))
}

fn hit(place: &Read<'_>, quotes: Vec<QuoteView>, rank: usize, explain: bool) -> HitView {
    let (range, call) = (place.range, place.call);
    let citation = quotes.first().map(|quote| quote.citation.clone());
    let mut in_order = quotes;
    in_order.sort_by_key(|quote| quote.citation.start_ms);
    HitView {
        rank,
        score: range.score,
        call_id: neutral(call.id.as_str()),
        title: call.title.as_deref().map(neutral),
        started: call.started.to_string(),
        account_ids: call
            .accounts
            .iter()
            .map(|id| neutral(id.as_str()))
            .collect(),
        is_private: call.is_private(),
        first: range.first.to_string(),
        last: range.last.to_string(),
        start_ms: range.span.start_ms(),
        end_ms: range.span.end_ms(),
        quotes: in_order,
        citation,
        why: explain.then(|| why(range.parts)),
    }
}

fn why(parts: Parts) -> WhyView {
    WhyView {
        meaning: parts.meaning,
        words: parts.words,
        neighbours: parts.neighbours,
        call: parts.call,
        cosine: parts.cosine,
        bm25: parts.bm25,
    }
}

/// What was searched, and what could not be; a call that the scope hides is not counted.
pub(crate) async fn coverage(archive: &dyn Archive, scope: &Scope) -> Result<CoverageView, Error> {
    let mut query = CallQuery::default();
    query.limit = 1;
    let calls = archive.list(scope, &query).await?.total;
    let status = archive.status().await?;
    Ok(CoverageView {
        calls,
        searched: status.indexed.min(calls),
        without_transcript: calls.saturating_sub(status.with_text),
        pending_index: status.with_text.saturating_sub(status.indexed),
        private_withheld: status.calls.saturating_sub(calls),
    })
}
