//! A key with fewer scopes: what it may not do is named, the rest goes on, and nothing is concluded
//! from what was not told.
use call_archive::TextState;
use gong_sim::{Faults, Operation, World, WorldCall};
use gong_sync::{Error, Outcome, Reach, Reconcile, Run, SyncReport};

use crate::fixture::{Bench, at, id};

fn forbid(bench: &Bench, operations: &[Operation]) {
    let mut faults = Faults::none();
    faults.forbidden.extend(operations);
    bench.sim.set_faults(faults);
}

fn refused(report: &SyncReport) -> Vec<&'static str> {
    report.refused.iter().map(|one| one.operation).collect()
}

async fn reconciled(bench: &Bench) -> SyncReport {
    let sync = bench.sync();
    let plan = sync.plan(Reconcile::Now(Reach::Everything), None).await;
    sync.carry_out(&plan.unwrap()).await
}

#[tokio::test]
async fn a_key_that_may_not_do_one_thing_goes_on_with_the_rest_and_takes_nothing_away() {
    for (operation, goes_on) in [
        (Operation::ListCallsExtensive, false),
        (Operation::GetCallTranscripts, true),
        (Operation::ListCalls, true),
        (Operation::GetCall, true),
        (Operation::ListUsers, true),
    ] {
        let bench = Bench::new(World::generate(7, 60)).await;
        bench.routine().await;
        let before = bench.content().await;
        let users = bench.archive.users().await.unwrap();
        let gone = World::generate(7, 60);
        let gone = gone.calls().next().unwrap().id();
        bench.sim.remove_call(gone).unwrap();
        bench
            .sim
            .add_call(WorldCall::plain("72", at("2026-07-02T10:00:00Z")))
            .unwrap();

        forbid(&bench, &[operation]);
        let report = reconciled(&bench).await;

        assert_eq!(report.is_complete(), goes_on, "{operation}");
        if goes_on {
            assert_eq!(refused(&report), [operation.as_str()]);
            assert!(bench.known("72").await.is_some(), "{operation}");
        } else {
            let Some(Error::Gong(error)) = &report.stopped else {
                panic!("{operation}: {:?}", report.stopped);
            };
            assert_eq!(*error.kind(), gong_client::ErrorKind::Forbidden);
            assert_eq!(error.operation(), Some(operation.as_str()));
        }
        let cannot_tell = [
            Operation::ListCallsExtensive,
            Operation::ListCalls,
            Operation::GetCall,
        ];
        if cannot_tell.contains(&operation) {
            assert!(report.marked_missing.is_empty(), "{operation}");
        }
        bench.sim.set_faults(Faults::none());
        let mut after = bench.content().await;
        after.remove(&id("72"));
        after.get_mut(&id(gone)).unwrap().is_missing = false;
        assert_eq!(after, before, "{operation}");
        assert_eq!(bench.archive.users().await.unwrap().len(), users.len());
    }
}

#[tokio::test]
async fn a_refused_operation_is_asked_once_a_run() {
    let bench = Bench::new(World::generate(7, 350)).await;
    forbid(&bench, &[Operation::GetCallTranscripts]);

    let report = bench.update().await;

    assert_eq!(report.outcomes.of(Outcome::NotReady), 350);
    assert_eq!(bench.sim.stats().of(Operation::GetCallTranscripts), 1);
}

#[tokio::test]
async fn the_words_of_calls_stored_without_the_right_to_them_come_when_it_is_back() {
    let bench = Bench::new(World::generate(7, 250)).await;
    forbid(&bench, &[Operation::GetCallTranscripts]);
    bench.routine().await;
    assert_eq!(bench.archive.status().await.unwrap().with_text, 0);
    for _ in 0..4 {
        bench.advance("20m");
        bench.due().await;
    }

    // No new call shows that the words are told again: a run tries, and asks for all of them.
    bench.sim.set_faults(Faults::none());
    bench.advance("240h");
    bench.update().await;

    assert_eq!(bench.archive.status().await.unwrap().with_text, 250);
    assert_eq!(bench.jobs_left().await, 0);
}

#[tokio::test]
async fn the_seven_days_of_a_transcript_do_not_run_while_the_key_may_not_read_it() {
    let late = WorldCall::plain("72", at("2026-07-02T09:00:00Z")).without_transcript();
    let bench = Bench::new(World::empty().with_call(late).unwrap()).await;
    let state = async || bench.known("72").await.unwrap().text;
    let month = Run::Reconcile(Reach::Month);
    bench.update().await;
    bench.advance("72h");

    forbid(&bench, &[Operation::GetCallTranscripts]);
    bench.run(month).await;
    bench.advance("480h");
    bench.run(month).await;
    assert!(matches!(state().await, TextState::Pending { .. }));

    bench.sim.set_faults(Faults::none());
    bench.run(month).await;
    bench.advance("95h");
    bench.run(month).await;
    assert!(
        matches!(state().await, TextState::Pending { .. }),
        "three days before, four after"
    );
    bench.advance("2h");
    bench.run(month).await;
    assert_eq!(state().await, TextState::None);
}

#[tokio::test]
async fn a_new_key_that_may_not_ask_for_single_calls_shows_its_company_by_their_details() {
    for (seed, is_ours) in [(7, true), (8, false)] {
        let mut bench = Bench::new(World::generate(7, 30)).await;
        bench.update().await;
        let before = bench.content().await;

        bench.sim.replace_world(World::generate(seed, 30));
        forbid(&bench, &[Operation::GetCall, Operation::ListCalls]);
        bench.options.key_id = Some("another key".to_owned());
        let report = bench.sync().run(Run::Update).await;

        assert_eq!(report.is_complete(), is_ours);
        if !is_ours {
            assert!(matches!(report.stopped, Some(Error::WrongCompany)));
        }
        bench.sim.set_faults(Faults::none());
        assert_eq!(bench.content().await, before);
    }
}
