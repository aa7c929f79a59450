//! News without a reload.

use std::time::Duration;

use gong_app::{Listener as _, Stage, Step};
use reqwest::StatusCode;
use tokio::time::timeout;

use crate::office::Office;

const PATIENCE: Duration = Duration::from_mins(1);

#[tokio::test]
async fn a_page_hears_how_far_the_work_is_and_is_let_go_when_all_stops() {
    let office = Office::new().await;
    let pages = office.pages().await;
    let admin = pages.admin().await;

    let mut news = admin.open("/live").await;
    assert_eq!(news.status(), StatusCode::OK);
    let mut heard = String::new();
    let hear = async {
        // The first piece comes when the stream stands.
        while !heard.contains("event: progress") {
            let piece = news.chunk().await.expect("whole").expect("it goes on");
            heard.push_str(&String::from_utf8_lossy(&piece));
            pages.live.step(Step {
                stage: Stage::Calls,
                done: 3,
                total: Some(10),
            });
        }
    };
    timeout(PATIENCE, hear).await.expect("it is told");
    let told = "event: progress\ndata: {\"done\":3,\"stage\":\"calls\",\"total\":10}\n\n";
    assert!(heard.contains(told), "{heard}");

    let ended = async { while let Ok(Some(_)) = news.chunk().await {} };
    let ((), ()) = tokio::join!(pages.end(), async {
        timeout(PATIENCE, ended).await.expect("it ends");
    });
}

#[tokio::test]
async fn more_pages_than_places_are_told_to_come_later() {
    let office = Office::new().await;
    let pages = office.pages().await;
    let admin = pages.admin().await;

    let mut open = Vec::new();
    let full = loop {
        let news = admin.open("/live").await;
        if news.status() != StatusCode::OK {
            break news;
        }
        open.push(news);
        assert!(open.len() < 100, "there is no bound");
    };
    assert_eq!(full.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(full.headers().contains_key("retry-after"));
    assert_eq!(admin.open("/health").await.status(), StatusCode::OK);

    drop(open);
    let again = async { while admin.open("/live").await.status() != StatusCode::OK {} };
    timeout(PATIENCE, again)
        .await
        .expect("a place is given back");
    pages.end().await;
}
