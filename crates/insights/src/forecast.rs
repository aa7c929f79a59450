//! Will we make the number: what is won, what the open deals are likely to bring, and how far off
//! earlier forecasts were.
//!
//! A forecast is won + Σ amount · p(stage, share of the period that has passed) + expected new. The
//! chance p is counted over past periods at the same share of theirs, and drawn towards that of all
//! stages where a stage was seen rarely. The interval comes from playing the rest of the period many times,
//! each time with other chances that the counts allow. What is known later never counts: each past
//! period is forecast again from what was known then, and its error is shown beside the number.

mod chances;
mod past;
mod played;

use std::collections::BTreeMap;
use std::fmt;

use conversation::{Currency, DealId};
use jiff::Timestamp;

use crate::deals::{DealView, Outcome, PipelineRules};
use crate::inference::Interval;
use crate::pipeline::{Amount, Amounts, SalesPeriod, amounts, closed_within, known};

use chances::Chances;
use past::Past;

pub use chances::Chance;

/// Past periods that count, at most.
const MOST_PERIODS: usize = 8;

/// Past periods without which nothing is said.
const FEWEST_PERIODS: usize = 4;

/// Deals that were open in them, without which nothing is said.
const FEWEST_OPEN: u32 = 30;

/// Of these, deals won within their period, without which nothing is said.
const FEWEST_WON: u32 = 10;

/// Past periods that are forecast again, at most.
const MOST_TESTED: usize = 8;

/// What the rest of a period brings.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Forecast {
    /// The period.
    pub period: SalesPeriod,
    /// The share of it that has passed.
    pub elapsed: f64,
    /// How many past periods the chances were counted over.
    pub periods: usize,
    /// The chance of each stage.
    pub chances: BTreeMap<String, Chance>,
    /// By currency.
    pub by_currency: BTreeMap<Currency, CurrencyForecast>,
}

/// The forecast of one currency, in whole units.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct CurrencyForecast {
    /// Won in the period so far.
    pub won: Amount,
    /// The open deals, each with its stage, its amount and its chance.
    pub open: Vec<OpenDeal>,
    /// Σ amount · chance of the open deals.
    pub weighted: f64,
    /// What deals that are not known yet are expected to bring.
    pub expected_new: f64,
    /// Won + weighted + expected new.
    pub value: f64,
    /// The interval that should hold what is won in the end four times in five.
    pub interval: Interval,
    /// Past periods forecast again, the latest first.
    pub back_test: Vec<Tested>,
}

/// An open deal in a forecast.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct OpenDeal {
    /// Which deal.
    pub deal: DealId,
    /// Its stage, in lower case.
    pub stage: String,
    /// Its amount in whole units.
    pub amount: f64,
    /// The chance that it is won within the period.
    pub chance: f64,
}

/// A past period forecast again from what was known then.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Tested {
    /// The period.
    pub period: SalesPeriod,
    /// What would have been forecast.
    pub value: f64,
    /// Its interval.
    pub interval: Interval,
    /// What was won in the end.
    pub actual: f64,
}

impl Tested {
    /// (forecast − actual) / actual; none where nothing was won.
    pub fn error(&self) -> Option<f64> {
        (self.actual > 0.0).then(|| (self.value - self.actual) / self.actual)
    }

    /// Whether the interval held what was won.
    pub fn is_held(&self) -> bool {
        !self.interval.excludes(self.actual)
    }
}

impl CurrencyForecast {
    /// The mean of the errors of past forecasts, whichever way, as a share; none without any.
    pub fn mean_error(&self) -> Option<f64> {
        let errors: Vec<f64> = self.back_test.iter().filter_map(Tested::error).collect();
        let sum: f64 = errors.iter().map(|error| error.abs()).sum();
        (!errors.is_empty()).then(|| sum / errors.len() as f64)
    }

    /// In how many of the past periods the interval held what was won.
    pub fn held(&self) -> usize {
        self.back_test.iter().filter(|one| one.is_held()).count()
    }
}

/// Why there is no forecast.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NoForecast {
    /// The instant lies outside the period.
    OutsidePeriod,
    /// Past periods show too little.
    ThinHistory {
        /// Past periods in which a deal was open at the same share of theirs.
        periods: usize,
        /// Deals that were open then.
        open: u32,
        /// Deals of these that were won within their period.
        won: u32,
    },
}

impl fmt::Display for NoForecast {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OutsidePeriod => write!(f, "the day lies outside the period"),
            Self::ThinHistory { periods, open, won } => write!(
                f,
                "not enough history: {periods} of {FEWEST_PERIODS} past periods with open deals, {open} of \
                 {FEWEST_OPEN} deals seen open in them, {won} of {FEWEST_WON} of these won in time"
            ),
        }
    }
}

/// Forecasts a period as of an instant in it; the seed decides how the rest is played.
pub fn forecast(
    deals: &[DealView],
    rules: &PipelineRules,
    as_of: Timestamp,
    period: SalesPeriod,
    seed: u64,
) -> Result<Forecast, NoForecast> {
    let mut forecast = of_period(deals, rules, as_of, period, seed)?;
    let mut tested = period;
    let known_now = known(deals, rules, as_of);
    for _ in 0..MOST_TESTED {
        let Some(before) = tested.before() else { break };
        tested = before;
        let then = tested.at(forecast.elapsed);
        let Ok(again) = of_period(deals, rules, then, tested, seed) else {
            continue;
        };
        let is_won = |deal: &&crate::deals::DealAt<'_>| {
            deal.outcome() == Outcome::Won && closed_within(deal, tested)
        };
        let actual = amounts(known_now.iter().filter(is_won));
        for (currency, own) in &mut forecast.by_currency {
            if let Some(then) = again.by_currency.get(currency) {
                own.back_test.push(Tested {
                    period: tested,
                    value: then.value,
                    interval: then.interval,
                    actual: actual.get(currency).map_or(0.0, Amount::units),
                });
            }
        }
    }
    Ok(forecast)
}

/// The forecast of one period without its back-test.
fn of_period(
    deals: &[DealView],
    rules: &PipelineRules,
    as_of: Timestamp,
    period: SalesPeriod,
    seed: u64,
) -> Result<Forecast, NoForecast> {
    if as_of < period.begins() || as_of >= period.ends() {
        return Err(NoForecast::OutsidePeriod);
    }
    let elapsed = period.elapsed(as_of);
    let past = Past::of(deals, rules, as_of, period, elapsed, MOST_PERIODS);
    enough(&past)?;
    let chances = Chances::of(&past);
    let now = known(deals, rules, as_of);
    let is_won = |deal: &&crate::deals::DealAt<'_>| {
        deal.outcome() == Outcome::Won && closed_within(deal, period)
    };
    let won: Amounts = amounts(now.iter().filter(is_won));
    let mut open: BTreeMap<Currency, Vec<OpenDeal>> = BTreeMap::new();
    for deal in now.iter().filter(|deal| deal.is_open()) {
        let Some(amount) = deal.amount() else {
            continue;
        };
        let stage = past::key(deal);
        open.entry(amount.currency()).or_default().push(OpenDeal {
            deal: deal.deal().clone(),
            amount: amount.units(),
            chance: chances.of_stage(&stage).mean(),
            stage,
        });
    }
    let currencies = won.keys().chain(open.keys()).chain(past.new_won.keys());
    let currencies: std::collections::BTreeSet<Currency> = currencies.copied().collect();
    let of_currency = |currency: Currency| {
        let won = won.get(&currency).cloned().unwrap_or_default();
        let open = open.remove(&currency).unwrap_or_default();
        let new = past.new_won.get(&currency).map_or(&[][..], Vec::as_slice);
        let weighted = open.iter().map(|one| one.amount * one.chance).sum::<f64>();
        let expected_new = new.iter().sum::<f64>() / past.periods as f64;
        let rest = played::interval(&open, &chances, new, past.periods, seed);
        let units = won.units();
        let forecast = CurrencyForecast {
            won,
            open,
            weighted,
            expected_new,
            value: units + weighted + expected_new,
            interval: Interval {
                lo: units + rest.lo,
                hi: units + rest.hi,
            },
            back_test: Vec::new(),
        };
        (currency, forecast)
    };
    Ok(Forecast {
        period,
        elapsed,
        periods: past.periods,
        by_currency: currencies.into_iter().map(of_currency).collect(),
        chances: chances.into_table(),
    })
}

fn enough(past: &Past) -> Result<(), NoForecast> {
    let open: u32 = past.by_stage.values().map(|seen| seen.of).sum();
    let won: u32 = past.by_stage.values().map(|seen| seen.right).sum();
    if past.periods < FEWEST_PERIODS || open < FEWEST_OPEN || won < FEWEST_WON {
        return Err(NoForecast::ThinHistory {
            periods: past.periods,
            open,
            won,
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests;
