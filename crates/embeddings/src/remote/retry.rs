//! Whether to ask a server again, and when: a decision from values.

use std::time::Duration;

/// How an attempt failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// The server has too much to do just now.
    Limited { retry_after: Option<Duration> },
    /// It may work the next time.
    Transient,
    /// The same request would meet it again.
    Final,
}

const ATTEMPTS: u32 = 5;
/// The longest wait of our own choice, and the longest that a server may demand.
const LONGEST: Duration = Duration::from_secs(30);

/// How long to wait before the next attempt; none: give up. To ask for vectors twice is the same as
/// once, so any failure that may pass is tried again.
pub(super) fn wait_before_next(
    attempt: u32,
    failure: Failure,
    first: Duration,
    jitter: f64,
) -> Option<Duration> {
    if attempt >= ATTEMPTS {
        return None;
    }
    let own = first
        .saturating_mul(1 << (attempt - 1))
        .min(LONGEST)
        .mul_f64(jitter);
    match failure {
        Failure::Final => None,
        Failure::Transient | Failure::Limited { retry_after: None } => Some(own),
        // Not before it says, and not all callers at once.
        Failure::Limited {
            retry_after: Some(wait),
        } => (wait <= LONGEST).then_some(wait + own),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_pass_is_tried_again_ever_later_and_five_times_at_most() {
        let seconds = Duration::from_secs;
        let check = |attempt, failure, expected| {
            let found = wait_before_next(attempt, failure, seconds(1), 0.5);
            assert_eq!(found, expected, "{attempt} {failure:?}");
        };
        let limited = |wait| Failure::Limited {
            retry_after: Some(seconds(wait)),
        };

        check(1, Failure::Transient, Some(Duration::from_millis(500)));
        check(3, Failure::Transient, Some(seconds(2)));
        check(5, Failure::Transient, None);
        check(1, Failure::Final, None);
        check(
            1,
            Failure::Limited { retry_after: None },
            Some(Duration::from_millis(500)),
        );
        check(2, limited(7), Some(seconds(8)));
        check(1, limited(31), None);
    }
}
