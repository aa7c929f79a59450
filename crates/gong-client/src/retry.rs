//! Whether to ask again, and when: a decision from values, without clock or randomness.
use std::time::Duration;

/// How one attempt failed, as far as asking again goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Failure {
    /// 429: Gong refused to look at the request.
    RateLimited {
        /// `Retry-After`, when Gong gave it.
        retry_after: Option<Duration>,
    },
    /// 5xx.
    Server {
        /// `Retry-After`, when Gong gave it.
        retry_after: Option<Duration>,
    },
    /// No connection was made, so nothing was sent.
    NotConnected,
    /// No whole answer in time.
    TimedOut,
    /// The connection broke after the request may have been sent, or the answer is cut off.
    Interrupted,
    /// Anything that the same request would meet again.
    Final,
}

/// What the decision is made from.
#[derive(Clone, Copy, Debug, PartialEq)]
#[expect(
    clippy::exhaustive_structs,
    reason = "these values are the decision's whole input"
)]
pub struct Situation {
    /// How many attempts have been made, this one included: 1 for the first.
    pub attempt: u32,
    /// How it failed.
    pub failure: Failure,
    /// Whether sending it twice is the same as once.
    pub is_idempotent: bool,
    /// What is left in the budget that all callers share.
    pub budget: u32,
    /// Where in the range of waits to fall, from 0 to 1, at random.
    pub jitter: f64,
}

/// The numbers by which the decision is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_structs,
    reason = "any combination of these settings is fine"
)]
pub struct RetryRules {
    /// The most attempts, the first included.
    pub attempts: u32,
    /// The longest wait after the first attempt; doubled with each further one.
    pub base: Duration,
    /// The longest wait of our own choice.
    pub cap: Duration,
    /// The longest wait that Gong may demand; a longer one is the caller's to decide.
    pub longest_retry_after: Duration,
}

/// What to do after a failed attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "there is no third way")]
pub enum Decision {
    /// Ask again.
    Retry {
        /// After this long.
        after: Duration,
        /// At this cost to the shared budget.
        cost: u32,
    },
    /// Report the failure.
    GiveUp(GaveUp),
}

/// Why a request is not sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum GaveUp {
    /// It would fail again, or might take effect twice.
    NotRepeatable,
    /// It was sent often enough.
    Attempts,
    /// The budget that all callers share is spent: Gong is in trouble, and more requests would
    /// add to it.
    Budget,
    /// Gong demands a longer wait than a request should take.
    TooLong,
}

impl Default for RetryRules {
    /// Five attempts; waits of up to 0.5, 1, 2, 4 s; at most a minute when Gong demands it.
    fn default() -> Self {
        Self {
            attempts: 5,
            base: Duration::from_millis(500),
            cap: Duration::from_secs(20),
            longest_retry_after: Duration::from_mins(1),
        }
    }
}

/// Decides whether to ask again.
///
/// Gong's own `Retry-After` is obeyed to the second; without it the wait is drawn from zero to an
/// end that doubles (full jitter). What Gong refused (429) or never saw may be sent again even
/// when it is not idempotent; it costs the shared budget less, since it puts no load on Gong.
///
/// ```
/// use std::time::Duration;
/// use gong_client::{Decision, Failure, RetryRules, Situation, decide};
///
/// let failure = Failure::RateLimited { retry_after: Some(Duration::from_secs(7)) };
/// let situation = Situation { attempt: 1, failure, is_idempotent: true, budget: 10, jitter: 0.5 };
///
/// let decision = decide(&situation, &RetryRules::default());
///
/// assert_eq!(decision, Decision::Retry { after: Duration::from_secs(7), cost: 1 });
/// ```
pub fn decide(situation: &Situation, rules: &RetryRules) -> Decision {
    let (had_no_effect, demanded) = match situation.failure {
        Failure::RateLimited { retry_after } => (true, retry_after),
        Failure::NotConnected => (true, None),
        Failure::Server { retry_after } => (false, retry_after),
        Failure::TimedOut | Failure::Interrupted => (false, None),
        Failure::Final => return Decision::GiveUp(GaveUp::NotRepeatable),
    };
    if !(had_no_effect || situation.is_idempotent) {
        return Decision::GiveUp(GaveUp::NotRepeatable);
    }
    if demanded.is_some_and(|wait| wait > rules.longest_retry_after) {
        return Decision::GiveUp(GaveUp::TooLong);
    }
    if situation.attempt >= rules.attempts {
        return Decision::GiveUp(GaveUp::Attempts);
    }
    let cost = if had_no_effect { 1 } else { 5 };
    if situation.budget < cost {
        return Decision::GiveUp(GaveUp::Budget);
    }
    let after = demanded.filter(|wait| !wait.is_zero()).unwrap_or_else(|| {
        let doublings = situation.attempt.saturating_sub(1).min(16);
        let end = rules.base.saturating_mul(1 << doublings).min(rules.cap);
        end.mul_f64(situation.jitter.clamp(0.0, 1.0))
    });
    Decision::Retry { after, cost }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn limited(seconds: u64) -> Failure {
        Failure::RateLimited {
            retry_after: Some(SECOND * u32::try_from(seconds).unwrap()),
        }
    }

    fn check(change: impl FnOnce(&mut Situation), expected: Decision) {
        let mut situation = Situation {
            attempt: 1,
            failure: Failure::Server { retry_after: None },
            is_idempotent: true,
            budget: 100,
            jitter: 1.0,
        };
        change(&mut situation);
        assert_eq!(
            decide(&situation, &RetryRules::default()),
            expected,
            "{situation:?}"
        );
    }

    fn retry(after: Duration, cost: u32) -> Decision {
        Decision::Retry { after, cost }
    }

    #[test]
    fn what_may_pass_is_asked_again_when_asking_twice_is_asking_once() {
        let half = SECOND / 2;
        check(|_| {}, retry(half, 5));
        check(|s| s.failure = Failure::TimedOut, retry(half, 5));
        check(|s| s.failure = Failure::Interrupted, retry(half, 5));
        check(|s| s.failure = Failure::NotConnected, retry(half, 1));
        check(
            |s| s.failure = Failure::RateLimited { retry_after: None },
            retry(half, 1),
        );
        check(
            |s| s.failure = Failure::Final,
            Decision::GiveUp(GaveUp::NotRepeatable),
        );
    }

    #[test]
    fn a_write_is_sent_again_only_when_gong_cannot_have_done_it() {
        let write = |failure| {
            move |s: &mut Situation| {
                s.is_idempotent = false;
                s.failure = failure;
            }
        };
        for failure in [
            Failure::TimedOut,
            Failure::Interrupted,
            Failure::Server {
                retry_after: Some(SECOND),
            },
        ] {
            check(write(failure), Decision::GiveUp(GaveUp::NotRepeatable));
        }
        check(write(limited(2)), retry(2 * SECOND, 1));
        check(write(Failure::NotConnected), retry(SECOND / 2, 1));
    }

    #[test]
    fn retry_after_is_obeyed_to_the_second_until_it_is_too_long() {
        check(|s| s.failure = limited(7), retry(7 * SECOND, 1));
        check(
            |s| (s.failure, s.jitter) = (limited(7), 0.0),
            retry(7 * SECOND, 1),
        );
        check(|s| s.failure = limited(60), retry(60 * SECOND, 1));
        check(
            |s| s.failure = limited(61),
            Decision::GiveUp(GaveUp::TooLong),
        );
        check(
            |s| s.failure = limited(u64::from(u32::MAX)),
            Decision::GiveUp(GaveUp::TooLong),
        );
        check(|s| s.failure = limited(0), retry(SECOND / 2, 1));
        check(
            |s| {
                s.failure = Failure::Server {
                    retry_after: Some(3 * SECOND),
                }
            },
            retry(3 * SECOND, 5),
        );
    }

    #[test]
    fn waits_double_up_to_the_cap_and_are_drawn_from_zero() {
        check(|s| s.attempt = 2, retry(SECOND, 5));
        check(|s| s.attempt = 4, retry(4 * SECOND, 5));
        check(|s| (s.attempt, s.jitter) = (4, 0.25), retry(SECOND, 5));
        check(|s| s.jitter = 0.0, retry(Duration::ZERO, 5));
        let rules = RetryRules {
            attempts: u32::MAX,
            ..RetryRules::default()
        };
        for attempt in [7, 30, u32::MAX - 1] {
            let situation = Situation {
                attempt,
                failure: Failure::TimedOut,
                is_idempotent: true,
                budget: 5,
                jitter: 1.0,
            };
            assert_eq!(decide(&situation, &rules), retry(20 * SECOND, 5));
        }
    }

    proptest! {
        #[test]
        fn a_wait_is_never_shorter_than_demanded_nor_longer_than_allowed(
            attempt in 1..6_u32,
            seconds in prop::option::of(0..200_u64),
            is_idempotent: bool,
            budget in 0..10_u32,
            jitter in -1.0..2.0_f64,
        ) {
            let retry_after = seconds.map(Duration::from_secs);
            let failure = Failure::Server { retry_after };
            let situation = Situation { attempt, failure, is_idempotent, budget, jitter };
            let rules = RetryRules::default();

            if let Decision::Retry { after, cost } = decide(&situation, &rules) {
                prop_assert!(is_idempotent && attempt < rules.attempts && cost <= budget);
                prop_assert!(after >= retry_after.unwrap_or_default());
                prop_assert!(after <= rules.longest_retry_after);
            }
        }
    }

    #[test]
    fn attempts_and_the_shared_budget_both_end_it() {
        check(|s| s.attempt = 5, Decision::GiveUp(GaveUp::Attempts));
        check(
            |s| (s.attempt, s.failure) = (5, limited(1)),
            Decision::GiveUp(GaveUp::Attempts),
        );
        check(|s| s.budget = 4, Decision::GiveUp(GaveUp::Budget));
        check(
            |s| (s.budget, s.failure) = (1, limited(1)),
            retry(SECOND, 1),
        );
        check(
            |s| (s.budget, s.failure) = (0, limited(1)),
            Decision::GiveUp(GaveUp::Budget),
        );
    }
}
