//! What stands in the way of plan and apply, and what a person is told to do about it.

use hubspot_sim::{Fault, HubSpotSim, Portal};

use super::{at, customer, four_calls, writes_to};
use crate::gongkit::Home;

#[tokio::test(flavor = "multi_thread")]
async fn what_stands_in_the_way_is_told_with_what_to_do() {
    let mut portal = Portal::default();
    customer(&mut portal, "fox.example");
    let (sim, home) = at(portal).await;
    four_calls(&home);
    home.ok(&["import", "calls"]).await;
    home.ok(&["crm", "init"]).await;
    let told = async |home: &Home, code: i32, hint: &str| {
        let ran = home.run(&["crm", "plan"]).await;
        assert_eq!(ran.code, code, "{}", ran.stderr);
        let told = ran.stderr.lines().find(|line| line.starts_with("hint: "));
        assert!(
            told.is_some_and(|told| told.contains(hint)),
            "{hint}: {}",
            ran.stderr
        );
    };
    sim.fail("owners", Fault::Day);
    told(&home, 5, "crm.daily_requests").await;
    let home = home.set("GONGKIT__CRM__DAILY_REQUESTS", "20");
    told(&home, 5, "crm.daily_requests").await;
    let checks = home.run(&["doctor", "--json"]).await.stdout;
    assert!(
        checks.contains("the requests of the day are spent"),
        "{checks}"
    );
    let home = home
        .set("GONGKIT__CRM__DAILY_REQUESTS", "250000")
        .set("HUBSPOT_ACCESS_TOKEN", "wrong");
    told(&home, 3, "Service Keys").await;
    let home = home.set("HUBSPOT_ACCESS_TOKEN", "");
    told(&home, 3, "HUBSPOT_ACCESS_TOKEN").await;
    let home = home
        .set("HUBSPOT_ACCESS_TOKEN", sim.token())
        .set("GONGKIT__CRM__BASE_URL", "https://hubspot.example");
    told(&home, 3, "a token goes nowhere else").await;
    let home = home.set("GONGKIT__CRM__BASE_URL", "http://127.0.0.1:9");
    told(&home, 5, "status.hubspot.com").await;

    let mut portal = Portal::default();
    portal.opens_only(&["calls", "companies", "tasks", "contacts"]);
    let closed = HubSpotSim::start(portal).await.expect("a free port");
    let home = writes_to(home, &closed);
    let init = home.run(&["crm", "init"]).await;
    assert_eq!(init.code, 3, "{}", init.stderr);
    assert!(
        init.stderr.contains("crm.objects.deals.write"),
        "{}",
        init.stderr
    );
    assert_eq!(closed.writes(), 0, "nothing was made");
    let checks = home.run(&["doctor", "--json"]).await.stdout;
    assert!(checks.contains("crm.scopes") && checks.contains("crm.objects.deals.read"));
    assert!(!checks.contains(sim.token()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_record_is_told_with_hubspot_s_message_and_the_rest_is_written() {
    let mut portal = Portal::default();
    customer(&mut portal, "fox.example");
    portal.refuses("hs_call_title", "Call 1");
    let (sim, home) = at(portal).await;
    four_calls(&home);
    home.ok(&["import", "calls"]).await;
    home.ok(&["crm", "init"]).await;

    let ran = home.run(&["crm", "apply", "--yes", "--json"]).await;

    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert!(
        ran.stderr.contains("hubspot refused 1 records"),
        "{}",
        ran.stderr
    );
    let view = ran.json();
    assert!(view["failed"]["call/1"].is_string(), "{view}");
    assert_eq!(sim.portal().objects("calls").len(), 1);
}
