//! How far two rates are apart, and how sure that is.

use super::{Interval, Tally};

/// The difference of two rates.
#[derive(Clone, Copy, Debug, PartialEq)]
#[expect(
    clippy::exhaustive_structs,
    reason = "value and interval are the meaning"
)]
pub struct Difference {
    /// The first rate − the second, −1 to 1.
    pub value: f64,
    /// Its 95 % interval.
    pub interval: Interval,
}

impl Difference {
    /// The rate of `one` − the rate of `other`; none where either has nothing closed.
    ///
    /// Source: R. Newcombe, "Interval estimation for the difference between independent
    /// proportions", Statistics in Medicine 17 (1998), method 10: Wilson's intervals squared
    /// together.
    pub fn between(one: Tally, other: Tally) -> Option<Self> {
        let (p, q) = (one.rate()?, other.rate()?);
        let (of_p, of_q) = (one.interval()?, other.interval()?);
        let value = p - q;
        Some(Self {
            value,
            interval: Interval {
                lo: value - (p - of_p.lo).hypot(of_q.hi - q),
                hi: value + (of_p.hi - p).hypot(q - of_q.lo),
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check((won, of): (u32, u32), (other_won, other_of): (u32, u32), lo: f64, hi: f64) {
        let tally = |won: u32, of: u32| Tally {
            won,
            lost: of - won,
        };
        let found = Difference::between(tally(won, of), tally(other_won, other_of)).unwrap();
        let close = |a: f64, b: f64| (a - b).abs() < 0.000_06;
        assert!(
            close(found.interval.lo, lo) && close(found.interval.hi, hi),
            "{won}/{of} and {other_won}/{other_of}: {found:?}"
        );
    }

    /// Newcombe 1998, table II, method 10.
    #[test]
    fn the_interval_is_the_one_in_newcombes_table() {
        check((56, 70), (48, 80), 0.0524, 0.3339);
        check((9, 10), (3, 10), 0.1705, 0.8090);
        check((6, 7), (2, 7), 0.0582, 0.8062);
        check((5, 56), (0, 29), -0.0381, 0.1926);
        check((0, 10), (0, 20), -0.1611, 0.2775);
        check((10, 10), (0, 10), 0.6075, 1.0);
    }

    #[test]
    fn an_empty_group_differs_from_nothing() {
        let some = Tally { won: 3, lost: 4 };
        assert_eq!(Difference::between(some, Tally::default()), None);
        assert_eq!(Difference::between(Tally::default(), some), None);
    }
}
