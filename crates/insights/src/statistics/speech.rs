//! How long somebody speaks: overlapping and repeated times count once.

use std::time::Duration;

use conversation::Span;

/// The length of the union of spans.
pub(super) fn union(spans: impl Iterator<Item = Span>) -> Duration {
    let mut spans: Vec<_> = spans.collect();
    spans.sort_unstable();
    let mut total = Duration::ZERO;
    let mut current: Option<Span> = None;
    for span in spans {
        current = Some(match current {
            Some(open) if span.start_ms() <= open.end_ms() => open.cover(span),
            Some(open) => {
                total += open.length();
                span
            }
            None => span,
        });
    }
    total + current.map_or(Duration::ZERO, Span::length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_overlaps_counts_once() {
        let spans = [(10, 20), (0, 5), (15, 30), (16, 17), (30, 31)];
        let spans = spans.map(|(start, end)| Span::from_millis(start, end));
        assert_eq!(union(spans.into_iter()), Duration::from_millis(26));
        assert_eq!(union([].into_iter()), Duration::ZERO);
    }
}
