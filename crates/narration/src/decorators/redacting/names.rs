//! The names of those who took part, found as they are said.

use std::collections::HashMap;

use insights::text::{Word, words};

/// Titles and particles: parts of names that are ordinary words by themselves.
const PARTICLES: [&str; 24] = [
    "mr", "mrs", "ms", "dr", "prof", "sir", "van", "von", "der", "den", "de", "di", "da", "del",
    "la", "le", "el", "al", "bin", "ibn", "ben", "the", "and", "jr",
];

/// Names that are ordinary words: only with a capital, and not where a sentence begins.
const ORDINARY: [&str; 44] = [
    "will", "may", "mark", "grant", "rose", "frank", "bill", "hope", "art", "rob", "sue", "pat",
    "chase", "drew", "grace", "joy", "faith", "dawn", "june", "april", "august", "rich", "miles",
    "penny", "ruby", "skip", "page", "young", "long", "white", "brown", "black", "green", "king",
    "price", "banks", "day", "best", "case", "cook", "stone", "wood", "park", "rice",
];

/// Names and their pseudonyms.
pub(super) struct Names {
    /// Whole names, as words in lower case, the longest first.
    whole: Vec<(Vec<String>, String)>,
    /// Words of names.
    single: HashMap<String, String>,
    restored: Vec<(String, String)>,
}

impl Names {
    pub(super) fn of(people: &[String]) -> Self {
        let mut whole = Vec::new();
        let mut owners: HashMap<String, Vec<usize>> = HashMap::new();
        let mut restored = Vec::new();
        for (person, name) in (1..).zip(people) {
            let parts: Vec<String> = words(name).into_iter().map(|word| word.lower).collect();
            for part in &parts {
                let owners = owners.entry(part.clone()).or_default();
                if !owners.contains(&person) {
                    owners.push(person);
                }
            }
            restored.push((format!("person_{person}"), name.trim().to_owned()));
            if parts.len() > 1 {
                whole.push((parts, format!("Person_{person}")));
            }
        }
        whole.sort_by_key(|(parts, _)| std::cmp::Reverse(parts.len()));
        let mut single = HashMap::new();
        let mut next = people.len();
        let mut parts: Vec<_> = owners.into_iter().collect();
        parts.sort();
        for (part, owners) in parts {
            if part.chars().count() < 2 || PARTICLES.contains(&part.as_str()) {
                continue;
            }
            let pseudonym = if let [person] = owners.as_slice() {
                format!("Person_{person}")
            } else {
                // Two of that name: who is meant is not known, and must not be guessed.
                next += 1;
                restored.push((format!("person_{next}"), capital(&part)));
                format!("Person_{next}")
            };
            single.insert(part, pseudonym);
        }
        Self {
            whole,
            single,
            restored,
        }
    }

    /// Pseudonyms in lower case, with what they stand for.
    pub(super) fn restored(&self) -> impl Iterator<Item = (String, String)> + '_ {
        self.restored.iter().cloned()
    }

    /// The text with pseudonyms for names.
    pub(super) fn hide(&self, text: &str) -> String {
        let cut = words(text);
        let mut hidden = String::with_capacity(text.len());
        let mut end = 0;
        let mut at = 0;
        while let Some(word) = cut.get(at) {
            let found = self
                .whole_at(text, &cut, at)
                .or_else(|| Some((self.single_at(text, word)?, 1)));
            let Some((pseudonym, length)) = found else {
                at += 1;
                continue;
            };
            let last = cut.get(at + length - 1).unwrap_or(word);
            hidden.push_str(text.get(end..word.bytes.start).unwrap_or_default());
            hidden.push_str(pseudonym);
            end = bare_end(text, last);
            at += length;
        }
        hidden.push_str(text.get(end..).unwrap_or_default());
        hidden
    }

    fn whole_at(&self, text: &str, cut: &[Word], at: usize) -> Option<(&str, usize)> {
        self.whole.iter().find_map(|(parts, pseudonym)| {
            let run = cut.get(at..at + parts.len())?;
            let last = parts.len() - 1;
            let is_name = run.iter().zip(parts).enumerate().all(|(n, (word, part))| {
                word.lower == *part || (n == last && bare(&word.lower) == part)
            });
            let is_joined = run.windows(2).all(|pair| {
                let gap = text.get(pair[0].bytes.end..pair[1].bytes.start);
                gap.is_some_and(|gap| gap.chars().all(|c| c.is_whitespace() || ".-,".contains(c)))
            });
            (is_name && is_joined).then_some((pseudonym.as_str(), parts.len()))
        })
    }

    fn single_at(&self, text: &str, word: &Word) -> Option<&str> {
        let lower = bare(&word.lower);
        let pseudonym = self.single.get(lower)?;
        let written = text.get(word.bytes.clone()).unwrap_or_default();
        if ORDINARY.contains(&lower) {
            let before = text.get(..word.bytes.start).unwrap_or_default().trim_end();
            let begins = before.is_empty() || before.ends_with(['.', '?', '!', ':', ']']);
            // ": Will" is a speaker or the first word; "Will:" is the speaker.
            let is_speaker = text
                .get(word.bytes.end..)
                .is_some_and(|after| after.starts_with(": "));
            if !written.starts_with(char::is_uppercase) || (begins && !is_speaker) {
                return None;
            }
        }
        Some(pseudonym)
    }
}

fn bare(lower: &str) -> &str {
    lower.strip_suffix("'s").unwrap_or(lower)
}

/// Where a word ends without its possessive.
fn bare_end(text: &str, word: &Word) -> usize {
    let written = text.get(word.bytes.clone()).unwrap_or_default();
    if bare(&word.lower).len() == word.lower.len() {
        return word.bytes.end;
    }
    let cut = written.rfind(['\'', '’']).unwrap_or(written.len());
    word.bytes.start + cut
}

fn capital(word: &str) -> String {
    let mut chars = word.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_a_word_is_a_name_only_where_it_must_be() {
        let names = Names::of(&["Will Grant".to_owned(), "Jan van der Berg".to_owned()]);
        let check = |text, expected| assert_eq!(names.hide(text), expected);
        check("will you grant it?", "will you grant it?");
        check("Will you send it?", "Will you send it?");
        check("I asked Will about it", "I asked Person_1 about it");
        check("Will Grant: yes", "Person_1: yes");
        check("Jan van der Berg’s van", "Person_2’s van");
        check("jan, der berg", "Person_2, der Person_2");
    }
}
