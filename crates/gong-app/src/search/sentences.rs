//! Which sentences of a place answer best: by meaning, and by the words they share with the question.

use std::collections::BTreeSet;

/// A sentence that shares all words of the question gains this much over its meaning alone.
const WORDS_WEIGHT: f32 = 0.25;
/// A sentence of fewer words ("Right.") says little, whatever its vector says.
const FEW_WORDS: usize = 4;
const FEW_WORDS_LOSS: f32 = 0.15;
/// A second sentence is quoted as well if it is nearly as good as the best.
const NEARLY: f32 = 0.9;
const MOST_QUOTES: usize = 2;

/// Words that carry no question.
const STOP_WORDS: [&str; 48] = [
    "a", "about", "all", "an", "and", "any", "are", "as", "at", "be", "been", "but", "by", "can",
    "could", "did", "do", "does", "for", "from", "had", "has", "have", "how", "if", "in", "is",
    "it", "of", "on", "or", "our", "say", "so", "that", "the", "their", "there", "they", "this",
    "to", "was", "we", "were", "what", "who", "with", "you",
];

/// The words of a text that carry meaning, as stems that are good enough to compare.
pub(crate) fn content_words(text: &str) -> BTreeSet<String> {
    text.split(|char: char| !char.is_alphanumeric())
        .map(str::to_lowercase)
        .filter(|word| !word.is_empty() && !STOP_WORDS.contains(&word.as_str()))
        .map(|word| stem(&word))
        .collect()
}

fn stem(word: &str) -> String {
    let long = word.chars().count() > 4;
    let ends = ["ing", "ed", "es", "s"];
    let stem = ends
        .iter()
        .find_map(|end| word.strip_suffix(end))
        .filter(|_| long);
    stem.unwrap_or(word).to_owned()
}

/// How well a sentence answers, from its cosine with the question and its words.
pub(crate) fn score(cosine: f32, text: &str, asked: &BTreeSet<String>) -> f32 {
    let shared = shared_words(text, asked);
    let share = if asked.is_empty() {
        0.0
    } else {
        shared as f32 / asked.len() as f32
    };
    let is_short = text.split_whitespace().count() < FEW_WORDS;
    cosine + WORDS_WEIGHT * share - if is_short { FEW_WORDS_LOSS } else { 0.0 }
}

/// How many words of the question a sentence has.
pub(crate) fn shared_words(text: &str, asked: &BTreeSet<String>) -> usize {
    content_words(text).intersection(asked).count()
}

/// The positions of the sentences to quote, best first.
pub(crate) fn best(scores: &[f32]) -> Vec<usize> {
    let mut order: Vec<(usize, f32)> = scores.iter().copied().enumerate().collect();
    order.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let Some(top) = order.first().map(|(_, score)| *score) else {
        return Vec::new();
    };
    order
        .into_iter()
        .enumerate()
        .take(MOST_QUOTES)
        .filter(|(rank, (_, score))| *rank == 0 || (top > 0.0 && *score >= NEARLY * top))
        .map(|(_, (position, _))| position)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_carry_no_question_do_not_count() {
        let asked = content_words("What did they say about the pricing of seats?");
        assert_eq!(
            asked.iter().map(String::as_str).collect::<Vec<_>>(),
            ["pric", "seat"]
        );
    }

    #[test]
    fn of_two_equal_meanings_the_one_with_the_words_wins_and_a_short_one_loses() {
        let asked = content_words("budget approval");
        let scores = [
            score(0.5, "Yes, right.", &asked),
            score(0.5, "The weather has been lovely here.", &asked),
            score(0.5, "Our budget needs approval by the board.", &asked),
        ];
        assert_eq!(best(&scores), [2]);
        assert!(scores[1] > scores[0]);
    }

    #[test]
    fn a_second_sentence_is_quoted_when_it_is_nearly_as_good() {
        assert_eq!(best(&[0.2, 0.6, 0.58, 0.59]), [1, 3]);
        assert_eq!(best(&[0.9, 0.1]), [0]);
        assert_eq!(best(&[-0.2, -0.2]), [0]);
        assert!(best(&[]).is_empty());
    }
}
