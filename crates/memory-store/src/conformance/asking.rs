//! What is asked is answered: exactly, in order, and whatever the question.

use std::num::NonZeroUsize;

use super::Make;
use super::trial::{Trial, calls, everything, places};
use crate::testing::{SampleCall, call};
use crate::{Candidates, Question};

pub(super) async fn check(make: &Make<'_>) {
    an_empty_store_answers_with_nothing(make).await;
    a_question_by_nothing_finds_nothing(make).await;
    each_way_of_asking_fills_its_own_list(make).await;
    equal_scores_are_ordered_by_passage_id(make).await;
    words_meet_whatever_their_ending_and_case(make).await;
    a_rare_word_counts_more_and_a_short_passage_too(make).await;
    common_words_score_but_propose_nothing(make).await;
    hostile_questions_are_answered(make).await;
}

async fn an_empty_store_answers_with_nothing(make: &Make<'_>) {
    let trial = Trial::new(make).await;
    assert_eq!(trial.ask("price").await, Candidates::default());
    assert_eq!(trial.holdings().await, []);
}

async fn a_question_by_nothing_finds_nothing(make: &Make<'_>) {
    let trial = Trial::of(make, &[call("1").says("the price is high")]).await;
    let nothing = Question::new(everything());
    assert_eq!(trial.recall(&nothing).await, Candidates::default());
    for empty in ["", "   ", "?!…", "unheard"] {
        let question = Question::new(everything()).words(empty);
        assert_eq!(
            trial.recall(&question).await,
            Candidates::default(),
            "{empty:?}"
        );
    }
}

async fn each_way_of_asking_fills_its_own_list(make: &Make<'_>) {
    let samples = [call("1")
        .says("the price is high")
        .says("see you on monday")];
    let trial = Trial::of(make, &samples).await;
    let both = trial.ask("price").await;

    let meaning = Question::new(everything()).meaning(trial.embedder.vector("price"));
    let words = Question::new(everything()).words("price");

    let (meaning, words) = (trial.recall(&meaning).await, trial.recall(&words).await);
    assert_eq!((meaning.meaning.len(), meaning.words.len()), (2, 0));
    assert_eq!((words.meaning.len(), words.words.len()), (0, 1));
    assert_eq!(meaning.meaning, both.meaning);
    assert_eq!(words.words, both.words);
}

async fn equal_scores_are_ordered_by_passage_id(make: &Make<'_>) {
    let samples: Vec<_> = (0..40)
        .map(|n| call(&n.to_string()).says("the same words"))
        .collect();
    let trial = Trial::of(make, &samples).await;
    let mut ids: Vec<_> = samples
        .iter()
        .flat_map(SampleCall::passages)
        .map(|p| p.id)
        .collect();
    ids.sort();
    for limit in [1, 7, 39, 40, 41] {
        let mut question = trial.question("same words", everything());
        question.candidates = NonZeroUsize::new(limit).expect("not zero");

        let candidates = trial.recall(&question).await;

        for list in [candidates.meaning, candidates.words] {
            let found: Vec<_> = list.iter().map(|candidate| candidate.place.id).collect();
            let expected: Vec<_> = ids.iter().copied().take(limit).collect();
            assert_eq!(found, expected, "of equal scores the lower ids are kept");
        }
    }
}

async fn words_meet_whatever_their_ending_and_case(make: &Make<'_>) {
    let samples = [
        call("1").says("Pricing was DISCUSSED"),
        call("2").says("nothing else"),
    ];
    let trial = Trial::of(make, &samples).await;
    for words in ["price", "PRICED", "we discuss", "discussing prices"] {
        let found = trial
            .recall(&Question::new(everything()).words(words))
            .await;
        assert_eq!(calls(&found.words), ["1"], "{words}");
    }
}

async fn a_rare_word_counts_more_and_a_short_passage_too(make: &Make<'_>) {
    let mut samples: Vec<_> = (0..30)
        .map(|n| call(&format!("x{n}")).says("filler talk"))
        .collect();
    samples.push(call("rare").says("zebra talk of nothing"));
    samples.push(call("less").says("giraffe talk of nothing"));
    samples.push(call("long").says("giraffe talk of nothing but more and more of it"));
    let trial = Trial::of(make, &samples).await;

    let found = trial
        .recall(&Question::new(everything()).words("giraffe zebra"))
        .await;

    let expected = ["rare", "less", "long"].map(|id| (id.to_owned(), 0));
    assert_eq!(places(&found.words), expected);
}

async fn common_words_score_but_propose_nothing(make: &Make<'_>) {
    // Twenty passages: "talk" is in all, "price" in two, which is a tenth and no more.
    let mut samples: Vec<_> = (0..18)
        .map(|n| call(&format!("x{n}")).says("talk talk"))
        .collect();
    samples.push(call("a").says("price only here"));
    samples.push(call("b").says("price talk here"));
    let trial = Trial::of(make, &samples).await;
    let ask = async |words: &str| {
        trial
            .recall(&Question::new(everything()).words(words))
            .await
            .words
    };

    let both = ask("talk about price").await;
    let rare = ask("price").await;

    assert_eq!(calls(&both), ["a", "b"], "a common word proposes nothing");
    assert_eq!(
        places(&both).first(),
        Some(&("b".to_owned(), 0)),
        "but it scores"
    );
    assert_eq!(calls(&rare), ["a", "b"]);
    let score = |list: &[crate::Candidate], id: &str| {
        let found = list.iter().find(|c| c.place.call.as_str() == id);
        found.map(|candidate| candidate.score)
    };
    assert!(
        score(&both, "b") > score(&rare, "b"),
        "a common word adds to the score"
    );
    assert_eq!(score(&both, "a"), score(&rare, "a"), "where it is");
    let alone = ask("talk").await;
    assert_eq!(
        alone.len(),
        19,
        "a common word alone proposes: no other is left"
    );
    let unheard = ask("talk unheard").await;
    assert_eq!(unheard, alone, "a word that nobody said is not left");
}

async fn hostile_questions_are_answered(make: &Make<'_>) {
    let trial = Trial::of(make, &[call("1").says("the price is high")]).await;
    let hostile = [
        "price ".repeat(200_000),
        "price\u{0}\u{7}\u{1b}[31m\u{202e}\u{feff}".to_owned(),
        "price \" AND (words:* OR facts:[* TO *]) NOT \\".to_owned(),
        format!("price {}", "x".repeat(1_000_000)),
        format!("price {}", "🙂é".repeat(50_000)),
        (0..5_000).fold("price".to_owned(), |text, n| text + &format!(" w{n}")),
    ];
    for text in hostile {
        let found = trial.recall(&Question::new(everything()).words(text)).await;
        assert_eq!(found.words.len(), 1, "a hostile question is a question");
    }
    let mut question = trial.question("price", everything());
    question.candidates = NonZeroUsize::MAX;
    assert_eq!(trial.recall(&question).await.meaning.len(), 1);
}
