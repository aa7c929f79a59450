//! When a request is made again: a decision of its status and attempt.

use std::time::Duration;

/// A request is made at most so often.
pub(crate) const ATTEMPTS: u32 = 5;

const FIRST_WAIT: Duration = Duration::from_millis(100);
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// Statuses of gRPC, by their numbers.
pub(crate) mod status {
    pub(crate) const CANCELLED: i32 = 1;
    pub(crate) const UNKNOWN: i32 = 2;
    pub(crate) const DEADLINE_EXCEEDED: i32 = 4;
    pub(crate) const NOT_FOUND: i32 = 5;
    pub(crate) const PERMISSION_DENIED: i32 = 7;
    pub(crate) const RESOURCE_EXHAUSTED: i32 = 8;
    pub(crate) const ABORTED: i32 = 10;
    pub(crate) const INTERNAL: i32 = 13;
    pub(crate) const UNAVAILABLE: i32 = 14;
    pub(crate) const UNAUTHENTICATED: i32 = 16;
}

/// How long to wait before the request is made again; `None` gives up.
///
/// Every request of this crate may be made twice: points have names, and what is written twice is
/// written once. `roll` is chance, in 0..=1; `told` is what the server asked for.
pub(crate) fn wait(
    status: i32,
    attempt: u32,
    told: Option<Duration>,
    roll: f64,
) -> Option<Duration> {
    let may_pass = matches!(
        status,
        status::CANCELLED
            | status::UNKNOWN
            | status::DEADLINE_EXCEEDED
            | status::RESOURCE_EXHAUSTED
            | status::ABORTED
            | status::INTERNAL
            | status::UNAVAILABLE
    );
    if !may_pass || attempt >= ATTEMPTS {
        return None;
    }
    let most = FIRST_WAIT * 2_u32.saturating_pow(attempt.saturating_sub(1));
    let chosen = most.min(LONGEST_WAIT).mul_f64(roll.clamp(0.0, 1.0));
    Some(chosen.max(told.unwrap_or_default().min(LONGEST_WAIT)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_pass_is_tried_again_for_longer_and_longer() {
        for code in [1, 2, 4, 8, 10, 13, 14] {
            assert_eq!(wait(code, 1, None, 1.0), Some(Duration::from_millis(100)));
            assert_eq!(wait(code, 4, None, 1.0), Some(Duration::from_millis(800)));
            assert_eq!(wait(code, 4, None, 0.5), Some(Duration::from_millis(400)));
            assert_eq!(wait(code, ATTEMPTS, None, 1.0), None);
        }
    }

    #[test]
    fn what_will_not_pass_is_not_tried_again() {
        for code in [0, 3, 5, 6, 7, 9, 11, 12, 15, 16, 99] {
            assert_eq!(wait(code, 1, None, 1.0), None, "{code}");
        }
    }

    #[test]
    fn the_server_may_ask_for_a_pause_up_to_a_bound() {
        let told = |seconds| wait(8, 1, Some(Duration::from_secs(seconds)), 0.0);
        assert_eq!(told(1), Some(Duration::from_secs(1)));
        assert_eq!(told(86_400), Some(LONGEST_WAIT));
    }
}
