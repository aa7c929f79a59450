//! Clients and servers that are killed at any moment: nothing that was acknowledged is lost, nothing
//! is torn.

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use access::Scope;
use call_archive::{CallQuery, Calls as _, Erasing as _, Erasure, Indexes as _, PostgresArchive};
use tokio::task::JoinSet;
use tokio_postgres::Client;

use crate::crash::{acknowledged, be_killed, child, compare, kill_after, targets, to_be_killed_in};
use crate::fixture::{NOW, call, id};

use super::cluster::{Cluster, ran};
use super::server::{Place, options, server};

const CLIENTS: &str = "postgres::crash::what_was_acknowledged_survives_killed_clients";
const URL: &str = "CALL_ARCHIVE_CRASH_URL";
const SCHEMA: &str = "CALL_ARCHIVE_CRASH_SCHEMA";
/// Says how often to kill the server.
const SERVERS: &str = "CALL_ARCHIVE_CRASH_SERVERS";
const PATIENCE: Duration = Duration::from_mins(2);

#[test]
fn what_was_acknowledged_survives_killed_clients() {
    if let (Some(folder), Ok(url), Ok(schema)) =
        (to_be_killed_in(), std::env::var(URL), std::env::var(SCHEMA))
    {
        let folder = Path::new(&folder);
        let options = options(&url, &schema, folder);
        be_killed(folder, async || {
            PostgresArchive::open(options)
                .await
                .expect("the archive opens")
        });
    }
    if server().is_none() {
        return;
    }
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let place = runtime.block_on(Place::new()).expect("there is a server");
    let folder = place.folder.path();
    for (round, target) in targets().enumerate() {
        let mut child = child(CLIENTS, folder, round);
        child.env(URL, &place.url).env(SCHEMA, &place.schema);
        kill_after(child, folder, target);
    }

    let notes = acknowledged(folder);
    runtime.block_on(whole(&place, &notes));
    assert!(notes.len() >= targets().sum());
}

/// How often the server is killed: four times unless told.
fn kills() -> usize {
    let told = std::env::var(SERVERS).ok();
    told.map_or(4, |told| told.parse().expect("a number"))
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_acknowledged_survives_a_killed_server() {
    let Some(cluster) = Cluster::start(&[]) else {
        return;
    };
    let place = cluster.place().await;
    let archive = place.open().await;
    archive.add_index("space", NOW).await.expect("an index");
    let notes = Arc::new(Mutex::new(Vec::new()));
    let mut hands = JoinSet::new();
    for hand in 0..4 {
        let (archive, notes) = (archive.clone(), Arc::clone(&notes));
        hands.spawn(async move { work(&archive, &notes, hand).await });
    }
    let noted = || notes.lock().expect("notes").len();
    for round in 0..kills() {
        let (before, began) = (noted(), Instant::now());
        // The moment within a commit is chance.
        while noted() < before + 5 + 17 * round % 40 {
            assert!(began.elapsed() < PATIENCE, "round {round} is stuck");
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        if round % 2 == 0 {
            cluster.kill();
        } else {
            cluster.stop_immediately();
        }
        cluster.start_again();
    }
    let (before, began) = (noted(), Instant::now());
    while noted() < before + 20 {
        assert!(began.elapsed() < PATIENCE, "it does not go on");
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    hands.shutdown().await;

    let notes = notes.lock().expect("notes").clone();
    whole(&place, &notes).await;
    cluster.stop();
    let mut checked = cluster.program("pg_checksums");
    checked.arg("--check").arg("-D").arg(cluster.data());
    assert!(ran(&mut checked), "every page has its checksum");
}

/// Puts and erases while the server comes and goes; notes what was acknowledged.
async fn work(archive: &PostgresArchive, notes: &Mutex<Vec<String>>, hand: u32) {
    let note = |line: String| notes.lock().expect("notes").push(line);
    for n in 0_u64.. {
        let name = format!("{hand}-{n}");
        if archive
            .put(vec![call(&name, "word")], None, NOW)
            .await
            .is_err()
        {
            tokio::time::sleep(Duration::from_millis(20)).await;
            continue;
        }
        note(format!("put {name}"));
        let how = Erasure::WithTombstone;
        if n % 5 == 4 && archive.begin_erase(&id(&name), how, NOW).await.is_ok() {
            note(format!("gone {name}"));
        }
    }
}

/// What was acknowledged is there, what is there is whole, and so are the database's own structures.
async fn whole(place: &Place, notes: &[String]) {
    let archive = place.open().await;
    let client = place.client().await;
    compare(&archive, notes, async |rows, call| {
        count(&client, rows, call).await
    })
    .await;
    let mut query = CallQuery::default();
    loop {
        let page = archive
            .list(&Scope::internal(), &query)
            .await
            .expect("listed");
        let ids: Vec<_> = page.calls.iter().map(|(call, _)| call.id.clone()).collect();
        let read = archive.read(&Scope::internal(), &ids).await.expect("read");
        assert_eq!(read.len(), ids.len());
        for call in &read {
            let id = &call.call.id;
            assert!(
                call.text.is_some() && call.call.parties.len() == 1,
                "{id} is torn"
            );
        }
        query.after = page.next;
        if query.after.is_none() {
            break;
        }
    }
    let structures = "CREATE EXTENSION IF NOT EXISTS amcheck SCHEMA pg_catalog;";
    client.batch_execute(structures).await.expect("made");
    let indexes = "SELECT count(bt_index_check(i.indexrelid, true)) FROM pg_index i
                   JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am a ON a.oid = c.relam
                   WHERE a.amname = 'btree' AND c.relnamespace = current_schema()::regnamespace";
    let checked: i64 = client.query_one(indexes, &[]).await.expect("whole").get(0);
    assert!(checked > 20, "{checked}");
    let tables = "SELECT count(*) FROM pg_class c, LATERAL verify_heapam(c.oid) AS torn
                  WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace";
    let torn: i64 = client.query_one(tables, &[]).await.expect("read").get(0);
    assert_eq!(torn, 0);
}

async fn count(client: &Client, rows: &str, call: &str) -> i64 {
    let sql = format!("SELECT count(*) FROM {rows} = $1");
    client
        .query_one(&sql, &[&call])
        .await
        .expect("counted")
        .get(0)
}
