//! How surprising two rates would be if nothing set the groups apart.

use super::Tally;

/// Tables count as equally likely within this, so that rounding loses none.
const ALIKE: f64 = 1.0 + 1e-7;

/// The two-sided p of Fisher's exact test: the share of all tables with these margins that are no
/// likelier than this one. 1 where a margin is empty.
///
/// Source: R. Fisher, "The Design of Experiments", 1935; two-sided as in A. Agresti, "Categorical
/// Data Analysis", section 3.5.
pub fn fisher(one: Tally, other: Tally) -> f64 {
    let (row, below) = (
        f64::from(one.won) + f64::from(one.lost),
        f64::from(other.won) + f64::from(other.lost),
    );
    let wins = f64::from(one.won) + f64::from(other.won);
    let seen = f64::from(one.won);
    // Weights are relative to the table seen, so that no factorial is needed.
    let up = |k: f64| (row - k) * (wins - k) / ((k + 1.0) * (below - wins + k + 1.0));
    let (mut all, mut unlikely) = (1.0, 1.0);
    let mut count = |weight: f64| {
        all += weight;
        if weight <= ALIKE {
            unlikely += weight;
        }
    };
    let (mut k, mut weight) = (seen, 1.0);
    while k < row.min(wins) {
        weight *= up(k);
        k += 1.0;
        count(weight);
    }
    (k, weight) = (seen, 1.0);
    while k > (wins - below).max(0.0) {
        k -= 1.0;
        weight /= up(k);
        count(weight);
    }
    unlikely / all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check([won, lost, other_won, other_lost]: [u32; 4], p: f64) {
        let one = Tally { won, lost };
        let other = Tally {
            won: other_won,
            lost: other_lost,
        };
        for found in [fisher(one, other), fisher(other, one)] {
            assert!((found - p).abs() <= 1e-3 * p, "{one:?} {other:?}: {found}");
        }
    }

    #[test]
    fn the_p_is_the_one_in_the_textbooks() {
        // The lady tasting tea: Fisher 1935; Agresti, table 3.8.
        check([3, 1, 1, 3], 0.4857);
        check([4, 0, 0, 4], 0.028_57);
        // Convictions of the twins of criminals: Fisher 1935, as the manual of R prints it.
        check([2, 15, 10, 3], 0.000_536_7);
    }

    #[test]
    fn an_empty_margin_surprises_nobody() {
        check([0, 0, 3, 4], 1.0);
        check([0, 5, 0, 9], 1.0);
        check([0, 0, 0, 0], 1.0);
    }
}
