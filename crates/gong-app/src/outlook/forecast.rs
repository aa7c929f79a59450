//! What the rest of a period brings, with how far off earlier forecasts were.

use std::collections::BTreeMap;
use std::sync::Arc;

use access::Operation;
use conversation::{Currency, Money};
use insights::forecast::{Chance, CurrencyForecast, Forecast, Tested, forecast};
use insights::pipeline::SalesPeriod;

use crate::app::App;
use crate::views::{
    CurrencyForecastView, ForecastView, OpenDealView, StageChanceView, TestedView, in_seconds,
    neutral,
};
use crate::{Error, ErrorKind};

use super::asked::period as period_of;
use super::pipeline::{hundredths, period_view, sum_view};
use super::{OutlookRequest, Why};

/// What a forecast rests on.
const COUNTED_FROM: &str = "stages, amounts and days of deals; nothing that is found in calls";

/// The rest of a period is always played with the same chances, so that an answer repeats.
const SEED: u64 = 1;

impl App {
    /// Forecasts a period, each currency by itself; where history is thin, says what is missing.
    pub async fn forecast(&self, request: &OutlookRequest) -> Result<ForecastView, Error> {
        let work = async {
            let archive = Arc::clone(self.existing_archive().await?);
            let scope = self.scope_of(Operation::FORECAST, false)?;
            let as_of = request.as_of.unwrap_or_else(|| self.now());
            let period = request.period(as_of)?;
            let targets = self.targets(period)?;
            let deals = self.deals_without_calls(&archive, &scope, as_of).await?;
            let rules = self.pipeline();
            let done =
                tokio::task::spawn_blocking(move || forecast(&deals, &rules, as_of, period, SEED));
            let done = done.await.map_err(|error| {
                Error::new(ErrorKind::Failed, "the forecast was stopped").caused_by(error)
            })?;
            let mut view = ForecastView {
                as_of: in_seconds(as_of),
                period: period_view(period),
                refused: None,
                elapsed: None,
                past_periods: None,
                currencies: Vec::new(),
                chances: Vec::new(),
                counted_from: COUNTED_FROM,
            };
            match done {
                Ok(forecast) => fill(&mut view, &forecast, &targets, request.why),
                Err(refusal) => view.refused = Some(refusal.to_string()),
            }
            Ok(view)
        };
        let asked = format!("{request:?}");
        self.reading(
            Operation::FORECAST,
            &asked,
            Box::pin(work),
            |_: &ForecastView| Vec::new(),
        )
        .await
    }

    /// The targets of a period in hundredths, as `forecast.target` says.
    pub(super) fn targets(&self, period: SalesPeriod) -> Result<BTreeMap<Currency, i64>, Error> {
        targets(&self.config().settings.forecast.target, period).ok_or_else(|| {
            Error::new(ErrorKind::NotConfigured, "forecast.target is no list of targets")
                .hint("write `500000 EUR` for every quarter, or `2026-Q2=600000 EUR`, with commas between")
        })
    }
}

/// Reads targets: one without a period is of every quarter, one of the very period wins.
fn targets(text: &str, period: SalesPeriod) -> Option<BTreeMap<Currency, i64>> {
    let mut targets = BTreeMap::new();
    let mut own = BTreeMap::new();
    let is_quarter = SalesPeriod::quarter_of(period.from()) == Some(period);
    for entry in text
        .split(',')
        .map(str::trim)
        .filter(|entry| !entry.is_empty())
    {
        let (of, amount) = match entry.split_once('=') {
            Some((of, amount)) => (Some(period_of(of)?), amount),
            None => (None, entry),
        };
        let (number, currency) = amount.trim().split_once(' ')?;
        let currency: Currency = currency.trim().parse().ok()?;
        let amount = Money::parse(number, currency).ok()?.hundredths();
        match of {
            Some(of) if of == period => drop(own.insert(currency, amount)),
            None if is_quarter => drop(targets.insert(currency, amount)),
            _ => {}
        }
    }
    targets.extend(own);
    Some(targets)
}

fn fill(view: &mut ForecastView, forecast: &Forecast, targets: &BTreeMap<Currency, i64>, why: Why) {
    view.elapsed = Some(forecast.elapsed);
    view.past_periods = Some(forecast.periods);
    let of_currency = |(currency, one): (&Currency, &CurrencyForecast)| CurrencyForecastView {
        currency: currency.to_string(),
        forecast: one.value,
        lo: one.interval.lo,
        hi: one.interval.hi,
        target: targets.get(currency).map(|target| hundredths(*target)),
        won: sum_view(Some(&one.won), why),
        weighted: one.weighted,
        expected_new: one.expected_new,
        open: one.open.len(),
        open_deals: match why {
            Why::Said => one.open.iter().map(open_deal).collect(),
            Why::Unsaid => Vec::new(),
        },
        back_test: one.back_test.iter().map(tested).collect(),
        mean_error: one.mean_error(),
        held: one.held(),
    };
    view.currencies = forecast.by_currency.iter().map(of_currency).collect();
    let chance = |(stage, one): (&String, &Chance)| {
        let interval = one.believed.interval();
        StageChanceView {
            stage: neutral(stage),
            won: one.counted.right,
            of: one.counted.of,
            chance: one.believed.mean(),
            lo: interval.lo,
            hi: interval.hi,
        }
    };
    view.chances = forecast.chances.iter().map(chance).collect();
}

fn open_deal(deal: &insights::forecast::OpenDeal) -> OpenDealView {
    OpenDealView {
        id: neutral(&deal.deal.to_string()),
        stage: neutral(&deal.stage),
        amount: deal.amount,
        chance: deal.chance,
    }
}

fn tested(one: &Tested) -> TestedView {
    TestedView {
        period: period_view(one.period),
        forecast: one.value,
        lo: one.interval.lo,
        hi: one.interval.hi,
        actual: one.actual,
        error: one.error(),
        held: one.is_held(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_of_every_quarter_or_of_a_period() {
        let of = |text: &str, period: &str| {
            let period = period_of(period).expect("a period");
            targets(text, period).map(|all| {
                let shown = all
                    .iter()
                    .map(|(currency, sum)| format!("{} {currency}", sum / 100));
                shown.collect::<Vec<_>>().join(", ")
            })
        };
        let both = "500000 EUR, 2026-Q2=600000 EUR, 100 USD";
        assert_eq!(of(both, "2026-Q1").as_deref(), Some("500000 EUR, 100 USD"));
        assert_eq!(of(both, "2026-Q2").as_deref(), Some("600000 EUR, 100 USD"));
        assert_eq!(of(both, "2026-05").as_deref(), Some(""));
        assert_eq!(of("", "2026-Q1").as_deref(), Some(""));
        assert_eq!(of("a lot", "2026-Q1"), None);
    }
}
