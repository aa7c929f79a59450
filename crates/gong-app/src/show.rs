//! One call with everything that was said.

use access::{Form, Operation, Permission};
use call_archive::{StoredCall, TextState};
use conversation::{Call, CallId, SpokenSentence, Transcript};

use crate::Error;
use crate::app::App;
use crate::findings::not_found;
use crate::views::{CallView, PartyView, SentenceView, neutral};

impl App {
    /// Shows a call; one that may not be seen is answered like one that is not there. Who may see
    /// calls but not words gets the call in its form without words.
    pub async fn show(&self, call: &str, include_private: bool) -> Result<CallView, Error> {
        let may_read = self.caller().has(Permission::TranscriptsRead).is_ok();
        let operation = if may_read {
            Operation::SHOW
        } else {
            Operation::GET_CALL
        };
        let work = self.shown(call, include_private);
        let seen = |view: &CallView| vec![view.id.clone()];
        self.reading(operation, &format!("{call} {include_private}"), work, seen)
            .await
    }

    async fn shown(&self, call: &str, include_private: bool) -> Result<CallView, Error> {
        let (stored, form) = self.one_call(call, include_private).await?;
        Ok(view(&stored, form))
    }

    /// A call that the caller may see, and the form in which he may.
    pub(crate) async fn one_call(
        &self,
        call: &str,
        include_private: bool,
    ) -> Result<(StoredCall, Form), Error> {
        let sight = self.sight_of(Permission::CallsRead, include_private)?;
        let id = CallId::new(call).map_err(|_| not_found())?;
        let archive = self.existing_archive().await?;
        let found = archive.read(sight.facts(), &[id]).await?;
        let stored = found.into_iter().next().ok_or_else(not_found)?;
        let form = sight.form(&stored.call.users(), stored.call.is_private());
        Ok((stored, form))
    }
}

/// A call as it is shown.
pub(crate) fn view(stored: &StoredCall, form: Form) -> CallView {
    let call = &stored.call;
    let text = |text: &Option<String>| text.as_deref().map(neutral);
    let words = stored.text.as_ref();
    CallView {
        id: neutral(call.id.as_str()),
        title: form.words(|| text(&call.title)).flatten(),
        url: call.url.as_deref().and_then(crate::views::plain_link),
        started: call.started.to_string(),
        duration_s: call.duration.map(|duration| duration.as_secs()),
        direction: call
            .direction
            .as_ref()
            .map(|direction| neutral(direction.as_str())),
        scope: text(&call.scope),
        language: text(&call.language),
        is_private: call.is_private(),
        workspace_id: call.workspace.as_ref().map(|id| neutral(id.as_str())),
        account_ids: call
            .accounts
            .iter()
            .map(|id| neutral(id.as_str()))
            .collect(),
        tags: form
            .words(|| call.tags.iter().map(|tag| neutral(tag)).collect())
            .unwrap_or_default(),
        source: stored.source.as_str(),
        missing_since: stored.missing_since.map(|at| at.to_string()),
        parties: parties(call),
        transcript: transcript_word(stored.text_state),
        text_revision: words.map(|words| words.revision.get()),
        sentences: words
            .and_then(|words| form.words(|| sentences(call, &words.transcript)))
            .unwrap_or_default(),
    }
}

/// What is known of the words of a call.
pub(crate) fn transcript_word(state: TextState) -> &'static str {
    match state {
        TextState::Present => "present",
        TextState::Pending { .. } => "pending",
        _ => "none",
    }
}

fn parties(call: &Call) -> Vec<PartyView> {
    let text = |text: &Option<String>| text.as_deref().map(neutral);
    call.parties
        .iter()
        .map(|party| PartyView {
            id: neutral(party.id.as_str()),
            user_id: party.user.as_ref().map(|user| neutral(user.as_str())),
            name: text(&party.name),
            email: text(&party.email),
            title: text(&party.title),
            side: party.side.as_str(),
        })
        .collect()
}

fn sentences(call: &Call, transcript: &Transcript) -> Vec<SentenceView> {
    let said = transcript.sentences();
    said.map(|said| sentence(call, &said)).collect()
}

/// A sentence as it is shown.
pub(crate) fn sentence(call: &Call, said: &SpokenSentence<'_>) -> SentenceView {
    SentenceView {
        sentence: said.at.to_string(),
        time: said.span.to_string(),
        start_ms: said.span.start_ms(),
        end_ms: said.span.end_ms(),
        party_id: said.party.map(|party| neutral(party.as_str())),
        speaker: said
            .party
            .and_then(|id| call.party(id))
            .and_then(|party| party.name.as_deref())
            .map(neutral)
            .filter(|name| !name.is_empty()),
        side: call.side_of(said.party).as_str(),
        text: neutral(said.text),
    }
}
