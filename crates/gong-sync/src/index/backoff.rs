//! When a failed job is tried again, and when never: a decision of its class and attempt.

use call_archive::Finish;
use jiff::{SignedDuration, Timestamp};
use memory_store::ErrorKind;

use crate::pending::later;

const FIRST_WAIT: SignedDuration = SignedDuration::from_secs(15);
const LONGEST_WAIT: SignedDuration = SignedDuration::from_hours(1);

/// What an error of the store means for the jobs that met it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It may pass.
    Transient,
    /// A vector that was thought to be stored is not: embed.
    NeedsVectors,
    /// Something is wrong with one of the calls.
    OfOneCall,
    /// No call can be written: the drain stops.
    OfTheIndex,
}

pub(super) fn verdict(kind: ErrorKind) -> Verdict {
    match kind {
        ErrorKind::VectorMissing => Verdict::NeedsVectors,
        ErrorKind::WrongDimensions | ErrorKind::Misplaced => Verdict::OfOneCall,
        ErrorKind::ForeignSpace
        | ErrorKind::Absent
        | ErrorKind::ReadOnly
        | ErrorKind::Damaged
        | ErrorKind::NotAuthorised => Verdict::OfTheIndex,
        _ => Verdict::Transient,
    }
}

/// Tries again after 15 s, 30 s, 1 min … 1 h; the archive gives up after some attempts.
pub(super) fn retry(class: &'static str, attempt: u32, now: Timestamp) -> Finish {
    let doublings = attempt.saturating_sub(1).min(16);
    let wait = FIRST_WAIT
        .checked_mul(1_i32 << doublings)
        .unwrap_or(LONGEST_WAIT)
        .min(LONGEST_WAIT);
    let at = later(now, wait);
    Finish::Retry { at, class }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_doubles_up_to_an_hour() {
        let now: Timestamp = "2026-03-02T09:00:00Z".parse().unwrap();
        for (attempt, seconds) in [
            (0, 15),
            (1, 15),
            (2, 30),
            (5, 240),
            (9, 3_600),
            (u32::MAX, 3_600),
        ] {
            let at = later(now, SignedDuration::from_secs(seconds));
            assert_eq!(
                retry("store", attempt, now),
                Finish::Retry { at, class: "store" },
                "{attempt}"
            );
        }
    }
}
