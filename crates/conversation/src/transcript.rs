//! What was said, in order.

use std::fmt;
use std::str::FromStr;

use crate::{PartyId, Span};

/// The place of a sentence: which utterance, which sentence in it, both counted from 0.
///
/// Written `12.3`. The numbers are the positions in the vendor's own arrays, so a reference can be
/// checked against the raw answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_structs, reason = "two positions are the meaning")]
pub struct SentenceRef {
    /// The position of the utterance.
    pub utterance: u32,
    /// The position of the sentence in its utterance.
    pub sentence: u32,
}

impl SentenceRef {
    /// Points at a sentence.
    pub const fn new(utterance: u32, sentence: u32) -> Self {
        Self {
            utterance,
            sentence,
        }
    }
}

impl fmt::Display for SentenceRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.utterance, self.sentence)
    }
}

/// Says that a text is no sentence reference.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a sentence is written like 12.3")]
pub struct InvalidSentenceRef;

impl FromStr for SentenceRef {
    type Err = InvalidSentenceRef;

    fn from_str(text: &str) -> Result<Self, InvalidSentenceRef> {
        let (utterance, sentence) = text.split_once('.').ok_or(InvalidSentenceRef)?;
        let number = |digits: &str| digits.parse().map_err(|_| InvalidSentenceRef);
        Ok(Self::new(number(utterance)?, number(sentence)?))
    }
}

/// One sentence as it goes into a transcript.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Sentence {
    /// When it was said.
    pub span: Span,
    /// The words.
    pub text: String,
}

impl Sentence {
    /// A sentence with its time.
    pub fn new(span: Span, text: impl Into<String>) -> Self {
        Self {
            span,
            text: text.into(),
        }
    }
}

/// One element of a transcript: what one voice said without being interrupted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Utterance {
    /// Who spoke, if known.
    pub party: Option<PartyId>,
    /// The vendor's topic for it.
    pub topic: Option<String>,
    /// The sentences.
    pub sentences: Vec<Sentence>,
}

impl Utterance {
    /// An utterance by somebody unknown.
    pub fn new(sentences: Vec<Sentence>) -> Self {
        Self {
            party: None,
            topic: None,
            sentences,
        }
    }

    /// Names the speaker.
    #[must_use]
    pub fn by(mut self, party: PartyId) -> Self {
        self.party = Some(party);
        self
    }
}

/// A sentence as it is read from a transcript, with its place and its speaker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SpokenSentence<'a> {
    /// Where it stands.
    pub at: SentenceRef,
    /// Who spoke, if known.
    pub party: Option<&'a PartyId>,
    /// When it was said.
    pub span: Span,
    /// The words.
    pub text: &'a str,
}

/// What was said in one call.
///
/// References are given by position, so [`Transcript::sentences`] is ordered by construction:
/// each sentence has a greater [`SentenceRef`] than the one before it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Transcript {
    utterances: Vec<Utterance>,
}

impl Transcript {
    /// A transcript of these utterances in this order.
    pub fn new(utterances: Vec<Utterance>) -> Self {
        Self { utterances }
    }

    /// The utterances, in order.
    pub fn utterances(&self) -> &[Utterance] {
        &self.utterances
    }

    /// Whether nothing was said.
    pub fn is_empty(&self) -> bool {
        self.utterances
            .iter()
            .all(|utterance| utterance.sentences.is_empty())
    }

    /// Every sentence, in order.
    pub fn sentences(&self) -> impl Iterator<Item = SpokenSentence<'_>> {
        (0u32..).zip(&self.utterances).flat_map(|(u, utterance)| {
            (0u32..)
                .zip(&utterance.sentences)
                .map(move |(s, sentence)| SpokenSentence {
                    at: SentenceRef::new(u, s),
                    party: utterance.party.as_ref(),
                    span: sentence.span,
                    text: &sentence.text,
                })
        })
    }

    /// The sentence at a place.
    pub fn sentence(&self, at: SentenceRef) -> Option<SpokenSentence<'_>> {
        let utterance = self.utterances.get(usize::try_from(at.utterance).ok()?)?;
        let sentence = utterance
            .sentences
            .get(usize::try_from(at.sentence).ok()?)?;
        Some(SpokenSentence {
            at,
            party: utterance.party.as_ref(),
            span: sentence.span,
            text: &sentence.text,
        })
    }

    /// The sentences from `first` to `last`, both included.
    pub fn between(
        &self,
        first: SentenceRef,
        last: SentenceRef,
    ) -> impl Iterator<Item = SpokenSentence<'_>> {
        self.sentences()
            .skip_while(move |sentence| sentence.at < first)
            .take_while(move |sentence| sentence.at <= last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn two_by_two() -> Transcript {
        let utterance = || {
            Utterance::new(vec![
                Sentence::new(Span::default(), "a"),
                Sentence::new(Span::default(), "b"),
            ])
        };
        Transcript::new(vec![utterance(), Utterance::default(), utterance()])
    }

    #[test]
    fn sentences_come_in_the_order_of_their_references() {
        let transcript = two_by_two();
        let places: Vec<_> = transcript.sentences().map(|s| s.at.to_string()).collect();
        assert_eq!(places, ["0.0", "0.1", "2.0", "2.1"]);
    }

    #[test]
    fn a_reference_reads_back_from_what_it_prints() {
        let at = SentenceRef::new(12, 3);
        assert_eq!(at.to_string().parse(), Ok(at));
        for bad in ["", "12", "12.", ".3", "1.2.3", "-1.0", "a.b"] {
            assert_eq!(bad.parse::<SentenceRef>(), Err(InvalidSentenceRef), "{bad}");
        }
    }

    #[test]
    fn a_range_has_both_its_ends() {
        let transcript = two_by_two();
        let found: Vec<_> = transcript
            .between(SentenceRef::new(0, 1), SentenceRef::new(2, 0))
            .map(|s| s.at)
            .collect();
        assert_eq!(found, [SentenceRef::new(0, 1), SentenceRef::new(2, 0)]);
    }
}
