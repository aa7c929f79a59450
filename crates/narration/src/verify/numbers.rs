//! Numbers as they are written and as they are said, with what they count.

mod cardinal;
mod ranges;

use std::ops::Range;

use insights::text::{ORDINALS, Word, stem, words};

use self::cardinal::cardinal;
pub(crate) use self::cardinal::{SCALE, whole};
use crate::words::{bare, is_content, is_empty};

/// What a number is of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    /// Nothing, or the noun that follows.
    Plain,
    /// Money, of a currency where it is named.
    Money(Option<&'static str>),
    Percent,
    /// Minutes of a day; whether it is said to be before or after noon.
    Clock(Option<bool>),
    /// Minutes.
    Minutes,
    /// Months.
    Months,
    /// "Twice", "3x".
    Times,
    /// "The third".
    Ordinal,
}

/// A number in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Quantity {
    /// Its value, times [`SCALE`].
    pub(crate) value: i128,
    pub(crate) unit: Unit,
    /// The stem of the noun it counts, where one follows.
    pub(crate) noun: Option<String>,
    /// Its words, by position.
    pub(crate) words: Range<usize>,
    /// Whether it is only one of several ways to read what was said.
    pub(crate) is_reading: bool,
    /// Whether its scale (thousand, million) was said.
    pub(crate) is_scaled: bool,
}

/// Every number of a text, in order; where words can be read in several ways, all of them.
pub(crate) fn quantities(text: &str) -> Vec<Quantity> {
    let cut = words(text);
    let mut found = Vec::new();
    let mut at = 0;
    while at < cut.len() {
        let quantity = clock_words(&cut, at)
            .or_else(|| fraction(&cut, at))
            .or_else(|| counted(text, &cut, at));
        match quantity {
            Some(quantity) => {
                at = quantity.words.end.max(at + 1);
                found.push(quantity);
            }
            None => at += 1,
        }
    }
    ranges::inherit(text, &cut, &mut found);
    let readings = ranges::readings(text, &cut, &found);
    found.extend(readings);
    found
}

/// A number with its unit.
fn counted(text: &str, cut: &[Word], at: usize) -> Option<Quantity> {
    let word = cut.get(at)?;
    if let Some(times) = match word.lower.as_str() {
        "twice" | "double" | "doubled" | "doubles" => Some(2),
        "thrice" | "triple" | "tripled" | "triples" => Some(3),
        _ => None,
    } {
        return Some(plain(times * SCALE, Unit::Times, at..at + 1));
    }
    if let Some((value, length)) = ordinal(cut, at) {
        let mut quantity = plain(value, Unit::Ordinal, at..at + length);
        quantity.noun = noun(text, cut, at + length);
        return Some(quantity);
    }
    let number = cardinal(text, cut, at)?;
    let (mut value, mut end) = (number.value, at + number.length);
    let mut is_scaled = number.is_scaled;
    let (unit, used) = match suffix(&word.lower) {
        Some(said) if number.length == 1 => (said, 0),
        _ => unit(text, cut, at, end),
    };
    let unit = match unit {
        Said::Grand => {
            value *= 1_000;
            is_scaled = true;
            Unit::Money(None)
        }
        Said::Cents => {
            value /= 100;
            Unit::Money(None)
        }
        Said::Span(unit, each) => {
            value *= each;
            unit
        }
        Said::Clock(is_late) => {
            let minute = number.minute.unwrap_or(0);
            let hour = value / SCALE;
            value = (hour * 60 + i128::from(minute)) * SCALE;
            Unit::Clock(is_late)
        }
        Said::Unit(unit) => unit,
    };
    end += used;
    // "One and a half years" is cut before its half: "a year and a half".
    if matches!(unit, Unit::Months | Unit::Minutes) && follows(cut, end, &["and", "a", "half"]) {
        value += value / (number.value / SCALE).max(1) / 2;
        end += 3;
    }
    Some(Quantity {
        noun: if unit == Unit::Plain {
            noun(text, cut, end)
        } else {
            None
        },
        value,
        unit,
        words: at..end,
        is_reading: false,
        is_scaled,
    })
}

/// "3x", "3pm".
fn suffix(word: &str) -> Option<Said> {
    let end = word.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    match end {
        "x" => Some(Said::Unit(Unit::Times)),
        "am" => Some(Said::Clock(Some(false))),
        "pm" => Some(Said::Clock(Some(true))),
        _ => None,
    }
}

fn plain(value: i128, unit: Unit, words: Range<usize>) -> Quantity {
    Quantity {
        value,
        unit,
        noun: None,
        words,
        is_reading: false,
        is_scaled: false,
    }
}

/// A unit as it is said.
enum Said {
    Unit(Unit),
    Grand,
    Cents,
    Span(Unit, i128),
    Clock(Option<bool>),
}

/// The unit of the number from `start` to `end`, and how many words it takes.
fn unit(text: &str, cut: &[Word], start: usize, end: usize) -> (Said, usize) {
    let lower = |at: usize| cut.get(at).map_or("", |word| word.lower.as_str());
    let gap = |at: usize| {
        let from = at
            .checked_sub(1)
            .and_then(|at| cut.get(at))
            .map_or(0, |word| word.bytes.end);
        let to = cut.get(at).map_or(text.len(), |word| word.bytes.start);
        text.get(from..to).unwrap_or_default()
    };
    let (before, after) = (gap(start), gap(end));
    let half = lower(end);
    if cut.get(start..end).is_some_and(|run| is_clock(text, run)) {
        return match half {
            "am" | "a.m" => (Said::Clock(Some(false)), 1),
            "pm" | "p.m" => (Said::Clock(Some(true)), 1),
            _ => (Said::Clock(None), 0),
        };
    }
    if after.starts_with('%') || after.starts_with(" %") {
        return (Said::Unit(Unit::Percent), 0);
    }
    for (sign, currency) in [('$', "usd"), ('€', "eur"), ('£', "gbp"), ('¥', "jpy")] {
        if before.ends_with(sign) || after.trim_start().starts_with(sign) && !after.contains(',') {
            return (Said::Unit(Unit::Money(Some(currency))), 0);
        }
    }
    let earlier = start.checked_sub(1).map_or("", &lower);
    let is_code = earlier.len() == 3 && before == " ";
    if let Some(currency) = currency(earlier).filter(|_| is_code) {
        return (Said::Unit(Unit::Money(Some(currency))), 0);
    }
    let skip = usize::from(matches!(
        lower(end),
        "business" | "working" | "calendar" | "full"
    ));
    let next = bare(lower(end + skip));
    let is_parted = after.contains(['.', ',', ';', '?', '!', ':']);
    if is_parted && !after.trim().is_empty() && !after.starts_with(':') {
        return (Said::Unit(Unit::Plain), 0);
    }
    let span = |unit, each| (Said::Span(unit, each), skip + 1);
    match next {
        "percent" | "pct" | "percentage" => (Said::Unit(Unit::Percent), 1),
        "per" if lower(end + 1) == "cent" => (Said::Unit(Unit::Percent), 2),
        "grand" => (Said::Grand, 1),
        "cents" | "cent" => (Said::Cents, 1),
        "us" if currency(lower(end + 1)).is_some() => (Said::Unit(Unit::Money(Some("usd"))), 2),
        "minute" | "minutes" | "mins" | "min" => span(Unit::Minutes, 1),
        "hour" | "hours" | "hrs" => span(Unit::Minutes, 60),
        "day" | "days" => span(Unit::Minutes, 1_440),
        "week" | "weeks" => span(Unit::Minutes, 10_080),
        "fortnight" | "fortnights" => span(Unit::Minutes, 20_160),
        "month" | "months" => span(Unit::Months, 1),
        "quarter" | "quarters" => span(Unit::Months, 3),
        "year" | "years" | "yr" | "yrs" => span(Unit::Months, 12),
        "decade" | "decades" => span(Unit::Months, 120),
        "x" | "times" | "fold" => (Said::Unit(Unit::Times), 1),
        "am" | "a.m" => (Said::Clock(Some(false)), 1),
        "pm" | "p.m" => (Said::Clock(Some(true)), 1),
        "o'clock" => (Said::Clock(None), 1),
        other => match currency(other) {
            Some(currency) => (Said::Unit(Unit::Money(Some(currency))), 1),
            None => (Said::Unit(Unit::Plain), 0),
        },
    }
}

fn is_clock(text: &str, run: &[Word]) -> bool {
    matches!(run, [hour, minute] if text.get(hour.bytes.end..minute.bytes.start) == Some(":"))
}

fn currency(word: &str) -> Option<&'static str> {
    Some(match word {
        "dollar" | "dollars" | "bucks" | "usd" => "usd",
        "euro" | "euros" | "eur" => "eur",
        "pound" | "pounds" | "quid" | "gbp" | "sterling" => "gbp",
        "franc" | "francs" | "chf" => "chf",
        "yen" | "jpy" => "jpy",
        "rupee" | "rupees" | "inr" => "inr",
        "krona" | "kronor" | "sek" => "sek",
        _ => return None,
    })
}

/// The noun right after a number, where one follows.
fn noun(text: &str, cut: &[Word], at: usize) -> Option<String> {
    const ADJECTIVES: [&str; 12] = [
        "more",
        "new",
        "other",
        "different",
        "active",
        "annual",
        "additional",
        "extra",
        "separate",
        "full",
        "monthly",
        "named",
    ];
    const LINKS: [&str; 6] = [
        "including",
        "excluding",
        "depending",
        "starting",
        "counting",
        "assuming",
    ];
    let before = at.checked_sub(1).and_then(|at| cut.get(at))?;
    let mut next = cut.get(at)?;
    if ADJECTIVES.contains(&next.lower.as_str()) {
        next = cut.get(at + 1)?;
    }
    let gap = text.get(before.bytes.end..next.bytes.start)?;
    let is_joined = !gap.contains(['.', ',', ';', '?', '!', ':']);
    let is_link = LINKS.contains(&next.lower.as_str());
    let is_noun =
        is_content(next) && !is_link && !next.lower.starts_with(|c: char| c.is_ascii_digit());
    (is_joined && is_noun).then(|| stem(&next.lower))
}

/// "Third", "twenty first", "21st".
fn ordinal(cut: &[Word], at: usize) -> Option<(i128, usize)> {
    let word = cut.get(at)?.lower.as_str();
    let position = |word: &str| ORDINALS.iter().position(|one| *one == word).map(|n| n + 1);
    let value = |n: usize| i128::try_from(n).ok().map(|n| n * SCALE);
    if let Some(n) = position(word) {
        return Some((value(n)?, 1));
    }
    if word == "thirtieth" {
        return Some((30 * SCALE, 1));
    }
    let digits = ["st", "nd", "rd", "th"]
        .iter()
        .find_map(|end| word.strip_suffix(end));
    if let Some(n) = digits.and_then(|digits| digits.parse::<usize>().ok()) {
        return Some((value(n)?, 1));
    }
    let tens = match word {
        "twenty" => 20,
        "thirty" => 30,
        _ => return None,
    };
    let next = cut.get(at + 1)?;
    let n = position(&next.lower).filter(|&n| n < 10)?;
    Some((value(tens + n)?, 2))
}

/// "Half past two", "quarter to three", "noon".
fn clock_words(cut: &[Word], at: usize) -> Option<Quantity> {
    let lower = |at: usize| cut.get(at).map_or("", |word| word.lower.as_str());
    let minutes =
        |minutes: i128, length| Some(plain(minutes * SCALE, Unit::Clock(None), at..at + length));
    match (lower(at), lower(at + 1)) {
        ("noon" | "midday", _) => minutes(720, 1),
        ("midnight", _) => minutes(0, 1),
        ("half", "past") => minutes(whole(lower(at + 2))? * 60 + 30, 3),
        ("quarter", "past") => minutes(whole(lower(at + 2))? * 60 + 15, 3),
        ("quarter", "to" | "of") => {
            let hour = whole(lower(at + 2)).filter(|hour| (1..=12).contains(hour))?;
            minutes(hour * 60 - 15, 3)
        }
        _ => None,
    }
}

/// "Half", "a third", "three quarters": parts of a whole, in percent.
fn fraction(cut: &[Word], at: usize) -> Option<Quantity> {
    let lower = |at: usize| cut.get(at).map_or("", |word| word.lower.as_str());
    let percent = |value: i128, length| Some(plain(value, Unit::Percent, at..at + length));
    match (lower(at), lower(at + 1), lower(at + 2)) {
        ("half", "a" | "an", "hour") => Some(plain(30 * SCALE, Unit::Minutes, at..at + 3)),
        ("half", "a" | "an", "year") => Some(plain(6 * SCALE, Unit::Months, at..at + 3)),
        ("half", "a", "million" | "billion") => None,
        ("half", _, _) => {
            let before = at.checked_sub(1).map_or("", &lower);
            let is_period = matches!(before, "first" | "second" | "other" | "last" | "a" | "and");
            if is_period {
                None
            } else {
                percent(50 * SCALE, 1)
            }
        }
        ("a" | "one", "third", "of") => percent(100 * SCALE / 3, 2),
        ("a" | "one", "quarter", "of") => percent(25 * SCALE, 2),
        ("two", "thirds", _) => percent(200 * SCALE / 3, 2),
        ("three", "quarters", "of") => percent(75 * SCALE, 2),
        ("a" | "one", "fifth", "of") => percent(20 * SCALE, 2),
        _ => None,
    }
}

fn follows(cut: &[Word], at: usize, phrase: &[&str]) -> bool {
    cut.get(at..at + phrase.len()).is_some_and(|run| {
        run.iter()
            .zip(phrase)
            .all(|(word, said)| word.lower == *said)
    })
}

/// Whether a text of one number counts nothing but itself: a pronoun ("one of them").
pub(crate) fn is_pronoun(cut: &[Word], quantity: &Quantity) -> bool {
    let lower = |at: usize| cut.get(at).map_or("", |word| word.lower.as_str());
    let range = &quantity.words;
    range.len() == 1
        && lower(range.start) == "one"
        && (is_empty(lower(range.end))
            || lower(range.end).is_empty()
            || quantity.noun.is_none()
            || matches!(lower(range.end), "thing" | "day" | "another" | "reason"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[(i128, Unit)]) {
        let found: Vec<_> = quantities(text)
            .into_iter()
            .filter(|quantity| !quantity.is_reading)
            .map(|quantity| (quantity.value, quantity.unit))
            .collect();
        let expected: Vec<_> = expected
            .iter()
            .map(|(value, unit)| (value * SCALE, unit.clone()))
            .collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn the_same_number_is_read_however_it_is_said() {
        let money = |currency| Unit::Money(Some(currency));
        for text in [
            "$40,000",
            "40k dollars",
            "forty thousand dollars",
            "USD 40,000",
            "40 000 dollars",
            "40 thousand US dollars",
        ] {
            check(text, &[(40_000, money("usd"))]);
        }
        check("forty grand", &[(40_000, Unit::Money(None))]);
        check("€1.2 million", &[(1_200_000, money("eur"))]);
        check("one point two million euros", &[(1_200_000, money("eur"))]);
        check("half a million", &[(500_000, Unit::Plain)]);
        check("a million and a half", &[(1_500_000, Unit::Plain)]);
        check("two and a half million", &[(2_500_000, Unit::Plain)]);
        check("two hundred and fifty users", &[(250, Unit::Plain)]);
        check("twenty-five hundred users", &[(2_500, Unit::Plain)]);
        check("a dozen people", &[(12, Unit::Plain)]);
        check("fifteen percent", &[(15, Unit::Percent)]);
        check("15%, half", &[(15, Unit::Percent), (50, Unit::Percent)]);
    }

    #[test]
    fn spans_are_compared_in_one_unit() {
        check("two weeks", &[(20_160, Unit::Minutes)]);
        check("a fortnight", &[(20_160, Unit::Minutes)]);
        check("a year and a half", &[(18, Unit::Months)]);
        check("18-month", &[(18, Unit::Months)]);
        check("half an hour", &[(30, Unit::Minutes)]);
        check(
            "two to three weeks",
            &[(20_160, Unit::Minutes), (30_240, Unit::Minutes)],
        );
        check(
            "thirty to forty thousand",
            &[(30_000, Unit::Plain), (40_000, Unit::Plain)],
        );
    }

    #[test]
    fn times_of_day_are_minutes() {
        check("at 10:30", &[(630, Unit::Clock(None))]);
        check("at 3 pm", &[(180, Unit::Clock(Some(true)))]);
        check("half past two", &[(150, Unit::Clock(None))]);
    }

    #[test]
    fn what_can_be_read_in_two_ways_is_read_in_both() {
        let values: Vec<_> = quantities("two fifty k")
            .iter()
            .map(|q| q.value / SCALE)
            .collect();
        assert!(values.contains(&250_000), "{values:?}");
        let clock = quantities("ten thirty")
            .into_iter()
            .any(|q| q.unit == Unit::Clock(None) && q.value == 630 * SCALE);
        assert!(clock);
    }
}
