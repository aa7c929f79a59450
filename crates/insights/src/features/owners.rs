//! Who has to act: what a step says about its owner, by itself and through the steps beside it.
//!
//! "I'll send it" is the speaker's, "could you send it" the other side's, "let's meet" both's; a
//! step that says nothing ("Thursday, then.") has the owner of the steps around it. What these
//! hints are worth is for a small model to say.

use std::sync::LazyLock;

use conversation::Side;

use super::SentenceFeatures;
use crate::text::{Cues, Word};
use crate::{CallView, Line};

/// The speaker will act.
const PROMISE: [&str; 79] = [
    "i'll",
    "we'll",
    "i will",
    "we will",
    "i shall",
    "we shall",
    "let me",
    "lemme",
    "i can",
    "we can",
    "i could",
    "we could",
    "i'd get",
    "i'd bring",
    "i'd send",
    "i'd put",
    "i'd draft",
    "i'd have something",
    "we'd have something",
    "i'd have to",
    "we'd have to",
    "i have to",
    "i'd do",
    "i've put",
    "i send",
    "i show",
    "i take",
    "i go",
    "i walk",
    "i speak",
    "i talk",
    "i tell",
    "i make",
    "i prepare",
    "i get you",
    "i need to ask",
    "i need to check",
    "i need to talk",
    "we need to ask",
    "i'm going to",
    "we're going to",
    "i'm gonna",
    "i'm fixing",
    "i should",
    "shall i",
    "should i",
    "shall we send",
    "i must",
    "will do",
    "i promise",
    "i'd better",
    "i owe you",
    "give me a week",
    "give me a day",
    "give me two",
    "give us a",
    "i'm happy to",
    "happy to",
    "i'd be happy",
    "i try",
    "you'll have",
    "you'd have",
    "you will have",
    "you have it",
    "you get it",
    "you'll get",
    "you'd get",
    "you'll hear",
    "you'll see",
    "my guy",
    "my team will",
    "our guy",
    "we send",
    "we make",
    "we put",
    "i do",
    "i'd love to show",
    "i'd mirror",
    "i'd run",
];

/// The other side shall act.
const REQUEST: [&str; 68] = [
    "could you",
    "can you",
    "would you",
    "will you",
    "could somebody",
    "can somebody",
    "if you can",
    "if you could",
    "send me",
    "send us",
    "get me",
    "get us",
    "mail me",
    "email me",
    "drop me",
    "drop it",
    "give me",
    "give us",
    "tell me by",
    "let me have",
    "let us have",
    "show me",
    "show us",
    "put it",
    "put that",
    "put them",
    "put in",
    "make it",
    "write it",
    "write me",
    "write that",
    "take it",
    "take me",
    "leave it",
    "bring me",
    "bring the",
    "copy me",
    "ring me",
    "call me",
    "introduce me",
    "i'd need",
    "i need",
    "we need",
    "we'd need",
    "i'd want",
    "i want",
    "we want",
    "we'd want",
    "i would like",
    "i would also like",
    "i'd like",
    "we'd like",
    "i'd love a",
    "i'd love the",
    "i'd be grateful",
    "please",
    "have somebody",
    "get it here",
    "fill it",
    "do that",
    "do it",
    "not to me",
    "then put",
    "ask them",
    "ask him",
    "ask her",
    "tell them",
    "tell him",
];

/// Both will.
const TOGETHER: [&str; 29] = [
    "let's",
    "should we",
    "shall we",
    "we should",
    "meet",
    "together",
    "talk again",
    "session",
    "sit down",
    "catch up",
    "regroup",
    "reconvene",
    "kickoff",
    "in a room",
    "half an hour",
    "thirty minutes",
    "an hour",
    "workshop",
    "get on a call",
    "hop on",
    "jump on",
    "book a",
    "have a call",
    "both of us",
    "put a date",
    "come by",
    "come over",
    "join us",
    "speak again",
];

/// Requests that outweigh a promise in the same sentence.
const DIRECT: [&str; 4] = ["could you", "can you", "would you", "will you"];

/// How far apart steps may stand to say something about each other.
const REACH: usize = 4;

struct Hints {
    promise: Cues,
    request: Cues,
    together: Cues,
    direct: Cues,
}

static HINTS: LazyLock<Hints> = LazyLock::new(|| Hints {
    promise: Cues::new(PROMISE),
    request: Cues::new(REQUEST),
    together: Cues::new(TOGETHER),
    direct: Cues::new(DIRECT),
});

/// What a sentence says about the owner of its step.
fn hint(line: &Line<'_>) -> Option<&'static str> {
    let words: &[Word] = &line.words;
    let is_direct = HINTS.direct.hint(words);
    let together = HINTS.together.hint(words);
    if HINTS.promise.hint(words) && !is_direct {
        Some(side(line.side, false))
    } else if together && !is_direct {
        Some("both")
    } else if HINTS.request.hint(words) {
        Some(side(line.side, true))
    } else {
        together.then_some("both")
    }
}

/// The speaker's side, or the other one.
fn side(speaker: Side, is_other: bool) -> &'static str {
    if (speaker == Side::Ours) == is_other {
        "theirs"
    } else {
        "ours"
    }
}

/// The features of each step, given by the positions of their lines, rising.
pub fn owner_features(call: &CallView<'_>, steps: &[usize]) -> Vec<SentenceFeatures> {
    let lines = call.lines();
    let hints: Vec<_> = steps
        .iter()
        .map(|&step| lines.get(step).and_then(hint))
        .collect();
    let near = |one: usize, other: usize| one.abs_diff(other) <= REACH;
    let mut features = Vec::with_capacity(steps.len());
    for (position, &step) in steps.iter().enumerate() {
        let mut one = call.features().get(step).cloned().unwrap_or_default();
        let (Some(line), own) = (lines.get(step), hints.get(position).copied().flatten()) else {
            features.push(one);
            continue;
        };
        let hinted = |other: usize| {
            let is_near = steps.get(other).is_some_and(|&other| near(other, step));
            hints.get(other).copied().flatten().filter(|_| is_near)
        };
        let before = (0..position).rev().find_map(hinted);
        let after = (position + 1..steps.len()).find_map(hinted);
        let word = |hint: Option<&'static str>| hint.unwrap_or("none");
        let named = &mut one.named;
        named.add(&["owner", word(own)], 1.5);
        named.add(&["owner before", word(before)], 0.7);
        named.add(&["owner after", word(after)], 0.7);
        named.add(&["owner and before", word(own), word(before)], 0.7);
        named.add(&["owner and after", word(own), word(after)], 0.7);
        let speaker = line.side.as_str();
        let is_short = if line.words.len() <= 6 {
            "short"
        } else {
            "long"
        };
        named.add(&["owner, length", speaker, is_short], 0.5);
        for (name, cues) in [
            ("promise", &HINTS.promise),
            ("request", &HINTS.request),
            ("together", &HINTS.together),
        ] {
            if cues.hint(&line.words) {
                named.add(&["owner hint", name, speaker], 0.7);
            }
        }
        let nearby = step.saturating_sub(REACH)..(step + REACH - 1).min(lines.len());
        let meetings = nearby
            .filter(|&at| at != step)
            .filter_map(|at| lines.get(at))
            .filter(|line| HINTS.together.hint(&line.words))
            .count();
        named.add(&["meetings near"], 0.3 * meetings.min(3) as f32);
        one.named = std::mem::take(&mut one.named).sorted();
        features.push(one);
    }
    features
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::call_of;

    #[test]
    fn a_step_hints_at_its_owner() {
        for (who, text, expected) in [
            ("ours", "I'll send it on Friday.", Some("ours")),
            ("theirs", "I'll send it on Friday.", Some("theirs")),
            ("theirs", "Could you send it?", Some("ours")),
            ("ours", "You'll have it on Friday.", Some("ours")),
            ("ours", "Let's sit down next week.", Some("both")),
            ("theirs", "Thursday, then.", None),
        ] {
            let call = call_of(&[(who, text)]);
            assert_eq!(hint(&call.view().lines()[0]), expected, "{text}");
        }
    }
}
