//! A call with its transcript, from Gong's JSON to passages: no word is lost or repeated.

use std::num::NonZeroUsize;

use conversation::{Passage, Revision, SplitRules, Tenant, Transcript, split};
use gong_sync::Fetched;

/// Reads a file of a call, maps it and splits it, as narrowly as the first byte says.
///
/// # Panics
/// When a word is lost or repeated, or a passage is beyond its limit.
pub fn calls(bytes: &[u8]) {
    let (limit, json) = bytes.split_first().unwrap_or((&0, &[]));
    let Ok(fetched) = Fetched::from_json(json) else {
        return;
    };
    let Some(transcript) = fetched.transcript() else {
        return;
    };
    // The least limit that has room for every character with its speaker.
    let limit = 40 + usize::from(*limit);
    let rules = SplitRules::for_limit(NonZeroUsize::new(limit).expect("at least 40"));
    let passages = split(
        &Tenant::default(),
        fetched.call(),
        Revision::new(1),
        transcript,
        &rules,
        &pieces,
    );

    let heard: String = transcript.sentences().map(|said| said.text).collect();
    let kept: String = passages
        .iter()
        .map(|passage| covered(transcript, passage))
        .collect();
    assert_eq!(kept, bare(&heard), "words were lost or repeated");
    for passage in &passages {
        assert!(
            passage.first <= passage.last,
            "a passage ends before it begins"
        );
        assert!(
            pieces(&passage.text) <= limit,
            "a passage of {} pieces is beyond {limit}",
            pieces(&passage.text)
        );
    }
    let mut ids: Vec<_> = passages.iter().map(|passage| passage.id).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), passages.len(), "two passages have one id");
}

/// Counts like a model that breaks words into pieces of four characters between two marks.
fn pieces(text: &str) -> usize {
    2 + text
        .split_whitespace()
        .map(|word| word.chars().count().div_ceil(4))
        .sum::<usize>()
}

fn bare(text: &str) -> String {
    text.split_whitespace().collect()
}

/// The characters that a passage stands for, read from the transcript by its references.
fn covered(transcript: &Transcript, passage: &Passage) -> String {
    let whole: String = transcript
        .between(passage.first, passage.last)
        .map(|sentence| sentence.text)
        .collect();
    let piece = match passage.part {
        Some(part) => whole[part.start..part.end].to_owned(),
        None => whole,
    };
    bare(&piece)
}
