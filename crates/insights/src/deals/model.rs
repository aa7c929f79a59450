//! The chance that a deal is won, fitted on deals that ended; or what is missing for it.
//!
//! Every deal is read as of the same age, so that no call counts that took place
//! when the end was known. The model is
//! fitted on the deals that ended first and tested on those that ended later; it is used only if its
//! probabilities beat the plain share of won deals there, and its order beats chance. The model
//! that was tested is the one that is used. Its parts say "goes with", never "because".

mod gates;

use conversation::DealId;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::features::measure;
use super::{DealAt, DealView, Feature, Measured, Outcome, PipelineRules};
use crate::inference::{Interval, ReliabilityBin, Tally, Turned};
use crate::logistic::{Fit, Logistic, Weighing, probability};

pub use gates::NoModel;

/// How strongly weights are held back.
const PENALTY: f64 = 0.01;
const STEPS: usize = 1_000;

/// A feature needs so many deals of the rarer end.
const EVENTS_PER_FEATURE: u32 = 10;

/// The share of deals, the first to end, that the model is fitted on.
const FITTED_SHARE: f64 = 0.7;

/// How a model turned out on deals that ended after those it was fitted on.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Quality {
    /// The deals that it was fitted on.
    pub fitted: Tally,
    /// The later deals that it was tested on.
    pub tested: Tally,
    /// The score of Brier on these: 0 is perfect.
    pub brier: f64,
    /// The same for the share of won deals among the fitted ones.
    pub brier_of_base_rate: f64,
    /// How often a won deal was given the higher chance.
    pub area_under_curve: f64,
    /// Its 95 % interval.
    pub area_interval: Interval,
    /// How the chances turned out.
    pub reliability: Vec<ReliabilityBin>,
}

/// A model that passed its gates.
#[derive(Clone, Debug, PartialEq)]
pub struct RiskModel {
    age_days: u32,
    columns: Vec<Column>,
    model: Logistic,
    quality: Quality,
}

/// A feature and how it spreads over the fitted deals.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Column {
    feature: Feature,
    mean: f64,
    spread: f64,
}

/// What a model says of one deal.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Scored {
    /// The chance that it is won, 0–1.
    pub chance: f64,
    /// What each feature adds to the logarithm of the odds against a deal like the mean, the largest
    /// first.
    pub contributions: Vec<Contribution>,
}

/// What one feature adds.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Contribution {
    /// The feature, with what it rests on.
    pub measured: Measured,
    /// Added to the logarithm of the odds of winning; below 0 it goes with losing.
    pub adds: f64,
}

/// A deal that ended, as it was at the age.
struct Row {
    closed_on: Date,
    deal: DealId,
    values: Vec<f64>,
    is_won: bool,
}

impl RiskModel {
    /// Fits the deals that had ended by an instant, each read at the age of so many days.
    pub fn fit(
        deals: &[DealView],
        rules: &PipelineRules,
        as_of: Timestamp,
        age_days: u32,
    ) -> Result<Self, NoModel> {
        let row = |deal: &DealView| row(deal, rules, as_of, age_days);
        let mut rows: Vec<Row> = deals.iter().filter_map(row).collect();
        rows.sort_by(|a, b| (a.closed_on, &a.deal).cmp(&(b.closed_on, &b.deal)));
        gates::enough(tally(&rows), age_days)?;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a position in the list"
        )]
        let border = (rows.len() as f64 * FITTED_SHARE) as usize;
        // Deals that ended on one day stay together.
        let last_day = rows.get(border).map(|row| row.closed_on);
        let border = rows.partition_point(|row| Some(row.closed_on) < last_day);
        let (fitted, tested) = rows.split_at(border);
        let columns = columns(fitted);
        let standardised = |row: &Row| standardise(&columns, &row.values);
        let known: Vec<(Vec<f64>, bool)> = fitted
            .iter()
            .map(|row| (standardised(row), row.is_won))
            .collect();
        let longest = known
            .iter()
            .map(|(row, _)| 1.0 + squared(row))
            .fold(1.0, f64::max);
        let fit = Fit {
            penalty: PENALTY,
            steps: STEPS,
            rate: 1.0 / (0.25 * longest + PENALTY),
            weighing: Weighing::Rows,
        };
        let lent: Vec<(&Vec<f64>, bool)> = known.iter().map(|(row, is)| (row, *is)).collect();
        let model = Logistic::fit(&lent, fit);
        let turned: Vec<Turned> = tested
            .iter()
            .map(|row| (probability(model.score(&standardised(row))), row.is_won))
            .collect();
        Ok(Self {
            age_days,
            quality: gates::passed(tally(fitted), tally(tested), &turned)?,
            columns,
            model,
        })
    }

    /// How it turned out.
    pub const fn quality(&self) -> &Quality {
        &self.quality
    }

    /// The age at which deals are read, in days.
    pub const fn age_days(&self) -> u32 {
        self.age_days
    }

    /// The features it took, in order.
    pub fn features(&self) -> impl Iterator<Item = Feature> {
        self.columns.iter().map(|column| column.feature)
    }

    /// The chance of an open deal, as it was at the model's age; none for one that is younger, that
    /// had no transcript by then, or that ended.
    pub fn score(
        &self,
        deal: &DealView,
        rules: &PipelineRules,
        as_of: Timestamp,
    ) -> Option<Scored> {
        if !deal.at(as_of, rules)?.is_open() {
            return None;
        }
        let then = at_age(deal, rules, as_of, self.age_days)?;
        let standardised = standardise(&self.columns, &values(&then));
        let chance = probability(self.model.score(&standardised));
        let parts = self.features().zip(&standardised).zip(&self.model.weights);
        let mut contributions: Vec<Contribution> = parts
            .map(|((feature, value), weight)| Contribution {
                measured: measure(feature, &then),
                adds: value * weight,
            })
            .collect();
        contributions.sort_by(|a, b| b.adds.abs().total_cmp(&a.adds.abs()));
        Some(Scored {
            chance,
            contributions,
        })
    }
}

/// The deal at the end of the day on which it reached the age, if it was then open, known and heard.
pub(super) fn at_age<'a>(
    deal: &'a DealView,
    rules: &'a PipelineRules,
    as_of: Timestamp,
    age_days: u32,
) -> Option<DealAt<'a>> {
    let now = deal.at(as_of, rules)?;
    let day = now
        .created()
        .checked_add(jiff::Span::new().days(age_days))
        .ok()?;
    let then = TimeZone::UTC.to_timestamp(day.at(23, 59, 59, 0)).ok()?;
    if then > as_of {
        return None;
    }
    let then = deal.at(then, rules)?;
    let is_heard = then.calls().iter().any(|call| call.heard.is_some());
    (then.is_open() && is_heard).then_some(then)
}

fn row(deal: &DealView, rules: &PipelineRules, as_of: Timestamp, age_days: u32) -> Option<Row> {
    let now = deal.at(as_of, rules)?;
    let closed_on = now.closed_on()?;
    let then = at_age(deal, rules, as_of, age_days)?;
    Some(Row {
        closed_on,
        deal: deal.deal().clone(),
        values: values(&then),
        is_won: now.outcome() == Outcome::Won,
    })
}

/// The numbers of a deal, one of each feature.
fn values(deal: &DealAt<'_>) -> Vec<f64> {
    Feature::ALL
        .iter()
        .map(|one| measure(*one, deal).value)
        .collect()
}

fn tally(rows: &[Row]) -> Tally {
    let count = |is_won| rows.iter().filter(|row| row.is_won == is_won).count();
    let count = |is_won| u32::try_from(count(is_won)).unwrap_or(u32::MAX);
    Tally {
        won: count(true),
        lost: count(false),
    }
}

/// The first features that vary, as many as the rarer end allows.
fn columns(rows: &[Row]) -> Vec<Column> {
    let Tally { won, lost } = tally(rows);
    let most = (won.min(lost) / EVENTS_PER_FEATURE) as usize;
    let column = |(at, feature): (usize, &Feature)| {
        let values = || rows.iter().filter_map(|row| row.values.get(at));
        let mean = values().sum::<f64>() / rows.len() as f64;
        let variance =
            values().map(|value| (value - mean).powi(2)).sum::<f64>() / rows.len() as f64;
        (variance > 0.0).then(|| Column {
            feature: *feature,
            mean,
            spread: variance.sqrt(),
        })
    };
    Feature::ALL
        .iter()
        .enumerate()
        .filter_map(column)
        .take(most)
        .collect()
}

/// The numbers of a deal, one of each feature, as those of the columns against the fitted deals.
fn standardise(columns: &[Column], values: &[f64]) -> Vec<f64> {
    let value = |column: &Column| {
        let at = Feature::ALL.iter().position(|one| *one == column.feature);
        let value = at.and_then(|at| values.get(at)).copied();
        (value.unwrap_or(column.mean) - column.mean) / column.spread
    };
    columns.iter().map(value).collect()
}

fn squared(row: &[f64]) -> f64 {
    row.iter().map(|value| value * value).sum()
}
