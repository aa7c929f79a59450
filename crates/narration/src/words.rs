//! Words of claims and sentences, as far as a comparison of the two needs them.

use std::collections::HashSet;

use insights::text::{Word, stem, words};

/// Words that say nothing by themselves: they neither support a claim nor need support.
const EMPTY: &[&str] = &[
    "a",
    "about",
    "after",
    "again",
    "all",
    "also",
    "am",
    "an",
    "and",
    "any",
    "are",
    "as",
    "at",
    "be",
    "because",
    "been",
    "before",
    "being",
    "both",
    "but",
    "by",
    "can",
    "could",
    "did",
    "do",
    "does",
    "doing",
    "done",
    "during",
    "each",
    "either",
    "every",
    "for",
    "from",
    "get",
    "gets",
    "getting",
    "go",
    "goes",
    "going",
    "got",
    "had",
    "has",
    "have",
    "having",
    "he",
    "her",
    "here",
    "him",
    "his",
    "how",
    "i",
    "if",
    "in",
    "into",
    "is",
    "it",
    "its",
    "just",
    "let",
    "like",
    "made",
    "make",
    "makes",
    "may",
    "me",
    "might",
    "more",
    "most",
    "much",
    "must",
    "my",
    "no",
    "not",
    "now",
    "of",
    "off",
    "on",
    "once",
    "only",
    "or",
    "other",
    "our",
    "out",
    "over",
    "own",
    "per",
    "she",
    "should",
    "so",
    "some",
    "still",
    "such",
    "than",
    "that",
    "the",
    "their",
    "them",
    "then",
    "there",
    "these",
    "they",
    "this",
    "those",
    "through",
    "to",
    "too",
    "under",
    "until",
    "up",
    "us",
    "very",
    "was",
    "we",
    "well",
    "were",
    "what",
    "when",
    "where",
    "whether",
    "which",
    "while",
    "who",
    "whom",
    "why",
    "will",
    "with",
    "would",
    "yes",
    "yet",
    "you",
    "your",
    "one",
    "side",
    "sides",
    "without",
    "within",
    "across",
    "between",
    "around",
    "currently",
    "today's",
    "it's",
    "i'm",
    "i'll",
    "i'd",
    "i've",
    "we'll",
    "we're",
    "we've",
    "we'd",
    "you'll",
    "you're",
    "you'd",
    "you've",
    "they'll",
    "they're",
    "they've",
    "they'd",
    "that's",
    "there's",
    "let's",
    "don't",
    "doesn't",
    "didn't",
    "won't",
    "can't",
    "cannot",
    "isn't",
    "aren't",
    "wasn't",
    "weren't",
    "wouldn't",
    "couldn't",
    "shouldn't",
    "haven't",
    "hasn't",
    "hadn't",
    "what's",
    "he's",
    "she's",
];

/// Words with which one tells what somebody said, or who they are in the deal.
const TELLING: &[&str] = &[
    "agree",
    "agreed",
    "agrees",
    "ask",
    "asked",
    "asks",
    "buyer",
    "buyers",
    "call",
    "claim",
    "client",
    "committed",
    "concern",
    "concerned",
    "concerns",
    "confirm",
    "confirmed",
    "confirms",
    "customer",
    "customers",
    "customer's",
    "describe",
    "described",
    "describes",
    "discussed",
    "expect",
    "expects",
    "expressed",
    "explain",
    "explained",
    "explains",
    "mention",
    "mentioned",
    "mentions",
    "need",
    "needs",
    "note",
    "noted",
    "notes",
    "offer",
    "offered",
    "offers",
    "plan",
    "plans",
    "promise",
    "promised",
    "promises",
    "propose",
    "proposed",
    "proposes",
    "prospect",
    "raise",
    "raised",
    "raises",
    "rep",
    "report",
    "reported",
    "reports",
    "request",
    "requested",
    "requests",
    "said",
    "say",
    "says",
    "seller",
    "speaker",
    "state",
    "stated",
    "states",
    "stress",
    "stressed",
    "suggest",
    "suggested",
    "suggests",
    "team",
    "tell",
    "tells",
    "told",
    "vendor",
    "want",
    "wanted",
    "wants",
    "warn",
    "warned",
    "warns",
    "wonder",
    "wondered",
    "wonders",
    "worried",
    "current",
    "need",
    "salesperson",
    "team's",
    "client's",
    "prospect's",
    "company",
];

/// Whether a word says nothing by itself.
pub(crate) fn is_empty(lower: &str) -> bool {
    EMPTY.contains(&lower)
}

/// Whether a word only tells who said what.
pub(crate) fn is_telling(lower: &str) -> bool {
    TELLING.contains(&lower)
}

/// The stems of the words of a text that say something.
pub(crate) fn content(text: &str) -> Vec<String> {
    words(text)
        .iter()
        .filter(|word| is_content(word))
        .map(|word| stem(&word.lower))
        .collect()
}

pub(crate) fn is_content(word: &Word) -> bool {
    let lower = word.lower.as_str();
    lower.len() > 1 && !is_empty(lower) && !is_telling(lower)
}

/// All stems of a text.
pub(crate) fn stems(text: &str) -> HashSet<String> {
    words(text).iter().map(|word| stem(&word.lower)).collect()
}

/// Whether two stems are of one word: equal, or one begins with the other's first five letters and
/// neither is much longer.
pub(crate) fn are_kin(one: &str, other: &str) -> bool {
    const SHARED: usize = 5;
    if one == other {
        return true;
    }
    let begins = one
        .chars()
        .zip(other.chars())
        .take_while(|(a, b)| a == b)
        .count();
    begins >= SHARED && one.chars().count().abs_diff(other.chars().count()) <= 4
}

/// The word as it is written.
pub(crate) fn written<'t>(text: &'t str, word: &Word) -> &'t str {
    text.get(word.bytes.clone()).unwrap_or_default()
}

/// A word without its possessive ending.
pub(crate) fn bare(lower: &str) -> &str {
    lower.strip_suffix("'s").unwrap_or(lower)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_one_family_are_kin() {
        assert!(are_kin("german", "germani") && are_kin("implement", "implementa"));
        assert!(!are_kin("contract", "contact") && !are_kin("plan", "plane"));
        assert_eq!(content("The customer asked for an export."), ["export"]);
    }
}
