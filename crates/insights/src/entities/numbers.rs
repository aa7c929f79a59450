//! Money, percentages, dates, times and other numbers.

use super::EntityKind;
use super::lists::{DATE_UNITS, MONTHS, NUMBERS, ORDINALS, TIMES, WEEKDAYS};
use crate::Line;

/// What each number of a sentence is, and how it is written.
pub(super) fn numbers(line: &Line<'_>) -> Vec<(EntityKind, String)> {
    let mut found = Vec::new();
    let words: Vec<&str> = line.words.iter().map(|word| word.lower.as_str()).collect();
    for (at, word) in line.words.iter().enumerate() {
        let near = |offset: isize| -> &str {
            let place = at.checked_add_signed(offset);
            place
                .and_then(|at| words.get(at))
                .copied()
                .unwrap_or_default()
        };
        let lower = word.lower.as_str();
        let written = line.text.get(word.bytes.clone()).unwrap_or_default();
        let before = line.text.get(..word.bytes.start).unwrap_or_default();
        let after = line.text.get(word.bytes.end..).unwrap_or_default();
        let has_digit = lower.starts_with(|c: char| c.is_ascii_digit());
        let is_number = has_digit || NUMBERS.contains(&lower);
        let is_ordinal = ORDINALS.contains(&lower) || is_written_ordinal(lower);
        let mut add = |kind| found.push((kind, written.to_owned()));

        let has_sign = before.ends_with(['$', '€', '£', '¥']);
        if is_number && (has_sign || is_money(near(1), near(2))) {
            add(EntityKind::Money);
        }
        if is_number && (after.starts_with('%') || after.starts_with(" %") || is_percent(near(1))) {
            add(EntityKind::Percent);
        }
        if is_date(lower, written, has_digit, &near) {
            add(EntityKind::Date);
        }
        if TIMES.contains(&lower) || (has_digit && matches!(near(1), "am" | "pm" | "a.m" | "p.m")) {
            add(EntityKind::Time);
        }
        if is_ordinal && !DATE_UNITS.contains(&near(1)) && !MONTHS.contains(&near(-1)) {
            add(EntityKind::Ordinal);
        }
        if is_number
            && !has_sign
            && !after.starts_with('%')
            && !is_percent(near(1))
            && !is_money(near(1), near(2))
            && !is_year(lower)
            && !DATE_UNITS.contains(&near(1))
        {
            add(EntityKind::Cardinal);
        }
    }
    found
}

fn is_money(next: &str, second: &str) -> bool {
    const COINS: [&str; 8] = [
        "dollars", "dollar", "euros", "euro", "pounds", "bucks", "cents", "usd",
    ];
    let scaled = matches!(next, "million" | "billion" | "thousand" | "hundred" | "k");
    COINS.contains(&next) || (scaled && COINS.contains(&second))
}

fn is_percent(next: &str) -> bool {
    matches!(next, "percent" | "percentage")
}

fn is_year(lower: &str) -> bool {
    lower.len() == 4 && (lower.starts_with("19") || lower.starts_with("20")) && is_digits(lower)
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_written_ordinal(lower: &str) -> bool {
    ["st", "nd", "rd", "th"]
        .iter()
        .any(|end| lower.strip_suffix(end).is_some_and(is_digits))
}

fn is_date<'a>(
    lower: &str,
    written: &str,
    has_digit: bool,
    near: &impl Fn(isize) -> &'a str,
) -> bool {
    let is_capital = written.starts_with(char::is_uppercase);
    if MONTHS.contains(&lower) {
        // "may" and "march" are words as well.
        return is_capital && (!matches!(lower, "may" | "march") || !near(-1).is_empty());
    }
    if WEEKDAYS.contains(&lower) || matches!(lower, "today" | "tomorrow" | "yesterday") {
        return true;
    }
    if is_year(lower) {
        return true;
    }
    let is_quarter =
        lower.len() == 2 && lower.starts_with(['q', 'h']) && lower.ends_with(['1', '2', '3', '4']);
    if is_quarter {
        return true;
    }
    if DATE_UNITS.contains(&lower) {
        let before = near(-1);
        return has_digit
            || matches!(
                before,
                "last"
                    | "this"
                    | "next"
                    | "the"
                    | "past"
                    | "coming"
                    | "previous"
                    | "current"
                    | "first"
                    | "second"
                    | "third"
                    | "fourth"
                    | "fiscal"
                    | "full"
                    | "per"
                    | "prior"
                    | "every"
                    | "each"
                    | "a"
                    | "one"
                    | "calendar"
                    | "few"
            )
            || NUMBERS.contains(&before)
            || before.starts_with(|c: char| c.is_ascii_digit());
    }
    false
}
