//! Whether a claim is about what its sentences are about.

use std::collections::HashSet;

use insights::text::{stem, words};

use super::Reason;
use crate::material::{Material, Sentence};
use crate::words::{are_kin, content, is_content, stems};

/// The least share of a claim's words that stand in its sentences. A paraphrase shares few words
/// with what was said; one that shares none is about something else.
const LEAST: f64 = 0.2;

/// The end of the blocks of Latin letters.
const LAST_LATIN: char = '\u{24f}';

/// Checks the share; `facts` are the numbers, dates and names that were found in the sentences.
pub(super) fn check(text: &str, cited: &[Sentence<'_, '_>], facts: usize) -> Result<(), Reason> {
    // Letters of an alphabet that the sentences are not written in were taken from elsewhere.
    let is_foreign = |c: char| {
        c.is_alphabetic()
            && c > LAST_LATIN
            && !cited.iter().any(|sentence| sentence.line.text.contains(c))
    };
    if text.chars().any(is_foreign) {
        return Err(Reason::Unrelated);
    }
    let claimed = content(text);
    let said: Vec<String> = cited
        .iter()
        .flat_map(|sentence| stems(sentence.line.text))
        .collect();
    let shared = claimed
        .iter()
        .filter(|word| said.iter().any(|said| are_kin(word, said)))
        .count();
    let total = claimed.len().max(1);
    let supported = shared + facts.min(2);
    if supported == 0 || (supported as f64) < LEAST * total as f64 {
        return Err(Reason::Unrelated);
    }
    // True words must not carry a second sentence that nobody said.
    let is_borne = |piece: &str| {
        let words = content(piece);
        let is_known = |word: &String| said.iter().any(|said| are_kin(word, said));
        words.len() < 2
            || piece.contains(|c: char| c.is_ascii_digit())
            || words.iter().any(is_known)
    };
    if !text.split(['.', '!', '?', ';', ':']).all(is_borne) {
        return Err(Reason::Unrelated);
    }
    Ok(())
}

/// What was said to a machine, and nowhere else.
pub(super) struct Withheld {
    stems: HashSet<String>,
    runs: HashSet<Vec<String>>,
}

const RUN: usize = 3;

impl Withheld {
    pub(super) fn of(material: &Material<'_, '_>) -> Self {
        let mut only = HashSet::new();
        let mut runs = HashSet::new();
        let mut elsewhere = HashSet::new();
        for (_, sentence) in material.sentences() {
            if sentence.is_withheld {
                let cut = words(sentence.line.text);
                only.extend(cut.iter().filter(|w| is_content(w)).map(|w| stem(&w.lower)));
                runs.extend(runs_of(sentence.line.text));
            } else {
                elsewhere.extend(stems(sentence.line.text));
            }
        }
        Self {
            stems: only.difference(&elsewhere).cloned().collect(),
            runs,
        }
    }

    /// Whether a text says what only a withheld sentence says: a word of it, or words in a row.
    pub(super) fn is_echoed(&self, text: &str, cited: &[Sentence<'_, '_>]) -> bool {
        if self.stems.is_empty() && self.runs.is_empty() {
            return false;
        }
        if content(text).iter().any(|word| self.stems.contains(word)) {
            return true;
        }
        let said: HashSet<Vec<String>> = cited
            .iter()
            .flat_map(|sentence| runs_of(sentence.line.text))
            .collect();
        runs_of(text)
            .into_iter()
            .any(|run| self.runs.contains(&run) && !said.contains(&run))
    }
}

fn runs_of(text: &str) -> Vec<Vec<String>> {
    let all: Vec<String> = words(text).into_iter().map(|word| word.lower).collect();
    all.windows(RUN).map(<[String]>::to_vec).collect()
}
