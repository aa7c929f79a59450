//! From a number to its rows, from a row to its quote, from a quote to the moment.

use reqwest::StatusCode;

use crate::company::company;
use crate::office::Office;

#[tokio::test]
async fn an_archive_that_is_not_there_says_what_to_do() {
    let office = Office::empty();
    let pages = office.pages().await;
    let mut admin = pages.admin().await;

    let page = admin.page("/").await;
    assert!(page.contains("gongkit sync"), "{page}");
    assert!(page.contains("There is no archive"), "{page}");
    pages.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_overview_tells_of_the_quarter_and_each_number_leads_to_its_rows() {
    let office = company().await;
    let pages = office.pages().await;
    let mut admin = pages.admin().await;

    let page = admin.page("/?period=2025-Q1&as_of=2025-02-15").await;
    for wanted in [
        "Will we make the number?",
        "80 % interval",
        "Coverage",
        "Win rate",
        "Velocity a day",
        "Average deal won",
        "Slipped",
        "Deals at risk",
        "Northbeam",
        "What customers say",
        "Coaching",
        "How far this can be trusted",
        "2025-Q1",
    ] {
        assert!(page.contains(wanted), "{wanted}: {page}");
    }
    // Links keep the period and the day.
    let rows = "/deals?set=won&amp;currency=EUR&amp;period=2025-Q1&amp;as_of=2025-02-15";
    assert!(page.contains(rows), "{page}");
    let won = admin.page(&rows.replace("&amp;", "&")).await;
    assert!(won.contains("Closed Won"), "{won}");
    assert!(!won.contains("Negotiation"), "{won}");

    // As CSV, as many.
    let csv = admin
        .get(&format!("{}&format=csv", rows.replace("&amp;", "&")))
        .await;
    assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8");
    let lines = csv.text.lines().count() - 1;
    assert!(won.contains(&format!("<p>{lines} deals")), "{lines}: {won}");

    let bad = admin.get("/?period=soon").await;
    assert!(bad.text.contains("write 2026-Q2"), "{}", bad.text);
    let bad = admin.get("/?as_of=soon").await;
    assert_eq!(bad.status, StatusCode::BAD_REQUEST);
    pages.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_count_of_the_overview_is_the_count_of_its_rows() {
    let office = company().await;
    let pages = office.pages().await;
    let mut admin = pages.admin().await;

    let mut kinds = std::collections::BTreeSet::new();
    for address in [
        "/?period=2024-Q3&as_of=2024-08-15",
        "/?period=2024-Q4&as_of=2025-02-15",
    ] {
        let page = admin.page(address).await;
        let pieces: Vec<&str> = page.split("<a href=\"").collect();
        for (before, link) in pieces.iter().zip(&pieces[1..]) {
            // A tile's number is a rate or a sum.
            if before.ends_with("class=\"big\">") {
                continue;
            }
            let (path, rest) = link.split_once("\">").expect("a link");
            let text = rest.split("</a>").next().unwrap_or_default();
            let Ok(count) = text.parse::<usize>() else {
                continue;
            };
            let path = path.replace("&amp;", "&");
            let joint = if path.contains('?') { '&' } else { '?' };
            let rows = format!("{path}{joint}format=csv");
            let file = admin.get(&rows).await;
            assert_eq!(file.status, StatusCode::OK, "{rows}: {}", file.text);
            let lines = file.text.lines().count() - 1;
            assert_eq!(lines, count, "{rows} of {address}");
            let fields = rows.split_once('?').expect("fields").1;
            kinds.insert(fields.split('=').next().unwrap_or_default().to_owned());
        }
    }
    // Deals at risk and open; of a competitor; themes; reps.
    let wanted = ["coached", "competitor", "kind", "set"];
    assert!(wanted.iter().all(|kind| kinds.contains(*kind)), "{kinds:?}");
    pages.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_warning_leads_to_its_quote_and_the_quote_to_the_moment() {
    let office = company().await;
    let pages = office.pages().await;
    let mut admin = pages.admin().await;

    let listed = admin.page("/deals?set=all-open&as_of=2024-08-15").await;
    let ids = listed.match_indices("href=\"/deal?id=");
    let paths: Vec<String> = ids
        .map(|(at, _)| {
            let rest = &listed[at + "href=\"".len()..];
            rest.split('"')
                .next()
                .unwrap_or_default()
                .replace("&amp;", "&")
        })
        .collect();
    assert!(!paths.is_empty(), "{listed}");
    let mut quoted = None;
    // The others have no calls.
    for path in paths.iter().filter(|path| path.contains("%3A006")) {
        let deal = admin.page(path).await;
        assert!(deal.contains("Points are a checklist"), "{deal}");
        let about = deal.split("id=\"red_flag\"").nth(1);
        if let Some(place) = about.and_then(|rest| rest.split("href=\"/call?").nth(1)) {
            quoted = Some(
                place
                    .split('"')
                    .next()
                    .unwrap_or_default()
                    .replace("&amp;", "&"),
            );
            assert!(deal.contains("budget for this project was cut"), "{deal}");
            break;
        }
    }
    let place = quoted.expect("one of the deals has a red flag");
    let (query, anchor) = place.split_once('#').expect("a place in the call");
    let call = admin.page(&format!("/call?{query}")).await;
    assert!(
        call.contains(&format!("id=\"{anchor}\"")),
        "{anchor}: {call}"
    );
    assert!(
        call.contains("rel=\"noopener noreferrer\""),
        "the moment in Gong"
    );
    assert!(
        call.contains("url(#look-1)") && call.contains("id=\"look-1\""),
        "patterns"
    );
    pages.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_is_there() {
    let office = company().await;
    let pages = office.pages().await;
    let mut admin = pages.admin().await;

    let first = |page: &str, begins: &str| {
        let rest = page.split(&format!("href=\"{begins}")).nth(1);
        let rest = rest.expect(begins).split('"').next().unwrap_or_default();
        format!("{begins}{}", rest.replace("&amp;", "&"))
    };
    let overview = admin.page("/?period=2024-01-01..2026-01-01").await;
    let deals = admin.page("/deals?as_of=2024-08-15").await;
    for path in [
        first(&overview, "/rep?").as_str(),
        first(&overview, "/theme?").as_str(),
        first(&deals, "/account?").as_str(),
        "/competitor?name=Northbeam&as_of=2024-08-15",
        "/calls?competitor=Northbeam&as_of=2024-08-15",
        "/deals?competitor=Northbeam&as_of=2024-08-15",
        "/search?q=budget&side=theirs&mode=words",
        "/definitions",
        "/health",
        "/newest",
    ] {
        let page = admin.page(path).await;
        assert!(!page.contains("That did not work"), "{path}: {page}");
    }
    let found = admin.page("/search?q=budget+was+cut&side=theirs").await;
    assert!(found.contains("budget for this project was cut"), "{found}");
    assert!(!found.contains("Why it stands here"), "{found}");
    let why = admin
        .page("/search?q=budget+was+cut&side=theirs&explain=1")
        .await;
    for wanted in [
        "Why it stands here",
        "BM25 of its words",
        "neighbours",
        "checked",
    ] {
        assert!(why.contains(wanted), "{wanted}: {why}");
    }
    pages.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tracker_is_tried_before_it_is_saved() {
    let office = company().await;
    let pages = office.pages().await;
    let mut admin = pages.admin().await;
    let token = admin.get("/trackers").await.field("form_token");
    let fields =
        |token: &'static str| [("form_token", token), ("name", "Cuts"), ("words", "budget")];
    let token: &'static str = Box::leak(token.into_boxed_str());

    // What was not tried is not saved: it is tried instead.
    let mut untried = fields(token).to_vec();
    untried.extend([("do", "save"), ("tried", "0")]);
    let answer = admin.post("/trackers", &untried).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(answer.text.contains("Heard in"), "{}", answer.text);
    assert!(!admin.page("/trackers").await.contains("Cuts"));

    let tried = answer.field("tried");
    let mut other = fields(token).to_vec();
    other.extend([("do", "save"), ("tried", tried.as_str())]);
    other[1].1 = "Another";
    let answer = admin.post("/trackers", &other).await;
    assert_eq!(answer.status, StatusCode::OK, "that one was not tried");

    let mut save = fields(token).to_vec();
    save.extend([("do", "save"), ("tried", tried.as_str())]);
    let answer = admin.post("/trackers", &save).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    let page = admin.page("/trackers").await;
    let edit = page
        .split("href=\"/trackers?")
        .nth(1)
        .expect("it is listed");
    let edit = edit
        .split(['"', '#'])
        .next()
        .unwrap_or_default()
        .replace("&amp;", "&");
    let page = admin.page(&format!("/trackers?{edit}")).await;
    assert!(page.contains(">budget</textarea>"), "{page}");
    pages.end().await;
}
