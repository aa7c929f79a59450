//! However many workers run, Gong is asked as often as by one: the simulator counts.

use std::time::Duration;

use gong_sim::{Limits, Sim, World};

use super::{Database, count, delivered, free_port, processed, until};
use crate::process::{PATIENCE, Process};

/// Requests that the simulator must have counted: enough for a mean.
const REQUESTS: u64 = 40;
/// One delivery each so many milliseconds: far more than one worker can fetch by itself.
const EVERY: Duration = Duration::from_millis(150);

#[tokio::test(flavor = "multi_thread")]
async fn three_workers_on_three_machines_share_one_budget_in_every_second() {
    let Some(database) = Database::new().await else {
        return;
    };
    let sim = Sim::builder().world(World::sample()).limits(Limits::gong());
    let sim = sim.start().await.expect("started");
    let machines = [(); 3].map(|()| database.machine(&sim));
    machines[0].ok(&["keys", "init"]).await;
    machines[0].ok(&["db", "migrate"]).await;
    let receiver = free_port();
    let first = [
        "serve",
        "--webhook",
        "--worker",
        "--webhook-listen",
        &receiver,
    ];
    let workers = [
        Process::start(&machines[0], &first),
        Process::start(&machines[1], &["worker"]),
        Process::start(&machines[2], &["worker"]),
    ];

    let made = "gongkit_gong_requests_total{status=\"2xx\"}";
    let mut beat = tokio::time::interval(EVERY);
    let mut number = 0_u32;
    let delivering = async {
        loop {
            let all_ask = workers.iter().all(|worker| worker.number(made) > 0.0);
            if all_ask && sim.stats().total >= REQUESTS {
                break;
            }
            beat.tick().await;
            let id = format!("78{number:05}");
            let body = processed(&sim, &id, "We want it by spring.");
            number += 1;
            // It may not listen yet.
            let answered = delivered(&receiver, &body).await;
            assert!(matches!(answered, None | Some(200)), "{answered:?}");
        }
    };
    let delivered = tokio::time::timeout(PATIENCE, delivering).await;
    assert!(delivered.is_ok(), "{:#?}", sim.stats());
    let client = database.client().await;
    until("every call is fetched", async || {
        count(&client, "jobs WHERE kind = 'fetch'").await == 0
    })
    .await;
    for worker in workers {
        worker.told_to_stop();
    }

    let stats = sim.stats();
    assert_eq!(stats.rejected_429, 0, "{stats:#?}");
    assert!(stats.max_in_any_second <= 3, "{stats:#?}");
    let mean = stats.mean_per_second();
    assert!(mean <= 2.6, "{mean} a second: {stats:#?}");
    println!(
        "three workers, {} requests for {number} deliveries: {mean:.2} a second, at the most {} in one",
        stats.total, stats.max_in_any_second
    );
}
