//! The interval of a rate.

use crate::Confidence;

/// The 97.5 % point of the normal distribution.
const Z: f64 = 1.959_963_984_540_054;

/// How often something was right, with its 95 % Wilson interval; untested where nothing was tried.
pub fn wilson(right: u32, of: u32) -> Confidence {
    if of == 0 || right > of {
        return Confidence::Untested;
    }
    let n = f64::from(of);
    let p = f64::from(right) / n;
    let spread = Z * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
    let middle = p + Z * Z / (2.0 * n);
    let scale = 1.0 + Z * Z / n;
    Confidence::Precision {
        p,
        lo: ((middle - spread) / scale).max(0.0),
        hi: ((middle + spread) / scale).min(1.0),
        n: of,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_is_the_one_in_the_tables() {
        for (right, of, low, high) in [(6, 10, 31, 83), (12, 20, 39, 78), (30, 100, 22, 40)] {
            let Confidence::Precision { lo, hi, .. } = wilson(right, of) else {
                panic!("{of} were tried");
            };
            let percent = |share: f64| format!("{:.0}", 100.0 * share);
            assert_eq!(
                (percent(lo), percent(hi)),
                (low.to_string(), high.to_string())
            );
        }
    }

    #[test]
    fn nothing_tried_is_untested() {
        assert_eq!(wilson(0, 0), Confidence::Untested);
        assert_eq!(wilson(3, 2), Confidence::Untested);
    }
}
