//! How many requests a thousand calls take, beside the fewest that batching allows.

use std::collections::BTreeMap;

use hubspot_sim::{HubSpotSim, Portal};

use super::{STEP, at, call_with, customer};
use crate::files::write;

const CALLS: usize = 1_000;
const CUSTOMERS: usize = 50;

/// Requests by what they ask for, since so many.
fn since(sim: &HubSpotSim, before: usize) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for asked in sim.asked().into_iter().skip(before) {
        let path = asked.path.replace("/2026-09", "").replace("/crm/", "");
        *counts
            .entry(format!("{} {path}", asked.method))
            .or_default() += 1;
    }
    counts
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_calls_take_few_more_requests_than_batching_allows() {
    let mut portal = Portal::default();
    for number in 0..CUSTOMERS {
        customer(&mut portal, &format!("c{number}.example"));
    }
    let (sim, home) = at(portal).await;
    for number in 0..CALLS {
        let id = (1000 + number).to_string();
        let email = format!("bo@c{}.example", number % CUSTOMERS);
        write(
            &home.path("calls"),
            &id,
            &call_with(&id, &email, &["Hello.", "Hello.", STEP]),
        );
    }
    home.ok(&["import", "calls"]).await;
    home.ok(&["crm", "init"]).await;

    let begun = sim.asked().len();
    let applied = home.json(&["crm", "apply", "--yes"]).await;
    let first = since(&sim, begun);
    let begun = sim.asked().len();
    home.ok(&["crm", "apply", "--yes"]).await;
    let second = since(&sim, begun);

    assert_eq!(applied["made"], CALLS);
    let of = |counts: &BTreeMap<String, usize>, part: &str| -> usize {
        let those = counts.iter().filter(|(what, _)| what.contains(part));
        those.map(|(_, count)| count).sum()
    };
    let total: usize = first.values().sum();
    // 100 records or 2,000 links a request: calls, deals, and links to three kinds.
    let least = CALLS / 100 + 1 + 3;
    let writes = of(&first, "batch/upsert") + of(&first, "batch/update") + of(&first, "associate");
    println!(
        "{CALLS} calls, {CUSTOMERS} deals: {total} requests, {writes} of them writes, where batches \
         allow {least}; a run with nothing to write: {} requests\n{first:#?}\n{second:#?}",
        second.values().sum::<usize>()
    );
    assert_eq!(of(&first, "calls/batch/upsert"), CALLS / 100, "{first:#?}");
    assert!(
        writes <= least + 1,
        "{writes} writes, at least {least}: {first:#?}"
    );
    assert!(total <= 50, "{total}: {first:#?}");
    assert_eq!(
        of(&second, "upsert") + of(&second, "associate/default") + of(&second, "update"),
        0
    );
}
