//! HubSpot's client against the fake: what is written, how often, and what is said of it.

mod contract;
mod dying;
mod erasing;
mod flow;
mod kept;
mod reading;
mod setting_up;
mod writing;

use std::time::Duration;

use crm_sync::{Crm as _, Field, HubSpot, Limits, Prepare, RecordKind, Values, Write};
use hubspot_sim::{HubSpotSim, Portal};

/// A client that does not wait for long.
fn client(sim: &HubSpotSim) -> HubSpot {
    let limits = Limits {
        per_ten_seconds: 100_000,
        searches_per_second: 10_000,
        wait: Duration::from_millis(1),
        ..Limits::default()
    };
    let token = sim.token().to_owned().into();
    HubSpot::with_limits(sim.base_url(), &token, limits).expect("a client")
}

/// A portal in which our fields exist, and a client of it.
async fn prepared(portal: Portal) -> (HubSpotSim, HubSpot) {
    let sim = HubSpotSim::start(portal).await.expect("a free port");
    let crm = client(&sim);
    crm.prepare(Prepare::Create).await.expect("prepared");
    (sim, crm)
}

/// The call with this key and title.
fn call(key: &str, title: &str) -> Write {
    let values = Values::of(RecordKind::Call)
        .with(Field::Started, "2026-11-02T10:00:00Z")
        .and_then(|values| values.with(Field::Title, title));
    Write::put(RecordKind::Call, key, values.expect("ours to write"))
}
