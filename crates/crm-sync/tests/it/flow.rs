//! Plan, apply, resume and undo: exactly once in effect, and a person's words stay.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use conversation::CallId;
use crm_sync::{
    Action, Applied, CrmSync, Field, MemoryOutbox, Outbox, Progress, Reached, RecordId, RecordKind,
    Subject, Values, Wanted, conformance,
};
use hubspot_sim::{Fault, HubSpotSim, Portal};
use jiff::Timestamp;

use crate::dying::{DyingCrm, DyingOutbox, Life};
use crate::{client, prepared};

/// A portal with two deals, and the ids of the deals.
pub(crate) fn portal() -> (Portal, [RecordId; 2]) {
    let mut portal = Portal::default();
    let mut deal = |name: &str| {
        let id = portal.add("deals", &[("dealname", name), ("dealstage", "demo")]);
        RecordId::new(id).expect("an id")
    };
    let deals = [deal("Fox"), deal("Owl")];
    (portal, deals)
}

fn values(kind: RecordKind, all: &[(Field, &str)]) -> Values {
    let all = all.iter();
    all.fold(Values::of(kind), |values, (field, text)| {
        values.with(*field, *text).expect("ours to write")
    })
}

/// Three calls, what is known of a deal, and a proposal.
pub(crate) fn wanted(deals: &[RecordId; 2], steps: &str) -> Vec<Wanted> {
    let call = |id: &str, deal: &RecordId| Wanted {
        subject: format!("call/{id}").parse().expect("a subject"),
        values: values(
            RecordKind::Call,
            &[
                (Field::Started, "2026-11-01T07:00:00Z"),
                (Field::Title, "A call"),
                (Field::NextSteps, steps),
                (Field::Fingerprint, &format!("{id} {steps}")),
            ],
        ),
        links: BTreeSet::from([(RecordKind::Deal, deal.clone())]),
        sums_up: BTreeSet::new(),
    };
    let warned = Wanted {
        subject: Subject::Deal(deals[0].clone()),
        values: values(RecordKind::Deal, &[(Field::Warnings, steps)]),
        links: BTreeSet::new(),
        sums_up: BTreeSet::from([CallId::new("1").expect("an id")]),
    };
    let proposal = Wanted {
        subject: format!("proposal/{}/1/stage", deals[0])
            .parse()
            .expect("a subject"),
        values: values(
            RecordKind::Task,
            &[
                (Field::Started, "2026-11-02T08:00:00Z"),
                (Field::Title, "Move to offer?"),
            ],
        ),
        links: BTreeSet::from([(RecordKind::Deal, deals[0].clone())]),
        sums_up: BTreeSet::new(),
    };
    vec![
        call("1", &deals[0]),
        call("2", &deals[1]),
        call("3", &deals[1]),
        warned,
        proposal,
    ]
}

/// What the portal holds, without what differs from run to run: ids of new records and times.
pub(crate) fn state(sim: &HubSpotSim) -> BTreeSet<String> {
    let portal = sim.portal();
    let mut state = BTreeSet::new();
    for (kind, named) in [
        ("calls", "gong_call_id"),
        ("tasks", "ci_key"),
        ("deals", "dealname"),
    ] {
        let fields = [
            "hs_call_title",
            "ci_next_steps",
            "ci_hash",
            "hs_task_subject",
            "ci_warnings",
        ];
        for record in portal.objects(kind) {
            let shown: Vec<&str> = fields.iter().map(|field| record.get(field)).collect();
            let mut deals = portal.linked(kind, &record.id(), "deals");
            deals.sort();
            let line = format!("{kind} {} {shown:?} {deals:?}", record.get(named));
            assert!(state.insert(line), "a record is there twice");
        }
    }
    state
}

pub(crate) fn now() -> Timestamp {
    "2026-11-01T08:00:00Z".parse().expect("an instant")
}

pub(crate) fn later() -> Timestamp {
    "2026-11-01T09:00:00Z".parse().expect("an instant")
}

pub(crate) async fn once(flow: &CrmSync, run: &str, wanted: Vec<Wanted>, at: Timestamp) -> Applied {
    let plan = flow.plan(wanted).await.expect("planned");
    flow.apply(run, plan, at).await.expect("applied")
}

#[tokio::test]
async fn the_outbox_in_memory_keeps_the_laws() {
    conformance::check_outbox(&MemoryOutbox::default()).await;
}

#[tokio::test]
async fn a_plan_writes_nothing_and_a_second_run_has_nothing_to_write() {
    let (portal, deals) = portal();
    let (sim, crm) = prepared(portal).await;
    let outbox = Arc::new(MemoryOutbox::default());
    let flow = CrmSync::new(Arc::new(crm), Arc::clone(&outbox) as _);
    let before = sim.writes();

    let plan = flow
        .plan(wanted(&deals, "call again"))
        .await
        .expect("planned");
    assert_eq!((sim.writes(), outbox.all().len()), (before, 0));
    let first = flow.apply("r1", plan, now()).await.expect("applied");
    let written = sim.writes();
    let second = once(&flow, "r2", wanted(&deals, "call again"), later()).await;

    assert_eq!((first.made, first.changed, first.linked), (4, 1, 4));
    assert_eq!(second, Applied::default());
    assert_eq!(sim.writes(), written);
    assert_eq!(written - before, 5, "calls, task, deal, two kinds of links");
}

#[tokio::test]
async fn a_run_tells_how_far_it_is_and_what_it_was_stopped_before_stays_planned() {
    let (portal, deals) = portal();
    let (sim, crm) = prepared(portal).await;
    let flow = CrmSync::new(Arc::new(crm), Arc::new(MemoryOutbox::default()));
    let wanted = many(&deals, 1500);
    let plan = flow.plan(wanted.clone()).await.expect("planned");

    let mut applied = Applied::default();
    let mut heard = Vec::new();
    let begin = |reached: Reached| {
        heard.push((reached.done, reached.total));
        (reached.done == 0).then(now)
    };
    let done = flow.apply_while("r1", plan, begin, &mut applied).await;

    done.expect("applied");
    assert_eq!(heard, [(0, 1501), (1000, 1501)]);
    assert_eq!((applied.made, applied.unreached), (1000, 501));
    assert_eq!(sim.portal().objects("calls").len(), 1000);
    let rest = flow.plan(wanted.clone()).await.expect("planned");
    assert_eq!(rest.iter().filter(|one| one.is_write()).count(), 501);
    heard.clear();
    let mut applied = Applied::default();
    let begin = |reached: Reached| {
        heard.push((reached.done, reached.total));
        Some(later())
    };
    let done = flow.apply_while("r2", rest, begin, &mut applied).await;
    done.expect("applied");
    assert_eq!(heard, [(0, 501), (501, 501)], "of the end, too");
    assert_eq!((applied.made, applied.changed), (500, 1));
    assert_eq!(once(&flow, "r3", wanted, later()).await, Applied::default());
}

#[tokio::test]
async fn a_day_that_is_spent_stops_a_run_and_the_rest_stays_planned() {
    let (portal, deals) = portal();
    let (sim, crm) = prepared(portal).await;
    let flow = CrmSync::new(Arc::new(crm), Arc::new(MemoryOutbox::default()));
    sim.fail("calls/batch/upsert", Fault::Day);

    let applied = once(&flow, "r1", many(&deals, 1500), now()).await;

    assert!(!applied.waiting.is_empty());
    assert_eq!(applied.unreached, 501);
    let next = once(&flow, "r2", many(&deals, 1500), later()).await;
    assert_eq!(applied.made + next.made, 1500);
}

#[tokio::test]
async fn a_plan_shares_the_texts_of_what_was_wanted() {
    let (portal, deals) = portal();
    let (_sim, crm) = prepared(portal).await;
    let flow = CrmSync::new(Arc::new(crm), Arc::new(MemoryOutbox::default()));
    let wanted = wanted(&deals, "call again");

    let plan = flow.plan(wanted.clone()).await.expect("planned");

    for (wanted, planned) in wanted.iter().zip(&plan) {
        for (field, text) in wanted.values.iter() {
            let planned = planned.write.get(field).expect("it is written");
            assert!(std::ptr::eq(planned, text), "{field:?} lies there twice");
        }
    }
}

/// So many calls about the first deal, and what is known of it after all of them.
pub(crate) fn many(deals: &[RecordId; 2], calls: usize) -> Vec<Wanted> {
    let [call, _, _, summary, _]: [Wanted; 5] =
        wanted(deals, "zqxcanary").try_into().expect("five");
    let ids = (1..=calls).map(|id| CallId::new(id.to_string()).expect("an id"));
    let ids: Vec<CallId> = ids.collect();
    let calls = ids.iter().map(|id| Wanted {
        subject: Subject::Call(id.clone()),
        ..call.clone()
    });
    let mut all: Vec<Wanted> = calls.collect();
    all.push(Wanted {
        sums_up: ids.into_iter().collect(),
        ..summary
    });
    all
}

#[tokio::test]
async fn whatever_dies_the_end_is_the_same_and_every_call_is_there_once() {
    for has_unique in [true, false] {
        let (uninterrupted, points) = lived(has_unique, usize::MAX).await;
        assert!(points > 10, "only {points} points");
        for point in 0..points {
            let (resumed, _) = lived(has_unique, point).await;
            assert_eq!(
                resumed, uninterrupted,
                "died at {point}, unique {has_unique}"
            );
        }
    }
}

/// What is there after a run that dies at a point and one that goes on, and how many points a whole
/// run has.
async fn lived(has_unique: bool, points: usize) -> (BTreeSet<String>, usize) {
    let outbox = Arc::new(MemoryOutbox::default());
    lived_with(has_unique, points, async || Arc::clone(&outbox)).await
}

/// The same with an outbox that is opened for each of the two.
pub(crate) async fn lived_with<O: Outbox + 'static>(
    has_unique: bool,
    points: usize,
    open: impl AsyncFn() -> Arc<O>,
) -> (BTreeSet<String>, usize) {
    let (mut portal, deals) = portal();
    if !has_unique {
        portal.has_no_unique_calls();
    }
    let (sim, crm) = prepared(portal).await;
    let life = Life::of(points);
    let dying = CrmSync::new(
        Arc::new(DyingCrm {
            crm,
            life: life.clone(),
        }),
        Arc::new(DyingOutbox {
            outbox: open().await,
            life: life.clone(),
        }),
    );
    if let Ok(plan) = dying.plan(wanted(&deals, "call again")).await {
        let _ = dying.apply("r1", plan, now()).await;
    }
    let passed = points - life.left();
    drop(dying);

    let flow = CrmSync::new(Arc::new(client(&sim)), open().await);
    let resumed = flow.resume(later()).await.expect("resumed");
    assert!(resumed.open.is_empty());
    once(&flow, "r2", wanted(&deals, "call again"), later()).await;
    (state(&sim), passed)
}

#[tokio::test]
async fn a_request_that_fails_anywhere_ends_the_same() {
    let (portal, deals) = portal();
    let (sim, crm) = prepared(portal).await;
    let flow = CrmSync::new(Arc::new(crm), Arc::new(MemoryOutbox::default()));
    once(&flow, "r1", wanted(&deals, "call again"), now()).await;
    let undisturbed = state(&sim);

    for part in [
        "calls/batch/upsert",
        "tasks/batch/upsert",
        "deals/batch/update",
        "calls/deals",
    ] {
        for fault in [
            Fault::FailedBefore,
            Fault::FailedAfter,
            Fault::CutOff,
            Fault::Day,
        ] {
            let (portal, deals) = self::portal();
            let (sim, crm) = prepared(portal).await;
            let flow = CrmSync::new(Arc::new(crm), Arc::new(MemoryOutbox::default()));
            sim.fail(part, fault);
            let first = flow.plan(wanted(&deals, "call again")).await;
            let _ = flow.apply("r1", first.expect("planned"), now()).await;
            flow.resume(later()).await.expect("resumed");
            once(&flow, "r2", wanted(&deals, "call again"), later()).await;
            assert_eq!(state(&sim), undisturbed, "{part} {fault:?}");
        }
    }
}

#[tokio::test]
async fn what_was_sent_waits_until_it_is_known() {
    let (mut portal, deals) = portal();
    portal.has_no_unique_calls();
    portal.search_lags(1000);
    let (sim, crm) = prepared(portal).await;
    let outbox = Arc::new(MemoryOutbox::default());
    let flow = CrmSync::new(Arc::new(crm), Arc::clone(&outbox) as _);
    sim.fail("calls/batch/create", Fault::FailedAfter);
    let first = once(&flow, "r1", wanted(&deals, "call again"), now()).await;
    assert_eq!(first.unknown.len(), 3);

    let soon = flow.resume(now()).await.expect("resumed");
    let plan = flow
        .plan(wanted(&deals, "call again"))
        .await
        .expect("planned");

    assert_eq!(soon.open.len(), 3, "a search may not find them yet");
    let waiting = plan.iter().filter(|one| one.action == Action::Wait).count();
    assert_eq!(waiting, 3, "and they are not written again meanwhile");
    assert_eq!(sim.portal().objects("calls").len(), 3);
}

#[tokio::test]
async fn people_win_and_what_they_delete_stays_deleted() {
    let (portal, deals) = portal();
    let (sim, crm) = prepared(portal).await;
    let outbox = Arc::new(MemoryOutbox::default());
    let flow = CrmSync::new(Arc::new(crm), Arc::clone(&outbox) as _);
    once(&flow, "r0", wanted(&deals, "first"), now()).await;
    let record = |call: &str| {
        let all = outbox.all();
        let is_it = |entry: &&crm_sync::Entry| entry.subject.to_string() == format!("call/{call}");
        let entry = all.iter().find(is_it).expect("written");
        entry.record.clone().expect("known").to_string()
    };
    sim.portal()
        .edit("calls", &record("1"), "ci_next_steps", "a person's");
    sim.portal().delete("calls", &record("2"));

    for round in 1..=10 {
        let steps = format!("round {round}");
        let plan = flow.plan(wanted(&deals, &steps)).await.expect("planned");
        assert_eq!(plan[0].kept, [Field::NextSteps]);
        assert_eq!(plan[1].action, Action::LeaveDeleted);
        flow.apply(&format!("r{round}"), plan, later())
            .await
            .expect("applied");
    }

    let portal = sim.portal();
    let edited = portal.object("calls", &record("1")).expect("there");
    assert_eq!(edited.get("ci_next_steps"), "a person's");
    assert_eq!(portal.objects("calls").len(), 2);
    let stages: Vec<&str> = portal
        .objects("deals")
        .iter()
        .map(|deal| deal.get("dealstage"))
        .collect();
    assert_eq!(stages, ["demo", "demo"]);
}

#[tokio::test]
async fn undo_gives_back_what_was_ours_and_no_more() {
    let (portal, deals) = portal();
    let (sim, crm) = prepared(portal).await;
    let outbox = Arc::new(MemoryOutbox::default());
    let flow = CrmSync::new(Arc::new(crm), Arc::clone(&outbox) as _);
    once(&flow, "r1", wanted(&deals, "first"), now()).await;
    once(&flow, "r2", wanted(&deals, "second"), later()).await;
    let calls: BTreeMap<String, String> = sim
        .portal()
        .objects("calls")
        .iter()
        .map(|call| (call.get("gong_call_id").to_owned(), call.id()))
        .collect();
    sim.portal()
        .edit("calls", &calls["3"], "ci_next_steps", "a person's");

    let undone = flow.undo("r2").await.expect("undone");
    assert!(undone.failed.is_empty() && undone.unknown.is_empty());
    {
        let portal = sim.portal();
        let steps = |call: &str| {
            portal
                .object("calls", &calls[call])
                .expect("there")
                .get("ci_next_steps")
                .to_owned()
        };
        assert_eq!(
            (steps("1"), steps("3")),
            ("first".to_owned(), "a person's".to_owned())
        );
    }
    let again = flow.plan(wanted(&deals, "second")).await.expect("planned");
    assert!(
        again
            .iter()
            .take(4)
            .all(|one| one.action == Action::LeaveUndone)
    );

    flow.undo("r1").await.expect("undone");
    let portal = sim.portal();
    assert!(
        portal.objects("tasks").is_empty(),
        "made by the run and touched by nobody"
    );
    assert_eq!(
        portal.objects("calls").len(),
        3,
        "the second run wrote on them"
    );
    let warned = portal.objects("deals");
    assert_eq!(
        warned[0].get("ci_warnings"),
        "first",
        "rewritten since, by a run that is undone"
    );
}

#[tokio::test]
async fn a_refused_record_is_told_and_the_rest_is_written() {
    let (mut portal, deals) = portal();
    portal.refuses("ci_hash", "2 call again");
    let (sim, crm) = prepared(portal).await;
    let outbox = Arc::new(MemoryOutbox::default());
    let flow = CrmSync::new(Arc::new(crm), Arc::clone(&outbox) as _);

    let applied = once(&flow, "r1", wanted(&deals, "call again"), now()).await;

    let failed: Vec<String> = applied.failed.keys().map(ToString::to_string).collect();
    assert_eq!(failed, ["call/2"]);
    assert!(
        outbox
            .all()
            .iter()
            .any(|entry| matches!(entry.progress, Progress::Failed(_)))
    );
    assert_eq!(sim.portal().objects("calls").len(), 2);
}
