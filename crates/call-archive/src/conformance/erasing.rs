//! Laws of erasing: hidden at once, gone in the end, refused where that was asked for.

use access::Scope;
use conversation::{Privacy, Revision};

use crate::{
    Archive, CallQuery, Erasure, Finish, Finished, JobKind, JobRequest, Keep, PutOutcome, TextState,
};

use super::fixture::{
    NOW, at, bare, claim, current_index, finish, full_put, id, known, private, put, read, store,
    stored, with_words,
};

pub(super) async fn check<A: Archive>(make: &impl AsyncFn() -> A) {
    a_call_is_hidden_while_it_is_erased(&make().await).await;
    its_jobs_are_cancelled(&make().await).await;
    a_tombstone_refuses_for_good(&make().await).await;
    a_call_without_tombstone_may_return(&make().await).await;
    a_private_shell_stays(&make().await).await;
    of_two_erasures_the_stronger_one_counts(&make().await).await;
    what_was_never_there_is_refused_too(&make().await).await;
}

async fn begin<A: Archive>(archive: &A, name: &str, how: Erasure) -> bool {
    let begun = archive.begin_erase(&id(name), how, at(10)).await;
    begun.expect("the erasure begins")
}

async fn erase<A: Archive>(archive: &A, name: &str) {
    let erased = archive.erase(&id(name), at(11)).await;
    erased.expect("the call is erased");
}

async fn is_refused<A: Archive>(archive: &A, name: &str, expected: Option<Revision>) -> bool {
    store(archive, full_put(name, "Back.", expected), at(12)).await == PutOutcome::Erased
}

async fn a_call_is_hidden_while_it_is_erased<A: Archive>(archive: &A) {
    let first = with_words(archive, "1").await;
    let other = with_words(archive, "2").await;
    assert!(begin(archive, "1", Erasure::MayReturn(Keep::Nothing)).await);

    assert!(known(archive, "1").await.is_none());
    assert!(read(archive, "1").await.is_none());
    let scope = Scope::internal();
    let texts = [(id("1"), first), (id("2"), other)];
    let texts = archive.transcripts(&scope, &texts).await.expect("read");
    assert!(matches!(texts[..], [None, Some(_)]));
    let page = archive.list(&scope, &CallQuery::default()).await;
    assert_eq!(page.expect("listed").total, 1);
    assert_eq!(archive.status().await.expect("counts").calls, 1);
    assert!(is_refused(archive, "1", Some(first)).await);
    assert!(is_refused(archive, "1", None).await);
    let erased = archive.erased(&[id("1")]).await.expect("known");
    assert!(erased.is_empty(), "no tombstone was asked for");
}

async fn its_jobs_are_cancelled<A: Archive>(archive: &A) {
    with_words(archive, "1").await;
    let index = current_index(archive, NOW).await;
    let first = known(archive, "1").await.expect("it is there").revision;
    stored(archive, full_put("1", "New.", Some(first))).await;
    let leases = claim(archive, JobKind::Index, NOW).await;
    let lease = leases.first().expect("one job");
    let transcript = JobRequest::new(JobKind::Transcript, id("1"), NOW);
    let asked = archive
        .enqueue(std::slice::from_ref(&transcript), NOW)
        .await;
    asked.expect("enqueued");

    begin(archive, "1", Erasure::WithTombstone).await;

    assert_eq!(
        archive.extend(lease, at(99)).await.ok(),
        Some(Finished::Lost)
    );
    let lost = finish(archive, lease, Finish::Done, NOW).await;
    assert_eq!(lost, Finished::Lost);
    let held = archive.indexed(&index, None).await.expect("rows");
    assert!(held.is_empty(), "no index holds it");
    assert!(claim(archive, JobKind::Transcript, at(20)).await.is_empty());
    archive
        .enqueue(&[transcript], at(20))
        .await
        .expect("ignored");
    assert!(claim(archive, JobKind::Transcript, at(20)).await.is_empty());

    let erasing = claim(archive, JobKind::Erase, at(20)).await;
    assert_eq!(erasing.len(), 1, "one job erases it");
    let job = erasing.first().expect("one job");
    assert_eq!(job.call, id("1"));
    erase(archive, "1").await;
    let done = finish(archive, job, Finish::Done, at(21)).await;
    assert_eq!(
        done,
        Finished::Held,
        "the job stays until its holder ends it"
    );
    assert!(claim(archive, JobKind::Erase, at(99)).await.is_empty());
}

async fn a_tombstone_refuses_for_good<A: Archive>(archive: &A) {
    with_words(archive, "1").await;
    with_words(archive, "2").await;
    begin(archive, "1", Erasure::WithTombstone).await;
    let ids = [id("1"), id("2"), id("3")];
    let erased = archive.erased(&ids).await.expect("known");
    assert_eq!(erased, [id("1")], "from the beginning");

    erase(archive, "1").await;
    erase(archive, "1").await;

    assert_eq!(archive.erased(&ids).await.expect("known"), [id("1")]);
    assert!(is_refused(archive, "1", None).await);
    assert!(known(archive, "2").await.is_some(), "no other call goes");
    let again = begin(archive, "1", Erasure::WithTombstone).await;
    assert!(!again, "there is nothing left to erase");
}

async fn a_call_without_tombstone_may_return<A: Archive>(archive: &A) {
    let first = with_words(archive, "1").await;
    begin(archive, "1", Erasure::MayReturn(Keep::Nothing)).await;
    erase(archive, "1").await;

    let second = stored(archive, full_put("1", "Hello.", None)).await;
    assert!(second > first, "under a new revision");
    erase(archive, "1").await;
    assert!(
        known(archive, "1").await.is_some(),
        "an erasure that is repeated late does not take the new call"
    );
    let scope = Scope::internal();
    let old = archive.transcripts(&scope, &[(id("1"), first)]).await;
    assert_eq!(old.expect("read"), [None], "the old words do not return");
}

async fn a_private_shell_stays<A: Archive>(archive: &A) {
    let first = with_words(archive, "1").await;
    let call = read(archive, "1").await.expect("it is there").call;
    let shell = Erasure::MayReturn(Keep::PrivateShell);
    assert!(begin(archive, "1", shell).await);
    assert!(
        known(archive, "1").await.is_none(),
        "hidden until it is done"
    );
    erase(archive, "1").await;

    let known = known(archive, "1").await.expect("the shell stays");
    assert!(known.is_shell && known.privacy == Privacy::Private);
    assert_eq!(known.text_revision, None);
    assert_eq!(known.text, TextState::None);
    assert!(known.revision > first);
    let read = read(archive, "1").await.expect("the shell stays").call;
    let mut wanted = private(bare("1"));
    wanted.scheduled = call.scheduled;
    wanted.duration = call.duration;
    assert_eq!(read, wanted, "id, times and that it is private");

    assert!(!begin(archive, "1", shell).await, "nothing more to take");
    assert!(self::known(archive, "1").await.is_some());
    let back = full_put("1", "Hello.", Some(known.revision));
    stored(archive, back).await;
    assert!(
        self::read(archive, "1")
            .await
            .expect("there")
            .text
            .is_some()
    );
}

async fn of_two_erasures_the_stronger_one_counts<A: Archive>(archive: &A) {
    let shell = Erasure::MayReturn(Keep::PrivateShell);
    for (name, orders) in [
        ("1", [shell, Erasure::WithTombstone]),
        ("2", [Erasure::WithTombstone, shell]),
    ] {
        with_words(archive, name).await;
        for order in orders {
            assert!(begin(archive, name, order).await);
        }
        erase(archive, name).await;

        assert!(known(archive, name).await.is_none(), "no shell of {name}");
        assert!(is_refused(archive, name, None).await);
    }
    let jobs = claim(archive, JobKind::Erase, at(20)).await;
    assert_eq!(jobs.len(), 2, "one job for each call");
}

async fn what_was_never_there_is_refused_too<A: Archive>(archive: &A) {
    assert!(!begin(archive, "1", Erasure::WithTombstone).await);
    assert!(!begin(archive, "2", Erasure::MayReturn(Keep::Nothing)).await);

    assert!(is_refused(archive, "1", None).await);
    assert!(claim(archive, JobKind::Erase, at(20)).await.is_empty());
    stored(archive, put(bare("2"), None)).await;
}
