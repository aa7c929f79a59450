//! Who is let in, and what keeps everybody else out.

use reqwest::{Method, StatusCode, header};

use crate::office::Office;

#[tokio::test]
async fn nobody_is_let_in_who_shows_nothing_and_a_key_opens() {
    let office = Office::new().await;
    let pages = office.pages().await;
    let (_, key) = office.key("admin", None).await;

    let mut browser = pages.stranger();
    for path in ["/", "/call?id=1001", "/nothing", "/live"] {
        let answer = browser.get(path).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path}");
        assert!(
            answer.header("location").starts_with("/login?to="),
            "{path}"
        );
    }

    let refused = browser.sign_in("gongkit_no_key").await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
    let answer = browser.sign_in(&key).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    let set: Vec<&str> = answer
        .headers
        .get_all(header::SET_COOKIE)
        .iter()
        .map(|set| set.to_str().expect("text"))
        .collect();
    let session = set
        .iter()
        .find(|set| !set.contains("login"))
        .expect("it is set");
    for wanted in ["HttpOnly", "SameSite=Strict", "Path=/"] {
        assert!(session.contains(wanted), "{session}");
    }
    assert!(!session.contains(&key), "the key itself is no cookie");
    let page = browser.page("/").await;
    assert!(page.contains("Signed in as admin (api key)"), "{page}");
    pages.end().await;
}

#[tokio::test]
async fn the_link_of_this_machine_works_once_and_the_next_is_told() {
    let office = Office::new().await;
    let pages = office.pages().await;
    let link = pages.link().await;

    let mut admin = pages.admin().await;
    let page = admin.page("/").await;
    assert!(page.contains("Signed in as admin (local)"), "{page}");

    let path = link.strip_prefix(&pages.url).expect("it is here");
    let again = pages.stranger().get(path).await;
    assert_eq!(again.status, StatusCode::UNAUTHORIZED, "it was used");
    assert_ne!(pages.link().await, link);
    assert!(pages.admin().await.page("/").await.contains("local"));
    pages.end().await;
}

#[tokio::test]
async fn who_signs_out_or_whose_key_is_revoked_is_out() {
    let office = Office::new().await;
    let pages = office.pages().await;
    let (id, key) = office.key("admin", None).await;

    let mut browser = pages.holder(&key).await;
    let page = browser.get("/health").await;
    let token = page.field("form_token");
    let before = browser.cookies.clone();
    let out = browser.post("/logout", &[("form_token", &token)]).await;
    assert_eq!(out.status, StatusCode::SEE_OTHER);
    browser.cookies = before;
    let answer = browser.get("/health").await;
    assert_eq!(
        answer.status,
        StatusCode::SEE_OTHER,
        "the cookie is worth nothing"
    );

    let mut browser = pages.holder(&key).await;
    office.app().revoke_api_key(&id).await.expect("revoked");
    assert_eq!(browser.get("/health").await.status, StatusCode::SEE_OTHER);
    pages.end().await;
}

#[tokio::test]
async fn wrong_tries_run_out() {
    let office = Office::new().await;
    let pages = office.pages().await;
    let mut browser = pages.stranger();

    let mut refused = 0;
    loop {
        let answer = browser.sign_in("gongkit_no_key").await;
        if answer.status == StatusCode::TOO_MANY_REQUESTS {
            assert_eq!(answer.header("retry-after"), "6");
            break;
        }
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
        refused += 1;
        assert!(refused < 40, "tries never run out");
    }
    assert!(refused >= 10);
    pages.end().await;
}

#[tokio::test]
async fn a_request_under_another_name_or_from_another_page_is_refused() {
    let office = Office::new().await;
    let pages = office.pages().await;
    let mut admin = pages.admin().await;

    // A name that a foreign name server points at this machine.
    let rebound = admin
        .ask(Method::GET, "/call?id=1001")
        .header(header::HOST, "rebound.example:9004");
    let answer = admin.send(rebound).await;
    assert_eq!(answer.status, StatusCode::MISDIRECTED_REQUEST);
    assert!(!answer.text.contains("Narwhal"));

    let token = admin.get("/health").await.field("form_token");
    let theme = [
        ("form_token", token.as_str()),
        ("theme", "dark"),
        ("back", "/health"),
    ];
    let silent = admin.form("/look", &theme);
    assert_eq!(admin.send(silent).await.status, StatusCode::FORBIDDEN);
    for origin in ["https://evil.example", "null", "http://127.0.0.1:1"] {
        let sent = admin.form("/look", &theme).header(header::ORIGIN, origin);
        assert_eq!(
            admin.send(sent).await.status,
            StatusCode::FORBIDDEN,
            "{origin}"
        );
    }
    let without = [("theme", "dark")];
    assert_eq!(
        admin.post("/look", &without).await.status,
        StatusCode::FORBIDDEN
    );
    let wrong = [("form_token", "0"), ("theme", "dark")];
    assert_eq!(
        admin.post("/look", &wrong).await.status,
        StatusCode::FORBIDDEN
    );

    let answer = admin.post("/look", &theme).await;
    assert_eq!(answer.header("location"), "/health");
    assert!(
        admin
            .page("/health")
            .await
            .contains("<html lang=\"en\" data-theme=\"dark\">")
    );
    let away = [
        ("form_token", token.as_str()),
        ("theme", "dark"),
        ("back", "//evil.example"),
    ];
    assert_eq!(admin.post("/look", &away).await.header("location"), "/");
    pages.end().await;
}

#[tokio::test]
async fn every_answer_forbids_what_no_page_of_ours_does() {
    let office = Office::new().await;
    let pages = office.pages().await;
    let mut admin = pages.admin().await;

    for path in [
        "/",
        "/call?id=1001",
        "/nothing",
        "/login",
        "/deals?format=csv",
    ] {
        let answer = admin.get(path).await;
        let policy = answer.header("content-security-policy");
        assert!(
            policy.starts_with("default-src 'none'; script-src 'self'"),
            "{path}"
        );
        for unsafe_word in ["unsafe-inline", "unsafe-eval", "http:", "https:", "*"] {
            assert!(!policy.contains(unsafe_word), "{path}: {policy}");
        }
        assert_eq!(answer.header("cache-control"), "no-store", "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        // Under `no-referrer` browsers send forms with the origin "null", which is refused.
        assert_eq!(answer.header("referrer-policy"), "same-origin", "{path}");
        for inline in ["<style", " style=", " onclick=", "javascript:"] {
            assert!(!answer.text.contains(inline), "{path}: {inline}");
        }
        for (at, _) in answer.text.match_indices("<script") {
            assert!(
                answer.text[at..].starts_with("<script src=\"/assets/"),
                "{path}"
            );
        }
    }
    pages.end().await;
}

#[tokio::test]
async fn beyond_this_machine_it_needs_tls_and_its_own_name() {
    let open = async |address: &str, url: Option<&str>| {
        let address = address.parse().expect("an address");
        let mut options = gong_dashboard::DashboardOptions::new(address);
        options.public_url = url.map(|url| gong_dashboard::public_url(url).expect("an address"));
        let opened = gong_dashboard::Listening::open(options).await;
        opened.map(|_| ()).map_err(|error| error.kind())
    };
    assert_eq!(
        open("0.0.0.0:0", None).await,
        Err(gong_app::ErrorKind::Usage)
    );
    let named = Some("https://calls.example");
    assert_eq!(
        open("0.0.0.0:0", named).await,
        Err(gong_app::ErrorKind::Usage)
    );
    assert_eq!(open("127.0.0.1:0", None).await, Ok(()));
    for bad in [
        "http://calls.example",
        "https://calls.example/x",
        "calls.example",
    ] {
        assert!(gong_dashboard::public_url(bad).is_err(), "{bad}");
    }
}
