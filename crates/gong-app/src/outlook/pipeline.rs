//! The open deals of a period: how much, how fast, what slipped.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use access::Operation;
use conversation::{Currency, DealId};
use insights::inference::Tally;
use insights::pipeline::{
    Amount, Amounts, Conversion, Coverage, SalesPeriod, Velocity, conversions, coverage, slipped,
    unknown_stages, velocity,
};

use crate::Error;
use crate::app::App;
use crate::views::{
    ConversionView, CurrencyPipelineView, PeriodView, PipelineView, RateView, SumView, in_seconds,
    neutral,
};

use super::{OutlookRequest, Why};

impl App {
    /// Shows the pipeline of a period, each currency by itself.
    pub async fn pipeline_of(&self, request: &OutlookRequest) -> Result<PipelineView, Error> {
        let work = async {
            let archive = Arc::clone(self.existing_archive().await?);
            let scope = self.scope_of(Operation::PIPELINE, false)?;
            let as_of = request.as_of.unwrap_or_else(|| self.now());
            let period = request.period(as_of)?;
            let rules = self.pipeline();
            let targets = self.targets(period)?;
            let deals = self.deals_without_calls(&archive, &scope, as_of).await?;
            let parts = Parts {
                coverage: coverage(&deals, &rules, as_of, period, &targets),
                slipped: slipped(&deals, &rules, as_of, period),
                velocity: velocity(&deals, &rules, as_of, period),
                targets,
            };
            let conversion = conversions(&deals, &rules, as_of, period);
            let unknown = unknown_stages(&deals, &rules, as_of);
            Ok(PipelineView {
                as_of: in_seconds(as_of),
                period: period_view(period),
                currencies: parts.views(request.why),
                conversion: conversion
                    .iter()
                    .map(|one| conversion_view(one, request.why))
                    .collect(),
                unknown_stages: unknown.keys().map(|stage| neutral(stage)).collect(),
            })
        };
        let asked = format!("{request:?}");
        self.reading(
            Operation::PIPELINE,
            &asked,
            Box::pin(work),
            |_: &PipelineView| Vec::new(),
        )
        .await
    }
}

/// What is known of every currency.
struct Parts {
    coverage: Coverage,
    slipped: Amounts,
    velocity: BTreeMap<Currency, Velocity>,
    targets: BTreeMap<Currency, i64>,
}

impl Parts {
    fn views(&self, why: Why) -> Vec<CurrencyPipelineView> {
        let Self {
            coverage,
            slipped,
            velocity,
            targets,
        } = self;
        let sums = [&coverage.won, &coverage.open, slipped];
        let mut currencies: BTreeSet<Currency> =
            sums.iter().flat_map(|sums| sums.keys()).copied().collect();
        currencies.extend(velocity.keys());
        currencies.extend(targets.keys());
        let empty = Velocity::default();
        let view = |currency: Currency| {
            let of = |sums: &Amounts| sum_view(sums.get(&currency), why);
            let own = velocity.get(&currency).unwrap_or(&empty);
            CurrencyPipelineView {
                currency: currency.to_string(),
                won: of(&coverage.won),
                open: of(&coverage.open),
                target: targets.get(&currency).map(|target| hundredths(*target)),
                coverage: coverage.ratio.get(&currency).copied(),
                slipped: of(slipped),
                win_rate: rate_view(own.closed),
                average_won: own.average_won,
                days_to_win: own.days_to_win,
                velocity_per_day: own.per_day,
                won_deals: rows(&own.won, why),
                lost_deals: rows(&own.lost, why),
            }
        };
        currencies.into_iter().map(view).collect()
    }
}

fn conversion_view(one: &Conversion, why: Why) -> ConversionView {
    ConversionView {
        stage: neutral(&one.stage),
        went_on: rate_view(one.tally()),
        undecided: one.undecided.len(),
        went_on_deals: rows(&one.went_on, why),
        lost_deals: rows(&one.lost, why),
    }
}

pub(super) fn period_view(period: SalesPeriod) -> PeriodView {
    PeriodView {
        from: period.from().to_string(),
        to: period.to().to_string(),
    }
}

pub(super) fn rate_view(tally: Tally) -> RateView {
    let interval = tally.interval();
    RateView {
        part: tally.won,
        of: tally.closed(),
        rate: tally.rate(),
        lo: interval.map(|interval| interval.lo),
        hi: interval.map(|interval| interval.hi),
    }
}

/// The deals behind a number, if asked for.
pub(super) fn rows(deals: &[DealId], why: Why) -> Vec<String> {
    match why {
        Why::Said => deals
            .iter()
            .map(|deal| neutral(&deal.to_string()))
            .collect(),
        Why::Unsaid => Vec::new(),
    }
}

pub(super) fn sum_view(amount: Option<&Amount>, why: Why) -> SumView {
    let empty = Amount::default();
    let amount = amount.unwrap_or(&empty);
    SumView {
        amount: hundredths(amount.hundredths),
        count: amount.deals.len(),
        deals: rows(&amount.deals, why),
    }
}

/// Hundredths as a decimal number.
pub(super) fn hundredths(amount: i64) -> String {
    let sign = if amount < 0 { "-" } else { "" };
    let all = amount.unsigned_abs();
    format!("{sign}{}.{:02}", all / 100, all % 100)
}
