//! Lists go on by cursor: what is their end, and what is not.
use futures::{StreamExt as _, TryStreamExt as _};
use gong_client::{Error, ErrorKind, GongClient, ListCalls, ListExtensive, ListTranscripts};
use jiff::Timestamp;
use serde_json::json;

use crate::fixture::{Server, calls, gong_error, ok, status};

const NO_CALLS: &str = "No calls found corresponding to the provided filters";

fn request() -> ListCalls {
    ListCalls::between(Timestamp::UNIX_EPOCH, Timestamp::MAX)
}

/// The ids that the stream gives, and how it ends.
async fn walk(client: &GongClient) -> (Vec<String>, Option<Error>) {
    let mut ids = Vec::new();
    let mut stream = client.list(request()).stream();
    while let Some(call) = stream.next().await {
        match call {
            Ok(call) => ids.push(call.value.id.unwrap().to_string()),
            Err(error) => {
                assert!(
                    stream.next().await.is_none(),
                    "the stream goes on after an error"
                );
                return (ids, Some(error));
            }
        }
    }
    (ids, None)
}

#[tokio::test]
async fn a_list_goes_on_as_long_as_there_is_a_cursor_even_when_a_page_is_empty() {
    let server = Server::start([
        calls(&["1", "2"], Some("a=&b")),
        calls(&[], Some("c")),
        calls(&["3"], None),
    ])
    .await;

    let (ids, error) = walk(&server.client()).await;

    assert!(error.is_none());
    assert_eq!(ids, ["1", "2", "3"]);
    let asked = server.asked();
    let same = "/v2/calls?fromDateTime=1970-01-01T00%3A00%3A00Z&toDateTime=";
    assert!(asked.iter().all(|asked| asked.target.starts_with(same)));
    assert!(!asked[0].target.contains("cursor"));
    assert!(asked[1].target.ends_with("&cursor=a%3D%26b"));
    assert!(asked[2].target.ends_with("&cursor=c"));
}

#[tokio::test]
async fn the_cursor_of_a_post_goes_to_the_top_of_its_body() {
    let page = |cursor| json!({ "records": { "cursor": cursor }, "callTranscripts": [] });
    let server = Server::start([
        ok(page(Some("next")).to_string()),
        ok(page(None).to_string()),
    ])
    .await;
    let (from, to) = (
        Timestamp::UNIX_EPOCH,
        "2026-01-01T00:00:00Z".parse().unwrap(),
    );

    let list = server.client().list(ListTranscripts::between(from, to));
    let pages: Vec<_> = list.pages().try_collect().await.unwrap();

    assert_eq!(pages.len(), 2);
    let filter =
        json!({ "fromDateTime": "1970-01-01T00:00:00Z", "toDateTime": "2026-01-01T00:00:00Z" });
    assert_eq!(server.asked()[0].body, json!({ "filter": filter }));
    assert_eq!(
        server.asked()[1].body,
        json!({ "filter": filter, "cursor": "next" })
    );
}

#[tokio::test]
async fn pages_tell_how_much_there_is() {
    let server = Server::start([calls(&["1"], Some("a")), calls(&["2"], None)]).await;

    let pages: Vec<_> = server
        .client()
        .list(request())
        .pages()
        .try_collect()
        .await
        .unwrap();

    let totals: Vec<_> = pages.iter().map(|page| page.records.total).collect();
    assert_eq!(totals, [Some(9), Some(9)]);
}

#[tokio::test]
async fn a_cursor_that_was_given_before_is_an_error_after_what_came_with_it() {
    let server = Server::start([
        calls(&["1"], Some("a")),
        calls(&["2"], Some("b")),
        calls(&["3"], Some("a")),
        calls(&["never"], None),
    ])
    .await;

    let (ids, error) = walk(&server.client()).await;

    assert_eq!(ids, ["1", "2", "3"]);
    assert_eq!(*error.unwrap().kind(), ErrorKind::EndlessList);
    assert_eq!(server.asked().len(), 3);
}

#[tokio::test]
async fn a_404_in_gongs_shape_is_an_empty_list_and_any_other_404_is_an_error() {
    let server = Server::start([
        gong_error(404, NO_CALLS),
        status(404, "<html>nothing</html>"),
    ])
    .await;
    let client = server.client();

    let empty = walk(&client).await;
    let (ids, wrong_host) = walk(&client).await;

    assert!(empty.0.is_empty() && empty.1.is_none());
    assert!(ids.is_empty());
    assert_eq!(*wrong_host.unwrap().kind(), ErrorKind::NotGong);
}

#[tokio::test]
async fn an_expired_cursor_has_a_kind_of_its_own() {
    let server = Server::start([
        calls(&["1"], Some("a")),
        gong_error(400, "cursor has expired"),
    ])
    .await;

    let (ids, error) = walk(&server.client()).await;

    let error = error.unwrap();
    assert_eq!(ids, ["1"]);
    assert_eq!(*error.kind(), ErrorKind::CursorExpired);
    assert!(error.is_transient());
    assert_eq!(error.request_id(), Some("req-1"));
}

#[tokio::test]
async fn a_404_behind_a_cursor_never_ends_a_list_of_which_something_is_missing() {
    let server = Server::start([calls(&["1"], Some("a")), gong_error(404, NO_CALLS)]).await;
    let whole = [
        calls(&["1", "2", "3", "4", "5", "6", "7", "8", "9"], Some("a")),
        gong_error(404, NO_CALLS),
    ];
    let complete = Server::start(whole).await;

    let (ids, error) = walk(&server.client()).await;
    let (all, end) = walk(&complete.client()).await;

    assert_eq!(ids, ["1"]);
    assert_eq!(*error.unwrap().kind(), ErrorKind::CursorExpired);
    assert_eq!(all.len(), 9);
    assert!(end.is_none());
}

#[tokio::test]
async fn calls_that_cannot_be_read_are_named_after_all_others() {
    let first = json!({
        "records": { "cursor": "a" },
        "calls": [{ "metaData": { "id": 1 } }, { "title": "canary" }, { "metaData": { "id": {} }, "id": "77" }],
    });
    let second = json!({ "records": {}, "calls": [{ "metaData": { "id": "2", "title": 5 } }] });
    let script = || [ok(first.to_string()), ok(second.to_string())];
    let server = Server::start(script().into_iter().chain(script())).await;
    let client = server.client();

    let mut stream = client.list(ListExtensive::all()).stream();
    let mut ids = Vec::new();
    let error = loop {
        match stream.next().await.unwrap() {
            Ok(call) => ids.push(call.value.meta_data.unwrap().id.unwrap().to_string()),
            Err(error) => break error,
        }
    };
    let pages: Vec<_> = client
        .list(ListExtensive::all())
        .pages()
        .try_collect()
        .await
        .unwrap();

    assert_eq!(ids, ["1", "2"]);
    let expected = ErrorKind::UnreadableElements {
        count: 2,
        ids: vec!["77".into()],
    };
    assert_eq!(*error.kind(), expected);
    assert!(stream.next().await.is_none());
    assert_eq!(pages[0].unreadable[0].json(), r#"{"title":"canary"}"#);
    assert_eq!(pages[1].elements[0].dropped, ["metaData.title"]);
}

#[tokio::test]
async fn nothing_is_asked_before_somebody_reads_and_no_page_ahead() {
    let server = Server::start([calls(&["1"], Some("a")), calls(&["2"], None)]).await;
    let mut stream = server.client().list(request()).stream();
    assert!(server.asked().is_empty());

    stream.next().await.unwrap().unwrap();

    assert_eq!(server.asked().len(), 1);
}
