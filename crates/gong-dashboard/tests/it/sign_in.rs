//! Signing in on the identity provider's page, and every way in which it is refused.

use reqwest::{Method, StatusCode, header};
use serde_json::{Value, json};

use crate::issuer::{CLIENT, Issuer, SECRET};
use crate::office::{Answer, Browser, Office, Pages};

const URL: &str = "https://calls.example";

/// An office whose people sign in at an issuer.
async fn office(issuer: &Issuer) -> Office {
    let office = Office::new().await;
    office
        .with("GONGKIT__AUTH__ISSUER", issuer.address())
        .with("GONGKIT__AUTH__CLIENT_ID", CLIENT)
        .with("GONGKIT__AUTH__CLIENT_SECRET", SECRET)
        .with("GONGKIT__AUTH__REDIRECT", &format!("{URL}/signed-in"))
        .with("GONGKIT__AUTH__USER_CLAIM", "gong_user")
}

async fn pages(office: &Office) -> Pages {
    office.pages_of(Some(URL)).await
}

/// The provider's page to which a browser is sent.
async fn sent(browser: &mut Browser, to: &str) -> String {
    let answer = browser.get(&format!("/sign-in?to={to}")).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    answer.header("location").to_owned()
}

/// What comes of a sign-in after which the provider says this.
async fn told(issuer: &Issuer, pages: &Pages, changed: &Value) -> Answer {
    let mut browser = pages.stranger();
    let page = sent(&mut browser, "/calls").await;
    let back = issuer.agree(&page, changed);
    browser.get(&back).await
}

fn has_session(answer: &Answer) -> bool {
    let set = answer.headers.get_all(header::SET_COOKIE).iter();
    let mut set = set.map(|set| set.to_str().expect("text"));
    set.any(|set| {
        set.starts_with("__Host-gongkit-") && !set.contains("-sign-in-") && !set.contains("-login-")
    })
}

#[tokio::test]
async fn somebody_signs_in_at_the_provider_and_sees_what_his_role_sees() {
    let issuer = Issuer::start();
    let office = office(&issuer).await;
    let pages = pages(&office).await;
    let mut browser = pages.stranger();

    let form = browser.page("/login?to=/calls").await;
    assert!(form.contains("href=\"/sign-in?to=%2Fcalls\""), "{form}");
    let there = browser.get("/sign-in?to=/calls").await;
    let tied = there.header("set-cookie");
    for wanted in [
        "HttpOnly",
        "SameSite=Lax",
        "Max-Age=600",
        "Secure",
        "__Host-",
    ] {
        assert!(tied.contains(wanted), "{tied}");
    }
    let back = issuer.agree(there.header("location"), &json!({}));
    let answer = browser.get(&back).await;

    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    assert_eq!(answer.header("refresh"), "0; url=/calls");
    let mut set = answer.headers.get_all(header::SET_COOKIE).iter();
    let session = set
        .next()
        .and_then(|set| set.to_str().ok())
        .expect("a session");
    for wanted in ["HttpOnly", "SameSite=Strict", "Max-Age=3600", "Secure"] {
        assert!(session.contains(wanted), "{session}");
    }
    let calls = browser.page("/calls").await;
    assert!(calls.contains("Signed in as rep (token)"), "{calls}");
    assert!(
        calls.contains("rollout 1001") && !calls.contains("rollout 1002"),
        "{calls}"
    );

    let token = browser.get("/calls").await.field("form_token");
    let out = browser
        .form("/logout", &[("form_token", &token)])
        .header(header::ORIGIN, URL);
    assert_eq!(browser.send(out).await.header("location"), "/login");
    assert_eq!(browser.get("/calls").await.status, StatusCode::SEE_OTHER);
    pages.end().await;
}

#[tokio::test]
async fn an_answer_is_taken_once_and_by_the_browser_that_asked_only() {
    let issuer = Issuer::start();
    let office = office(&issuer).await;
    let pages = pages(&office).await;
    let mut browser = pages.stranger();
    let page = sent(&mut browser, "/").await;
    let back = issuer.agree(&page, &json!({}));
    let tied = browser.cookies.clone();

    let stranger = pages.stranger().get(&back).await;
    assert_eq!(stranger.status, StatusCode::FORBIDDEN);
    assert!(stranger.text.contains("Begin again"), "{}", stranger.text);
    assert_eq!(issuer.asked(), 0, "nothing was asked for it");
    let first = browser.get(&back).await;
    assert!(has_session(&first), "{}", first.text);
    browser.cookies = tied;
    let again = browser.get(&back).await;

    assert_eq!(again.status, StatusCode::FORBIDDEN);
    assert!(!has_session(&again));
    assert_eq!(issuer.asked(), 1);
    pages.end().await;
}

#[tokio::test]
async fn what_the_provider_says_must_answer_this_very_question() {
    let issuer = Issuer::start();
    let office = office(&issuer).await;
    let pages = pages(&office).await;

    for changed in [
        json!({"nonce": "another"}),
        json!({"nonce": null}),
        json!({"aud": "somebody else"}),
        json!({"aud": [CLIENT, "somebody else"], "azp": "somebody else"}),
        json!({"iss": "https://other.example"}),
        json!({"exp": 1_800_000}),
        json!({"gongkit_role": null}),
        json!({"gongkit_role": ["rep", "admin"]}),
    ] {
        let answer = told(&issuer, &pages, &changed).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{changed}");
        assert!(!has_session(&answer), "{changed}");
        assert!(
            answer.text.contains("in the log of gongkit"),
            "{}",
            answer.text
        );
    }
    let right = told(
        &issuer,
        &pages,
        &json!({"aud": [CLIENT, "other"], "azp": CLIENT}),
    )
    .await;
    assert!(has_session(&right), "{}", right.text);
    pages.end().await;
}

#[tokio::test]
async fn a_code_of_another_sign_in_or_one_that_was_taken_opens_nothing() {
    let issuer = Issuer::start();
    let office = office(&issuer).await;
    let pages = pages(&office).await;
    let (mut one, mut other) = (pages.stranger(), pages.stranger());
    let theirs = issuer.agree(&sent(&mut one, "/").await, &json!({}));
    let ours = issuer.agree(&sent(&mut other, "/").await, &json!({}));

    // An answer that somebody slips in: its state is of another sign-in.
    let slipped = other.get(&theirs).await;
    assert_eq!(slipped.status, StatusCode::UNAUTHORIZED);
    assert_eq!(issuer.asked(), 0, "no code was given away");

    // A code that was caught, with the state of the catcher's own sign-in.
    let part = |back: &str, name: &str| {
        let query = back.split_once('?').expect("fields").1;
        let mut pairs = url::form_urlencoded::parse(query.as_bytes());
        pairs
            .find(|(field, _)| field == name)
            .expect("there")
            .1
            .into_owned()
    };
    let mut catcher = pages.stranger();
    let own = issuer.agree(&sent(&mut catcher, "/").await, &json!({}));
    let mixed = [
        ("code", part(&ours, "code")),
        ("state", part(&own, "state")),
    ];
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(mixed);
    let caught = catcher.get(&format!("/signed-in?{}", query.finish())).await;
    assert_eq!(
        caught.status,
        StatusCode::UNAUTHORIZED,
        "its challenge is another's"
    );
    assert!(!has_session(&caught));
    pages.end().await;
}

#[tokio::test]
async fn nobody_is_sent_on_to_another_site_and_a_refusal_says_what_to_do() {
    let issuer = Issuer::start();
    let office = office(&issuer).await;
    let pages = pages(&office).await;
    let mut browser = pages.stranger();

    let page = sent(&mut browser, "//evil.example").await;
    let answer = browser.get(&issuer.agree(&page, &json!({}))).await;
    assert_eq!(answer.header("refresh"), "0; url=/");
    assert!(!answer.text.contains("evil"), "{}", answer.text);

    // Whoever came under another name of ours begins where the browser will come back to.
    let elsewhere = pages.stranger();
    let asked = elsewhere.ask(Method::GET, "/sign-in?to=/calls");
    let answer = pages.stranger().send(with_host(asked, &pages)).await;
    assert_eq!(
        answer.header("location"),
        format!("{URL}/sign-in?to=%2Fcalls")
    );

    sent(&mut browser, "/calls").await;
    let refused = browser.get("/signed-in?error=access_denied&state=x").await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
    assert!(
        refused.text.contains("did not let you in"),
        "{}",
        refused.text
    );
    assert!(
        refused.text.contains("/sign-in?to=%2Fcalls"),
        "{}",
        refused.text
    );
    pages.end().await;
}

/// The same request, to the address at which they listen.
fn with_host(asked: reqwest::RequestBuilder, pages: &Pages) -> reqwest::RequestBuilder {
    let (client, request) = asked.build_split();
    let mut request = request.expect("a request");
    let place = pages.place.strip_prefix("http://").expect("plain");
    let host = place.parse().expect("a value");
    request.headers_mut().insert(header::HOST, host);
    reqwest::RequestBuilder::from_parts(client, request)
}

#[tokio::test]
async fn a_provider_that_is_away_or_takes_us_for_nobody_lets_nobody_in() {
    let issuer = Issuer::start();
    let wrong = office(&issuer)
        .await
        .with("GONGKIT__AUTH__CLIENT_SECRET", "wrong");
    let served = pages(&wrong).await;
    let answer = told(&issuer, &served, &json!({})).await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(answer.text.contains("not set up"), "{}", answer.text);
    served.end().await;

    // Nothing listens on port 1.
    let away = office(&issuer)
        .await
        .with("GONGKIT__AUTH__ISSUER", "http://127.0.0.1:1");
    let served = pages(&away).await;
    let answer = served.stranger().get("/sign-in").await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(answer.text.contains("cannot be reached"), "{}", answer.text);
    assert!(answer.text.contains("API key"), "a key still opens");
    served.end().await;
}

#[tokio::test]
async fn the_browser_comes_back_to_an_address_of_the_pages_only() {
    let issuer = Issuer::start();
    let office = office(&issuer).await;
    let elsewhere = office.pages_of(Some("https://other.example")).await;

    let refused = elsewhere.refused().await;

    assert_eq!(refused.kind(), gong_app::ErrorKind::Usage);
    let plain = Office::new().await;
    let without = plain.pages().await;
    let answer = without.stranger().get("/sign-in?to=/calls").await;
    assert_eq!(answer.header("location"), "/login?to=%2Fcalls");
    let answer = without.stranger().get("/signed-in?code=1&state=2").await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    without.end().await;
}
