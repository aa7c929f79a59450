//! Will we make the number: what is won and what the rest may bring, and how earlier forecasts did.

use gong_app::views::{CurrencyForecastView, TestedView};
use maud::{Markup, html};

use super::Scale;
use crate::cells::{amount, short};
use crate::period::Period;

/// The width of the drawing; text in it is a fortieth of that high.
const WIDTH: f64 = 480.0;

/// The forecast as a bar of its parts with its interval, and the target.
pub(crate) fn band(one: &CurrencyForecastView, id: &str) -> Markup {
    let won = amount(&one.won.amount);
    let target = one.target.as_deref().map(amount);
    let most = [one.hi, one.forecast, target.unwrap_or(0.0), won];
    let most = most.into_iter().fold(1.0, f64::max) * 1.04;
    let x = Scale::new((0.0, most), (4.0, WIDTH - 8.0));
    let parts = [
        ("won", 0.0, won),
        ("weighted", won, won + one.weighted),
        (
            "expected",
            won + one.weighted,
            won + one.weighted + one.expected_new,
        ),
    ];
    let (title, description) = (format!("{id}-t"), format!("{id}-d"));
    let currency = &one.currency;
    html! {
        svg.chart viewBox="0 0 480 118" role="img" aria-labelledby=(format!("{title} {description}")) {
            title id=(title) { "Forecast in " (currency) }
            desc id=(description) {
                "Won " (short(won)) ", open deals by their chances " (short(one.weighted))
                ", expected from new deals " (short(one.expected_new)) "; in all " (short(one.forecast))
                ", four times in five between " (short(one.lo)) " and " (short(one.hi))
                @if let Some(target) = target { "; the target is " (short(target)) } "."
            }
            @for tick in x.ticks() {
                line.grid x1=(x.at(tick)) x2=(x.at(tick)) y1="18" y2="92" {}
                text.tick x=(x.at(tick)) y="110" text-anchor=(anchor(x.at(tick))) { (short(tick)) }
            }
            @for (name, from, to) in parts {
                rect class=(format!("part {name}")) x=(x.at(from)) width=(x.width(from, to)) y="26" height="30" rx="2" {}
            }
            line.whisker x1=(x.at(one.lo)) x2=(x.at(one.hi)) y1="76" y2="76" {}
            @for end in [one.lo, one.hi] { line.whisker x1=(x.at(end)) x2=(x.at(end)) y1="69" y2="83" {} }
            circle.point cx=(x.at(one.forecast)) cy="76" r="6" {}
            @if let Some(target) = target {
                line.target x1=(x.at(target)) x2=(x.at(target)) y1="16" y2="92" {}
                text.mark x=(x.at(target)) y="12" text-anchor=(anchor(x.at(target))) { "target " (short(target)) }
            }
        }
    }
}

/// Past periods forecast again: interval, forecast, and what it came to.
pub(crate) fn back_test(tests: &[TestedView], id: &str) -> Markup {
    let most = tests
        .iter()
        .map(|one| one.hi.max(one.actual).max(one.forecast));
    let most = most.fold(1.0, f64::max) * 1.04;
    let y = Scale::new((0.0, most), (96.0, 8.0));
    let count = tests.len().max(1) as f64;
    let step = (WIDTH - 60.0) / count;
    let place = |at: usize| ((52.0 + step * (at as f64 + 0.5)) * 10.0).round() / 10.0;
    let held = tests.iter().filter(|one| one.held).count();
    let (title, description) = (format!("{id}-t"), format!("{id}-d"));
    html! {
        svg.chart viewBox="0 0 480 122" role="img" aria-labelledby=(format!("{title} {description}")) {
            title id=(title) { "Past forecasts" }
            desc id=(description) { "The interval held what was won in " (held) " of " (tests.len()) " past periods." }
            @for tick in y.ticks() {
                line.grid x1="48" x2="476" y1=(y.at(tick)) y2=(y.at(tick)) {}
                text.tick x="42" y=(y.at(tick) + 4.0) text-anchor="end" { (short(tick)) }
            }
            // The latest comes first in the view and last in the drawing.
            @for (at, one) in tests.iter().rev().enumerate() {
                line.past x1=(place(at)) x2=(place(at)) y1=(y.at(one.lo)) y2=(y.at(one.hi)) {}
                circle.point cx=(place(at)) cy=(y.at(one.forecast)) r="4" {}
                @let (px, py) = (place(at), y.at(one.actual));
                path class=(if one.held { "actual" } else { "actual missed" })
                    d=(format!("M{px} {} l6 6 l-6 6 l-6 -6 z", py - 6.0)) {}
                text.tick x=(place(at)) y="116" text-anchor="middle" { (name(one)) }
            }
        }
    }
}

/// The name of a past period, in few letters.
fn name(one: &TestedView) -> String {
    let period = Period::of(&one.period.from, &one.period.to);
    let name = period.map_or_else(|| one.period.from.clone(), Period::name);
    match name.split_once("-Q") {
        Some((year, quarter)) => {
            format!("Q{quarter} {}", year.get(2..).unwrap_or(year))
        }
        None => name.get(2..7).unwrap_or(&name).to_owned(),
    }
}

/// Text at an edge runs inwards.
fn anchor(place: f64) -> &'static str {
    if place < 30.0 {
        "start"
    } else if place > WIDTH - 40.0 {
        "end"
    } else {
        "middle"
    }
}
