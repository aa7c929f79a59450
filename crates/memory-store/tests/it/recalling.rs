//! More rows than are compared one by one: the nearest are found all the same, with any filter.

use std::collections::BTreeSet;

use access::Scope;
use conversation::{CallId, PassageId, Side};
use embeddings::Vector;
use memory_store::testing::{self, SampleCall};
use memory_store::{
    CallPoints, Candidates, EmbeddedStore, Filter, Forget, MemoryStore, PassageStore, Question,
};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::opening::{folder, key, open, space};

const DIMENSIONS: usize = 256;
const CALLS: usize = 240;
const PASSAGES: usize = 100;
const TOPICS: usize = 200;

/// Vectors as a model makes them: all lean the same way, and those of a topic lie together.
struct Meanings {
    random: ChaCha8Rng,
    lean: Vec<f32>,
    topics: Vec<Vec<f32>>,
}

impl Meanings {
    fn new(seed: u64) -> Self {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let lean = noise(&mut random);
        let topics = (0..TOPICS).map(|_| noise(&mut random)).collect();
        Self {
            random,
            lean,
            topics,
        }
    }

    fn next(&mut self) -> Vector {
        let topic = &self.topics[self.random.random_range(0..TOPICS)];
        let own = noise(&mut self.random);
        let sum = self.lean.iter().zip(topic).zip(own);
        let values = sum.map(|((lean, topic), own)| 0.5 * lean + topic + own);
        Vector::normalised(values.collect()).expect("a direction")
    }
}

fn noise(random: &mut ChaCha8Rng) -> Vec<f32> {
    let mut value = |dimension: usize| {
        let sum: f32 = (0..3).map(|_| random.random_range(-1.0..1.0_f32)).sum();
        sum / (1.0 + dimension as f32 / 100.0)
    };
    (0..DIMENSIONS).map(&mut value).collect()
}

fn sample(n: usize) -> SampleCall {
    let mut call = testing::call(&format!("call{n}"));
    // Shares of the calls: a half, a tenth, a sixtieth.
    for one_of in [2, 10, 60] {
        if n.is_multiple_of(one_of) {
            call = call.tag(&format!("one of {one_of}"));
        }
    }
    if n % 50 == 7 {
        call = call.private();
    }
    (0..PASSAGES).fold(call, |call, passage| {
        let side = if passage == 3 {
            Side::Unknown
        } else {
            Side::Ours
        };
        call.side_says(side, format!("words w{n} p{passage}"))
    })
}

fn points(call: &SampleCall, meanings: &mut Meanings) -> CallPoints {
    let mut points = call.points_without_vectors();
    for point in &mut points.points {
        point.vector = Some(meanings.next());
    }
    points
}

async fn nearest(store: &dyn PassageStore, meaning: &Vector, filter: Filter) -> Candidates {
    let question = Question::new(filter).meaning(meaning.clone());
    store.recall(&question).await.expect("a sound question")
}

fn ids(candidates: &Candidates) -> Vec<PassageId> {
    let best = candidates.meaning.iter().take(10);
    best.map(|candidate| candidate.place.id).collect()
}

#[tokio::test]
async fn recall_is_the_same_with_any_filter_and_after_any_change() {
    let folder = folder();
    let exact = MemoryStore::new(space(), key());
    let store = open(folder.path()).await.expect("a new index");
    let mut meanings = Meanings::new(11);
    let calls: Vec<CallPoints> = (0..CALLS)
        .map(|n| points(&sample(n), &mut meanings))
        .collect();
    for batch in calls.chunks(60) {
        exact.write(batch.to_vec()).await.expect("written");
        store.write(batch.to_vec()).await.expect("written");
    }

    let everything = || Filter::new(Scope::internal());
    let tagged = |tag: &str| {
        let mut filter = everything();
        filter.tags_any = vec![tag.to_owned()];
        filter
    };
    let with = |change: &dyn Fn(&mut Filter)| {
        let mut filter = everything();
        change(&mut filter);
        filter
    };
    let filters = [
        ("everything", everything()),
        (
            "98 of 100",
            Filter::new(Scope::everything(access::PrivateCalls::Withheld)),
        ),
        ("99 of 100", with(&|filter| filter.side = Some(Side::Ours))),
        ("a half", tagged("one of 2")),
        ("a tenth", tagged("one of 10")),
        ("a sixtieth", tagged("one of 60")),
        (
            "1 of 100",
            with(&|filter| filter.side = Some(Side::Unknown)),
        ),
        (
            "1 of 24,000",
            with(&|filter| filter.phrases = vec!["w5 p7".to_owned()]),
        ),
    ];
    for (name, filter) in &filters {
        let (mut found, mut wanted) = (0, 0);
        for _ in 0..3 {
            let meaning = meanings.next();
            let right = ids(&nearest(&exact, &meaning, filter.clone()).await);
            let here = nearest(&store, &meaning, filter.clone()).await;
            let here: BTreeSet<_> = ids(&here).into_iter().collect();
            found += right.iter().filter(|id| here.contains(id)).count();
            wanted += right.len();
        }
        assert!(wanted > 0, "{name}");
        assert!(
            found as f64 >= 0.995 * wanted as f64,
            "{name}: {found} of {wanted}"
        );
    }

    // What is added after the codes were made is found, what is dropped is not, by followers too.
    let follower = EmbeddedStore::follow(folder.path(), space(), key())
        .await
        .expect("there");
    let late = testing::call("late").says("one more thing");
    let added = points(&late, &mut meanings);
    let meaning = added.points[0].vector.clone().expect("with a vector");
    let before = nearest(&follower, &meaning, everything()).await;
    assert!(before.meaning[0].score < 0.99);
    store.write(vec![added]).await.expect("written");
    for store in [&store, &follower] {
        let found = nearest(store, &meaning, everything()).await;
        assert_eq!(found.meaning[0].place.call.as_str(), "late");
        assert!(found.meaning[0].score > 0.999);
        assert_eq!(found.meaning.len(), 400);
    }
    let call = CallId::new("late").expect("a valid id");
    store.forget(Forget::Call(call)).await.expect("forgotten");
    for store in [&store, &follower] {
        assert_eq!(nearest(store, &meaning, everything()).await, before);
    }
    // Rows move, and so do their codes.
    let call = CallId::new("call3").expect("a valid id");
    store.forget(Forget::Call(call)).await.expect("forgotten");
    let moved = nearest(&store, &meaning, everything()).await;
    store.compact().await.expect("compacted");
    for store in [&store, &follower] {
        assert_eq!(nearest(store, &meaning, everything()).await, moved);
    }
}
