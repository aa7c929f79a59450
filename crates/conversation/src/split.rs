//! A transcript into passages.
//!
//! A passage is about [`SplitRules::target_words`] long and ends with an utterance where it can;
//! a long utterance is ended at a sentence once past [`SplitRules::end_words`]; and nothing is ever
//! longer than the embedder's limit, because a model cuts in silence and what it cuts cannot be
//! found by meaning.

use std::num::NonZeroUsize;

use crate::passage::passage_id;
use crate::{
    Call, Part, Passage, Revision, SentenceRef, Sides, Span, SpokenSentence, Tenant, Transcript,
    spoken,
};

/// How long passages are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SplitRules {
    /// A passage of at least this many words ends with the utterance.
    pub target_words: usize,
    /// A passage of at least this many words ends with the sentence.
    pub end_words: usize,
    /// No passage is longer than this, as `count` counts.
    pub max_tokens: NonZeroUsize,
}

impl SplitRules {
    /// The rules that retrieval quality was measured with, for a model of this limit.
    ///
    /// A limit of less than eight tokens may leave no room for a single character with its
    /// speaker; such a character is then kept rather than lost.
    pub fn for_limit(max_tokens: NonZeroUsize) -> Self {
        Self {
            target_words: 120,
            end_words: 180,
            max_tokens,
        }
    }
}

/// Cuts a transcript into passages: every word once, in order, none beyond the limit.
///
/// `count` is the embedder's own measure of a text. It must not make a joined text longer than its
/// pieces together (true of every tokeniser that starts by cutting at white space).
pub fn split(
    tenant: &Tenant,
    call: &Call,
    text_revision: Revision,
    transcript: &Transcript,
    rules: &SplitRules,
    count: &dyn Fn(&str) -> usize,
) -> Vec<Passage> {
    let mut splitter = Splitter {
        tenant,
        call,
        text_revision,
        rules,
        count,
        open: Open::default(),
        done: Vec::new(),
    };
    for sentence in transcript
        .sentences()
        .filter(|sentence| !sentence.text.trim().is_empty())
    {
        splitter.take(sentence);
    }
    splitter.close();
    splitter.done
}

/// The passage that is being filled.
#[derive(Default)]
struct Open<'a> {
    sentences: Vec<SpokenSentence<'a>>,
    words: usize,
    /// Never less than the tokens of the rendered text.
    tokens: usize,
}

struct Splitter<'a, 'r> {
    tenant: &'r Tenant,
    call: &'r Call,
    text_revision: Revision,
    rules: &'r SplitRules,
    count: &'r dyn Fn(&str) -> usize,
    open: Open<'a>,
    done: Vec<Passage>,
}

impl<'a> Splitter<'a, '_> {
    fn take(&mut self, sentence: SpokenSentence<'a>) {
        let ends_utterance = self
            .open
            .sentences
            .last()
            .is_some_and(|last| last.at.utterance != sentence.at.utterance);
        let is_full = self.open.words >= self.rules.end_words
            || (ends_utterance && self.open.words >= self.rules.target_words);
        if is_full {
            self.close();
        }

        let alone = (self.count)(&spoken(self.call, [sentence]));
        if alone > self.rules.max_tokens.get() {
            self.close();
            self.take_in_parts(sentence);
            return;
        }
        if let Some(tokens) = self.tokens_with(sentence, alone) {
            self.open.tokens = tokens;
        } else {
            self.close();
            self.open.tokens = alone;
        }
        self.open.words += words(sentence.text);
        self.open.sentences.push(sentence);
    }

    /// The tokens of the open passage with one more sentence, or `None` if that is too long.
    ///
    /// Rendering and counting the whole passage is put off until the sum of its sentences, which is
    /// never less, says that it may be too long.
    fn tokens_with(&self, sentence: SpokenSentence<'a>, alone: usize) -> Option<usize> {
        let limit = self.rules.max_tokens.get();
        let at_most = self.open.tokens + alone;
        if at_most <= limit {
            return Some(at_most);
        }
        let all = self.open.sentences.iter().copied().chain([sentence]);
        let tokens = (self.count)(&spoken(self.call, all));
        (tokens <= limit).then_some(tokens)
    }

    fn close(&mut self) {
        let open = std::mem::take(&mut self.open);
        let (Some(first), Some(last)) = (open.sentences.first(), open.sentences.last()) else {
            return;
        };
        let (first, last) = (*first, *last);
        let text = spoken(self.call, open.sentences.iter().copied());
        let span = open
            .sentences
            .iter()
            .fold(first.span, |span, s| span.cover(s.span));
        let sides = open
            .sentences
            .iter()
            .map(|s| self.call.side_of(s.party))
            .collect();
        self.push(first.at, last.at, None, span, sides, open.words, text);
    }

    fn take_in_parts(&mut self, sentence: SpokenSentence<'a>) {
        let sides = Sides::NONE.with(self.call.side_of(sentence.party));
        let mut start = 0;
        while let Some(skipped) = sentence.text[start..].find(|c: char| !c.is_whitespace()) {
            start += skipped;
            let rest = SpokenSentence {
                text: &sentence.text[start..],
                ..sentence
            };
            let part = Part {
                start,
                end: start + self.longest_start(rest),
            };
            let piece = SpokenSentence {
                text: &sentence.text[part.start..part.end],
                ..sentence
            };
            let span = share_of(sentence.span, part, sentence.text.len());
            let text = self.rendered_part(piece);
            self.push(
                sentence.at,
                sentence.at,
                Some(part),
                span,
                sides,
                words(piece.text),
                text,
            );
            start = part.end;
        }
    }

    /// How many bytes from the start of a sentence fit: whole words, or characters of one long word.
    fn longest_start(&self, rest: SpokenSentence<'a>) -> usize {
        let fits = |end: usize| {
            let piece = SpokenSentence {
                text: &rest.text[..end],
                ..rest
            };
            (self.count)(&self.rendered_part(piece)) <= self.rules.max_tokens.get()
        };
        let word_ends: Vec<usize> = word_ends(rest.text).collect();
        let fitting = partition_point(word_ends.len(), |i| fits(word_ends[i]));
        if let Some(end) = fitting.checked_sub(1).and_then(|last| word_ends.get(last)) {
            return *end;
        }
        let first_word = word_ends.first().copied().unwrap_or(rest.text.len());
        let char_ends: Vec<usize> = rest.text[..first_word]
            .char_indices()
            .map(|(at, c)| at + c.len_utf8())
            .collect();
        let fitting = partition_point(char_ends.len(), |i| fits(char_ends[i]));
        char_ends
            .get(fitting.saturating_sub(1))
            .copied()
            .unwrap_or(rest.text.len())
    }

    /// A part with its speaker's name, unless the name alone leaves no room.
    fn rendered_part(&self, piece: SpokenSentence<'_>) -> String {
        let label_only = SpokenSentence { text: "", ..piece };
        let label_tokens = (self.count)(&spoken(self.call, [label_only]));
        if label_tokens * 2 > self.rules.max_tokens.get() {
            piece.text.trim().to_owned()
        } else {
            spoken(self.call, [piece])
        }
    }

    #[expect(clippy::too_many_arguments, reason = "one place makes every passage")]
    fn push(
        &mut self,
        first: SentenceRef,
        last: SentenceRef,
        part: Option<Part>,
        span: Span,
        sides: Sides,
        words: usize,
        text: String,
    ) {
        self.done.push(Passage {
            id: passage_id(
                self.tenant,
                &self.call.id,
                self.text_revision,
                first,
                last,
                part,
            ),
            call: self.call.id.clone(),
            text_revision: self.text_revision,
            first,
            last,
            part,
            span,
            sides,
            words,
            text,
        });
    }
}

fn words(text: &str) -> usize {
    text.split_whitespace().count()
}

/// The byte after each word.
fn word_ends(text: &str) -> impl Iterator<Item = usize> {
    let starts_after = |at: usize| text[at..].chars().next().is_none_or(char::is_whitespace);
    text.char_indices()
        .filter(|(_, c)| !c.is_whitespace())
        .map(|(at, c)| at + c.len_utf8())
        .filter(move |end| starts_after(*end))
}

/// How many of the first numbers fulfil a condition that, once false, stays false.
fn partition_point(length: usize, holds: impl Fn(usize) -> bool) -> usize {
    let (mut low, mut high) = (0, length);
    while low < high {
        let middle = low + (high - low) / 2;
        if holds(middle) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    low
}

/// The time of a part, by its share of the text.
fn share_of(span: Span, part: Part, length: usize) -> Span {
    let length = u64::try_from(length).unwrap_or(u64::MAX).max(1);
    let whole = span.end_ms() - span.start_ms();
    let at = |byte: usize| {
        let byte = u64::try_from(byte).unwrap_or(u64::MAX).min(length);
        span.start_ms() + whole.saturating_mul(byte) / length
    };
    Span::from_millis(at(part.start), at(part.end))
}
