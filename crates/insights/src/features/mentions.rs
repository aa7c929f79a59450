//! Places where a competitor may be named: exactly, misspelt, or misheard; and what stands around.
//!
//! Whether such a place means the competitor or the ordinary word is for a small model to say.

use std::collections::BTreeSet;

use super::{Lexicon, Named};
use crate::text::{edits, sound};
use crate::{CallView, Line, Watch};

/// A place that may name a competitor.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Mention {
    /// The line, by position.
    pub line: usize,
    /// Which of the watched names, by position.
    pub watch: usize,
    /// The first of its words and the word after the last.
    pub words: (usize, usize),
    /// How far the words are from the name: 0 for the name itself.
    pub distance: f32,
    /// What stands in and around it.
    pub named: Named,
}

/// Every place that may name one of the watched, at most one per line and name.
pub fn mentions(call: &CallView<'_>, watched: &[Watch]) -> Vec<Mention> {
    let names: Vec<Vec<Spelling>> = watched.iter().map(spellings).collect();
    let mut found: Vec<Found> = Vec::new();
    for (at, line) in call.lines().iter().enumerate() {
        let mut here: Vec<Found> = Vec::new();
        for (watch, spellings) in names.iter().enumerate() {
            let best = places(line, spellings)
                .into_iter()
                .min_by(|a, b| a.distance.total_cmp(&b.distance));
            here.extend(best.map(|place| Found {
                line: at,
                watch,
                place,
            }));
        }
        // Words that may be two names are the nearer one.
        here.sort_by(|a, b| a.place.distance.total_cmp(&b.place.distance));
        let mut taken: BTreeSet<usize> = BTreeSet::new();
        for one in here {
            let words = one.place.start..one.place.end;
            if words.clone().all(|word| !taken.contains(&word)) {
                taken.extend(words);
                found.push(one);
            }
        }
    }
    found.sort_by_key(|one| (one.line, one.watch));
    let describe = |one: &Found| Mention {
        line: one.line,
        watch: one.watch,
        words: (one.place.start, one.place.end),
        distance: one.place.distance,
        named: described(call, &found, one),
    };
    found.iter().map(describe).collect()
}

/// A name or alias, in letters only.
struct Spelling {
    letters: String,
    sound: String,
    words: usize,
}

fn spellings(watch: &Watch) -> Vec<Spelling> {
    let names = std::iter::once(&watch.name).chain(&watch.aliases);
    names
        .map(|name| Spelling {
            letters: letters(name),
            sound: sound(&letters(name)),
            words: name.split_whitespace().count(),
        })
        .filter(|spelling| spelling.letters.chars().count() >= 2)
        .collect()
}

fn letters(text: &str) -> String {
    let lower = text.to_lowercase();
    lower
        .chars()
        .filter(|c| c.is_alphanumeric())
        .map(plain)
        .collect()
}

/// A letter without its accent, for the accents that names bear.
fn plain(c: char) -> char {
    match c {
        'à'..='å' => 'a',
        'è'..='ë' => 'e',
        'ì'..='ï' => 'i',
        'ò'..='ö' => 'o',
        'ù'..='ü' => 'u',
        'ç' => 'c',
        'ñ' => 'n',
        _ => c,
    }
}

#[derive(Clone, Debug)]
struct Place {
    start: usize,
    end: usize,
    distance: f32,
    form: &'static str,
}

struct Found {
    line: usize,
    watch: usize,
    place: Place,
}

/// The places of a line that come near one of the spellings.
fn places(line: &Line<'_>, spellings: &[Spelling]) -> Vec<Place> {
    let mut found = Vec::new();
    for start in 0..line.words.len() {
        for end in start + 1..=(start + 4).min(line.words.len()) {
            let run = line.words.get(start..end).unwrap_or_default();
            let joined: String = run.iter().map(|word| letters(&word.lower)).collect();
            let is_capital = run
                .iter()
                .any(|word| begins_with_capital(line, word.bytes.start));
            for spelling in spellings {
                let near = nearness(&joined, spelling, is_capital, end - start);
                found.extend(near.map(|(distance, form)| Place {
                    start,
                    end,
                    distance,
                    form,
                }));
            }
        }
    }
    found
}

fn begins_with_capital(line: &Line<'_>, byte: usize) -> bool {
    let rest = line.text.get(byte..).unwrap_or_default();
    rest.chars().next().is_some_and(char::is_uppercase)
}

/// How far a run of words is from a name, and in which way it is near; `None` where it is not.
fn nearness(
    joined: &str,
    spelling: &Spelling,
    is_capital: bool,
    words: usize,
) -> Option<(f32, &'static str)> {
    if joined == spelling.letters {
        return Some((0.0, "exact"));
    }
    let long = spelling.letters.chars().count();
    if joined.strip_suffix('s') == Some(spelling.letters.as_str()) {
        return Some((0.05, "plural"));
    }
    let inflected = words == 1 && joined.starts_with(&spelling.letters) && joined.len() <= long + 3;
    if inflected {
        return Some((0.1, "inflected"));
    }
    let length = joined.chars().count();
    if long < 4 || length < 3 || length.abs_diff(long) > 4 || words > spelling.words + 3 {
        return None;
    }
    let joined = joined
        .strip_suffix('s')
        .filter(|_| !spelling.letters.ends_with('s'))
        .unwrap_or(joined);
    let apart = edits(joined, &spelling.letters);
    let share = apart as f32 / long as f32;
    let heard = sound(joined);
    let heard_apart = edits(&heard, &spelling.sound);
    let allowed = match long {
        0..=4 => 0,
        5..=8 => 1,
        _ => 2,
    };
    let sounds = spelling.sound.chars().count();
    let alike = heard_apart == 0
        && match sounds {
            0 | 1 => false,
            2 => share <= 0.5 && (is_capital || share <= 0.25),
            _ => share <= 0.67,
        };
    let nearly = heard_apart == 1
        && (sounds >= 5 && share <= 0.42 || sounds >= 3 && share <= 0.4 && is_capital);
    let form = if apart <= allowed && alike {
        "misspelt and alike"
    } else if apart <= allowed {
        "misspelt"
    } else if alike {
        "alike"
    } else if nearly {
        "nearly alike"
    } else if heard_apart == 0 && sounds == 2 && share <= 0.67 && is_capital && words == 1 {
        "faintly alike"
    } else {
        return None;
    };
    Some((0.2 + share + 0.1 * heard_apart as f32, form))
}

/// What stands in and around a place.
fn described(call: &CallView<'_>, all: &[Found], one: &Found) -> Named {
    let mut named = Named::default();
    let Some(line) = call.lines().get(one.line) else {
        return named;
    };
    let place = &one.place;
    let first = line.words.get(place.start);
    let is_capital = first.is_some_and(|word| begins_with_capital(line, word.bytes.start));
    let begins = place.start == 0;
    let case = match (is_capital, begins) {
        (true, false) => "capital inside",
        (true, true) => "capital first",
        (false, _) => "small",
    };
    let words = if place.end - place.start > 1 {
        "several"
    } else {
        "single"
    };
    named.add(&["form", place.form], 1.0);
    named.add(&["case", case], 1.0);
    named.add(&["form", place.form, "case", case], 1.0);
    named.add(&["form", place.form, "words", words], 0.7);
    named.add(&["distance"], place.distance);
    named.add(&["side", line.side.as_str()], 0.4);
    add_words_around(&mut named, line, place);
    add_company(&mut named, call, all, one);
    for class in Lexicon::shipped().classes(&line.words) {
        named.add(&["class", class], 0.25);
    }
    if line.words.len() <= 4 {
        named.add(&["short line"], 0.7);
    }
    named.sorted()
}

/// The two words on either side, and the sorts of words that tell a company from a thing.
fn add_words_around(named: &mut Named, line: &Line<'_>, place: &Place) {
    let word = |at: Option<usize>| {
        let at = at?;
        line.words.get(at).map(|word| word.lower.as_str())
    };
    let before = word(place.start.checked_sub(1)).unwrap_or("<");
    let before_that = word(place.start.checked_sub(2)).unwrap_or("<");
    let after = word(Some(place.end)).unwrap_or(">");
    let after_that = word(Some(place.end + 1)).unwrap_or(">");
    named.add(&["before", before], 0.6);
    named.add(&["before", sort(before)], 0.8);
    named.add(&["before that", sort(before_that)], 0.4);
    named.add(&["after", after], 0.6);
    named.add(&["after", sort(after)], 0.8);
    named.add(&["after that", sort(after_that)], 0.4);
    named.add(&["between", sort(before), sort(after)], 0.6);
    let possessive = line
        .words
        .get(place.end - 1)
        .is_some_and(|word| word.lower.ends_with("'s"));
    if possessive {
        named.add(&["possessive"], 0.6);
    }
}

/// Sorts of words beside a name. Lists of common English words, closed on purpose.
fn sort(word: &str) -> &'static str {
    match word {
        "<" | ">" => "edge",
        "the" | "that" | "this" | "those" | "these" => "the",
        "a" | "an" | "one" | "another" | "some" | "any" | "no" | "every" | "each" => "a",
        "my" | "our" | "your" | "his" | "her" | "their" | "its" => "my",
        "with" | "from" | "than" | "over" | "against" | "versus" | "vs" | "beat" => "with",
        "in" | "on" | "at" | "by" | "near" | "down" | "up" | "through" | "into" | "under" => "in",
        "to" | "for" | "of" | "like" | "about" | "off" => "of",
        "and" | "or" | "but" | "so" | "then" | "plus" => "and",
        "use" | "used" | "using" | "uses" | "have" | "had" | "has" | "got" | "tried" | "trying"
        | "saw" | "seen" | "met" | "called" | "prefer" | "like's" | "chose" | "picked"
        | "bought" | "run" | "running" | "demoed" | "evaluated" | "named" | "asked" => "use",
        "is" | "are" | "was" | "were" | "isn't" | "aren't" | "be" | "been" => "is",
        "does" | "doesn't" | "do" | "don't" | "did" | "didn't" | "can" | "can't" | "could"
        | "couldn't" | "will" | "won't" | "would" | "wouldn't" | "came" | "come" | "comes"
        | "said" | "says" | "told" | "offered" | "offers" | "quoted" | "sent" | "emailed"
        | "showed" | "wants" | "want" | "wanted" | "went" | "charges" | "charge" | "gave"
        | "gives" | "keeps" | "keep" | "took" | "needs" => "does",
        "people" | "guys" | "folks" | "fella" | "fellas" | "lot" | "lad" | "lads" | "guy"
        | "rep" | "reps" | "team" | "crowd" | "bunch" | "gang" | "salesman" | "chap" | "woman"
        | "man" | "demo" | "contract" | "renewal" | "price" | "pricing" | "quote" | "proposal"
        | "pitch" | "license" | "licence" | "product" | "app" | "software" | "tool" | "system"
        | "platform" | "account" | "figure" | "number" | "trial" => "people",
        "street" | "road" | "avenue" | "court" | "point" | "store" | "square" | "lane" | "hill"
        | "bay" | "valley" | "school" | "park" | "house" | "island" | "town" | "city" | "table"
        | "room" | "station" | "walk" | "test" | "point's" | "lights" | "light" => "street",
        _ if word.ends_with("ing") => "-ing",
        _ if word.ends_with("ed") => "-ed",
        _ if word.ends_with("ly") => "-ly",
        _ => "other",
    }
}

/// Other names nearby, and how this name is used elsewhere in the call.
fn add_company(named: &mut Named, call: &CallView<'_>, all: &[Found], one: &Found) {
    let is_clear = |other: &&Found| {
        let line = call.lines().get(other.line);
        let word = line.and_then(|line| line.words.get(other.place.start));
        let capital = line
            .zip(word)
            .is_some_and(|(line, word)| begins_with_capital(line, word.bytes.start));
        other.place.form == "exact" && capital && other.place.start > 0
    };
    let others = || all.iter().filter(|other| !std::ptr::eq(*other, one));
    let near = |other: &&Found| other.line.abs_diff(one.line) <= 3;
    let same = |other: &&Found| other.watch == one.watch;
    if others()
        .filter(near)
        .filter(is_clear)
        .any(|other| other.watch != one.watch)
    {
        named.add(&["another name near"], 0.6);
    }
    if others()
        .filter(near)
        .filter(is_clear)
        .any(|other| same(&other))
    {
        named.add(&["same name near"], 0.8);
    }
    if others().filter(same).filter(near).count() > 0 {
        named.add(&["same place near"], 0.4);
    }
    let clear = others().filter(same).filter(is_clear).count();
    if clear > 0 {
        named.add(&["same name in the call", one.place.form], 0.6);
    }
    let before = one
        .line
        .checked_sub(1)
        .and_then(|line| call.lines().get(line));
    if let Some(line) = before {
        for class in Lexicon::shipped().classes(&line.words) {
            if matches!(class, "rival" | "incumbent" | "openask" | "question") {
                named.add(&["class before", class], 0.3);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::call_of;

    fn found(text: &str) -> Vec<(String, &'static str)> {
        let call = call_of(&[("theirs", text)]);
        let view = call.view();
        let watched = ["BrightLedger", "Quillo", "Summit", "Relay"].map(Watch::new);
        let line = &view.lines()[0];
        let mut all = Vec::new();
        for watch in &watched {
            let places = places(line, &spellings(watch));
            let best = places
                .into_iter()
                .min_by(|a, b| a.distance.total_cmp(&b.distance));
            all.extend(best.map(|place| (watch.name.clone(), place.form)));
        }
        all
    }

    #[test]
    fn names_are_found_as_they_are_misheard() {
        for (text, name) in [
            ("We run BrightLedger.", "BrightLedger"),
            ("We run Bright Letter.", "BrightLedger"),
            ("The Bright Ledge people.", "BrightLedger"),
            ("Quillow's in here Thursday.", "Quillo"),
            ("I did a call with Kilo.", "Quillo"),
            ("The folks at Some It.", "Summit"),
            ("Don't start me on Submit.", "Summit"),
            ("He has Realay in his firm.", "Relay"),
        ] {
            let names: Vec<_> = found(text).into_iter().map(|(name, _)| name).collect();
            assert_eq!(names, [name], "{text}");
        }
        assert_eq!(found("We keep it in a spreadsheet."), []);
        assert_eq!(found("Our real problem is the ledger."), []);
    }
}
