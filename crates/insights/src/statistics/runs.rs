//! Monologues: how long one voice goes on.

use conversation::{PartyId, Side, Span};

use super::Turn;

/// A longer silence ends a monologue.
const SILENCE_MS: u64 = 10_000;

/// The longest run of one voice of a side: from the start of its first turn to the end of its last,
/// ended by somebody else's turn that is no backchannel or by a silence. The first of equals.
pub(super) fn longest(turns: &[Turn<'_>], side: Side) -> Option<Span> {
    let mut voices: Vec<Option<&PartyId>> = Vec::new();
    for turn in turns.iter().filter(|turn| turn.side == side) {
        if !voices.contains(&turn.party) {
            voices.push(turn.party);
        }
    }
    let runs = voices.into_iter().filter_map(|voice| of(turns, voice));
    runs.max_by_key(|run| (run.length(), std::cmp::Reverse(run.start_ms())))
}

fn of(turns: &[Turn<'_>], voice: Option<&PartyId>) -> Option<Span> {
    let mut longest: Option<Span> = None;
    let mut open: Option<Span> = None;
    for turn in turns {
        if turn.party == voice {
            let goes_on =
                |run: &Span| turn.span.start_ms() <= run.end_ms().saturating_add(SILENCE_MS);
            let run = open
                .filter(goes_on)
                .map_or(turn.span, |run| run.cover(turn.span));
            open = Some(run);
            if longest.is_none_or(|best| run.length() > best.length()) {
                longest = Some(run);
            }
        } else if !turn.is_backchannel {
            open = None;
        }
    }
    longest
}

#[cfg(test)]
mod tests {
    use crate::statistics::{Breaks, Statistics};
    use crate::testing::timed_call;

    fn monologue(call: &[(&str, u64, u64, &str)], breaks: Breaks) -> Option<(u64, u64)> {
        let call = timed_call(call);
        let statistics = Statistics::of(&call.view(), breaks, &[]);
        let run = statistics.longest_monologue?;
        Some((run.start_ms(), run.end_ms()))
    }

    #[test]
    fn a_nod_ends_a_monologue_in_strict_mode_only() {
        let call = [
            ("ours", 0, 9_000, "Let me explain how it works."),
            ("theirs", 9_200, 9_800, "Mm-hmm."),
            ("ours", 10_000, 15_000, "And then it sends the invoice."),
        ];
        assert_eq!(monologue(&call, Breaks::Tolerant), Some((0, 15_000)));
        assert_eq!(monologue(&call, Breaks::Strict), Some((0, 9_000)));
    }

    #[test]
    fn a_colleague_and_a_long_silence_end_a_monologue() {
        let call = [
            ("ours:ann", 0, 4_000, "I will begin with the plan."),
            ("ours:bob", 4_100, 6_000, "And I will take the demo."),
            ("ours:ann", 6_100, 9_000, "Exactly, after the plan."),
            ("ours:ann", 19_001, 20_000, "Can you see the screen?"),
        ];
        assert_eq!(monologue(&call, Breaks::Tolerant), Some((0, 4_000)));
    }
}
