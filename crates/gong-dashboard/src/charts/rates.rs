//! Small drawings of shares, within a row.

use gong_app::views::RateView;
use maud::{Markup, html};

use super::Scale;
use crate::cells::percent;

/// A rate with its interval on a line from none to all, and another to compare it with.
pub(crate) fn interval(rate: &RateView, beside: Option<f64>) -> Markup {
    let (Some(value), Some(lo), Some(hi)) = (rate.rate, rate.lo, rate.hi) else {
        return html! { span.none { "–" } };
    };
    let x = Scale::new((0.0, 1.0), (4.0, 116.0));
    let told = format!(
        "{}, between {} and {}",
        percent(value),
        percent(lo),
        percent(hi)
    );
    html! {
        svg.mini viewBox="0 0 120 16" width="120" height="16" role="img" aria-label=(told) {
            title { (told) }
            line.grid x1="4" x2="116" y1="8" y2="8" {}
            @if let Some(beside) = beside { line.target x1=(x.at(beside)) x2=(x.at(beside)) y1="1" y2="15" {} }
            line.whisker x1=(x.at(lo)) x2=(x.at(hi)) y1="8" y2="8" {}
            circle.point cx=(x.at(value)) cy="8" r="4" {}
        }
    }
}

/// A share as a bar, with a mark at what it was before.
pub(crate) fn share(now: Option<f64>, before: Option<f64>, most: f64) -> Markup {
    let x = Scale::new((0.0, most.max(0.01)), (0.0, 100.0));
    let now = now.unwrap_or(0.0);
    let told = match before {
        Some(before) => format!("{}, before {}", percent(now), percent(before)),
        None => percent(now),
    };
    html! {
        svg.mini viewBox="0 0 100 14" width="100" height="14" role="img" aria-label=(told) {
            title { (told) }
            rect.track x="0" y="3" width="100" height="8" rx="2" {}
            rect.bar x="0" y="3" width=(x.width(0.0, now)) height="8" rx="2" {}
            @if let Some(before) = before {
                line.target x1=(x.at(before)) x2=(x.at(before)) y1="0" y2="14" {}
            }
        }
    }
}
