//! Saying right or wrong beside a finding, and what comes of it.

use reqwest::StatusCode;

use crate::office::Office;

/// The address and the value of the first button of a verdict.
fn button(page: &str, verdict: &str) -> (String, String) {
    let mark = format!(" name=\"{verdict}\" value=\"");
    let (before, after) = page.split_once(&mark).expect("a button");
    let place = before.rsplit("formaction=\"").next().unwrap_or_default();
    let place = place.split('"').next().unwrap_or_default();
    let finding = after.split('"').next().unwrap_or_default();
    (place.replace("&amp;", "&"), finding.to_owned())
}

#[tokio::test]
async fn what_is_said_beside_a_finding_is_counted_in_the_trust_strip() {
    let office = Office::new().await;
    let pages = office.pages().await;
    let mut admin = pages.admin().await;
    assert!(
        admin
            .page("/")
            .await
            .contains("0 of 0, too few for a share")
    );

    let page = admin.get("/call?id=1001").await;
    let token = page.field("form_token");
    let (place, finding) = button(&page.text, "right");
    let unproven = admin.post(&place, &[("right", &finding)]).await;
    assert_eq!(
        unproven.status,
        StatusCode::FORBIDDEN,
        "the form shows no token"
    );
    let fields = [("form_token", token.as_str()), ("right", finding.as_str())];
    let said = admin.post(&place, &fields).await;

    assert_eq!(said.status, StatusCode::SEE_OTHER, "{}", said.text);
    let back = said.header("location").to_owned();
    assert!(
        back.starts_with("/call?id=1001") && back.contains("#s"),
        "{back}"
    );
    let page = admin.page("/call?id=1001").await;
    let pressed = format!("name=\"right\" value=\"{finding}\" aria-pressed=\"true\"");
    assert!(page.contains(&pressed), "{pressed}: {page}");
    assert!(
        admin
            .page("/")
            .await
            .contains("1 of 1, too few for a share")
    );

    // Whoever thinks again says the other thing.
    let fields = [("form_token", token.as_str()), ("wrong", finding.as_str())];
    admin.post(&place, &fields).await;
    assert!(
        admin
            .page("/")
            .await
            .contains("0 of 1, too few for a share")
    );
    let both = [
        ("form_token", token.as_str()),
        ("right", finding.as_str()),
        ("wrong", finding.as_str()),
    ];
    assert_eq!(
        admin.post(&place, &both).await.status,
        StatusCode::NOT_FOUND
    );
    pages.end().await;
}

#[tokio::test]
async fn whoever_may_not_judge_gets_no_button_and_is_refused() {
    let office = Office::new().await;
    let pages = office.pages().await;
    let mut admin = pages.admin().await;
    let (place, finding) = button(&admin.page("/call?id=1001").await, "right");
    let (_, rep) = office.key("rep", Some("7")).await;
    let (_, viewer) = office.key("viewer", None).await;

    for key in [rep, viewer] {
        let mut browser = pages.holder(&key).await;
        let page = browser.get("/call?id=1001").await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(!page.text.contains("formaction"), "{}", page.text);
        let token = page.field("form_token");
        let fields = [("form_token", token.as_str()), ("right", finding.as_str())];
        let refused = browser.post(&place, &fields).await;
        assert_eq!(refused.status, StatusCode::NOT_FOUND);
    }
    assert!(
        admin
            .page("/")
            .await
            .contains("0 of 0, too few for a share")
    );
    pages.end().await;
}
