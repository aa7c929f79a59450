//! Phrases: found by pairs of neighbouring words, confirmed on the archive's text.
//!
//! An index without positions knows which words stand next to each other, not in which order the
//! pairs do. So what it finds is read in the order of rank, for at most [`MOST_CALLS`] calls.

use std::collections::{BTreeMap, BTreeSet};

use access::Scope;
use call_archive::Archive;
use conversation::{CallId, Revision, Transcript};
use memory_store::{Hit, PassagePlace};

use crate::Error;

/// So many calls are read to confirm phrases.
pub(crate) const MOST_CALLS: usize = 50;

/// What was confirmed.
pub(crate) struct Confirmed {
    pub(crate) hits: Vec<Hit>,
    /// Whether calls were left unread.
    pub(crate) stopped: bool,
}

/// Keeps the hits in whose words every phrase stands.
pub(crate) async fn confirmed(
    archive: &dyn Archive,
    scope: &Scope,
    phrases: &[String],
    hits: Vec<Hit>,
) -> Result<Confirmed, Error> {
    let wanted: Vec<Vec<String>> = phrases.iter().map(|phrase| words(phrase)).collect();
    let mut which: Vec<(CallId, Revision)> = Vec::new();
    let mut calls: BTreeSet<&CallId> = BTreeSet::new();
    let mut stopped = false;
    for hit in &hits {
        let of = (hit.place.call.clone(), hit.place.text_revision);
        if which.contains(&of) {
            continue;
        }
        if calls.len() == MOST_CALLS && !calls.contains(&hit.place.call) {
            stopped = true;
            continue;
        }
        calls.insert(&hit.place.call);
        which.push(of);
    }
    let transcripts = archive.transcripts(scope, &which).await?;
    let read: BTreeMap<(CallId, Revision), Transcript> = which
        .into_iter()
        .zip(transcripts)
        .filter_map(|(of, transcript)| Some((of, transcript?)))
        .collect();
    let holds = |hit: &Hit| {
        let of = (hit.place.call.clone(), hit.place.text_revision);
        let said = read.get(&of).map(|transcript| said(transcript, &hit.place));
        said.is_some_and(|said| wanted.iter().all(|phrase| stands_in(phrase, &said)))
    };
    Ok(Confirmed {
        hits: hits.into_iter().filter(holds).collect(),
        stopped,
    })
}

/// The words of a passage.
fn said(transcript: &Transcript, place: &PassagePlace) -> Vec<String> {
    let sentences = transcript.between(place.first, place.last);
    sentences
        .flat_map(|sentence| {
            let part = place
                .part
                .and_then(|part| sentence.text.get(part.start..part.end));
            words(part.unwrap_or(sentence.text))
        })
        .collect()
}

fn words(text: &str) -> Vec<String> {
    let words = text.split(|char: char| !char.is_alphanumeric() && char != '\'');
    let words = words.filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect()
}

fn stands_in(phrase: &[String], said: &[String]) -> bool {
    !phrase.is_empty() && said.windows(phrase.len()).any(|words| words == phrase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phrase_stands_in_words_in_its_order_whatever_their_case() {
        let said = words("Our Security-Review ends; we don't review security.");
        let check = |phrase: &str, stands: bool| {
            assert_eq!(stands_in(&words(phrase), &said), stands, "{phrase}");
        };
        check("security review", true);
        check("REVIEW ends we don't", true);
        check("review ends security", false);
        check("reviews", false);
        check("", false);
    }
}
