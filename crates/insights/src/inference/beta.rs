//! The beta distribution: what is believed of a rate after counting.

use super::Interval;

/// What is believed of a rate: as if so many had been right and so many wrong.
#[derive(Clone, Copy, Debug, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "the two counts are the meaning")]
pub struct Beta {
    /// As if so many had been right: above 0.
    pub right: f64,
    /// As if so many had been wrong: above 0.
    pub wrong: f64,
}

impl Beta {
    /// The mean.
    pub fn mean(self) -> f64 {
        self.right / (self.right + self.wrong)
    }

    /// The interval that holds the rate with 95 %, as much left out on either side.
    pub fn interval(self) -> Interval {
        Interval {
            lo: self.quantile(0.025),
            hi: self.quantile(0.975),
        }
    }

    /// The rate below which this share lies.
    pub fn quantile(self, share: f64) -> f64 {
        let (mut lo, mut hi) = (0.0, 1.0);
        // Each step halves what is left: after fifty nothing is.
        for _ in 0..50 {
            let middle = f64::midpoint(lo, hi);
            if self.below(middle) < share {
                lo = middle;
            } else {
                hi = middle;
            }
        }
        f64::midpoint(lo, hi)
    }

    /// The share that lies below a rate: the regularised incomplete beta function, as a continued
    /// fraction (M. Abramowitz, I. Stegun, "Handbook of Mathematical Functions", 26.5.8).
    pub fn below(self, rate: f64) -> f64 {
        let Self { right: a, wrong: b } = self;
        if rate <= 0.0 || rate >= 1.0 {
            return rate.clamp(0.0, 1.0);
        }
        // The fraction converges fast below the mean.
        if rate > (a + 1.0) / (a + b + 2.0) {
            let mirrored = Self { right: b, wrong: a };
            return 1.0 - mirrored.below(1.0 - rate);
        }
        let front =
            ln_gamma(a + b) - ln_gamma(a) - ln_gamma(b) + a * rate.ln() + b * (1.0 - rate).ln();
        front.exp() / a * fraction(a, b, rate)
    }
}

/// Lentz's way to work out a continued fraction.
fn fraction(a: f64, b: f64, rate: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let away_from_0 = |value: f64| if value.abs() < TINY { TINY } else { value };
    let mut above = 1.0;
    let mut below = 1.0 / away_from_0(1.0 - (a + b) * rate / (a + 1.0));
    let mut value = below;
    for step in 1..500 {
        let step = f64::from(step);
        let twice = a + 2.0 * step;
        let even = step * (b - step) * rate / ((twice - 1.0) * twice);
        let odd = -(a + step) * (a + b + step) * rate / (twice * (twice + 1.0));
        let mut change = 1.0;
        for term in [even, odd] {
            below = 1.0 / away_from_0(1.0 + term * below);
            above = away_from_0(1.0 + term / above);
            change = above * below;
            value *= change;
        }
        if (change - 1.0).abs() < 1e-14 {
            break;
        }
    }
    value
}

/// The logarithm of the gamma function: Stirling's series, shifted to where it is exact enough.
fn ln_gamma(x: f64) -> f64 {
    let (mut x, mut shift) = (x, 0.0);
    while x < 10.0 {
        shift += x.ln();
        x += 1.0;
    }
    let square = x * x;
    let series = (1.0 / 12.0
        - (1.0 / 360.0 - (1.0 / 1260.0 - 1.0 / (1680.0 * square)) / square) / square)
        / x;
    (x - 0.5) * x.ln() - x + 0.5 * std::f64::consts::TAU.ln() + series - shift
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(a: f64, b: f64) -> bool {
        (a - b).abs() < 0.000_06
    }

    /// The 95 % limits of C. Clopper, E. Pearson, "The Use of Confidence or Fiducial Limits
    /// Illustrated in the Case of the Binomial", Biometrika 26 (1934), are quantiles of it.
    #[test]
    fn its_quantiles_are_the_limits_in_the_tables() {
        let lower = |right: f64, of: f64| {
            Beta {
                right,
                wrong: of - right + 1.0,
            }
            .quantile(0.025)
        };
        let upper = |right: f64, of: f64| {
            Beta {
                right: right + 1.0,
                wrong: of - right,
            }
            .quantile(0.975)
        };
        for (right, of, lo, hi) in [(5.0, 10.0, 0.1871, 0.8129), (1.0, 10.0, 0.0025, 0.4450)] {
            assert!(close(lower(right, of), lo), "{}", lower(right, of));
            assert!(close(upper(right, of), hi), "{}", upper(right, of));
        }
        assert!(close(upper(0.0, 10.0), 0.3085));
    }

    #[test]
    fn of_a_flat_belief_every_share_lies_below_itself() {
        let flat = Beta {
            right: 1.0,
            wrong: 1.0,
        };
        for share in [0.0, 0.01, 0.3, 0.9, 1.0] {
            assert!((flat.below(share) - share).abs() < 1e-9);
        }
        assert!((flat.mean() - 0.5).abs() < 1e-12 && close(flat.interval().lo, 0.025));
    }
}
