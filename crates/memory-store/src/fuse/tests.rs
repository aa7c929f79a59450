//! Tables and properties of the ranking.

use conversation::{SentenceRef, Sides, Span};
use proptest::prelude::*;

use super::*;

const CLOSE: f32 = 1e-4;

fn place(call: &str, ordinal: u32) -> PassagePlace {
    let mut id = [0; 16];
    id[..4].copy_from_slice(&ordinal.to_be_bytes());
    for (slot, byte) in id[4..].iter_mut().zip(call.bytes()) {
        *slot = byte;
    }
    PassagePlace {
        id: PassageId::from_bytes(id),
        call: CallId::new(call).expect("a valid id"),
        text_revision: Revision::new(1),
        ordinal,
        first: SentenceRef::new(ordinal, 0),
        last: SentenceRef::new(ordinal, 0),
        part: None,
        span: Span::from_millis(0, 1),
        sides: Sides::NONE,
    }
}

fn list(scores: &[(&str, u32, f32)]) -> Vec<Candidate> {
    scores
        .iter()
        .map(|&(call, ordinal, score)| Candidate {
            place: place(call, ordinal),
            score,
        })
        .collect()
}

fn ranked(
    meaning: &[(&str, u32, f32)],
    words: &[(&str, u32, f32)],
    rules: FusionRules,
) -> Vec<(String, u32, f32)> {
    let candidates = Candidates {
        meaning: list(meaning),
        words: list(words),
    };
    fuse(&candidates, &rules)
        .into_iter()
        .map(|hit| (hit.place.call.to_string(), hit.place.ordinal, hit.score))
        .collect()
}

fn check(
    meaning: &[(&str, u32, f32)],
    words: &[(&str, u32, f32)],
    rules: FusionRules,
    expected: &[(&str, u32, f32)],
) {
    let hits = ranked(meaning, words, rules);
    assert_eq!(hits.len(), expected.len(), "{hits:?}");
    for ((call, ordinal, score), (is_call, is_ordinal, is_score)) in hits.iter().zip(expected) {
        assert_eq!((call.as_str(), ordinal), (*is_call, is_ordinal), "{hits:?}");
        assert!((score - is_score).abs() < CLOSE, "{hits:?}");
    }
}

#[test]
fn nothing_gives_nothing() {
    check(&[], &[], FusionRules::default(), &[]);
}

#[test]
fn one_candidate_is_ranked_though_no_list_can_tell_how_good_it_is() {
    for rules in [FusionRules::PLAIN, FusionRules::default()] {
        check(&[("a", 0, 0.3)], &[], rules, &[("a", 0, 0.0)]);
        check(&[], &[("a", 3, 9.0)], rules, &[("a", 3, 0.0)]);
        check(&[("a", 0, 0.3)], &[("a", 0, 9.0)], rules, &[("a", 0, 0.0)]);
    }
}

#[test]
fn one_list_alone_keeps_its_order() {
    let scores = [("a", 0, 3.0), ("b", 0, 2.0), ("c", 0, 1.0)];
    let z = 1.5_f32.sqrt();
    let expected = [("a", 0, z), ("b", 0, 0.0), ("c", 0, -z)];
    check(&scores, &[], FusionRules::PLAIN, &expected);
    check(&[], &scores, FusionRules::PLAIN, &expected);
}

#[test]
fn two_whole_lists_give_the_plain_sum_of_z_scores() {
    // Meaning: mean 2, deviation √(2/3). Words, 0 where no word is: mean 1, deviation √2.
    check(
        &[("a", 0, 3.0), ("b", 0, 2.0), ("c", 0, 1.0)],
        &[("b", 0, 3.0)],
        FusionRules::PLAIN,
        &[
            ("b", 0, 2.0_f32.sqrt()),
            ("a", 0, 1.5_f32.sqrt() - 0.5_f32.sqrt()),
            ("c", 0, -1.5_f32.sqrt() - 0.5_f32.sqrt()),
        ],
    );
}

#[test]
fn what_a_cut_list_left_out_counts_as_its_lowest() {
    // Both lists have the same length and differ, so both were cut: b's words and c's meaning are
    // taken as the lowest score seen.
    check(
        &[("a", 0, 3.0), ("b", 0, 1.0)],
        &[("a", 0, 9.0), ("c", 0, 8.0)],
        FusionRules::PLAIN,
        &[
            ("a", 0, 2.0 * 2.0_f32.sqrt()),
            ("b", 0, -2.0_f32.sqrt()),
            ("c", 0, -2.0_f32.sqrt()),
        ],
    );
}

#[test]
fn a_list_of_equal_scores_decides_nothing() {
    check(
        &[("a", 0, 0.1), ("b", 0, 0.1), ("c", 0, 0.1)],
        &[("a", 0, 1.0), ("b", 0, 2.0), ("c", 0, 3.0)],
        FusionRules::PLAIN,
        &[
            ("c", 0, 1.5_f32.sqrt()),
            ("b", 0, 0.0),
            ("a", 0, -1.5_f32.sqrt()),
        ],
    );
}

#[test]
fn equal_scores_are_ordered_by_id() {
    let hits = ranked(
        &[("b", 1, 0.5), ("a", 1, 0.5), ("a", 0, 0.5)],
        &[],
        FusionRules::PLAIN,
    );
    let order: Vec<_> = hits
        .iter()
        .map(|(call, n, _)| (call.as_str(), *n))
        .collect();
    assert_eq!(order, [("a", 0), ("a", 1), ("b", 1)]);
}

#[test]
fn scores_that_are_no_numbers_count_as_missing() {
    let hits = ranked(
        &[("a", 0, f32::NAN), ("b", 0, 1.0), ("c", 0, 2.0)],
        &[("a", 0, f32::INFINITY), ("d", 0, f32::NEG_INFINITY)],
        FusionRules::default(),
    );
    assert_eq!(hits.len(), 4);
    assert!(hits.iter().all(|hit| hit.2.is_finite()), "{hits:?}");
    assert_eq!(hits[0].0, "c");
}

#[test]
fn a_weight_that_is_no_number_counts_no_neighbour() {
    let meaning = [("a", 0, 1.0), ("a", 1, 2.0)];
    let mut rules = FusionRules::default();
    for weight in [f32::NAN, f32::INFINITY] {
        rules.neighbour_weight = weight;
        let expected = ranked(&meaning, &[], FusionRules::PLAIN);
        assert_eq!(ranked(&meaning, &[], rules), expected);
    }
}

#[test]
fn a_passage_among_good_ones_beats_a_lonely_one() {
    let meaning = [
        ("a", 0, 0.1),
        ("a", 4, 0.8),
        ("a", 5, 0.81),
        ("a", 6, 0.8),
        ("b", 5, 0.82),
        ("b", 9, 0.1),
    ];
    assert_eq!(ranked(&meaning, &[], FusionRules::PLAIN)[0].0, "b");
    let smoothed = ranked(&meaning, &[], FusionRules::default());
    assert_eq!((smoothed[0].0.as_str(), smoothed[0].1), ("a", 5));
}

#[test]
fn neighbours_count_by_distance_and_only_as_far_as_the_rules_say() {
    let meaning: Vec<_> = (0..9).map(|n| ("a", n, f32::from(n == 4))).collect();
    let hits = ranked(&meaning, &[], FusionRules::default());
    let score = |n: u32| hits.iter().find(|hit| hit.1 == n).expect("ranked").2;
    let step = 9.0 / 8.0_f32.sqrt(); // how far the one lies above the others
    assert!((score(4) - score(3) - 0.5 * step).abs() < CLOSE);
    assert!((score(3) - score(2) - 0.25 * step).abs() < CLOSE);
    assert!((score(2) - score(1) - 0.25 * step).abs() < CLOSE);
    assert!((score(3) - score(5)).abs() < CLOSE);
}

#[test]
fn another_revision_of_the_call_is_no_neighbour() {
    let mut candidates = Candidates {
        meaning: list(&[
            ("a", 0, 1.0),
            ("a", 1, 0.9),
            ("b", 0, 1.0),
            ("b", 1, 0.9),
            ("c", 9, 0.0),
        ]),
        words: Vec::new(),
    };
    candidates.meaning[3].place.text_revision = Revision::new(2);
    let hits = fuse(&candidates, &FusionRules::default());
    let order: Vec<_> = hits.iter().map(|hit| hit.place.call.as_str()).collect();
    assert_eq!(
        order,
        ["a", "a", "b", "b", "c"],
        "without neighbours both stand lower"
    );
}

prop_compose! {
    fn some_list()(
        scores in prop::collection::btree_map((0_usize..3, 0_u32..8), -2.0_f32..20.0, 0..20)
    ) -> Vec<Candidate> {
        scores
            .into_iter()
            .map(|((call, ordinal), score)| Candidate {
                place: place(["a", "b", "c"][call], ordinal),
                score,
            })
            .collect()
    }
}

proptest! {
    #[test]
    fn the_order_of_the_lists_does_not_show(
        meaning in some_list(),
        words in some_list(),
        turn in 0_usize..20,
    ) {
        let before = Candidates { meaning, words };
        let mut after = before.clone();
        after.meaning.reverse();
        let turn = turn.min(after.words.len());
        after.words.rotate_left(turn);
        let rules = FusionRules::default();
        prop_assert_eq!(fuse(&before, &rules), fuse(&after, &rules));
    }

    #[test]
    fn every_candidate_is_ranked_once_and_scores_fall(
        meaning in some_list(),
        words in some_list(),
    ) {
        let candidates = Candidates { meaning, words };
        let hits = fuse(&candidates, &FusionRules::default());
        let mut ids: Vec<_> = hits.iter().map(|hit| hit.place.id).collect();
        ids.sort();
        let lists = candidates.meaning.iter().chain(&candidates.words);
        let expected: std::collections::BTreeSet<_> = lists.map(|c| c.place.id).collect();
        prop_assert_eq!(ids, expected.into_iter().collect::<Vec<_>>());
        prop_assert!(hits.iter().all(|hit| hit.score.is_finite()));
        for pair in hits.windows(2) {
            let by_score = pair[1].score.total_cmp(&pair[0].score);
            let is_in_order = by_score.then(pair[0].place.id.cmp(&pair[1].place.id)).is_lt();
            prop_assert!(is_in_order);
        }
    }

    #[test]
    fn a_better_score_never_lowers_a_candidate(
        meaning in some_list(),
        words in some_list(),
        index in 0_usize..20,
        gain in 0.0_f32..20.0,
    ) {
        prop_assume!(!meaning.is_empty());
        let index = index % meaning.len();
        let id = meaning[index].place.id;
        let before = Candidates { meaning, words };
        let mut after = before.clone();
        after.meaning[index].score += gain;
        let score = |candidates: &Candidates| {
            let hits = fuse(candidates, &FusionRules::PLAIN);
            hits.into_iter().find(|hit| hit.place.id == id).map(|hit| hit.score)
        };
        let (before, after) = (score(&before), score(&after));
        prop_assert!(after >= before.map(|score| score - CLOSE), "{before:?} {after:?}");
    }

    #[test]
    fn neighbours_never_count_across_calls(
        words in some_list(),
        ordinal in 0_u32..8,
    ) {
        // A call of one passage gets the same score whether its neighbour numbers are taken in
        // other calls or not.
        let alone = Candidate { place: place("z", ordinal), score: 1.0 };
        let far = Candidate { place: place("z", 1_000), score: 1.0 };
        let score = |one: Candidate| {
            let id = one.place.id;
            let mut words = words.clone();
            words.push(one);
            let candidates = Candidates { meaning: Vec::new(), words };
            let hits = fuse(&candidates, &FusionRules::default());
            hits.into_iter().find(|hit| hit.place.id == id).map(|hit| hit.score)
        };
        let (near, far) = (score(alone), score(far));
        let difference = near.zip(far).map(|(near, far)| (near - far).abs());
        prop_assert!(difference.is_some_and(|d| d < CLOSE), "{near:?} {far:?}");
    }
}

#[test]
fn the_parts_of_a_score_are_its_sum_and_tell_what_the_store_gave() {
    let candidates = Candidates {
        meaning: list(&[("a", 0, 0.9), ("a", 1, 0.2), ("b", 0, 0.5)]),
        words: list(&[("a", 1, 7.5)]),
    };

    let hits = fuse(&candidates, &FusionRules::default());

    for hit in &hits {
        let parts = hit.parts;
        let sum = parts.meaning + parts.words + parts.neighbours + parts.call;
        assert!((sum - hit.score).abs() < 1e-5, "{hit:?}");
        assert!(parts.cosine.is_some());
    }
    let with_words: Vec<_> = hits.iter().filter_map(|hit| hit.parts.bm25).collect();
    assert_eq!(with_words, [7.5]);
}

#[test]
fn a_call_that_speaks_of_it_twice_goes_before_one_that_does_once() {
    let meaning = [
        ("a", 0, 0.8),
        ("a", 9, 0.78),
        ("b", 5, 0.82),
        ("c", 0, 0.1),
        ("c", 9, 0.1),
        ("d", 0, 0.15),
    ];
    assert_eq!(ranked(&meaning, &[], FusionRules::PLAIN)[0].0, "b");

    let hits = ranked(&meaning, &[], FusionRules::default());

    assert_eq!((hits[0].0.as_str(), hits[0].1), ("a", 0));
    assert_eq!(hits[2].0, "b", "far better than what speaks of it nowhere");
}

#[test]
fn within_one_call_the_call_decides_nothing() {
    let meaning: Vec<_> = (0..6_u8)
        .map(|n| ("a", u32::from(n), f32::from(n % 4)))
        .collect();
    let mut rules = FusionRules::default();
    let with = ranked(&meaning, &[], rules);
    rules.call_weight = 0.0;
    assert_eq!(ranked(&meaning, &[], rules), with);
}
