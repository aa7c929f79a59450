//! Cue classes of sales talk: "money", "by when", "takes it back", each a list of phrases.

use std::sync::LazyLock;

use crate::text::{Cues, Word};

const LIST: &str = include_str!("lexicon.txt");

/// The shipped cue classes.
#[derive(Debug)]
pub struct Lexicon {
    names: Vec<&'static str>,
    cues: Cues,
    /// The class of each phrase of `cues`.
    classes: Vec<usize>,
}

impl Lexicon {
    /// The one list, read once.
    pub fn shipped() -> &'static Self {
        static SHIPPED: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::read(LIST));
        &SHIPPED
    }

    fn read(list: &'static str) -> Self {
        let lines = list.lines().filter(|line| !line.starts_with('#'));
        let (mut names, mut phrases, mut classes) = (Vec::new(), Vec::new(), Vec::new());
        for (name, members) in lines.filter_map(|line| line.split_once(':')) {
            for phrase in members.split(',').map(str::trim) {
                phrases.push(phrase);
                classes.push(names.len());
            }
            names.push(name.trim());
        }
        Self {
            names,
            cues: Cues::new(phrases),
            classes,
        }
    }

    /// The names of the classes of which a sentence holds a phrase, each once, in their order.
    pub fn classes(&self, words: &[Word]) -> Vec<&'static str> {
        let found = self.cues.find(words);
        let mut held: Vec<usize> = found
            .iter()
            .filter_map(|cue| self.classes.get(cue.phrase).copied())
            .collect();
        held.sort_unstable();
        held.dedup();
        let name = |class: usize| self.names.get(class).copied();
        held.into_iter().filter_map(name).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::words;

    #[test]
    fn a_sentence_belongs_to_the_classes_of_its_phrases() {
        let classes = |text| Lexicon::shipped().classes(&words(text));
        assert!(classes("What's the price per seat?").contains(&"price"));
        assert!(classes("Scratch that, never mind.").contains(&"cancel"));
        assert!(classes("Integrating it took months.").contains(&"integration"));
        assert_eq!(classes("Bananas."), [] as [&str; 0]);
    }
}
