//! What customers say, counted by calls: a period beside as many days before it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use access::{Operation, Permission};
use conversation::{CallId, Citation, Side};
use insights::Kind;
use insights::inference::Tally;
use insights::pipeline::SalesPeriod;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::Error;
use crate::app::App;
use crate::numbers::{Figured, Makers};
use crate::views::{HeardView, PeriodView, RateView, ThemeView, in_seconds, neutral};

use super::evidence::Words;
use super::pipeline::{period_view, rate_view};
use super::{OutlookRequest, Why};

/// What is counted: sentences of the customer's.
const KINDS: [Kind; 4] = [
    Kind::Objection,
    Kind::RedFlag,
    Kind::Pain,
    Kind::BuyingSignal,
];

/// Sentences shown of a theme, the newest first.
const MOST_QUOTES: usize = 3;

/// A stretch of time, the end not included.
#[derive(Clone, Copy)]
struct Stretch {
    from: Timestamp,
    to: Timestamp,
}

/// A theme and the sentences it was heard in, in which calls.
#[derive(Default)]
struct Theme {
    lately: BTreeSet<CallId>,
    before: BTreeSet<CallId>,
    /// Of the period only, each with the start of its call.
    places: Vec<(Timestamp, Citation)>,
}

impl App {
    /// Shows what customers said in a period up to an instant, and in as many days before it. Calls
    /// are counted, not mentions, over the figures of calls; only quoted ones are read.
    pub async fn heard(&self, request: &OutlookRequest) -> Result<HeardView, Error> {
        let work = async {
            let archive = Arc::clone(self.existing_archive().await?);
            let scope = self.scope_of(Operation::FINDINGS, false)?.without_private();
            let as_of = request.as_of.unwrap_or_else(|| self.now());
            let period = request.period(as_of)?;
            let (now, before) = stretches(period, as_of);
            let makers = self.makers(archive.as_ref()).await?;
            let figures = self.figures(&archive, &scope, &makers).await?;
            let with_words = |within: Stretch| {
                let all = figures.iter().filter(|one| one.numbers.talk.is_some());
                let count = all.filter(|one| within.holds(one.started)).count();
                u32::try_from(count).unwrap_or(u32::MAX)
            };
            let themes = themes(&figures, &makers, now, before);
            let sight = self.sight_of(Permission::InsightsRead, false)?;
            let is_said = request.why.is_said();
            let quoted = themes.values().flat_map(|theme| &theme.places);
            let quoted = quoted.filter(|_| is_said).map(|(_, place)| place);
            let words = Words::of(archive.as_ref(), &sight, quoted).await?;
            let (of, of_before) = (with_words(now), with_words(before));
            let view = |((kind, about), theme): (&(Kind, String), &Theme)| ThemeView {
                kind: kind.as_str(),
                about: Some(about.clone()).filter(|about| !about.is_empty()),
                lately: share(theme.lately.len(), of),
                before: share(theme.before.len(), of_before),
                call_ids: rows(&theme.lately, request.why),
                call_ids_before: rows(&theme.before, request.why),
                quotes: theme
                    .places
                    .iter()
                    .filter(|_| is_said)
                    .filter_map(|(_, place)| words.moment(place))
                    .collect(),
            };
            let mut themes: Vec<ThemeView> = themes.iter().map(view).collect();
            themes.sort_by_key(|one| std::cmp::Reverse((one.lately.part, one.before.part)));
            Ok(HeardView {
                as_of: in_seconds(as_of),
                period: period_view(period),
                compared_with: PeriodView {
                    from: day(before.from),
                    to: day(before.to),
                },
                with_transcript: of,
                with_transcript_before: of_before,
                themes,
            })
        };
        let asked = format!("heard {request:?}");
        let seen = |view: &HeardView| {
            let quotes = view.themes.iter().flat_map(|theme| &theme.quotes);
            quotes.map(|quote| quote.call.clone()).collect()
        };
        self.reading(Operation::FINDINGS, &asked, Box::pin(work), seen)
            .await
    }
}

/// The ids of calls, if asked why.
fn rows(calls: &BTreeSet<CallId>, why: Why) -> Vec<String> {
    let calls = calls.iter().filter(|_| why.is_said());
    calls.map(|call| neutral(call.as_str())).collect()
}

/// The part of the period that has passed, and as long a time before it.
fn stretches(period: SalesPeriod, as_of: Timestamp) -> (Stretch, Stretch) {
    let (from, end) = (start_of(period.from()), start_of(period.to()));
    let to = end.min(as_of).max(from);
    let length = to.duration_since(from);
    let before = from.checked_sub(length).unwrap_or(Timestamp::MIN);
    let past = Stretch {
        from: before,
        to: from,
    };
    (Stretch { from, to }, past)
}

impl Stretch {
    fn holds(self, at: Timestamp) -> bool {
        self.from <= at && at < self.to
    }
}

pub(super) fn start_of(day: Date) -> Timestamp {
    let start = TimeZone::UTC.to_timestamp(day.at(0, 0, 0, 0));
    start.unwrap_or(Timestamp::MAX)
}

fn day(at: Timestamp) -> String {
    TimeZone::UTC.to_datetime(at).date().to_string()
}

fn themes(
    figures: &[Figured],
    makers: &Makers,
    now: Stretch,
    before: Stretch,
) -> BTreeMap<(Kind, String), Theme> {
    let mut themes: BTreeMap<(Kind, String), Theme> = BTreeMap::new();
    for figured in figures {
        let (is_now, is_before) = (now.holds(figured.started), before.holds(figured.started));
        if !(is_now || is_before) {
            continue;
        }
        let call = makers.deal_call(figured);
        let theirs = call
            .remarks()
            .iter()
            .filter(|one| KINDS.contains(&one.kind()) && one.place().side == Side::Theirs);
        for remark in theirs {
            let key = (remark.kind(), remark.value().fixed());
            let theme = themes.entry(key).or_default();
            if is_before {
                theme.before.insert(call.call.clone());
                continue;
            }
            theme.lately.insert(call.call.clone());
            theme.places.push((figured.started, remark.place().clone()));
        }
    }
    for theme in themes.values_mut() {
        theme
            .places
            .sort_by_key(|(started, _)| std::cmp::Reverse(*started));
        theme.places.truncate(MOST_QUOTES);
    }
    themes
}

fn share(part: usize, of: u32) -> RateView {
    let won = u32::try_from(part).unwrap_or(u32::MAX).min(of);
    rate_view(Tally {
        won,
        lost: of - won,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_running_period_is_compared_with_as_many_days_and_a_past_one_with_as_long_a_time() {
        let check = |as_of: &str, expected: [&str; 4]| {
            let day = "2026-04-01".parse().expect("a day");
            let period = SalesPeriod::quarter_of(day).expect("a quarter");
            let (now, before) = stretches(period, as_of.parse().expect("an instant"));
            let told = [before.from, before.to, now.from, now.to].map(super::day);
            assert_eq!(told, expected);
        };
        check(
            "2026-05-01T00:00:00Z",
            ["2026-03-02", "2026-04-01", "2026-04-01", "2026-05-01"],
        );
        check(
            "2026-09-01T00:00:00Z",
            ["2025-12-31", "2026-04-01", "2026-04-01", "2026-07-01"],
        );
    }
}
