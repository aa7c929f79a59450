//! Ask: a question and what narrows it into the sentences that answer, or a plain "not found".

mod answering;
mod kept;
mod narrated;
mod sentences;

pub(crate) use answering::answer;
pub(crate) use kept::Kept;

use std::num::NonZeroUsize;

use access::Operation;

use crate::Error;
use crate::app::App;
use crate::narrating::Model;
use crate::search::SearchFilters;
use crate::views::AskView;

/// A question that wants an answer.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct AskRequest {
    /// In the words of whoever asks.
    pub question: String,
    /// What narrows it.
    pub filters: SearchFilters,
    /// How many sentences the answer has; by default one, or two that are nearly as good.
    pub most: Option<NonZeroUsize>,
    /// Whether the nearest sentences count as an answer, however far they are.
    pub always: bool,
    /// Whether a configured model reads the nearest passages.
    pub model: Model,
}

impl AskRequest {
    /// A question to everything that is not private.
    pub fn new(question: impl Into<String>) -> Self {
        Self {
            question: question.into(),
            filters: SearchFilters::default(),
            most: None,
            always: false,
            model: Model::default(),
        }
    }
}

impl App {
    /// Answers a question with sentences of calls: what was said, or that nothing was found.
    pub async fn ask(&self, request: &AskRequest) -> Result<AskView, Error> {
        let work = async {
            let scope = self.scope_of(Operation::ASK, request.filters.include_private)?;
            if !request.filters.deals.is_empty() {
                self.permit(Operation::DEALS).await?;
            }
            let ranker = self.ranker().await?;
            let found = answer(&ranker, request, scope.clone()).await?;
            if request.model == Model::IfConfigured && self.has_llm() && !found.near.is_empty() {
                return self.answered_by_model(request, found, scope).await;
            }
            Ok(found.view)
        };
        let asked = format!("{request:?}");
        let seen = |view: &AskView| view.answers.iter().map(|one| one.call_id.clone()).collect();
        self.reading(Operation::ASK, &asked, Box::pin(work), seen)
            .await
    }
}
