//! The three hashes of a call: its words, what an index filters by, and the rest.
//!
//! They are taken over our own mapped form, never over a vendor's JSON: a field that changes with
//! every answer would embed the whole archive again. They are keyed, because a short title or a
//! list of names could be guessed from a plain hash.

use std::collections::BTreeMap;

use conversation::{Call, Party, Transcript, spoken};

use crate::moment::{length_micros, micros};
use crate::{HashKey, Source};

/// The three hashes, in hex.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Hashes {
    /// Of the words, their places and the names they are embedded with; `None` without words.
    pub(crate) text: Option<String>,
    /// Of every value that an index filters by.
    pub(crate) facts: String,
    /// Of everything else.
    pub(crate) record: String,
}

impl Hashes {
    /// Hashes a call in its kept form.
    pub(crate) fn of(
        key: &HashKey,
        call: &Call,
        transcript: Option<&Transcript>,
        source: Source,
    ) -> Self {
        Self {
            text: transcript.map(|transcript| text(key, call, transcript)),
            facts: facts(key, call),
            record: record(key, call, transcript, source),
        }
    }
}

fn text(key: &HashKey, call: &Call, transcript: &Transcript) -> String {
    let mut hash = Encoding::new(key, "text 1");
    hash.count(transcript.utterances().len());
    for utterance in transcript.utterances() {
        hash.option(utterance.party.as_ref().map(conversation::PartyId::as_str));
        hash.count(utterance.sentences.len());
        for sentence in &utterance.sentences {
            hash.number(sentence.span.start_ms());
            hash.number(sentence.span.end_ms());
            hash.text(&sentence.text);
        }
    }
    // Names are embedded as they are rendered: one sentence of each voice shows how.
    let mut voices = BTreeMap::new();
    for sentence in transcript.sentences() {
        voices.entry(sentence.party).or_insert(sentence);
    }
    hash.count(voices.len());
    for sentence in voices.into_values() {
        hash.text(&spoken(call, [sentence]));
    }
    hash.finish()
}

fn facts(key: &HashKey, call: &Call) -> String {
    let mut hash = Encoding::new(key, "facts 1");
    hash.signed(micros(call.started));
    hash.signed_option(call.scheduled.map(micros));
    hash.signed_option(call.duration.map(length_micros));
    hash.option(
        call.workspace
            .as_ref()
            .map(conversation::WorkspaceId::as_str),
    );
    hash.option(call.direction.as_ref().map(conversation::Direction::as_str));
    hash.option(call.scope.as_deref());
    hash.option(call.language.as_deref());
    hash.number(u64::from(call.is_private()));
    hash.option(call.primary_user.as_ref().map(conversation::UserId::as_str));
    let mut parties: Vec<&Party> = call.parties.iter().collect();
    parties.sort_by(|a, b| a.id.cmp(&b.id));
    hash.count(parties.len());
    for party in parties {
        hash.text(party.id.as_str());
        hash.option(party.user.as_ref().map(conversation::UserId::as_str));
        hash.text(party.side.as_str());
        hash.option(party.email.as_deref());
    }
    hash.list(call.accounts.iter().map(conversation::AccountId::as_str));
    hash.list(call.tags.iter().map(String::as_str));
    hash.finish()
}

fn record(key: &HashKey, call: &Call, transcript: Option<&Transcript>, source: Source) -> String {
    let mut hash = Encoding::new(key, "record 1");
    hash.text(source.as_str());
    hash.option(call.title.as_deref());
    hash.option(call.url.as_deref());
    hash.count(call.parties.len());
    for party in &call.parties {
        hash.text(party.id.as_str());
        hash.option(party.speaker.as_ref().map(conversation::SpeakerId::as_str));
        hash.option(party.name.as_deref());
        hash.option(party.email.as_deref());
        hash.option(party.phone.as_deref());
        hash.option(party.title.as_deref());
    }
    let utterances = transcript.map_or(&[][..], Transcript::utterances);
    hash.count(utterances.len());
    for utterance in utterances {
        hash.option(utterance.topic.as_deref());
    }
    hash.finish()
}

/// An unambiguous encoding: every text after its length, every choice after its tag.
struct Encoding(blake3::Hasher);

impl Encoding {
    fn new(key: &HashKey, kind: &str) -> Self {
        let key = blake3::derive_key("call-archive hashes of calls", &key.bytes);
        let mut encoding = Self(blake3::Hasher::new_keyed(&key));
        encoding.text(kind);
        encoding
    }

    fn number(&mut self, number: u64) {
        self.0.update(&number.to_le_bytes());
    }

    fn signed(&mut self, number: i64) {
        self.0.update(&number.to_le_bytes());
    }

    fn signed_option(&mut self, number: Option<i64>) {
        self.number(u64::from(number.is_some()));
        self.signed(number.unwrap_or(0));
    }

    fn count(&mut self, count: usize) {
        self.number(count as u64);
    }

    fn text(&mut self, text: &str) {
        self.count(text.len());
        self.0.update(text.as_bytes());
    }

    fn option(&mut self, text: Option<&str>) {
        self.number(u64::from(text.is_some()));
        self.text(text.unwrap_or(""));
    }

    fn list<'a>(&mut self, items: impl ExactSizeIterator<Item = &'a str>) {
        self.count(items.len());
        for item in items {
            self.text(item);
        }
    }

    fn finish(self) -> String {
        self.0.finalize().to_hex().to_string()
    }
}

#[cfg(test)]
mod tests {
    use conversation::{
        AccountId, CallId, PartyId, Privacy, Sentence, Side, Span, UserId, Utterance,
    };
    use jiff::Timestamp;

    use super::*;

    fn call() -> Call {
        let mut call = Call::new(CallId::new("1").expect("valid"), Timestamp::UNIX_EPOCH);
        let mut party = Party::new(PartyId::new("p").expect("valid"));
        party.name = Some("Ada".to_owned());
        call.parties = vec![party];
        call
    }

    fn words() -> Transcript {
        let said = Sentence::new(Span::from_millis(0, 9), "Hello.");
        let by = PartyId::new("p").expect("valid");
        Transcript::new(vec![Utterance::new(vec![said]).by(by)])
    }

    /// Which of the three hashes an edit changes, as letters.
    fn changed(edit: impl Fn(&mut Call, &mut Transcript)) -> String {
        let key = HashKey {
            id: "h".to_owned(),
            bytes: [7; 32],
        };
        let (mut edited, mut text) = (call(), words());
        edit(&mut edited, &mut text);
        let before = Hashes::of(&key, &call(), Some(&words()), Source::Gong);
        let after = Hashes::of(&key, &edited, Some(&text), Source::Gong);
        let mut letters = String::new();
        for (letter, is_other) in [
            ('t', before.text != after.text),
            ('f', before.facts != after.facts),
            ('r', before.record != after.record),
        ] {
            if is_other {
                letters.push(letter);
            }
        }
        letters
    }

    fn said(span: Span, text: &str, topic: Option<&str>) -> Transcript {
        let by = PartyId::new("p").expect("valid");
        let mut utterance = Utterance::new(vec![Sentence::new(span, text)]).by(by);
        utterance.topic = topic.map(str::to_owned);
        Transcript::new(vec![utterance])
    }

    #[test]
    fn each_change_touches_the_hashes_of_its_kind_only() {
        let whole = Span::from_millis(0, 9);

        assert_eq!(changed(|_, _| ()), "");
        assert_eq!(changed(|_, t| *t = said(whole, "Hullo.", None)), "t");
        assert_eq!(
            changed(|_, t| *t = said(Span::from_millis(1, 9), "Hello.", None)),
            "t"
        );
        assert_eq!(changed(|_, t| *t = said(whole, "Hello.", Some("x"))), "r");
        assert_eq!(changed(|c, _| c.title = Some("t".to_owned())), "r");
        assert_eq!(changed(|c, _| c.privacy = Privacy::Private), "f");
        assert_eq!(changed(|c, _| c.tags = vec!["x".to_owned()]), "f");
        assert_eq!(changed(|c, _| c.parties[0].side = Side::Theirs), "f");
        assert_eq!(
            changed(|c, _| c.accounts = vec![AccountId::new("a").expect("valid")]),
            "f"
        );
        assert_eq!(
            changed(|c, _| c.primary_user = Some(UserId::new("u").expect("valid"))),
            "f"
        );
        assert_eq!(
            changed(|c, _| c.parties[0].email = Some("a@b".to_owned())),
            "fr"
        );
    }

    #[test]
    fn a_name_changes_the_text_only_where_it_is_rendered() {
        assert_eq!(
            changed(|c, _| c.parties[0].name = Some("Eve".to_owned())),
            "tr"
        );
        assert_eq!(
            changed(|c, _| c.parties[0].name = Some(" Ada\n".to_owned())),
            "r"
        );
    }

    #[test]
    fn texts_that_join_to_the_same_letters_have_other_hashes() {
        let tags = |words: &[&str]| words.iter().map(|w| (*w).to_owned()).collect::<Vec<_>>();
        let (mut one, mut other) = (call(), call());
        one.tags = tags(&["ab", "c"]);
        other.tags = tags(&["a", "bc"]);
        let key = HashKey {
            id: "h".to_owned(),
            bytes: [7; 32],
        };

        assert_ne!(facts(&key, &one), facts(&key, &other));
    }
}
