//! Laws of sweeping: what an index holds and what it should hold become the same.

use std::num::NonZeroUsize;

use access::Scope;
use conversation::{CallId, Revision};

use crate::{Archive, Erasure, ErrorKind, IndexId, JobKind, Keep, PointsHeld, Sweep, SweepPart};

use super::fixture::{
    NOW, at, claim, current_index, full_put, id, index_all, stored, with_words, words,
};

pub(super) async fn check<A: Archive>(make: &impl AsyncFn() -> A) {
    a_true_index_is_left_alone(&make().await).await;
    unknown_points_are_dropped(&make().await).await;
    replaced_points_and_words_go_after_a_while(&make().await).await;
    lost_points_are_brought_again(&make().await).await;
    a_call_that_is_behind_gets_one_job(&make().await).await;
    an_unknown_index_is_not_swept(&make().await).await;
    a_part_leaves_the_others_alone(&make().await).await;
    parts_together_do_what_the_whole_does(&make().await).await;
}

fn points(name: &str, text_revision: Revision, passages: u64) -> PointsHeld {
    PointsHeld {
        call: id(name),
        text_revision,
        passages,
    }
}

async fn sweep<A: Archive>(
    archive: &A,
    index: &IndexId,
    held: &[PointsHeld],
    before: i64,
) -> Sweep {
    let part = SweepPart::whole(held.to_vec());
    sweep_part(archive, index, &part, before).await
}

async fn sweep_part<A: Archive>(
    archive: &A,
    index: &IndexId,
    part: &SweepPart,
    before: i64,
) -> Sweep {
    let swept = archive.sweep(index, part, at(before), at(1_000)).await;
    swept.expect("swept")
}

fn nothing() -> Sweep {
    Sweep::default()
}

fn drops(which: &[(CallId, Revision)]) -> Sweep {
    Sweep {
        drop: which.to_vec(),
        enqueued: 0,
        next: None,
    }
}

async fn a_true_index_is_left_alone<A: Archive>(archive: &A) {
    let revision = with_words(archive, "1").await;
    let index = current_index(archive, NOW).await;

    let held = [points("1", revision, 3)];
    assert_eq!(sweep(archive, &index, &held, 500).await, nothing());
    let halves = [points("1", revision, 1), points("1", revision, 2)];
    assert_eq!(sweep(archive, &index, &halves, 500).await, nothing());
}

async fn unknown_points_are_dropped<A: Archive>(archive: &A) {
    let revision = with_words(archive, "1").await;
    with_words(archive, "2").await;
    let index = current_index(archive, NOW).await;
    let erasure = Erasure::MayReturn(Keep::Nothing);
    let begun = archive.begin_erase(&id("2"), erasure, NOW).await;
    begun.expect("begun");
    let other = Revision::new(revision.get() + 100);

    let held = [
        points("1", revision, 3),
        points("1", other, 3),
        points("2", revision, 3),
        points("3", revision, 3),
    ];
    let mut swept = sweep(archive, &index, &held, 500).await;

    swept.drop.sort();
    let wanted = [(id("1"), other), (id("2"), revision), (id("3"), revision)];
    assert_eq!(swept, drops(&wanted));
}

async fn replaced_points_and_words_go_after_a_while<A: Archive>(archive: &A) {
    let first = with_words(archive, "1").await;
    let index = current_index(archive, at(1)).await;
    let second = stored(archive, full_put("1", "New.", Some(first))).await;
    let held = [points("1", first, 3), points("1", second, 3)];
    let swept = sweep(archive, &index, &held, 500).await;
    assert!(swept.drop.is_empty(), "written but not yet acknowledged");
    index_all(archive, at(100)).await;
    let texts = async || {
        let which = [(id("1"), first), (id("1"), second)];
        let texts = archive.transcripts(&Scope::internal(), &which).await;
        texts.expect("read")
    };

    assert_eq!(sweep(archive, &index, &held, 99).await, nothing());
    let (old, new) = (Some(words("Hello.")), Some(words("New.")));
    assert_eq!(texts().await, [old, new.clone()], "readers may stand there");

    let swept = sweep(archive, &index, &held, 100).await;
    assert_eq!(swept, drops(&[(id("1"), first)]));
    assert_eq!(texts().await, [None, new]);
    let rows = archive.indexed(&index, None).await.expect("rows");
    assert_eq!(rows.first().map(|row| row.previous), Some(None));
    let again = sweep(archive, &index, &held, 500).await;
    assert_eq!(again, drops(&[(id("1"), first)]), "until it is dropped");
}

async fn lost_points_are_brought_again<A: Archive>(archive: &A) {
    let one = with_words(archive, "1").await;
    let two = with_words(archive, "2").await;
    let three = with_words(archive, "3").await;
    let index = current_index(archive, NOW).await;

    let held = [points("1", one, 3), points("2", two, 2)];
    let swept = sweep(archive, &index, &held, 500).await;

    assert_eq!((swept.drop.len(), swept.enqueued), (0, 2));
    let rows = archive.indexed(&index, None).await.expect("rows");
    let left: Vec<_> = rows.iter().map(|row| &row.call).collect();
    assert_eq!(left, [&id("1")], "a row that is not true is taken back");
    let again = sweep(archive, &index, &held, 500).await;
    assert_eq!(again.enqueued, 0, "its job waits already");
    index_all(archive, at(1_000)).await;
    let held = [
        points("1", one, 3),
        points("2", two, 3),
        points("3", three, 3),
    ];
    assert_eq!(sweep(archive, &index, &held, 500).await, nothing());
}

async fn a_call_that_is_behind_gets_one_job<A: Archive>(archive: &A) {
    let first = with_words(archive, "1").await;
    let index = current_index(archive, NOW).await;
    stored(archive, full_put("1", "New.", Some(first))).await;
    let leases = claim(archive, JobKind::Index, NOW).await;
    assert_eq!(leases.len(), 1);

    let held = [points("1", first, 3)];
    let swept = sweep(archive, &index, &held, 500).await;
    assert_eq!(swept, nothing(), "its job is being worked on");

    let lease = leases.first().expect("one job");
    let done = archive.finish(lease, crate::Finish::Done, NOW).await;
    done.expect("ended without bringing anything");
    let swept = sweep(archive, &index, &held, 500).await;
    assert_eq!((swept.drop.len(), swept.enqueued), (0, 1));
    assert_eq!(claim(archive, JobKind::Index, at(2_000)).await.len(), 1);
}

async fn an_unknown_index_is_not_swept<A: Archive>(archive: &A) {
    let index = IndexId("nobody".to_owned());
    let held = [points("1", Revision::new(1), 3)];

    let part = SweepPart::whole(held.to_vec());
    let swept = archive.sweep(&index, &part, NOW, NOW).await;

    let kind = swept.map(|_| ()).map_err(|error| error.kind());
    assert_eq!(
        kind,
        Err(ErrorKind::Invalid),
        "what others made is not ours"
    );
}

/// Calls 1 to 5 with words, of which the index has lost everything, and that hold an old text.
async fn behind<A: Archive>(archive: &A) -> IndexId {
    for name in ["1", "2", "3", "4", "5"] {
        with_words(archive, name).await;
    }
    let index = current_index(archive, at(1)).await;
    for row in archive.indexed(&index, None).await.expect("rows") {
        let known = archive.known(std::slice::from_ref(&row.call)).await;
        let known = known.expect("known").pop().map(|known| known.revision);
        let again = full_put(row.call.as_str(), "New.", known);
        stored(archive, again).await;
    }
    index_all(archive, at(100)).await;
    index
}

async fn a_part_leaves_the_others_alone<A: Archive>(archive: &A) {
    let index = behind(archive).await;
    let rows = archive.indexed(&index, None).await.expect("rows");
    let stray = Revision::new(1_000);
    let part = SweepPart {
        after: Some(id("2")),
        to: Some(id("4")),
        most: NonZeroUsize::MAX,
        held: ["2", "3", "5", "9"]
            .map(|name| points(name, stray, 1))
            .into(),
    };

    let swept = sweep_part(archive, &index, &part, 500).await;

    assert_eq!(swept.drop, [(id("3"), stray)], "of the part only");
    assert_eq!((swept.enqueued, swept.next), (2, Some(id("4"))));
    let left = archive.indexed(&index, None).await.expect("rows");
    let left: Vec<_> = left.iter().map(|row| row.call.as_str()).collect();
    assert_eq!(left, ["1", "2", "5"], "what is outside was not looked at");
    let replaced: Vec<_> = rows
        .iter()
        .filter_map(|row| Some((row.call.clone(), row.previous?)))
        .collect();
    let texts = archive.transcripts(&Scope::internal(), &replaced).await;
    let kept: Vec<bool> = texts.expect("read").iter().map(Option::is_some).collect();
    assert_eq!(
        kept,
        [true, true, false, false, true],
        "old words of the part go"
    );
}

async fn parts_together_do_what_the_whole_does<A: Archive>(archive: &A) {
    let index = behind(archive).await;
    let stray = Revision::new(1_000);
    let held = ["0", "3", "6", "7"].map(|name| points(name, stray, 1));
    let mut part = SweepPart {
        after: None,
        to: None,
        most: NonZeroUsize::new(2).expect("not zero"),
        held: held.to_vec(),
    };
    let mut ends = Vec::new();
    let mut drop = Vec::new();
    let mut enqueued = 0;
    loop {
        let swept = sweep_part(archive, &index, &part, 500).await;
        enqueued += swept.enqueued;
        drop.extend(swept.drop.into_iter().map(|(call, _)| call));
        part.after = swept.next;
        let Some(next) = &part.after else {
            break;
        };
        ends.push(next.clone());
    }

    assert_eq!(
        ends,
        [id("2"), id("4")],
        "no part looks at more than it may"
    );
    assert_eq!(drop, [id("0"), id("3"), id("6"), id("7")]);
    assert_eq!(enqueued, 5);
    assert_eq!(claim(archive, JobKind::Index, at(2_000)).await.len(), 5);
}
