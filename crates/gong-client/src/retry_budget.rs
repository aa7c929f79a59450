//! How many retries all callers of a client may still make together.
use std::sync::atomic::{AtomicU32, Ordering};

/// What a full budget holds: 20 retries after failures, 100 after refusals.
const FULL: u32 = 100;

/// A budget of retries that all callers of a client share: retries spend it, successes refill it.
///
/// When Gong is in trouble every request fails; without this, every caller would multiply its
/// requests by the number of attempts just then.
#[derive(Debug)]
pub struct RetryBudget {
    left: AtomicU32,
}

impl RetryBudget {
    /// A full budget.
    pub fn new() -> Self {
        Self {
            left: AtomicU32::new(FULL),
        }
    }

    /// What is left.
    pub fn left(&self) -> u32 {
        self.left.load(Ordering::Relaxed)
    }

    /// Takes the cost of a retry; false when another caller was faster and too little is left.
    pub fn spend(&self, cost: u32) -> bool {
        self.left
            .try_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
                left.checked_sub(cost)
            })
            .is_ok()
    }

    /// Gives back a little for a request that succeeded.
    pub fn refill(&self) {
        self.left
            .update(Ordering::Relaxed, Ordering::Relaxed, |left| {
                (left + 1).min(FULL)
            });
    }
}

impl Default for RetryBudget {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retries_spend_the_budget_and_successes_refill_it_up_to_full() {
        let budget = RetryBudget::new();

        let retries = (0..50).filter(|_| budget.spend(5)).count();
        budget.refill();

        assert_eq!((retries, budget.left()), (20, 1));
        (0..1000).for_each(|_| budget.refill());
        assert_eq!(budget.left(), FULL);
    }
}
