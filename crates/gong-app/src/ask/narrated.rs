//! An answer by the configured model: it reads the nearest passages, and may only say what they bear.

use access::Scope;
use insights::CallView;
use narration::Task;

use super::AskRequest;
use super::answering::Answered;
use crate::Error;
use crate::app::App;
use crate::narrating::Telling;
use crate::search::Range;
use crate::views::AskView;

/// A passage is read with so many sentences before and after it.
const AROUND: usize = 2;

impl App {
    /// Has the model read what is near. Where it finds an answer, the question is answered; where it
    /// says that there is none, the nearest sentences are shown as such.
    pub(super) async fn answered_by_model(
        &self,
        request: &AskRequest,
        found: Answered,
        scope: Scope,
    ) -> Result<AskView, Error> {
        let Answered {
            mut view,
            near,
            words: (calls, words),
        } = found;
        let calls: Vec<CallView<'_>> = words
            .iter()
            .filter_map(|((id, revision), words)| {
                Some(CallView::new(&calls.get(id)?.call, words, *revision))
            })
            .collect();
        let telling = Telling {
            task: Task::Answer {
                question: request.question.clone(),
            },
            places: Some(places(&near, &calls)),
            calls: calls.iter().collect(),
            facts: Vec::new(),
            accounts: Vec::new(),
        };
        let prose = self.narrated(telling, scope).await?;
        view.standing = match (prose.statements.is_empty(), view.standing) {
            (false, _) => "answered",
            (true, "answered") if !request.always => "nearest",
            (true, standing) => standing,
        };
        view.prose = Some(prose);
        Ok(view)
    }
}

/// The sentences of the passages and of what stands around them, each once, in the order in which
/// they were said.
fn places(near: &[Range], calls: &[CallView<'_>]) -> Vec<(usize, usize)> {
    let mut places = Vec::new();
    for range in near {
        let of = |call: &CallView<'_>| {
            call.id() == &range.call && call.text_revision() == range.text_revision
        };
        let Some(at) = calls.iter().position(of) else {
            continue;
        };
        let Some(call) = calls.get(at) else { continue };
        let (Some(first), Some(last)) = (call.index_of(range.first), call.index_of(range.last))
        else {
            continue;
        };
        let end = (last + AROUND + 1).min(call.lines().len());
        places.extend((first.saturating_sub(AROUND)..end).map(|line| (at, line)));
    }
    places.sort_unstable();
    places.dedup();
    places
}
