//! The words to show of a place: whole sentences from the archive, each with its citation.

use std::collections::BTreeSet;

use conversation::{Call, Citation, Party, Revision, Side, SpokenSentence, Tenant, Transcript};
use embeddings::{Embedder, Purpose, Vector};

use super::ranges::Range;
use super::sentences::{best, content_words, score, shared_words};
use crate::Error;
use crate::views::{CitationView, QuoteView, moment_link, neutral};

/// So many sentences of a place are compared by meaning; those that share most words come first.
const MOST_COMPARED: usize = 24;
/// A longer quote is cut at a word.
const LONGEST_QUOTE: usize = 400;

/// A place with its call and words, as they were read.
pub(crate) struct Read<'a> {
    pub(crate) range: &'a Range,
    pub(crate) call: &'a Call,
    pub(crate) transcript: &'a Transcript,
}

/// Chooses the quotes of each place; only from the side asked for.
pub(crate) async fn quotes(
    places: &[Read<'_>],
    side: Option<Side>,
    question: &str,
    meaning: &Vector,
    embedder: &dyn Embedder,
) -> Result<Vec<Vec<QuoteView>>, Error> {
    let asked = content_words(question);
    let candidates: Vec<Vec<Candidate<'_>>> = places
        .iter()
        .map(|place| candidates(place, side, &asked))
        .collect();
    let texts: Vec<String> = candidates
        .iter()
        .flatten()
        .map(|candidate| candidate.text.to_owned())
        .collect();
    let vectors = embedder.embed(Purpose::Passage, &texts).await?;
    let mut vectors = vectors.into_iter();
    let quoted = places.iter().zip(candidates).map(|(place, candidates)| {
        let scores: Vec<f32> = candidates
            .iter()
            .zip(vectors.by_ref())
            .map(|(candidate, vector)| score(vector.dot(meaning), candidate.text, &asked))
            .collect();
        best(&scores)
            .into_iter()
            .filter_map(|position| candidates.get(position))
            .filter_map(|candidate| quote(place, candidate))
            .collect()
    });
    Ok(quoted.collect())
}

/// A sentence that could be quoted.
struct Candidate<'a> {
    sentence: SpokenSentence<'a>,
    /// The sentence, or the part of it that was found.
    text: &'a str,
}

fn candidates<'a>(
    place: &Read<'a>,
    side: Option<Side>,
    asked: &BTreeSet<String>,
) -> Vec<Candidate<'a>> {
    let range = place.range;
    let mut all: Vec<Candidate<'a>> = place
        .transcript
        .between(range.first, range.last)
        .filter(|sentence| side.is_none_or(|side| place.call.side_of(sentence.party) == side))
        .filter(|sentence| !sentence.text.trim().is_empty())
        .map(|sentence| {
            let part = range
                .part
                .and_then(|part| sentence.text.get(part.start..part.end));
            Candidate {
                sentence,
                text: part.unwrap_or(sentence.text),
            }
        })
        .collect();
    if all.len() > MOST_COMPARED {
        all.sort_by_key(|candidate| std::cmp::Reverse(shared_words(candidate.text, asked)));
        all.truncate(MOST_COMPARED);
        all.sort_by_key(|candidate| candidate.sentence.at);
    }
    all
}

fn quote(place: &Read<'_>, candidate: &Candidate<'_>) -> Option<QuoteView> {
    let source = Source {
        call: place.call,
        transcript: place.transcript,
        text_revision: place.range.text_revision,
    };
    source.quote(&candidate.sentence, candidate.text)
}

/// Where a quote is taken from.
pub(crate) struct Source<'a> {
    pub(crate) call: &'a Call,
    pub(crate) transcript: &'a Transcript,
    pub(crate) text_revision: Revision,
}

impl Source<'_> {
    /// Words of a sentence with their citation; none if they do not stand in the archive.
    pub(crate) fn quote(&self, said: &SpokenSentence<'_>, words: &str) -> Option<QuoteView> {
        let text = cut(words.trim());
        let mut citation =
            Citation::new(self.call.id.clone(), self.text_revision, said.at, said.span);
        citation.tenant = Tenant::default();
        citation.party = said.party.cloned();
        citation.side = self.call.side_of(said.party);
        citation.url.clone_from(&self.call.url);
        // What is shown must stand in the archive, word for word.
        if !citation.supports(self.transcript, text) {
            return None;
        }
        let party = said.party.and_then(|id| self.call.party(id));
        Some(QuoteView {
            text: neutral(text),
            is_cut: text.len() < said.text.trim().len(),
            speaker: party.and_then(speaker),
            citation: citation_view(&citation),
        })
    }
}

/// The name of a party as it is shown.
pub(crate) fn speaker(party: &Party) -> Option<String> {
    party
        .name
        .as_deref()
        .map(neutral)
        .filter(|name| !name.is_empty())
}

fn citation_view(citation: &Citation) -> CitationView {
    CitationView {
        tenant: citation.tenant.to_string(),
        call_id: neutral(citation.call.as_str()),
        text_revision: citation.text_revision.get(),
        sentence: citation.sentence.to_string(),
        time: citation.span.to_string(),
        start_ms: citation.span.start_ms(),
        end_ms: citation.span.end_ms(),
        party_id: citation.party.as_ref().map(|party| neutral(party.as_str())),
        side: citation.side.as_str(),
        url: citation
            .url
            .as_deref()
            .and_then(|url| moment_link(url, citation.span)),
    }
}

/// The beginning of a text, at most [`LONGEST_QUOTE`] characters, ended at a word where there is one.
fn cut(text: &str) -> &str {
    let Some((end, _)) = text.char_indices().nth(LONGEST_QUOTE) else {
        return text;
    };
    let start = text.get(..end).unwrap_or(text);
    match start.rfind(char::is_whitespace) {
        Some(blank) if blank > 0 => start.get(..blank).unwrap_or(start).trim_end(),
        _ => start,
    }
}

#[cfg(test)]
mod tests {
    use conversation::{CallId, PartyId, Revision, Sentence, SentenceRef, Span, Utterance};
    use embeddings::HashEmbedder;
    use jiff::Timestamp;

    use super::*;

    fn call() -> (Call, Transcript) {
        let id = |text: &str| PartyId::new(text).expect("an id");
        let mut call = Call::new(CallId::new("1").expect("an id"), Timestamp::UNIX_EPOCH);
        call.url = Some("https://app.gong.io/call?id=1".to_owned());
        let mut ours = Party::new(id("p1"));
        ours.side = Side::Ours;
        ours.name = Some("Ada \u{1b}[31mExample".to_owned());
        let mut theirs = Party::new(id("p2"));
        theirs.side = Side::Theirs;
        call.parties = vec![ours, theirs];
        let say = |from, text: &str| Sentence::new(Span::from_millis(from, from + 900), text);
        let transcript = Transcript::new(vec![
            Utterance::new(vec![
                say(0, "Hello there everybody."),
                say(61_000, "The discount ends in March for you."),
            ])
            .by(id("p1")),
            Utterance::new(vec![say(
                70_000,
                "A discount would help us decide in March.",
            )])
            .by(id("p2")),
        ]);
        (call, transcript)
    }

    fn range() -> Range {
        crate::search::ranges::ranges(
            &[memory_store::Hit {
                place: place(),
                score: 1.0,
                parts: memory_store::Parts::default(),
            }],
            1,
        )
        .remove(0)
    }

    fn place() -> memory_store::PassagePlace {
        let (call, transcript) = call();
        let rules = conversation::SplitRules::for_limit(std::num::NonZeroUsize::MAX);
        let passages = conversation::split(
            &Tenant::default(),
            &call,
            Revision::new(3),
            &transcript,
            &rules,
            &|text: &str| text.len(),
        );
        memory_store::PassagePlace::of(passages.first().expect("one passage"), 0)
    }

    async fn quoted(side: Option<Side>, question: &str) -> Vec<QuoteView> {
        let (call, transcript) = call();
        let range = range();
        assert_eq!(
            (range.first, range.last),
            (SentenceRef::new(0, 0), SentenceRef::new(1, 0))
        );
        let embedder = HashEmbedder::default();
        let meaning = embedder.vector(question);
        let places = [Read {
            range: &range,
            call: &call,
            transcript: &transcript,
        }];
        let mut all = quotes(&places, side, question, &meaning, &embedder)
            .await
            .expect("embedded");
        all.remove(0)
    }

    #[tokio::test]
    async fn a_quote_says_who_when_and_where_to_listen() {
        let quote = quoted(None, "when does the discount end").await.remove(0);

        assert_eq!(quote.text, "The discount ends in March for you.");
        assert_eq!(quote.speaker.as_deref(), Some("Ada Example"));
        assert_eq!(quote.citation.time, "01:01");
        assert_eq!(
            (quote.citation.sentence.as_str(), quote.citation.side),
            ("0.1", "ours")
        );
        assert!(
            quote
                .citation
                .url
                .is_some_and(|url| url.contains("highlights="))
        );
    }

    #[tokio::test]
    async fn words_of_the_other_side_are_not_quoted() {
        for quote in quoted(Some(Side::Theirs), "when does the discount end").await {
            assert_eq!(quote.citation.side, "theirs");
        }
        assert!(quoted(Some(Side::Unknown), "discount").await.is_empty());
    }

    #[test]
    fn a_long_quote_ends_at_a_word() {
        let long = "word ".repeat(200);
        let short = cut(long.trim());
        assert!(short.chars().count() <= LONGEST_QUOTE && short.ends_with("word"));
        assert_eq!(cut(&"x".repeat(500)).len(), LONGEST_QUOTE);
        assert_eq!(cut("all of it"), "all of it");
    }
}
