//! A model that may cost so much in one run and no more.

use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use conversation::Money;

use crate::{Answer, Llm, LlmError, Model, Request, Tokens};

/// What a million tokens cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "two prices are the meaning")]
pub struct Prices {
    /// Of a prompt.
    pub read: Money,
    /// Of an answer.
    pub written: Money,
}

/// What one run may cost. Where money is bounded, prices are needed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Budget {
    /// The most tokens, prompts and answers together.
    pub tokens: Option<u64>,
    /// The most money, and what tokens cost.
    pub money: Option<(Money, Prices)>,
}

impl Budget {
    /// Bounds the tokens.
    #[must_use = "the budget is what is returned"]
    pub const fn with_tokens(mut self, most: u64) -> Self {
        self.tokens = Some(most);
        self
    }

    /// Bounds the money.
    ///
    /// # Errors
    /// [`LlmError::Setup`] where the three are not of one currency, or a price is below zero.
    pub fn with_money(mut self, most: Money, prices: Prices) -> Result<Self, LlmError> {
        let currency = most.currency();
        if prices.read.currency() != currency || prices.written.currency() != currency {
            return Err(LlmError::Setup {
                problem: "budget and prices are of different currencies",
            });
        }
        if prices.read.hundredths() < 0 || prices.written.hundredths() < 0 {
            return Err(LlmError::Setup {
                problem: "a price is below zero",
            });
        }
        self.money = Some((most, prices));
        Ok(self)
    }
}

/// A model with a budget for one run. What a request can cost at most is set aside before it is
/// sent, so requests at the same time cannot spend the same rest; what it did cost is booked after.
pub struct Budgeted<L> {
    inner: L,
    budget: Budget,
    booked: Mutex<Booked>,
}

/// Sums of the run: tokens, and money in millionths of hundredths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Booked {
    tokens: u64,
    money: u128,
}

impl<L: Llm> Budgeted<L> {
    /// Bounds what `inner` may cost from now on.
    pub fn new(inner: L, budget: Budget) -> Self {
        Self {
            inner,
            budget,
            booked: Mutex::new(Booked::default()),
        }
    }

    /// The tokens that were spent so far; what is set aside for requests under way counts.
    pub fn spent_tokens(&self) -> u64 {
        self.booked().tokens
    }

    /// The money that was spent so far in hundredths, rounded up.
    pub fn spent_hundredths(&self) -> u128 {
        self.booked().money.div_ceil(1_000_000)
    }

    fn booked(&self) -> std::sync::MutexGuard<'_, Booked> {
        self.booked.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn price(&self, tokens: Tokens) -> u128 {
        self.budget.money.map_or(0, |(_, prices)| {
            let of = |count: u32, price: Money| {
                u128::from(count) * u128::from(price.hundredths().unsigned_abs())
            };
            of(tokens.read, prices.read) + of(tokens.written, prices.written)
        })
    }

    fn set_aside(&self, tokens: Tokens) -> Result<Booked, LlmError> {
        let share = Booked {
            tokens: u64::from(tokens.read) + u64::from(tokens.written),
            money: self.price(tokens),
        };
        let mut booked = self.booked();
        let after = booked.plus(share);
        if self.budget.tokens.is_some_and(|most| after.tokens > most) {
            return Err(LlmError::BudgetSpent { what: "tokens" });
        }
        let most = self.budget.money.map(|(most, _)| most.hundredths());
        if most.is_some_and(|most| after.money > u128::try_from(most).unwrap_or(0) * 1_000_000) {
            return Err(LlmError::BudgetSpent { what: "money" });
        }
        *booked = after;
        Ok(share)
    }
}

impl Booked {
    fn plus(self, other: Self) -> Self {
        Self {
            tokens: self.tokens.saturating_add(other.tokens),
            money: self.money.saturating_add(other.money),
        }
    }

    fn minus(self, other: Self) -> Self {
        Self {
            tokens: self.tokens.saturating_sub(other.tokens),
            money: self.money.saturating_sub(other.money),
        }
    }
}

#[async_trait]
impl<L: Llm> Llm for Budgeted<L> {
    fn model(&self) -> &Model {
        self.inner.model()
    }

    async fn answer(&self, request: &Request) -> Result<Answer, LlmError> {
        let longest = request.longest_answer.get();
        let share = self.set_aside(Tokens {
            read: request.needs().saturating_sub(longest),
            written: longest,
        })?;
        let answer = self.inner.answer(request).await;
        let cost = match &answer {
            Ok(answer) => Some(answer.tokens),
            // What was never read cost nothing.
            Err(
                LlmError::TooLong { .. }
                | LlmError::Setup { .. }
                | LlmError::HeldBack { .. }
                | LlmError::Unauthorized { .. }
                | LlmError::RateLimited { .. }
                | LlmError::NotAccepted { .. }
                | LlmError::Redirected { .. }
                | LlmError::Unreachable,
            ) => Some(Tokens::default()),
            // What failed later may have been charged: the share stays booked.
            Err(_) => None,
        };
        if let Some(cost) = cost {
            let cost = Booked {
                tokens: u64::from(cost.read) + u64::from(cost.written),
                money: self.price(cost),
            };
            let mut booked = self.booked();
            *booked = booked.minus(share).plus(cost);
        }
        answer
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::testing::{Scripted, request};

    fn scripted(answers: &[(u32, u32)]) -> Scripted {
        Scripted::new(
            answers
                .iter()
                .map(|&(read, written)| Ok(Answer::new(json!({}), Tokens { read, written }))),
        )
    }

    #[tokio::test]
    async fn a_run_ends_when_its_tokens_are_spent() {
        let needs = u64::from(request("data").needs());
        let scripted = scripted(&[(30, 10), (30, 10)]);
        let budgeted = Budgeted::new(scripted, Budget::default().with_tokens(needs + 39));

        assert!(budgeted.answer(&request("data")).await.is_ok());
        assert_eq!(budgeted.spent_tokens(), 40);
        let refused = budgeted.answer(&request("data")).await;

        assert_eq!(refused, Err(LlmError::BudgetSpent { what: "tokens" }));
        assert_eq!(budgeted.inner.asked().len(), 1, "it was not sent");
    }

    #[tokio::test]
    async fn money_is_counted_to_the_millionth_of_a_cent() {
        let euro = |hundredths| {
            let euro = "EUR".parse().expect("a currency");
            Money::of_hundredths(hundredths, euro).expect("small")
        };
        let prices = Prices {
            read: euro(300),
            written: euro(1_500),
        };
        let budget = Budget::default();
        let budget = budget.with_money(euro(1), prices).expect("one currency");
        let scripted = scripted(&[(1_000, 200), (1, 1)]);
        let budgeted = Budgeted::new(scripted, budget);

        assert!(budgeted.answer(&request("data")).await.is_ok());
        // 1,000 · 300 + 200 · 1,500 millionths of a cent.
        assert_eq!(budgeted.booked().money, 600_000);
        assert_eq!(budgeted.spent_hundredths(), 1);
        let refused = budgeted.answer(&request(&"word ".repeat(2_000))).await;

        assert_eq!(refused, Err(LlmError::BudgetSpent { what: "money" }));
    }

    #[tokio::test]
    async fn what_may_have_been_charged_stays_booked() {
        let scripted = Scripted::new([Err(LlmError::TimedOut), Err(LlmError::Unreachable)]);
        let budgeted = Budgeted::new(scripted, Budget::default());
        let needs = u64::from(request("data").needs());

        for _ in 0..2 {
            assert!(budgeted.answer(&request("data")).await.is_err());
        }

        assert_eq!(budgeted.spent_tokens(), needs);
    }

    #[test]
    fn prices_are_of_the_budget_s_currency() {
        let money = |currency: &str| {
            Money::of_hundredths(1, currency.parse().expect("a currency")).expect("small")
        };
        let prices = Prices {
            read: money("USD"),
            written: money("EUR"),
        };
        assert!(Budget::default().with_money(money("EUR"), prices).is_err());
    }
}
