//! A writer that is killed at any moment loses nothing it acknowledged and tears nothing.

use std::collections::BTreeMap;
use std::env;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use conversation::{CallId, Revision};
use memory_store::testing::{self, SampleCall, all_holdings};
use memory_store::{EmbeddedStore, Forget, PassageStore};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::opening::{ask, embedder, folder, key, open, space};

const FOLDER: &str = "MEMORY_STORE_TEST_FOLDER";
const FIRST_ROUND: &str = "MEMORY_STORE_TEST_ROUND";
const SEED: u64 = 20_240_607;
const KILLS: usize = 14;
/// The calls that are replaced again and again.
const CALLS: u64 = 5;
/// Every fourth round, one call is forgotten and a compaction follows.
const ROUNDS_A_FORGETTING: u64 = 4;

/// The call `n` as round `round` writes it; the number of passages changes with the round.
fn of_round(n: u64, round: u64) -> SampleCall {
    let call = testing::call(&format!("call{n}"))
        .facts_hash(&round.to_string())
        .person("everybody");
    (0..=(round + n) % 3).fold(call, |call, part| {
        call.says(format!("alpha call{n} round{round} part{part}"))
    })
}

fn forgotten_in(round: u64) -> Option<u64> {
    let is_due = round.is_multiple_of(ROUNDS_A_FORGETTING);
    is_due.then_some(round / ROUNDS_A_FORGETTING % CALLS)
}

/// What the killed process does: write, forget, compact, and say so after each.
#[tokio::test]
async fn a_writer_works_until_it_is_killed() {
    let Some(folder) = env::var_os(FOLDER) else {
        return; // it only works for the test below, in a process of its own
    };
    let first = env::var(FIRST_ROUND).expect("the first round");
    let first: u64 = first.parse().expect("a number");
    let store = open(Path::new(&folder))
        .await
        .expect("the lock died with its holder");
    for round in first.. {
        let batch = (0..CALLS).map(|n| of_round(n, round).points(&embedder()));
        store.write(batch.collect()).await.expect("written");
        acknowledge(&format!("wrote {round}"));
        if let Some(n) = forgotten_in(round) {
            let call = CallId::new(format!("call{n}")).expect("a valid id");
            store.forget(Forget::Call(call)).await.expect("forgotten");
            acknowledge(&format!("forgot {round}"));
            store.compact().await.expect("compacted");
        }
    }
}

fn acknowledge(what: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "\nACK {what}").expect("the parent listens");
    out.flush().expect("the parent listens");
}

/// What the parent knows: the last acknowledged step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Acknowledged {
    round: u64,
    has_forgotten: bool,
}

impl Acknowledged {
    fn read(line: &str) -> Option<Self> {
        let (what, round) = line.strip_prefix("ACK ")?.split_once(' ')?;
        Some(Self {
            round: round.trim().parse().ok()?,
            has_forgotten: what == "forgot",
        })
    }
}

fn start(folder: &Path, first: u64) -> Child {
    Command::new(env::current_exe().expect("this test"))
        .args([
            "--exact",
            "killing::a_writer_works_until_it_is_killed",
            "--nocapture",
        ])
        .env(FOLDER, folder)
        .env(FIRST_ROUND, first.to_string())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .expect("the test can be started again")
}

#[tokio::test]
async fn a_killed_writer_loses_nothing_acknowledged_and_tears_nothing() {
    let folder = folder();
    drop(open(folder.path()).await.expect("a new index"));
    let mut random = ChaCha8Rng::seed_from_u64(SEED);
    let mut last = Acknowledged::default();
    for kill in 0..KILLS {
        let mut child = start(folder.path(), last.round + 1);
        let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        for _ in 0..random.random_range(1..6) {
            let acknowledged = lines
                .by_ref()
                .map_while(Result::ok)
                .find_map(|line| Acknowledged::read(&line));
            last = acknowledged.expect("the writer goes on until it is killed");
        }
        // Somewhere into the next step: how far is up to chance and to the machine.
        for _ in 0..random.random_range(0..3_000_000_u64) {
            std::hint::spin_loop();
        }
        child.kill().expect("it was running");
        child.wait().expect("it ended");
        for line in lines.map_while(Result::ok) {
            last = Acknowledged::read(&line).unwrap_or(last);
        }

        let follower = EmbeddedStore::follow(folder.path(), space(), key()).await;
        let follower = follower.expect("a reader needs no repair");
        let seen = check(&follower, last, &format!("kill {kill}, followed")).await;
        let writer = open(folder.path()).await.expect("a writer repairs");
        let repaired = check(&writer, last, &format!("kill {kill}, opened")).await;
        assert_eq!(repaired, seen, "kill {kill}: repairing loses nothing");
        last.round = last.round.max(repaired);
    }
}

/// Checks every law of a killed store; gives the round that it holds.
async fn check(store: &EmbeddedStore, last: Acknowledged, at: &str) -> u64 {
    let at = format!("{at}, seed {SEED}, {last:?}");
    let held = all_holdings(store).await.expect("held");
    let rounds: Vec<u64> = held
        .iter()
        .map(|held| held.facts_hash.parse().expect("a round"))
        .collect();
    let round = rounds.first().copied().unwrap_or(0);
    assert!(
        rounds.iter().all(|other| *other == round),
        "one batch, whole: {at}: {held:?}"
    );
    let is_next = round == last.round || round == last.round + 1;
    assert!(is_next, "nothing acknowledged is lost: {at}: {held:?}");

    let counts: BTreeMap<String, u64> = held
        .iter()
        .map(|held| (held.call.to_string(), held.passages))
        .collect();
    assert!(
        held.iter()
            .all(|held| held.text_revision == Revision::new(1))
    );
    for n in (0..CALLS).filter(|_| round > 0) {
        let count = counts.get(&format!("call{n}")).copied().unwrap_or(0);
        let whole = 1 + (round + n) % 3;
        let may_be_gone = forgotten_in(round) == Some(n);
        let must_be_gone = may_be_gone && round == last.round && last.has_forgotten;
        let is_sound = if must_be_gone {
            count == 0
        } else {
            count == whole || (may_be_gone && count == 0)
        };
        assert!(is_sound, "call{n} has {count} of {whole}: {at}");
        for part in 0..count {
            let text = format!("alpha call{n} round{round} part{part}");
            let found = ask(store, &text).await;
            let best = found.meaning.first().expect("something is held");
            let is_it = best.place.call.as_str() == format!("call{n}")
                && u64::from(best.place.ordinal) == part
                && best.score > 0.99;
            assert!(is_it, "the vector of {text}: {at}: {best:?}");
        }
    }
    round
}
