//! Dates as people say them, worked out from the day of the call.
//!
//! "Friday" is the next Friday after the day of the call; "Thursday week" is the one after that;
//! "the twenty first" is the next day of the month of that number; "the Monday after" counts from
//! the date that was said last. What cannot be worked out ("next week", "soon") gives no date.

mod numbers;

use std::ops::Range;

use jiff::civil::{Date, Weekday};
use jiff::{Span, ToSpan};

pub use self::numbers::{MONTHS, ORDINALS};
use self::numbers::{NUMBERS, month, number, ordinal};
use super::Word;

/// A date that was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_structs,
    reason = "a date and its place are the meaning"
)]
pub struct SaidDate {
    /// The day.
    pub date: Date,
    /// The first of its words.
    pub start: usize,
    /// The word after its last.
    pub end: usize,
}

const WEEKDAYS: [(&str, Weekday); 7] = [
    ("monday", Weekday::Monday),
    ("tuesday", Weekday::Tuesday),
    ("wednesday", Weekday::Wednesday),
    ("thursday", Weekday::Thursday),
    ("friday", Weekday::Friday),
    ("saturday", Weekday::Saturday),
    ("sunday", Weekday::Sunday),
];

/// What is known while dates are read.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_structs, reason = "two days are the meaning")]
pub struct Anchor {
    /// The day of the call.
    pub call: Date,
    /// The date that was said last, for "the day after".
    pub last: Option<Date>,
}

/// Every date in a sentence, in order; each that is said moves "the day after" of the next.
pub fn said_dates(words: &[Word], anchor: Anchor) -> Vec<SaidDate> {
    let words: Vec<&str> = words.iter().map(|word| bare(&word.lower)).collect();
    let mut found = Vec::new();
    let mut anchor = anchor;
    let mut start = 0;
    while start < words.len() {
        match date_at(&words, start, anchor) {
            Some((date, length)) => {
                let end = start + length;
                found.push(SaidDate { date, start, end });
                anchor.last = Some(date);
                start = end;
            }
            None => start += 1,
        }
    }
    found
}

/// The Monday of a week that is named without a day: "next week", "the week of the twentieth".
pub fn said_week(words: &[Word], call: Date) -> Option<(Date, Range<usize>)> {
    let words: Vec<&str> = words.iter().map(|word| bare(&word.lower)).collect();
    (0..words.len()).find_map(|at| match rest(&words, at) {
        ["next", "week", ..] => Some((plus(monday_of(call), 7.days())?, at..at + 2)),
        ["week", "of" | "from", ..] => {
            let anchor = Anchor { call, last: None };
            let (day, length) = date_at(&words, at + 2, anchor)?;
            Some((monday_of(day), at..at + 2 + length))
        }
        _ => None,
    })
}

/// The weekday of that name, where the word is one.
pub fn weekday(word: &str) -> Option<Weekday> {
    let word = bare(word);
    let named = WEEKDAYS.iter().find(|(name, _)| {
        word == *name
            || word
                .strip_suffix('s')
                .is_some_and(|singular| singular == *name)
    });
    named.map(|&(_, day)| day)
}

/// The day of this name in the week that begins on this Monday.
pub fn in_week(monday: Date, day: Weekday) -> Option<Date> {
    plus(monday, i64::from(day.to_monday_zero_offset()).days())
}

fn bare(word: &str) -> &str {
    word.strip_suffix("'s").unwrap_or(word)
}

fn rest<'a, 'w>(words: &'a [&'w str], at: usize) -> &'a [&'w str] {
    words.get(at..).unwrap_or_default()
}

fn plus(date: Date, span: Span) -> Option<Date> {
    date.checked_add(span).ok()
}

fn monday_of(date: Date) -> Date {
    let back = i64::from(date.weekday().to_monday_zero_offset());
    date.checked_sub(back.days()).unwrap_or(date)
}

/// The first day of that name after a date.
fn next(date: Date, day: Weekday) -> Option<Date> {
    date.nth_weekday(1, day).ok()
}

fn last_of_month(date: Date) -> Date {
    date.last_of_month()
}

/// The date that begins at a word, and how many words it takes.
fn date_at(words: &[&str], at: usize, anchor: Anchor) -> Option<(Date, usize)> {
    let here = rest(words, at);
    let before = at
        .checked_sub(1)
        .and_then(|before| words.get(before))
        .copied();
    let call = anchor.call;
    by_named_day(here, before, anchor)
        .or_else(|| by_end_of_period(here, call))
        .or_else(|| by_distance(here, anchor))
        .or_else(|| by_weekday(here, anchor))
        .or_else(|| by_month(here, call))
        .or_else(|| by_day_of_month(here, call))
}

/// Today, tomorrow, the weekend.
fn by_named_day(here: &[&str], before: Option<&str>, anchor: Anchor) -> Option<(Date, usize)> {
    let call = anchor.call;
    let day = |n: i64| plus(call, n.days());
    Some(match here {
        ["the", "day", "after", "tomorrow", ..] => (day(2)?, 4),
        ["day", "after", "tomorrow", ..] => (day(2)?, 3),
        ["tomorrow", ..] => (day(1)?, 1),
        ["today" | "tonight" | "eod", ..] => (call, 1),
        ["this", "afternoon" | "evening", ..] => (call, 2),
        ["end", "of", "the", "day", ..] => (call, 4),
        ["as", "soon", "as", "we", "hang", "up", ..] => (call, 6),
        ["end", "of", "day", ..] | ["right", "after", "this", ..] => (call, 3),
        ["in", "the", "morning", ..] if before.is_none_or(is_no_day) => (day(1)?, 3),
        ["this" | "the", "weekend", ..] => (next(call, Weekday::Sunday)?, 2),
        ["the", "day", "after", ..] => (plus(anchor.last?, 1.day())?, 3),
        ["the", "day", "before", ..] => (plus(anchor.last?, (-1).days())?, 3),
        ["same", "day", "the", "week", "after", ..] => (plus(anchor.last?, 7.days())?, 5),
        ["the", "week", "after", ..] => (plus(anchor.last?, 7.days())?, 3),
        _ => return None,
    })
}

/// "Tuesday in the morning" and "three in the morning" name another day than tomorrow.
fn is_no_day(before: &str) -> bool {
    let is_number = NUMBERS.contains(&before) || before.chars().all(|c| c.is_ascii_digit());
    weekday(before).is_none() && !is_number && before != "early"
}

/// The end of a week, month or quarter.
fn by_end_of_period(here: &[&str], call: Date) -> Option<(Date, usize)> {
    let friday = |monday: Date| in_week(monday, Weekday::Friday);
    let this_friday = || {
        let friday = friday(monday_of(call))?;
        if friday < call {
            plus(friday, 7.days())
        } else {
            Some(friday)
        }
    };
    let (period, used) = match here {
        ["end", "of", "the" | "this", period @ ..] => (period, 3),
        ["end", "of", period @ ..] => (period, 2),
        ["month" | "quarter" | "week", "end", ..] => (here, 1),
        _ => return None,
    };
    let extra = usize::from(matches!(period, ["next", ..]));
    let (date, length) = match period {
        ["week", ..] => (this_friday()?, 1),
        ["next", "week", ..] => (friday(plus(monday_of(call), 7.days())?)?, 1),
        ["month", ..] => (last_of_month(call), 1),
        ["next", "month", ..] => (last_of_month(plus(call, 1.month())?), 1),
        ["quarter", ..] => (end_of_quarter(call)?, 1),
        ["next", "quarter", ..] => (end_of_quarter(plus(end_of_quarter(call)?, 1.day())?)?, 1),
        ["year", ..] => (Date::new(call.year(), 12, 31).ok()?, 1),
        [name, ..] => (last_of_month(month_day(call, month(name)?, 1)?), 1),
        [] => return None,
    };
    Some((date, used + extra + length))
}

fn end_of_quarter(date: Date) -> Option<Date> {
    let month = (date.month() - 1) / 3 * 3 + 3;
    Some(Date::new(date.year(), month, 1).ok()?.last_of_month())
}

/// "In two weeks", "give me a week", "a week from Friday", "two weeks after that".
fn by_distance(here: &[&str], anchor: Anchor) -> Option<(Date, usize)> {
    let (count, used, lead) = match here {
        ["in" | "within", "a", "couple", "of", ..] => (2, 4, true),
        ["in" | "within", "a" | "one", ..] => (1, 2, true),
        ["give", "me" | "us", "a" | "one", ..] => (1, 3, true),
        ["a", "couple", "of", ..] => (2, 3, false),
        ["in" | "within", word, ..] => (number(word)?, 2, true),
        ["give", "me" | "us", word, ..] => (number(word)?, 3, true),
        ["a", ..] => (1, 1, false),
        [word, ..] => (number(word)?, 1, false),
        [] => return None,
    };
    let unit = *here.get(used)?;
    let span = match unit {
        "day" | "days" => count.days(),
        "week" | "weeks" => (count * 7).days(),
        "fortnight" => 14.days(),
        "month" | "months" => count.months(),
        _ => return None,
    };
    let used = used + 1;
    match rest(here, used) {
        ["from", "today" | "now", ..] => Some((plus(anchor.call, span)?, used + 2)),
        ["after", "that", ..] => Some((plus(anchor.last?, span)?, used + 2)),
        ["from" | "on", tail @ ..] => {
            let (from, length) =
                by_weekday(tail, anchor).or_else(|| by_named_day(tail, None, anchor))?;
            Some((plus(from, span)?, used + 1 + length))
        }
        ["ago" | "later" | "before" | "earlier", ..] => None,
        _ if lead => Some((plus(anchor.call, span)?, used)),
        _ => None,
    }
}

/// "Friday", "next Friday", "Friday week", "Friday the third", "the Friday after".
fn by_weekday(here: &[&str], anchor: Anchor) -> Option<(Date, usize)> {
    let call = anchor.call;
    let (lead, tail) = match here {
        ["next", "week", "on", tail @ ..] | ["next", "week", tail @ ..] | ["next", tail @ ..]
            if starts_with_weekday(tail) =>
        {
            ("next", tail)
        }
        ["this" | "the" | "on" | "coming", tail @ ..] if starts_with_weekday(tail) => ("", tail),
        ["first" | "last", tail @ ..] if starts_with_weekday(tail) => (here[0], tail),
        _ => ("", here),
    };
    let used = here.len() - tail.len();
    let day = weekday(tail.first()?)?;
    let coming = next(call, day)?;
    let after = rest(tail, 1);
    if matches!(lead, "first" | "last") {
        let ["in" | "of", name, ..] = after else {
            return None;
        };
        let first = month_day(call, month(name)?, 1)?;
        let nth = if lead == "first" { 1 } else { -1 };
        return Some((first.nth_weekday_of_month(nth, day).ok()?, used + 3));
    }
    if let Some((date, length)) = numbered(after, call, day) {
        return Some((date, used + 1 + length));
    }
    let (date, length) = match after {
        ["week", ..] => (plus(coming, 7.days())?, 1),
        ["of", "next", "week", ..] => (in_week(plus(monday_of(call), 7.days())?, day)?, 3),
        ["next", "week", ..] => (in_week(plus(monday_of(call), 7.days())?, day)?, 2),
        ["after", "next", ..] => (plus(coming, 7.days())?, 2),
        ["after" | "following", ..] | ["that", "follows", ..] if anchor.last.is_some() => {
            (next(anchor.last?, day)?, 1)
        }
        ["before", ..] if anchor.last.is_some() => {
            let last = anchor.last?;
            (last.nth_weekday(-1, day).ok()?, 1)
        }
        _ if lead == "next" => (in_week(plus(monday_of(call), 7.days())?, day)?, 0),
        _ => (coming, 0),
    };
    Some((date, used + 1 + length))
}

fn starts_with_weekday(words: &[&str]) -> bool {
    words.first().is_some_and(|word| weekday(word).is_some())
}

/// The number after a weekday: "the third", "the third of June", "June third".
fn numbered(after: &[&str], call: Date, day: Weekday) -> Option<(Date, usize)> {
    if let Some(found) = by_month(after, call) {
        return Some(found);
    }
    let used = usize::from(after.first() == Some(&"the"));
    let (number, length) = ordinal(rest(after, used))?;
    let mut date = upcoming(call, number)?;
    for _ in 0..4 {
        if date.weekday() == day {
            break;
        }
        date = upcoming(plus(date, 1.day())?, number)?;
    }
    let fits = date.weekday() == day;
    let date = if fits { date } else { upcoming(call, number)? };
    Some((date, used + length))
}

/// "The third of June", "June third", "June 3", "third of June".
fn by_month(here: &[&str], call: Date) -> Option<(Date, usize)> {
    let used = usize::from(here.first() == Some(&"the"));
    let tail = rest(here, used);
    if let Some((day, length)) = ordinal(tail) {
        let ["of", name, ..] = rest(tail, length) else {
            return None;
        };
        return Some((month_day(call, month(name)?, day)?, used + length + 2));
    }
    if used == 1 {
        return None;
    }
    let name = month(tail.first()?)?;
    let the = usize::from(tail.get(1) == Some(&"the"));
    let digits = || {
        let day = tail.get(1)?.parse().ok().filter(|n| (1..=31).contains(n))?;
        Some((day, 1))
    };
    let (day, length) = ordinal(rest(tail, 1 + the)).or_else(digits)?;
    Some((month_day(call, name, day)?, 1 + the + length))
}

/// "The twenty first", unless it counts something else ("the second page").
fn by_day_of_month(here: &[&str], call: Date) -> Option<(Date, usize)> {
    let ["the", tail @ ..] = here else {
        return None;
    };
    let (day, length) = ordinal(tail)?;
    let ends = match rest(tail, length).first() {
        None => true,
        Some(&word) => [
            "and",
            "at",
            "for",
            "in",
            "then",
            "is",
            "or",
            "if",
            "work",
            "works",
            "would",
            "will",
            "it",
            "that",
            "suits",
            "but",
            "so",
            "with",
            "to",
            "we",
            "i",
            "you",
            "he",
            "she",
            "perfect",
            "super",
            "lovely",
            "great",
            "first",
            "on",
            "before",
            "after",
            "they",
            "not",
            "eleven",
            "ten",
            "nine",
            "noon",
            "morning",
            "afternoon",
            "should",
            "okay",
            "instead",
            "please",
        ]
        .contains(&word),
    };
    let is_small = day <= 3 && !rest(tail, length).is_empty();
    if !ends || is_small && rest(tail, length).first() != Some(&"then") {
        return None;
    }
    Some((upcoming(call, day)?, 1 + length))
}

/// That day of that month, in the year that makes it come after the call (or a month before).
fn month_day(call: Date, month: i8, day: i8) -> Option<Date> {
    let date = Date::new(call.year(), month, day).ok()?;
    let floor = plus(call, (-30).days())?;
    if date < floor {
        Date::new(call.year() + 1, month, day).ok()
    } else {
        Some(date)
    }
}

/// The next day of that number, the day itself included.
fn upcoming(from: Date, day: i8) -> Option<Date> {
    let mut first = from.first_of_month();
    for _ in 0..13 {
        let date = Date::new(first.year(), first.month(), day).ok();
        if let Some(date) = date.filter(|date| *date >= from) {
            return Some(date);
        }
        first = plus(first, 1.month())?;
    }
    None
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::text::words;

    /// From Tuesday 3 March 2026, after somebody said Thursday 12 March.
    fn dates(text: &str) -> Vec<String> {
        let anchor = Anchor {
            call: date(2026, 3, 3),
            last: Some(date(2026, 3, 12)),
        };
        let found = said_dates(&words(text), anchor);
        found
            .iter()
            .map(|said| said.date.strftime("%m-%d").to_string())
            .collect()
    }

    fn check(text: &str, expected: &[&str]) {
        assert_eq!(dates(text), expected, "{text}");
    }

    #[test]
    fn days_near_the_call() {
        check("You'll have it today.", &["03-03"]);
        check("I'll do it tonight or tomorrow.", &["03-03", "03-04"]);
        check("The day after tomorrow, then.", &["03-05"]);
        check("By end of day.", &["03-03"]);
        check("You'd have it in the morning.", &["03-04"]);
        check("Thursday in the morning.", &["03-05"]);
        check("Three in the morning.", &[]);
        check("This weekend I look at it.", &["03-08"]);
    }

    #[test]
    fn weekdays() {
        check("I'll send it Friday.", &["03-06"]);
        check("Friday's fine.", &["03-06"]);
        check("Tuesday works.", &["03-10"]);
        check("Thursday week.", &["03-12"]);
        check("A week on Friday.", &["03-13"]);
        check("A week from Friday.", &["03-13"]);
        check("Next Friday.", &["03-13"]);
        check("Friday of next week.", &["03-13"]);
        check("Next week Monday.", &["03-09"]);
        check("The Monday after, then.", &["03-16"]);
        check("The Friday before.", &["03-06"]);
        check("First Tuesday in April.", &["04-07"]);
        check("The last Friday of April.", &["04-24"]);
        check("Mondays are bad.", &["03-09"]);
    }

    #[test]
    fn days_of_the_month() {
        check("Wednesday the twenty fifth, perfect.", &["03-25"]);
        check("Friday the third.", &["04-03"]);
        check("Thursday the 12th at ten.", &["03-12"]);
        check("By the tenth.", &["03-10"]);
        check("The twenty fourth, please.", &["03-24"]);
        check("It's the thirty first.", &["03-31"]);
        check("The second copy is in Ohio.", &[]);
        check("Around the seventh of April.", &["04-07"]);
        check("April seventh.", &["04-07"]);
        check("April 7 works.", &["04-07"]);
        check("First of February.", &["02-01"]);
        check("The fifth of January.", &["01-05"]);
    }

    #[test]
    fn distances_and_ends() {
        check("Give me a week.", &["03-10"]);
        check("In two weeks.", &["03-17"]);
        check("In a fortnight.", &["03-17"]);
        check("A week from today.", &["03-10"]);
        check("Two weeks after that.", &["03-26"]);
        check("The day after.", &["03-13"]);
        check("Same day the week after.", &["03-19"]);
        check("By the end of the week.", &["03-06"]);
        check("By end of next week.", &["03-13"]);
        check("By the end of the month.", &["03-31"]);
        check("End of April.", &["04-30"]);
        check("End of the quarter.", &["03-31"]);
        check("We sent it two weeks ago.", &[]);
        check("It takes two weeks.", &[]);
        check("Next week.", &[]);
    }

    #[test]
    fn a_week_without_a_day_is_remembered() {
        let week = |text| said_week(&words(text), date(2026, 3, 3)).map(|(monday, _)| monday);
        assert_eq!(week("Sometime next week?"), Some(date(2026, 3, 9)));
        assert_eq!(
            week("The week of the twenty third."),
            Some(date(2026, 3, 23))
        );
        assert_eq!(week("Every week."), None);
        assert_eq!(
            in_week(date(2026, 3, 9), Weekday::Thursday),
            Some(date(2026, 3, 12))
        );
    }
}
