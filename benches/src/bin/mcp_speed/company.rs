//! Calls of invented words, as files that gongkit imports.

use std::fs;
use std::path::Path;

use anyhow::Result;
use serde_json::{Value, json};

/// Words of an utterance: enough to be one passage each.
const WORDS: usize = 150;
/// Utterances of a call.
const UTTERANCES: usize = 100;
const SYLLABLES: [&str; 16] = [
    "ba", "ce", "di", "fe", "gu", "ha", "je", "ki", "lo", "mu", "na", "pe", "ri", "so", "tu", "ve",
];

/// A row of numbers that is the same in each run.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(2).wrapping_add(1))
    }

    fn roll(&mut self) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 33
    }

    /// One of 4,096 words; the first ones come most often, as in speech.
    pub(crate) fn word(&mut self) -> String {
        let most = 1_u64 << (4 + self.roll() % 9);
        let mut at = self.roll() % most;
        let mut word = String::new();
        for _ in 0..3 {
            let syllable = usize::try_from(at % 16).unwrap_or_default();
            word.push_str(SYLLABLES.get(syllable).copied().unwrap_or("ba"));
            at /= 16;
        }
        word
    }
}

/// Writes as many calls as make about so many passages; returns how many calls that are.
pub(crate) fn write(folder: &Path, passages: usize) -> Result<usize> {
    let calls = passages.div_ceil(UTTERANCES).max(1);
    for number in 1..=calls {
        let call = call(number, &mut Dice::new(number as u64));
        fs::write(folder.join(format!("{number}.json")), call.to_string())?;
    }
    Ok(calls)
}

fn call(number: usize, dice: &mut Dice) -> Value {
    let id = number.to_string();
    let turns: Vec<Value> = (0..UTTERANCES).map(|at| turn(at, dice)).collect();
    json!({
        "call": {
            "metaData": {
                "id": id, "url": format!("https://app.gong.io/call?id={id}"),
                "title": format!("Call {id}"), "started": "2026-03-02T10:00:00Z",
                "duration": 6_000, "primaryUserId": "7", "direction": "Conference",
                "scope": "External", "language": "eng", "isPrivate": false
            },
            "parties": [
                {"id": "p1", "speakerId": "s0", "userId": "7", "name": "Seller",
                    "emailAddress": "seller@us.example", "affiliation": "Internal"},
                {"id": "p2", "speakerId": "s1", "name": "Buyer",
                    "emailAddress": format!("buyer@customer{}.example", number % 97),
                    "affiliation": "External"}
            ]
        },
        "callTranscript": {"callId": id, "transcript": turns}
    })
}

fn turn(at: usize, dice: &mut Dice) -> Value {
    let start = at * 60_000;
    let sentences: Vec<Value> = (0..WORDS / 15)
        .map(|sentence| {
            let words: Vec<String> = (0..15).map(|_| dice.word()).collect();
            let from = start + sentence * 5_000;
            json!({"start": from, "end": from + 4_000, "text": format!("{}.", words.join(" "))})
        })
        .collect();
    json!({"speakerId": format!("s{}", at % 2), "topic": null, "sentences": sentences})
}
