//! Chance by a seed: the same seed draws the same numbers.

use std::f64::consts::TAU;

/// Draws numbers, always the same ones for a seed.
///
/// Source: G. Steele and others, "Fast Splittable Pseudorandom Number Generators", 2014.
#[derive(Clone, Debug)]
pub struct Draws {
    state: u64,
}

impl Draws {
    /// Starts from a seed.
    pub const fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    const fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.state ^ (self.state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number above 0 and below 1, all alike likely.
    pub fn unit(&mut self) -> f64 {
        ((self.next() >> 11) as f64 + 0.5) / (1u64 << 53) as f64
    }

    /// Yes with this probability.
    pub fn chance(&mut self, p: f64) -> bool {
        self.unit() < p
    }

    /// One of a list, all alike likely; none of an empty one.
    pub fn one_of<'a, T>(&mut self, list: &'a [T]) -> Option<&'a T> {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "below the length of the list"
        )]
        let at = (self.unit() * list.len() as f64) as usize;
        list.get(at)
    }

    fn normal(&mut self) -> f64 {
        (-2.0 * self.unit().ln()).sqrt() * (TAU * self.unit()).cos()
    }

    /// A number of the gamma distribution of this shape and scale 1.
    ///
    /// Source: G. Marsaglia, W. Tsang, "A Simple Method for Generating Gamma Variables", 2000.
    pub fn gamma(&mut self, shape: f64) -> f64 {
        if shape < 1.0 {
            return self.gamma(shape + 1.0) * self.unit().powf(1.0 / shape);
        }
        let d = shape - 1.0 / 3.0;
        let c = 1.0 / (9.0 * d).sqrt();
        loop {
            let x = self.normal();
            let v = (1.0 + c * x).powi(3);
            if v > 0.0 && self.unit().ln() < 0.5 * x * x + d - d * v + d * v.ln() {
                return d * v;
            }
        }
    }

    /// A share of the beta distribution.
    pub fn beta(&mut self, a: f64, b: f64) -> f64 {
        let (x, y) = (self.gamma(a), self.gamma(b));
        x / (x + y)
    }

    /// A count of the Poisson distribution of this mean.
    pub fn poisson(&mut self, mean: f64) -> u32 {
        let (mut passed, mut count) = (-self.unit().ln(), 0);
        while passed < mean {
            passed -= self.unit().ln();
            count += 1;
        }
        count
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MANY: u32 = 40_000;

    /// Mean and variance of many draws, each within five standard errors or so.
    #[track_caller]
    fn check(mut draw: impl FnMut(&mut Draws) -> f64, mean: f64, variance: f64) {
        let mut draws = Draws::new(7);
        let all: Vec<f64> = (0..MANY).map(|_| draw(&mut draws)).collect();
        let found = all.iter().sum::<f64>() / f64::from(MANY);
        let spread = all.iter().map(|x| (x - found).powi(2)).sum::<f64>() / f64::from(MANY);
        let error = (variance / f64::from(MANY)).sqrt();
        assert!(
            (found - mean).abs() < 5.0 * error,
            "mean {found}, not {mean}"
        );
        assert!(
            (spread / variance - 1.0).abs() < 0.06,
            "variance {spread}, not {variance}"
        );
    }

    #[test]
    fn every_distribution_has_its_mean_and_variance() {
        check(Draws::unit, 0.5, 1.0 / 12.0);
        check(|draws| draws.gamma(3.5), 3.5, 3.5);
        check(|draws| draws.gamma(0.5), 0.5, 0.5);
        check(|draws| draws.beta(2.0, 3.0), 0.4, 0.04);
        check(|draws| f64::from(draws.poisson(4.2)), 4.2, 4.2);
        check(|draws| f64::from(u8::from(draws.chance(0.3))), 0.3, 0.21);
        check(|draws| *draws.one_of(&[0.0, 1.0]).expect("two"), 0.5, 0.25);
    }

    #[test]
    fn a_seed_draws_the_same_again() {
        let drawn = |seed| Draws::new(seed).gamma(2.0);
        assert!((drawn(1) - drawn(1)).abs() < f64::EPSILON);
        assert!((drawn(1) - drawn(2)).abs() > f64::EPSILON);
        assert_eq!(Draws::new(1).one_of::<u8>(&[]), None);
        assert_eq!(Draws::new(1).poisson(0.0), 0);
    }
}
