//! The reps of a team beside each other: means with the number of calls, no order and no score.

use std::collections::BTreeMap;
use std::sync::Arc;

use access::{Operation, Rows, Scope};
use conversation::UserId;
use insights::coaching::{FEWEST_CALLS, FEWEST_REPS, Metric, RepCall, Wanted};

use crate::Error;
use crate::app::App;
use crate::numbers::{Figured, rep_call};
use crate::views::{BandView, TeamFigureView, TeamRepView, TeamView, in_seconds, neutral};

use super::OutlookRequest;
use super::coaching::reached;
use super::heard::start_of;
use super::pipeline::period_view;

impl App {
    /// Shows the reps of the calls of a period that the reader sees, all sorts of calls together. A
    /// band is of the whole team's numbers, where enough reps have enough calls.
    pub async fn team(&self, request: &OutlookRequest) -> Result<TeamView, Error> {
        let work = async {
            let archive = Arc::clone(self.existing_archive().await?);
            let scope = self.scope_of(Operation::COACH, false)?.without_private();
            let as_of = request.as_of.unwrap_or_else(|| self.now());
            let period = request.period(as_of)?;
            let (from, to) = (start_of(period.from()), start_of(period.to()));
            let makers = self.makers(archive.as_ref()).await?;
            let all = self.figures(&archive, &Scope::internal(), &makers).await?;
            let is_within =
                |one: &&Figured| from <= one.started && one.started < to && one.started <= as_of;
            let calls = all.iter().filter(is_within);
            let calls: Vec<RepCall> = calls.filter_map(|one| rep_call(&one.numbers)).collect();
            // Who reaches every call is not asked for each of them a second time.
            let seen = match scope.rows() {
                Rows::All => None,
                _ => Some(reached(archive.as_ref(), &scope).await?),
            };
            let is_seen =
                |call: &&RepCall| seen.as_ref().is_none_or(|seen| seen.contains(&call.call));
            let users = archive.users().await?;
            let name = |id: &UserId| {
                let user = users.iter().find(|user| user.id == *id)?;
                user.name.as_deref().map(neutral)
            };
            let own = by_rep(calls.iter().filter(is_seen));
            let rep = |(id, calls): (&&UserId, &Vec<&RepCall>)| TeamRepView {
                user_id: neutral(id.as_str()),
                name: name(id),
                calls: calls.len(),
                call_ids: calls
                    .iter()
                    .filter(|_| request.why.is_said())
                    .map(|call| neutral(call.call.as_str()))
                    .collect(),
                figures: Metric::ALL
                    .iter()
                    .filter_map(|metric| figure(*metric, calls))
                    .collect(),
            };
            let mut reps: Vec<TeamRepView> = own.iter().map(rep).collect();
            reps.sort_by(|one, other| {
                (&one.name, &one.user_id).cmp(&(&other.name, &other.user_id))
            });
            Ok(TeamView {
                as_of: in_seconds(as_of),
                period: period_view(period),
                reps,
                bands: bands(&by_rep(calls.iter())),
                fewest_calls: FEWEST_CALLS,
                fewest_reps: FEWEST_REPS,
            })
        };
        let asked = format!("team {request:?}");
        self.reading(Operation::COACH, &asked, Box::pin(work), |_: &TeamView| {
            Vec::new()
        })
        .await
    }
}

fn by_rep<'c>(calls: impl Iterator<Item = &'c RepCall>) -> BTreeMap<&'c UserId, Vec<&'c RepCall>> {
    let mut by_rep: BTreeMap<&UserId, Vec<&RepCall>> = BTreeMap::new();
    for call in calls {
        by_rep.entry(&call.rep).or_default().push(call);
    }
    by_rep
}

fn figure(metric: Metric, calls: &[&RepCall]) -> Option<TeamFigureView> {
    let values = calls.iter().filter_map(|call| call.figures.get(&metric));
    let values: Vec<f64> = values.map(|figure| figure.value).collect();
    (!values.is_empty()).then(|| TeamFigureView {
        metric: metric.as_str(),
        mean: values.iter().sum::<f64>() / values.len() as f64,
        calls: values.len(),
    })
}

/// The middle half of the reps' means, of reps with enough calls, where they are enough.
fn bands(by_rep: &BTreeMap<&UserId, Vec<&RepCall>>) -> Vec<BandView> {
    let band = |metric: &Metric| {
        let figures = by_rep.values().filter_map(|calls| figure(*metric, calls));
        let known = figures.filter(|figure| figure.calls >= FEWEST_CALLS);
        let mut means: Vec<f64> = known.map(|figure| figure.mean).collect();
        means.sort_by(f64::total_cmp);
        if means.len() < FEWEST_REPS {
            return None;
        }
        Some(BandView {
            metric: metric.as_str(),
            lo: part(&means, 0.25)?,
            hi: part(&means, 0.75)?,
            reps: means.len(),
            wanted: match metric.wanted() {
                Wanted::Less => "less",
                Wanted::More => "more",
            },
        })
    };
    Metric::ALL.iter().filter_map(band).collect()
}

/// The value below which a share of sorted values lies, between two of them by the straight line.
fn part(sorted: &[f64], share: f64) -> Option<f64> {
    let place = share * (sorted.len().checked_sub(1)?) as f64;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a share of a length is a place in it"
    )]
    let below = place.floor() as usize;
    let low = *sorted.get(below)?;
    let high = sorted.get(below + 1).copied().unwrap_or(low);
    Some(low + (high - low) * (place - place.floor()))
}

#[cfg(test)]
mod tests {
    use conversation::CallId;

    use super::*;

    #[test]
    fn a_part_lies_between_two_values() {
        let values = [1.0, 2.0, 3.0, 5.0];
        assert_eq!(part(&values, 0.25), Some(1.75));
        assert_eq!(part(&values, 0.75), Some(3.5));
        assert_eq!(part(&[4.0], 0.75), Some(4.0));
        assert_eq!(part(&[], 0.5), None);
    }

    #[test]
    fn few_reps_make_no_band_and_enough_of_them_one() {
        let of = |reps: usize| -> Vec<RepCall> {
            let calls = (0..reps).flat_map(|rep| {
                (0..FEWEST_CALLS).map(move |at| {
                    let user = UserId::new(format!("u{rep}")).expect("an id");
                    let call = CallId::new(format!("{rep}{at}")).expect("an id");
                    let mut call = RepCall::new(user, call, "any".to_owned());
                    let share = insights::coaching::Figure::new(rep as f64, None);
                    call.figures.insert(Metric::TalkRatio, share);
                    call
                })
            });
            calls.collect()
        };
        assert!(bands(&by_rep(of(FEWEST_REPS - 1).iter())).is_empty());
        let enough = of(FEWEST_REPS);
        let bands = bands(&by_rep(enough.iter()));
        assert_eq!((bands[0].lo, bands[0].hi, bands[0].reps), (1.0, 3.0, 5));
    }
}
