//! After an erasure: what of a call is left in the files of a server, and until when.

use std::fs;
use std::path::Path;

use call_archive::{Erasing, Erasure, Finish, Indexes, JobKind, Jobs, PostgresArchive, Purging};
use jiff::SignedDuration;
use tokio_postgres::Client;

use crate::fixture::{NOW, call, id, store, store_finding};

use super::cluster::Cluster;

const GONE: &str = "gone-4711";
/// In every text of the call that is erased.
const WORD: &str = "zqxcanary";

/// What is clear of a call, and the key that opens the rest.
struct Traces(Vec<(&'static str, Vec<u8>)>);

impl Traces {
    async fn of(client: &Client) -> Self {
        let sql = "SELECT k.wrapped, p.email_hash FROM call_keys k JOIN parties p USING (call)
                   WHERE call = $1";
        let row = client.query_one(sql, &[&GONE]).await.expect("a key");
        Self(vec![
            ("its id", GONE.into()),
            ("its key", row.get(0)),
            ("the hash of an address", row.get::<_, String>(1).into()),
            ("a domain", b"gone-domain.example".to_vec()),
        ])
    }

    /// Which of them stand in which files.
    fn left(&self, data: &Path) -> Vec<(&'static str, String)> {
        let found = |(what, bytes): &(&'static str, Vec<u8>)| {
            let files = holding(data, bytes).into_iter();
            files.map(|file| (*what, file)).collect::<Vec<_>>()
        };
        self.0.iter().flat_map(found).collect()
    }
}

/// The files below a folder that hold these bytes.
fn holding(folder: &Path, needle: &[u8]) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            // The server may have taken a file away meanwhile.
            let bytes = fs::read(&path).unwrap_or_default();
            if bytes.windows(needle.len()).any(|window| window == needle) {
                found.push(path.display().to_string());
            }
        }
    }
    found
}

async fn erase(archive: &PostgresArchive) {
    let (gone, how) = (id(GONE), Erasure::WithTombstone);
    let begun = archive.begin_erase(&gone, how, NOW).await;
    assert!(begun.expect("begun"));
    let until = NOW + SignedDuration::from_secs(60);
    let leases = archive.claim(&[JobKind::Erase], 10, until, NOW).await;
    for lease in leases.expect("claimed") {
        archive.erase(&lease.call, NOW).await.expect("erased");
        let done = archive.finish(&lease, Finish::Done, NOW).await;
        done.expect("done");
    }
    assert_eq!(archive.settle(&[], NOW).await.expect("settled").open, []);
}

#[tokio::test]
async fn no_byte_of_an_erased_call_is_left_once_its_tables_and_the_log_are_written_anew() {
    // Segments of the log that are not needed go, in place of being used again as they are.
    let Some(cluster) = Cluster::start(&["wal_recycle=off"]) else {
        return;
    };
    let place = cluster.place().await;
    let archive = place.open().await;
    archive.add_index("space", NOW).await.expect("an index");
    for n in 0..80 {
        store(&archive, call(format!("other-{n}"), "other")).await;
        if n == 40 {
            let mut put = call(GONE, WORD);
            put.call.parties[0].email = Some(format!("{WORD}@gone-domain.example"));
            let at = store(&archive, put).await;
            store_finding(&archive, GONE, at, WORD).await;
        }
    }
    let (client, data) = (place.client().await, cluster.data());
    let traces = Traces::of(&client).await;
    let run = async |sql: &str| client.batch_execute(sql).await.expect("done");
    run("CHECKPOINT").await;
    for (what, bytes) in &traces.0 {
        assert!(!holding(&data, bytes).is_empty(), "{what} was there");
    }
    assert_eq!(
        holding(&data, WORD.as_bytes()),
        [""; 0],
        "its words never are"
    );

    erase(&archive).await;
    // A usual vacuum makes room and may leave the bytes in it.
    run("VACUUM").await;
    run("VACUUM FULL").await;
    run("SELECT pg_switch_wal()").await;
    run("CHECKPOINT").await;

    assert_eq!(traces.left(&data), []);
    assert_eq!(holding(&data, WORD.as_bytes()), [""; 0]);
    assert!(!holding(&data, b"other-79").is_empty());
}
