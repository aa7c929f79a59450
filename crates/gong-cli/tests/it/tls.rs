//! Gong over TLS, behind an authority that only the configuration names.

use std::fs;

use gong_sim::{Limits, Sim, SimHandle, World};

use crate::gongkit::Home;

async fn sim_with_tls() -> SimHandle {
    let sim = Sim::builder()
        .world(World::sample())
        .limits(Limits::off())
        .tls();
    sim.start().await.expect("started")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_sync_runs_over_tls_with_the_authority_of_ca_file() {
    let sim = sim_with_tls().await;
    assert!(sim.base_url().starts_with("https://"));
    let home = Home::new().at(&sim);
    let authority = home.path("authority.pem");
    fs::write(&authority, sim.ca_pem().expect("an authority")).expect("written");
    let home = home.set("GONGKIT__GONG__CA_FILE", authority.to_str().expect("text"));

    let view = home.json(&["sync"]).await;

    assert_eq!(view["index"]["indexed"], 34, "{view:#}");
    assert!(sim.stats().total > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_authority_that_nobody_named_is_not_trusted() {
    let sim = sim_with_tls().await;

    let ran = Home::new().at(&sim).run(&["sync"]).await;

    assert_eq!(ran.code, 3, "{}", ran.stderr);
    assert!(
        ran.stderr.contains("GONGKIT__GONG__CA_FILE"),
        "{}",
        ran.stderr
    );
    assert_eq!(sim.stats().total, 0, "nothing was said to it");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ca_file_without_a_certificate_is_refused_by_its_name() {
    let sim = sim_with_tls().await;
    let home = Home::new().at(&sim);
    let file = home.path("authority.pem");
    let home = home.set("GONGKIT__GONG__CA_FILE", file.to_str().expect("text"));
    for (content, complaint) in [
        (None, "cannot be read"),
        (Some("hello"), "holds no certificate"),
    ] {
        if let Some(content) = content {
            fs::write(&file, content).expect("written");
        }

        let ran = home.run(&["sync"]).await;

        assert_eq!(ran.code, 3, "{}", ran.stderr);
        let named = format!("authority.pem {complaint}");
        assert!(ran.stderr.contains(&named), "{}", ran.stderr);
    }
}
