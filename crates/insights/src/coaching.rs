//! What a rep might try next, from the team's own calls: never a score, and not for decisions about pay.
//!
//! A [`RepCall`] holds the figures of one call, each with the moment it stands for. A rep's mean is
//! drawn towards the team's where few calls are known; only where its interval lies outside the
//! middle half of the team is anything said, and then with moments to look at and a good example.

mod band;
mod metric;
mod rep_call;

use conversation::{CallId, Citation, UserId};

use crate::inference::Interval;

use band::{Band, Stood};

pub use metric::{Metric, Wanted};
pub use rep_call::{Figure, RepCall};

/// Calls of a rep without which nothing is said.
pub const FEWEST_CALLS: usize = 10;

/// Reps with as many calls without which there is no band.
pub const FEWEST_REPS: usize = 5;

/// Recommendations at most.
const MOST: usize = 3;

/// Moments to look at.
const MOMENTS: usize = 2;

/// What is shown of one rep for one sort of call.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Coaching {
    /// The rep.
    pub rep: UserId,
    /// The sort of call, as it was given.
    pub call_type: String,
    /// How many calls of the rep were looked at.
    pub calls: usize,
    /// How many reps make the bands, the rep among them.
    pub reps: usize,
    /// Every metric that could be compared, in the order of their list.
    pub measures: Vec<Measure>,
    /// At most three, the clearest first.
    pub recommendations: Vec<Recommendation>,
}

/// A rep's metric against the band of the team.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Measure {
    /// What.
    pub metric: Metric,
    /// The rep's own mean.
    pub own: f64,
    /// The mean drawn towards the team's.
    pub value: f64,
    /// Its 95 % interval.
    pub interval: Interval,
    /// From the first to the third quartile of the reps' means.
    pub band: Interval,
    /// Calls of the rep that have the figure.
    pub calls: Vec<CallId>,
}

/// Something to try.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Recommendation {
    /// What lies outside the band, on the side that is not wanted.
    pub measure: Measure,
    /// Two moments of the rep's own to look at, those farthest outside first.
    pub moments: Vec<Citation>,
    /// A moment of a colleague's call inside the wanted side of the band, from the calls handed in for
    /// examples; none where these hold none.
    pub example: Option<Citation>,
}

/// Why nothing is said of a rep.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NoCoaching {
    /// Too few calls of the rep.
    #[error("not enough data: {calls} of {FEWEST_CALLS} calls of this sort")]
    FewCalls {
        /// How many there are.
        calls: usize,
    },
    /// Too few reps with enough calls.
    #[error("not enough data: {reps} of {FEWEST_REPS} reps have {FEWEST_CALLS} calls of this sort")]
    FewReps {
        /// How many there are.
        reps: usize,
    },
}

/// Looks at a rep's calls of one sort among those of the team. Bands take numbers of all calls of the
/// team; examples come only from `examples`, the calls that the reader may see.
pub fn coach(
    rep: &UserId,
    call_type: &str,
    team: &[RepCall],
    examples: &[RepCall],
) -> Result<Coaching, NoCoaching> {
    let of_type: Vec<&RepCall> = team
        .iter()
        .filter(|call| call.call_type == call_type)
        .collect();
    let own: Vec<&RepCall> = of_type
        .iter()
        .copied()
        .filter(|call| call.rep == *rep)
        .collect();
    if own.len() < FEWEST_CALLS {
        return Err(NoCoaching::FewCalls { calls: own.len() });
    }
    let reps = band::reps(&of_type, FEWEST_CALLS);
    if reps.len() < FEWEST_REPS {
        return Err(NoCoaching::FewReps { reps: reps.len() });
    }
    let bands = Metric::ALL
        .iter()
        .filter_map(|metric| Band::of(*metric, &of_type, &reps));
    let mut measures = Vec::new();
    let mut outside: Vec<(f64, Recommendation)> = Vec::new();
    for band in bands {
        let Some(stood) = band.stood(rep) else {
            continue;
        };
        let measure = measure(&band, stood, &own);
        if let Some(distance) = distance(&measure) {
            let recommendation = Recommendation {
                moments: moments(&measure, &own),
                example: example(&measure, rep, call_type, examples),
                measure: measure.clone(),
            };
            outside.push((distance, recommendation));
        }
        measures.push(measure);
    }
    // What cannot be shown is not recommended.
    outside.retain(|(_, one)| one.moments.len() == MOMENTS);
    outside.sort_by(|a, b| b.0.total_cmp(&a.0));
    Ok(Coaching {
        rep: rep.clone(),
        call_type: call_type.to_owned(),
        calls: own.len(),
        reps: reps.len(),
        measures,
        recommendations: outside.into_iter().take(MOST).map(|(_, one)| one).collect(),
    })
}

fn measure(band: &Band, stood: &Stood, own: &[&RepCall]) -> Measure {
    let has = own.iter().filter(|call| call.figure(band.metric).is_some());
    Measure {
        metric: band.metric,
        own: stood.own,
        value: stood.shrunk.value,
        interval: stood.shrunk.interval,
        band: band.quartiles,
        calls: has.map(|call| call.call.clone()).collect(),
    }
}

/// How far the interval lies beyond the unwanted edge of the band, in half-widths of the interval; none
/// where it reaches into the band.
fn distance(measure: &Measure) -> Option<f64> {
    let Measure { interval, band, .. } = measure;
    let beyond = match measure.metric.wanted() {
        Wanted::Less => interval.lo - band.hi,
        Wanted::More => band.lo - interval.hi,
    };
    let half = (interval.hi - interval.lo) / 2.0;
    (beyond > 0.0 && half > 0.0).then(|| beyond / half)
}

/// The moments of the rep's calls that lie farthest on the unwanted side.
fn moments(measure: &Measure, own: &[&RepCall]) -> Vec<Citation> {
    let wanted = measure.metric.wanted();
    let mut figures: Vec<&Figure> = own
        .iter()
        .filter_map(|call| call.figure(measure.metric))
        .collect();
    figures.sort_by(|a, b| match wanted {
        Wanted::Less => b.value.total_cmp(&a.value),
        Wanted::More => a.value.total_cmp(&b.value),
    });
    let places = figures
        .into_iter()
        .filter_map(|figure| figure.place.clone());
    places.take(MOMENTS).collect()
}

/// The moment of a colleague's call that lies nearest the middle of the band's wanted half.
fn example(
    measure: &Measure,
    rep: &UserId,
    call_type: &str,
    examples: &[RepCall],
) -> Option<Citation> {
    let band = measure.band;
    let aim = match measure.metric.wanted() {
        Wanted::Less => band.lo,
        Wanted::More => band.hi,
    };
    let is_good = |figure: &&Figure| match measure.metric.wanted() {
        Wanted::Less => figure.value <= band.hi,
        Wanted::More => figure.value >= band.lo,
    };
    let others = examples
        .iter()
        .filter(|call| call.rep != *rep && call.call_type == call_type);
    let figures = others
        .filter_map(|call| call.figure(measure.metric))
        .filter(is_good);
    let cited = figures.filter(|figure| figure.place.is_some() && figure.is_example);
    let nearest = cited.min_by(|a, b| (a.value - aim).abs().total_cmp(&(b.value - aim).abs()));
    nearest.and_then(|figure| figure.place.clone())
}

#[cfg(test)]
mod tests;
