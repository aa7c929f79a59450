//! Who sees what: what is not for somebody is answered like what is not there.

use reqwest::StatusCode;

use crate::office::Office;

#[tokio::test]
async fn each_role_sees_the_pages_that_it_may_see() {
    let office = Office::new().await;
    let pages = office.pages().await;
    let all = ["/deals", "/calls", "/search", "/trackers", "/health"];
    for (role, user, wanted) in [
        ("admin", None, &all[..]),
        ("manager", Some("7"), &all[..]),
        ("rep", Some("7"), &all[..]),
        (
            "viewer",
            None,
            &["/deals", "/calls", "/trackers", "/health"][..],
        ),
        ("auditor", None, &[][..]),
        ("service", None, &[][..]),
    ] {
        let (_, key) = office.key(role, user).await;
        let mut browser = pages.holder(&key).await;
        let start = browser.page("/").await;
        for path in all {
            let is_open = wanted.contains(&path);
            let answer = browser.get(path).await;
            let expected = if is_open {
                StatusCode::OK
            } else {
                StatusCode::NOT_FOUND
            };
            assert_eq!(answer.status, expected, "{role} {path}: {}", answer.text);
            let is_offered = start.contains(&format!("<a href=\"{path}\""));
            assert!(is_offered || !is_open, "{role} {path}");
        }
    }
    pages.end().await;
}

#[tokio::test]
async fn a_call_of_somebody_else_is_answered_like_one_that_is_not_there() {
    let office = Office::new().await;
    let pages = office.pages().await;
    let (_, key) = office.key("rep", Some("7")).await;
    let mut rep = pages.holder(&key).await;

    assert!(rep.page("/call?id=1001").await.contains("too expensive"));
    let other = rep.get("/call?id=1002").await;
    let none = rep.get("/call?id=9999").await;
    assert_eq!(other.status, StatusCode::NOT_FOUND);
    let plain = |text: &str, id: &str| text.replace(id, "ID");
    assert_eq!(plain(&other.text, "1002"), plain(&none.text, "9999"));
    assert!(!rep.page("/calls").await.contains("1002"));
    assert!(!rep.page("/").await.contains("1002"));
    pages.end().await;
}

#[tokio::test]
async fn who_may_not_read_words_sees_none() {
    let office = Office::new().await;
    let pages = office.pages().await;
    let (_, key) = office.key("viewer", None).await;
    let mut viewer = pages.holder(&key).await;

    for path in [
        "/",
        "/call?id=1001",
        "/calls",
        "/calls?format=csv",
        "/theme?kind=objection&about=price&period=2026-Q1",
    ] {
        let page = viewer.page(path).await;
        for words in ["expensive", "Narwhal", "400 euros"] {
            assert!(!page.contains(words), "{path}: {words}");
        }
    }
    let call = viewer.page("/call?id=1001").await;
    assert!(call.contains("objection"), "kinds are shown: {call}");
    assert!(call.contains("not shown to you"));
    pages.end().await;
}

#[tokio::test]
async fn who_may_not_save_trackers_gets_no_form_and_no_door() {
    let office = Office::new().await;
    let pages = office.pages().await;
    let (_, key) = office.key("rep", Some("7")).await;
    let mut rep = pages.holder(&key).await;

    let page = rep.get("/trackers").await;
    assert!(!page.text.contains("Try it on"));
    let token = page.field("form_token");
    let sent = [
        ("form_token", token.as_str()),
        ("name", "x"),
        ("words", "price"),
        ("do", "save"),
    ];
    assert_eq!(
        rep.post("/trackers", &sent).await.status,
        StatusCode::NOT_FOUND
    );
    pages.end().await;
}
