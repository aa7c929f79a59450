//! What is erased here goes out of the CRM, too, however often it takes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use async_trait::async_trait;
use call_archive::{
    Erasing, Erasure, Keep, MemoryArchive, Purge, PurgeReason, PurgeTarget, Purging, Remnant,
};
use conversation::CallId;
use crm_sync::{
    Action, Applied, Blanked, ChangedPage, Crm, CrmError, CrmSync, Field, Find, HubSpot,
    Outbox as _, Prepare, Reached, Record, RecordId, RecordKind, Setup, Subject, Write, Written,
};
use futures::FutureExt as _;
use hubspot_sim::{Fault, HubSpotSim};
use jiff::Timestamp;

use crate::dying::{DyingCrm, Life};
use crate::flow::{later, many, now, once, portal, wanted};
use crate::kept::{of, put};
use crate::{client, prepared};

/// Everything in a portal that a run has written to, and the flow that wrote it.
struct Scene {
    sim: HubSpotSim,
    archive: MemoryArchive,
    flow: CrmSync,
    deals: [RecordId; 2],
}

impl Scene {
    async fn new() -> Self {
        let (portal, deals) = portal();
        let (sim, crm) = prepared(portal).await;
        let archive = MemoryArchive::new();
        put(&archive, &["1", "2", "3"]).await;
        let flow = CrmSync::new(Arc::new(crm), Arc::new(of(&archive)));
        Self {
            sim,
            archive,
            flow,
            deals,
        }
    }

    async fn written() -> Self {
        let scene = Self::new().await;
        let applied = once(&scene.flow, "r1", wanted(&scene.deals, "zqxcanary"), now()).await;
        assert_eq!((applied.made, applied.changed), (4, 1));
        scene
    }

    async fn purge(&self, call: &str) {
        let call = CallId::new(call).expect("an id");
        let purge = Purge {
            target: PurgeTarget::Calls(vec![call.clone()]),
            reason: PurgeReason::Asked,
            actor: "a test".to_owned(),
        };
        self.archive
            .begin_purge(&purge, now())
            .await
            .expect("begun");
        self.archive.erase(&call, now()).await.expect("erased");
    }

    async fn blank(&self) -> Blanked {
        let blanked = self.flow.blank_erased(&of(&self.archive), later()).await;
        blanked.expect("the CRM was asked")
    }

    async fn unreached(&self) -> Vec<Vec<Remnant>> {
        let settled = self.archive.settle(&[], later()).await.expect("settled");
        settled
            .open
            .into_iter()
            .map(|open| open.unreached)
            .collect()
    }

    /// What the portal holds of words in records of a kind, deleted ones included.
    fn words(&self, kind: &str) -> BTreeMap<String, (bool, bool)> {
        words(&self.sim, kind)
    }
}

/// By our key or name: whether the record is deleted, and whether it holds what was written.
fn words(sim: &HubSpotSim, kind: &str) -> BTreeMap<String, (bool, bool)> {
    let portal = sim.portal();
    let ids = (1000..4000).map(|id: u32| id.to_string());
    let records = ids.filter_map(|id| portal.object(kind, &id));
    let told = records.map(|record| {
        let name = ["gong_call_id", "ci_key", "dealname"].map(|name| record.get(name));
        let fields = [
            "hs_call_title",
            "hs_task_subject",
            "ci_next_steps",
            "ci_hash",
            "ci_warnings",
        ];
        let has_words = fields.iter().any(|field| !record.get(field).is_empty());
        (name.concat(), (record.is_archived(), has_words))
    });
    told.collect()
}

/// Still there with its words.
const STAYS: (bool, bool) = (false, true);
/// There, and empty.
const EMPTY: (bool, bool) = (false, false);
/// Emptied, then deleted.
const GONE: (bool, bool) = (true, false);

fn all_gone_of_call_1(sim: &HubSpotSim, deal: &str) -> bool {
    let task = format!("{deal}/1/stage");
    words(sim, "calls")["1"] == GONE && words(sim, "tasks")[&task] == GONE
}

#[tokio::test]
async fn a_purged_call_is_emptied_and_deleted_there_and_nothing_else_is() {
    let scene = Scene::written().await;

    scene.purge("1").await;
    assert_eq!(
        scene.unreached().await,
        [[Remnant::Crm]],
        "the receipt says so"
    );
    let blanked = scene.blank().await;

    assert_eq!((blanked.gone.len(), blanked.open.len()), (3, 0));
    let calls = scene.words("calls");
    assert_eq!((calls["1"], calls["2"], calls["3"]), (GONE, STAYS, STAYS));
    assert!(all_gone_of_call_1(&scene.sim, scene.deals[0].as_str()));
    assert_eq!(
        scene.words("deals")["Fox"],
        EMPTY,
        "the call was linked to it"
    );
    assert!(
        scene.unreached().await.is_empty(),
        "the receipt is finished"
    );
    let writes = scene.sim.writes();
    assert_eq!(scene.blank().await, Blanked::default());
    assert_eq!(scene.sim.writes(), writes, "nothing is left to do");
}

#[tokio::test]
async fn a_call_that_turns_private_goes_the_same_way() {
    let scene = Scene::written().await;
    let call = CallId::new("2").expect("an id");
    let how = Erasure::MayReturn(Keep::PrivateShell);
    let begun = scene.archive.begin_erase(&call, how, now()).await;
    assert!(begun.expect("begun"));

    scene.blank().await;

    assert_eq!(scene.words("calls")["2"], GONE);
    assert_eq!(scene.words("calls")["1"], STAYS);
}

#[tokio::test]
async fn whatever_dies_the_words_are_gone_in_the_end() {
    let mut point = 0;
    loop {
        let scene = Scene::written().await;
        scene.purge("1").await;
        let life = Life::of(point);
        let dying = DyingCrm {
            crm: client(&scene.sim),
            life: life.clone(),
        };
        let dying = CrmSync::new(Arc::new(dying), Arc::new(of(&scene.archive)));
        let lived = dying.blank_erased(&of(&scene.archive), later()).await;

        assert_eq!(lived.is_err(), scene.unreached().await == [[Remnant::Crm]]);
        scene.blank().await;

        let deal = scene.deals[0].as_str();
        assert!(all_gone_of_call_1(&scene.sim, deal), "died at {point}");
        assert!(scene.unreached().await.is_empty(), "died at {point}");
        if lived.is_ok() {
            break;
        }
        point += 1;
    }
    assert!(point >= 4, "only {point} points");
}

#[tokio::test]
async fn what_the_crm_fails_at_is_tried_again() {
    for part in ["calls/batch/update", "calls/batch/archive"] {
        for fault in [Fault::FailedBefore, Fault::FailedAfter, Fault::CutOff] {
            let scene = Scene::written().await;
            scene.purge("1").await;
            scene.sim.fail(part, fault);

            let first = scene.blank().await;
            assert_eq!(first.open.len(), 1, "{part} {fault:?}");
            assert_eq!(scene.unreached().await, [[Remnant::Crm]]);
            scene.blank().await;

            let deal = scene.deals[0].as_str();
            assert!(all_gone_of_call_1(&scene.sim, deal), "{part} {fault:?}");
            assert!(scene.unreached().await.is_empty());
        }
    }
}

#[tokio::test]
async fn a_crm_that_is_down_is_named_until_it_is_back() {
    let (portal, deals) = portal();
    let (sim, crm) = prepared(portal).await;
    let archive = MemoryArchive::new();
    put(&archive, &["1", "2", "3"]).await;
    let flow = CrmSync::new(Arc::new(crm), Arc::new(of(&archive)));
    once(&flow, "r1", wanted(&deals, "zqxcanary"), now()).await;
    let portal = sim.portal().clone();
    sim.shutdown().await;
    let scene = Scene {
        sim: HubSpotSim::start(portal).await.expect("a free port"),
        archive,
        flow,
        deals,
    };
    scene.purge("1").await;

    let down = scene.blank().await;
    assert_eq!((down.gone.len(), down.open.len()), (0, 3));
    assert_eq!(scene.unreached().await, [[Remnant::Crm]]);

    let back = CrmSync::new(Arc::new(client(&scene.sim)), Arc::new(of(&scene.archive)));
    let blanked = back.blank_erased(&of(&scene.archive), later()).await;
    assert_eq!(blanked.expect("asked").gone.len(), 3);
    assert!(all_gone_of_call_1(&scene.sim, scene.deals[0].as_str()));
    assert!(scene.unreached().await.is_empty());
}

#[tokio::test]
async fn a_plan_from_before_a_purge_sends_nothing_of_it() {
    let scene = Scene::new().await;
    let plan = scene.flow.plan(wanted(&scene.deals, "zqxcanary")).await;

    scene.purge("1").await;
    let applied = scene.flow.apply("r1", plan.expect("planned"), now()).await;

    let applied = applied.expect("applied");
    let erased: BTreeSet<String> = applied.erased.iter().map(ToString::to_string).collect();
    let deal = &scene.deals[0];
    let proposal = format!("proposal/{deal}/1/stage");
    let summary = format!("deal/{deal}");
    assert_eq!(
        erased,
        BTreeSet::from(["call/1".to_owned(), proposal, summary])
    );
    assert_eq!(scene.words("deals")["Fox"], EMPTY);
    assert_eq!(scene.sim.portal().objects("calls").len(), 2);
    assert!(scene.sim.portal().objects("tasks").is_empty());
    assert!(scene.unreached().await.is_empty(), "nothing lies there");
}

#[tokio::test]
async fn a_summary_is_held_back_when_a_call_that_needs_no_write_was_purged() {
    let scene = Scene::written().await;
    let mut wanted = wanted(&scene.deals, "zqxcanary");
    wanted[3] = {
        let mut summary = wanted[3].clone();
        let more = summary.values.clone().with(Field::Reasons, "zqxcanary");
        summary.values = more.expect("ours");
        summary
    };
    let plan = scene.flow.plan(wanted).await.expect("planned");
    let writes = plan.iter().filter(|one| one.is_write()).count();
    assert_eq!(writes, 1, "only the deal");

    scene.purge("1").await;
    let applied = scene
        .flow
        .apply("r2", plan, later())
        .await
        .expect("applied");
    scene.blank().await;

    assert_eq!(applied.erased.len(), 1);
    let portal = scene.sim.portal();
    let deal = portal.object("deals", scene.deals[0].as_str());
    assert_eq!(deal.expect("there").get("ci_top_reasons"), "");
}

/// A CRM that writes, and a call that is purged before the writer hears of it.
struct PurgedMeanwhile {
    crm: HubSpot,
    archive: MemoryArchive,
}

#[async_trait]
impl Crm for PurgedMeanwhile {
    async fn prepare(&self, how: Prepare) -> Result<Setup, CrmError> {
        self.crm.prepare(how).await
    }

    async fn find(&self, find: &Find) -> Result<Vec<Record>, CrmError> {
        self.crm.find(find).await
    }

    async fn linked(
        &self,
        from: RecordKind,
        ids: &[RecordId],
        to: RecordKind,
    ) -> Result<BTreeMap<RecordId, Vec<RecordId>>, CrmError> {
        self.crm.linked(from, ids, to).await
    }

    async fn write(&self, writes: &[Write]) -> Result<Vec<Written>, CrmError> {
        let written = self.crm.write(writes).await;
        let how = Erasure::WithTombstone;
        let call = CallId::new("1").expect("an id");
        let begun = self.archive.begin_erase(&call, how, now()).await;
        begun.expect("begun");
        self.archive.erase(&call, now()).await.expect("erased");
        written
    }

    async fn changed(
        &self,
        kind: RecordKind,
        since: Timestamp,
        after: Option<&str>,
    ) -> Result<ChangedPage, CrmError> {
        self.crm.changed(kind, since, after).await
    }
}

#[tokio::test]
async fn what_was_on_its_way_when_its_call_was_purged_is_found_and_emptied() {
    let scene = Scene::new().await;
    let crm = PurgedMeanwhile {
        crm: client(&scene.sim),
        archive: scene.archive.clone(),
    };
    let flow = CrmSync::new(Arc::new(crm), Arc::new(of(&scene.archive)));
    once(&flow, "r1", wanted(&scene.deals, "zqxcanary"), now()).await;
    assert_eq!(scene.words("calls")["1"], STAYS, "it was sent");

    let blanked = scene.blank().await;

    assert!(blanked.open.is_empty() && blanked.refused.is_empty());
    assert!(all_gone_of_call_1(&scene.sim, scene.deals[0].as_str()));
    assert_eq!(scene.words("calls")["2"], STAYS);
}

#[tokio::test]
async fn a_summary_is_held_back_when_a_call_was_purged_between_two_batches() {
    let scene = Scene::new().await;
    let ids: Vec<String> = (1..=1500).map(|id: u32| id.to_string()).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    put(&scene.archive, &ids[3..]).await;
    let plan = scene.flow.plan(many(&scene.deals, 1500)).await;
    let begin = |reached: Reached| {
        if reached.done == 1000 {
            let purged = scene.purge("1").now_or_never();
            purged.expect("an archive in memory does not wait");
        }
        Some(now())
    };

    let mut applied = Applied::default();
    let done = scene
        .flow
        .apply_while("r1", plan.expect("planned"), begin, &mut applied)
        .await;

    done.expect("applied");
    let erased: Vec<String> = applied.erased.iter().map(ToString::to_string).collect();
    assert_eq!(erased, [format!("deal/{}", scene.deals[0])]);
    assert_eq!(scene.words("deals")["Fox"], EMPTY, "it was never sent");
    assert_eq!((applied.made, applied.changed), (1500, 0));
    let blanked = scene.blank().await;
    assert!(blanked.open.is_empty() && blanked.refused.is_empty());
    assert_eq!(scene.words("calls")["1"], GONE);
    assert_eq!(scene.words("calls")["2"], STAYS);
}

#[tokio::test]
async fn a_summary_alone_is_held_back_when_one_of_its_calls_was_purged() {
    let scene = Scene::new().await;
    let mut wanted = wanted(&scene.deals, "zqxcanary");
    wanted.retain(|one| matches!(one.subject, Subject::Deal(_)));
    let plan = scene.flow.plan(wanted).await.expect("planned");

    scene.purge("1").await;
    let applied = scene.flow.apply("r1", plan, now()).await.expect("applied");

    assert_eq!((applied.erased.len(), applied.changed), (1, 0));
    assert_eq!(scene.words("deals")["Fox"], EMPTY);
}

#[tokio::test]
async fn what_may_still_turn_up_is_waited_for() {
    let scene = Scene::new().await;
    let plan = scene.flow.plan(wanted(&scene.deals, "zqxcanary")).await;
    scene.sim.fail("calls/batch/upsert", Fault::FailedBefore);
    let applied = scene.flow.apply("r1", plan.expect("planned"), now()).await;
    assert_eq!(applied.expect("applied").unknown.len(), 3);
    scene.purge("2").await;
    let outbox = of(&scene.archive);

    let soon = scene
        .flow
        .blank_erased(&outbox, now())
        .await
        .expect("asked");
    let late = scene.blank().await;

    assert_eq!((soon.gone.len(), soon.open.len()), (0, 1));
    assert_eq!((late.gone.len(), late.open.len()), (1, 0));
    assert!(outbox.left(9).await.expect("read").is_empty());
    let open = outbox.unfinished().await.expect("read");
    assert_eq!(open.len(), 2, "the others are still asked about");
}

#[tokio::test]
async fn a_refusal_is_told_and_the_record_is_not_deleted_with_its_words() {
    let scene = Scene::written().await;
    scene.purge("3").await;
    scene.sim.portal().refuses("hs_call_title", "");

    let blanked = scene.blank().await;

    assert_eq!((blanked.gone.len(), blanked.refused.len()), (0, 1));
    assert_eq!(scene.words("calls")["3"], STAYS);
    assert_eq!(scene.unreached().await, [[Remnant::Crm]]);
}

#[tokio::test]
async fn a_deal_is_emptied_of_our_words_and_told_of_again() {
    let scene = Scene::new().await;
    link(&scene).await;
    once(&scene.flow, "r1", wanted(&scene.deals, "zqxcanary"), now()).await;

    scene.purge("3").await;
    scene.blank().await;
    assert_eq!(scene.words("deals")["Fox"], EMPTY);
    assert_eq!(
        scene.sim.portal().objects("deals").len(),
        2,
        "it is people's"
    );
    let rest = wanted(&scene.deals, "without the third");
    let rest = rest
        .into_iter()
        .filter(|one| one.subject.to_string() != "call/3");
    let plan = scene.flow.plan(rest.collect()).await.expect("planned");
    let of_deal = plan
        .iter()
        .find(|one| one.subject.kind() == RecordKind::Deal);
    assert_eq!(of_deal.map(|one| one.action), Some(Action::Change));
    scene
        .flow
        .apply("r2", plan, later())
        .await
        .expect("applied");

    assert_eq!(scene.words("deals")["Fox"], STAYS);
}

/// Says that the third call is about the first deal.
async fn link(scene: &Scene) {
    use call_archive::{DealLink, Deals as _, FoundLinks, LinkedBy};
    let deal = conversation::DealId::new("hubspot", scene.deals[0].as_str());
    let link = DealLink {
        deal: deal.expect("an id"),
        by: LinkedBy::Account,
    };
    let found = FoundLinks {
        call: CallId::new("3").expect("an id"),
        deals: vec![link],
    };
    scene.archive.link_deals(&[found]).await.expect("linked");
}
