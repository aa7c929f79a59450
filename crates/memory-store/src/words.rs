//! Words into keyed hashes: what makes an index searchable without being readable.
//!
//! Words are cut by the Unicode rules, lower-cased, stemmed (Snowball English) and hashed. Order
//! and count of words are not kept, except that each pair of neighbours is hashed as well, so that
//! a phrase can be looked for.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use rust_stemmers::{Algorithm, Stemmer};
use unicode_segmentation::UnicodeSegmentation;

use crate::TermKey;

/// A question is read up to this many different words …
const MOST_QUESTION_TERMS: usize = 256;
/// … and this many bytes: nobody asks more, and an index must not work for nothing.
const MOST_QUESTION_BYTES: usize = 64 * 1024;

/// A keyed hash of a word, of a pair of words, or of a fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Term(u64);

impl Term {
    /// The hash as a number.
    pub fn get(self) -> u64 {
        self.0
    }
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

/// The terms of one passage.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_structs,
    reason = "words, pairs and their number are the meaning"
)]
pub struct Terms {
    /// How often each word occurs.
    pub words: BTreeMap<Term, u32>,
    /// Which words stand next to each other.
    pub pairs: BTreeSet<Term>,
    /// How many words there are.
    pub length: u32,
}

/// Hashes words under one key.
#[derive(Clone, Debug)]
pub struct Hasher {
    key: TermKey,
}

impl Hasher {
    /// Hashes under this key.
    pub fn new(key: TermKey) -> Self {
        Self { key }
    }

    /// The terms of a passage.
    pub fn terms(&self, text: &str) -> Terms {
        let mut terms = Terms::default();
        let mut before: Option<String> = None;
        for word in stems(text) {
            *terms.words.entry(self.word(&word)).or_default() += 1;
            terms.length = terms.length.saturating_add(1);
            if let Some(before) = before {
                terms.pairs.insert(self.pair(&before, &word));
            }
            before = Some(word);
        }
        terms
    }

    /// The different words of a question, in its order.
    pub fn asked(&self, question: &str) -> Vec<Term> {
        let mut seen = BTreeSet::new();
        stems(start_of(question))
            .map(|word| self.word(&word))
            .filter(|term| seen.insert(*term))
            .take(MOST_QUESTION_TERMS)
            .collect()
    }

    /// What a passage must hold to hold a phrase.
    pub fn phrase(&self, phrase: &str) -> Phrase {
        let words: Vec<String> = stems(start_of(phrase)).take(MOST_QUESTION_TERMS).collect();
        match words.as_slice() {
            [] => Phrase::Nothing,
            [word] => Phrase::Word(self.word(word)),
            words => Phrase::Pairs(
                words
                    .windows(2)
                    .filter_map(|pair| match pair {
                        [first, second] => Some(self.pair(first, second)),
                        _ => None,
                    })
                    .collect(),
            ),
        }
    }

    /// A fact of a call, such as `account` and its id.
    pub fn fact(&self, kind: &str, value: &str) -> Term {
        self.hash(&[kind, value])
    }

    fn word(&self, word: &str) -> Term {
        self.hash(&[word])
    }

    fn pair(&self, first: &str, second: &str) -> Term {
        self.hash(&["", first, second])
    }

    fn hash(&self, parts: &[&str]) -> Term {
        let mut hasher = blake3::Hasher::new_keyed(self.key.bytes());
        for (index, part) in parts.iter().enumerate() {
            if index > 0 {
                hasher.update(b"\0");
            }
            hasher.update(part.as_bytes());
        }
        let hash = hasher.finalize();
        let first = hash.as_bytes().first_chunk().expect("a hash is 32 bytes");
        Term(u64::from_be_bytes(*first))
    }
}

/// What a passage must hold to hold a phrase.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "whoever looks for a phrase handles each"
)]
pub enum Phrase {
    /// The phrase has no word: nothing holds it.
    Nothing,
    /// One word.
    Word(Term),
    /// All of these pairs.
    Pairs(BTreeSet<Term>),
}

fn stems(text: &str) -> impl Iterator<Item = String> {
    let stemmer = Stemmer::create(Algorithm::English);
    text.unicode_words()
        .map(move |word| stemmer.stem(&word.to_lowercase()).into_owned())
}

fn start_of(question: &str) -> &str {
    &question[..question.floor_char_boundary(MOST_QUESTION_BYTES)]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hasher() -> Hasher {
        Hasher::new(TermKey::new([7; 32]))
    }

    #[test]
    fn words_meet_whatever_their_case_and_ending() {
        let asked = hasher().asked("PRICING prices, price!");
        assert_eq!(asked, hasher().asked("price priced"));
        assert_eq!(asked.len(), 1 /* "price" and "pricing" share a stem */);
        assert_ne!(hasher().asked("discount"), asked);
    }

    #[test]
    fn another_key_gives_other_terms() {
        let other = Hasher::new(TermKey::new([8; 32]));
        assert_ne!(hasher().asked("price"), other.asked("price"));
    }

    #[test]
    fn a_passage_counts_its_words_and_knows_its_pairs() {
        let terms = hasher().terms("no means no means");
        assert_eq!(terms.length, 4);
        assert_eq!(terms.words.values().copied().collect::<Vec<_>>(), [2, 2]);
        let Phrase::Pairs(pairs) = hasher().phrase("means no") else {
            panic!("two words make a pair")
        };
        assert!(pairs.is_subset(&terms.pairs));
        let Phrase::Pairs(pairs) = hasher().phrase("means means") else {
            panic!("two words make a pair")
        };
        assert!(!pairs.is_subset(&terms.pairs), "never next to each other");
    }

    #[test]
    fn a_word_is_no_pair_and_no_fact() {
        let hasher = hasher();
        assert_ne!(hasher.word("ab"), hasher.pair("a", "b"));
        assert_ne!(hasher.fact("a", "b"), hasher.pair("a", "b"));
        assert_ne!(hasher.pair("ab", "c"), hasher.pair("a", "bc"));
    }

    #[test]
    fn a_huge_question_is_read_to_a_bound() {
        let words: Vec<String> = (0..100_000).map(|n| format!("w{n}")).collect();
        let mut huge = words.join(" ");
        assert_eq!(hasher().asked(&huge).len(), MOST_QUESTION_TERMS);
        huge.insert_str(0, &"é".repeat(MOST_QUESTION_BYTES));
        assert_eq!(hasher().asked(&huge).len(), 1);
        assert_eq!(hasher().asked("\u{0}\u{7}\u{202e} --- !!"), []);
    }
}
