//! Three processes at the same time keep to the limits of one company; the simulator is the judge.

use gong_sim::{Limits, Sim, World};

use crate::gongkit::Home;

/// Enough requests for a mean: about 2 for each hundred calls and process.
const CALLS: usize = 600;

#[tokio::test(flavor = "multi_thread")]
async fn three_processes_together_keep_to_the_limits_of_one_company_and_waste_little() {
    let sim = Sim::builder()
        .world(World::generate(7, CALLS))
        .limits(Limits::gong())
        .start()
        .await
        .expect("started");
    let home = Home::new().at(&sim);

    let (one, two, three) = tokio::join!(
        home.run(&["sync"]),
        home.run(&["sync", "--reconcile", "all"]),
        home.run(&["sync"]),
    );

    for ran in [&one, &two, &three] {
        assert_eq!(ran.code, 0, "{}", ran.stderr);
    }
    let stats = sim.stats();
    assert_eq!(stats.rejected_429, 0, "{stats:#?}");
    assert!(stats.max_in_any_second <= 3, "{stats:#?}");
    assert!(stats.total >= 40, "each of the three asked: {stats:#?}");
    let mean = stats.mean_per_second();
    assert!((1.5..=2.6).contains(&mean), "{mean} a second: {stats:#?}");

    // The count of the day is the simulator's own.
    let view = home.json(&["doctor"]).await;
    let checks = view["checks"].as_array().expect("checks").iter();
    let quota = checks.clone().find(|check| check["id"] == "gong.quota");
    let what = quota.expect("there")["what"].as_str().expect("text");
    let counted: u64 = what
        .split(' ')
        .next()
        .and_then(|number| number.parse().ok())
        .expect("a number");
    let asked_with_key = sim.stats().total - sim.stats().unauthorized;
    assert!(counted >= asked_with_key, "{counted} of {asked_with_key}");
    assert!(counted <= asked_with_key + asked_with_key / 5, "{counted}");
}
