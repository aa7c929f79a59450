//! Killed between requests, again and again: the end is the same, and every call is there once.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use hubspot_sim::{HubSpotSim, Portal};

use super::{STEP, call_with, customer, state, writes_to};
use crate::files::write;
use crate::gongkit::Home;

/// More than one batch of HubSpot's.
const CALLS: usize = 120;

fn portal() -> Portal {
    let mut portal = Portal::default();
    for name in ["fox", "owl", "elk"] {
        customer(&mut portal, &format!("{name}.example"));
    }
    portal
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("made");
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("readable");
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("copied");
        }
    }
}

/// A home with the archive of another, over a portal of its own in which our properties exist.
async fn beside(first: &Home, has_unique: bool) -> (HubSpotSim, Home) {
    let mut portal = portal();
    if !has_unique {
        portal.has_no_unique_calls();
    }
    let sim = HubSpotSim::start(portal).await.expect("a free port");
    let home = writes_to(Home::new(), &sim);
    copy(&first.data(), &home.data());
    home.ok(&["crm", "init"]).await;
    (sim, home)
}

/// Runs `crm apply` and kills it once HubSpot was asked so many times more; says whether it had ended
/// before.
async fn killed_after(home: &Home, sim: &HubSpotSim, requests: usize) -> bool {
    let already = sim.asked().len();
    let mut child = home.spawn(&["crm", "apply", "--yes"]);
    let deadline = Instant::now() + Duration::from_mins(1);
    loop {
        if child.try_wait().expect("looked at").is_some() {
            return true;
        }
        if sim.asked().len() >= already + requests {
            child.kill().expect("killed");
            child.wait().expect("reaped");
            return false;
        }
        assert!(
            Instant::now() < deadline,
            "a minute for {requests} requests"
        );
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

async fn archived() -> Home {
    let home = Home::new();
    for number in 0..CALLS {
        let id = (1000 + number).to_string();
        let email = format!("bo@{}.example", ["fox", "owl", "elk"][number % 3]);
        let said = ["How is it going?", "We chose another vendor.", STEP];
        write(&home.path("calls"), &id, &call_with(&id, &email, &said));
    }
    home.ok(&["import", "calls"]).await;
    home
}

#[tokio::test(flavor = "multi_thread")]
async fn whenever_it_is_killed_the_next_run_ends_as_if_it_had_not_been() {
    let first = archived().await;
    let (sim, home) = beside(&first, true).await;
    let asked = sim.asked().len();
    home.ok(&["crm", "apply", "--yes"]).await;
    let uninterrupted = state(&sim);
    let requests = sim.asked().len() - asked;
    assert_eq!(sim.portal().objects("calls").len(), CALLS);

    let mut killed = 0;
    // From the middle of its reads to its last writes.
    for point in (requests / 2..=requests).step_by(2) {
        let (sim, home) = beside(&first, true).await;
        killed += usize::from(!killed_after(&home, &sim, point).await);
        home.ok(&["crm", "apply", "--yes"]).await;
        assert_eq!(
            state(&sim),
            uninterrupted,
            "killed after {point} of {requests} requests"
        );
        let written = sim.writes();
        home.ok(&["crm", "apply", "--yes"]).await;
        assert_eq!(sim.writes(), written, "a further run writes nothing");
    }
    println!("{killed} kills among {requests} requests, the end always the same");
    assert!(killed >= 5, "only {killed} were killed");
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_again_and_again_it_goes_on_until_all_is_written_once() {
    let first = archived().await;
    let (sim, home) = beside(&first, true).await;
    home.ok(&["crm", "apply", "--yes"]).await;
    let uninterrupted = state(&sim);
    let (sim, home) = beside(&first, true).await;

    let mut kills = 0;
    for requests in 14.. {
        if killed_after(&home, &sim, requests).await {
            break;
        }
        kills += 1;
    }
    home.ok(&["crm", "apply", "--yes"]).await;

    assert_eq!(state(&sim), uninterrupted, "after {kills} kills");
    assert_eq!(sim.portal().objects("calls").len(), CALLS);
    assert!(kills >= 5, "only {kills} kills");
}
