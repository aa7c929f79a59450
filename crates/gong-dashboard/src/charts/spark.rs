//! A line of a few numbers, the latest last.

use std::fmt::Write as _;

use maud::{Markup, html};

use super::Scale;

/// The line; gaps where a number is not known, nothing at all for fewer than two.
pub(crate) fn spark(values: &[Option<f64>], told: &str) -> Markup {
    let known: Vec<f64> = values.iter().flatten().copied().collect();
    if known.len() < 2 {
        return html! {};
    }
    let lo = known.iter().copied().fold(f64::INFINITY, f64::min);
    let hi = known.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let y = Scale::new((lo, hi), (22.0, 4.0));
    let x = Scale::new((0.0, (values.len().max(2) - 1) as f64), (4.0, 116.0));
    let mut path = String::new();
    let mut is_down = false;
    let mut last = None;
    for (at, value) in values.iter().enumerate() {
        let Some(value) = value else {
            is_down = false;
            continue;
        };
        let (px, py) = (x.at(at as f64), y.at(*value));
        // Writing into a string cannot fail.
        let _ = write!(path, "{}{px} {py} ", if is_down { 'L' } else { 'M' });
        is_down = true;
        last = Some((px, py));
    }
    html! {
        svg.spark viewBox="0 0 120 26" width="120" height="26" role="img" aria-label=(told) {
            title { (told) }
            path.line d=(path.trim_end()) {}
            @if let Some((px, py)) = last { circle.point cx=(px) cy=(py) r="3" {} }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gap_breaks_the_line_and_one_number_is_none() {
        let drawn = spark(&[Some(1.0), Some(2.0), None, Some(1.5)], "x").into_string();
        assert!(drawn.contains("M4 22 L41.3 4 M116 13"), "{drawn}");
        assert_eq!(spark(&[Some(1.0), None], "x").into_string(), "");
    }
}
