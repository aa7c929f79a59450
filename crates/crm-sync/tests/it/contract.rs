//! Both sides of the wire, judged by a server that no one here wrote: Prism stands between the client
//! and the fake, with the description of HubSpot's endpoints, and refuses what does not fit it.

use std::net::TcpListener;
use std::process::Stdio;
use std::time::Duration;

use crm_sync::{
    By, Crm as _, Field, Find, HubSpot, Limits, Prepare, RecordId, RecordKind, Values, Write,
    Written,
};
use hubspot_sim::{HubSpotSim, Portal};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};
use tokio::time::{Instant, sleep};

use crate::call;

/// How long Prism may take to start: it reads the document first.
const STARTS_WITHIN: Duration = Duration::from_mins(2);

#[tokio::test]
async fn the_contract_of_hubspot_is_kept_by_both_sides() {
    let (Some(prism), Some(document)) = (std::env::var_os("GONGKIT_PRISM_BIN"), document()) else {
        println!(
            "NOT RUN: GONGKIT_PRISM_BIN and the description of HubSpot's endpoints are needed"
        );
        return;
    };
    let mut portal = Portal::default();
    portal.answers_in_part();
    portal.add_owner("9", "ada@fox.example");
    portal.refuses("hs_call_title", "Bad");
    let deal = portal.add("deals", &[("dealname", "Fox"), ("dealstage", "demo")]);
    let ada = portal.add("contacts", &[("email", "ada@fox.example")]);
    portal.add("companies", &[("name", "Fox"), ("domain", "fox.example")]);
    portal.link(("contacts", &ada), ("deals", &deal));
    let sim = HubSpotSim::start(portal).await.expect("a free port");
    let (_prism, url) = start(&prism, &document, sim.base_url()).await;
    let limits = Limits {
        per_ten_seconds: 10_000,
        searches_per_second: 1000,
        ..Limits::default()
    };
    let crm = HubSpot::with_limits(&url, &sim.token().to_owned().into(), limits).expect("a client");

    crm.prepare(Prepare::Create).await.expect("prepared");
    let made = crm
        .write(&[call("1", "One"), call("2", "Bad")])
        .await
        .expect("written");
    let Written::Done { id: Some(id), .. } = made[0].clone() else {
        panic!("made: {made:?}");
    };
    assert!(matches!(made[1], Written::Refused(_)), "{made:?}");
    let deal = RecordId::new(deal).expect("an id");
    let warned = Values::of(RecordKind::Deal).with(Field::Warnings, "no next meeting");
    let writes = [
        Write::change(RecordKind::Deal, deal.clone(), warned.expect("ours")),
        Write::link(
            (RecordKind::Call, id.clone()),
            (RecordKind::Deal, deal.clone()),
        ),
    ];
    let done = crm.write(&writes).await.expect("written");
    assert!(
        done.iter().all(|one| matches!(one, Written::Done { .. })),
        "{done:?}"
    );
    for (kind, by, value) in [
        (RecordKind::Call, By::Key, "1"),
        (RecordKind::Deal, By::Id, deal.as_str()),
        (RecordKind::Contact, By::Email, "ada@fox.example"),
        (RecordKind::Company, By::Domain, "fox.example"),
    ] {
        let found = crm
            .find(&Find::new(kind, by, [value]))
            .await
            .expect("found");
        assert_eq!(found.len(), 1, "{kind:?}");
    }
    let absent = Find::new(RecordKind::Call, By::Key, ["1", "77"]);
    assert_eq!(crm.find(&absent).await.expect("found").len(), 1);
    let linked = crm
        .linked(
            RecordKind::Call,
            std::slice::from_ref(&id),
            RecordKind::Deal,
        )
        .await;
    assert_eq!(linked.expect("followed").len(), 1);
    let since = jiff::Timestamp::UNIX_EPOCH;
    let changed = crm.changed(RecordKind::Deal, since, None).await;
    assert_eq!(changed.expect("read").records.len(), 1);
    let removed = crm
        .write(&[Write::remove(RecordKind::Call, id)])
        .await
        .expect("written");
    assert!(matches!(removed[0], Written::Done { .. }));

    // A judge that lets everything pass judges nothing.
    let bad = reqwest::Client::new()
        .post(format!("{url}/crm/objects/2026-09/calls/batch/upsert"))
        .bearer_auth(sim.token())
        .json(&serde_json::json!({ "inputs": [{ "properties": {} }] }))
        .send()
        .await
        .expect("an answer");
    assert_eq!(bad.status(), 422, "Prism refuses an input without an id");
    println!("prism judged {} requests to HubSpot", sim.asked().len());
}

fn document() -> Option<std::path::PathBuf> {
    let shared = std::env::var_os("GONGKIT_SHARED")?;
    let document = std::path::Path::new(&shared).join("hubspot/hubspot-sync.openapi.json");
    document.is_file().then_some(document)
}

/// Prism before the fake; it ends with the test.
async fn start(prism: &std::ffi::OsStr, document: &std::path::Path, sim: &str) -> (Child, String) {
    let free = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = free.local_addr().expect("an address");
    drop(free);
    let child = Command::new(prism)
        .args(["proxy", "--errors", "-h", "127.0.0.1", "-p"])
        .arg(address.port().to_string())
        .arg(document)
        .arg(sim)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .expect("Prism starts");
    let began = Instant::now();
    while TcpStream::connect(address).await.is_err() {
        assert!(began.elapsed() < STARTS_WITHIN, "Prism does not listen");
        sleep(Duration::from_millis(200)).await;
    }
    (child, format!("http://{address}"))
}
