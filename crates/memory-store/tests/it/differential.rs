//! Whatever is done to both stores, both say the same.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;

use access::{PrivateCalls, Scope};
use conversation::{AccountId, CallId, PassageId, Period, Revision, Side, UserId, WorkspaceId};
use jiff::Timestamp;
use memory_store::testing::{self, SampleCall, all_holdings};
use memory_store::{
    Candidate, EmbeddedStore, Filter, Forget, MemoryStore, PassageStore, PersonKey, Question,
};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::opening::{embedder, folder, key, open, space};

const SEEDS: std::ops::Range<u64> = 0..5;
const STEPS: usize = 32;
/// Half precision against single precision, for vectors of length one.
const NEAR: f32 = 1e-3;
const WORDS: [&str; 24] = [
    "price",
    "pricing",
    "discount",
    "budget",
    "security",
    "review",
    "legal",
    "monday",
    "renewal",
    "contract",
    "the",
    "a",
    "and",
    "talk",
    "team",
    "rollout",
    "pilot",
    "data",
    "integration",
    "support",
    "competitor",
    "champion",
    "deadline",
    "quarter",
];

#[tokio::test]
async fn both_stores_say_the_same_after_any_sequence_of_operations() {
    for seed in SEEDS {
        eprintln!("seed {seed}");
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let folder = folder();
        let memory = MemoryStore::new(space(), key());
        let mut embedded = open(folder.path()).await.expect("a new index");
        for step in 0..STEPS {
            match random.random_range(0..10) {
                0..5 => write(&mut random, &memory, &embedded).await,
                5..7 => forget(&mut random, &memory, &embedded).await,
                7 => {
                    drop(embedded);
                    embedded = open(folder.path()).await.expect("the same index");
                }
                8 => embedded.compact().await.expect("compacted"),
                _ => (),
            }
            let at = format!("seed {seed}, step {step}");
            let held = all_holdings(&memory).await.expect("held");
            assert_eq!(all_holdings(&embedded).await.expect("held"), held, "{at}");
            for _ in 0..3 {
                let question = question(&mut random);
                let exact = memory.recall(&question).await.expect("answered");
                let found = embedded.recall(&question).await.expect("answered");
                assert_eq!(found.words, exact.words, "{at}: {question:?}");
                same_but_for_rounding(&found.meaning, &exact.meaning, &at);
            }
        }
    }
}

/// The same scores in the same order; passages may differ only where scores are as good as equal.
fn same_but_for_rounding(found: &[Candidate], exact: &[Candidate], at: &str) {
    assert_eq!(found.len(), exact.len(), "{at}");
    let scores: BTreeMap<PassageId, f32> = exact.iter().map(|c| (c.place.id, c.score)).collect();
    let worst = exact.last().map_or(0.0, |candidate| candidate.score);
    for (found, exact) in found.iter().zip(exact) {
        assert!((found.score - exact.score).abs() < NEAR, "{at}");
        let own = scores.get(&found.place.id).copied().unwrap_or(worst);
        assert!((found.score - own).abs() < NEAR, "{at}: {}", found.place.id);
    }
}

async fn write(random: &mut ChaCha8Rng, memory: &MemoryStore, embedded: &EmbeddedStore) {
    let count = random.random_range(1..6);
    let batch: Vec<_> = (0..count)
        .map(|_| {
            let call = sample(random);
            // New facts for what may or may not be there: both must agree on that too.
            if random.random_range(0..5) == 0 {
                call.points_without_vectors()
            } else {
                call.points(&embedder())
            }
        })
        .collect();
    let exact = memory.write(batch.clone()).await;
    let found = embedded.write(batch).await;
    let exact = exact.map_err(|error| error.kind());
    let found = found.map_err(|error| error.kind());
    assert_eq!(found, exact, "both take or refuse a batch");
}

async fn forget(random: &mut ChaCha8Rng, memory: &MemoryStore, embedded: &EmbeddedStore) {
    let call = CallId::new(name(random, "call", 12)).expect("a valid id");
    let which = match random.random_range(0..12) {
        0..4 => Forget::Call(call),
        4..8 => Forget::Revision(call, Revision::new(random.random_range(1..3))),
        8..10 => Forget::Person(PersonKey(name(random, "person", 6))),
        10 => Forget::Workspace(WorkspaceId::new(name(random, "space", 4)).expect("a valid id")),
        _ => Forget::All,
    };
    let exact = memory.forget(which.clone()).await.expect("forgotten");
    let found = embedded.forget(which.clone()).await.expect("forgotten");
    assert_eq!(found, exact, "{which:?}");
}

fn name(random: &mut ChaCha8Rng, kind: &str, of: u32) -> String {
    format!("{kind}{}", random.random_range(0..of))
}

fn words(random: &mut ChaCha8Rng, most: usize) -> String {
    let count = random.random_range(1..=most);
    let words = (0..count).map(|_| WORDS[random.random_range(0..WORDS.len())]);
    words.collect::<Vec<_>>().join(" ")
}

fn side(random: &mut ChaCha8Rng) -> Side {
    [Side::Ours, Side::Theirs, Side::Unknown][random.random_range(0..3)]
}

fn at(random: &mut ChaCha8Rng) -> Timestamp {
    Timestamp::from_second(random.random_range(-50..50)).expect("in range")
}

fn sample(random: &mut ChaCha8Rng) -> SampleCall {
    let mut call = testing::call(&name(random, "call", 12))
        .revision(random.random_range(1..3))
        .facts_hash(&name(random, "hash", 3))
        .started(at(random));
    if random.random() {
        call = call.workspace(&name(random, "space", 4));
    }
    if random.random_range(0..4) == 0 {
        call = call.private();
    }
    for _ in 0..random.random_range(0..3) {
        call = call
            .account(&name(random, "account", 5))
            .user(&name(random, "user", 5))
            .tag(&name(random, "tag", 4))
            .person(&name(random, "person", 6));
    }
    for _ in 0..random.random_range(0..5) {
        let side = side(random);
        call = call.side_says(side, words(random, 30));
    }
    call
}

fn question(random: &mut ChaCha8Rng) -> Question {
    let mut filter = Filter::new(match random.random_range(0..5) {
        0 => Scope::everything(PrivateCalls::Withheld),
        1 => Scope::calls_of([UserId::new(name(random, "user", 5)).expect("a valid id")]),
        2 => {
            let user = |random: &mut _| UserId::new(name(random, "user", 5)).expect("a valid id");
            Scope::team(user(random), [user(random)], PrivateCalls::Withheld)
        }
        _ => Scope::internal(),
    });
    match random.random_range(0..12) {
        0 => filter.period = Period::new(Some(at(random)), None).expect("open"),
        1 => filter.period = Period::new(None, Some(at(random))).expect("open"),
        2 => filter.calls = vec![CallId::new(name(random, "call", 12)).expect("a valid id")],
        3 => filter.accounts = vec![AccountId::new(name(random, "account", 5)).expect("valid")],
        4 => filter.side = Some(side(random)),
        5 => filter.tags_any = vec![name(random, "tag", 4), name(random, "tag", 4)],
        6 => filter.tags_all = vec![name(random, "tag", 4), name(random, "tag", 4)],
        7 => filter.phrases = vec![words(random, 2)],
        8 => filter.users = vec![UserId::new(name(random, "user", 5)).expect("a valid id")],
        _ => (),
    }
    let text = words(random, 6);
    let mut question = Question::new(filter)
        .meaning(embedder().vector(&text))
        .words(text);
    if random.random() {
        question.candidates = NonZeroUsize::new(random.random_range(1..8)).expect("not zero");
    }
    question
}
