//! What happens between the sides: switches, waiting, interrupting.

use std::time::Duration;

use conversation::Side;

use super::Turn;
use crate::Line;

/// A longer pause is no waiting.
const PAUSE_MS: u64 = 10_000;

/// Fewer answers say nothing about patience.
const ENOUGH_ANSWERS: usize = 5;

/// Who begins this long before the other ends speaks into their words …
const INTO_MS: u64 = 300;

/// … and interrupts them if they stop this soon.
const STOPS_MS: u64 = 1_000;

/// How long ours wait after theirs have ended; overlap is no waiting, longer than 10 seconds is a
/// pause and does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Patience {
    /// The median.
    pub median: Duration,
    /// The mean.
    pub mean: Duration,
    /// Of how many answers.
    pub answers: usize,
}

/// Turns of a known side that say something.
fn said<'t, 'a>(turns: &'t [Turn<'a>]) -> impl Iterator<Item = &'t Turn<'a>> {
    turns
        .iter()
        .filter(|turn| turn.side != Side::Unknown && !turn.is_backchannel)
}

/// How often the side changes.
pub(super) fn switches(turns: &[Turn<'_>]) -> u32 {
    let changes = said(turns)
        .zip(said(turns).skip(1))
        .filter(|(one, next)| one.side != next.side);
    u32::try_from(changes.count()).unwrap_or(u32::MAX)
}

/// How long ours wait; none for fewer than five answers.
pub(super) fn patience(turns: &[Turn<'_>]) -> Option<Patience> {
    let answers = said(turns)
        .zip(said(turns).skip(1))
        .filter(|(one, next)| one.side == Side::Theirs && next.side == Side::Ours);
    let mut waits: Vec<u64> = answers
        .map(|(one, next)| next.span.start_ms().saturating_sub(one.span.end_ms()))
        .filter(|wait| *wait <= PAUSE_MS)
        .collect();
    if waits.len() < ENOUGH_ANSWERS {
        return None;
    }
    waits.sort_unstable();
    let middle = waits.len() / 2;
    let at = |index: usize| waits.get(index).copied().unwrap_or_default();
    let median = if waits.len() % 2 == 1 {
        at(middle)
    } else {
        u64::midpoint(at(middle - 1), at(middle))
    };
    Some(Patience {
        median: Duration::from_millis(median),
        mean: Duration::from_millis(waits.iter().sum::<u64>() / waits.len() as u64),
        answers: waits.len(),
    })
}

/// How often ours begin while theirs speak and theirs soon stop; none where no two voices overlap,
/// because then the provider cuts times so that nobody can be seen to interrupt.
pub(super) fn interruptions(lines: &[Line<'_>], turns: &[Turn<'_>]) -> Option<u32> {
    if !voices_overlap(lines) {
        return None;
    }
    let is_interrupted = |ours: &&Turn<'_>| {
        let begins = ours.span.start_ms();
        turns
            .iter()
            .filter(|turn| turn.side == Side::Theirs && turn.span.start_ms() < begins)
            .any(|theirs| (begins + INTO_MS..=begins + STOPS_MS).contains(&theirs.span.end_ms()))
    };
    let count = said(turns)
        .filter(|turn| turn.side == Side::Ours)
        .filter(is_interrupted)
        .count();
    Some(u32::try_from(count).unwrap_or(u32::MAX))
}

fn voices_overlap(lines: &[Line<'_>]) -> bool {
    let mut ordered: Vec<_> = lines.iter().map(|line| (line.span, line.party)).collect();
    ordered.sort_unstable();
    let mut latest: Vec<(Option<&conversation::PartyId>, u64)> = Vec::new();
    for (span, party) in ordered {
        let meets = latest
            .iter()
            .any(|(other, end)| *other != party && span.start_ms() < *end);
        if meets && !span.length().is_zero() {
            return true;
        }
        match latest.iter_mut().find(|(other, _)| *other == party) {
            Some((_, end)) => *end = span.end_ms().max(*end),
            None => latest.push((party, span.end_ms())),
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::{Breaks, Statistics};
    use crate::testing::timed_call;

    #[test]
    fn patience_is_the_wait_before_an_answer_and_needs_five() {
        let mut call = Vec::new();
        for (n, wait) in [0u64, 200, 400, 700, 9_000, 11_000].into_iter().enumerate() {
            let start = n as u64 * 100_000;
            call.push(("theirs", start, start + 5_000, "That is how we do it now."));
            let answer = start + 5_000 + wait;
            call.push(("ours", answer, answer + 4_000, "I see what you mean there."));
        }
        let of = |call: &[(&str, u64, u64, &str)]| {
            let call = timed_call(call);
            Statistics::of(&call.view(), Breaks::Tolerant, &[]).patience
        };

        let patience = of(&call).expect("five answers came within ten seconds");
        assert_eq!(patience.median, Duration::from_millis(400));
        assert_eq!(patience.mean, Duration::from_millis(2_060));
        assert_eq!(patience.answers, 5);
        assert_eq!(of(&call[..8]), None);
    }

    #[test]
    fn who_begins_while_the_other_soon_stops_interrupts() {
        let rate = |ours_at: u64| {
            let call = timed_call(&[
                ("theirs", 0, 10_000, "The reports are late every month."),
                ("ours", ours_at, 20_000, "Let me show you something."),
            ]);
            Statistics::of(&call.view(), Breaks::Tolerant, &[]).interruptions_per_hour
        };

        assert_eq!(rate(9_500), Some(360.0));
        assert_eq!(rate(9_800), Some(0.0));
        assert_eq!(rate(5_000), Some(0.0));
        assert_eq!(rate(10_000), None);
    }
}
