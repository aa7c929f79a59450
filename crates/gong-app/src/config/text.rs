//! Which known word an unknown one was probably meant to be.

/// More typing mistakes than this make another word.
const MISTAKES: usize = 3;

/// The nearest of the words, if it is near enough to be what was meant.
pub(crate) fn closest<'a>(text: &str, words: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let text = text.to_lowercase();
    words
        .map(|word| {
            (
                strsim::damerau_levenshtein(&text, &word.to_lowercase()),
                word,
            )
        })
        .filter(|(mistakes, word)| *mistakes <= MISTAKES && *mistakes * 3 <= word.len())
        .min_by_key(|(mistakes, _)| *mistakes)
        .map(|(_, word)| word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_recognised_and_another_word_is_not() {
        let words = || ["skip", "store"].into_iter();
        assert_eq!(closest("stoer", words()), Some("store"));
        assert_eq!(closest("SKIP", words()), Some("skip"));
        assert_eq!(closest("delete", words()), None);
    }
}
