//! Laws of findings: of the words as they are, replaced by detector, gone with the call.

use access::{PrivateCalls, Scope};
use conversation::{Revision, Sentence, SentenceRef, Span, Transcript, Utterance};

use crate::{
    About, Archive, CallFindings, DetectorRun, EXAMPLE, Erasure, Example, FindingId, FoundRow,
    Keep, Verdict,
};

use super::fixture::{NOW, at, full_put, id, known, private, stored, user, with_words};

pub(super) async fn check<A: Archive>(make: &impl AsyncFn() -> A) {
    what_was_found_is_read_with_everything(&make().await).await;
    a_put_replaces_the_runs_of_its_detectors_only(&make().await).await;
    findings_of_older_words_are_neither_taken_nor_shown(&make().await).await;
    findings_are_reached_like_their_call(&make().await).await;
    a_label_outlives_the_run_and_a_second_one_replaces_it(&make().await).await;
    labels_and_examples_follow_their_sentence(&make().await).await;
    labels_of_repeated_words_stay_apart(&make().await).await;
    findings_and_labels_go_with_the_call(&make().await).await;
}

fn finding(number: u8) -> About {
    About::Finding(named(number))
}

fn named(number: u8) -> FindingId {
    FindingId::from_bytes([number; 32])
}

/// A run that found one thing for each number.
fn run(detector: &str, version: u32, found: &[u8]) -> DetectorRun {
    let mut run = DetectorRun::new(detector, version, "aa", "bb");
    run.model = Some("space".to_owned());
    run.findings = found
        .iter()
        .map(|number| {
            let places = vec![SentenceRef::new(1, 0), SentenceRef::new(0, 0)];
            let mut row = FoundRow::new(named(*number), "competitor", "using", places);
            row.name = Some("Größe & Söhne".to_owned());
            row.score = -0.25;
            row
        })
        .collect();
    run
}

async fn text_of<A: Archive>(archive: &A, name: &str) -> Revision {
    let known = known(archive, name).await.expect("it is known");
    known.text_revision.expect("it has words")
}

async fn put<A: Archive>(archive: &A, name: &str, runs: Vec<DetectorRun>) -> bool {
    let at = text_of(archive, name).await;
    let findings = CallFindings::new(id(name), at, runs);
    archive.put_findings(findings).await.expect("asked")
}

async fn runs<A: Archive>(archive: &A, name: &str) -> Option<Vec<DetectorRun>> {
    let found = archive.findings(&Scope::internal(), &id(name)).await;
    found.expect("read").map(|found| found.runs)
}

async fn what_was_found_is_read_with_everything<A: Archive>(archive: &A) {
    with_words(archive, "1").await;
    assert_eq!(runs(archive, "1").await, Some(vec![]));
    assert_eq!(runs(archive, "2").await, None);

    let both = vec![run("a", 1, &[2, 1]), run("b", 7, &[])];
    assert!(put(archive, "1", both.clone()).await);

    assert_eq!(runs(archive, "1").await, Some(both));
    let one = archive.finding(&Scope::internal(), &named(1)).await;
    let one = one.expect("read").expect("it is there");
    assert_eq!((one.call, one.runs), (id("1"), vec![run("a", 1, &[1])]));
    let none = archive.finding(&Scope::internal(), &named(9)).await;
    assert_eq!(none.expect("read"), None);
}

async fn a_put_replaces_the_runs_of_its_detectors_only<A: Archive>(archive: &A) {
    with_words(archive, "1").await;
    put(archive, "1", vec![run("a", 1, &[1, 2]), run("b", 1, &[3])]).await;

    put(archive, "1", vec![run("a", 2, &[4])]).await;

    let now = vec![run("a", 2, &[4]), run("b", 1, &[3])];
    assert_eq!(runs(archive, "1").await, Some(now));
}

async fn findings_of_older_words_are_neither_taken_nor_shown<A: Archive>(archive: &A) {
    let first = with_words(archive, "1").await;
    let old = text_of(archive, "1").await;
    put(archive, "1", vec![run("a", 1, &[1]), run("b", 1, &[2])]).await;

    stored(archive, full_put("1", "Other words.", Some(first))).await;

    assert_eq!(runs(archive, "1").await, Some(vec![]));
    let gone = archive.finding(&Scope::internal(), &named(1)).await;
    assert_eq!(gone.expect("read"), None);
    let late = CallFindings::new(id("1"), old, vec![run("a", 1, &[1])]);
    assert!(!archive.put_findings(late).await.expect("asked"));
    assert!(put(archive, "1", vec![run("b", 1, &[3])]).await);
    assert_eq!(runs(archive, "1").await, Some(vec![run("b", 1, &[3])]));
}

async fn findings_are_reached_like_their_call<A: Archive>(archive: &A) {
    with_words(archive, "1").await;
    let mut hidden = full_put("2", "Between us.", None);
    hidden.call = private(hidden.call);
    stored(archive, hidden).await;
    put(archive, "1", vec![run("a", 1, &[1])]).await;
    put(archive, "2", vec![run("a", 1, &[2])]).await;
    for number in [1, 2] {
        let done = archive
            .label(&Scope::internal(), &finding(number), Verdict::Right, NOW)
            .await;
        assert!(done.expect("asked"));
    }

    let withheld = Scope::everything(PrivateCalls::Withheld);
    let stranger = Scope::calls_of([user("u9")]);
    for (scope, reached) in [(&withheld, &[1][..]), (&stranger, &[])] {
        for number in [1, 2] {
            let one = archive.finding(scope, &named(number)).await.expect("read");
            assert_eq!(one.is_some(), reached.contains(&number));
            let said = archive
                .label(scope, &finding(number), Verdict::Right, NOW)
                .await;
            assert_eq!(said.expect("asked"), reached.contains(&number));
        }
        let labels = archive.labels(scope).await.expect("read");
        assert_eq!(labels.len(), reached.len());
    }
}

async fn a_label_outlives_the_run_and_a_second_one_replaces_it<A: Archive>(archive: &A) {
    with_words(archive, "1").await;
    put(archive, "1", vec![run("a", 1, &[1])]).await;
    let scope = Scope::internal();
    for (verdict, when) in [(Verdict::Right, NOW), (Verdict::Wrong, at(5))] {
        let done = archive.label(&scope, &finding(1), verdict, when).await;
        assert!(done.expect("asked"));
    }

    put(archive, "1", vec![run("a", 2, &[])]).await;

    let labels = archive.labels(&scope).await.expect("read");
    let [label] = &labels[..] else {
        unreachable!("one label, but {labels:?}");
    };
    assert_eq!((label.verdict, label.made), (Verdict::Wrong, at(5)));
    assert_eq!((&*label.detector, &*label.kind), ("a", "competitor"));
    assert_eq!(label.place, Some(SentenceRef::new(1, 0)));
    assert_eq!(label.call, id("1"));
}

/// A transcript of one utterance a sentence.
fn lines(said: &[&str]) -> Transcript {
    let utterance =
        |text: &&str| Utterance::new(vec![Sentence::new(Span::from_millis(10, 900), *text)]);
    Transcript::new(said.iter().map(utterance).collect())
}

/// The example of this number at this place of call 1.
fn example(number: u8, place: SentenceRef) -> About {
    About::Example(Example {
        id: named(number),
        detector: "tracker:1".to_owned(),
        call: id("1"),
        place,
    })
}

const fn line(number: u32) -> SentenceRef {
    SentenceRef::new(number, 0)
}

/// Corrected words push sentences about: labels go along, and are stale where theirs is gone.
async fn labels_and_examples_follow_their_sentence<A: Archive>(archive: &A) {
    let scope = Scope::internal();
    let mut first = full_put("1", "", None);
    first.transcript = Some(lines(&["Zero.", "One.", "Two."]));
    let revision = stored(archive, first).await;
    for number in 0..3u8 {
        let about = example(number, line(u32::from(number)));
        let done = archive.label(&scope, &about, Verdict::Wrong, NOW).await;
        assert!(done.expect("asked"));
    }
    let stranger = Scope::calls_of([user("u9")]);
    let about = example(9, line(0));
    let unreached = archive.label(&stranger, &about, Verdict::Right, NOW).await;
    assert!(!unreached.expect("asked"));

    let mut corrected = full_put("1", "", Some(revision));
    corrected.transcript = Some(lines(&["Well.", "Zero.", "One.", "Three."]));
    stored(archive, corrected).await;

    let now = text_of(archive, "1").await;
    let labels = archive.labels(&scope).await.expect("read");
    let stand: Vec<_> = labels
        .iter()
        .map(|label| (label.place, label.is_current))
        .collect();
    let [one, two] = [1, 2].map(|number| Some(line(number)));
    assert_eq!(stand, [(one, true), (two, true), (two, false)]);
    assert_eq!(labels[0].text_revision, now);
    assert!(
        labels
            .iter()
            .all(|label| label.kind == EXAMPLE && label.verdict == Verdict::Wrong)
    );
}

/// Two labels on the same words at two places never come to lie on one while both are still said.
async fn labels_of_repeated_words_stay_apart<A: Archive>(archive: &A) {
    let scope = Scope::internal();
    let mut first = full_put("1", "", None);
    first.transcript = Some(lines(&["Zero.", "Yes.", "One.", "Yes."]));
    let revision = stored(archive, first).await;
    for number in [1u8, 3] {
        let about = example(number, line(u32::from(number)));
        let done = archive.label(&scope, &about, Verdict::Right, NOW).await;
        assert!(done.expect("asked"));
    }

    let mut corrected = full_put("1", "", Some(revision));
    corrected.transcript = Some(lines(&["Um.", "Well.", "Zero.", "Yes.", "One.", "Yes."]));
    stored(archive, corrected).await;

    let labels = archive.labels(&scope).await.expect("read");
    let mut places: Vec<_> = labels.iter().filter_map(|label| label.place).collect();
    places.sort();
    assert_eq!(places, [line(3), line(5)]);
}

async fn findings_and_labels_go_with_the_call<A: Archive>(archive: &A) {
    with_words(archive, "1").await;
    put(archive, "1", vec![run("a", 1, &[1])]).await;
    let scope = Scope::internal();
    let done = archive
        .label(&scope, &finding(1), Verdict::Right, NOW)
        .await;
    assert!(done.expect("asked"));
    let how = Erasure::MayReturn(Keep::Nothing);

    archive
        .begin_erase(&id("1"), how, NOW)
        .await
        .expect("begun");
    assert_eq!(runs(archive, "1").await, None);
    assert_eq!(archive.labels(&scope).await.expect("read"), []);
    archive.erase(&id("1"), NOW).await.expect("erased");
    with_words(archive, "1").await;

    assert_eq!(runs(archive, "1").await, Some(vec![]));
    assert_eq!(archive.labels(&scope).await.expect("read"), []);
}
