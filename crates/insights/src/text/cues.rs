//! Phrases that hint at something, found as whole words.

use std::collections::HashMap;
use std::ops::Range;

use super::Word;

/// A phrase that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Cue {
    /// Which phrase of the list, by position.
    pub phrase: usize,
    /// The words it covers, by position in the sentence.
    pub words: Range<usize>,
}

/// A list of phrases. A phrase is words with single blanks; `*` stands for any one word, and a
/// word that ends in `*` for any word that begins so.
#[derive(Clone, Debug)]
pub struct Cues {
    phrases: Vec<Vec<Piece>>,
    by_first: HashMap<String, Vec<usize>>,
    loose: Vec<usize>,
}

#[derive(Clone, Debug)]
enum Piece {
    Exactly(String),
    Beginning(String),
}

impl Piece {
    fn is(&self, word: &str) -> bool {
        match self {
            Self::Exactly(exact) => exact == word,
            Self::Beginning(start) => word.starts_with(start.as_str()),
        }
    }
}

impl Cues {
    /// Prepares a list; letters are compared in lower case.
    pub fn new<'a>(phrases: impl IntoIterator<Item = &'a str>) -> Self {
        let mut cues = Self {
            phrases: Vec::new(),
            by_first: HashMap::new(),
            loose: Vec::new(),
        };
        for (phrase, position) in phrases.into_iter().zip(0..) {
            let pieces: Vec<_> = phrase
                .split_whitespace()
                .map(|piece| match piece.strip_suffix('*') {
                    Some(start) => Piece::Beginning(start.to_lowercase()),
                    None => Piece::Exactly(piece.to_lowercase()),
                })
                .collect();
            match pieces.first() {
                Some(Piece::Exactly(first)) => {
                    let same = cues.by_first.entry(first.clone()).or_default();
                    same.push(position);
                }
                _ => cues.loose.push(position),
            }
            cues.phrases.push(pieces);
        }
        cues
    }

    /// Every phrase found, by where it begins and then by its position in the list.
    pub fn find(&self, words: &[Word]) -> Vec<Cue> {
        let mut found = Vec::new();
        for start in 0..words.len() {
            let by_first = words
                .get(start)
                .and_then(|word| self.by_first.get(&word.lower));
            let mut candidates: Vec<_> = by_first
                .into_iter()
                .flatten()
                .chain(&self.loose)
                .copied()
                .collect();
            candidates.sort_unstable();
            for phrase in candidates {
                let Some(pieces) = self.phrases.get(phrase).filter(|p| !p.is_empty()) else {
                    continue;
                };
                let end = start + pieces.len();
                let covered = words.get(start..end);
                if covered.is_some_and(|run| {
                    pieces
                        .iter()
                        .zip(run)
                        .all(|(piece, word)| piece.is(&word.lower))
                }) {
                    found.push(Cue {
                        phrase,
                        words: start..end,
                    });
                }
            }
        }
        found
    }

    /// Whether any phrase is there.
    pub fn hint(&self, words: &[Word]) -> bool {
        !self.find(words).is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::words;

    #[test]
    fn phrases_are_found_as_whole_words() {
        let cues = Cues::new(["follow up", "send * over", "pric*"]);
        let found = |text| {
            let found = cues.find(&words(text));
            found.iter().map(|cue| cue.phrase).collect::<Vec<_>>()
        };

        assert_eq!(found("I'll follow-up and send pricing over."), [0, 1, 2]);
        assert_eq!(found("We followed upstream."), [] as [usize; 0]);
        assert!(cues.hint(&words("PRICES")));
    }
}
