//! Asks again where that can help: a decision from values, and the wait that follows it.

use std::time::Duration;

use async_trait::async_trait;

use crate::{Answer, Llm, LlmError, Model, Request};

/// What the decision is made from.
#[derive(Clone, Debug, PartialEq)]
#[expect(
    clippy::exhaustive_structs,
    reason = "these values are the decision's whole input"
)]
pub struct Situation<'a> {
    /// How many attempts have been made, this one included: 1 for the first.
    pub attempt: u32,
    /// How it failed.
    pub error: &'a LlmError,
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
    /// The longest wait that a server may demand.
    pub longest_retry_after: Duration,
}

impl Default for RetryRules {
    /// Three attempts; waits of up to 1 and 2 s; at most a minute when the server demands it.
    fn default() -> Self {
        Self {
            attempts: 3,
            base: Duration::from_secs(1),
            cap: Duration::from_secs(20),
            longest_retry_after: Duration::from_mins(1),
        }
    }
}

/// What to do after a failed attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "there is no third way")]
pub enum Decision {
    /// Ask again after this long.
    Retry(Duration),
    /// Report the failure.
    GiveUp,
}

/// Decides whether to ask again. A question changes nothing, so it may be asked twice; what it may
/// not do is cost twice where the answer would be the same.
///
/// ```
/// use std::time::Duration;
/// use narration::LlmError;
/// use narration::decorators::{Decision, RetryRules, Situation, decide};
///
/// let error = LlmError::RateLimited { retry_after: Some(Duration::from_secs(7)) };
/// let situation = Situation { attempt: 1, error: &error, jitter: 0.5 };
///
/// let decision = decide(&situation, &RetryRules::default());
///
/// assert_eq!(decision, Decision::Retry(Duration::from_secs(7)));
/// ```
pub fn decide(situation: &Situation<'_>, rules: &RetryRules) -> Decision {
    let demanded = match situation.error {
        LlmError::RateLimited { retry_after } | LlmError::Server { retry_after, .. } => {
            *retry_after
        }
        LlmError::Unreachable | LlmError::Interrupted | LlmError::TimedOut => None,
        // A model draws its answer: the next may be whole.
        LlmError::BadAnswer { .. } if situation.attempt == 1 => None,
        _ => return Decision::GiveUp,
    };
    let is_too_long = demanded.is_some_and(|wait| wait > rules.longest_retry_after);
    if is_too_long || situation.attempt >= rules.attempts {
        return Decision::GiveUp;
    }
    let after = demanded.filter(|wait| !wait.is_zero()).unwrap_or_else(|| {
        let doublings = situation.attempt.saturating_sub(1).min(16);
        let end = rules.base.saturating_mul(1 << doublings).min(rules.cap);
        end.mul_f64(situation.jitter.clamp(0.0, 1.0))
    });
    Decision::Retry(after)
}

/// A model that is asked again.
pub struct Retrying<L> {
    inner: L,
    rules: RetryRules,
    jitter: fn() -> f64,
}

impl<L: Llm> Retrying<L> {
    /// Asks `inner` again by these rules; `jitter` draws a number from 0 to 1.
    pub const fn new(inner: L, rules: RetryRules, jitter: fn() -> f64) -> Self {
        Self {
            inner,
            rules,
            jitter,
        }
    }
}

#[async_trait]
impl<L: Llm> Llm for Retrying<L> {
    fn model(&self) -> &Model {
        self.inner.model()
    }

    async fn answer(&self, request: &Request) -> Result<Answer, LlmError> {
        let mut attempt = 1;
        loop {
            let error = match self.inner.answer(request).await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            let situation = Situation {
                attempt,
                error: &error,
                jitter: (self.jitter)(),
            };
            match decide(&situation, &self.rules) {
                Decision::Retry(after) => tokio::time::sleep(after).await,
                Decision::GiveUp => return Err(error),
            }
            attempt += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Scripted, request};

    fn check(attempt: u32, error: &LlmError, expected: Decision) {
        let situation = Situation {
            attempt,
            error,
            jitter: 1.0,
        };
        assert_eq!(
            decide(&situation, &RetryRules::default()),
            expected,
            "{situation:?}"
        );
    }

    #[test]
    fn what_may_pass_is_asked_again_and_what_would_not_is_not() {
        let seconds = Duration::from_secs;
        let server = |wait: Option<u64>| LlmError::Server {
            status: 503,
            retry_after: wait.map(seconds),
        };
        check(1, &server(None), Decision::Retry(seconds(1)));
        check(2, &server(None), Decision::Retry(seconds(2)));
        check(3, &server(None), Decision::GiveUp);
        check(1, &server(Some(9)), Decision::Retry(seconds(9)));
        check(1, &server(Some(61)), Decision::GiveUp);
        check(1, &LlmError::TimedOut, Decision::Retry(seconds(1)));
        let bad = LlmError::BadAnswer {
            problem: "is no JSON",
        };
        check(1, &bad, Decision::Retry(seconds(1)));
        check(2, &bad, Decision::GiveUp);
        for never in [
            LlmError::Refused,
            LlmError::Unauthorized { status: 401 },
            LlmError::Redirected { status: 307 },
            LlmError::NotAccepted { status: 400 },
            LlmError::BudgetSpent { what: "tokens" },
            LlmError::CutOff { written: 9 },
            LlmError::TooLong {
                needs: 2,
                context: 1,
            },
        ] {
            check(1, &never, Decision::GiveUp);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn the_third_attempt_is_the_last() {
        let busy = || Err(LlmError::RateLimited { retry_after: None });
        let scripted = Scripted::new([busy(), busy(), busy(), busy()]);
        let retrying = Retrying::new(scripted, RetryRules::default(), || 0.5);

        let answer = retrying.answer(&request("data")).await;

        assert_eq!(answer, busy());
        assert_eq!(retrying.inner.asked().len(), 3);
    }
}
