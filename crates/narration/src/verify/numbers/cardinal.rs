//! Cardinal numbers in digits and in words.

use insights::text::Word;

/// Values are whole numbers of ten-thousandths.
pub(crate) const SCALE: i128 = 10_000;

/// A number that was read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cardinal {
    pub(super) value: i128,
    pub(super) length: usize,
    /// Whether a thousand or more was said as a word or a letter.
    pub(super) is_scaled: bool,
    /// The minutes of a time of day.
    pub(super) minute: Option<u8>,
}

const SMALL: [&str; 20] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
const TENS: [&str; 8] = [
    "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
];

/// A whole number of one word, up to 99.
pub(crate) fn whole(word: &str) -> Option<i128> {
    small(word)
        .or_else(|| tens(word))
        .or_else(|| word.parse::<u8>().ok().map(i128::from))
}

fn small(word: &str) -> Option<i128> {
    let at = SMALL.iter().position(|one| *one == word)?;
    i128::try_from(at).ok()
}

fn tens(word: &str) -> Option<i128> {
    let at = TENS.iter().position(|one| *one == word)?;
    i128::try_from(at).ok().map(|at| (at + 2) * 10)
}

fn scale(word: &str) -> Option<i128> {
    Some(match word {
        "hundred" => 100,
        "thousand" | "k" => 1_000,
        "million" | "m" | "mil" | "mill" | "mn" | "mio" => 1_000_000,
        "billion" | "bn" => 1_000_000_000,
        _ => return None,
    })
}

/// The number that begins at a word.
pub(super) fn cardinal(text: &str, cut: &[Word], at: usize) -> Option<Cardinal> {
    let lower = |at: usize| cut.get(at).map_or("", |word| word.lower.as_str());
    let gap = |at: usize| {
        let (one, other) = (cut.get(at)?, cut.get(at + 1)?);
        text.get(one.bytes.end..other.bytes.start)
    };
    let first = lower(at);
    if first.starts_with(|c: char| c.is_ascii_digit()) {
        return digits(text, cut, at);
    }
    // "A hundred", "a dozen", "a couple of", "half a million", "a week".
    match (first, lower(at + 1), lower(at + 2)) {
        ("half", "a", word) if matches!(word, "million" | "billion") => {
            return Some(worded(scale(word)? * SCALE / 2, 3, true));
        }
        ("a", "dozen", _) => return Some(worded(12 * SCALE, 2, false)),
        ("a", "couple", "of") => return Some(worded(2 * SCALE, 3, false)),
        ("a", "couple", _) => return Some(worded(2 * SCALE, 2, false)),
        ("a" | "an", word, _) if is_span(word) => return Some(worded(SCALE, 1, false)),
        ("a", word, _) if scale(word).is_some() && word.len() > 2 => {
            return Some(scaled_words(text, cut, at + 1, SCALE, 1));
        }
        _ => {}
    }
    if first == "dozen" || first == "single" {
        let value = if first == "dozen" { 12 } else { 1 };
        return Some(worded(value * SCALE, 1, false));
    }
    let mut value = small(first).or_else(|| tens(first))?;
    let mut end = at + 1;
    if value >= 20 && matches!(gap(at), Some(" " | "-")) {
        if let Some(unit) = small(lower(end)).filter(|n| (1..10).contains(n)) {
            value += unit;
            end += 1;
        } else if value == 20
            && let Some(tens) = tens(lower(end))
        {
            // "Twenty twenty six" is a year.
            value = 2_000 + tens;
            end += 1;
            if let Some(unit) = small(lower(end)).filter(|n| (1..10).contains(n)) {
                value += unit;
                end += 1;
            }
            return Some(worded(value * SCALE, end - at, false));
        }
    }
    if lower(end) == "dozen" {
        return Some(worded(value * 12 * SCALE, end + 1 - at, false));
    }
    let mut exact = value * SCALE;
    if lower(end) == "point" {
        let mut tenth = SCALE / 10;
        let mut next = end + 1;
        while let Some(digit) = small(lower(next)).filter(|n| *n < 10).filter(|_| tenth > 0) {
            exact += digit * tenth;
            tenth /= 10;
            next += 1;
        }
        if next > end + 1 {
            end = next;
        }
    } else if lower(end) == "and" && lower(end + 1) == "a" && lower(end + 2) == "half" {
        exact += SCALE / 2;
        end += 3;
    }
    Some(scaled_words(text, cut, end, exact, end - at))
}

/// What follows a number that was said: "hundred and fifty thousand", "million and a half".
fn scaled_words(text: &str, cut: &[Word], from: usize, start: i128, used: usize) -> Cardinal {
    let lower = |at: usize| cut.get(at).map_or("", |word| word.lower.as_str());
    let is_apart = |at: usize| {
        let ends = at
            .checked_sub(1)
            .and_then(|before| cut.get(before))
            .zip(cut.get(at))
            .and_then(|(one, other)| text.get(one.bytes.end..other.bytes.start));
        ends.is_none_or(|gap| gap.contains(['.', ',', ';', '?', '!', ':']))
    };
    let (mut total, mut current, mut end) = (0i128, start, from);
    let mut is_scaled = false;
    let mut last_scale = 1i128;
    loop {
        if is_apart(end) {
            break;
        }
        if let Some(scale) = scale(lower(end)).filter(|_| lower(end) != "m") {
            last_scale = scale;
            if scale == 100 {
                current *= 100;
            } else {
                total += current * scale;
                current = 0;
                is_scaled = true;
            }
            end += 1;
            continue;
        }
        let and = usize::from(lower(end) == "and");
        if last_scale > 1 && and == 1 && lower(end + 1) == "a" && lower(end + 2) == "half" {
            total += last_scale * SCALE / 2;
            end += 3;
            break;
        }
        let next = lower(end + and);
        let more = small(next)
            .or_else(|| tens(next))
            .filter(|_| last_scale > 1);
        let Some(mut more) = more.filter(|_| and == 0 || !is_apart(end + and)) else {
            break;
        };
        end += and + 1;
        if more >= 20
            && let Some(unit) = small(lower(end)).filter(|n| (1..10).contains(n) && !is_apart(end))
        {
            more += unit;
            end += 1;
        }
        current += more * SCALE;
        if scale(lower(end)).is_none() {
            break;
        }
    }
    Cardinal {
        value: total + current,
        length: used + (end - from),
        is_scaled,
        minute: None,
    }
}

fn worded(value: i128, length: usize, is_scaled: bool) -> Cardinal {
    Cardinal {
        value,
        length,
        is_scaled,
        minute: None,
    }
}

fn is_span(word: &str) -> bool {
    matches!(
        word,
        "minute" | "hour" | "day" | "week" | "fortnight" | "month" | "quarter" | "year" | "decade"
    )
}

/// "40,000", "40.5", "40k", "1.2m", "40 000", "10:30", "3x".
fn digits(text: &str, cut: &[Word], at: usize) -> Option<Cardinal> {
    let word = &cut.get(at)?.lower;
    let length = word
        .bytes()
        .take_while(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b','))
        .count();
    let (number, suffix) = word.split_at_checked(length)?;
    let mut value = decimal(number)?;
    let mut used = 1;
    let mut is_scaled = false;
    let gap = |at: usize| {
        let (one, other) = (cut.get(at)?, cut.get(at + 1)?);
        text.get(one.bytes.end..other.bytes.start)
    };
    let lower = |at: usize| cut.get(at).map_or("", |word| word.lower.as_str());
    let is_plain = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit());
    match suffix {
        "" => {
            // "10:30" is a time of day.
            if gap(at) == Some(":") && is_plain(lower(at + 1)) && lower(at + 1).len() == 2 {
                let minute = lower(at + 1).parse().ok().filter(|minute| *minute < 60);
                if value < 24 * SCALE && minute.is_some() {
                    return Some(Cardinal {
                        value,
                        length: 2,
                        is_scaled: false,
                        minute,
                    });
                }
            }
            // "40 000" and "40'000" are one number.
            while matches!(
                gap(at + used - 1),
                Some(" " | "\u{a0}" | "\u{202f}" | "'" | "’")
            ) && is_plain(number)
                && number.len() <= 3
                && is_plain(lower(at + used))
                && lower(at + used).len() == 3
            {
                value = value * 1_000 + decimal(lower(at + used))?;
                used += 1;
            }
        }
        "x" | "am" | "pm" => {}
        suffix => {
            value *= scale(suffix)?;
            is_scaled = true;
        }
    }
    if suffix.is_empty() {
        while let Some(scale) = scale(lower(at + used)) {
            let is_joined = gap(at + used - 1).is_some_and(|gap| matches!(gap, " " | "-"));
            if !is_joined {
                break;
            }
            value *= scale;
            is_scaled |= scale > 100;
            used += 1;
        }
    }
    Some(Cardinal {
        value,
        length: used,
        is_scaled,
        minute: None,
    })
}

/// A decimal number with separators of thousands: a comma or point before exactly three digits
/// parts thousands where there are several of it, or where what stands before is no zero.
fn decimal(text: &str) -> Option<i128> {
    let text = text.trim_end_matches(['.', ',']);
    let groups: Vec<&str> = text.split(['.', ',']).collect();
    let (last, head) = groups.split_last()?;
    let first = groups.first()?;
    let are_thousands = !head.is_empty()
        && last.len() == 3
        && groups.iter().skip(1).all(|group| group.len() == 3)
        && first.len() <= 3
        && *first != "0";
    if head.is_empty() || are_thousands {
        let digits: String = groups.concat();
        return digits.parse::<i128>().ok()?.checked_mul(SCALE);
    }
    let whole: i128 = head.concat().parse().ok()?;
    let fraction: String = last.chars().chain("0000".chars()).take(4).collect();
    whole
        .checked_mul(SCALE)?
        .checked_add(fraction.parse::<i128>().ok()?)
}
