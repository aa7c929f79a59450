//! Numbers, ordinals and months as words.

/// The months, the first one first.
pub const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// "first" to "twentieth".
pub const ORDINALS: [&str; 20] = [
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
    "twentieth",
];

pub(super) const NUMBERS: [&str; 13] = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve",
];

pub(super) fn number(word: &str) -> Option<i64> {
    let spoken = NUMBERS.iter().zip(0..).find(|(name, _)| **name == word);
    spoken
        .map(|(_, n)| n)
        .or_else(|| word.parse().ok())
        .filter(|n| (1..=90).contains(n))
}

/// A day of the month in words or as "21st", and how many words it takes.
pub(super) fn ordinal(words: &[&str]) -> Option<(i8, usize)> {
    let first = *words.first()?;
    let position = |word: &str| ORDINALS.iter().zip(1i8..).find(|(name, _)| **name == word);
    if let Some((_, n)) = position(first) {
        return Some((n, 1));
    }
    if first == "thirtieth" {
        return Some((30, 1));
    }
    let tens = match first {
        "twenty" => 20,
        "thirty" => 30,
        _ => {
            let digits = ["st", "nd", "rd", "th"]
                .iter()
                .find_map(|end| first.strip_suffix(end));
            let day = digits?.parse().ok().filter(|n| (1..=31).contains(n))?;
            return Some((day, 1));
        }
    };
    let (_, n) = position(words.get(1)?).filter(|&(_, n)| n < 10)?;
    Some((tens + n, 2)).filter(|&(day, _)| day <= 31)
}

pub(super) fn month(word: &str) -> Option<i8> {
    let named = MONTHS.iter().zip(1i8..).find(|(name, _)| **name == word);
    named.map(|(_, n)| n)
}
