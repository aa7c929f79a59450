//! Five numbers of the pipeline, each beside the periods before.

use std::cmp::Ordering;

use gong_app::views::{CurrencyPipelineView, PipelineView};
use gong_app::{Error, Why};
use maud::{Markup, html};

use crate::cells::{amount, percent, short, whole};
use crate::charts;
use crate::layout::empty;
use crate::period::Period;
use crate::visit::Visit;

/// As many periods before are drawn.
const BEFORE: usize = 4;

/// One tile.
struct Tile {
    name: &'static str,
    definition: &'static str,
    /// Which rows are behind it.
    set: &'static str,
    of: fn(&CurrencyPipelineView) -> Option<f64>,
    shown: fn(f64) -> String,
    /// Whether more is better; what slipped is not.
    more_is_better: bool,
}

const TILES: [Tile; 5] = [
    Tile {
        name: "Coverage",
        definition: "coverage",
        set: "open",
        of: |one| one.coverage,
        shown: |value| format!("{value:.1}×"),
        more_is_better: true,
    },
    Tile {
        name: "Win rate",
        definition: "win-rate",
        set: "closed",
        of: |one| one.win_rate.rate,
        shown: percent,
        more_is_better: true,
    },
    Tile {
        name: "Velocity a day",
        definition: "velocity",
        set: "closed",
        of: |one| one.velocity_per_day,
        shown: short,
        more_is_better: true,
    },
    Tile {
        name: "Average deal won",
        definition: "average",
        set: "won",
        of: |one| one.average_won,
        shown: short,
        more_is_better: true,
    },
    Tile {
        name: "Slipped",
        definition: "slipped",
        set: "slipped",
        of: |one| Some(amount(&one.slipped.amount)),
        shown: short,
        more_is_better: false,
    },
];

pub(super) async fn part(visit: Visit) -> Result<Markup, Error> {
    let view = visit.app.pipeline_of(&visit.outlook(Why::Unsaid)?).await?;
    let mut past = Vec::new();
    let mut period = Period::of(&view.period.from, &view.period.to);
    for _ in 0..BEFORE {
        period = period.and_then(Period::before);
        let Some(before) = period else { break };
        let mut request = visit.outlook(Why::Unsaid)?;
        request.period = Some(format!("{}..{}", before.from, before.to));
        past.push(visit.app.pipeline_of(&request).await?);
    }
    past.reverse();
    let mut currencies: Vec<&CurrencyPipelineView> = view.currencies.iter().collect();
    let size = |one: &CurrencyPipelineView| amount(&one.open.amount) + amount(&one.won.amount);
    currencies.sort_by(|one, other| size(other).total_cmp(&size(one)));
    Ok(html! {
        @for one in &currencies { (tiles(&visit, one, &past)) }
        @if currencies.is_empty() {
            (empty(&html! { p { "No deals are known as of this day. They come with the calls of a CRM that is connected to Gong, or by "
                code { "gongkit deals import FILE" } "." } }))
        }
        @if !view.unknown_stages.is_empty() {
            p.hint { "Stages that the settings do not name count as open: " (view.unknown_stages.join(", ")) "." }
        }
    })
}

fn tiles(visit: &Visit, one: &CurrencyPipelineView, past: &[PipelineView]) -> Markup {
    let before: Vec<Option<&CurrencyPipelineView>> = past
        .iter()
        .map(|view| {
            view.currencies
                .iter()
                .find(|it| it.currency == one.currency)
        })
        .collect();
    html! {
        h3.currency { (one.currency) }
        ul.tiles {
            @for tile in &TILES {
                @let now = (tile.of)(one);
                @let then: Vec<Option<f64>> = before.iter().map(|it| it.and_then(tile.of)).collect();
                (shown(visit, tile, one, now, &then))
            }
        }
    }
}

fn shown(
    visit: &Visit,
    tile: &Tile,
    one: &CurrencyPipelineView,
    now: Option<f64>,
    then: &[Option<f64>],
) -> Markup {
    let text = now.map_or_else(|| "–".to_owned(), tile.shown);
    let last = then.last().copied().flatten();
    let rows = visit.to(
        "/deals",
        [("set", tile.set), ("currency", one.currency.as_str())],
    );
    let about = visit.to(&format!("/definitions#{}", tile.definition), []);
    let line: Vec<Option<f64>> = then.iter().copied().chain([now]).collect();
    html! {
        li.tile {
            h4 { (tile.name) " " a.about href=(about) aria-label=(format!("What {} means", tile.name)) { "?" } }
            p.big { a href=(rows) { (text) } }
            (detail(tile, one))
            p.before {
                @match (now, last) {
                    (Some(now), Some(last)) => (change(tile, now, last)),
                    (_, Some(last)) => { "previous period " (((tile.shown)(last))) },
                    _ => "no previous period to compare with",
                }
            }
            (charts::spark(&line, &format!("{} over the last periods", tile.name)))
        }
    }
}

fn change(tile: &Tile, now: f64, last: f64) -> Markup {
    let (arrow, word, kind) = match (now.total_cmp(&last), tile.more_is_better) {
        (Ordering::Equal, _) => ("=", "the same as", "same"),
        (Ordering::Greater, true) => ("▲", "more than", "good"),
        (Ordering::Greater, false) => ("▲", "more than", "bad"),
        (Ordering::Less, true) => ("▼", "less than", "bad"),
        (Ordering::Less, false) => ("▼", "less than", "good"),
    };
    html! {
        span class=(kind) { span aria-hidden="true" { (arrow) } span.hidden { (word) } }
        " previous period " ((tile.shown)(last))
    }
}

/// What the number is made of.
fn detail(tile: &Tile, one: &CurrencyPipelineView) -> Markup {
    let rate = &one.win_rate;
    html! {
        p.detail {
            @match tile.definition {
                "coverage" => {
                    (short(amount(&one.open.amount))) " open"
                    @match &one.target {
                        Some(target) => { ", target " (short(amount(target))) },
                        None => ", no target set",
                    }
                },
                "win-rate" => {
                    (rate.part) " of " (rate.of) " closed"
                    @if let (Some(lo), Some(hi)) = (rate.lo, rate.hi) { ", " (percent(lo)) "–" (percent(hi)) }
                },
                "velocity" => {
                    @match one.days_to_win { Some(days) => { (whole(days)) " days to win" }, None => "no deal won" }
                },
                "average" => { (one.won.count) " won, " (short(amount(&one.won.amount))) },
                _ => { (one.slipped.count) " deals" },
            }
        }
    }
}
