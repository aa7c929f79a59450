//! The middle half of a team, and where each rep stands to it.

use std::collections::BTreeMap;

use conversation::UserId;

use super::{FEWEST_CALLS, FEWEST_REPS, Metric, RepCall};
use crate::inference::{Counted, Interval, Mean, Shrunk, shrink, shrink_rates};

/// The band of one metric.
pub(super) struct Band {
    pub(super) metric: Metric,
    /// From the first to the third quartile of the reps' means.
    pub(super) quartiles: Interval,
    stood: BTreeMap<UserId, Stood>,
}

/// Where a rep stands.
pub(super) struct Stood {
    pub(super) own: f64,
    pub(super) shrunk: Shrunk,
}

/// The reps with so many calls.
pub(super) fn reps(calls: &[&RepCall], fewest: usize) -> Vec<UserId> {
    let mut by_rep: BTreeMap<&UserId, usize> = BTreeMap::new();
    for call in calls {
        *by_rep.entry(&call.rep).or_default() += 1;
    }
    let enough = by_rep.into_iter().filter(|(_, count)| *count >= fewest);
    enough.map(|(rep, _)| rep.clone()).collect()
}

impl Band {
    /// The band of the reps whose figure is known of enough calls; none for too few of them, or where
    /// all calls are alike.
    pub(super) fn of(metric: Metric, calls: &[&RepCall], reps: &[UserId]) -> Option<Self> {
        let figures = |rep: &UserId| -> Vec<f64> {
            let own = calls.iter().filter(|call| call.rep == *rep);
            own.filter_map(|call| call.figure(metric))
                .map(|figure| figure.value)
                .collect()
        };
        let known: Vec<(&UserId, Vec<f64>)> = reps
            .iter()
            .map(|rep| (rep, figures(rep)))
            .filter(|(_, values)| values.len() >= FEWEST_CALLS)
            .collect();
        if known.len() < FEWEST_REPS {
            return None;
        }
        let values: Vec<&[f64]> = known.iter().map(|(_, values)| values.as_slice()).collect();
        let shrunk = if metric.is_rate() {
            shrink_rates(
                &values
                    .iter()
                    .map(|values| counted(values))
                    .collect::<Vec<_>>(),
            )?
        } else {
            shrink(&means(&values))?
        };
        let own: Vec<f64> = values.iter().map(|values| mean(values)).collect();
        let stood = known.iter().zip(&own).zip(shrunk);
        Some(Self {
            metric,
            quartiles: quartiles(own.clone())?,
            stood: stood
                .map(|(((rep, _), own), shrunk)| ((*rep).clone(), Stood { own: *own, shrunk }))
                .collect(),
        })
    }

    pub(super) fn stood(&self, rep: &UserId) -> Option<&Stood> {
        self.stood.get(rep)
    }
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// Each rep's mean; how much calls vary is taken from all reps together, because few calls of one tell it
/// badly.
fn means(reps: &[&[f64]]) -> Vec<Mean> {
    let squares = |values: &&[f64]| {
        let middle = mean(values);
        values
            .iter()
            .map(|value| (value - middle).powi(2))
            .sum::<f64>()
    };
    let calls: usize = reps.iter().map(|values| values.len()).sum();
    let within = reps.iter().map(squares).sum::<f64>() / (calls - reps.len()).max(1) as f64;
    let of = |values: &&[f64]| Mean {
        value: mean(values),
        variance: within / values.len() as f64,
    };
    reps.iter().map(of).collect()
}

fn counted(values: &[f64]) -> Counted {
    let count = |is_meant: fn(&&f64) -> bool| {
        u32::try_from(values.iter().filter(is_meant).count()).unwrap_or(u32::MAX)
    };
    Counted {
        right: count(|value| **value > 0.5),
        of: count(|_| true),
    }
}

/// The first and the third quartile, between neighbours where they fall between two.
fn quartiles(mut values: Vec<f64>) -> Option<Interval> {
    values.sort_by(f64::total_cmp);
    let at = |share: f64| {
        let position = share * (values.len() as f64 - 1.0);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a position in the list"
        )]
        let below = position.floor() as usize;
        let low = *values.get(below)?;
        let high = values.get(below + 1).copied().unwrap_or(low);
        Some(low + (high - low) * (position - position.floor()))
    };
    Some(Interval {
        lo: at(0.25)?,
        hi: at(0.75)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quartiles_are_those_of_the_textbooks() {
        let of = |values: &[f64]| quartiles(values.to_vec());
        let expected = Interval { lo: 2.0, hi: 4.0 };
        assert_eq!(of(&[5.0, 1.0, 4.0, 2.0, 3.0]), Some(expected));
        let expected = Interval { lo: 1.75, hi: 3.25 };
        assert_eq!(of(&[1.0, 2.0, 3.0, 4.0]), Some(expected));
        assert_eq!(of(&[]), None);
    }
}
