//! Laws of merging: something is never replaced by nothing.

use conversation::{AccountId, Transcript};

use crate::{Archive, PENDING_FOR, PutOutcome, Source, TextState};

use super::fixture::{
    NOW, at, bare, full, full_put, id, known, put, read, store, stored, with_words, words,
};

pub(super) async fn check<A: Archive>(make: &impl AsyncFn() -> A) {
    what_an_answer_lacks_is_kept(&make().await).await;
    an_empty_transcript_is_nothing(&make().await).await;
    an_empty_block_is_nothing(&make().await).await;
    raw_blocks_stay_fresh_without_a_revision(&make().await).await;
    a_whole_answer_is_believed(&make().await).await;
    a_new_name_of_a_speaker_is_new_text(&make().await).await;
    words_are_waited_for_seven_days(&make().await).await;
    time_in_which_nobody_could_ask_for_words_does_not_count(&make().await).await;
    a_call_that_comes_again_is_not_missing(&make().await).await;
}

async fn what_an_answer_lacks_is_kept<A: Archive>(archive: &A) {
    let first = with_words(archive, "1").await;
    let whole = read(archive, "1").await.expect("it is there");
    let mut lacking = put(full("1"), Some(first));
    lacking.call.parties.clear();
    lacking.call.accounts.clear();
    lacking.call.tags.clear();
    lacking
        .raw
        .blocks
        .insert("context".to_owned(), "[1]".to_owned());

    store(archive, lacking, NOW).await;

    let kept = read(archive, "1").await.expect("it is there");
    assert!(kept.is_partial, "it is marked");
    assert_eq!(kept.call, whole.call);
    assert_eq!(kept.text, whole.text);
    assert_eq!(kept.text_state, TextState::Present);
    let names: Vec<_> = kept.raw.blocks.keys().map(String::as_str).collect();
    assert_eq!(names, ["context", "metaData", "parties"], "blocks merge");

    let mut regained = full_put("1", "Hello.", Some(kept.revision));
    regained
        .raw
        .blocks
        .insert("context".to_owned(), "[2]".to_owned());
    store(archive, regained, NOW).await;
    let mended = read(archive, "1").await.expect("it is there");
    assert!(!mended.is_partial, "a whole answer takes the mark away");
    let context = mended.raw.blocks.get("context").map(String::as_str);
    assert_eq!(context, Some("[2]"));
}

async fn an_empty_transcript_is_nothing<A: Archive>(archive: &A) {
    let first = with_words(archive, "1").await;
    let mut empty = full_put("1", "", Some(first));
    empty.transcript = Some(Transcript::default());

    let outcome = store(archive, empty, NOW).await;

    assert_eq!(outcome, PutOutcome::Unchanged { revision: first });
    let kept = read(archive, "1").await.expect("it is there");
    let text = kept.text.expect("it has words");
    assert_eq!(text.transcript, words("Hello."));
    assert!(kept.is_partial);
}

async fn an_empty_block_is_nothing<A: Archive>(archive: &A) {
    let first = with_words(archive, "1").await;
    for nothing in ["null", " {} ", "[]", ""] {
        let mut put = full_put("1", "Hello.", Some(first));
        let blocks = &mut put.raw.blocks;
        blocks.insert("parties".to_owned(), nothing.to_owned());
        store(archive, put, NOW).await;

        let kept = read(archive, "1").await.expect("it is there");
        let block = kept.raw.blocks.get("parties").map(String::as_str);
        assert_eq!(block, Some(r#"[{"n":1}]"#), "after {nothing:?}");
        assert!(kept.is_partial, "after {nothing:?}");
    }
}

async fn raw_blocks_stay_fresh_without_a_revision<A: Archive>(archive: &A) {
    let first = with_words(archive, "1").await;
    let mut fresh = full_put("1", "Hello.", Some(first));
    let blocks = &mut fresh.raw.blocks;
    blocks.insert("metaData".to_owned(), r#"{"id":1,"seen":9}"#.to_owned());

    let outcome = store(archive, fresh.clone(), NOW).await;

    assert_eq!(outcome, PutOutcome::Unchanged { revision: first });
    let kept = read(archive, "1").await.expect("it is there");
    assert_eq!(kept.raw, fresh.raw);
    assert_eq!(kept.revision, first);
}

async fn a_whole_answer_is_believed<A: Archive>(archive: &A) {
    let first = with_words(archive, "1").await;
    let mut put = full_put("1", "Hello.", Some(first));
    let account = AccountId::new("crm-7").expect("a valid id");
    put.call.accounts = vec![account.clone()];
    put.call.tags.clear();
    put.call.title = None;

    store(archive, put, NOW).await;

    let call = read(archive, "1").await.expect("it is there").call;
    assert_eq!(call.accounts, [account]);
    assert!(call.tags.is_empty() && call.title.is_none());
}

async fn a_new_name_of_a_speaker_is_new_text<A: Archive>(archive: &A) {
    let first = with_words(archive, "1").await;
    let mut renamed = put(full("1"), Some(first));
    renamed.raw = full_put("1", "", None).raw;
    for party in &mut renamed.call.parties {
        party.name = Some("Another Name".to_owned());
    }

    let second = stored(archive, renamed).await;

    let read = read(archive, "1").await.expect("it is there");
    let text = read.text.expect("it has words");
    assert_eq!(text.revision, second, "names are embedded with the words");
    assert_eq!(text.transcript, words("Hello."), "the held words stay");
    let scope = access::Scope::internal();
    let both = [(id("1"), first), (id("1"), second)];
    let both = archive.transcripts(&scope, &both).await.expect("read");
    assert_eq!(
        both,
        [Some(words("Hello.")), Some(words("Hello."))],
        "an index that still holds the old revision can be read"
    );
}

async fn words_are_waited_for_seven_days<A: Archive>(archive: &A) {
    let first = stored(archive, put(full("1"), None)).await;
    let pending = TextState::Pending { since: NOW };
    let state = async || known(archive, "1").await.expect("it is there").text;
    assert_eq!(state().await, pending);

    let last_day = NOW + PENDING_FOR;
    let again = store(archive, put(full("1"), Some(first)), last_day).await;
    assert_eq!(again, PutOutcome::Unchanged { revision: first });
    assert_eq!(
        state().await,
        pending,
        "the wait goes on from its beginning"
    );

    let later = last_day + jiff::SignedDuration::from_secs(1);
    store(archive, put(full("1"), Some(first)), later).await;
    assert_eq!(state().await, TextState::None, "then it is given up");
    store(archive, put(full("1"), Some(first)), later).await;
    assert_eq!(state().await, TextState::None);

    store(archive, full_put("1", "At last.", Some(first)), later).await;
    assert_eq!(state().await, TextState::Present, "late words are taken");
}

async fn time_in_which_nobody_could_ask_for_words_does_not_count<A: Archive>(archive: &A) {
    let first = stored(archive, put(full("1"), None)).await;
    let hours = jiff::SignedDuration::from_hours;
    let later = NOW + PENDING_FOR + hours(5);
    let state = async || known(archive, "1").await.expect("it is there").text;
    let again = |unasked_for| {
        let mut again = put(full("1"), Some(first));
        again.unasked_for = unasked_for;
        again
    };

    store(archive, again(hours(5)), later).await;
    assert_eq!(state().await, TextState::Pending { since: NOW });
    store(archive, again(hours(4)), later).await;
    assert_eq!(state().await, TextState::None);
}

async fn a_call_that_comes_again_is_not_missing<A: Archive>(archive: &A) {
    let first = stored(archive, put(bare("1"), None)).await;
    let missing = async || known(archive, "1").await.expect("there").missing_since;
    let mark = async |since| archive.set_missing(&[id("1"), id("2")], since).await;

    mark(Some(at(5))).await.expect("marked");
    mark(Some(at(9))).await.expect("marked");
    assert_eq!(
        missing().await,
        Some(at(5)),
        "the first mark keeps its time"
    );
    mark(None).await.expect("cleared");
    assert_eq!(missing().await, None);

    mark(Some(at(9))).await.expect("marked");
    let mut other = put(bare("1"), Some(first));
    other.source = Source::Import;
    let first = stored(archive, other).await;
    assert_eq!(missing().await, Some(at(9)), "a file says nothing of that");
    let mut same = put(bare("1"), Some(first));
    same.source = Source::Import;
    store(archive, same, NOW).await;
    assert_eq!(missing().await, None);
    assert!(known(archive, "2").await.is_none(), "a mark makes no call");
}
