//! How much would have to be counted before a difference could show.

/// The 97.5 % point of the normal distribution: two-sided tests at 5 %.
const TWO_SIDED: f64 = 1.959_963_984_540_054;

/// How likely a true difference is to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Power {
    /// Four times in five.
    Eighty,
    /// Nine times in ten.
    Ninety,
}

impl Power {
    /// The point of the normal distribution below which this share lies.
    fn point(self) -> f64 {
        match self {
            Self::Eighty => 0.841_621_233_572_914,
            Self::Ninety => 1.281_551_565_544_6,
        }
    }
}

/// How many are needed in each of two groups of one size to tell the rate `from` from the rate
/// `to` at 5 %, two-sided; none where either lies outside 0–1 or both are equal.
///
/// Source: J. Fleiss, "Statistical Methods for Rates and Proportions", equation 3.14 of the second
/// edition, without the correction for continuity.
pub fn needed_per_group(from: f64, to: f64, power: Power) -> Option<u32> {
    let is_rate = |p: f64| (0.0..=1.0).contains(&p);
    let apart = (from - to).abs();
    if !is_rate(from) || !is_rate(to) || apart < 1e-4 {
        return None;
    }
    let middle = f64::midpoint(from, to);
    let alike = (2.0 * middle * (1.0 - middle)).sqrt();
    let different = (from * (1.0 - from) + to * (1.0 - to)).sqrt();
    let needed = ((TWO_SIDED * alike + power.point() * different) / apart)
        .powi(2)
        .ceil();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "positive, and below 4·10⁹ for rates 10⁻⁴ apart"
    )]
    let needed = needed as u32;
    Some(needed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_differences_need_many_deals() {
        let check = |from, to, needed| {
            assert_eq!(needed_per_group(from, to, Power::Eighty), Some(needed));
            assert_eq!(needed_per_group(to, from, Power::Eighty), Some(needed));
        };
        check(0.25, 0.35, 329);
        check(0.25, 0.40, 152);
        check(0.20, 0.30, 294);
        check(0.20, 0.25, 1094);
    }

    #[test]
    fn more_certainty_needs_more_and_nonsense_has_no_answer() {
        assert!(needed_per_group(0.2, 0.3, Power::Ninety) > Some(294));
        assert_eq!(needed_per_group(0.2, 0.2, Power::Eighty), None);
        assert_eq!(needed_per_group(0.2, 1.2, Power::Eighty), None);
        assert_eq!(needed_per_group(f64::NAN, 0.2, Power::Eighty), None);
    }
}
