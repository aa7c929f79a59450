//! The pipeline and the forecast of a period, competitors, and coaching.

use std::fmt::Write as _;

use gong_app::views::{
    CoachView, CoachedView, CompetitorView, CompetitorsView, CurrencyForecastView,
    CurrencyPipelineView, ForecastView, MeasureView, PipelineView, RateView, SumView,
};

use super::risk::{moment, recall};
use super::table;

/// Each currency, then what became of deals in each stage.
pub(crate) fn pipeline(view: &PipelineView) -> String {
    let mut text = format!(
        "{} to {}, as of {}\n\n",
        view.period.from, view.period.to, view.as_of
    );
    if view.currencies.is_empty() {
        text.push_str("no deal with an amount\n");
    }
    for one in &view.currencies {
        text.push_str(&currency(one));
    }
    let stages = view.conversion.iter().map(|one| {
        vec![
            one.stage.clone(),
            rate(&one.went_on),
            one.undecided.to_string(),
            one.went_on_deals.join(" "),
            one.lost_deals.join(" "),
        ]
    });
    text.push_str(&table(&["stage", "went on", "undecided", "", ""], stages));
    for stage in &view.unknown_stages {
        let _ = write!(
            text,
            "\nstage {stage}: pipeline.stages, won and lost do not name it; its deals count as open"
        );
    }
    text
}

fn currency(one: &CurrencyPipelineView) -> String {
    let target = one.target.clone().unwrap_or_else(|| "none set".to_owned());
    let number = |value: Option<f64>, unit: &str| {
        value.map_or_else(|| "–".to_owned(), |value| format!("{value:.1}{unit}"))
    };
    let rows = [
        ("won", sum(&one.won)),
        ("open, closing in it", sum(&one.open)),
        ("target", target),
        ("coverage", number(one.coverage, " × what is missing")),
        ("slipped", sum(&one.slipped)),
        ("win rate", rate(&one.win_rate)),
        ("average won", number(one.average_won, "")),
        ("days to win (median)", number(one.days_to_win, "")),
        ("velocity a day", number(one.velocity_per_day, "")),
        ("won deals", one.won_deals.join(" ")),
        ("lost deals", one.lost_deals.join(" ")),
    ];
    let rows = rows.into_iter().filter(|(_, value)| !value.is_empty());
    let rows = rows.map(|(name, value)| vec![name.to_owned(), value]);
    format!("{}\n{}\n\n", one.currency, table(&[], rows))
}

fn sum(sum: &SumView) -> String {
    format!(
        "{} ({} deals) {}",
        sum.amount,
        sum.count,
        sum.deals.join(" ")
    )
    .trim()
    .to_owned()
}

fn rate(rate: &RateView) -> String {
    match (rate.rate, rate.lo, rate.hi) {
        (Some(value), Some(lo), Some(hi)) => format!(
            "{:.0} % ({:.0}–{:.0}) of {}",
            100.0 * value,
            100.0 * lo,
            100.0 * hi,
            rate.of
        ),
        _ => "–".to_owned(),
    }
}

/// The number of each currency with its interval, then how far off earlier forecasts were.
pub(crate) fn forecast(view: &ForecastView) -> String {
    let mut text = format!(
        "{} to {}, as of {}\n\n",
        view.period.from, view.period.to, view.as_of
    );
    if let Some(refused) = &view.refused {
        text.push_str(refused);
        return text;
    }
    for one in &view.currencies {
        text.push_str(&currency_forecast(one));
    }
    let chances = view.chances.iter().map(|one| {
        vec![
            one.stage.clone(),
            format!(
                "{:.0} % ({:.0}–{:.0})",
                100.0 * one.chance,
                100.0 * one.lo,
                100.0 * one.hi
            ),
            format!("{} of {} won in time", one.won, one.of),
        ]
    });
    let periods = view.past_periods.unwrap_or_default();
    let passed = 100.0 * view.elapsed.unwrap_or_default();
    let _ = writeln!(
        text,
        "chances with {passed:.0} % of the period passed, over {periods} past periods"
    );
    text.push_str(&table(&["stage", "chance", ""], chances));
    let _ = write!(text, "\n\ncounted from {}", view.counted_from);
    text
}

fn currency_forecast(one: &CurrencyForecastView) -> String {
    let mut text = format!(
        "{} {:.0}  (80 % interval {:.0} to {:.0})\n",
        one.currency, one.forecast, one.lo, one.hi
    );
    let _ = writeln!(
        text,
        "  won {}, {} open deals weighted {:.0}, expected new {:.0}",
        sum(&one.won),
        one.open,
        one.weighted,
        one.expected_new
    );
    if let Some(target) = &one.target {
        let _ = writeln!(text, "  target {target}");
    }
    for deal in &one.open_deals {
        let _ = writeln!(
            text,
            "    {} {:.0} · {:.0} % ({})",
            deal.id,
            deal.amount,
            100.0 * deal.chance,
            deal.stage
        );
    }
    if one.back_test.is_empty() {
        text.push_str("  no past period can be forecast again: too little came before it\n\n");
        return text;
    }
    let rows = one.back_test.iter().map(|tested| {
        vec![
            tested.period.from.clone(),
            format!("{:.0}", tested.forecast),
            format!("{:.0} to {:.0}", tested.lo, tested.hi),
            format!("{:.0}", tested.actual),
            tested.error.map_or_else(
                || "–".to_owned(),
                |error| format!("{:+.0} %", 100.0 * error),
            ),
            if tested.held { "held" } else { "missed" }.to_owned(),
        ]
    });
    text.push_str(&table(
        &[
            "past period",
            "forecast",
            "80 % interval",
            "won",
            "error",
            "",
        ],
        rows,
    ));
    let error = one
        .mean_error
        .map_or_else(|| "–".to_owned(), |error| format!("{:.0} %", 100.0 * error));
    let _ = writeln!(
        text,
        "\n  the interval held {} of {}; mean error {error}\n",
        one.held,
        one.back_test.len()
    );
    text
}

/// One block a competitor.
pub(crate) fn competitors(view: &CompetitorsView) -> String {
    let mut text = String::new();
    if view.competitors.is_empty() {
        text.push_str("no watched competitor was heard; `gongkit trackers competitors FILE` says whom to watch\n\n");
    }
    for one in &view.competitors {
        text.push_str(&competitor(one, view.days));
    }
    let _ = write!(
        text,
        "without any: won {}; {} win rates compared; {} of {} calls have a transcript; as of {}",
        rate(&view.without),
        view.tested,
        view.with_transcript,
        view.known,
        view.as_of
    );
    if let Some(of) = &view.recall {
        let _ = write!(text, "\n{}", recall(of));
    }
    text
}

fn competitor(one: &CompetitorView, days: u32) -> String {
    let stances: Vec<String> = one
        .stances
        .iter()
        .map(|stance| format!("{} {}", stance.deals, stance.stance))
        .collect();
    let list = |list: &[String]| {
        if list.is_empty() {
            "–".to_owned()
        } else {
            list.join(", ")
        }
    };
    let mut text = format!("{}: {} deals, {} calls\n", one.name, one.deals, one.calls);
    let rows = [
        ("worth", list(&one.amounts)),
        ("open", list(&one.open_amounts)),
        ("stance by deal", list(&stances)),
        (
            "calls",
            format!(
                "{} in {days} days, before {}",
                rate(&one.lately),
                rate(&one.before)
            ),
        ),
        ("won", rate(&one.win_rate)),
        ("against none", one.against_none.clone()),
        ("deals", one.deal_ids.join(" ")),
        ("in calls", one.call_ids.join(" ")),
    ];
    let rows = rows.into_iter().filter(|(_, value)| !value.is_empty());
    text.push_str(&table(
        &[],
        rows.map(|(name, value)| vec![name.to_owned(), value]),
    ));
    text.push('\n');
    one.quotes
        .iter()
        .for_each(|quote| text.push_str(&moment(quote)));
    text.push('\n');
    text
}

/// Each sort of call: what to try first, then every number beside the band.
pub(crate) fn coach(view: &CoachView) -> String {
    let name = view.rep.as_deref().unwrap_or(&view.rep_user_id);
    let mut text = format!("{name}, as of {}\n", view.as_of);
    for one in &view.call_types {
        text.push_str(&coached(one));
    }
    for of in &view.recalls {
        let _ = writeln!(text, "\n{}", recall(of));
    }
    text.push_str("\nno score, and not for decisions about pay");
    text
}

fn coached(one: &CoachedView) -> String {
    let mut text = format!("\n{}: {} calls\n", one.call_type, one.calls);
    if let Some(refused) = &one.refused {
        let _ = writeln!(text, "  {refused}");
        return text;
    }
    for tip in &one.recommendations {
        let _ = writeln!(text, "  try {} {}; look at", tip.towards, tip.metric);
        tip.moments
            .iter()
            .for_each(|place| text.push_str(&moment(place)));
        if let Some(example) = &tip.example {
            text.push_str("      a colleague's\n");
            text.push_str(&moment(example));
        }
    }
    if one.recommendations.is_empty() {
        text.push_str("  nothing lies outside the team's middle half for sure\n");
    }
    let rows = one.measures.iter().map(measure);
    let reps = one.reps.unwrap_or_default();
    let band = format!("middle half of {reps} reps");
    text.push_str(&table(
        &["metric", "own", "drawn to the team (95 %)", &band, "calls"],
        rows,
    ));
    text.push('\n');
    text
}

fn measure(one: &MeasureView) -> Vec<String> {
    vec![
        one.metric.to_owned(),
        format!("{:.2}", one.own),
        format!("{:.2} ({:.2}–{:.2})", one.value, one.lo, one.hi),
        format!("{:.2}–{:.2}", one.band_lo, one.band_hi),
        format!("{} {}", one.calls, one.call_ids.join(" "))
            .trim()
            .to_owned(),
    ]
}
