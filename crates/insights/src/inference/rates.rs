//! Rates of few observations, drawn towards those of the whole team.

use super::{Beta, Shrunk};

/// With fewer, how much they vary among themselves cannot be told.
const FEWEST: usize = 5;

/// What was counted of one person.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "two counts are the meaning")]
pub struct Counted {
    /// How often it was so.
    pub right: u32,
    /// Of how many.
    pub of: u32,
}

/// Draws each rate towards that of all, the more the less was counted, in the order given; none for
/// fewer than five people, where somebody has nothing counted, or where all rates are 0 or 1.
///
/// Source: J. Kleinman, "Proportions with Extraneous Variance: Single and Independent Samples",
/// Journal of the American Statistical Association 68 (1973), with the counts as weights. Where
/// people vary no more than chance lets them, what is believed of all weighs as much as all counts.
pub fn shrink_rates(counted: &[Counted]) -> Option<Vec<Shrunk>> {
    let is_usable = |one: &Counted| one.of > 0 && one.right <= one.of;
    if counted.len() < FEWEST || !counted.iter().all(is_usable) {
        return None;
    }
    let people = counted.len() as f64;
    let all: f64 = counted.iter().map(|one| f64::from(one.of)).sum();
    let squares: f64 = counted.iter().map(|one| f64::from(one.of).powi(2)).sum();
    let middle = counted.iter().map(|one| f64::from(one.right)).sum::<f64>() / all;
    let by_chance = middle * (1.0 - middle);
    if by_chance <= 0.0 {
        return None;
    }
    let off = |one: &Counted| f64::from(one.of) * (rate(*one) - middle).powi(2);
    let apart = counted.iter().map(off).sum::<f64>() / by_chance;
    let alike = (apart - (people - 1.0)) / (all - squares / all - (people - 1.0));
    let strength = if alike.is_finite() && alike > 0.0 {
        (1.0 / alike - 1.0).clamp(0.0, all)
    } else {
        all
    };
    let shrunk = |one: &Counted| {
        let wrong = one.of - one.right;
        let believed = Beta {
            right: f64::from(one.right) + strength * middle,
            wrong: f64::from(wrong) + strength * (1.0 - middle),
        };
        Shrunk {
            value: believed.mean(),
            interval: believed.interval(),
            drawn: strength / (strength + f64::from(one.of)),
        }
    };
    Some(counted.iter().map(shrunk).collect())
}

fn rate(one: Counted) -> f64 {
    f64::from(one.right) / f64::from(one.of)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The hits of eighteen players in 45 times at bat (B. Efron, C. Morris, 1977). For equal counts
    /// Kleinman's estimate is that of the variances: of 19.04 / 17 of what chance explains, 0.890 is
    /// drawn.
    #[test]
    fn batting_averages_are_drawn_as_far_as_chance_explains_them() {
        let hits = [
            18, 17, 16, 15, 14, 14, 13, 12, 11, 11, 10, 10, 10, 10, 10, 9, 8, 7,
        ];
        let shrunk = shrink_rates(&hits.map(|right| Counted { right, of: 45 })).expect("a team");
        let (first, last) = (shrunk[0], shrunk[17]);
        assert!((first.drawn - 0.890).abs() < 0.01, "{first:?}");
        assert!((first.value - 0.280).abs() < 0.003, "{first:?}");
        assert!((last.value - 0.253).abs() < 0.003, "{last:?}");
        assert!(first.interval.lo < first.value && first.value < first.interval.hi);
    }

    #[test]
    fn who_was_counted_less_is_drawn_further() {
        let of = |right, of| Counted { right, of };
        let team = [
            of(9, 10),
            of(90, 100),
            of(20, 100),
            of(40, 100),
            of(50, 100),
            of(30, 100),
        ];
        let shrunk = shrink_rates(&team).expect("a team");
        assert!(shrunk[0].drawn > shrunk[1].drawn && shrunk[0].value < shrunk[1].value);
    }

    #[test]
    fn a_handful_of_people_or_a_rate_of_all_is_no_team() {
        let one = Counted { right: 3, of: 10 };
        assert_eq!(shrink_rates(&[one; 4]), None);
        assert_eq!(shrink_rates(&[Counted { right: 0, of: 10 }; 5]), None);
        assert_eq!(shrink_rates(&[Counted::default(); 5]), None);
        let alike = shrink_rates(&[one; 5]).expect("a team");
        assert!((alike[0].value - 0.3).abs() < 1e-9);
    }
}
