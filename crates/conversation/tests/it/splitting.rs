//! Splitting loses and repeats no word, and keeps to the limit it was given.

use std::num::NonZeroUsize;

use conversation::{
    Call, CallId, Party, PartyId, Passage, Revision, Sentence, Span, SplitRules, Tenant,
    Transcript, Utterance, split,
};
use jiff::Timestamp;
use proptest::collection::vec;
use proptest::prelude::*;

/// Counts like a model that breaks words into pieces of four characters between two marks.
fn pieces(text: &str) -> usize {
    2 + text
        .split_whitespace()
        .map(|word| word.chars().count().div_ceil(4))
        .sum::<usize>()
}

fn call() -> Call {
    let mut call = Call::new(CallId::new("1").expect("valid"), Timestamp::UNIX_EPOCH);
    let mut party = Party::new(PartyId::new("p0").expect("valid"));
    party.name = Some("Ada Example".to_owned());
    call.parties.push(party);
    call
}

fn transcript(turns: Vec<(bool, Vec<String>)>) -> Transcript {
    let mut clock = 0;
    let utterance = |(is_named, sentences): (bool, Vec<String>)| {
        let sentences = sentences
            .into_iter()
            .map(|text| {
                clock += 1_000;
                Sentence::new(Span::from_millis(clock - 1_000, clock), text)
            })
            .collect();
        let utterance = Utterance::new(sentences);
        if is_named {
            utterance.by(PartyId::new("p0").expect("valid"))
        } else {
            utterance
        }
    };
    Transcript::new(turns.into_iter().map(utterance).collect())
}

fn passages(transcript: &Transcript, limit: usize) -> Vec<Passage> {
    let rules = SplitRules::for_limit(NonZeroUsize::new(limit).expect("not zero"));
    split(
        &Tenant::default(),
        &call(),
        Revision::new(1),
        transcript,
        &rules,
        &pieces,
    )
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
    piece.split_whitespace().collect()
}

fn sentence() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => "[a-zé]{1,9}( [a-zé]{1,9}){0,30}\\.",
        1 => "[a-z]{1,3}( [a-z]{1,3}){100,400}",
        1 => "[語話]{1,400}",
        1 => "\\PC{0,40}",
        1 => Just(String::new()),
    ]
}

fn turns() -> impl Strategy<Value = Vec<(bool, Vec<String>)>> {
    vec((any::<bool>(), vec(sentence(), 0..12)), 0..25)
}

proptest! {
    #[test]
    fn splitting_loses_and_repeats_no_word(turns in turns(), limit in 12usize..300) {
        let transcript = transcript(turns);

        let found: String = passages(&transcript, limit).iter().map(|p| covered(&transcript, p)).collect();

        let said: String = transcript.sentences().flat_map(|s| s.text.split_whitespace()).collect();
        prop_assert_eq!(found, said);
    }

    #[test]
    fn no_passage_exceeds_the_limit_it_was_given(turns in turns(), limit in 12usize..300) {
        for passage in passages(&transcript(turns), limit) {
            prop_assert!(pieces(&passage.text) <= limit, "{} > {limit}", pieces(&passage.text));
        }
    }

    #[test]
    fn passages_stand_in_order_and_have_ids_of_their_own(turns in turns(), limit in 12usize..300) {
        let passages = passages(&transcript(turns), limit);

        let ids: std::collections::BTreeSet<_> = passages.iter().map(|p| p.id).collect();
        prop_assert_eq!(ids.len(), passages.len());
        for pair in passages.windows(2) {
            let is_after = pair[0].last < pair[1].first
                || (pair[0].last == pair[1].first && pair[0].part < pair[1].part);
            prop_assert!(is_after);
        }
    }
}

#[test]
fn a_passage_ends_with_the_utterance_once_it_is_long_enough() {
    let turn = || {
        (
            true,
            vec!["one two three four five six seven eight nine ten.".to_owned(); 5],
        )
    };
    let lengths: Vec<_> = passages(&transcript(vec![turn(), turn(), turn(), turn()]), 10_000)
        .iter()
        .map(|p| (p.first.to_string(), p.last.to_string(), p.words))
        .collect();

    let place = |first: &str, last: &str, words| (first.to_owned(), last.to_owned(), words);
    assert_eq!(lengths, [place("0.0", "2.4", 150), place("3.0", "3.4", 50)]);
}

#[test]
fn a_long_utterance_is_ended_at_a_sentence() {
    let turn = (
        true,
        vec!["one two three four five six seven eight nine ten.".to_owned(); 40],
    );
    let words: Vec<_> = passages(&transcript(vec![turn]), 10_000)
        .iter()
        .map(|p| p.words)
        .collect();

    assert_eq!(words, [180, 180, 40]);
}

#[test]
fn the_same_words_keep_their_ids_and_a_new_revision_gets_new_ones() {
    let transcript = transcript(vec![(true, vec!["Hello there.".to_owned()])]);
    let rules = SplitRules::for_limit(NonZeroUsize::MAX);
    let ids = |tenant: &str, revision| {
        let tenant = Tenant::new(tenant).expect("valid");
        split(
            &tenant,
            &call(),
            Revision::new(revision),
            &transcript,
            &rules,
            &pieces,
        )[0]
        .id
    };

    assert_eq!(ids("default", 1), ids("default", 1));
    assert_ne!(ids("default", 1), ids("default", 2));
    assert_ne!(ids("default", 1), ids("other", 1));
    assert_eq!(
        ids("default", 1).to_string(),
        "72e45a84-75af-55dc-9a44-d0ce6df95a16"
    );
}
