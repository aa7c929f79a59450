//! What must hold of statistics whatever is said.

use std::time::Duration;

use insights::statistics::{Breaks, Statistics};
use insights::testing::timed_call;
use proptest::prelude::*;

type Said = (&'static str, u64, u64, &'static str);

const WHO: [&str; 5] = ["ours:a", "ours:b", "theirs:c", "theirs:d", "unknown:e"];

const TEXTS: [&str; 5] = [
    "Yeah.",
    "Mm-hmm, right.",
    "We would like to see the plan first?",
    "It sends the invoice on the first of the month.",
    "What does it cost?",
];

/// Calls whose sentences may overlap.
fn any_call() -> impl Strategy<Value = Vec<Said>> {
    let one = (0..WHO.len(), 0u64..60_000, 1u64..9_000, 0..TEXTS.len());
    let said =
        one.prop_map(|(who, start, long, text)| (WHO[who], start, start + long, TEXTS[text]));
    prop::collection::vec(said, 1..14)
}

/// Calls in which nobody speaks while somebody else does.
fn orderly_call() -> impl Strategy<Value = Vec<Said>> {
    let one = (0..WHO.len(), 0u64..12_000, 2u64..9_000, 0..TEXTS.len());
    prop::collection::vec(one, 1..14).prop_map(|steps| {
        let mut now = 0;
        let mut call = Vec::new();
        for (who, pause, long, text) in steps {
            let start = now + pause;
            now = start + long;
            call.push((WHO[who], start, now, TEXTS[text]));
        }
        call
    })
}

fn of(call: &[Said], breaks: Breaks) -> Statistics {
    let call = timed_call(call);
    Statistics::of(&call.view(), breaks, &[])
}

fn long(span: Option<conversation::Span>) -> Duration {
    span.map_or(Duration::ZERO, conversation::Span::length)
}

/// Everything but where a monologue stands, and what hangs on words and sentences as they are cut.
fn shape(mut statistics: Statistics) -> Statistics {
    let unplaced = |span: Option<conversation::Span>| {
        let long = u64::try_from(long(span).as_millis()).expect("a call is short");
        span.map(|_| conversation::Span::from_millis(0, long))
    };
    statistics.longest_monologue = unplaced(statistics.longest_monologue);
    statistics.longest_customer_story = unplaced(statistics.longest_customer_story);
    statistics
}

fn without_words(mut statistics: Statistics) -> Statistics {
    statistics.questions = None;
    for speaker in &mut statistics.speakers {
        speaker.questions = None;
        speaker.fillers_per_100_words = None;
    }
    statistics
}

fn swapped(who: &str) -> &'static str {
    match who {
        "ours:a" => "theirs:a",
        "ours:b" => "theirs:b",
        "theirs:c" => "ours:c",
        "theirs:d" => "ours:d",
        _ => "unknown:e",
    }
}

proptest! {
    #[test]
    fn talk_ratios_add_up_to_one(call in any_call()) {
        let all: f64 = of(&call, Breaks::Tolerant)
            .speakers
            .iter()
            .filter_map(|speaker| speaker.talk_ratio)
            .sum();
        prop_assert!((all - 1.0).abs() < 1e-9);
    }

    #[test]
    fn shifting_all_times_changes_nothing(call in any_call(), by in 0u64..5_000_000) {
        let shifted: Vec<_> = call
            .iter()
            .map(|&(who, start, end, text)| (who, start + by, end + by, text))
            .collect();
        for breaks in [Breaks::Tolerant, Breaks::Strict] {
            prop_assert_eq!(shape(of(&shifted, breaks)), shape(of(&call, breaks)));
        }
    }

    #[test]
    fn cutting_a_sentence_where_nobody_else_speaks_changes_nothing(
        call in orderly_call(),
        which in any::<prop::sample::Index>(),
        place in 0.0f64..1.0,
    ) {
        let at = which.index(call.len());
        let (who, start, end, text) = call[at];
        let middle = text.find(' ').unwrap_or(text.len());
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share")]
        let when = start + ((end - start) as f64 * place) as u64;
        let mut cut = call.clone();
        cut[at] = (who, start, when, &text[..middle]);
        cut.insert(at + 1, (who, when, end, &text[middle..]));
        for breaks in [Breaks::Tolerant, Breaks::Strict] {
            prop_assert_eq!(
                without_words(of(&cut, breaks)),
                without_words(of(&call, breaks))
            );
        }
    }

    #[test]
    fn swapping_the_sides_swaps_their_figures(call in any_call()) {
        let other: Vec<_> = call
            .iter()
            .map(|&(who, start, end, text)| (swapped(who), start, end, text))
            .collect();
        let (one, other) = (of(&call, Breaks::Tolerant), of(&other, Breaks::Tolerant));
        let close = |a: Option<f64>, b: Option<f64>| match (a, b) {
            (Some(a), Some(b)) => (a - b).abs() < 1e-9,
            (a, b) => a == b,
        };
        prop_assert!(close(one.talk_ratio_ours, other.talk_ratio_ours.map(|share| 1.0 - share)));
        prop_assert_eq!(long(one.longest_monologue), long(other.longest_customer_story));
        prop_assert_eq!(long(one.longest_customer_story), long(other.longest_monologue));
        prop_assert_eq!(one.switches_per_minute, other.switches_per_minute);
        prop_assert_eq!(one.unknown_share, other.unknown_share);
    }

    #[test]
    fn a_nod_never_shortens_a_monologue(
        call in any_call(),
        who in 0..4usize,
        start in 0u64..60_000,
    ) {
        let nod = (WHO[who], start, start + 400, "Mm-hmm.");
        // Without a pause before or after it, it is a part of what the same voice says.
        let is_apart = call
            .iter()
            .filter(|said| said.0 == nod.0)
            .all(|said| nod.1 > said.2 || nod.2 < said.1);
        prop_assume!(is_apart);
        let mut with_nod = call.clone();
        with_nod.push(nod);
        let (before, after) = (of(&call, Breaks::Tolerant), of(&with_nod, Breaks::Tolerant));
        prop_assert!(long(after.longest_monologue) >= long(before.longest_monologue));
        prop_assert!(long(after.longest_customer_story) >= long(before.longest_customer_story));
    }

    #[test]
    fn the_strict_monologue_is_never_longer(call in any_call()) {
        let (strict, tolerant) = (of(&call, Breaks::Strict), of(&call, Breaks::Tolerant));
        prop_assert!(long(strict.longest_monologue) <= long(tolerant.longest_monologue));
        prop_assert!(long(strict.longest_customer_story) <= long(tolerant.longest_customer_story));
    }
}

#[test]
fn what_cannot_be_known_is_not_zero() {
    let silent = of(&[], Breaks::Tolerant);
    assert_eq!(silent.talk_ratio_ours, None);
    assert_eq!(silent.silence_share, None);
    assert_eq!(silent.longest_monologue, None);

    let plain = of(
        &[(
            "ours:a",
            0,
            40_000,
            "so we will send you the plan and then we can talk about it",
        )],
        Breaks::Tolerant,
    );
    assert_eq!(plain.questions, None);
    assert_eq!(plain.first_price, None);
    assert_eq!(plain.patience, None);
    assert_eq!(plain.interruptions_per_hour, None);
}

#[test]
fn speech_questions_and_silence_are_counted_as_the_page_says() {
    let call = [
        ("ours:a", 0, 60_000, "What does the close look like today?"),
        (
            "theirs:c",
            70_000,
            90_000,
            "Nine days, and a lot of coffee.",
        ),
        ("ours:a", 90_000, 100_000, "Does that hurt?"),
    ];
    let statistics = of(&call, Breaks::Tolerant);

    let asked = statistics.questions.expect("it is punctuated");
    assert_eq!((asked.count, asked.open_share), (2, Some(0.5)));
    assert_eq!(asked.per_hour.map(f64::round), Some(103.0));
    assert_eq!(statistics.silence_share, Some(0.1));
    assert_eq!(statistics.talk_ratio_ours, Some(7.0 / 9.0));
    assert_eq!(statistics.length, Duration::from_secs(100));
    let ours = &statistics.speakers[0];
    assert_eq!(ours.words_per_minute.map(f64::round), Some(9.0));
    assert_eq!(statistics.speakers[1].words_per_minute, None);
}
