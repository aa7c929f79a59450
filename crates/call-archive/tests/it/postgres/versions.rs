//! Two versions side by side: what takes something away waits for the older one's end.

use std::time::Duration;

use access::Scope;
use call_archive::{
    CallQuery, Calls, Erasing, Erasure, ErrorKind, Indexes, JobKind, Jobs, PostgresArchive, Put,
    PutOutcome, SchemaStatus,
};
use conversation::{CallId, Revision};
use jiff::SignedDuration;
use tokio::time::{sleep, timeout};
use tokio_postgres::{Client, Config, NoTls};

use crate::fixture::{NOW, call, id, store};
use crate::views::documented;

use super::server::{Place, options};

/// What an older process has of the archive's schema in its search path, and in its name.
fn older_path(place: &Place) -> String {
    format!("{},pg_catalog", place.schema)
}

/// Connections as a process has them that knows nine migrations.
async fn older_connections(place: &Place) -> Vec<Client> {
    let mut clients = Vec::new();
    for path in [place.schema.clone(), older_path(place)] {
        let mut config: Config = place.url.parse().expect("an address");
        config.application_name(format!("gongkit/9/{path}"));
        let (client, connection) = config.connect(NoTls).await.expect("connected");
        tokio::spawn(connection);
        clients.push(client);
    }
    clients
}

/// An archive that reads and writes as before `fence`: on its connections nothing can be said of
/// the calls that a transaction reaches.
async fn older_archive(place: &Place) -> PostgresArchive {
    let deaf = "CREATE OR REPLACE FUNCTION set_config(text, text, boolean) RETURNS text
                LANGUAGE sql AS $$ SELECT CASE WHEN $1 LIKE 'gongkit.%' THEN $2
                  ELSE pg_catalog.set_config($1, $2, $3) END $$";
    let owner = place.owner().await;
    owner.batch_execute(deaf).await.expect("made");
    let options = options(&place.url, &older_path(place), place.folder.path());
    PostgresArchive::open(options).await.expect("opened")
}

async fn status(place: &Place) -> SchemaStatus {
    let status = PostgresArchive::schema_status(&place.options()).await;
    status.expect("looked at")
}

async fn listed(archive: &PostgresArchive) -> Vec<CallId> {
    let page = archive
        .list(&Scope::internal(), &CallQuery::default())
        .await;
    let page = page.expect("listed");
    page.calls.into_iter().map(|(call, _)| call.id).collect()
}

async fn said(archive: &PostgresArchive, number: u64) -> Option<String> {
    let read = archive.read(&Scope::internal(), &[id(number)]).await;
    let text = read.expect("read").pop()?.text?;
    let said = text.transcript.sentences().next()?.text.to_owned();
    Some(said.strip_suffix("said in the call")?.to_owned())
}

fn again(number: u64, word: &str, held: Revision) -> Put {
    let mut put = call(number, word);
    put.expected = Some(held);
    put
}

async fn fence_is_up(place: &Place) -> bool {
    let sql = "SELECT bool_and(relrowsecurity AND relforcerowsecurity) FROM pg_class
               WHERE relnamespace = current_schema()::regnamespace
                 AND relname IN ('calls', 'call_keys', 'transcripts', 'parties')";
    let row = place.client().await.query_one(sql, &[]).await;
    row.expect("read").get(0)
}

/// Each reads what the other wrote, replaces it, works on its jobs and erases it.
async fn work_on_each_others(newer: &PostgresArchive, older: &PostgresArchive) {
    newer.add_index("space", NOW).await.expect("an index");
    let first = store(newer, call(1, "new")).await;
    let second = store(older, call(2, "old")).await;
    store(older, call(3, "gone")).await;
    for archive in [newer, older] {
        assert_eq!(listed(archive).await.len(), 3);
        assert_eq!(said(archive, 1).await.as_deref(), Some("new"));
        assert_eq!(said(archive, 2).await.as_deref(), Some("old"));
    }

    store(older, again(1, "newer", first)).await;
    store(newer, again(2, "older", second)).await;
    let begun = older.begin_erase(&id(3), Erasure::WithTombstone, NOW).await;
    assert!(begun.expect("begun"));
    older.erase(&id(3), NOW).await.expect("erased");

    assert_eq!(said(newer, 1).await.as_deref(), Some("newer"));
    assert_eq!(said(older, 2).await.as_deref(), Some("older"));
    let refused = newer.put(vec![call(3, "gone")], None, NOW).await;
    assert_eq!(refused.expect("answered"), [PutOutcome::Erased]);
    let until = NOW + SignedDuration::from_mins(5);
    let mut claimed = Vec::new();
    for archive in [older, newer] {
        let leases = archive.claim(&[JobKind::Index], 1, until, NOW).await;
        claimed.extend(leases.expect("claimed").into_iter().map(|lease| lease.call));
    }
    claimed.sort();
    assert_eq!(claimed, [id(1), id(2)], "they share the jobs");
}

#[tokio::test]
async fn an_older_process_reads_and_writes_beside_a_newer_one_until_it_ends() {
    let Some(place) = Place::new().await else {
        return;
    };
    let connections = older_connections(&place).await;
    let newer = place.open().await;
    let older = older_archive(&place).await;

    work_on_each_others(&newer, &older).await;
    let waiting = status(&place).await;
    drop(place.open().await);

    assert_eq!(waiting.pending, [(13, "fence_up")]);
    assert_eq!(waiting.older, 1);
    assert_eq!(status(&place).await.pending, [(13, "fence_up")]);
    assert!(!fence_is_up(&place).await);

    drop(connections);
    let gone = async {
        while status(&place).await.older > 0 {
            sleep(Duration::from_millis(50)).await;
        }
    };
    timeout(Duration::from_secs(20), gone).await.expect("ended");
    drop(place.open().await);

    assert_eq!(status(&place).await.pending, []);
    assert!(fence_is_up(&place).await);
    store(&newer, call(4, "later")).await;
    assert_eq!(listed(&newer).await.len(), 3, "who was there goes on");
    assert_eq!(listed(&older).await, [], "this is what it waited for");
}

#[tokio::test]
async fn whoever_reads_a_table_makes_what_needs_it_wait_and_is_not_ended() {
    let Some(place) = Place::new().await else {
        return;
    };
    let connections = older_connections(&place).await;
    drop(place.open().await);
    drop(connections);
    let gone = async {
        while status(&place).await.older > 0 {
            sleep(Duration::from_millis(50)).await;
        }
    };
    timeout(Duration::from_secs(20), gone).await.expect("ended");
    let reader = place.owner().await;
    let reading = "BEGIN; SELECT count(*) FROM parties";
    reader.batch_execute(reading).await.expect("reads");

    let archive = place.open().await;
    store(&archive, call(1, "word")).await;
    reader
        .batch_execute("SELECT count(*) FROM calls; COMMIT")
        .await
        .expect("goes on");

    assert_eq!(status(&place).await.pending, [(13, "fence_up")]);
    drop(place.open().await);
    assert_eq!(status(&place).await.pending, []);
}

#[tokio::test]
async fn what_newer_processes_only_added_is_taken_and_what_they_took_away_is_not() {
    let Some(place) = Place::new().await else {
        return;
    };
    let archive = place.open().await;
    let client = place.client().await;
    let ahead = "INSERT INTO migrations SELECT max(number) + 1, 'x', 'x', 0 FROM migrations";
    for _ in 0..3 {
        client.batch_execute(ahead).await.expect("written");
    }
    store(&place.open().await, call(1, "word")).await;
    assert_eq!(listed(&archive).await, [id(1)]);

    let away = "UPDATE migrations SET since = number WHERE name = 'x'";
    client.batch_execute(away).await.expect("written");

    let kind = |refused: call_archive::Error| refused.kind();
    let newer = Some(ErrorKind::NewerSchema);
    let opened = PostgresArchive::open(place.options()).await;
    assert_eq!(opened.err().map(kind), newer);
    let read = archive.read(&Scope::internal(), &[id(1)]).await;
    assert_eq!(
        read.err().map(kind),
        newer,
        "one that is open is told as well"
    );
    let put = archive.put(vec![call(2, "word")], None, NOW).await;
    assert_eq!(put.err().map(kind), newer);
}

#[tokio::test]
async fn a_database_whose_fence_went_up_with_its_policies_is_brought_to_this_version() {
    let Some(place) = Place::new().await else {
        return;
    };
    let archive = place.open().await;
    store(&archive, call(1, "word")).await;
    drop(archive);
    let before = "DELETE FROM migrations WHERE number IN (12, 13);
        ALTER TABLE migrations DROP COLUMN since;
        UPDATE migrations SET checksum =
          '14e8afa48f3687f4a3010bdd046a85110ab33c5065de36d3d11b70f9b395fc00' WHERE number = 10";
    place
        .client()
        .await
        .batch_execute(before)
        .await
        .expect("set back");

    let archive = place.open().await;

    assert_eq!(listed(&archive).await, [id(1)]);
    assert_eq!(status(&place).await.pending, []);
    assert!(fence_is_up(&place).await);
    let client = place.client().await;
    for view in documented().into_keys() {
        let asked = client.query(&format!("SELECT * FROM {view}"), &[]).await;
        assert!(asked.is_ok(), "{view}: {asked:?}");
    }
}
