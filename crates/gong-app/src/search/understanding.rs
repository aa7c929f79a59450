//! What a question says beside its subject: whose words, of what time, and which phrase.
//!
//! Only plain forms are read ("what did the customer say about price last month", or nothing but
//! `"security review"` in quotes); what was read is shown, and a filter that was given counts before it.

use std::ops::Range;

use conversation::{Period, Side};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};

use super::SearchFilters;

/// A question, taken apart.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Understood {
    /// The question without its words of time and without quotation marks.
    pub(crate) subject: String,
    /// The question with its words of time.
    pub(crate) whole: String,
    pub(crate) side: Option<Side>,
    pub(crate) period: Option<Period>,
    pub(crate) phrases: Vec<String>,
    /// What was read, for whoever asked.
    pub(crate) said: Vec<String>,
}

impl Understood {
    /// Reads a question; a side or a time that the filters name is not looked for, nor is a time
    /// where they name a call.
    pub(crate) fn of(question: &str, filters: &SearchFilters, now: Timestamp) -> Self {
        let mut read = Self {
            subject: question.to_owned(),
            ..Self::default()
        };
        let words = words(question);
        let is_timeless =
            filters.from.is_none() && filters.to.is_none() && filters.calls.is_empty();
        if is_timeless && let Some((period, place, name)) = time(&words, now) {
            let rest = [question.get(..place.start), question.get(place.end..)];
            let rest: Vec<&str> = rest.into_iter().flatten().map(str::trim).collect();
            let rest = rest.join(" ");
            // A question about nothing but a time keeps its words.
            if rest.chars().any(char::is_alphanumeric) {
                read.subject = rest;
                read.said.push(format!("“{name}”: calls {}", span(&period)));
                read.period = Some(period);
            }
        }
        if filters.side.is_none()
            && let Some((side, name)) = side(&words)
        {
            let whose = if side == Side::Ours { "ours" } else { "theirs" };
            read.said.push(format!("“{name}”: side {whose}"));
            read.side = Some(side);
        }
        for phrase in quoted(question) {
            read.said.push(format!("the phrase “{phrase}”"));
            read.phrases.push(phrase);
        }
        let unquoted = |text: &str| text.replace(['"', '“', '”'], " ").trim().to_owned();
        read.subject = unquoted(&read.subject);
        read.whole = unquoted(question);
        read
    }
}

/// A word in small letters, and where it stands.
struct Word {
    text: String,
    place: Range<usize>,
}

fn words(text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut start = None;
    let ends = text.char_indices().chain([(text.len(), ' ')]);
    for (at, char) in ends {
        match (char.is_alphanumeric(), start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                words.push(Word {
                    text: text.get(from..at).unwrap_or_default().to_lowercase(),
                    place: from..at,
                });
                start = None;
            }
            _ => (),
        }
    }
    words
}

const THEIRS: [&str; 8] = [
    "customer",
    "customers",
    "client",
    "clients",
    "prospect",
    "prospects",
    "buyer",
    "buyers",
];
const OURS: [&str; 6] = ["we", "rep", "reps", "seller", "sellers", "salesperson"];
/// What stands before whoever spoke.
const HELPERS: [&str; 8] = ["did", "does", "do", "has", "have", "had", "would", "will"];
const ARTICLES: [&str; 6] = ["the", "our", "my", "a", "this", "that"];
/// What people do with words.
const SAYING: [&str; 36] = [
    "say",
    "says",
    "said",
    "saying",
    "ask",
    "asks",
    "asked",
    "mention",
    "mentions",
    "mentioned",
    "tell",
    "told",
    "think",
    "thinks",
    "want",
    "wants",
    "wanted",
    "object",
    "objected",
    "complain",
    "complained",
    "raise",
    "raised",
    "promise",
    "promised",
    "commit",
    "committed",
    "agree",
    "agreed",
    "offer",
    "offered",
    "propose",
    "proposed",
    "worry",
    "answer",
    "answered",
];

/// Whose words are asked for: "did the customer say", "what we promised".
fn side(words: &[Word]) -> Option<(Side, String)> {
    let text = |at: usize| words.get(at).map(|word| word.text.as_str());
    let is_one = |at: usize, list: &[&str]| text(at).is_some_and(|word| list.contains(&word));
    for who in 0..words.len() {
        let side = match text(who)? {
            word if THEIRS.contains(&word) => Side::Theirs,
            word if OURS.contains(&word) => Side::Ours,
            _ => continue,
        };
        if !is_one(who + 1, &SAYING) {
            continue;
        }
        let before = who.checked_sub(1);
        let article = before.filter(|at| is_one(*at, &ARTICLES));
        let helper = article.unwrap_or(who).checked_sub(1);
        let first = helper
            .filter(|at| is_one(*at, &HELPERS))
            .or(article)
            .unwrap_or(who);
        let name = words.get(first..who + 2)?;
        let name: Vec<&str> = name.iter().map(|word| word.text.as_str()).collect();
        return Some((side, name.join(" ")));
    }
    None
}

/// A time that ends at most now: "yesterday", "last month", "in the past 30 days".
fn time(words: &[Word], now: Timestamp) -> Option<(Period, Range<usize>, String)> {
    let today = TimeZone::UTC.to_datetime(now).date();
    for first in 0..words.len() {
        let Some((from, to, last)) = dates(words.get(first..)?, today) else {
            continue;
        };
        let last = first + last;
        // "Last week's test" is a thing, not a time of calls.
        if words.get(last + 1).is_some_and(|word| word.text == "s") {
            continue;
        }
        let before = words.get(first.wrapping_sub(1)..first).unwrap_or_default();
        let before: Vec<&str> = before.iter().map(|word| word.text.as_str()).collect();
        let lead = match before.as_slice() {
            ["the"] => match words.get(first.wrapping_sub(2)) {
                Some(word) if ["in", "within", "over", "during"].contains(&word.text.as_str()) => 2,
                _ => 1,
            },
            ["in" | "within" | "during"] => 1,
            _ => 0,
        };
        let place = words.get(first - lead)?.place.start..words.get(last)?.place.end;
        let name: Vec<&str> = words
            .get(first..=last)?
            .iter()
            .map(|w| w.text.as_str())
            .collect();
        let at = |date: Date| TimeZone::UTC.to_timestamp(date.at(0, 0, 0, 0)).ok();
        let period = Period::new(Some(at(from)?), Some(at(to)?)).ok()?;
        return Some((period, place, name.join(" ")));
    }
    None
}

/// The first day, the day after the last, and the position of the last word that says so.
fn dates(words: &[Word], today: Date) -> Option<(Date, Date, usize)> {
    let text = |at: usize| words.get(at).map(|word| word.text.as_str());
    let tomorrow = today.tomorrow().ok()?;
    let back = |days: i64| today.checked_sub(days.days()).ok();
    match (text(0)?, text(1), text(2)) {
        ("yesterday", ..) => Some((today.yesterday().ok()?, today, 0)),
        ("this", Some(unit), _) => Some((begun(unit, today)?, tomorrow, 1)),
        ("last", Some(unit @ ("week" | "month" | "quarter" | "year")), _) => {
            let end = begun(unit, today)?;
            Some((begun(unit, end.yesterday().ok()?)?, end, 1))
        }
        ("past", Some(unit @ ("week" | "month" | "quarter" | "year")), _) => {
            Some((back(days_of(unit)?)?, tomorrow, 1))
        }
        ("last" | "past", Some(count), Some(unit)) => {
            let count: i64 = count
                .parse()
                .ok()
                .filter(|count| (1..=1_000).contains(count))?;
            let days = days_of(unit.strip_suffix('s').unwrap_or(unit))?;
            Some((back(count * days)?, tomorrow, 2))
        }
        _ => None,
    }
}

fn days_of(unit: &str) -> Option<i64> {
    match unit {
        "day" => Some(1),
        "week" => Some(7),
        "month" => Some(30),
        "quarter" => Some(91),
        "year" => Some(365),
        _ => None,
    }
}

/// When the week, month, quarter or year of a day began.
fn begun(unit: &str, day: Date) -> Option<Date> {
    match unit {
        "week" => {
            let since = i64::from(day.weekday().to_monday_zero_offset());
            day.checked_sub(since.days()).ok()
        }
        "month" => Some(day.first_of_month()),
        "quarter" => Date::new(day.year(), (day.month() - 1) / 3 * 3 + 1, 1).ok(),
        "year" => Some(day.first_of_year()),
        _ => None,
    }
}

fn span(period: &Period) -> String {
    let day = |at: Option<Timestamp>| {
        at.map(|at| TimeZone::UTC.to_datetime(at).date().to_string())
            .unwrap_or_default()
    };
    format!(
        "from {} to before {} (UTC)",
        day(period.from()),
        day(period.to())
    )
}

/// What stands in double quotes, of a question that is nothing else. (Inside a question people quote
/// what they mean, not what was said.)
fn quoted(question: &str) -> Vec<String> {
    let parts: Vec<&str> = question.split(['"', '“', '”']).collect();
    let has_words = |part: &&str| part.chars().any(char::is_alphanumeric);
    let is_closed = parts.len() % 2 == 1;
    let is_all = !parts.iter().step_by(2).any(has_words);
    if is_closed && is_all {
        let inside = parts.iter().skip(1).step_by(2).copied();
        inside
            .filter(has_words)
            .map(|part| part.trim().to_owned())
            .collect()
    } else {
        Vec::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A Thursday.
    const NOW: &str = "2026-11-26T10:00:00Z";

    fn read(question: &str) -> Understood {
        let now = NOW.parse().expect("an instant");
        Understood::of(question, &SearchFilters::default(), now)
    }

    #[test]
    fn a_time_is_read_and_leaves_the_question() {
        let check = |question: &str, subject: &str, from: &str, to: &str| {
            let read = read(question);
            let day = |at: Option<Timestamp>| at.map(|at| at.to_string());
            let period = read.period.expect("a time");
            assert_eq!(read.subject, subject, "{question}");
            assert_eq!(day(period.from()), Some(format!("{from}T00:00:00Z")));
            assert_eq!(day(period.to()), Some(format!("{to}T00:00:00Z")));
        };

        check("price last month", "price", "2026-10-01", "2026-11-01");
        check(
            "last week on pricing",
            "on pricing",
            "2026-11-16",
            "2026-11-23",
        );
        check(
            "objections this quarter?",
            "objections ?",
            "2026-10-01",
            "2026-11-27",
        );
        check(
            "who called yesterday",
            "who called",
            "2026-11-25",
            "2026-11-26",
        );
        check(
            "discounts in the past 30 days",
            "discounts",
            "2026-10-27",
            "2026-11-27",
        );
        check("budget last year", "budget", "2025-01-01", "2026-01-01");
    }

    #[test]
    fn what_is_no_time_of_calls_is_left_alone() {
        for question in [
            "what broke in last week's test",
            "the last quote we sent",
            "last month",
            "how long does a quarter take",
            "what goes wrong today",
            "the past few days",
        ] {
            assert_eq!(read(question).period, None, "{question}");
            assert_eq!(read(question).subject, question);
        }
    }

    #[test]
    fn whose_words_are_asked_for_is_read() {
        let check = |question: &str, side: Option<Side>| {
            assert_eq!(read(question).side, side, "{question}");
        };
        check("what did the customer say about price", Some(Side::Theirs));
        check("clients complained about what", Some(Side::Theirs));
        check("what did we promise them", Some(Side::Ours));
        check("which discount our rep offered", Some(Side::Ours));
        check("how often are customers billed", None);
        check("what do we need before signing", None);
    }

    #[test]
    fn a_question_that_is_all_quotes_is_a_phrase() {
        let check = |question: &str, phrases: &[&str]| {
            assert_eq!(read(question).phrases, phrases, "{question}");
        };
        check("\"security review\"", &["security review"]);
        check("“price list” \"by March\"", &["price list", "by March"]);
        check("what was said of the \"no deal\" scenario", &[]);
        check("a 12\" screen", &[]);
        assert_eq!(read("\"security review\"").subject, "security review");
    }

    #[test]
    fn what_was_read_is_told() {
        assert_eq!(
            read("what did the customer say about price last month").said,
            [
                "“last month”: calls from 2026-10-01 to before 2026-11-01 (UTC)",
                "“did the customer say”: side theirs",
            ]
        );
    }

    #[test]
    fn filters_that_were_given_count_before_what_is_read() {
        let now: Timestamp = NOW.parse().expect("an instant");
        let filters = SearchFilters {
            side: Some("ours".to_owned()),
            from: Some(now),
            ..SearchFilters::default()
        };
        let read = Understood::of("what did the customer say last week", &filters, now);
        assert_eq!((read.side, read.period, read.said.len()), (None, None, 0));
    }
}
