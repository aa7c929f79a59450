//! Laws of figures: of the call as it is, without private calls, gone with the call.

use std::time::Duration;

use access::{PrivateCalls, Scope};
use conversation::{Revision, SentenceRef, Side, Span};

use crate::{
    Archive, CallNumbers, Erasure, FigureNumbers, FoundCount, Keep, Numbered, NumbersQuery,
    PersonNumbers, PlaceNumbers, Rank, RemarkNumbers, TalkNumbers,
};

use super::fixture::{NOW, full_put, id, private, store, stored, user, with_words};

pub(super) async fn check<A: Archive>(make: &impl AsyncFn() -> A) {
    figures_are_read_with_everything(&make().await).await;
    calls_without_figures_are_told(&make().await).await;
    a_change_of_the_call_takes_its_figures_away(&make().await).await;
    private_calls_have_no_figures(&make().await).await;
    figures_are_reached_like_their_call(&make().await).await;
    figures_go_with_their_call(&make().await).await;
    pages_of_figures_hold_each_call_once(&make().await).await;
}

fn place(utterance: u32) -> PlaceNumbers {
    PlaceNumbers {
        at: SentenceRef::new(utterance, 0),
        span: Span::from_millis(10, 900),
        side: Side::Theirs,
    }
}

/// Figures with everything that can be known.
fn figures(name: &str, revision: Revision) -> CallNumbers {
    let mut numbers = CallNumbers::new(id(name), revision, "0a1b");
    numbers.stage = Some("Proposal".to_owned());
    numbers.rep = Some(user("u1"));
    let person = |person: &str, side, rank, spoke| PersonNumbers {
        person: person.to_owned(),
        side,
        rank,
        spoke,
    };
    numbers.people = vec![
        person("aa", Side::Ours, Rank::Unknown, true),
        person("bb", Side::Theirs, Rank::Senior, false),
        person("cc", Side::Unknown, Rank::Other, false),
    ];
    numbers.talk = Some(TalkNumbers {
        text_revision: revision,
        length: Duration::from_millis(1_800_500),
        ours: Duration::from_millis(900_001),
        theirs: Duration::from_millis(600),
        unknown: Duration::ZERO,
        longest_monologue: Some(Duration::from_millis(75_250)),
        longest_story: None,
        questions: Some(12),
        open_questions: Some(5),
        first_price: Some(Duration::from_secs(61)),
        counts: vec![FoundCount {
            detector: "pricing".to_owned(),
            ours: 2,
            theirs: 1,
            unknown: 0,
        }],
        remarks: vec![
            RemarkNumbers {
                kind: "competitor".to_owned(),
                fixed: "using".to_owned(),
                code: Some("c0de".to_owned()),
                place: place(1),
            },
            RemarkNumbers {
                kind: "next_step".to_owned(),
                fixed: "ours accepted 2026-03-24".to_owned(),
                code: None,
                place: place(7),
            },
        ],
        figures: vec![FigureNumbers {
            metric: "talk_ratio".to_owned(),
            value: -0.125,
            place: Some(place(3)),
            is_example: true,
        }],
    });
    numbers
}

async fn read<A: Archive>(archive: &A, scope: &Scope) -> Vec<Numbered> {
    let read = archive.numbers(scope, &NumbersQuery::default()).await;
    read.expect("read")
}

async fn kept<A: Archive>(archive: &A, name: &str) -> Option<CallNumbers> {
    let all = read(archive, &Scope::internal()).await;
    let one = all.into_iter().find(|one| one.call == id(name));
    one.and_then(|one| one.numbers)
}

async fn put<A: Archive>(archive: &A, numbers: &[CallNumbers]) -> usize {
    archive.put_numbers(numbers).await.expect("asked")
}

async fn figures_are_read_with_everything<A: Archive>(archive: &A) {
    let revision = with_words(archive, "1").await;
    let first = CallNumbers::new(id("1"), revision, "ffff");
    assert_eq!(put(archive, std::slice::from_ref(&first)).await, 1);
    assert_eq!(kept(archive, "1").await, Some(first));
    let whole = figures("1", revision);

    assert_eq!(put(archive, std::slice::from_ref(&whole)).await, 1);

    assert_eq!(kept(archive, "1").await, Some(whole));
}

async fn calls_without_figures_are_told<A: Archive>(archive: &A) {
    with_words(archive, "1").await;

    let all = read(archive, &Scope::internal()).await;

    let none = Numbered {
        call: id("1"),
        started: NOW,
        numbers: None,
    };
    assert_eq!(all, [none]);
}

async fn a_change_of_the_call_takes_its_figures_away<A: Archive>(archive: &A) {
    let first = with_words(archive, "1").await;
    put(archive, &[figures("1", first)]).await;
    store(archive, full_put("1", "Hello.", Some(first)), NOW).await;
    assert!(kept(archive, "1").await.is_some(), "nothing changed");

    let mut told = full_put("1", "Hello.", Some(first));
    let stage = r#"[{"stage":"Negotiation"}]"#.to_owned();
    told.raw.blocks.insert("context".to_owned(), stage);
    store(archive, told, NOW).await;
    assert_eq!(kept(archive, "1").await, None, "the vendor says more");

    put(archive, &[figures("1", first)]).await;
    let second = stored(archive, full_put("1", "Other words.", Some(first))).await;
    assert_eq!(kept(archive, "1").await, None);
    assert_eq!(
        put(archive, &[figures("1", first)]).await,
        0,
        "of old words"
    );
    assert_eq!(put(archive, &[figures("1", second)]).await, 1);
}

async fn private_calls_have_no_figures<A: Archive>(archive: &A) {
    let mut hidden = full_put("1", "Between us.", None);
    hidden.call = private(hidden.call);
    let revision = stored(archive, hidden).await;

    assert_eq!(put(archive, &[figures("1", revision)]).await, 0);

    assert_eq!(read(archive, &Scope::internal()).await, []);
    assert_eq!(read(archive, &Scope::calls_of([user("u1")])).await, []);

    let open = with_words(archive, "2").await;
    put(archive, &[figures("2", open)]).await;
    let mut turned = full_put("2", "Hello.", Some(open));
    turned.call = private(turned.call);
    stored(archive, turned).await;
    assert_eq!(read(archive, &Scope::internal()).await, []);
}

async fn figures_are_reached_like_their_call<A: Archive>(archive: &A) {
    let revision = with_words(archive, "1").await;
    put(archive, &[figures("1", revision)]).await;

    for (scope, reached) in [
        (Scope::calls_of([user("u1")]), 1),
        (Scope::calls_of([user("u9")]), 0),
        (Scope::everything(PrivateCalls::Withheld), 1),
        (Scope::nothing(), 0),
    ] {
        let all = read(archive, &scope).await;
        assert_eq!(
            all.iter().filter(|one| one.numbers.is_some()).count(),
            reached
        );
        assert_eq!(all.len(), reached);
    }
}

async fn figures_go_with_their_call<A: Archive>(archive: &A) {
    let revision = with_words(archive, "1").await;
    put(archive, &[figures("1", revision)]).await;
    let how = Erasure::MayReturn(Keep::Nothing);

    archive
        .begin_erase(&id("1"), how, NOW)
        .await
        .expect("begun");

    assert_eq!(read(archive, &Scope::internal()).await, []);
    assert_eq!(put(archive, &[figures("1", revision)]).await, 0);
    archive.erase(&id("1"), NOW).await.expect("erased");
    with_words(archive, "1").await;
    assert_eq!(kept(archive, "1").await, None);
}

async fn pages_of_figures_hold_each_call_once<A: Archive>(archive: &A) {
    for name in ["1", "2", "3"] {
        with_words(archive, name).await;
    }
    let mut query = NumbersQuery {
        limit: 2,
        ..NumbersQuery::default()
    };
    let mut seen = Vec::new();
    loop {
        let page = archive.numbers(&Scope::internal(), &query).await;
        let page = page.expect("read");
        query.after = page.last().map(|one| one.call.clone());
        let is_last = page.len() < query.limit;
        seen.extend(page.into_iter().map(|one| one.call));
        if is_last {
            break;
        }
    }
    assert_eq!(seen, ["1", "2", "3"].map(id));
    let these = NumbersQuery {
        calls: Some(vec![id("3"), id("9")]),
        ..NumbersQuery::default()
    };
    let some = archive.numbers(&Scope::internal(), &these).await;
    let some = some.expect("read");
    assert_eq!(some.len(), 1);
}
