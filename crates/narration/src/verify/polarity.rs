//! Whether a claim denies what is not denied, or the other way round.
//!
//! Words can show the plain cases only. What they cannot show is what the second look of a model is
//! for, and is reported apart.

use insights::text::{Word, stem, words};

use super::Reason;
use crate::material::Sentence;
use crate::words::{are_kin, is_content};

const DENIALS: &[&str] = &[
    "not", "no", "never", "cannot", "nobody", "none", "nothing", "neither", "nor", "without",
];

/// Words that deny without "not".
const NEGATIVE: &[&str] = &[
    "declin",
    "refus",
    "reject",
    "rule",
    "unabl",
    "lack",
    "without",
    "avoid",
    "stop",
    "against",
    "fail",
    "unlik",
    "hard",
    "oppos",
    "miss",
    "drop",
    "cancel",
    "remov",
    "unwil",
    "exclud",
    "prevent",
    "block",
    "postpon",
    "delay",
    "lost",
    "lose",
    "less",
    "only",
    "too",
    "concern",
    "worri",
    "doubt",
    "rather",
    "off",
    "few",
    "hesit",
    "unhappi",
    "unclear",
    "impossibl",
    "difficult",
    "instead",
    "until",
    "unless",
    "zero",
    "prohibit",
    "forbid",
    "deni",
    "dismiss",
    "skip",
    "beyond",
    "least",
    "freez",
    "frozen",
    "hold",
];

pub(super) fn check(text: &str, cited: &[Sentence<'_, '_>]) -> Result<(), Reason> {
    let claim = words(text);
    let said: Vec<&[Word]> = cited.iter().map(|one| one.line.words.as_slice()).collect();
    let denies_claim = claim.iter().any(is_denial);
    if denies_claim
        && !said
            .iter()
            .any(|words| words.iter().any(|w| is_denial(w) || is_negative(w)))
    {
        return Err(Reason::Polarity);
    }
    let is_bare = !denies_claim && !claim.iter().any(is_negative);
    let is_denied = is_bare && !said.is_empty() && said.iter().all(|words| denies(words, &claim));
    if is_denied {
        Err(Reason::Polarity)
    } else {
        Ok(())
    }
}

/// Two words that deny nothing.
const MANNERS: [&str; 13] = [
    "not only",
    "not just",
    "no problem",
    "no wait",
    "no worries",
    "no question",
    "no doubt",
    "don't we",
    "don't you",
    "don't forget",
    "can't we",
    "can't you",
    "won't you",
];

fn is_denial(word: &Word) -> bool {
    DENIALS.contains(&word.lower.as_str()) || word.lower.ends_with("n't")
}

fn is_negative(word: &Word) -> bool {
    let stem = stem(&word.lower);
    NEGATIVE.iter().any(|one| *one == stem)
}

/// Whether a sentence denies the first thing that a claim says of it: "we won't sign" of "will sign".
fn denies(said: &[Word], claim: &[Word]) -> bool {
    const NEAR: usize = 3;
    let claimed: Vec<String> = claim
        .iter()
        .filter(|word| is_content(word))
        .map(|word| stem(&word.lower))
        .collect();
    let shared = |word: &Word| {
        let stem = stem(&word.lower);
        is_content(word) && claimed.iter().any(|one| are_kin(one, &stem))
    };
    let Some(first) = said.iter().position(shared) else {
        return false;
    };
    let before = said
        .get(first.saturating_sub(NEAR)..first)
        .unwrap_or_default();
    // "Don't forget to", "no problem", "not only", "why don't we" deny nothing.
    let begins: Vec<&str> = said.iter().map(|word| word.lower.as_str()).collect();
    let is_manner = begins
        .windows(2)
        .any(|pair| MANNERS.contains(&pair.join(" ").as_str()));
    let denial = before.iter().any(is_denial) && begins.first() != Some(&"no");
    denial && !is_manner && said.iter().filter(|word| is_denial(word)).count() == 1
}
