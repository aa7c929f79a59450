//! What is written is there: as a whole, once, and as it was.

use std::collections::BTreeSet;
use std::num::NonZeroUsize;

use conversation::CallId;
use embeddings::Vector;

use super::Make;
use super::trial::{Trial, calls, everything, places};
use crate::testing::call;
use crate::{ErrorKind, Forget, Holding, HoldingPage, PassagePlace, Question};

fn id(name: &str) -> CallId {
    CallId::new(name).expect("a valid id")
}

pub(super) async fn check(make: &Make<'_>) {
    what_is_written_is_found_where_it_was_said(make).await;
    holdings_are_ordered_by_call_and_revision(make).await;
    holdings_come_in_pages_and_no_call_is_parted(make).await;
    writing_twice_is_writing_once(make).await;
    a_write_replaces_its_revision_and_no_other(make).await;
    a_call_without_points_leaves_nothing(make).await;
    of_a_call_that_comes_twice_the_later_counts(make).await;
    new_facts_keep_the_vectors(make).await;
    a_missing_vector_refuses_the_whole_batch(make).await;
    a_vector_of_another_length_is_refused(make).await;
    a_passage_of_another_call_is_refused(make).await;
    a_reader_sees_a_call_whole_while_it_is_replaced(make).await;
}

async fn what_is_written_is_found_where_it_was_said(make: &Make<'_>) {
    let sample = call("7")
        .says("we can offer a discount")
        .side_says(conversation::Side::Theirs, "the security review is open");
    let trial = Trial::of(make, std::slice::from_ref(&sample)).await;

    let candidates = trial.ask("is the security review open").await;

    let passages = sample.passages();
    let second = passages.get(1).expect("a passage for each utterance");
    for list in [&candidates.meaning, &candidates.words] {
        let best = list.first().map(|candidate| &candidate.place);
        let expected = PassagePlace::of(second, 1);
        assert_eq!(
            best,
            Some(&expected),
            "a place comes back as it was written"
        );
    }
    assert_eq!(
        trial.holdings().await,
        [("7".to_owned(), 1, "facts".to_owned(), 2)]
    );
}

async fn holdings_are_ordered_by_call_and_revision(make: &Make<'_>) {
    let sample = |id: &str, revision| call(id).revision(revision).says("hello there");
    let samples = [
        sample("b", 10),
        sample("a", 2).facts_hash(""),
        sample("b", 9),
        sample("ab", 1),
    ];
    let trial = Trial::of(make, &samples).await;
    let held = trial.holdings().await;
    let held: Vec<_> = held
        .iter()
        .map(|(call, n, hash, _)| (call.as_str(), *n, hash.as_str()))
        .collect();
    let expected = [
        ("a", 2, ""),
        ("ab", 1, "facts"),
        ("b", 9, "facts"),
        ("b", 10, "facts"),
    ];
    assert_eq!(held, expected, "holdings are ordered by call and revision");
}

async fn holdings_come_in_pages_and_no_call_is_parted(make: &Make<'_>) {
    let sample = |id: &str, revision| call(id).revision(revision).says("hello there");
    // Written apart, so that a store with several files has them in several.
    let trial = Trial::new(make).await;
    for (name, revision) in [("c", 1), ("a", 2), ("d", 1), ("b", 9), ("a", 1), ("b", 10)] {
        trial.write(&[sample(name, revision)]).await;
    }
    trial.forget(Forget::Call(id("c"))).await;
    let few = |calls| NonZeroUsize::new(calls).expect("not zero");

    for calls in 1..6 {
        let mut told = Vec::new();
        let mut after = None;
        loop {
            let page = trial.store.holdings(after.as_ref(), few(calls)).await;
            let HoldingPage { held, next } = page.expect("holdings are readable");
            let line = |held: &Holding| (held.call.to_string(), held.text_revision.get());
            let page: Vec<_> = held.iter().map(line).collect();
            let names: BTreeSet<_> = page.iter().map(|(call, _)| call.clone()).collect();
            assert!(names.len() <= calls, "no page has more than {calls} calls");
            if let Some(next) = &next {
                let is_before = after.as_ref().is_none_or(|after| after < next);
                assert!(is_before, "every page comes further");
                let last = names
                    .last()
                    .is_none_or(|last| last.as_str() <= next.as_str());
                assert!(last, "a page ends where it says");
            }
            told.extend(page);
            after = next;
            if after.is_none() {
                break;
            }
        }
        let expected = [("a", 1), ("a", 2), ("b", 9), ("b", 10), ("d", 1)];
        let expected = expected.map(|(call, revision)| (call.to_owned(), revision));
        assert_eq!(told, expected, "in pages of {calls}");
    }
    let after = trial.store.holdings(Some(&id("b")), few(9)).await;
    let after = after.expect("holdings are readable");
    assert_eq!(
        (after.held.len(), after.next),
        (1, None),
        "only what comes after"
    );
}

async fn writing_twice_is_writing_once(make: &Make<'_>) {
    let samples = [
        call("1")
            .says("the price is high")
            .says("see you on monday"),
        call("2").says("the price is fine"),
    ];
    let trial = Trial::of(make, &samples).await;
    let (held, found) = (trial.holdings().await, trial.ask("price monday").await);

    trial.write(&samples).await;

    assert_eq!(trial.holdings().await, held, "writing twice holds no more");
    let again = trial.ask("price monday").await;
    assert_eq!(again, found, "writing twice changes no answer");
}

async fn a_write_replaces_its_revision_and_no_other(make: &Make<'_>) {
    let samples = [
        call("1")
            .says("alpha one")
            .says("alpha two")
            .says("alpha three"),
        call("1").revision(2).says("alpha second revision"),
        call("2").says("alpha other call"),
    ];
    let trial = Trial::of(make, &samples).await;

    trial.write(&[call("1").says("beta one")]).await;

    let candidates = trial.ask("alpha").await;
    assert_eq!(
        candidates.meaning.len(),
        3,
        "what was replaced is gone by meaning"
    );
    assert_eq!(
        candidates.words.len(),
        2,
        "what was replaced is gone by words"
    );
    assert_eq!(calls(&candidates.words), ["1", "2"]);
    let held: Vec<_> = trial
        .holdings()
        .await
        .into_iter()
        .map(|h| (h.1, h.3))
        .collect();
    assert_eq!(
        held,
        [(1, 1), (2, 1), (1, 1)],
        "other revisions and calls stay"
    );
}

async fn a_call_without_points_leaves_nothing(make: &Make<'_>) {
    let trial = Trial::of(make, &[call("1").says("alpha")]).await;
    trial.write(&[call("1"), call("2")]).await;
    assert_eq!(trial.holdings().await, [], "no points, no holding");
    assert!(trial.ask("alpha").await.meaning.is_empty());
    trial.write(&[]).await;
}

async fn of_a_call_that_comes_twice_the_later_counts(make: &Make<'_>) {
    let trial = Trial::new(make).await;
    let earlier = call("1").says("alpha").says("beta").points(&trial.embedder);
    let later = call("1")
        .says("alpha")
        .facts_hash("later")
        .points_without_vectors();

    trial
        .try_write(vec![earlier, later])
        .await
        .expect("the earlier one brought the vector");

    let expected = [("1".to_owned(), 1, "later".to_owned(), 1)];
    assert_eq!(trial.holdings().await, expected);
    let question = Question::new(everything()).meaning(trial.embedder.vector("alpha"));
    assert_eq!(
        places(&trial.recall(&question).await.meaning),
        [("1".to_owned(), 0)]
    );
}

async fn new_facts_keep_the_vectors(make: &Make<'_>) {
    let before = call("1")
        .says("the price is high")
        .says("see you on monday");
    let other = call("2").says("nothing of interest");
    let trial = Trial::of(make, &[before.clone(), other]).await;
    let found = trial.ask("price").await;
    let after = before.facts_hash("new").tag("late");

    let written = trial.try_write(vec![after.points_without_vectors()]).await;

    assert_eq!(written.expect("vectors are stored"), 2);
    assert_eq!(trial.ask("price").await, found, "new facts change no score");
    let mut filter = everything();
    filter.tags_any = vec!["late".to_owned()];
    let tagged = trial.recall(&trial.question("price", filter)).await;
    assert_eq!(tagged.meaning.len(), 2, "new facts are filtered by");
    let held = trial.holdings().await;
    assert_eq!(held.first().map(|held| held.2.as_str()), Some("new"));
}

async fn a_missing_vector_refuses_the_whole_batch(make: &Make<'_>) {
    let trial = Trial::of(make, &[call("1").says("alpha")]).await;
    let held = trial.holdings().await;
    let sound = call("2").says("alpha").points(&trial.embedder);
    let grown = call("1").facts_hash("new").says("alpha").says("beta");
    let elsewhere = call("1").revision(2).says("alpha");

    for bad in [grown, elsewhere, call("3").says("alpha")] {
        let refused = trial
            .try_write(vec![sound.clone(), bad.points_without_vectors()])
            .await;
        let kind = refused.expect_err("a vector is missing").kind();
        assert_eq!(kind, ErrorKind::VectorMissing);
    }

    assert_eq!(
        trial.holdings().await,
        held,
        "a refused batch changes nothing"
    );
}

async fn a_vector_of_another_length_is_refused(make: &Make<'_>) {
    let trial = Trial::of(make, &[call("1").says("alpha")]).await;
    let held = trial.holdings().await;
    let dimensions = trial.store.space().model().dimensions();
    for length in [dimensions.saturating_add(1).get(), dimensions.get() / 2] {
        let vector = Vector::normalised(vec![1.0; length]).expect("it points somewhere");
        let mut points = call("2").says("alpha").points(&trial.embedder);
        for point in &mut points.points {
            point.vector = Some(vector.clone());
        }
        let refused = trial
            .try_write(vec![points])
            .await
            .expect_err("a foreign length");
        assert_eq!(refused.kind(), ErrorKind::WrongDimensions);
        let question = Question::new(everything()).meaning(vector);
        let refused = trial
            .store
            .recall(&question)
            .await
            .expect_err("a foreign length");
        assert_eq!(refused.kind(), ErrorKind::WrongDimensions);
    }
    assert_eq!(
        trial.holdings().await,
        held,
        "a refused batch changes nothing"
    );
}

async fn a_passage_of_another_call_is_refused(make: &Make<'_>) {
    let trial = Trial::new(make).await;
    let mut foreign = call("1").says("alpha").points(&trial.embedder);
    foreign.points = call("2").says("alpha").points(&trial.embedder).points;
    let mut double = call("1").says("alpha").points(&trial.embedder);
    double.points.extend(double.points.clone());
    for bad in [foreign, double] {
        let refused = trial
            .try_write(vec![bad])
            .await
            .expect_err("it is out of place");
        assert_eq!(refused.kind(), ErrorKind::Misplaced);
    }
    assert_eq!(trial.holdings().await, []);
}

/// How often a call is replaced while it is read.
const REPLACEMENTS: usize = 24;

async fn a_reader_sees_a_call_whole_while_it_is_replaced(make: &Make<'_>) {
    let short = call("1").says("alpha beta").says("alpha gamma");
    let long = call("1")
        .says("alpha one")
        .says("alpha two")
        .says("alpha three");
    let trial = Trial::of(make, std::slice::from_ref(&short)).await;

    let writing = async {
        for turn in 0..REPLACEMENTS {
            let next = if turn % 2 == 0 { &long } else { &short };
            trial.write(std::slice::from_ref(next)).await;
        }
    };
    let reading = async {
        for _ in 0..REPLACEMENTS {
            let seen = trial.ask("alpha").await;
            let (meaning, words) = (seen.meaning.len(), seen.words.len());
            assert!(
                matches!((meaning, words), (2, 2) | (3, 3)),
                "seen {meaning} and {words}"
            );
        }
    };
    tokio::join!(writing, reading);
}
