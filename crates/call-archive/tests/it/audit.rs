//! The audit log on the disk: what a stranger's program says of it, and what tampering with the
//! database leaves.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use call_archive::{
    Audit, AuditCheck, AuditEntry, AuditHead, AuditRecord, BadRecord, Ledger as _, SqliteArchive,
};
use jiff::SignedDuration;
use rusqlite::Connection;

use crate::fixture::{NOW, open};

const RECORDS: i64 = 6;

fn entry(number: i64) -> AuditEntry {
    let at = NOW + SignedDuration::from_millis(number);
    AuditEntry::new(at, "key:k1", "rep", "search", "ok")
        .concerning(["c1", "größe"])
        .bytes(7)
        .params("ab".repeat(32))
}

/// Appends over two handles: the chain goes on where the other left it.
async fn filled(folder: &Path) -> SqliteArchive {
    let first = open(folder).await;
    let archive = open(folder).await;
    for number in 0..RECORDS {
        let handle = if number % 2 == 0 { &first } else { &archive };
        handle
            .append_audit(&[entry(number)])
            .await
            .expect("appended");
    }
    archive
}

async fn records(archive: &SqliteArchive) -> Vec<AuditRecord> {
    archive.audit_records(None, 100).await.expect("read")
}

async fn verdict(archive: &SqliteArchive, checkpoint: &[AuditHead]) -> Result<u64, BadRecord> {
    let key = archive.audit_key().await.expect("a key");
    let mut check = AuditCheck::new(key, checkpoint.to_vec());
    for record in records(archive).await {
        check.take(&record)?;
    }
    check.finish().map(|(records, _)| records)
}

/// What the verifier in Python says, with the hash key and with the key of the chain alone.
async fn stranger(
    archive: &SqliteArchive,
    records: &[AuditRecord],
    head: &AuditHead,
) -> (i32, String) {
    let hash_key = hex::encode(archive.hash_key().await.expect("a key").bytes);
    let by_hash_key = verified(&format!("hash:{hash_key}"), records, head);
    let key = archive.audit_key().await.expect("a key").reveal();
    assert_eq!(verified(&key, records, head), by_hash_key);
    by_hash_key
}

/// Its exit code and its line.
fn verified(key: &str, records: &[AuditRecord], head: &AuditHead) -> (i32, String) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/verify_audit.py");
    let mut child = Command::new("python3")
        .arg(script)
        .args([
            key,
            "default",
            &format!("{}:{}:{}", head.chain, head.seq, head.mac),
        ])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("python3 starts");
    let mut input = child.stdin.take().expect("piped");
    for record in records {
        let entry = &record.entry;
        let line = serde_json::json!({
            "chain": record.chain, "seq": record.seq, "at": entry.at.as_microsecond(),
            "actor": entry.actor, "role": entry.role, "action": entry.action,
            "targets": entry.targets, "outcome": entry.outcome, "bytes": entry.bytes,
            "params": entry.params, "prev": record.prev, "mac": record.mac,
        });
        // A verifier that has seen enough reads no further.
        if writeln!(input, "{line}").is_err() {
            break;
        }
    }
    drop(input);
    let output = child.wait_with_output().expect("it ends");
    let said = String::from_utf8(output.stdout).expect("text");
    (output.status.code().unwrap_or(-1), said.trim().to_owned())
}

#[tokio::test]
async fn a_program_that_knows_only_the_document_comes_to_the_same_verdicts() {
    let folder = tempfile::tempdir().expect("a folder");
    let archive = filled(folder.path()).await;
    let records = records(&archive).await;
    let head = records.last().expect("a last one").head();

    assert_eq!(
        stranger(&archive, &records, &head).await,
        (0, "6".to_owned())
    );
    let mut changed = records.clone();
    changed[2].entry.outcome = "denied".to_owned();
    let (code, said) = stranger(&archive, &changed, &head).await;
    assert_eq!(
        (code, said.as_str()),
        (6, "record 3 of chain main is not what was written")
    );
    let mut dropped = records.clone();
    dropped.remove(1);
    let (code, said) = stranger(&archive, &dropped, &head).await;
    assert_eq!(
        (code, said.as_str()),
        (6, "record 2 of chain main is missing")
    );
    let (code, said) = stranger(&archive, &records[..4], &head).await;
    assert_eq!(
        (code, said.as_str()),
        (6, "record 5 of chain main was cut off")
    );
}

#[tokio::test]
async fn whatever_is_done_to_a_row_of_the_database_is_named() {
    for sql in [
        "UPDATE audit SET actor = 'local' WHERE seq = 3",
        "UPDATE audit SET at = at + 1 WHERE seq = 3",
        "UPDATE audit SET outcome = 'denied', mac = replace(mac, 'a', 'b') WHERE seq = 3",
        "DELETE FROM audit WHERE seq = 3",
        "UPDATE audit SET seq = 103 - seq WHERE seq IN (3, 4);
         UPDATE audit SET seq = seq - 96 WHERE seq > 90",
        "UPDATE audit SET chain = 'other' WHERE seq >= 3",
        "DELETE FROM audit WHERE seq >= 3",
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        let archive = filled(folder.path()).await;
        let heads = archive.audit_heads().await.expect("read");
        assert_eq!(verdict(&archive, &heads).await, Ok(RECORDS.unsigned_abs()));

        let database = Connection::open(folder.path().join("archive.sqlite"));
        database
            .expect("a database")
            .execute_batch(sql)
            .expect("tampered");

        let bad = verdict(&archive, &heads).await.expect_err("caught");
        let named = if bad.chain == "other" { 1 } else { 3 };
        assert_eq!(bad.seq, named, "{sql}: {bad}");
    }
}
