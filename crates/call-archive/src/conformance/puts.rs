//! Laws of putting: compare and swap, revisions, what changed, all or nothing.

use std::collections::BTreeSet;

use conversation::{Privacy, Revision};

use crate::{Archive, Checkpoint, PutOutcome, Source, TextState};

use super::fixture::{
    NOW, at, bare, full, full_put, id, known, private, put, read, store, stored, with_words, words,
};

pub(super) async fn check<A: Archive>(make: &impl AsyncFn() -> A) {
    what_is_put_is_read(&make().await).await;
    a_put_is_compare_and_swap(&make().await).await;
    what_changed_is_told(&make().await).await;
    revisions_are_never_reused(&make().await).await;
    a_batch_has_one_outcome_per_put(&make().await).await;
    a_checkpoint_comes_with_its_puts(&make().await).await;
    puts_at_the_same_time_are_all_stored(&make().await).await;
    a_private_call_without_content_is_a_shell(&make().await).await;
}

async fn what_is_put_is_read<A: Archive>(archive: &A) {
    let put = full_put("1", "Grüße. \u{1F600}\nTwo", None);
    let (call, transcript, raw) = (put.call.clone(), put.transcript.clone(), put.raw.clone());
    let revision = stored(archive, put).await;

    let read = read(archive, "1").await.expect("it is there");
    assert_eq!(read.call, call, "the facts");
    assert_eq!(read.raw, raw, "the raw blocks");
    assert_eq!(read.revision, revision);
    assert_eq!(read.source, Source::Gong);
    assert_eq!(read.text_state, TextState::Present);
    assert!(!read.is_partial && read.missing_since.is_none());
    let text = read.text.expect("it has words");
    assert_eq!(text.revision, revision);
    assert_eq!(Some(text.transcript), transcript, "the words");

    let known = known(archive, "1").await.expect("it is there");
    assert_eq!(known.call, id("1"));
    assert_eq!(known.revision, revision);
    assert_eq!(known.text_revision, Some(revision));
    assert_eq!(known.text, TextState::Present);
    assert_eq!(known.privacy, Privacy::Open);
    assert_eq!(known.started, NOW);
    assert!(!known.is_shell);
    assert!(self::known(archive, "2").await.is_none(), "no other call");
}

async fn a_put_is_compare_and_swap<A: Archive>(archive: &A) {
    let unknown = put(full("1"), Some(Revision::new(1)));
    assert_eq!(store(archive, unknown, NOW).await, PutOutcome::Conflict);
    assert!(known(archive, "1").await.is_none(), "a lost put is nothing");

    let first = with_words(archive, "1").await;
    let lost = [None, Some(Revision::new(first.get() + 1))];
    for expected in lost {
        let outcome = store(archive, full_put("1", "Other.", expected), NOW).await;
        assert_eq!(outcome, PutOutcome::Conflict, "expected {expected:?}");
    }
    let read = read(archive, "1").await.expect("it is there");
    assert_eq!(read.revision, first, "a lost put changes nothing");
    let text = read.text.expect("it has words");
    assert_eq!(text.transcript, words("Hello."));

    let again = store(archive, full_put("1", "Hello.", Some(first)), NOW).await;
    assert_eq!(again, PutOutcome::Unchanged { revision: first });
    assert!(stored(archive, full_put("1", "Other.", Some(first))).await > first);
}

async fn what_changed_is_told<A: Archive>(archive: &A) {
    let first = store(archive, full_put("1", "Hello.", None), NOW).await;
    assert!(
        matches!(
            first,
            PutOutcome::Stored {
                text_changed: true,
                facts_changed: true,
                ..
            }
        ),
        "everything of a first put is new, but {first:?}"
    );

    let mut before = known(archive, "1").await.expect("it is there");
    let facts = read(archive, "1").await.expect("it is there").facts_hash;
    for (edit, text, fact) in [
        ("title", false, false),
        ("tag", false, true),
        ("text", true, false),
    ] {
        let mut put = full_put("1", "Hello.", Some(before.revision));
        put.call.title = Some("Another".to_owned());
        if edit != "title" {
            put.call.tags.push("churn".to_owned());
        }
        if edit == "text" {
            put.transcript = Some(words("Other."));
        }
        let outcome = store(archive, put, NOW).await;
        let after = known(archive, "1").await.expect("it is there");
        let expected = PutOutcome::Stored {
            revision: after.revision,
            text_changed: text,
            facts_changed: fact,
        };
        assert_eq!(outcome, expected, "a new {edit}");
        let is_same_text = after.text_revision == before.text_revision;
        assert_eq!(is_same_text, !text, "the text revision after a new {edit}");
        let is_same_facts = read(archive, "1").await.expect("it is there").facts_hash == facts;
        assert_eq!(
            is_same_facts,
            edit == "title",
            "the facts after a new {edit}"
        );
        before = after;
    }
}

async fn revisions_are_never_reused<A: Archive>(archive: &A) {
    let mut seen = BTreeSet::new();
    let mut newest = Revision::default();
    for round in 0..5 {
        for name in ["1", "2"] {
            let expected = known(archive, name).await.map(|known| known.revision);
            let text = format!("Round {round}.");
            let revision = stored(archive, full_put(name, &text, expected)).await;
            assert!(seen.insert(revision) && revision > newest, "{revision}");
            newest = revision;
        }
    }
}

async fn a_batch_has_one_outcome_per_put<A: Archive>(archive: &A) {
    let first = with_words(archive, "1").await;
    let batch = vec![
        full_put("2", "Two.", None),
        full_put("1", "Hello.", Some(first)),
        full_put("2", "Again.", None),
        full_put("3", "Three.", None),
    ];

    let outcomes = archive.put(batch, None, NOW).await.expect("stored");

    assert!(matches!(
        outcomes[..],
        [
            PutOutcome::Stored { .. },
            PutOutcome::Unchanged { .. },
            PutOutcome::Conflict,
            PutOutcome::Stored { .. },
        ]
    ));
    let read = read(archive, "2").await.expect("it is there");
    let text = read.text.expect("it has words");
    assert_eq!(text.transcript, words("Two."));
}

async fn a_checkpoint_comes_with_its_puts<A: Archive>(archive: &A) {
    let checkpoint = Checkpoint {
        name: "window".to_owned(),
        value: "2026".to_owned(),
    };
    let outcomes = archive.put(vec![put(full("1"), None)], Some(checkpoint), NOW);
    outcomes.await.expect("stored");

    let loaded = archive.load("window").await.expect("loaded");
    assert_eq!(loaded.as_deref(), Some("2026"));
    assert!(known(archive, "1").await.is_some());
}

async fn puts_at_the_same_time_are_all_stored<A: Archive>(archive: &A) {
    let puts = (0..64).map(|n| stored(archive, full_put(n, "Hello.", None)));
    let revisions = together(puts).await;

    let unique: BTreeSet<_> = revisions.into_iter().collect();
    assert_eq!(unique.len(), 64, "each has a revision of its own");
    let ids: Vec<_> = (0..64).map(id).collect();
    assert_eq!(archive.known(&ids).await.expect("known").len(), 64);
}

async fn a_private_call_without_content_is_a_shell<A: Archive>(archive: &A) {
    stored(archive, put(private(bare("1")), None)).await;
    let mut titled = private(bare("2"));
    titled.title = Some("Secret".to_owned());
    stored(archive, put(titled, None)).await;
    stored(archive, put(bare("3"), None)).await;

    let shell = known(archive, "1").await.expect("it is there");
    assert!(shell.is_shell && shell.privacy == Privacy::Private);
    assert_eq!(shell.text, TextState::None, "nobody waits for its words");
    assert!(!known(archive, "2").await.expect("it is there").is_shell);
    assert!(!known(archive, "3").await.expect("it is there").is_shell);

    let back = full_put("1", "Hello.", Some(shell.revision));
    assert!(matches!(
        store(archive, back, at(1)).await,
        PutOutcome::Stored {
            text_changed: true,
            ..
        }
    ));
    assert!(!known(archive, "1").await.expect("it is there").is_shell);
}

/// Drives all futures at once and gives their results in order.
async fn together<F: Future>(futures: impl IntoIterator<Item = F>) -> Vec<F::Output> {
    let mut running: Vec<_> = futures.into_iter().map(Box::pin).collect();
    let mut done: Vec<Option<F::Output>> = running.iter().map(|_| None).collect();
    std::future::poll_fn(|context| {
        for (future, result) in running.iter_mut().zip(&mut done) {
            if result.is_none()
                && let std::task::Poll::Ready(value) = future.as_mut().poll(context)
            {
                *result = Some(value);
            }
        }
        if done.iter().all(Option::is_some) {
            std::task::Poll::Ready(())
        } else {
            std::task::Poll::Pending
        }
    })
    .await;
    done.into_iter().flatten().collect()
}
