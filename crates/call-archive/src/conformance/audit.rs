//! Laws of the audit log: appended in order, chained, never less.

use crate::Archive;
use crate::audit::{AuditCheck, AuditEntry, AuditHead, AuditRecord};

use super::fixture::at;

pub(super) async fn check<A: Archive>(make: &impl AsyncFn() -> A) {
    what_is_told_is_read_back_in_order_and_in_a_sound_chain(&make().await).await;
    pages_of_records_follow_each_other(&make().await).await;
    what_is_told_at_the_same_time_is_chained_one_by_one(&make().await).await;
}

pub(super) fn entry(seconds: i64, action: &str) -> AuditEntry {
    AuditEntry::new(at(seconds), "local", "admin", action, "ok")
}

pub(super) async fn records<A: Archive>(archive: &A) -> Vec<AuditRecord> {
    archive.audit_records(None, 1_000).await.expect("read")
}

/// The actions of all chains, each chain sound and ending where the archive says.
pub(super) async fn sound<A: Archive>(archive: &A) -> Vec<String> {
    let records = records(archive).await;
    let heads = archive.audit_heads().await.expect("read");
    let key = archive.audit_key().await.expect("a key");
    let mut check = AuditCheck::new(key, heads.clone());
    for record in &records {
        check.take(record).expect("a sound record");
    }
    let (number, ends) = check.finish().expect("nothing is missing");
    assert_eq!((number, ends), (records.len() as u64, heads));
    records
        .into_iter()
        .map(|record| record.entry.action)
        .collect()
}

async fn what_is_told_is_read_back_in_order_and_in_a_sound_chain<A: Archive>(archive: &A) {
    assert_eq!(sound(archive).await, [""; 0]);
    let nothing = archive.append_audit(&[]).await.expect("nothing to do");
    assert_eq!(nothing, None);
    let params = archive.audit_key().await.expect("a key").params(["who?"]);
    let told = entry(0, "search")
        .concerning(["c1", "c 2"])
        .bytes(7)
        .params(params);

    let head = archive
        .append_audit(&[told.clone(), entry(1, "show")])
        .await
        .expect("appended");
    archive
        .append_audit(&[entry(-5, "sync")])
        .await
        .expect("appended");

    assert_eq!(head.map(|head| head.seq), Some(2));
    assert_eq!(sound(archive).await, ["search", "show", "sync"]);
    let first = records(archive).await.remove(0);
    assert_eq!(first.entry, told);
    assert_eq!(first.entry.targets, "c1 c_2");
}

async fn pages_of_records_follow_each_other<A: Archive>(archive: &A) {
    let all: Vec<AuditEntry> = (0..5).map(|n| entry(n, &format!("a{n}"))).collect();
    archive.append_audit(&all).await.expect("appended");

    let mut read = Vec::new();
    let mut after: Option<AuditHead> = None;
    loop {
        let page = archive
            .audit_records(after.as_ref(), 2)
            .await
            .expect("read");
        let Some(last) = page.last() else { break };
        after = Some(last.head());
        read.extend(page);
    }

    assert_eq!(read, records(archive).await);
    assert_eq!(read.len(), 5);
}

async fn what_is_told_at_the_same_time_is_chained_one_by_one<A: Archive>(archive: &A) {
    let (one, two) = (
        [entry(0, "a"), entry(0, "b")],
        [entry(0, "c"), entry(0, "d")],
    );

    let (first, second) = tokio::join!(archive.append_audit(&one), archive.append_audit(&two));

    first.expect("appended");
    second.expect("appended");
    let actions = sound(archive).await;
    assert!(
        actions == ["a", "b", "c", "d"] || actions == ["c", "d", "a", "b"],
        "each is one transaction: {actions:?}"
    );
}
