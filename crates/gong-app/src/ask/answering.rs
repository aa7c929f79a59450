//! From a question to the sentences that answer it.

use access::Scope;
use conversation::SpokenSentence;
use insights::CallView;
use insights::answers::{Answer, Asked, Standing, apart, rank, standing};

use super::AskRequest;
use super::sentences::{Near, candidates};
use crate::Error;
use crate::search::{Calls, Narrowed, Range, Ranked, Ranker, Source, Words, coverage, read};
use crate::views::{AnswerView, AskView, neutral};

/// So many passages are looked through sentence by sentence.
const PASSAGES: usize = 6;

/// How many sentences an answer has where nobody says.
const SENTENCES: usize = 2;

/// A second sentence is shown if its odds are at least six tenths of the best one's.
const NEARLY: f32 = 0.5;

/// What was found for a question, and the words it was found in.
pub(crate) struct Answered {
    pub(crate) view: AskView,
    /// The passages that were looked through, the best first.
    pub(crate) near: Vec<Range>,
    pub(crate) words: (Calls, Words),
}

/// The answer to a question, as far as the scope reaches.
pub(crate) async fn answer(
    ranker: &Ranker,
    request: &AskRequest,
    scope: Scope,
) -> Result<Answered, Error> {
    let archive = ranker.archive();
    let Narrowed {
        scope,
        side,
        filter,
        view: filters,
    } = request.filters.narrowed(archive, scope).await?;
    let Ranked { hits, meaning } = ranker.rank(&request.question, filter).await?;
    let places: Vec<Range> = hits.iter().take(PASSAGES).map(Range::of).collect();
    let (calls, words) = read(archive, &scope, &places).await?;
    let views: Vec<CallView<'_>> = words
        .iter()
        .filter_map(|((id, revision), words)| {
            Some(CallView::new(&calls.get(id)?.call, words, *revision))
        })
        .collect();
    let near = candidates(&places, &views, side, &meaning, ranker).await?;
    let asked = Asked::of(&request.question);
    let ranking = rank(&asked, near.rows());
    let best = match request.most {
        Some(most) => apart(&ranking, near.rows(), most.get()),
        None => nearly_as_good(apart(&ranking, near.rows(), SENTENCES)),
    };
    let standing = judged(&asked, &near, &best, request);

    let mut answers = Vec::new();
    for (one, number) in best.iter().zip(1..) {
        let row = near.rows().get(one.candidate);
        let found = row.and_then(|row| {
            let of = (row.call.id().clone(), row.call.text_revision());
            let call = &calls.get(&of.0)?.call;
            let source = Source {
                call,
                transcript: words.get(&of)?,
                text_revision: of.1,
            };
            answered(&source, row.call, row.at, number)
        });
        answers.extend(found);
    }
    if standing == Standing::Nothing {
        answers.clear();
    }
    let view = AskView {
        question: neutral(&request.question),
        standing: standing.as_str(),
        filters,
        answers,
        prose: None,
        coverage: coverage(archive, &scope).await?,
    };
    drop(near);
    drop(views);
    Ok(Answered {
        view,
        near: places,
        words: (calls, words),
    })
}

/// The best sentence, and those that come close: of the others, more are wrong than right.
fn nearly_as_good(mut best: Vec<Answer>) -> Vec<Answer> {
    let top = best.first().map_or(0.0, |one| one.score);
    best.retain(|one| one.score >= top - NEARLY);
    best
}

fn judged(asked: &Asked, near: &Near<'_, '_>, best: &[Answer], request: &AskRequest) -> Standing {
    let Some(first) = best.first() else {
        return Standing::Nothing;
    };
    if request.always {
        return Standing::Answered;
    }
    let nearness = near.rows().get(first.candidate).map(|row| row.nearness);
    let nearest = nearness.into_iter().flatten().fold(f32::MIN, f32::max);
    standing(asked, nearest, first.shared_words)
}

/// A sentence as it is shown, with the one before it that it may reply to.
fn answered(
    source: &Source<'_>,
    call: &CallView<'_>,
    at: usize,
    rank: usize,
) -> Option<AnswerView> {
    let said = |at: usize| -> Option<SpokenSentence<'_>> {
        source.transcript.sentence(call.lines().get(at)?.at)
    };
    let sentence = said(at)?;
    let before = at.checked_sub(1).and_then(said);
    Some(AnswerView {
        rank,
        call_id: neutral(source.call.id.as_str()),
        title: source.call.title.as_deref().map(neutral),
        started: source.call.started.to_string(),
        is_private: source.call.is_private(),
        before: before.and_then(|before| source.quote(&before, before.text)),
        quote: source.quote(&sentence, sentence.text)?,
    })
}
