//! An erase log that knows much is taken over in few statements, however much it is.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::time::Instant;

use call_archive::{
    Calls, HoldName, HoldOn, Holds, Ledger, PersonName, PostgresArchive, Purge, PurgeReason,
    PurgeTarget, Purging,
};
use conversation::{UserId, WorkspaceId};
use jiff::SignedDuration;

use crate::fixture::{NOW, call, id};

use super::cluster::Cluster;
use super::server::Place;

/// How many people the large log knows; `CALL_ARCHIVE_UNION_PERSONS` asks for more.
fn people() -> usize {
    let asked = std::env::var("CALL_ARCHIVE_UNION_PERSONS").ok();
    asked.map_or(2_000, |people| people.parse().expect("a number"))
}

async fn statements(place: &Place) -> i64 {
    let sql = "SELECT sum(calls)::bigint FROM public.pg_stat_statements";
    let row = place.client().await.query_one(sql, &[]).await;
    row.expect("counted").get(0)
}

/// Stores so many calls, a fifth of each kind: with somebody who is purged later, by address and by
/// user; from before a floor; held; and of nobody.
async fn fill(archive: &PostgresArchive, many: usize) {
    let mut puts = Vec::new();
    for n in 0..many {
        let mut put = call(n, "word");
        let party = put.call.parties.first_mut().expect("a party");
        match n % 5 {
            0 | 3 => party.email = Some("gone@example.com".to_owned()),
            1 => put.call.primary_user = Some(UserId::new("gone").expect("a valid id")),
            2 => {
                put.call.started = NOW - SignedDuration::from_hours(48);
                put.call.workspace = Some(WorkspaceId::new("w").expect("a valid id"));
            }
            _ => {}
        }
        puts.push(put);
    }
    archive.put(puts, None, NOW).await.expect("stored");
}

/// What the log knows and the tables, set back to before it, do not.
async fn purge(place: &Place, archive: &PostgresArchive, many: usize, people: usize) {
    for n in (3..many).step_by(5) {
        let name = HoldName::new(format!("hold-{n}")).expect("a valid name");
        let held = archive.hold(&name, &HoldOn::Call(id(n)), NOW).await;
        held.expect("held");
    }
    let purge = Purge {
        target: PurgeTarget::Person(PersonName::User(UserId::new("gone").expect("a valid id"))),
        reason: PurgeReason::Asked,
        actor: "tester".to_owned(),
    };
    let later = NOW + SignedDuration::from_hours(1);
    archive.begin_purge(&purge, later).await.expect("begun");
    let floor = (NOW - SignedDuration::from_hours(24)).as_microsecond();
    let later = later.as_microsecond();
    let key = archive.hash_key().await.expect("a key");
    let gone = key.email("gone@example.com").expect("an address");
    let mut said = vec![
        format!("person default {gone} {later}"),
        format!("floor default w {floor}"),
    ];
    for n in 0..people {
        let somebody = key.email(&format!("{n}@example.com")).expect("an address");
        said.push(format!("person default {somebody} {later}"));
        said.push(format!("floor default w{n} {floor}"));
        said.push(format!("hold default more-{n} call nobody-{n} {later}"));
    }
    let mut log = fs::read_to_string(place.log()).expect("a log");
    for said in said {
        let sum = hex::encode(&blake3::hash(said.as_bytes()).as_bytes()[..8]);
        writeln!(log, "{said} {sum}").expect("written");
    }
    fs::write(place.log(), log).expect("written");
    let restored = "DELETE FROM tombstones; DELETE FROM people_tombstones; DELETE FROM floors;
        DELETE FROM holds; DELETE FROM jobs; UPDATE calls SET erasing = NULL";
    let client = place.client().await;
    client.batch_execute(restored).await.expect("set back");
}

/// Opens the archive again; gives how many statements that took.
#[expect(
    clippy::print_stderr,
    reason = "how long it took is told beside, and not judged"
)]
async fn open_again(cluster: &Cluster, many: usize, people: usize) -> i64 {
    let place = cluster.place().await;
    let archive = place.open().await;
    fill(&archive, many).await;
    purge(&place, &archive, many, people).await;
    drop(archive);
    let before = statements(&place).await;
    let began = Instant::now();

    let archive = place.open().await;

    eprintln!("{many} calls, {people} people: {:?}", began.elapsed());
    let took = statements(&place).await - before;
    let ids: Vec<_> = (0..many).map(id).collect();
    let left = archive.known(&ids).await.expect("known");
    let left: BTreeSet<_> = left.into_iter().map(|known| known.call).collect();
    let wanted: BTreeSet<_> = (0..many).filter(|n| n % 5 > 2).map(id).collect();
    assert_eq!(left, wanted, "what is held and what nobody erased stays");
    let counts = "SELECT (SELECT count(*) FROM people_tombstones),
        (SELECT count(*) FROM floors), (SELECT count(*) FROM holds),
        (SELECT count(*) FROM jobs WHERE kind = 'erase')";
    let row = place.client().await.query_one(counts, &[]).await;
    let row = row.expect("counted");
    let counts: [i64; 4] = std::array::from_fn(|at| row.get(at));
    let [tombstones, floors, holds, jobs] =
        counts.map(|count| usize::try_from(count).expect("a count"));
    assert_eq!((tombstones, floors), (people + 2, people + 1));
    assert_eq!((holds, jobs), (people + many / 5, many * 3 / 5));
    took
}

#[tokio::test]
async fn an_erase_log_that_knows_much_is_taken_over_in_few_statements() {
    let Some(cluster) = Cluster::start(&["shared_preload_libraries=pg_stat_statements"]) else {
        return;
    };
    let place = cluster.place().await;
    let counter = "CREATE EXTENSION pg_stat_statements SCHEMA public";
    let client = place.client().await;
    client.batch_execute(counter).await.expect("made");

    let few = open_again(&cluster, 10, 5).await;
    let many = open_again(&cluster, 500, people()).await;

    // A statement for each kind of entry takes ten thousand of them.
    let parts = i64::try_from(people() * 3 / 10_000).expect("a count");
    assert!(
        many <= few + 6 * parts + 2,
        "{few} statements for few, {many} for many"
    );
}
