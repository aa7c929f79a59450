//! A search that found nothing is worth what was searched.

use super::DealCall;
use crate::Evidence;

/// Of a hundred calls so many need a transcript before "it was never said" can be said.
const ENOUGH: u64 = 80;

/// Whether so many of the calls have a transcript that a search of them can tell what was not said;
/// without any call it cannot.
pub(super) fn is_enough(calls: &[DealCall]) -> bool {
    let heard = calls.iter().filter(|call| call.heard.is_some()).count() as u64;
    heard > 0 && heard * 100 >= calls.len() as u64 * ENOUGH
}

/// The calls with a transcript, as a search that found nothing.
pub(super) fn searched(calls: &[DealCall]) -> Evidence {
    let heard = || calls.iter().filter(|call| call.heard.is_some());
    Evidence::Searched {
        calls: heard().map(|call| call.call.clone()).collect(),
        with_transcript: u32::try_from(heard().count()).unwrap_or(u32::MAX),
        known: u32::try_from(calls.len()).unwrap_or(u32::MAX),
    }
}

/// "3 of 5 calls have a transcript".
pub(super) fn said(calls: &[DealCall]) -> String {
    let heard = calls.iter().filter(|call| call.heard.is_some()).count();
    format!("{heard} of {} calls have a transcript", calls.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deals::testing::{call, unheard};

    #[test]
    fn four_of_five_calls_are_enough_and_none_of_none_are_not() {
        let calls = |heard: usize, of: usize| -> Vec<_> {
            let one = |at| {
                let call = call("2026-03-02", &["ann"], Vec::new());
                if at < heard { call } else { unheard(call) }
            };
            (0..of).map(one).collect()
        };
        let enough = |heard, of| is_enough(&calls(heard, of));
        assert!(enough(4, 5) && enough(1, 1));
        assert!(!enough(3, 4) && !enough(0, 0) && !enough(0, 2));
        assert_eq!(said(&calls(3, 4)), "3 of 4 calls have a transcript");
    }
}
