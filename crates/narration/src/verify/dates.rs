//! Days, weeks, months, quarters and years as they are written and as they are said.

use std::ops::Range;

use insights::text::{Anchor, MONTHS, Word, said_dates, said_week, weekday, words};
use jiff::ToSpan as _;
use jiff::civil::{Date, Weekday};

use super::numbers::{SCALE, quantities};

/// A point or stretch of the calendar that a text names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Moment {
    /// A day, worked out from the day of the call.
    Day(Date),
    /// A day and month; the year is not said.
    MonthDay(i8, i8),
    /// A day of some month.
    DayOfMonth(i8),
    Weekday(Weekday),
    /// The week that begins on this Monday.
    Week(Date),
    Month(i8),
    /// A quarter of the year, of a year where it is said or follows from "next".
    Quarter(Option<i16>, i8),
    HalfYear(i8),
    /// Spring is 1.
    Season(i8),
    Year(i16),
}

/// A moment and its words, by position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mention {
    pub(crate) moment: Moment,
    pub(crate) words: Range<usize>,
    /// Whether it is written out, so that it means the same on any day.
    pub(crate) is_written: bool,
}

/// Every moment that a text names. `last` is the date that was said before it.
pub(crate) fn mentions(text: &str, call: Date, last: Option<Date>) -> Vec<Mention> {
    let cut = words(text);
    let mut found = written(text, &cut);
    found.extend(periods(text, &cut, call));
    let is_free = |found: &[Mention], range: &Range<usize>| {
        found
            .iter()
            .all(|known| range.end <= known.words.start || known.words.end <= range.start)
    };
    for said in said_dates(&cut, Anchor { call, last }) {
        let range = said.start..said.end;
        let first = cut.get(said.start).map_or("", |word| word.lower.as_str());
        // "The month-end close" is no date.
        let is_period_end = range.len() == 2 && matches!(first, "month" | "quarter" | "week");
        if is_period_end || !is_free(&found, &range) {
            continue;
        }
        let named = cut.get(range.clone()).unwrap_or_default();
        let only = match named {
            [day] => Some(day),
            [lead, day] if matches!(lead.lower.as_str(), "on" | "the") => Some(day),
            _ => None,
        };
        let moment = match only.and_then(|word| weekday(&word.lower)) {
            Some(day) => Moment::Weekday(day),
            None if is_day_of_month(&cut, &range) => Moment::DayOfMonth(said.date.day()),
            None => Moment::Day(said.date),
        };
        found.push(Mention {
            moment,
            words: range,
            is_written: false,
        });
    }
    if let Some((monday, range)) = said_week(&cut, call)
        && is_free(&found, &range)
    {
        found.push(Mention {
            moment: Moment::Week(monday),
            words: range,
            is_written: false,
        });
    }
    found
}

/// Every day that a text can mean, resolved as listeners do, for comparison with a claim.
pub(crate) fn days(text: &str, call: Date, last: Option<Date>) -> Vec<Date> {
    let cut = words(text);
    let said = said_dates(&cut, Anchor { call, last });
    said.into_iter().map(|said| said.date).collect()
}

fn is_day_of_month(cut: &[Word], range: &Range<usize>) -> bool {
    let run = cut.get(range.clone()).unwrap_or_default();
    run.iter().all(|word| {
        let lower = word.lower.as_str();
        lower == "the"
            || ["st", "nd", "rd", "th"]
                .iter()
                .any(|end| lower.ends_with(end))
            || lower == "first"
            || lower == "second"
            || lower == "third"
            || lower == "twenty"
            || lower == "thirty"
    })
}

fn month(word: &str) -> Option<i8> {
    (1..).zip(MONTHS).find_map(|(n, name)| {
        let is_short = word.len() >= 3 && word.len() <= 4 && name.starts_with(word);
        (name == word || is_short).then_some(n)
    })
}

fn number(word: &str) -> Option<i8> {
    let digits = ["st", "nd", "rd", "th"]
        .iter()
        .find_map(|end| word.strip_suffix(end))
        .unwrap_or(word);
    digits.parse().ok().filter(|day| (1..=31).contains(day))
}

fn year(word: &str) -> Option<i16> {
    (word.len() == 4 && (word.starts_with("19") || word.starts_with("20")))
        .then(|| word.parse().ok())
        .flatten()
}

/// "2026-03-12", "12 March 2026", "March 12", "12th of March".
fn written(text: &str, cut: &[Word]) -> Vec<Mention> {
    let lower = |at: usize| cut.get(at).map_or("", |word| word.lower.as_str());
    let gap = |at: usize| {
        let (one, other) = (cut.get(at)?, cut.get(at + 1)?);
        text.get(one.bytes.end..other.bytes.start)
    };
    let mut found: Vec<Mention> = Vec::new();
    let mut at = 0;
    while at < cut.len() {
        let is_iso = gap(at) == Some("-") && gap(at + 1) == Some("-");
        let iso = year(lower(at)).filter(|_| is_iso).and_then(|y| {
            Date::new(y, lower(at + 1).parse().ok()?, lower(at + 2).parse().ok()?).ok()
        });
        let (moment, length) = if let Some(day) = iso {
            (Some(Moment::Day(day)), 3)
        } else if let Some((month, day, length)) = month_day(text, cut, at) {
            match year(lower(at + length)).and_then(|y| Date::new(y, month, day).ok()) {
                Some(date) => (Some(Moment::Day(date)), length + 1),
                None => (Some(Moment::MonthDay(month, day)), length),
            }
        } else {
            (None, 1)
        };
        if let Some(moment) = moment {
            found.push(Mention {
                moment,
                words: at..at + length,
                is_written: true,
            });
        }
        at += length;
    }
    found
}

fn month_day(text: &str, cut: &[Word], at: usize) -> Option<(i8, i8, usize)> {
    let lower = |at: usize| cut.get(at).map_or("", |word| word.lower.as_str());
    let is_capital = |at: usize| {
        cut.get(at)
            .and_then(|word| text.get(word.bytes.clone()))
            .is_some_and(|written| written.starts_with(char::is_uppercase))
    };
    // "May" and "march" are words as well.
    let named = |at: usize| month(lower(at)).filter(|_| lower(at) != "may" || is_capital(at));
    if let Some(month) = named(at) {
        let the = usize::from(lower(at + 1) == "the");
        let (day, length) = day_number(cut, at + 1 + the)?;
        return Some((month, day, 1 + the + length));
    }
    let (day, length) = day_number(cut, at)?;
    let of = usize::from(lower(at + length) == "of");
    Some((named(at + length + of)?, day, length + of + 1))
}

/// A day of the month in digits or as an ordinal in words, and how many words it takes.
fn day_number(cut: &[Word], at: usize) -> Option<(i8, usize)> {
    let lower = cut.get(at)?.lower.as_str();
    if let Some(day) = number(lower) {
        return Some((day, 1));
    }
    let run: Vec<&str> = cut
        .get(at..(at + 2).min(cut.len()))?
        .iter()
        .map(|word| word.lower.as_str())
        .collect();
    (1..=run.len()).rev().find_map(|length| {
        let phrase = run.get(..length)?.join(" ");
        let found = quantities(&phrase);
        let [only] = found.as_slice() else {
            return None;
        };
        let is_whole = only.words == (0..length);
        let day = i8::try_from(only.value / SCALE).ok()?;
        ((1..=31).contains(&day) && is_whole && only.unit == super::numbers::Unit::Ordinal)
            .then_some((day, length))
    })
}

/// Weeks, months, quarters, halves and years.
fn periods(text: &str, cut: &[Word], call: Date) -> Vec<Mention> {
    let lower = |at: usize| cut.get(at).map_or("", |word| word.lower.as_str());
    let taken = written(text, cut);
    let is_taken = |at: usize| taken.iter().any(|known| known.words.contains(&at));
    let mut found = Vec::new();
    for at in (0..cut.len()).filter(|at| !is_taken(*at)) {
        let step = match lower(at) {
            "this" => Some(0),
            "next" => Some(1),
            "last" | "previous" => Some(-1),
            _ => None,
        };
        let relative = step.and_then(|step| relative(lower(at + 1), step, call));
        let capital = cut
            .get(at)
            .and_then(|word| text.get(word.bytes.clone()))
            .is_some_and(|written| written.starts_with(char::is_uppercase));
        let nth = ["first", "second", "third", "fourth"]
            .iter()
            .position(|word| *word == lower(at))
            .and_then(|n| i8::try_from(n + 1).ok());
        let (moment, length) = if let Some(moment) = relative {
            (moment, 2)
        } else if let Some(n) = nth.filter(|_| lower(at + 1) == "quarter") {
            (Moment::Quarter(year(lower(at + 2)), n), 2)
        } else if let Some(n) = nth.filter(|n| *n <= 2 && lower(at + 1) == "half") {
            (Moment::HalfYear(n), 2)
        } else if let Some(n) = short(lower(at), 'q').filter(|n| *n <= 4) {
            (Moment::Quarter(year(lower(at + 1)), n), 1)
        } else if let Some(n) = short(lower(at), 'h').filter(|n| *n <= 2) {
            (Moment::HalfYear(n), 1)
        } else if let Some(n) = season(lower(at), at.checked_sub(1).map_or("", lower)) {
            (Moment::Season(n), 1)
        } else if let Some(y) = year(lower(at)) {
            (Moment::Year(y), 1)
        } else if let Some(n) = month(lower(at)).filter(|_| {
            capital
                && (!matches!(lower(at), "may" | "march" | "mar" | "sept" | "dec" | "jan")
                    || at > 0)
        }) {
            (Moment::Month(n), 1)
        } else {
            continue;
        };
        found.push(Mention {
            moment,
            words: at..at + length,
            is_written: false,
        });
    }
    found
}

fn season(word: &str, before: &str) -> Option<i8> {
    match word {
        "spring" => Some(1),
        "summer" => Some(2),
        "autumn" => Some(3),
        // To fall is a verb as well.
        "fall"
            if matches!(
                before,
                "the" | "this" | "last" | "next" | "in" | "by" | "until"
            ) =>
        {
            Some(3)
        }
        "winter" => Some(4),
        _ => None,
    }
}

fn short(word: &str, letter: char) -> Option<i8> {
    word.strip_prefix(letter)?.parse().ok().filter(|n| *n >= 1)
}

fn quarter_of(date: Date) -> (i16, i8) {
    (date.year(), (date.month() - 1) / 3 + 1)
}

fn relative(unit: &str, step: i64, call: Date) -> Option<Moment> {
    let monday = |date: Date| {
        let back = i64::from(date.weekday().to_monday_zero_offset());
        date.checked_sub(back.days()).ok()
    };
    Some(match unit {
        "week" => Moment::Week(monday(call.checked_add((7 * step).days()).ok()?)?),
        "month" => Moment::Month(
            call.first_of_month()
                .checked_add(step.months())
                .ok()?
                .month(),
        ),
        "quarter" => {
            let (y, n) = quarter_of(
                call.first_of_month()
                    .checked_add((3 * step).months())
                    .ok()?,
            );
            Moment::Quarter(Some(y), n)
        }
        "year" => Moment::Year(call.year().checked_add(i16::try_from(step).ok()?)?),
        _ => return None,
    })
}

/// What a text says about the calendar, to compare claims with.
#[derive(Clone, Debug, Default)]
pub(crate) struct Calendar {
    mentions: Vec<Moment>,
    days: Vec<Date>,
    known: Vec<Date>,
}

impl Calendar {
    /// Reads a sentence.
    pub(crate) fn read(&mut self, text: &str, call: Date) {
        let last = self.days.last().copied();
        let named = mentions(text, call, last);
        self.mentions
            .extend(named.iter().map(|mention| mention.moment));
        self.days.extend(days(text, call, last));
        for moment in &self.mentions {
            if let Moment::Day(day) = moment
                && !self.days.contains(day)
            {
                self.days.push(*day);
            }
        }
        for quantity in quantities(text) {
            let value = i16::try_from(quantity.value / SCALE).unwrap_or(0);
            if (1990..2100).contains(&value) {
                self.mentions.push(Moment::Year(value));
            }
        }
    }

    /// Knows a day that stands beside the words, such as the day of the call.
    pub(crate) fn know(&mut self, day: Date) {
        self.known.push(day);
    }

    /// Whether a day was named.
    pub(crate) fn has_day(&self, day: Date) -> bool {
        self.days.contains(&day)
    }

    /// Whether a claim may name these moments, each as often as they were said.
    pub(crate) fn supports_all(&self, claimed: &[Mention]) -> bool {
        claimed.iter().enumerate().all(|(at, mention)| {
            let moment = mention.moment;
            let earlier = claimed.get(..at).unwrap_or_default();
            let again = earlier.iter().filter(|one| one.moment == moment).count();
            let said = self.mentions.iter().filter(|one| **one == moment).count();
            self.supports(mention) && (again == 0 || said > again)
        })
    }

    /// Whether a claim may name this moment.
    pub(crate) fn supports(&self, claim: &Mention) -> bool {
        let moment = claim.moment;
        let is_known = claim.is_written && self.known.iter().any(|day| day_is_in(*day, moment));
        is_known
            || self.mentions.contains(&moment)
            || self.days.iter().any(|day| day_is_in(*day, moment))
            || self.mentions.iter().any(|said| fits(*said, moment))
    }
}

fn day_is_in(day: Date, claim: Moment) -> bool {
    match claim {
        Moment::Day(other) => day == other,
        Moment::MonthDay(month, number) => (day.month(), day.day()) == (month, number),
        Moment::DayOfMonth(number) => day.day() == number,
        Moment::Weekday(name) => day.weekday() == name,
        Moment::Week(monday) => (0..7).contains(&(day - monday).get_days()),
        Moment::Month(month) => day.month() == month,
        Moment::Quarter(year, n) => {
            let (of, quarter) = quarter_of(day);
            quarter == n && year.is_none_or(|year| year == of)
        }
        Moment::HalfYear(n) => (day.month() > 6) == (n == 2),
        Moment::Season(_) => false,
        Moment::Year(year) => day.year() == year,
    }
}

/// Whether what was said without a day allows what a claim says.
fn fits(said: Moment, claim: Moment) -> bool {
    match (said, claim) {
        (Moment::MonthDay(m, d), Moment::Day(day)) => (day.month(), day.day()) == (m, d),
        (Moment::MonthDay(m, _), Moment::Month(month)) => m == month,
        (Moment::MonthDay(_, d), Moment::DayOfMonth(day)) => d == day,
        (Moment::Quarter(a, one), Moment::Quarter(b, other)) => {
            one == other && (a.is_none() || b.is_none() || a == b)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn check(said: &str, claim: &str, is_supported: bool) {
        // A Tuesday.
        let call = date(2026, 3, 3);
        let mut calendar = Calendar::default();
        calendar.read(said, call);
        let claimed = mentions(claim, call, None);
        assert!(!claimed.is_empty(), "{claim} names no moment");
        let all = calendar.supports_all(&claimed);
        assert_eq!(
            all, is_supported,
            "{said} | {claim}: {claimed:?} of {calendar:?}"
        );
    }

    #[test]
    fn a_day_is_the_same_however_it_is_said() {
        for claim in [
            "on Friday",
            "on March 6",
            "on 6 March 2026",
            "by 2026-03-06",
            "on the 6th",
            "this week",
            "in March",
        ] {
            check("I'll send it Friday.", claim, true);
        }
        check("Let's say Thursday week.", "on Thursday 12 March", true);
        check("The twenty fourth works.", "on March 24", true);
        check("Tomorrow morning.", "on Wednesday", true);
        check("We go live on the third of June.", "on June 3rd", true);
        check("End of the quarter.", "by the end of Q1", true);
        check("In twenty twenty seven.", "in 2027", true);
        check("Next week some time.", "next week", true);
        check("Last fall.", "last autumn", true);
    }

    #[test]
    fn another_day_is_another_day() {
        for claim in [
            "on Thursday",
            "on March 7",
            "on 6 April",
            "by 2026-03-13",
            "on the 5th",
            "next week",
            "in April",
            "in Q2",
            "in 2027",
        ] {
            check("I'll send it Friday.", claim, false);
        }
        check("Let's say Thursday week.", "on Thursday 5 March", false);
        check("In the third quarter.", "in Q4", false);
        check("In June.", "in July", false);
        check("After the summer.", "after the winter", false);
    }
}
