//! What leads to a person by its form: e-mail addresses, telephone numbers, cards, IBANs.

use std::ops::Range;

use insights::text::words;

/// What was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    Email,
    Phone,
    Card,
    Iban,
    /// A text that is written like one of our own pseudonyms.
    Text,
}

impl Kind {
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Email => "Email",
            Self::Phone => "Phone",
            Self::Card => "Card",
            Self::Iban => "Iban",
            Self::Text => "Text",
        }
    }
}

/// Everything of that kind, in order, without overlaps; `like_ours` comes first.
pub(super) fn patterns(text: &str, like_ours: &[Range<usize>]) -> Vec<(Range<usize>, Kind)> {
    let mut found: Vec<(Range<usize>, Kind)> = Vec::new();
    let candidates = like_ours
        .iter()
        .map(|range| (range.clone(), Kind::Text))
        .chain(ibans(text).map(|range| (range, Kind::Iban)))
        .chain(emails(text).into_iter().map(|range| (range, Kind::Email)))
        .chain(
            spoken_emails(text)
                .into_iter()
                .map(|range| (range, Kind::Email)),
        )
        .chain(numbers(text))
        .chain(
            spoken_numbers(text)
                .into_iter()
                .map(|range| (range, Kind::Phone)),
        );
    for (range, kind) in candidates {
        let is_free = found
            .iter()
            .all(|(taken, _)| range.end <= taken.start || taken.end <= range.start);
        if is_free && !range.is_empty() {
            found.push((range, kind));
        }
    }
    found.sort_by_key(|(range, _)| range.start);
    found
}

fn emails(text: &str) -> Vec<Range<usize>> {
    let is_local = |c: char| c.is_alphanumeric() || "._%+-'".contains(c);
    let is_domain = |c: char| c.is_alphanumeric() || ".-".contains(c);
    let mut found = Vec::new();
    for (at, _) in text.match_indices('@') {
        let (before, after) = (
            text.get(..at).unwrap_or_default(),
            text.get(at + 1..).unwrap_or_default(),
        );
        let start = before
            .char_indices()
            .rev()
            .take_while(|&(_, c)| is_local(c))
            .last()
            .map_or(at, |(start, _)| start);
        let length: usize = after
            .chars()
            .take_while(|&c| is_domain(c))
            .map(char::len_utf8)
            .sum();
        let domain = after
            .get(..length)
            .unwrap_or_default()
            .trim_end_matches(['.', '-']);
        if start < at && !domain.is_empty() {
            found.push(start..at + 1 + domain.len());
        }
    }
    found
}

/// "dana at northwind dot com".
fn spoken_emails(text: &str) -> Vec<Range<usize>> {
    const ENDS: [&str; 16] = [
        "com", "org", "net", "io", "co", "de", "uk", "eu", "gov", "edu", "ai", "dev", "fr", "es",
        "nl", "ch",
    ];
    const JOINTS: [&str; 4] = ["dot", "underscore", "dash", "hyphen"];
    let cut = words(text);
    let is = |at: usize, list: &[&str]| {
        cut.get(at)
            .is_some_and(|w| list.contains(&w.lower.as_str()))
    };
    let mut found = Vec::new();
    for at in 1..cut.len() {
        if !is(at, &["at"]) {
            continue;
        }
        let Some(dot) = (at + 2..at + 5).find(|&dot| is(dot, &["dot"]) && is(dot + 1, &ENDS))
        else {
            continue;
        };
        let mut end = dot + 1;
        while is(end + 1, &["dot"]) && is(end + 2, &ENDS) {
            end += 2;
        }
        let mut start = at - 1;
        while start >= 2 && is(start - 1, &JOINTS) {
            start -= 2;
        }
        if let (Some(first), Some(last)) = (cut.get(start), cut.get(end)) {
            found.push(first.bytes.start..last.bytes.end);
        }
    }
    found
}

/// Seven digits or more, said one by one.
fn spoken_numbers(text: &str) -> Vec<Range<usize>> {
    const DIGITS: [&str; 14] = [
        "zero", "oh", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
        "double", "triple", "plus",
    ];
    const FEWEST: usize = 7;
    let cut = words(text);
    let is_digit = |lower: &str| {
        DIGITS.contains(&lower) || (lower.len() == 1 && lower.bytes().all(|b| b.is_ascii_digit()))
    };
    let mut found = Vec::new();
    for run in cut.chunk_by(|one, next| is_digit(&one.lower) == is_digit(&next.lower)) {
        let digits: usize = run
            .iter()
            .filter(|word| is_digit(&word.lower))
            .map(|word| match word.lower.as_str() {
                "triple" => 2,
                "plus" => 0,
                _ => 1,
            })
            .sum();
        if let (true, Some(first), Some(last)) = (digits >= FEWEST, run.first(), run.last()) {
            found.push(first.bytes.start..last.bytes.end);
        }
    }
    found
}

fn ibans(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let is_start = |start: usize| {
        let before = text.get(..start).and_then(|text| text.chars().next_back());
        !before.is_some_and(char::is_alphanumeric)
    };
    let starts = text.char_indices().map(|(at, _)| at);
    starts
        .filter(move |&at| is_start(at))
        .filter_map(move |at| Some(at..at + iban(text.get(at..)?)?))
}

/// The length of the IBAN that a text begins with; blanks may stand inside.
fn iban(text: &str) -> Option<usize> {
    const LONGEST: usize = 34;
    const SHORTEST: usize = 15;
    let mut compact: Vec<u8> = Vec::new();
    let mut longest = None;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b' ' if !compact.is_empty() => continue,
            _ if byte.is_ascii_alphanumeric() => compact.push(byte.to_ascii_uppercase()),
            _ => break,
        }
        let fits = match compact.len() {
            1 | 2 => byte.is_ascii_alphabetic(),
            3 | 4 => byte.is_ascii_digit(),
            n => n <= LONGEST,
        };
        if !fits {
            break;
        }
        let ends = text
            .as_bytes()
            .get(at + 1)
            .is_none_or(|next| !next.is_ascii_alphanumeric());
        if ends && compact.len() >= SHORTEST && checks_out(&compact) {
            longest = Some(at + 1);
        }
    }
    longest
}

/// ISO 13616: the first four go to the end, letters count from 10, the rest by 97 is 1.
fn checks_out(compact: &[u8]) -> bool {
    let (head, tail) = compact.split_at(compact.len().min(4));
    let rest = tail.iter().chain(head).fold(0u32, |rest, &byte| {
        if byte.is_ascii_digit() {
            (rest * 10 + u32::from(byte - b'0')) % 97
        } else {
            (rest * 100 + u32::from(byte - b'A') + 10) % 97
        }
    });
    rest == 1
}

/// Cards and telephone numbers among groups of digits.
fn numbers(text: &str) -> Vec<(Range<usize>, Kind)> {
    let groups = digit_groups(text);
    let mut found = Vec::new();
    let mut first = 0;
    while first < groups.len() {
        // The groups that stand together with the first.
        let mut last = first;
        while groups.get(last + 1).is_some_and(|next| {
            let gap = text.get(groups[last].end..next.start).unwrap_or_default();
            gap.len() <= 2 && gap.chars().all(|c| " -.()/".contains(c))
        }) {
            last += 1;
        }
        let hit = (first..=last).rev().find_map(|end| {
            let run = groups.get(first..=end)?;
            Some((end, number(text, run)?))
        });
        match hit {
            Some((end, (range, kind))) => {
                found.push((range, kind));
                first = end + 1;
            }
            None => first += 1,
        }
    }
    found
}

fn digit_groups(text: &str) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let is_digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let mut groups = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        while is_digit(at) {
            at += 1;
        }
        if at > start {
            groups.push(start..at);
        }
        at += 1;
    }
    groups
}

fn number(text: &str, run: &[Range<usize>]) -> Option<(Range<usize>, Kind)> {
    let (first, last) = (run.first()?, run.last()?);
    let digits: String = run
        .iter()
        .filter_map(|group| text.get(group.clone()))
        .collect();
    let before = text.get(..first.start)?;
    let after = text.get(last.end..)?;
    let touches = |c: char| c.is_alphanumeric() || c == '_';
    if before.ends_with(touches) || after.starts_with(touches) {
        return None;
    }
    if (13..=19).contains(&digits.len()) && is_luhn(&digits) {
        return Some((first.start..last.end, Kind::Card));
    }
    let is_money = before.trim_end().ends_with(['$', '€', '£', '¥']);
    if !(7..=15).contains(&digits.len()) || is_money || is_date(run) {
        return None;
    }
    let plus = before.ends_with('+');
    let bracket = before.ends_with('(');
    let lengths: Vec<usize> = run.iter().map(Range::len).collect();
    let is_grouped = run.len() > 1 && lengths.iter().skip(1).all(|&n| n == 3) && lengths[0] <= 3;
    let is_number = is_grouped && !digits.starts_with('0');
    let is_local = lengths == [3, 4];
    let looks = plus
        || bracket
        || (!is_number && (digits.starts_with('0') || digits.len() >= 10 || is_local));
    let start = first.start - usize::from(plus || bracket);
    looks.then_some((start..last.end, Kind::Phone))
}

/// 2026-03-12 and 12.03.2026.
fn is_date(run: &[Range<usize>]) -> bool {
    let lengths: Vec<usize> = run.iter().map(Range::len).collect();
    matches!(lengths.as_slice(), [4, 1..=2, 1..=2] | [1..=2, 1..=2, 4])
}

fn is_luhn(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .rev()
        .zip(0u32..)
        .map(|(byte, place)| {
            let digit = u32::from(byte - b'0');
            let doubled = if place % 2 == 1 { digit * 2 } else { digit };
            if doubled > 9 { doubled - 9 } else { doubled }
        })
        .sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_digits_decide() {
        assert!(is_luhn("4111111111111111") && !is_luhn("4111111111111112"));
        assert!(checks_out(b"DE89370400440532013000"));
        assert!(!checks_out(b"DE88370400440532013000"));
        assert_eq!(iban("DE89 3704 0044 0532 0130 00, yes"), Some(27));
        assert_eq!(iban("DE88 3704 0044 0532 0130 00"), None);
    }
}
