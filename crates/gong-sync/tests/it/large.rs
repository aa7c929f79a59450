//! Nothing that looks like "all calls are gone" marks or erases one, few known calls or many.
use call_archive::{Put, Source};
use conversation::{Call, CallId, Sentence, Span, Transcript, Utterance, WorkspaceId};
use gong_sim::{Faults, Outage, World, WorldCall};
use gong_sync::{Error, Reach, Reconcile};
use jiff::SignedDuration;

use crate::fixture::{Bench, at};

const WORKSPACE: &str = "6100000000000000001";

/// Calls that the archive knows of Gong, of which Gong tells the newest three.
async fn bench(calls: usize) -> Bench {
    let newest = at("2026-07-02T09:00:00Z");
    let started = |number: usize| {
        let minutes = i64::try_from(number).unwrap() * 17;
        newest - SignedDuration::from_mins(minutes)
    };
    let name = |number: usize| format!("{}", 70_000_000 + number);
    let mut world = World::empty();
    for number in 0..3 {
        let call = WorldCall::plain(&name(number), started(number));
        world = world.with_call(call).unwrap();
    }
    let bench = Bench::new(world).await;
    let put = |number: usize| {
        let id = CallId::new(name(number)).unwrap();
        let mut call = Call::new(id, started(number));
        call.workspace = Some(WorkspaceId::new(WORKSPACE).unwrap());
        let mut put = Put::new(call, Source::Gong, None);
        let said = Sentence::new(Span::from_millis(0, 900), "Hello.");
        put.transcript = Some(Transcript::new(vec![Utterance::new(vec![said])]));
        put
    };
    let puts: Vec<Put> = (0..calls).map(put).collect();
    for batch in puts.chunks(1_000) {
        let now = bench.sim.now();
        bench.archive.put(batch.to_vec(), None, now).await.unwrap();
    }
    bench
}

/// That a reconcile of everything marks and erases nothing; gives how it was stopped.
async fn leaves_everything(bench: &Bench) -> Option<Error> {
    let before = bench.archive.status().await.unwrap();
    let mut parts = bench.parts();
    // What is in question is the archive; an index would only take time.
    parts.index = None;
    let sync = gong_sync::Sync::new(parts);
    let plan = sync.plan(Reconcile::Now(Reach::Everything), None).await;
    let report = sync.carry_out(&plan.unwrap()).await;

    assert!(report.marked_missing.is_empty());
    let after = bench.archive.status().await.unwrap();
    assert_eq!(after.missing, 0);
    assert_eq!(
        (after.calls, after.with_text),
        (before.calls, before.with_text)
    );
    let erase_jobs = after.jobs.iter().find(|(kind, _)| *kind == "erase");
    assert_eq!(erase_jobs, None);
    report.stopped
}

const SIZES: [usize; 2] = [15, 15_000];

#[tokio::test]
async fn a_list_that_tells_three_of_all_known_calls_marks_and_erases_none() {
    for calls in SIZES {
        let bench = bench(calls).await;
        assert!(leaves_everything(&bench).await.is_none(), "{calls} calls");
    }
}

#[tokio::test]
async fn an_outage_that_answers_404_marks_and_erases_nothing_however_many_calls_are_known() {
    for calls in SIZES {
        let bench = bench(calls).await;
        leaves_everything(&bench).await;
        for outage in [Outage::Empty, Outage::Page] {
            let mut faults = Faults::none();
            faults.outage = Some(outage);
            bench.sim.set_faults(faults);
            leaves_everything(&bench).await;
        }
    }
}

#[tokio::test]
async fn a_changed_key_marks_and_erases_nothing_however_many_calls_are_known() {
    for calls in SIZES {
        let mut bench = bench(calls).await;
        bench.sim.replace_world(World::generate(8, 5));
        bench.options.key_id = Some("another key".to_owned());

        let stopped = leaves_everything(&bench).await;

        assert!(
            matches!(stopped, Some(Error::WrongCompany)),
            "{calls} calls"
        );
    }
}

#[tokio::test]
async fn a_wrong_workspace_marks_and_erases_nothing_however_many_calls_are_known() {
    for calls in SIZES {
        for workspace in ["6100000000000000009", WORKSPACE] {
            let mut bench = bench(calls).await;
            bench.options.workspace = Some(WorkspaceId::new(workspace).unwrap());
            assert!(leaves_everything(&bench).await.is_none());
        }
    }
}
