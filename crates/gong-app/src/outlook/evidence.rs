//! Evidence as it is shown: the words of a citation only to whoever may read them.

use std::collections::{BTreeMap, BTreeSet};

use access::{Form, Sight};
use call_archive::{Archive, StoredCall};
use conversation::{Call, CallId, Citation};
use insights::Evidence;

use crate::Error;
use crate::views::{EvidenceView, MomentView, moment_link, neutral};

/// Sentences shown of one piece of evidence.
const MOST_QUOTES: usize = 5;

/// How many calls are read at once.
const AT_ONCE: usize = 100;

/// The calls that citations point to.
pub(super) struct Words {
    calls: BTreeMap<CallId, (StoredCall, Form)>,
}

impl Words {
    /// Reads the calls of citations.
    pub(super) async fn of<'c>(
        archive: &dyn Archive,
        sight: &Sight,
        cited: impl IntoIterator<Item = &'c Citation>,
    ) -> Result<Self, Error> {
        let ids: BTreeSet<CallId> = cited.into_iter().map(|place| place.call.clone()).collect();
        let ids: Vec<CallId> = ids.into_iter().collect();
        Self::of_calls(archive, sight, &ids).await
    }

    /// A moment; none of a call that is not there for the caller.
    pub(super) fn moment(&self, place: &Citation) -> Option<MomentView> {
        let (stored, form) = self.calls.get(&place.call)?;
        // A later text may have other words there.
        let text = stored
            .text
            .as_ref()
            .filter(|text| text.revision == place.text_revision);
        let said = text.and_then(|text| text.transcript.sentence(place.sentence));
        let url = stored.call.url.as_deref();
        let party = said.and_then(|said| stored.call.party(said.party?));
        let speaker = party.and_then(|party| party.name.as_deref());
        let speaker = form.words(|| speaker.map(neutral)).flatten();
        Some(MomentView {
            call: neutral(place.call.as_str()),
            call_started: stored.call.started.to_string(),
            sentence: place.sentence.to_string(),
            time: place.span.to_string(),
            start_ms: place.span.start_ms(),
            end_ms: place.span.end_ms(),
            speaker: speaker.filter(|name| !name.is_empty()),
            side: place.side.as_str(),
            text: said.and_then(|said| form.words(|| neutral(said.text))),
            url: url.and_then(|url| moment_link(url, place.span)),
        })
    }

    /// What the caller may see of a call; no words of one that is not there for him.
    pub(super) fn form(&self, call: &CallId) -> Form {
        self.calls
            .get(call)
            .map_or(Form::Wordless, |(_, form)| *form)
    }

    /// A call that was read.
    pub(super) fn call(&self, id: &CallId) -> Option<&Call> {
        self.calls.get(id).map(|(stored, _)| &stored.call)
    }

    /// Reads calls by their ids.
    pub(super) async fn of_calls(
        archive: &dyn Archive,
        sight: &Sight,
        ids: &[CallId],
    ) -> Result<Self, Error> {
        let mut calls = BTreeMap::new();
        for some in ids.chunks(AT_ONCE) {
            for stored in archive.read(sight.facts(), some).await? {
                let call = &stored.call;
                let form = sight.form(&call.users(), call.is_private());
                calls.insert(call.id.clone(), (stored, form));
            }
        }
        Ok(Self { calls })
    }

    pub(super) fn evidence(&self, evidence: &Evidence) -> EvidenceView {
        let mut view = EvidenceView {
            kind: "cited",
            quotes: Vec::new(),
            sentences: None,
            calls: Vec::new(),
            with_transcript: None,
            known: None,
            query: None,
            rows: None,
        };
        match evidence {
            Evidence::Cited(places) => {
                let quotes = shown(evidence).filter_map(|place| self.moment(place));
                view.quotes = quotes.collect();
                view.sentences = Some(places.iter().count());
            }
            Evidence::Searched {
                calls,
                with_transcript,
                known,
            } => {
                view.kind = "searched";
                view.calls = calls.iter().map(|call| neutral(call.as_str())).collect();
                view.with_transcript = Some(*with_transcript);
                view.known = Some(*known);
            }
            Evidence::Computed { query, rows } => {
                view.kind = "computed";
                view.query = Some(query.clone());
                view.rows = Some(*rows);
            }
        }
        view
    }
}

/// The sentences of evidence that are shown.
pub(super) fn shown(evidence: &Evidence) -> impl Iterator<Item = &Citation> {
    evidence.citations().take(MOST_QUOTES)
}
