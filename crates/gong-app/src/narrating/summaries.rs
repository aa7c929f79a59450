//! One call summed up: by its own sentences, and in prose where that is asked for.

use std::sync::Arc;

use access::{Operation, Permission};
use conversation::CallId;
use narration::{Audience, Task};

use super::Telling;
use crate::app::App;
use crate::findings::not_found;
use crate::views::{FindingView, InsightsView, SummarySlotView, SummaryView};
use crate::{Error, ErrorKind};

/// Which call, and for whom.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SummaryRequest {
    /// The call.
    pub call: String,
    /// For whom the model writes: rep, manager, exec or customer-success; it is not asked where
    /// nobody is named.
    pub prose_for: Option<String>,
    /// Show it even if it is private.
    pub include_private: bool,
}

impl SummaryRequest {
    /// A summary without prose.
    pub fn new(call: impl Into<String>) -> Self {
        Self {
            call: call.into(),
            prose_for: None,
            include_private: false,
        }
    }
}

impl App {
    /// Sums up a call. Without prose it is what `insights` finds, and needs no model.
    pub async fn summary(&self, request: &SummaryRequest) -> Result<SummaryView, Error> {
        let (operation, permission) = match request.prose_for {
            None => (Operation::ANALYSE_CALL, Permission::InsightsRead),
            Some(_) => (Operation::PROSE, Permission::TranscriptsRead),
        };
        let work = async {
            let id = CallId::new(&request.call).map_err(|_| not_found())?;
            let audience = request.prose_for.as_deref().map(audience).transpose()?;
            if audience.is_some() && !self.has_llm() {
                return Err(no_model());
            }
            let archive = Arc::clone(self.existing_archive().await?);
            let sight = self.sight_of(permission, request.include_private)?;
            let scope = sight.facts();
            let detectors = self.detectors(archive.as_ref(), scope).await?;
            let found = self.found(&archive, scope, &id, &detectors).await?;
            let insights = self.found_view(archive.as_ref(), &sight, &found).await?;
            let mut view = summed_up(insights);
            if let Some(audience) = audience {
                let call = found.studied.view();
                let telling = Telling {
                    task: Task::CallSummary(audience),
                    calls: vec![&call],
                    places: None,
                    facts: Vec::new(),
                    accounts: Vec::new(),
                };
                view.prose = Some(self.narrated(telling, scope.clone()).await?);
            }
            Ok(view)
        };
        let asked = format!("{request:?}");
        let seen = |view: &SummaryView| vec![view.call.id.clone()];
        self.reading(operation, &asked, Box::pin(work), seen).await
    }
}

fn audience(word: &str) -> Result<Audience, Error> {
    Audience::from_word(word).ok_or_else(|| {
        let words: Vec<_> = Audience::ALL.iter().map(|one| one.as_str()).collect();
        Error::new(
            ErrorKind::Usage,
            "nobody is called that whom a summary is written for",
        )
        .hint(format!("one of {}", words.join(", ")))
    })
}

fn no_model() -> Error {
    Error::new(
        ErrorKind::NotConfigured,
        "no language model is configured, and nothing is sent to any",
    )
    .hint(
        "set llm.provider and llm.model (docs/narration.md), or leave --prose away: the summary \
         needs no model",
    )
}

fn summed_up(insights: InsightsView) -> SummaryView {
    let InsightsView {
        call,
        slots,
        highlights,
        findings,
        ..
    } = insights;
    let named = |id: &String| -> Option<FindingView> {
        findings.iter().find(|finding| &finding.id == id).cloned()
    };
    let slots = slots.into_iter().map(|slot| SummarySlotView {
        slot: slot.slot,
        findings: slot.findings.iter().filter_map(named).collect(),
    });
    SummaryView {
        call,
        slots: slots.collect(),
        highlights,
        prose: None,
    }
}
