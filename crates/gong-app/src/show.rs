//! One call with everything that was said.

use access::{Operation, Permission};
use conversation::{Call, CallId, Transcript};

use crate::app::App;
use crate::views::{CallView, PartyView, SentenceView, neutral};
use crate::{Error, ErrorKind};

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
        let sight = self.sight_of(Permission::CallsRead, include_private)?;
        let not_found = || {
            Error::new(ErrorKind::NotFound, "there is no such call in the archive").hint(
                "ids of calls stand in every answer of `gongkit search`; private calls need \
                 --include-private",
            )
        };
        let id = CallId::new(call).map_err(|_| not_found())?;
        let archive = self.existing_archive().await?;
        let found = archive.read(sight.facts(), &[id]).await?;
        let stored = found.into_iter().next().ok_or_else(not_found)?;
        let call = &stored.call;
        let form = sight.form(&call.users(), call.is_private());
        let text = |text: &Option<String>| text.as_deref().map(neutral);
        let words = stored.text.as_ref();
        Ok(CallView {
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
            transcript: match stored.text_state {
                call_archive::TextState::Present => "present",
                call_archive::TextState::Pending { .. } => "pending",
                _ => "none",
            },
            text_revision: words.map(|words| words.revision.get()),
            sentences: words
                .and_then(|words| form.words(|| sentences(call, &words.transcript)))
                .unwrap_or_default(),
        })
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
    transcript
        .sentences()
        .map(|said| SentenceView {
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
        })
        .collect()
}
