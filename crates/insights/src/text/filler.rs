//! Words that fill a pause, counted only where they do nothing else.

use super::Word;

/// Sounds that never mean anything.
const SOUNDS: [&str; 8] = ["um", "umm", "uh", "uhh", "er", "erm", "ehm", "hmm"];

/// Words that count where punctuation sets them apart on both sides ("it is, like, slow").
const SET_APART: [&[&str]; 11] = [
    &["like"],
    &["right"],
    &["you", "know"],
    &["i", "mean"],
    &["sort", "of"],
    &["kind", "of"],
    &["basically"],
    &["actually"],
    &["literally"],
    &["so"],
    &["well"],
];

/// How many fillers a sentence holds. Without commas only the sounds can be told.
pub fn fillers(text: &str, words: &[Word]) -> usize {
    let mut count = 0;
    let mut at = 0;
    while let Some(word) = words.get(at) {
        if SOUNDS.contains(&word.lower.as_str()) {
            count += 1;
            at += 1;
            continue;
        }
        let found = SET_APART.iter().find(|phrase| {
            words.get(at..at + phrase.len()).is_some_and(|run| {
                let same = run
                    .iter()
                    .zip(**phrase)
                    .all(|(word, one)| word.lower == *one);
                same && words.len() > run.len() && is_set_apart(text, words, at, run.len())
            })
        });
        match found {
            Some(phrase) => {
                count += 1;
                at += phrase.len();
            }
            None => at += 1,
        }
    }
    count
}

fn is_set_apart(text: &str, words: &[Word], at: usize, length: usize) -> bool {
    let between = |left: Option<&Word>, right: Option<&Word>| {
        let start = left.map_or(0, |word| word.bytes.end);
        let end = right.map_or(text.len(), |word| word.bytes.start);
        text.get(start..end).unwrap_or_default()
    };
    let first = words.get(at);
    let last = words.get(at + length - 1);
    let before = at.checked_sub(1).and_then(|at| words.get(at));
    let after = words.get(at + length);
    let parts = |gap: &str| gap.contains([',', '—', '–', '.', ';', '?']);
    // A sentence's own end sets nothing apart but a tag.
    let left = before.is_none() || parts(between(before, first));
    let right = parts(between(last, after));
    left && right
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::words;

    #[test]
    fn only_words_that_do_nothing_are_fillers() {
        let count = |text: &str| fillers(text, &words(text));
        assert_eq!(count("Um, it is, like, slow, you know, and uh late."), 4);
        assert_eq!(count("We like it, and you know why."), 0);
        assert_eq!(count("So, we will, I mean, try."), 2);
        assert_eq!(count("Right."), 0);
        assert_eq!(count("That works, right?"), 1);
        assert_eq!(count("um we like it you know"), 1);
    }
}
