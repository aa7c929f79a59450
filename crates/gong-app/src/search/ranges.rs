//! Ranked passages into ranges for people: neighbours that were both found are one place.

use conversation::{CallId, Part, Revision, SentenceRef, Span};
use memory_store::{Hit, Parts};

/// A range grows to at most this many passages: more would not be one place.
const MOST_PASSAGES: u32 = 3;
/// So many hits are looked at for each range that is wanted.
const HITS_PER_RANGE: usize = 3;

/// One place in one call.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Range {
    pub(crate) call: CallId,
    pub(crate) text_revision: Revision,
    pub(crate) first: SentenceRef,
    pub(crate) last: SentenceRef,
    /// Set where the place is a part of one overlong sentence.
    pub(crate) part: Option<Part>,
    pub(crate) span: Span,
    pub(crate) score: f32,
    /// What the score of its best passage is made of.
    pub(crate) parts: Parts,
    ordinals: (u32, u32),
}

impl Range {
    pub(crate) fn of(hit: &Hit) -> Self {
        let place = &hit.place;
        Self {
            call: place.call.clone(),
            text_revision: place.text_revision,
            first: place.first,
            last: place.last,
            part: place.part,
            span: place.span,
            score: hit.score,
            parts: hit.parts,
            ordinals: (place.ordinal, place.ordinal),
        }
    }

    fn is_beside(&self, hit: &Hit) -> bool {
        let place = &hit.place;
        let (low, high) = self.ordinals;
        let is_next =
            place.ordinal.checked_add(1) == Some(low) || high.checked_add(1) == Some(place.ordinal);
        is_next
            && high - low + 1 < MOST_PASSAGES
            && self.call == place.call
            && self.text_revision == place.text_revision
    }

    fn grow(&mut self, hit: &Hit) {
        let place = &hit.place;
        let is_same_sentence = self.first == place.first && self.last == place.last;
        self.part = match (self.part, place.part) {
            (Some(mine), Some(theirs)) if is_same_sentence => Some(Part {
                start: mine.start.min(theirs.start),
                end: mine.end.max(theirs.end),
            }),
            _ => None,
        };
        self.first = self.first.min(place.first);
        self.last = self.last.max(place.last);
        self.span = self.span.cover(place.span);
        self.ordinals = (
            self.ordinals.0.min(place.ordinal),
            self.ordinals.1.max(place.ordinal),
        );
    }
}

/// The best `limit` places, in the order of their best passage.
pub(crate) fn ranges(hits: &[Hit], limit: usize) -> Vec<Range> {
    let mut ranges: Vec<Range> = Vec::new();
    for hit in hits.iter().take(limit.saturating_mul(HITS_PER_RANGE)) {
        if let Some(range) = ranges.iter_mut().find(|range| range.is_beside(hit)) {
            range.grow(hit);
        } else if ranges.len() < limit {
            ranges.push(Range::of(hit));
        }
    }
    ranges
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroUsize;

    use conversation::{Call, Sentence, SplitRules, Tenant, Transcript, Utterance, split};
    use jiff::Timestamp;
    use memory_store::PassagePlace;

    use super::*;

    /// Hits on passages of one call, by ordinal, best first.
    fn hits(call: &str, ordinals: &[u32]) -> Vec<Hit> {
        let call = Call::new(CallId::new(call).expect("an id"), Timestamp::UNIX_EPOCH);
        let words = "word ".repeat(130);
        let say = |at: u64| {
            Sentence::new(
                Span::from_millis(at * 1_000, at * 1_000 + 900),
                words.trim(),
            )
        };
        let utterances = (0..8).map(|at| Utterance::new(vec![say(at)])).collect();
        let transcript = Transcript::new(utterances);
        let rules = SplitRules::for_limit(NonZeroUsize::new(1_000).expect("not zero"));
        let passages = split(
            &Tenant::default(),
            &call,
            Revision::new(1),
            &transcript,
            &rules,
            &|text: &str| text.split_whitespace().count(),
        );
        ordinals
            .iter()
            .zip((1_u16..=100).rev())
            .map(|(ordinal, score)| Hit {
                place: PassagePlace::of(
                    passages.get(*ordinal as usize).expect("a passage"),
                    *ordinal,
                ),
                score: f32::from(score),
                parts: Parts::default(),
            })
            .collect()
    }

    fn places(hits: &[Hit], limit: usize) -> Vec<(u32, u32)> {
        ranges(hits, limit)
            .iter()
            .map(|range| range.ordinals)
            .collect()
    }

    #[test]
    fn neighbours_become_one_place_where_the_better_one_stood() {
        assert_eq!(places(&hits("1", &[4, 1, 5]), 5), [(4, 5), (1, 1)]);
        let range = ranges(&hits("1", &[4, 5]), 5).remove(0);
        assert_eq!((range.first.utterance, range.last.utterance), (4, 5));
        assert_eq!((range.span.start_ms(), range.span.end_ms()), (4_000, 5_900));
        assert!(range.score > 99.0);
    }

    #[test]
    fn a_place_does_not_grow_without_end() {
        assert_eq!(places(&hits("1", &[3, 4, 5, 6]), 5), [(3, 5), (6, 6)]);
    }

    #[test]
    fn neighbours_in_number_of_two_calls_are_two_places() {
        let both = [hits("1", &[3]), hits("2", &[4])].concat();
        assert_eq!(places(&both, 5), [(3, 3), (4, 4)]);
    }

    #[test]
    fn a_full_answer_still_grows_but_gets_no_new_place() {
        assert_eq!(places(&hits("1", &[0, 7, 1]), 1), [(0, 1)]);
    }
}
