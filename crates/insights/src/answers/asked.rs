//! What a question asks for, from its own words.

use std::collections::BTreeSet;

use crate::text::{stem, words};

/// Words that say nothing about what is asked.
const EMPTY: [&str; 84] = [
    "a", "about", "all", "am", "an", "and", "any", "are", "as", "at", "be", "been", "by", "can",
    "could", "did", "do", "does", "for", "from", "had", "has", "have", "he", "her", "his", "how",
    "i", "if", "in", "into", "is", "it", "its", "many", "may", "me", "might", "much", "must", "my",
    "no", "not", "of", "on", "or", "our", "out", "over", "per", "say", "said", "shall", "she",
    "should", "so", "than", "that", "the", "their", "them", "then", "there", "these", "they",
    "this", "those", "to", "up", "us", "was", "we", "were", "what", "when", "where", "which",
    "who", "whom", "whose", "why", "will", "would", "with",
];

/// How a question begins that only asks whether.
const WHETHER: [&str; 24] = [
    "am", "are", "can", "could", "did", "do", "does", "had", "has", "have", "is", "may", "might",
    "must", "shall", "should", "was", "were", "will", "would", "isn't", "aren't", "didn't",
    "doesn't",
];

/// How a question asks for a number.
const FOR_A_NUMBER: [&str; 14] = [
    "amount", "big", "budget", "cost", "fee", "figure", "large", "long", "many", "much", "number",
    "often", "percent", "price",
];

/// How a question asks for a day or a time.
const FOR_A_DATE: [&str; 5] = ["when", "date", "deadline", "day", "month"];

/// A question as it is compared with sentences.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    words: BTreeSet<String>,
    is_yes_or_no: bool,
    wants_number: bool,
    wants_date: bool,
}

impl Asked {
    /// Reads a question.
    pub fn of(question: &str) -> Self {
        let said: Vec<String> = words(question).into_iter().map(|word| word.lower).collect();
        let has = |list: &[&str]| said.iter().any(|word| list.contains(&word.as_str()));
        Self {
            words: content(said.iter().map(String::as_str)),
            is_yes_or_no: said
                .first()
                .is_some_and(|first| WHETHER.contains(&first.as_str())),
            wants_number: has(&FOR_A_NUMBER),
            wants_date: has(&FOR_A_DATE),
        }
    }

    /// The stems of the words that carry the question.
    pub const fn words(&self) -> &BTreeSet<String> {
        &self.words
    }

    /// Whether it asks only whether something is so.
    pub const fn is_yes_or_no(&self) -> bool {
        self.is_yes_or_no
    }

    /// Whether the answer should hold a number.
    pub const fn wants_number(&self) -> bool {
        self.wants_number
    }

    /// Whether the answer should hold a day or a time.
    pub const fn wants_date(&self) -> bool {
        self.wants_date
    }
}

/// The stems of the words that carry meaning.
pub(super) fn content<'w>(words: impl Iterator<Item = &'w str>) -> BTreeSet<String> {
    words
        .filter(|word| !EMPTY.contains(word))
        .map(stem)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_says_what_it_is_after() {
        let asked = Asked::of("How many seats do they need?");
        assert!(asked.wants_number() && !asked.is_yes_or_no() && !asked.wants_date());
        assert_eq!(
            asked.words().iter().map(String::as_str).collect::<Vec<_>>(),
            ["need", "seat"]
        );
        assert!(Asked::of("When is the deadline?").wants_date());
    }

    #[test]
    fn a_question_that_begins_with_its_verb_asks_only_whether() {
        for whether in ["Did they agree?", "isn’t it live yet?", "Is there a cap"] {
            assert!(Asked::of(whether).is_yes_or_no(), "{whether}");
        }
        for open in [
            "What did they agree?",
            "liability cap",
            "",
            "By when is it due?",
        ] {
            assert!(!Asked::of(open).is_yes_or_no(), "{open}");
        }
    }
}
