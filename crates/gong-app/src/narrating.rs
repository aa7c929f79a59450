//! Prose by the configured model: numbered sentences to it, checked statements back.

mod briefs;
mod summaries;

pub use briefs::BriefRequest;
pub use summaries::SummaryRequest;

use std::collections::BTreeSet;

use access::Scope;
use conversation::{AccountId, CallId};
use insights::CallView;
use narration::{LlmError, Markers, Material, NarrateError, Narrator, Task};

use crate::app::App;
use crate::config::YesNo;
use crate::llm::{About, Writer};
use crate::views::ProseView;
use crate::{Error, ErrorKind};

/// Whether a configured model is asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "it is asked, or it is not")]
pub enum Model {
    /// It is, if one is configured.
    #[default]
    IfConfigured,
    /// It is not.
    Unasked,
}

/// What a model is shown and told.
pub(crate) struct Telling<'v, 'a> {
    pub(crate) task: Task,
    pub(crate) calls: Vec<&'v CallView<'a>>,
    /// Sentences by call and line; all of them where nothing is said.
    pub(crate) places: Option<Vec<(usize, usize)>>,
    /// What is known beside the words, from the CRM: claims may name it.
    pub(crate) facts: Vec<String>,
    /// The customers that these facts are about.
    pub(crate) accounts: Vec<AccountId>,
}

impl App {
    /// Writes; `scope` is what the caller reaches of the words.
    pub(crate) async fn narrated(
        &self,
        telling: Telling<'_, '_>,
        scope: Scope,
    ) -> Result<ProseView, Error> {
        let Telling {
            task,
            calls,
            places,
            facts,
            accounts,
        } = telling;
        let parties = calls.iter().flat_map(|call| &call.call().parties);
        let people: BTreeSet<String> = parties.filter_map(|party| party.name.clone()).collect();
        let shown: Vec<CallId> = calls.iter().map(|call| call.id().clone()).collect();
        let writer = self
            .writer(About {
                calls: shown,
                accounts,
                people: people.into_iter().collect(),
                scope,
            })
            .await?;
        let Writer {
            llm,
            spent,
            look,
            oldest,
        } = writer;
        let material = match places {
            None => Material::of_calls(calls.clone()),
            Some(places) => Material::of_places(calls.clone(), places),
        };
        let material = material.knowing(facts);
        let mut markers = Markers::new(rand::random());
        let narrator = Narrator::new(&llm).with_second_look(look);
        let written = narrator
            .write(&task, &material, &mut markers, self.now())
            .await;
        tracing::info!(tokens = spent.spent_tokens(), "a language model was asked");
        let mut prose = written?;
        let kept = oldest.get();
        prose.written = kept.unwrap_or(prose.written);
        let mut view = ProseView::new(task.as_str(), &prose, &calls);
        if let Task::CallSummary(audience) = task {
            view.audience = Some(audience.as_str());
        }
        view.is_kept = kept.is_some();
        view.is_redacted = self.config().settings.llm.redact == YesNo::Yes;
        Ok(view)
    }
}

impl From<NarrateError> for Error {
    fn from(error: NarrateError) -> Self {
        match error {
            NarrateError::Llm(error) => error.into(),
            NarrateError::ContextTooSmall { .. } => Self::new(
                ErrorKind::NotConfigured,
                "the language model reads too little",
            )
            .caused_by(error)
            .hint("raise llm.context to what the model reads, or take another model"),
            _ => Self::new(
                ErrorKind::Usage,
                "there is too much for the language model to read",
            )
            .caused_by(error)
            .hint("ask about fewer calls, or take a model with a larger llm.context"),
        }
    }
}

impl From<LlmError> for Error {
    fn from(error: LlmError) -> Self {
        let (kind, hint) = advice(&error);
        Self::new(kind, "the language model gave no answer")
            .caused_by(error)
            .hint(hint)
    }
}

fn advice(error: &LlmError) -> (ErrorKind, &'static str) {
    match error {
        LlmError::TooLong { .. } | LlmError::Truncated { .. } => (
            ErrorKind::NotConfigured,
            "set llm.context to what the server really reads, for this model",
        ),
        LlmError::CutOff { .. } => (
            ErrorKind::Failed,
            "a larger llm.context leaves more room for the answer; small models may never end",
        ),
        LlmError::BadAnswer { .. } => (
            ErrorKind::Failed,
            "the server or the model does not keep to a JSON schema; take another one",
        ),
        LlmError::Unauthorized { .. } => (
            ErrorKind::NotAuthorised,
            "check llm.api_key (GONGKIT__LLM__API_KEY, or GONGKIT__LLM__API_KEY_FILE)",
        ),
        LlmError::NotAccepted { .. } | LlmError::Redirected { .. } | LlmError::Setup { .. } => (
            ErrorKind::NotConfigured,
            "check llm.provider, llm.base_url and llm.model",
        ),
        LlmError::Unreachable => (
            ErrorKind::TryLater,
            "is the server at llm.base_url running? `gongkit doctor` looks",
        ),
        LlmError::BudgetSpent { .. } => (
            ErrorKind::Failed,
            "ask about fewer calls, or raise llm.budget_tokens or llm.budget_money",
        ),
        LlmError::HeldBack { .. } => (
            ErrorKind::TryLater,
            "check the disk and who may write to the data folder",
        ),
        LlmError::RateLimited { .. }
        | LlmError::Server { .. }
        | LlmError::Interrupted
        | LlmError::TimedOut => (
            ErrorKind::TryLater,
            "try again later; --without-model answers without it",
        ),
        _ => (ErrorKind::Failed, "--without-model answers without it"),
    }
}
