//! Two machines over one database, and one is killed in mid-job: nothing that was acknowledged is
//! lost, nothing is there twice, and no job is left over.
//!
//! The judge stands outside: clients note each id that was acknowledged in a file of their own,
//! synced before the next is sent, and at the end the database itself is asked what is there.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use gong_sim::{Faults, Limits, Sim, SimHandle, World};
use tokio::task::JoinSet;
use tokio_postgres::Client;
use tokio_util::sync::CancellationToken;

use super::{Database, count, delivered, free_port, processed, until};
use crate::gongkit::Home;
use crate::process::Process;

const CLIENTS: usize = 4;
/// Gong tells of it and does not know it.
const POISON: &str = "666";

/// What the clients saw.
struct Ledger {
    path: PathBuf,
    file: Mutex<File>,
}

impl Ledger {
    fn at(path: PathBuf) -> Self {
        let file = File::create_new(&path).expect("a ledger");
        Self {
            path,
            file: Mutex::new(file),
        }
    }

    fn note(&self, id: &str) {
        let mut file = self.file.lock().expect("nobody panicked");
        file.write_all(format!("{id}\n").as_bytes()).expect("noted");
        file.sync_data().expect("noted durably");
    }

    fn ids(&self) -> Vec<String> {
        let text = fs::read_to_string(&self.path).expect("the ledger");
        text.lines().map(str::to_owned).collect()
    }
}

/// A process that takes deliveries in, and perhaps works.
struct Replica {
    process: Process,
    address: String,
}

impl Replica {
    fn start(home: &Home, works: &[&str]) -> Self {
        let address = free_port();
        let mut arguments = vec!["serve", "--webhook", "--webhook-listen", &address];
        arguments.extend(works);
        let process = Process::start(home, &arguments);
        Self { process, address }
    }

    fn kill(self) {
        self.process.signal("KILL");
    }
}

/// Delivers calls to both replicas by turns, as a balancer before them would, until told to stop.
async fn deliver(
    sim: Arc<SimHandle>,
    ledger: Arc<Ledger>,
    addresses: [String; 2],
    name: String,
    stop: CancellationToken,
) {
    for n in 0_usize.. {
        if stop.is_cancelled() {
            return;
        }
        let id = format!("{name}{n:05}");
        let body = processed(&sim, &id, &format!("We want the zebu{id}x by spring."));
        let answered = delivered(&addresses[n % 2], &body).await;
        if answered == Some(200) {
            ledger.note(&id);
        } else {
            let is_away = matches!(answered, None | Some(503));
            assert!(is_away, "{id} was answered with {answered:?}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

/// Every acknowledged id stands in the inbox, the archive and the index once, and is done.
async fn each_is_there_once(client: &Client, ids: &[String]) {
    assert!(ids.len() >= 2 * CLIENTS, "{} acknowledged", ids.len());
    let once: BTreeSet<&String> = ids.iter().collect();
    assert_eq!(once.len(), ids.len(), "each was sent once");
    for id in ids {
        for rows in [
            format!("inbox WHERE call = '{id}'"),
            format!("inbox WHERE call = '{id}' AND ended IS NOT NULL AND body IS NULL"),
            format!("calls WHERE id = '{id}' AND NOT is_shell"),
            format!("indexed WHERE call = '{id}'"),
        ] {
            assert_eq!(count(client, &rows).await, 1, "{rows}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_machines_one_is_killed_in_mid_job_and_every_acknowledged_call_is_there_once() {
    let Some(database) = Database::new().await else {
        return;
    };
    let sim = Sim::builder().world(World::empty()).limits(Limits::off());
    let sim = Arc::new(sim.start().await.expect("started"));
    let machines = [database.machine(&sim), database.machine(&sim)];
    machines[0].ok(&["keys", "init"]).await;
    machines[0].ok(&["db", "migrate"]).await;
    let client = database.client().await;
    let ledger = Arc::new(Ledger::at(machines[0].path("ledger")));

    for round in 0..2 {
        // A fetch takes a while, so that whoever is killed is in the midst of one.
        let mut slow = Faults::none();
        slow.slow = 1.0;
        slow.slow_by = Duration::from_millis(1_500);
        sim.set_faults(slow);
        // Only one of the two works: every lease is its own.
        let dying = Replica::start(&machines[round], &["--worker"]);
        let living = Replica::start(&machines[1 - round], &[]);
        let stop = CancellationToken::new();
        let mut clients = JoinSet::new();
        for number in 0..CLIENTS {
            let addresses = [dying.address.clone(), living.address.clone()];
            let (sim, ledger) = (Arc::clone(&sim), Arc::clone(&ledger));
            let name = format!("77{round}{number}");
            clients.spawn(deliver(sim, ledger, addresses, name, stop.clone()));
        }
        let leased = "jobs WHERE state = 'leased' AND kind = 'fetch'";
        until("a call is being fetched", async || {
            count(&client, leased).await > 0
        })
        .await;
        dying.kill();
        let held = count(&client, leased).await;
        let before = ledger.ids().len();
        until("the other goes on", async || {
            ledger.ids().len() > before + CLIENTS
        })
        .await;
        stop.cancel();
        while let Some(done) = clients.join_next().await {
            done.expect("it delivers");
        }
        assert!(held > 0, "it was killed with {held} calls in its hands");
        assert_eq!(count(&client, leased).await, held, "and nobody ends them");
        if round == 1 {
            let unknown = format!(r#"{{"metaData":{{"id":"{POISON}"}}}}"#);
            assert_eq!(delivered(&living.address, &unknown).await, Some(200));
        }
        living.process.told_to_stop();
        sim.set_faults(Faults::none());
    }
    // A quarter of an hour passes for the leases of the dead, and seven of eight attempts for the
    // call that Gong does not know.
    let passed = "UPDATE jobs SET lease_until = 0 WHERE state = 'leased'";
    let abandoned = client.execute(passed, &[]).await.expect("set back");
    assert!(abandoned > 0);
    let tried = format!("UPDATE jobs SET failed = 7 WHERE kind = 'fetch' AND call = '{POISON}'");
    assert_eq!(client.execute(&tried, &[]).await.expect("set"), 1);

    let both = machines
        .each_ref()
        .map(|home| Replica::start(home, &["--worker"]));
    until("every job is done or dead", async || {
        count(&client, "jobs WHERE state <> 'dead'").await == 0
    })
    .await;

    let ids = ledger.ids();
    each_is_there_once(&client, &ids).await;
    let dead = machines[0].json(&["dead", "list"]).await.to_string();
    assert!(dead.contains(POISON) && dead.contains("missing"), "{dead}");
    assert_eq!(count(&client, "jobs").await, 1, "and nothing else is dead");
    // The index lies in the folder of whoever began it.
    for id in [&ids[0], &ids[ids.len() / 2], &ids[ids.len() - 1]] {
        let word = format!("zebu{id}x");
        let found = machines[0].json(&["search", &word]).await;
        let hits = found["hits"].as_array().expect("hits");
        let of_call = hits.iter().filter(|hit| hit["call_id"] == id.as_str());
        assert_eq!(of_call.count(), 1, "{found:#}");
    }
    let elsewhere = machines[1].run(&["search", "zebu"]).await;
    assert_eq!(elsewhere.code, 3, "{}", elsewhere.stderr);
    assert!(
        elsewhere.stderr.contains("another data folder") && elsewhere.stderr.contains("hint:"),
        "{}",
        elsewhere.stderr
    );
    for replica in both {
        replica.process.told_to_stop();
    }
    println!(
        "{} acknowledged by two machines, two killed with {abandoned} calls in hand: all there once",
        ids.len()
    );

    // The index moves by being built anew where it shall be.
    machines[1].ok(&["reindex"]).await;
    let found = machines[1]
        .json(&["search", &format!("zebu{}x", ids[0])])
        .await;
    assert_eq!(found["hits"][0]["call_id"], ids[0].as_str(), "{found:#}");
    let moved = machines[0].run(&["search", "zebu"]).await;
    assert_eq!(moved.code, 3, "{}", moved.stderr);
}
