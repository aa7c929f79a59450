//! Writing: exactly once, as few requests as it takes, and honest about what is not known.

use std::collections::BTreeMap;

use crm_sync::{
    Crm as _, Field, NotSent, RecordId, RecordKind, Values, Write, Written, differences,
};
use hubspot_sim::{Fault, Portal};

use crate::{call, prepared};

fn id(text: &str) -> RecordId {
    RecordId::new(text).expect("an id")
}

#[tokio::test]
async fn many_calls_are_written_in_as_few_requests_as_it_takes() {
    let (sim, crm) = prepared(Portal::default()).await;
    let before = sim.writes();
    let writes: Vec<Write> = (0..250).map(|n| call(&format!("k{n}"), "A call")).collect();

    let outcomes = crm.write(&writes).await.expect("written");

    let is_new = |one: &Written| matches!(one, Written::Done { is_new: true, .. });
    assert!(outcomes.iter().all(is_new));
    assert_eq!(sim.writes() - before, 3);
    assert_eq!(sim.portal().objects("calls").len(), 250);
}

#[tokio::test]
async fn a_bad_record_is_found_and_the_others_are_written() {
    for is_partial in [false, true] {
        let mut portal = Portal::default();
        portal.refuses("hs_call_title", "Bad");
        if is_partial {
            portal.answers_in_part();
        }
        let (sim, crm) = prepared(portal).await;
        let titles = (0..16).map(|n| if n == 11 { "Bad" } else { "Good" });
        let writes: Vec<Write> = titles
            .enumerate()
            .map(|(n, title)| call(&format!("k{n}"), title))
            .collect();

        let outcomes = crm.write(&writes).await.expect("written");

        for (n, outcome) in outcomes.iter().enumerate() {
            let Written::Refused(message) = outcome else {
                assert!(
                    matches!(outcome, Written::Done { .. }) && n != 11,
                    "{n} {outcome:?}"
                );
                continue;
            };
            assert_eq!(n, 11);
            assert!(
                message.contains("hs_call_title"),
                "HubSpot's own words: {message}"
            );
        }
        assert_eq!(sim.portal().objects("calls").len(), 15);
    }
}

#[tokio::test]
async fn what_failed_after_sending_is_unknown_and_not_sent_again() {
    let (sim, crm) = prepared(Portal::default()).await;
    for fault in [Fault::FailedAfter, Fault::FailedBefore, Fault::CutOff] {
        sim.fail("upsert", fault);
        let before = sim.writes();
        let outcomes = crm.write(&[call("7", "A call")]).await.expect("sent");
        assert_eq!(outcomes, [Written::Unknown], "{fault:?}");
        assert_eq!(sim.writes() - before, 1, "{fault:?}");
    }
    // Read back and written again, it is there once.
    let again = crm.write(&[call("7", "A call")]).await.expect("sent");
    assert!(matches!(again[0], Written::Done { is_new: false, .. }));
    assert_eq!(sim.portal().objects("calls").len(), 1);
}

#[tokio::test]
async fn a_limit_is_waited_for_and_the_day_is_not() {
    let (sim, crm) = prepared(Portal::default()).await;
    sim.fail("upsert", Fault::TenSeconds);
    let outcomes = crm.write(&[call("7", "A call")]).await.expect("sent");
    assert!(matches!(outcomes[0], Written::Done { .. }));
    sim.fail("upsert", Fault::Day);
    let outcomes = crm.write(&[call("8", "A call")]).await.expect("answered");
    assert_eq!(outcomes, [Written::NotSent(NotSent::Day)]);
}

#[tokio::test]
async fn a_deleted_deal_is_missing_and_its_neighbours_are_changed() {
    let mut portal = Portal::default();
    let ids: Vec<String> = (0..3)
        .map(|_| portal.add("deals", &[("dealname", "Fox")]))
        .collect();
    let (sim, crm) = prepared(portal).await;
    sim.portal().delete("deals", &ids[1]);
    let warn = |of: &String| {
        let values = Values::of(RecordKind::Deal).with(Field::Warnings, "no next meeting");
        Write::change(RecordKind::Deal, id(of), values.expect("ours"))
    };

    let outcomes = crm
        .write(&ids.iter().map(warn).collect::<Vec<_>>())
        .await
        .expect("written");

    assert!(matches!(outcomes[0], Written::Done { .. }));
    assert_eq!(outcomes[1], Written::Missing);
    assert!(matches!(outcomes[2], Written::Done { .. }));
}

#[tokio::test]
async fn without_unique_keys_the_id_decides() {
    let mut portal = Portal::default();
    portal.has_no_unique_calls();
    let (sim, crm) = prepared(portal).await;

    let made = crm.write(&[call("7", "One")]).await.expect("written");
    let Written::Done {
        id: Some(id),
        is_new: true,
        ..
    } = &made[0]
    else {
        panic!("made: {made:?}");
    };
    let values = Values::of(RecordKind::Call)
        .with(Field::Title, "Two")
        .expect("ours");
    let known = Write::put_known(RecordKind::Call, "7", id.clone(), values);
    let changed = crm.write(&[known]).await.expect("written");

    assert!(matches!(changed[0], Written::Done { is_new: false, .. }));
    let portal = sim.portal();
    let [only] = portal.objects("calls")[..] else {
        panic!("one call");
    };
    assert_eq!(
        (only.get("hs_call_title"), only.get("gong_call_id")),
        ("Two", "7")
    );
}

#[tokio::test]
async fn links_and_deletions_are_the_same_twice() {
    let mut portal = Portal::default();
    let deal = portal.add("deals", &[("dealname", "Fox")]);
    let (sim, crm) = prepared(portal).await;
    let made = crm.write(&[call("7", "A call")]).await.expect("written");
    let Written::Done { id: Some(call), .. } = &made[0] else {
        panic!("made");
    };
    let link = Write::link(
        (RecordKind::Call, call.clone()),
        (RecordKind::Deal, id(&deal)),
    );
    let bad = Write::link(
        (RecordKind::Call, call.clone()),
        (RecordKind::Deal, id("1")),
    );

    for _ in 0..2 {
        let outcomes = crm
            .write(&[link.clone(), bad.clone()])
            .await
            .expect("written");
        assert!(matches!(outcomes[0], Written::Done { .. }));
        assert_eq!(outcomes[1], Written::Missing);
    }
    assert_eq!(
        sim.portal().linked("calls", call.as_str(), "deals"),
        [deal.as_str()]
    );
    for _ in 0..2 {
        let gone = crm
            .write(&[Write::remove(RecordKind::Call, call.clone())])
            .await;
        assert!(matches!(gone.expect("written")[0], Written::Done { .. }));
    }
    assert!(sim.portal().objects("calls").is_empty());
}

#[tokio::test]
async fn a_persons_edit_survives_however_often_we_write() {
    let (sim, crm) = prepared(Portal::default()).await;
    let values = |steps: &str| {
        Values::of(RecordKind::Call)
            .with(Field::Started, "2026-11-02T10:00:00Z")
            .and_then(|values| values.with(Field::NextSteps, steps))
            .and_then(|values| values.with(Field::Competitors, "Owl"))
            .expect("ours")
    };
    let first = crm
        .write(&[Write::put(RecordKind::Call, "7", values("first"))])
        .await;
    let Written::Done {
        id: Some(call),
        held,
        ..
    } = first.expect("written").remove(0)
    else {
        panic!("made");
    };
    let mut left: BTreeMap<Field, String> = held;
    sim.portal()
        .edit("calls", call.as_str(), "ci_next_steps", "a person's");

    for round in 0..10 {
        let found = crm_sync::Find::new(RecordKind::Call, crm_sync::By::Key, ["7"]);
        let now = crm.find(&found).await.expect("found").remove(0);
        let wanted = values(&format!("round {round}"));
        let what = differences(&wanted, &now.values, &left);
        assert_eq!(what.kept, [Field::NextSteps]);
        if !what.write.is_empty() {
            let done = crm
                .write(&[Write::put(RecordKind::Call, "7", what.write)])
                .await;
            if let Written::Done { held, .. } = done.expect("written").remove(0) {
                left.extend(held);
            }
        }
    }
    let portal = sim.portal();
    let kept = portal.object("calls", call.as_str()).expect("there");
    assert_eq!(kept.get("ci_next_steps"), "a person's");
}
