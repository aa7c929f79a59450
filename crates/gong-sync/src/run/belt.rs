//! Calls between their listing and their storing: gathered until a hundred want their words.
//!
//! Batches may hold calls of several windows, so that no request for transcripts is half empty. A
//! window counts as complete only when its last call has left the belt.

use std::collections::VecDeque;

use conversation::CallId;
use gong_client::{ExtensiveCall, PAGE_SIZE, Raw};
use jiff::Timestamp;

use crate::fetched::Expected;

/// No batch holds more calls than this, wanting words or not.
const MOST: usize = 2 * PAGE_SIZE;

/// A call that was listed.
#[derive(Debug)]
pub(super) struct Listed {
    pub(super) id: CallId,
    pub(super) call: Raw<ExtensiveCall>,
    pub(super) expected: Expected,
    pub(super) wants_words: bool,
}

/// Calls that are stored together.
#[derive(Debug)]
pub(super) struct Batch {
    pub(super) calls: Vec<Listed>,
    /// With this batch, everything that started before is stored.
    pub(super) complete_to: Option<Timestamp>,
}

impl Batch {
    /// The calls whose words are asked for: a hundred at the most.
    pub(super) fn wanting(&self) -> Vec<CallId> {
        let wanting = self.calls.iter().filter(|listed| listed.wants_words);
        wanting.map(|listed| listed.id.clone()).collect()
    }
}

/// Calls on their way, first in, first out.
#[derive(Debug, Default)]
pub(super) struct Belt {
    queue: VecDeque<Listed>,
    wanting: usize,
    put: u64,
    taken: u64,
    /// The ends of windows, each with the number of calls put until then.
    ends: VecDeque<(u64, Timestamp)>,
}

impl Belt {
    pub(super) fn put(&mut self, listed: Listed) {
        self.put += 1;
        self.wanting += usize::from(listed.wants_words);
        self.queue.push_back(listed);
    }

    /// A window was read to its end.
    pub(super) fn end_window(&mut self, at: Timestamp) {
        self.ends.push_back((self.put, at));
    }

    /// Whether there is a full batch.
    pub(super) fn is_full(&self) -> bool {
        self.wanting >= PAGE_SIZE || self.queue.len() >= MOST
    }

    /// Whether there are two.
    pub(super) fn is_full_twice(&self) -> bool {
        self.wanting >= 2 * PAGE_SIZE || self.queue.len() >= 2 * MOST
    }

    /// A full batch, if there is one.
    pub(super) fn take(&mut self) -> Option<Batch> {
        self.is_full().then(|| self.take_rest()).flatten()
    }

    /// A batch of what there is.
    pub(super) fn take_rest(&mut self) -> Option<Batch> {
        let mut calls = Vec::new();
        let mut wanting = 0;
        while let Some(listed) = self.queue.front() {
            let is_one_too_many = listed.wants_words && wanting == PAGE_SIZE;
            if is_one_too_many || calls.len() == MOST {
                break;
            }
            wanting += usize::from(listed.wants_words);
            calls.extend(self.queue.pop_front());
        }
        self.taken += calls.len() as u64;
        self.wanting -= wanting;
        let complete_to = self.passed();
        (!calls.is_empty()).then_some(Batch { calls, complete_to })
    }

    /// The end of the last window of which nothing is left, if that is news.
    pub(super) fn idle_position(&mut self) -> Option<Timestamp> {
        self.queue.is_empty().then(|| self.passed()).flatten()
    }

    /// Forgets the calls of a window that is begun again, and of those before that it kept waiting.
    pub(super) fn clear(&mut self) {
        let begun = self.ends.back().map_or(self.taken, |(put, _)| *put);
        while self.put > begun.max(self.taken) {
            let Some(listed) = self.queue.pop_back() else {
                break;
            };
            self.put -= 1;
            self.wanting -= usize::from(listed.wants_words);
        }
    }

    fn passed(&mut self) -> Option<Timestamp> {
        let mut passed = None;
        while let Some((put, at)) = self.ends.front().copied() {
            if put > self.taken {
                break;
            }
            passed = Some(at);
            self.ends.pop_front();
        }
        passed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(belt: &mut Belt, number: usize, wants_words: bool) {
        let json = format!(r#"{{"metaData": {{"id": "{number}"}}}}"#);
        belt.put(Listed {
            id: CallId::new(number.to_string()).unwrap(),
            call: Raw::read(&json).unwrap(),
            expected: Expected::Read(None),
            wants_words,
        });
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn a_batch_has_a_hundred_calls_that_want_words_and_a_window_ends_with_its_last_call() {
        let mut belt = Belt::default();
        for number in 0..130 {
            put(&mut belt, number, number != 7);
        }
        belt.end_window(at(1));

        let first = belt.take().unwrap();
        assert_eq!((first.calls.len(), first.wanting().len()), (101, 100));
        assert_eq!(first.complete_to, None);
        assert!(belt.take().is_none(), "29 do not fill a request");

        for number in 130..201 {
            put(&mut belt, number, true);
        }
        belt.end_window(at(2));
        let second = belt.take().unwrap();
        assert_eq!((second.calls.len(), second.complete_to), (100, Some(at(2))));
        assert!(belt.take_rest().is_none());
    }

    #[test]
    fn calls_of_a_window_that_is_begun_again_are_forgotten_and_earlier_ones_are_not() {
        let mut belt = Belt::default();
        put(&mut belt, 1, true);
        belt.end_window(at(1));
        put(&mut belt, 2, true);
        put(&mut belt, 3, true);

        belt.clear();

        let rest = belt.take_rest().unwrap();
        assert_eq!(rest.calls.len(), 1);
        assert_eq!(rest.complete_to, Some(at(1)));
    }

    #[test]
    fn windows_without_calls_are_passed_at_once() {
        let mut belt = Belt::default();
        belt.end_window(at(1));
        assert_eq!(belt.idle_position(), Some(at(1)));
        assert_eq!(belt.idle_position(), None);
        put(&mut belt, 1, true);
        belt.end_window(at(2));
        assert_eq!(belt.idle_position(), None);
    }

    #[test]
    fn private_calls_alone_fill_a_batch_too() {
        let mut belt = Belt::default();
        for number in 0..MOST {
            put(&mut belt, number, false);
        }
        assert_eq!(belt.take().map(|batch| batch.calls.len()), Some(MOST));
    }
}
