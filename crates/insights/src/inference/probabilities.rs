//! How probabilities turned out.

use super::Interval;

/// The bins in which a calibration is shown.
const BINS: u32 = 5;

/// The 97.5 % point of the normal distribution.
const Z: f64 = 1.959_963_984_540_054;

/// A probability that was given, and whether it came true.
pub type Turned = (f64, bool);

/// How probabilities of one bin turned out.
#[derive(Clone, Copy, Debug, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "the row is the meaning")]
pub struct ReliabilityBin {
    /// Its lower end; bins are a fifth wide.
    pub from: f64,
    /// How many fell into it.
    pub judged: u32,
    /// The mean probability that they were given.
    pub predicted: f64,
    /// The share that came true.
    pub observed: f64,
}

/// How probabilities turned out, by bins a fifth wide; empty ones are left out.
pub fn reliability(turned: &[Turned]) -> Vec<ReliabilityBin> {
    let width = 1.0 / f64::from(BINS);
    let in_bin = |bin: u32| {
        let (mut count, mut true_ones, mut sum) = (0u32, 0u32, 0.0);
        for (p, is) in turned {
            let is_last = bin + 1 == BINS;
            let from = f64::from(bin) * width;
            if *p >= from && (*p < from + width || is_last) {
                count += 1;
                true_ones += u32::from(*is);
                sum += p;
            }
        }
        (count > 0).then(|| ReliabilityBin {
            from: f64::from(bin) * width,
            judged: count,
            predicted: sum / f64::from(count),
            observed: f64::from(true_ones) / f64::from(count),
        })
    };
    (0..BINS).filter_map(in_bin).collect()
}

/// The mean squared distance of probabilities from what came true; 0 is perfect.
pub fn brier(turned: &[Turned]) -> Option<f64> {
    let off = |(p, is): &Turned| (p - f64::from(u8::from(*is))).powi(2);
    let sum: f64 = turned.iter().map(off).sum();
    (!turned.is_empty()).then(|| sum / turned.len() as f64)
}

/// How often what came true was given the higher score, ties counting half, with its 95 % interval;
/// none where all turned out alike.
///
/// Source: J. Hanley, B. McNeil, "The Meaning and Use of the Area under a Receiver Operating
/// Characteristic (ROC) Curve", Radiology 143 (1982).
pub fn area_under_curve(turned: &[Turned]) -> Option<(f64, Interval)> {
    let mut order = turned.to_vec();
    order.sort_by(|a, b| a.0.total_cmp(&b.0));
    let right = order.iter().filter(|(_, is)| *is).count() as f64;
    let wrong = order.len() as f64 - right;
    if right < 1.0 || wrong < 1.0 {
        return None;
    }
    let (mut wins, mut wrong_below) = (0.0, 0.0);
    for tied in order.chunk_by(|a, b| a.0.total_cmp(&b.0).is_eq()) {
        let right_here = tied.iter().filter(|(_, is)| *is).count() as f64;
        let wrong_here = tied.len() as f64 - right_here;
        wins += right_here * (wrong_below + wrong_here / 2.0);
        wrong_below += wrong_here;
    }
    let area = wins / (right * wrong);
    let (one, two) = (area / (2.0 - area), 2.0 * area * area / (1.0 + area));
    let variance = area * (1.0 - area)
        + (right - 1.0) * (one - area * area)
        + (wrong - 1.0) * (two - area * area);
    let spread = Z * (variance.max(0.0) / (right * wrong)).sqrt();
    let interval = Interval {
        lo: (area - spread).max(0.0),
        hi: (area + spread).min(1.0),
    };
    Some((area, interval))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Hanley & McNeil 1982, table I: 58 normal and 51 abnormal images rated 1 to 5; the area is
    /// 0.893 and its standard error 0.032.
    #[test]
    fn the_area_is_the_one_of_the_paper() {
        let rated = |counts: [usize; 5], is| {
            let of = move |(rating, count): (usize, usize)| vec![(rating as f64, is); count];
            counts.into_iter().enumerate().flat_map(of)
        };
        let normal = rated([33, 6, 6, 11, 2], false);
        let all: Vec<Turned> = normal.chain(rated([3, 2, 2, 11, 33], true)).collect();

        let (area, interval) = area_under_curve(&all).expect("both kinds");

        assert!((area - 0.893).abs() < 0.000_6, "{area}");
        assert!(
            ((interval.hi - area) / Z - 0.032).abs() < 0.000_6,
            "{interval:?}"
        );
    }

    #[test]
    fn the_score_of_brier_is_the_mean_squared_distance() {
        let found = brier(&[(0.8, true), (0.4, false)]).expect("two");
        assert!((found - 0.1).abs() < 1e-9);
        assert_eq!(brier(&[]), None);
        assert_eq!(area_under_curve(&[(0.4, true)]), None);
    }

    #[test]
    fn bins_hold_what_was_given_and_what_came_true() {
        let bins = reliability(&[(0.1, false), (0.15, true), (1.0, true)]);
        let [low, high] = bins.as_slice() else {
            panic!("two bins: {bins:?}");
        };
        assert_eq!((low.judged, high.judged), (2, 1));
        assert!((low.predicted - 0.125).abs() < 1e-9 && (low.observed - 0.5).abs() < 1e-9);
        assert!((high.from - 0.8).abs() < 1e-9);
    }
}
