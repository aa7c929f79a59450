//! By when: the dates of steps that are talked over in one breath.
//!
//! People fix a date over several sentences: one proposes, the other moves it, somebody repeats
//! it. Steps that stand within a few sentences of each other are one thread, and the last date
//! that was not refused is the date of all of them, unless a step names its own.

use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::CallView;
use crate::text::{Anchor, Word, in_week, said_dates, said_week, weekday};

/// Steps further apart than this are not about the same date.
const REACH: usize = 4;

/// A sentence as far as dates go.
#[derive(Clone, Copy, Debug)]
struct Spoken<'a> {
    /// Its words.
    words: &'a [Word],
}

/// The date by which each step is due, where one was settled; steps are given by the positions of
/// their lines, rising. Days are counted from the day of the call in UTC.
pub fn due_dates(call: &CallView<'_>, steps: &[usize]) -> Vec<Option<Date>> {
    let lines = call.lines().iter();
    let sentences: Vec<_> = lines.map(|line| Spoken { words: &line.words }).collect();
    settle(
        &sentences,
        steps,
        TimeZone::UTC.to_datetime(call.started()).date(),
    )
}

/// The date of each step, given by position among the sentences of the call, rising.
fn settle(sentences: &[Spoken<'_>], steps: &[usize], call: Date) -> Vec<Option<Date>> {
    let mut dates = Vec::with_capacity(steps.len());
    for thread in steps.chunk_by(|one, next| next - one <= REACH) {
        let (Some(&first), Some(&last)) = (thread.first(), thread.last()) else {
            continue;
        };
        let from = first.saturating_sub(2);
        let to = (last + 3).min(sentences.len());
        let said = thread_dates(sentences, from..to, call);
        dates.extend(thread.iter().map(|&step| due(sentences, &said, step)));
    }
    dates
}

/// The date that each sentence of a thread settles on, where it names one.
fn thread_dates(
    sentences: &[Spoken<'_>],
    range: std::ops::Range<usize>,
    call: Date,
) -> Vec<(usize, Date)> {
    let mut anchor = Anchor { call, last: None };
    let mut week = None;
    let mut said = Vec::new();
    for at in range {
        let words = sentences.get(at).map_or(&[][..], |sentence| sentence.words);
        if let Some((monday, _)) = said_week(words, call) {
            week = Some(monday);
        }
        if let Some(date) = settled(words, anchor, week) {
            anchor.last = Some(date);
            said.push((at, date));
        }
    }
    said
}

/// The last date of a sentence that the sentence itself does not refuse.
fn settled(words: &[Word], anchor: Anchor, week: Option<Date>) -> Option<Date> {
    let dates = said_dates(words, anchor);
    let kept = dates
        .iter()
        .rev()
        .find(|said| !is_refused(words, said.start, said.end))?;
    let bare = words.get(kept.start).and_then(|word| weekday(&word.lower));
    let is_alone = kept.end - kept.start == 1;
    match (week, bare) {
        (Some(monday), Some(day)) if is_alone => in_week(monday, day),
        _ => Some(kept.date),
    }
}

/// Words before a date that say that it will not be then.
const BEFORE: [&[&str]; 12] = [
    &["not"],
    &["not", "on"],
    &["off"],
    &["off", "on"],
    &["out", "till"],
    &["out", "until"],
    &["away", "till"],
    &["away", "until"],
    &["traveling"],
    &["travelling"],
    &["till"],
    &["said"],
];

/// Words after a date that say the same.
const AFTER: [&[&str]; 22] = [
    &["i'm", "off"],
    &["i'm", "out"],
    &["i'm", "flying"],
    &["i'm", "away"],
    &["i'm", "in"],
    &["i'm", "at"],
    &["i'm", "travelling"],
    &["i'm", "traveling"],
    &["he's", "at"],
    &["he's", "off"],
    &["she's", "off"],
    &["we're", "closed"],
    &["no"],
    &["is", "out"],
    &["is", "bad"],
    &["is", "tight"],
    &["doesn't", "work"],
    &["won't", "work"],
    &["is", "no", "good"],
    &["is", "the", "holiday"],
    &["the", "holiday"],
    &["is", "a", "holiday"],
];

fn is_refused(words: &[Word], start: usize, end: usize) -> bool {
    let says = |at: Option<usize>, phrase: &[&str]| {
        let at = at?;
        let run = words.get(at..at + phrase.len())?;
        Some(
            run.iter()
                .zip(phrase)
                .all(|(word, said)| word.lower == *said),
        )
    };
    BEFORE
        .iter()
        .any(|phrase| says(start.checked_sub(phrase.len()), phrase) == Some(true))
        || AFTER
            .iter()
            .any(|phrase| says(Some(end), phrase) == Some(true))
}

/// A step's date: its own, unless it is moved right after; else the next one; else the last.
fn due(sentences: &[Spoken<'_>], said: &[(usize, Date)], step: usize) -> Option<Date> {
    let own = said
        .iter()
        .find(|(at, _)| *at == step)
        .map(|&(_, date)| date);
    let later = said
        .iter()
        .filter(|(at, _)| *at > step && at - step <= REACH);
    let mut moved = own;
    for &(at, date) in later.clone() {
        let words = sentences.get(at).map_or(&[][..], |sentence| sentence.words);
        if own.is_some() && moves(words) {
            moved = Some(date);
        }
    }
    let next = || {
        later
            .clone()
            .next()
            .map(|&(at, date)| last_moved(sentences, said, at, date))
    };
    let before = said
        .iter()
        .rev()
        .find(|(at, _)| *at < step && step - at <= REACH);
    moved
        .or_else(next)
        .or_else(|| before.map(|&(_, date)| date))
}

/// A date said at a place, or where it was moved to in the sentences that follow.
fn last_moved(sentences: &[Spoken<'_>], said: &[(usize, Date)], at: usize, date: Date) -> Date {
    let mut later = said
        .iter()
        .filter(|(other, _)| *other > at && other - at <= REACH);
    let is_move = |&&(at, _): &&(usize, Date)| {
        sentences
            .get(at)
            .is_some_and(|sentence| moves(sentence.words))
    };
    later.rfind(is_move).map_or(date, |&(_, moved)| moved)
}

/// Ways to begin a sentence that moves a date.
const MOVES: [&[&str]; 24] = [
    &["no"],
    &["actually"],
    &["sorry"],
    &["make", "it"],
    &["make", "that"],
    &["not"],
    &["oh"],
    &["ah"],
    &["hold", "on"],
    &["hang", "on"],
    &["wait"],
    &["then"],
    &["the"],
    &["say"],
    &["let's", "say"],
    &["better"],
    &["could", "we"],
    &["can", "we"],
    &["i'd", "rather"],
    &["rather"],
    &["so", "that's"],
    &["hmm"],
    &["um"],
    &["well"],
];

/// Whether a sentence moves the date that was said before it.
fn moves(words: &[Word]) -> bool {
    const SHORT: usize = 16;
    let begins = |phrase: &[&str]| {
        let run = words.get(..phrase.len());
        run.is_some_and(|run| {
            run.iter()
                .zip(phrase)
                .all(|(word, said)| word.lower == *said)
        })
    };
    let has = |said: &[&str]| words.iter().any(|word| said.contains(&word.lower.as_str()));
    words.len() <= SHORT
        && (MOVES.iter().any(|phrase| begins(phrase))
            || has(&["better", "safer", "instead", "rather", "easier"])
            || words.len() <= 4)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::text::words;

    /// Every sentence is a step; the call was on Tuesday 3 March 2026.
    fn check(said: &[&str], expected: &[&str]) {
        let cut: Vec<Vec<Word>> = said.iter().map(|text| words(text)).collect();
        let sentences: Vec<_> = cut.iter().map(|words| Spoken { words }).collect();
        let steps: Vec<usize> = (0..said.len()).collect();
        let dates = settle(&sentences, &steps, date(2026, 3, 3));
        let dates: Vec<_> = dates
            .iter()
            .map(|due| due.map_or("-".to_owned(), |due| due.strftime("%m-%d").to_string()))
            .collect();
        assert_eq!(dates, expected, "{said:?}");
    }

    #[test]
    fn a_step_takes_its_own_date() {
        check(&["I'll send it Friday."], &["03-06"]);
        check(&["I'll send it sometime."], &["-"]);
        check(
            &["I'll send it Friday.", "And you'd sign by the twentieth."],
            &["03-06", "03-20"],
        );
    }

    #[test]
    fn a_step_without_a_date_takes_that_of_its_thread() {
        check(
            &["Could you send the export?", "You'll have it Friday."],
            &["03-06", "03-06"],
        );
        check(
            &["Wednesday week at ten.", "I'll bring the figures."],
            &["03-11", "03-11"],
        );
        check(&["Thursday.", "So that's the fifth."], &["03-05", "03-05"]);
    }

    #[test]
    fn a_date_that_is_moved_moves_for_all() {
        check(
            &["You'll have it Monday.", "No, I'm off Monday, Tuesday."],
            &["03-10", "03-10"],
        );
        check(
            &[
                "I'd need it by Wednesday.",
                "No, sorry, make it first thing Thursday.",
            ],
            &["03-05", "03-05"],
        );
        check(
            &["The twenty third, say.", "No, wait, the twenty fourth."],
            &["03-24", "03-24"],
        );
        check(
            &["First Monday in May?", "The Monday after, then."],
            &["05-11", "05-11"],
        );
    }

    #[test]
    fn the_last_date_that_is_not_refused_counts() {
        check(
            &["Wednesday or, no, Thursday, he's traveling Wednesday."],
            &["03-05"],
        );
        check(&["Tonight, no, tomorrow by noon."], &["03-04"]);
        check(&["Monday's the holiday, so Wednesday."], &["03-04"]);
        check(&["Tomorrow I'm flying, Wednesday week."], &["03-11"]);
        check(&["Not Thursday, Friday."], &["03-06"]);
        check(
            &[
                "The week of the twenty third?",
                "Tuesday, not before eleven.",
            ],
            &["03-24", "03-24"],
        );
    }
}
